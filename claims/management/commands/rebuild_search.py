"""Make anew what words are looked for by."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from claims import pipeline
from claims.management.lines import explain
from claims.management.progress import Progress


class Command(BaseCommand):
    help = (
        "Make anew what words are looked for by: the terms of all claims, quotes and articles, and the names of "
        "parties and places. Needed only after the rules of terms changed or rows were put in by hand; searches find "
        "less until it is done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py rebuild_search")

    def handle(self, *args: Any, **options: Any) -> None:
        progress = Progress("indexing", sys.stderr)
        total = 0
        for done in pipeline.rebuild_search():
            progress.step(done)
            total += done
        progress.end()
        self.stdout.write(f"{total} rows can be found by their words")
