"""Say what status claims have, as of any moment and as known at any moment."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims import intake, pipeline
from claims.assessment import word_reason
from claims.management.lines import explain
from claims.models import Claim, Party
from claims.serializers import status_document


class Command(BaseCommand):
    help = "Print the status of claims (all, or those named), why, and every party's position."

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py status russia-controls-siversk --as-of 2025-12-22T00:00:00Z --json")
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="claims by slug (none: every claim)")
        parser.add_argument("--as-of", metavar="T", help="what was so at this moment (ISO 8601; without a zone UTC)")
        parser.add_argument("--known-at", metavar="T", help="by what was known at this moment (ISO 8601)")
        parser.add_argument("--json", action="store_true", help="print JSON for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        as_of, known_at = (self._moment(options[name], name) for name in ("as_of", "known_at"))
        claims = {claim.slug: claim for claim in Claim.objects.select_related("holder").order_by("slug")}
        slugs = options["slugs"] or list(claims)
        missing = [slug for slug in slugs if slug not in claims]
        if missing:
            raise CommandError(f"there is no claim {', '.join(missing)}; manage.py status lists those there are")
        views = [(claims[slug], pipeline.view_claim(claims[slug], as_of, known_at)) for slug in slugs]
        if options["json"]:
            documents = [_document(view) for _, view in views if view is not None]
            self.stdout.write(json.dumps(documents, ensure_ascii=False, indent=1))
            return
        titles = {party.slug: party.title for party in Party.objects.all()}
        for claim, view in views:
            if view is None:
                self.stdout.write(f"{claim.slug}: was not known of then")
                continue
            period = view.period
            since = f" since {period.since:%Y-%m-%d %H:%M} UTC" if period.since else ""
            self.stdout.write(f"{claim.slug}: {period.assessment.status.upper()}{since}")
            self.stdout.write(f"  {claim.title}")
            self.stdout.write(f"  {word_reason(period.assessment, titles)} (rule: {period.assessment.rule})")
            for position in _document(view)["positions"]:
                stories = f"{position['stories']} {'story' if position['stories'] == 1 else 'stories'}"
                self.stdout.write(
                    f"    {position['party']:<22} {position['stance']:<10} {'firm' if position['firm'] else 'weak'}, "
                    f"since {position['since']}, {stories}, last spoke {position['last_spoke']}"
                )
            for pending in view.pending:
                self.stdout.write(
                    f"    pending: {pending.party} {pending.stance} would make it {pending.status} "
                    f"if {'a second story or an editor' if pending.needs == 'story' else 'an editor'} bore it out"
                )

    def _moment(self, value: str | None, name: str) -> datetime | None:
        if value is None:
            return None
        notes: list[str] = []
        try:
            moment = intake.parse_moment(value, f"--{name.replace('_', '-')}", notes)
        except intake.Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        for note in notes:
            self.stderr.write(f"note: {note}")
        return moment


def _document(view: pipeline.View) -> dict[str, Any]:
    return status_document(view.claim, view.period.assessment, view.period.since, view.pending, view.tallies)
