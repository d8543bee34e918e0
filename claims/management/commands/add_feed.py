"""Have feeds of a source polled."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from claims import intake, tasks
from claims.management.commands.add_url import check_name
from claims.management.lines import explain


class Command(BaseCommand):
    help = (
        "Have feeds polled for a source: RSS, Atom, RDF or JSON Feed, from now on, as often as each brings something "
        "new. A feed that is there already is left as it is. How each does is on the desk under Feeds."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py add_feed https://example.org/feed.xml --source example")
        parser.add_argument("urls", nargs="+", metavar="URL", help="the address of a feed, http or https")
        parser.add_argument(
            "--source",
            metavar="SLUG",
            required=True,
            help="whose feeds they are, by slug or name; an unknown one is made, graded F",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = check_name(options["source"])
        refused = 0
        for url in options["urls"]:
            try:
                notes: list[str] = []
                with transaction.atomic():  # a source is not left behind where the address is refused
                    source = intake.find_or_make_source(name, notes)
                    feed, made = intake.add_feed(url, source, timezone.now())
            except intake.Refused as refusal:
                refused += 1
                self.stderr.write(f"{url}: rejected: {refusal}")
                continue
            for note in notes:
                self.stdout.write(f"note: {note}")
            self.stdout.write(f"{feed.url}: {'added' if made else 'there already'}")
            if made:
                tasks.ring_due(intake.Due(feeds=(feed.pk,)))
        if refused:
            raise CommandError(f"{refused} of {len(options['urls'])} feeds were rejected")
