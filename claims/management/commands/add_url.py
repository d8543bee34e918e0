"""Have articles fetched from their addresses; Celery fetches and reads them."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from claims import intake, tasks
from claims.management.lines import count, explain
from claims.management.progress import Progress
from claims.models import Host, Page, Revision

MAX_NAME = 200


class Command(BaseCommand):
    help = (
        "Have articles fetched from their addresses, now and again after 1 hour, 6 hours, a day and a week to find "
        "edits. An address that is known is fetched again. The worker fetches and reads; one bad address loses no "
        "good one."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py add_url https://example.org/news/1 --source example --wait 60")
        parser.add_argument("urls", nargs="+", metavar="URL", help="the address of an article, http or https")
        parser.add_argument(
            "--source",
            metavar="SLUG",
            help="who publishes them, by slug or name, made if new; by default whose homepage is on the same host",
        )
        parser.add_argument(
            "--wait", type=float, metavar="SECONDS", help="wait until they are fetched and read, so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = check_name(options["source"]) if options["source"] is not None else ""
        pages: list[Page] = []
        refused = 0
        for url in options["urls"]:
            try:
                page, made, notes = _add_page(url, name)
            except intake.Refused as refusal:
                refused += 1
                self.stderr.write(f"{url}: rejected: {refusal}")
                continue
            for note in notes:
                self.stdout.write(f"note: {note}")
            pages.append(page)
            self.stdout.write(f"{page.url}: {'added' if made else 'known, and fetched again'}")
        tasks.ring_due(intake.Due(pages=tuple(page.pk for page in pages)))
        if options["wait"] and pages:
            self._follow(pages, options["wait"])
        if refused:
            raise CommandError(f"{refused} of {len(options['urls'])} addresses were rejected")

    def _follow(self, pages: Sequence[Page], seconds: float) -> None:
        """Say of each page what became of it, as it happens; raises CommandError where not all is done in time."""
        progress = Progress("fetching and reading", sys.stderr, len(pages))
        deadline = time.monotonic() + seconds
        begun = {page.pk: page.fetches for page in pages}
        while begun:
            for page in Page.objects.filter(pk__in=begun).select_related("article"):
                said = _tell(page, begun[page.pk])
                if said:
                    del begun[page.pk]
                    self.stdout.write(f"{page.url}: {said}")
                    progress.step()
            if begun and time.monotonic() > deadline:
                raise CommandError(
                    f"{len(begun)} of {len(pages)} not done within {seconds:g} seconds; nothing is lost: "
                    f"{_say_why(list(begun))}"
                )
            time.sleep(0.2 if begun else 0)
        progress.end()


def _add_page(url: str, name: str) -> tuple[Page, bool, list[str]]:
    """Have a page fetched, for the source of a name if one is given; one that is new is made only for a new page."""
    notes: list[str] = []
    known = Page.objects.filter(url=intake.check_address(url)).exists()
    with transaction.atomic():  # a source is not left behind where the address is refused
        source = intake.find_or_make_source(name, notes) if name and not known else None
        page, made = intake.add_page(url, timezone.now(), source)
    return page, made, notes


def check_name(name: str) -> str:
    """What a publisher is called by on the command line. Raises CommandError for what is no name."""
    if not name.strip() or len(name.encode(errors="replace")) > MAX_NAME:
        raise CommandError(f"--source: name the publisher by slug or name, in at most {MAX_NAME} bytes")
    return name.strip()


def _say_why(waiting: Sequence[int]) -> str:
    """Why pages were not fetched and read in time: their hosts want to be left alone, or else nobody works."""
    hosts = Page.objects.filter(pk__in=waiting).values("host")
    resting = Host.objects.filter(pk__in=hosts, wait_until__gt=timezone.now())
    told = [
        f"{host.name} asked to be left alone until {host.wait_until:%Y-%m-%d %H:%M:%S} UTC"
        for host in resting.order_by("name")
        if host.wait_until
    ]
    if told:
        return f"{', '.join(told)}, and is asked then"
    return "is a worker running (.venv/bin/celery -A factcheck worker)?"


def _tell(page: Page, fetches: int) -> str:
    """What became of a page since so many fetches; nothing while it is on its way."""
    if page.fetches == fetches:
        return ""
    if page.last_error:
        return f"failed: {page.last_error}"
    if page.article is None:
        return f"nothing stored: {page.get_state_display() or page.note}"
    if Revision.objects.filter(article=page.article, ring_at__isnull=False).exists():
        return ""
    newest = page.article.newest
    found = page.article.statements.filter(dropped_at__isnull=True).count()
    said = f"read, {count(found, 'statement')}" if newest.read_at else f"stored, reading failed: {newest.last_error}"
    return "; ".join(part for part in (f"edition {newest.number} {said}", page.note.replace("\n", "; ")) if part)
