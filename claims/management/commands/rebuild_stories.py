"""Compare texts for copies again: those that are due, or all of them with their passages drawn anew."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims import pipeline
from claims.management.lines import explain
from claims.management.progress import Progress
from claims.models import Revision

BATCH = 500


class Command(BaseCommand):
    help = (
        "Compare articles for copies again and merge the stories that prove to be one. Needed after the index of "
        "passages was lost or the rules for copies changed; workers may go on meanwhile. Stories are never parted, "
        "and what was compared is not compared again unless --all is given. May be broken off and called again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py rebuild_stories --all")
        parser.add_argument("--all", action="store_true", help="drop the index of passages first, and make it anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            pipeline.forget_passages()
        pipeline.find_uncompared(1)  # finds out whether the index was lost
        due = Revision.objects.filter(compared_at__isnull=True, story__isnull=False).count()
        progress = Progress("comparing", sys.stderr, due)
        compared = 0
        while revisions := pipeline.find_uncompared(BATCH):
            for revision in revisions:
                pipeline.assign_story(revision, timezone.now())
                progress.step()
            compared += len(revisions)
        progress.end()
        self.stdout.write(f"{compared} editions compared")
