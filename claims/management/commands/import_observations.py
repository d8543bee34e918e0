"""Take what monitors publish as tables, day by day and place by place: each change becomes a record."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.text import slugify

from claims import intake, pipeline
from claims.assessment import Record
from claims.management.commands.import_claims import read_again
from claims.management.lines import Report, count, explain
from claims.management.progress import Progress
from claims.models import Claim, Party
from claims.reading.catalogue import CatalogueError
from claims.reading.gazetteer import load_gazetteer

# How many records are stored and settled, and how many claims made, in one transaction.
BATCH = 2_000
CLAIMS_AT_ONCE = 500
NAMED = 5


class Command(BaseCommand):
    help = (
        "Import a table that a monitor publishes, CSV or CSV packed with gzip: a row for each place and day, such as "
        "VIINA's control data (geonameid,date,status_dsm,status_isw,...) or shares (date,place,occupied_share). What "
        "the columns and cells mean, and whose word they are, says the observers file. Each change of a cell becomes a "
        "record of that party on every claim of control of that place, dated at the end of the row's day, with the row "
        "as evidence. Rows may come in any order; repeating a file changes nothing, a longer one adds what is new. A "
        "bad line is named and loses no good one, but the command then ends with 1. Places without a claim are counted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        explain(parser, "manage.py import_observations control_latest_2025.csv.gz --make-claims russia ukraine")
        parser.add_argument("file", type=Path, metavar="FILE", help="the table, UTF-8: .csv or .csv.gz")
        parser.add_argument(
            "--format", default="", metavar="NAME", help="which table of the observers file it is (its heading tells)"
        )
        parser.add_argument(
            "--observers",
            type=Path,
            default=Path(settings.BASE_DIR) / "seeds" / "observations.toml",
            metavar="FILE.toml",
            help="what the tables mean and whose word they are (seeds/observations.toml)",
        )
        parser.add_argument(
            "--make-claims",
            nargs=2,
            metavar=("HOLDER", "OPPOSED"),
            help="make a claim that HOLDER controls it for each place by GeoNames id that has none and is in the "
            "gazetteer",
        )
        parser.add_argument(
            "--reread-days", type=int, default=90, metavar="N", help="articles read again for claims made (90 days)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        report = Report()
        maker = ClaimMaker(*options["make_claims"]) if options["make_claims"] else None
        table = take_file(
            path, options["observers"], report, wanted=options["format"], maker=maker,
            progress=lambda what: Progress(what, sys.stderr),
        )  # fmt: skip
        if maker is not None:
            self.stdout.write(f"{path.name}: {count(len(maker.planned), 'claim')} made")
            if maker.planned:
                read_again(options["reread_days"], self.stdout)
        report.print(path, self.stdout, self.stderr)
        if table.unplaced:
            named = sorted(table.unplaced)[:NAMED]
            self.stdout.write(
                f"{path.name}: {count(len(table.unplaced), 'place')} of {count(table.unplaced_rows, 'row')} "
                f"without a claim: "
                f"{', '.join(named)}{', ...' if len(table.unplaced) > NAMED else ''}"
            )
        report.fail_if_rejected(path)


class ClaimMaker:
    """Plans a claim of control for each place of the gazetteer that it is asked for."""

    def __init__(self, holder: str, opposed: str) -> None:
        """Raises CommandError for a party that there is not."""
        for slug in (holder, opposed):
            if not Party.objects.filter(slug=slug).exists():
                raise CommandError(f"--make-claims: there is no party {slug!r}; import it first, or correct the slug")
        self._sides = holder, opposed
        self._gazetteer = load_gazetteer()
        self._unnumbered = intake.load_places().unnumbered
        self._slugs = set(Claim.objects.values_list("slug", flat=True))
        self.planned: list[pipeline.ClaimRecord] = []

    def __call__(self, named: str) -> Sequence[intake.Target]:
        """The claim planned for the place of a GeoNames id; none where it is unknown, or a claim has its mere name."""
        found = self._gazetteer.by_id(int(named)) if named.isascii() and named.isdigit() else None
        if found is None or intake.plain_name(found.name) in self._unnumbered:
            return ()
        holder, opposed = self._sides
        slug = f"{holder}-controls-{slugify(found.name)}"[:100]
        if slug in self._slugs:
            slug = f"{slug}-{found.geonameid}"
        self._slugs.add(slug)
        names = {lang: list(names) for lang, names in found.names.items()}
        place = {"geonameid": found.geonameid, "name": found.name, "names": names}
        record = {"slug": slug, "kind": "control", "holder": holder, "opposed": opposed, "place": place}
        self.planned.append(pipeline.parse_claim_record(record))
        return (intake.Target(slug, holder, opposed),)

    def put(self, now: datetime, progress: Progress) -> None:
        """Put what was planned into the catalogue."""
        for start in range(0, len(self.planned), CLAIMS_AT_ONCE):
            pipeline.put_claims(self.planned[start : start + CLAIMS_AT_ONCE], now)
            progress.show(min(start + CLAIMS_AT_ONCE, len(self.planned)), len(self.planned))
        progress.end()


def take_file(
    path: Path,
    observers: Path,
    report: Report,
    *,
    progress: Callable[[str], Progress],
    wanted: str = "",
    maker: ClaimMaker | None = None,
) -> intake.Table:
    """Take every change of a table; returns the table, which tells of the places that have no claim.

    Raises CommandError for a file that is no table, or that the observers file does not describe.
    """
    now = timezone.now()
    reading = progress("reading")
    try:
        datasets = intake.parse_datasets(_read(observers))
        table = intake.Table(path, datasets, intake.load_places(), now, wanted=wanted)
        table.read(reading.show, maker)
        if table.changed:
            intake.put_source(table.dataset)
    except OSError as error:
        raise CommandError(f"{path}: cannot be read: {error.strerror or error}") from error
    except intake.Refused as refusal:
        raise CommandError(f"{path.name}: {refusal}") from refusal
    reading.end()
    if maker is not None:
        try:
            maker.put(now, progress("making claims"))
        except CatalogueError as error:
            raise CommandError(f"--make-claims: {error}") from error
    writing, changed, done = progress("recording"), table.changed, 0
    for places, batch in _in_batches(table.records()):
        recorded = pipeline.record_statements(batch, timezone.now())
        for outcome, n in (("created", recorded.created), ("repeated", recorded.repeated)):
            report.counts[outcome] = report.counts.get(outcome, 0) + n
        done += places
        writing.show(done, changed)
    writing.end()
    report.rejected += sorted(table.faults.first)
    if table.faults.count > len(table.faults.first):
        more = table.faults.count - len(table.faults.first)
        report.notes.append((table.rows + 1, f"{more} more lines were rejected, which are not named here"))
    return table


def _read(observers: Path) -> str:
    try:
        return observers.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{observers}: cannot be read: {error}") from error


def _in_batches(found: Iterator[list[Record]]) -> Iterator[tuple[int, list[Record]]]:
    """The records of places together, some thousand at a time, with the number of places."""
    batch: list[Record] = []
    places = 0
    for records in found:
        batch += records
        places += 1
        if len(batch) >= BATCH:
            yield places, batch
            batch, places = [], 0
    if batch:
        yield places, batch
