"""What it costs to find the copies of one article among ten thousand texts, and among a million."""

import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import TypeVar

import numpy as np
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Model
from django.utils import timezone
from numpy.typing import NDArray

from claims import pipeline
from claims.models import Article, Passage, Revision, Source, Story
from claims.pipeline import comparing
from claims.reading import copies
from measure.figures import Figure, ratios

SIZES = (10_000, 100_000, 1_000_000)
WORDS = 180  # in each article
VOCABULARY = 60_000
PHRASES, PHRASE = 5_000, 5  # turns of phrase that come back, and how long each is
OUTLETS, CLOSING = 200, 25  # each ends every article with its own words
BATCH = 10_000
REPEATED = 40  # articles of each kind in a round
BEGINS = datetime(2024, 1, 1, tzinfo=UTC)

_T = TypeVar("_T")


class _Press:
    """Made-up articles: words and turns of phrase as common as in real ones (Zipf), and each outlet's closing words."""

    def __init__(self) -> None:
        chance = random.Random(1)  # noqa: S311
        letters = "etaoinshrdlucmfwypvbgkqjxz"
        words: set[str] = set()
        while len(words) < VOCABULARY:
            words.add("".join(chance.choices(letters, weights=range(26, 0, -1), k=chance.randint(2, 9))))
        self.words = sorted(words)
        chance.shuffle(self.words)
        self.hashes = np.array([copies.hash_word(word)[0] for word in self.words], np.uint64)
        self.chance = np.random.default_rng(1)
        self.phrases = self._draw(PHRASES, PHRASE)
        self.closings = self._draw(OUTLETS, CLOSING)

    def write(self, number: int) -> NDArray[np.int64]:
        """So many articles, a row each, a number for each word; a third of the words are in turns of phrase."""
        articles = self._draw(number, WORDS)
        for at in range(0, WORDS - CLOSING, 3 * PHRASE):
            articles[:, at : at + PHRASE] = self.phrases[self._rank(PHRASES, (number,))]
        articles[:, -CLOSING:] = self.closings[self.chance.integers(0, OUTLETS, number)]
        return articles

    def spell(self, article: NDArray[np.int64]) -> str:
        """The text of one."""
        return " ".join(map(self.words.__getitem__, article.tolist()))

    def _draw(self, rows: int, columns: int) -> NDArray[np.int64]:
        return self._rank(VOCABULARY, (rows, columns))

    def _rank(self, number: int, shape: tuple[int, ...]) -> NDArray[np.int64]:
        """Numbers below this one by Zipf's law: the n-th is one n-th as common as the first."""
        return (number ** self.chance.random(shape)).astype(np.int64) - 1


def measure_copies(rounds: int, step: Callable[[], None]) -> list[Figure]:
    """Find the story of new articles, and of copies, with so many texts stored; returns the figures.

    The texts are loaded, not read: what is measured is the road of one article more. Beside each measurement the
    passages of the same articles are drawn without the database, and compared is what the one takes of the other: a
    machine that is busy while there are many texts must not pass for a cost of many texts.
    """
    press = _Press()
    taken: dict[tuple[str, int], list[float]] = {}
    beside: dict[tuple[str, int], list[float]] = {}
    candidates: dict[int, list[float]] = {}
    stored = 0
    source, _ = Source.objects.get_or_create(slug="press", defaults={"name": "The Press"})
    for size in SIZES:
        _load(press, source, stored, size, step)
        stored = size
        for number in range(rounds + 1):
            texts = [press.spell(row) for row in press.write(REPEATED)]
            bare = _time_each(lambda text: copies.find_passages(copies.Words(text)), texts)
            new = _publish(source, texts)
            spent = {"new": _time_each(_find_story, new)}
            spent["copy"] = _time_each(_find_story, _publish(source, texts))
            if number:  # the first round fills the caches
                found = [_count_candidates(revision) for revision in new]
                candidates.setdefault(size, []).append(statistics.mean(found))
                for kind, milliseconds in spent.items():
                    taken.setdefault((kind, size), []).append(milliseconds)
                    beside.setdefault((kind, size), []).append(milliseconds / bare)
            step()
    few, _, most = SIZES
    figures = []
    for size in SIZES:
        figures += [
            Figure(f"story of a new article, {size:,} stored", "ms", tuple(taken["new", size])),
            Figure(f"story of a copy, {size:,} stored", "ms", tuple(taken["copy", size])),
            Figure(f"texts looked at for an article, {size:,} stored", "", tuple(candidates[size])),
        ]
    for kind, name in (("new", "a new article"), ("copy", "a copy")):
        ratio = ratios(beside[kind, most], beside[kind, few])
        figures.append(Figure(f"story of {name}: at {most:,} / {few:,}", "", ratio, at_most=1.5))
    return figures


def count_steps(rounds: int) -> int:
    """How many steps of progress measuring will be."""
    return SIZES[-1] // BATCH + len(SIZES) * (rounds + 1)


def _time_each(work: Callable[[_T], object], things: Sequence[_T]) -> float:
    """The median of the milliseconds that each takes."""
    spent = []
    for thing in things:
        began = time.perf_counter()
        work(thing)
        spent.append(time.perf_counter() - began)
    return statistics.median(spent) * 1000


