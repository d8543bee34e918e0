"""Load the demonstration through the real road: import, Celery, reading, assessment, ledger."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from claims.management.commands.import_articles import take_file, wait_until_done
from claims.management.lines import Report, explain
from claims.management.progress import Progress
from claims.models import Revision, Withdrawal


class Command(BaseCommand):
    help = (
        "Load the demonstration texts of seeds/ as any texts would come in, and wait until the worker has read them. "
        "Needs a running worker. Repeating it changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py load_seeds --wait 120")
        parser.add_argument(
            "--folder", type=Path, default=Path(settings.BASE_DIR) / "seeds", help="where the seeds are"
        )
        parser.add_argument("--wait", type=float, default=180, metavar="SECONDS", help="how long to wait at most (180)")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        for command, name in (
            ("import_parties", "parties.json"),
            ("import_sources", "sources.json"),
            ("import_claims", "claims.json"),
            ("import_statements", "records.csv"),
        ):
            call_command(command, folder / name, stdout=self.stdout, stderr=self.stderr)
        report = Report()
        path = folder / "articles.jsonl"
        take_file(path, report, Progress("importing", sys.stderr))
        report.print(path, self.stdout, self.stderr)
        # Everything that is due, so that a load that was broken off is finished by the next one.
        revisions = Revision.objects.filter(ring_at__isnull=False).values_list("pk", flat=True)
        withdrawals = Withdrawal.objects.filter(recorded_at__isnull=True).values_list("pk", flat=True)
        if not wait_until_done(revisions, withdrawals, options["wait"], Progress("reading", sys.stderr)):
            raise CommandError(
                "the worker has not read everything yet; nothing is lost: see that one runs "
                "(.venv/bin/celery -A factcheck worker), then manage.py status"
            )
        tables = ("observations.csv", "--observers", str(folder / "observations.toml"))
        call_command("import_observations", folder / tables[0], *tables[1:], stdout=self.stdout, stderr=self.stderr)
