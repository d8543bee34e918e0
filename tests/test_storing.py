"""Storing an article: how many statements it carries does not decide how often the database is asked."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from claims import intake, pipeline
from claims.models import Claim, Party, Position
from claims.models.writing import insert_rows, update_rows
from claims.reading.values import Found, Reading, Span
from claims.words import Stance, Strength
from tests.worlds import KNOWN, learned, make_claim, make_parties

pytestmark = pytest.mark.django_db

A, D = Stance.AFFIRMS, Stance.DENIES
WORDS = "The mill by the river has changed hands once more, say those who live across the water."


def store(claims: int, stance: Stance, minute: float) -> tuple[int, int]:
    """Store an article with a statement on each of so many claims; returns its statements and the SQL statements."""
    now = learned(minute)
    sent = {"url": f"https://post.example/{minute}", "source": "The Post", "lang": "en", "text": f"{WORDS} {minute}"}
    found = tuple(
        Found(f"claim-{n}", "lab", stance, WORDS[:20], Span(0, 20), None, Strength.PLAIN, 0.9, "told")
        for n in range(claims)
    )
    with CaptureQueriesContext(connection) as asked:
        arrived = intake.parse_article({**sent, "published_at": now.isoformat()}, now)
        revision = intake.take_article(arrived, now).revision_id
        assert revision is not None
        pipeline.assign_story(revision, now)
        added = pipeline.record_reading(pipeline.ReadRevision(revision, Reading("en", found, ())), now)
    return added, len(asked)


def test_eight_eighty_and_eight_hundred_statements_take_the_same_number_of_sql_statements() -> None:
    make_parties()
    holder, opposed = Party.objects.get(slug="reds"), Party.objects.get(slug="blues")
    Claim.objects.bulk_create(
        Claim(
            slug=f"claim-{n}", kind="control", holder=holder, opposed=opposed, place={"name": f"Mill {n}"},
            recorded_at=KNOWN,
        )
        for n in range(800)
    )  # fmt: skip
    store(800, A, 0)  # whatever is asked once a process is asked, and every claim has its first line
    goes_on = [store(size, A, minute) for minute, size in enumerate((8, 80, 800), start=1)]
    turns = [store(8, D, 4), store(80, D, 5), store(800, D, 6)]
    assert [added for added, _ in goes_on] == [8, 80, 800]
    assert len({asked for _, asked in goes_on}) == 1, goes_on
    assert [added for added, _ in turns] == [8, 80, 800]


def test_rows_written_at_once_hold_what_they_were_given_and_know_their_keys() -> None:
    make_parties()
    claim = make_claim()
    party = Party.objects.get(slug="lab")
    begins = timezone.now()
    rows = [
        Position(
            claim=claim, party=party, begins=begins + timedelta(days=n), until=begins + timedelta(days=n + 1),
            stance=A if n % 2 else "", firm=bool(n % 2), heard=begins, sums=[[A, n / 2, n]], offered=[A] * n,
        )
        for n in range(5)
    ]  # fmt: skip
    insert_rows(rows)
    kept = {row.pk: row for row in Position.objects.filter(party=party)}
    assert [kept[row.pk].sums for row in rows] == [row.sums for row in rows]
    assert [kept[row.pk].begins for row in rows] == [row.begins for row in rows]
    for row in rows:
        row.stories, row.last_spoke, row.offered = row.pk, begins, [D]
    update_rows(rows, ["stories", "last_spoke", "offered"])
    kept = {row.pk: row for row in Position.objects.filter(party=party)}
    assert all(kept[row.pk].stories == row.pk and kept[row.pk].offered == [D] for row in rows)
    assert [kept[row.pk].sums for row in rows] == [row.sums for row in rows], "what was not named was written"
    insert_rows([])
    update_rows([], ["stories"])