def _find_story(revision: int) -> None:
    pipeline.assign_story(revision, timezone.now())


def _count_candidates(revision: int) -> int:
    """How many texts were compared with this one."""
    passages = Passage.objects.filter(revision=revision).values_list("digest", flat=True)
    return len(comparing.look_up(revision, list(passages)))


def _publish(source: Source, texts: Sequence[str]) -> list[int]:
    """Articles with these texts, without a story yet."""
    now = timezone.now()
    articles = Article.objects.bulk_create(
        Article(source=source, url=f"https://press.example/{uuid.uuid4()}", published_at=now, recorded_at=now)
        for _ in texts
    )
    revisions = Revision.objects.bulk_create(
        Revision(article=article, number=1, text=text, digest="", published_at=now, recorded_at=now)
        for article, text in zip(articles, texts, strict=True)
    )
    return [revision.pk for revision in revisions]


def _load(press: _Press, source: Source, begins: int, ends: int, step: Callable[[], None]) -> None:
    """Store articles until there are so many, each with its story and passages, and have the index made at the end."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'claims_passage'::regclass AND contype = 'p'"
        )
        (key,) = cursor.fetchone()
        cursor.execute(f'ALTER TABLE claims_passage DROP CONSTRAINT "{key}"')
        cursor.execute("SET statement_timeout = 0")
        for number in range(begins, ends, BATCH):
            articles = press.write(BATCH)
            first = _reserve(cursor, BATCH)
            _copy_rows(cursor, press, source, articles, first)
            _copy_passages(cursor, press.hashes[articles], first)
            step()
            if not number:
                _check_passages(press, articles[0], first)
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute(f'ALTER TABLE claims_passage ADD CONSTRAINT "{key}" PRIMARY KEY (digest, revision_id)')
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _reserve(cursor: CursorWrapper, number: int) -> int:
    """The first of so many ids that are free for articles, revisions and stories alike."""
    firsts = []
    for table in ("claims_article", "claims_revision", "claims_story"):
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        firsts.append(cursor.fetchone()[0])
    for table in ("claims_article", "claims_revision", "claims_story"):
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(firsts) + number])
    return int(max(firsts))


def _copy_rows(cursor: CursorWrapper, press: _Press, source: Source, articles: NDArray[np.int64], first: int) -> None:
    dated = {"published_at": BEGINS, "recorded_at": BEGINS}
    read = {"read_at": BEGINS, "compared_at": BEGINS}
    with transaction.atomic():
        rows = range(first, first + len(articles))
        _copy(cursor, (Story(pk=pk, recorded_at=BEGINS) for pk in rows))
        _copy(cursor, (Article(pk=pk, source=source, url=f"https://press.example/{pk}", **dated) for pk in rows))
        texts = zip(rows, map(press.spell, articles), strict=True)
        _copy(cursor, (Revision(pk=p, article_id=p, story_id=p, number=1, text=t, **dated, **read) for p, t in texts))


def _copy(cursor: CursorWrapper, rows: Iterable[Model]) -> None:
    rows = iter(rows)
    first = next(rows)
    fields = first._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with cursor.copy(f"COPY {first._meta.db_table} ({columns}) FROM STDIN") as copy:
        for row in chain((first,), rows):
            copy.write_row([field.get_prep_value(getattr(row, field.attname)) for field in fields])


def _copy_passages(cursor: CursorWrapper, words: NDArray[np.uint64], first: int) -> None:
    """The passages of articles given as hashed words, a row each: as `find_passages` draws them, all in one go."""
    runs = np.zeros((len(words), words.shape[1] - copies.RUN + 1), np.uint64)
    for offset in range(copies.RUN):
        runs = copies.join_hashes(runs, words[:, offset : offset + runs.shape[1]])
    stretches = np.lib.stride_tricks.sliding_window_view(runs, copies.WINDOW, axis=1)
    drawn = stretches.argmin(axis=2) + np.arange(stretches.shape[1])
    new = np.diff(drawn, axis=1, prepend=-1) > 0
    row = np.repeat(np.arange(len(words)), new.sum(axis=1))
    chosen = runs[row, drawn[new]]
    neighbours = row[:-1] == row[1:]
    digests = copies.join_hashes(chosen[:-1], chosen[1:])[neighbours].view(np.int64)
    pairs = np.unique(np.stack([row[:-1][neighbours] + first, digests]), axis=1)
    # PostgreSQL's binary format of COPY: a header, each row with the number and the length of its fields, a trailer.
    table = np.zeros(pairs.shape[1], [("n", ">i2"), ("a", ">i4"), ("digest", ">i8"), ("b", ">i4"), ("revision", ">i8")])
    table["n"], table["a"], table["b"], table["revision"], table["digest"] = 2, 8, 8, pairs[0], pairs[1]
    with cursor.copy("COPY claims_passage (digest, revision_id) FROM STDIN (FORMAT binary)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + table.tobytes() + b"\xff\xff")


def _check_passages(press: _Press, article: NDArray[np.int64], revision: int) -> None:
    loaded = set(Passage.objects.filter(revision=revision).values_list("digest", flat=True))
    if loaded != set(copies.find_passages(copies.Words(press.spell(article)))):
        raise ValueError("the bench draws other passages than find_passages")
