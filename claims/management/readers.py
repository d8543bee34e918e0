"""Which reader a command reads with: the rules, a language model, or both."""

from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Sequence

from django.core.management.base import CommandError
from django.utils import timezone

from claims.reading import Reader
from claims.reading.gazetteer import GazetteerError, load_gazetteer
from claims.reading.values import Catalogue, Reading, Text
from claims.words import ReaderKind


def add_reader(parser: ArgumentParser) -> None:
    """Let a command take `--reader`."""
    parser.add_argument(
        "--reader",
        choices=[kind.value for kind in ReaderKind],
        default=ReaderKind.RULES.value,
        help="who reads (rules if not given); llm and both ask the model at READER_URL, outside the day's budget",
    )


def read_texts(
    texts: Sequence[Text], catalogue: Catalogue, kind: ReaderKind, complain: Callable[[str], None]
) -> list[Reading]:
    """Read texts with the reader asked for, in their order.

    Says through `complain`, in a line each, why texts were read by the rules alone and what was dropped of answers.
    Raises CommandError where a second reader is asked for and the environment names none, or the gazetteer is damaged.
    """
    try:
        reader = Reader(catalogue, load_gazetteer())
    except GazetteerError as error:
        raise CommandError(str(error)) from error
    if kind is ReaderKind.RULES:
        return [reader.read(text) for text in texts]
    # Late, so that reading by the rules needs no models.
    from claims.pipeline.second_reading import Unanswered, access_from_settings, read_text

    try:
        access_from_settings()
    except Unanswered as error:
        raise CommandError(f"--reader {kind}: {error}; factcheck/README.md says what it may be") from error
    read = [read_text(text, reader, kind, timezone.now(), counted=False) for text in texts]
    for why, count in Counter(one.fell_back for one in read if one.fell_back).items():
        complain(f"note: {count} of {len(texts)} read by the rules alone: {why}")
    dropped: Counter[str] = Counter()
    for one in read:
        dropped.update({drop.flaw.value: drop.count for drop in one.dropped})
    for flaw, count in sorted(dropped.items()):
        complain(f"note: dropped of its answers: {count} × {flaw}")
    return [one.reading for one in read]
