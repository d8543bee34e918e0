"""Compute every account anew from what it rests on, and compare it with the ledger."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from claims import intake, pipeline
from claims.management.lines import explain
from claims.management.progress import Progress
from claims.models import Claim


class Command(BaseCommand):
    help = (
        "Recompute claims (all, or those named) from statements, reviews, withdrawals, decisions and terms. With "
        "--check, say where the ledger or a cache differs and fail; without, print the recomputed periods."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py replay --check --known-at 2026-01-01T00:00:00Z")
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="claims by slug (none: every claim)")
        parser.add_argument("--check", action="store_true", help="compare with the ledger; fail where it differs")
        parser.add_argument(
            "--known-at", metavar="T", help="the account as known at this moment (ISO 8601; default now)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        known_at = None
        if options["known_at"]:
            try:
                known_at = intake.parse_moment(options["known_at"], "--known-at", [])
            except intake.Refused as refusal:
                raise CommandError(str(refusal)) from refusal
        claims = Claim.objects.order_by("slug")
        if options["slugs"]:
            claims = claims.filter(slug__in=options["slugs"])
            missing = set(options["slugs"]) - set(claims.values_list("slug", flat=True))
            if missing:
                raise CommandError(f"there is no claim {', '.join(sorted(missing))}")
        total = claims.count()
        progress = Progress("replaying", sys.stderr, total)
        differences = 0
        for claim in claims.iterator(chunk_size=500):
            if options["check"]:
                for difference in _compare(claim.pk, known_at):
                    differences += 1
                    self.stderr.write(difference)
            else:
                self.stdout.write(claim.slug)
                for period in pipeline.replay_claim(claim, known_at):
                    begins = period.begins.isoformat() if period.begins else "the beginning"
                    self.stdout.write(f"  from {begins}: {period.assessment.status} ({period.assessment.rule})")
            progress.step()
        progress.end()
        if differences:
            raise CommandError(f"{total} claims replayed: {differences} differences")
        if options["check"]:
            self.stdout.write(f"{total} claims replayed: the ledger is exact")


def _compare(claim_id: int, known_at: datetime | None) -> list[str]:
    """Compare one claim with the ledger, while no worker may write to it."""
    with transaction.atomic():
        (claim,), _ = pipeline.lock_claims([claim_id], timezone.now())
        return list(pipeline.find_differences(claim, known_at))
