"""The ledger: status is a function of the set of statements, on two time axes, and can be replayed."""

import threading
from collections.abc import Callable
from datetime import datetime

import hypothesis.strategies as st
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given

from claims import pipeline
from claims.models import Change, Claim, Decision, Party, Position, Statement, StatusPeriod, Story
from claims.words import Origin, Stance, Status, Strength, Verdict
from tests.worlds import (
    PARTIES,
    Said,
    arrive,
    at,
    check_replay,
    learned,
    make_claim,
    make_parties,
    periods_of,
)

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED
RECORD = Origin.RECORD

pytestmark = pytest.mark.django_db

SAID = st.builds(
    Said,
    party=st.sampled_from([slug for slug, _, _ in PARTIES]),
    stance=st.sampled_from(list(Stance)),
    day=st.integers(0, 8),
    story=st.integers(0, 4),
    origin=st.sampled_from([Origin.READING, Origin.READING, Origin.RECORD]),
    strength=st.sampled_from(list(Strength)),
    own_voice=st.booleans() | st.just(False),
)


class Rollback(Exception):
    """Ends an example without a trace."""


def in_sandbox(example: Callable[[], None]) -> None:
    """Run an example and take back what it wrote."""
    with pytest.raises(Rollback), transaction.atomic():
        example()
        raise Rollback


def tell(claim: Claim) -> list[tuple[object, str, str]]:
    """The account of a claim in short: from when, which status, by which rule."""
    return [(begins, str(status), str(rule)) for begins, _, status, rule, *_ in periods_of(claim)]


# --- Order, repetition, batches ---


@given(st.data())
def test_the_order_of_arrival_and_its_batches_make_no_difference(data: st.DataObject) -> None:
    """Any order, any split into batches of the same statements gives the same periods and the same positions."""
    said = data.draw(st.lists(SAID, max_size=9))
    order = data.draw(st.permutations(said))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=4)))

    def example() -> None:
        make_parties()
        at_once, in_parts = make_claim("at-once"), make_claim("in-parts")
        stories: dict[int, Story] = {}
        arrive(at_once, said, learned(1), stories)
        for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(order)], strict=True)):
            if start < end:
                arrive(in_parts, order[start:end], learned(number + 2), stories)
        assert periods_of(at_once) == periods_of(in_parts)
        kept = [
            list(
                Position.objects.filter(claim=claim)
                .order_by("party", "begins")
                .values_list("party", "begins", "until", "stance", "firm", "settled", "last_spoke", "stories", "sums")
            )
            for claim in (at_once, in_parts)
        ]
        assert kept[0] == kept[1]
        check_replay(at_once)
        check_replay(in_parts)

    in_sandbox(example)


@given(st.lists(SAID, min_size=1, max_size=5), st.integers(2, 4))
def test_copies_of_a_story_make_no_difference_to_what_is_held(said: list[Said], copies: int) -> None:
    """A text carried by many outlets counts as it would carried by one."""
    said = [s for s in said if s.origin != RECORD] or [Said("reds", A, 1)]
    wired = [Said(s.party, s.stance, s.day, n, s.origin, s.strength, s.own_voice) for n, s in enumerate(said, 1)]

    def example() -> None:
        make_parties()
        once, often = make_claim("once"), make_claim("often")
        arrive(once, wired, learned(1), {})
        arrive(often, [s for s in wired for _ in range(copies)], learned(1), {})
        assert [p[:5] for p in periods_of(once)] == [p[:5] for p in periods_of(often)]

    in_sandbox(example)


# --- Two time axes ---


def test_a_late_arrival_rewrites_the_past_and_leaves_the_former_account_readable() -> None:
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 5)], learned(1))
    arrive(claim, [Said("blues", D, 6)], learned(2))
    before = tell(claim)
    arrive(claim, [Said("blues", D, 2), Said("reds", A, 1)], learned(3))
    assert tell(claim) == [
        (None, "unverified", "unverified"),
        (at(1), "unverified", "unverified"),
        (at(2), "contested", "contested"),
    ]
    lines = StatusPeriod.objects.filter(claim=claim)
    assert lines.known_at(learned(2)).valid_at(at(3)).status == "unverified"  # type: ignore[union-attr]
    assert lines.known_at(None).valid_at(at(3)).status == "contested"  # type: ignore[union-attr]
    formerly = [(p.valid.lower, p.status, p.rule) for p in lines.known_at(learned(2)).in_order()]
    assert formerly == before
    check_replay(claim, learned(0), learned(1), learned(2), learned(3))


def test_before_anything_was_said_and_before_we_knew() -> None:
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 5)], learned(1))
    lines = StatusPeriod.objects.filter(claim=claim)
    assert lines.known_at(None).valid_at(at(-1000)).status == "unverified"  # type: ignore[union-attr]
    assert lines.known_at(learned(-1)).valid_at(at(6)) is None
    assert pipeline.view_claim(claim, at(6), learned(-1)) is None


@given(st.data())
def test_replay_equals_the_ledger_after_random_histories(data: st.DataObject) -> None:
    """Late arrivals, rejections, confirmations, dropped statements, decisions and lifts, changed terms: all replay."""

    def example() -> None:
        parties = make_parties()
        claim = make_claim()
        stories: dict[int, Story] = {}
        moments: list[datetime] = [claim.recorded_at]
        for minute in range(1, data.draw(st.integers(2, 9))):
            now = learned(minute)
            act = data.draw(st.sampled_from(["say", "say", "say", "review", "decide", "lift", "merge", "regrade"]))
            statements = list(Statement.objects.filter(claim=claim).order_by("pk"))
            decisions = list(Decision.objects.filter(claim=claim, lifted_at__isnull=True).order_by("pk"))
            if act == "review" and statements:
                statement = data.draw(st.sampled_from(statements))
                verdict = data.draw(st.sampled_from([Verdict.CONFIRMED, Verdict.REJECTED]))
                pipeline.review_statement(statement.pk, verdict, editor=None, now=now)
            elif act == "decide":
                status = data.draw(st.sampled_from(list(Status)))
                since = data.draw(st.none() | st.integers(0, 8).map(at))
                pipeline.decide_claim(claim.pk, status, "a reason", author=None, now=now, effective_from=since)
            elif act == "lift" and decisions:
                pipeline.lift_decision(data.draw(st.sampled_from(decisions)).pk, "over", author=None, now=now)
            elif act == "merge" and len(stories) > 1:
                pair = data.draw(st.lists(st.sampled_from(sorted(stories)), min_size=2, max_size=2, unique=True))
                pipeline.merge_stories([stories[n].pk for n in pair], now)
            elif act == "regrade":
                party = parties[data.draw(st.sampled_from(sorted(parties)))]
                party.reliability = data.draw(st.sampled_from("ABCDEF"))
                party.save()
                pipeline.assess_claim(claim.pk, now)
            else:
                arrive(claim, data.draw(st.lists(SAID, min_size=1, max_size=3)), now, stories)
            claim.refresh_from_db()
            moments.append(claim.settled_at or now)
        check_replay(claim, *moments)
        view = pipeline.view_claim(claim)
        last = StatusPeriod.objects.filter(claim=claim).known_at(None).valid_at(None)
        assert view is not None and last is not None
        assert (view.period.assessment.status, view.period.since) == (last.status, last.since)
        for day in data.draw(st.lists(st.integers(-1, 9), max_size=3)):
            for moment in (None, *moments):
                then = pipeline.view_claim(claim, at(day), moment)
                line = StatusPeriod.objects.filter(claim=claim).known_at(moment).valid_at(at(day))
                assert then is not None and line is not None
                assert (then.period.assessment.status, then.period.since) == (line.status, line.since)

    in_sandbox(example)


# --- What acts do ---


def test_an_admission_in_two_stories_confirms_and_is_announced() -> None:
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 1), Said("blues", D, 2)], learned(1))
    arrive(claim, [Said("blues", A, 9, story=1)], learned(2))
    claim.refresh_from_db()
    assert (claim.status, claim.status_since) == ("unverified", at(9))
    arrive(claim, [Said("blues", A, 9.5)], learned(3))
    claim.refresh_from_db()
    assert (claim.status, claim.rule, claim.status_since) == ("confirmed", "admission", at(9.5))
    told = Change.objects.filter(claim=claim, kind="status").order_by("pk").values_list("from_status", "to_status")
    assert list(told) == [("unverified", "contested"), ("contested", "unverified"), ("unverified", "confirmed")]
    check_replay(claim)


def test_a_rejection_takes_a_statement_out_and_a_confirmation_makes_it_count_double() -> None:
    make_parties()
    claim = make_claim()
    _, blues = arrive(claim, [Said("reds", A, 1), Said("blues", A, 2)], learned(1))
    editor = User.objects.create(username="editor")
    pipeline.review_statement(blues, Verdict.CONFIRMED, editor=editor, now=learned(2))
    claim.refresh_from_db()
    assert (claim.status, claim.rule) == ("confirmed", "admission")
    pipeline.review_statement(blues, Verdict.REJECTED, editor=editor, reason="misread", now=learned(3))
    claim.refresh_from_db()
    assert claim.status == "unverified"
    assert [p.party.slug for p in Position.objects.filter(claim=claim)] == ["reds"]
    check_replay(claim, learned(1), learned(2), learned(3))


def test_a_correction_replaces_a_statement_and_keeps_the_misreading_on_record() -> None:
    make_parties()
    claim = make_claim()
    (wrong,) = arrive(claim, [Said("blues", A, 2)], learned(1))
    right = pipeline.correct_statement(wrong, editor=None, stance=D, now=learned(2))
    assert (right.stance, right.origin, right.corrects_id) == ("denies", "editor", wrong)
    position = Position.objects.get(claim=claim, until=None)
    assert (position.stance, position.firm) == ("denies", True)
    check_replay(claim, learned(1), learned(2))
    with pytest.raises(pipeline.RefusedEdit, match="Nothing is different"):
        pipeline.correct_statement(right.pk, editor=None, stance=D, now=learned(3))


def test_a_decision_needs_a_rationale_and_is_lifted_once() -> None:
    make_parties()
    claim = make_claim()
    with pytest.raises(pipeline.RefusedEdit, match="rationale"):
        pipeline.decide_claim(claim.pk, Status.REFUTED, "  ", author=None, now=learned(1))
    with pytest.raises(pipeline.RefusedEdit, match="future"):
        pipeline.decide_claim(claim.pk, Status.REFUTED, "so", author=None, now=learned(1), effective_from=learned(2))
    decision = pipeline.decide_claim(claim.pk, Status.REFUTED, "so", author=None, now=learned(1))
    pipeline.lift_decision(decision.pk, "not so", author=None, now=learned(2))
    with pytest.raises(pipeline.RefusedEdit, match="lifted already"):
        pipeline.lift_decision(decision.pk, "not so", author=None, now=learned(3))
    assert [row[1:] for row in tell(claim)] == [
        ("unverified", "unverified"),
        ("refuted", "decision"),
        ("unverified", "unverified"),
    ]


def test_a_new_grade_changes_what_follows_and_not_what_followed() -> None:
    parties = make_parties()
    claim = make_claim()
    arrive(claim, [Said("lab", A, 1, origin=RECORD), Said("gossip", A, 2, origin=RECORD)], learned(1))
    Party.objects.filter(slug="gossip").update(reliability="B")
    pipeline.assess_claim(claim.pk, learned(2))
    claim.refresh_from_db()
    assert (claim.status, claim.rule) == ("confirmed", "consensus")
    assert parties["gossip"].reliability == "E"
    check_replay(claim, learned(1), learned(2))


def test_a_clock_that_lags_behind_does_not_disturb_the_order_of_the_account() -> None:
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 1)], learned(5))
    arrive(claim, [Said("blues", D, 2)], learned(1))
    claim.refresh_from_db()
    assert claim.settled_at is not None and claim.settled_at > learned(5)
    check_replay(claim, learned(5), claim.settled_at)


# --- The cost of a statement ---


def test_a_later_statement_costs_the_same_however_long_the_history() -> None:
    """The number of queries, and of rows they touch, does not grow with the statements there are."""
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 0.001 * n) for n in range(3)], learned(1))
    with CaptureQueriesContext(
        connection,
    ) as few:
        arrive(claim, [Said("blues", D, 1)], learned(2))
    arrive(claim, [Said("lab", U, 1 + 0.001 * n) for n in range(1, 60)], learned(3))
    with CaptureQueriesContext(connection) as many:
        arrive(claim, [Said("blues", D, 2)], learned(4))
    assert len(many) <= len(few)
    assert not any("claims_position" in q["sql"] and q["sql"].startswith("DELETE") for q in many.captured_queries)


@pytest.mark.parametrize("before", [[Said("reds", A, 1)], [Said("reds", A, 1), Said("blues", D, 1, origin=RECORD)]])
@pytest.mark.parametrize("claims", [2, 20])
def test_the_number_of_queries_does_not_depend_on_how_many_claims_an_article_touches(
    claims: int, before: list[Said]
) -> None:
    make_parties()
    rows = [make_claim(f"claim-{n}") for n in range(claims)]
    for row in rows:
        arrive(row, before, learned(1))
    with transaction.atomic():
        locked, instant = pipeline.lock_claims([row.pk for row in rows], learned(2))
        blues = Party.objects.get(slug="blues")
        fresh = [
            Statement.objects.create(
                claim=row, party=blues, stance=D, said_at=at(2), origin=RECORD, record_key=f"k{row.pk}",
                recorded_at=instant,
            ).pk
            for row in rows
        ]  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            pipeline.settle(locked, instant, fresh=fresh)
    assert len(queries) <= 20
    assert set(Claim.objects.values_list("status", flat=True)) == {"contested"}


# --- What the database itself refuses, by raw SQL ---

REFUSALS = [
    "UPDATE claims_statusperiod SET status = 'confirmed'",
    "UPDATE claims_statusperiod SET valid = tstzrange(NULL, NULL)",
    "UPDATE claims_statusperiod SET recorded = tstzrange(lower(recorded), NULL) WHERE NOT upper_inf(recorded)",
    "UPDATE claims_statusperiod SET recorded = tstzrange(lower(recorded) - interval '1 day', lower(recorded))",
    "UPDATE claims_statusperiod SET id = id + 1000000",
    "DELETE FROM claims_statusperiod",
    "UPDATE claims_change SET to_status = 'refuted'",
    "DELETE FROM claims_change",
    "UPDATE claims_statement SET stance = 'unsettled'",
    "UPDATE claims_statement SET said_at = now()",
    "DELETE FROM claims_statement",
    "UPDATE claims_revision SET text = 'other words'",
    "DELETE FROM claims_revision",
    "UPDATE claims_review SET verdict = 'rejected'",
    "DELETE FROM claims_review",
    "UPDATE claims_decision SET status = 'unverified'",
    "UPDATE claims_decision SET lifted_at = now() WHERE lifted_at IS NOT NULL",
    "DELETE FROM claims_decision",
    "UPDATE claims_termsline SET gains = '[]'",
    "DELETE FROM claims_termsline",
]


@pytest.mark.parametrize("sql", REFUSALS)
def test_what_the_ledger_rests_on_cannot_be_changed_or_removed(sql: str) -> None:
    make_parties()
    claim = make_claim()
    (statement, _) = arrive(claim, [Said("reds", A, 1), Said("blues", D, 2)], learned(1))
    pipeline.review_statement(statement, Verdict.CONFIRMED, editor=None, now=learned(2))
    decision = pipeline.decide_claim(claim.pk, Status.CONFIRMED, "so", author=None, now=learned(3))
    pipeline.lift_decision(decision.pk, "no", author=None, now=learned(4))
    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.parametrize(
    "table", ["statusperiod", "change", "statement", "revision", "review", "decision", "termsline"]
)
def test_what_the_ledger_rests_on_cannot_be_emptied(table: str) -> None:
    with pytest.raises(Rollback), transaction.atomic(), connection.cursor() as cursor:
        # The tests' own database has these guards off, to be emptied between tests.
        cursor.execute(f"ALTER TABLE claims_{table} ENABLE TRIGGER claims_{table}_no_truncate")
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            cursor.execute(f"TRUNCATE claims_{table} CASCADE")
        raise Rollback


def test_no_claim_has_two_answers_for_one_moment() -> None:
    make_parties()
    claim = make_claim()
    copy = """INSERT INTO claims_statusperiod
        (claim_id, status, rule, reason, because, dissent, policy_version, since, valid, recorded)
        SELECT claim_id, 'confirmed', rule, reason, because, dissent, policy_version, since, {valid}, {recorded}
        FROM claims_statusperiod WHERE claim_id = %s"""
    overlap = copy.format(valid="tstzrange('2031-01-01', '2031-02-01')", recorded="recorded")
    refused = pytest.raises(IntegrityError, match="period_one_answer_per_moment")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(overlap, [claim.pk])
    elsewhere = copy.format(valid="valid", recorded="tstzrange('2001-01-01', '2001-02-01')")
    with connection.cursor() as cursor:
        cursor.execute(elsewhere, [claim.pk])


WRONG_VALUES = [
    ("claims_statement", "stance", "'maybe'"),
    ("claims_claim", "status", "'true'"),
    ("claims_claim", "kind", "'other'"),
    ("claims_party", "reliability", "'Z'"),
    ("claims_position", "stance", "'maybe'"),
]


@pytest.mark.parametrize(("table", "column", "value"), WRONG_VALUES)
def test_words_that_are_not_the_fields_are_refused(table: str, column: str, value: str) -> None:
    make_parties()
    claim = make_claim()
    arrive(claim, [Said("reds", A, 1)], learned(1))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = {value}")


# --- Two workers on one claim ---


@pytest.mark.django_db(transaction=True)
def test_two_workers_racing_on_one_claim_come_to_one_truth() -> None:
    """500 rounds: both store statements on one claim at once; the ledger replays, and no statement is lost."""
    make_parties()
    claim = make_claim()
    rounds = 500
    faults: list[BaseException] = []
    barrier = threading.Barrier(2)

    def work(party: str, stances: list[Stance]) -> None:
        try:
            for number in range(rounds):
                barrier.wait(30)
                stance = stances[number % len(stances)]
                arrive(
                    claim,
                    [Said(party, stance, number, origin=RECORD if number % 7 == 0 else Origin.READING)],
                    learned(number),
                )
        except BaseException as fault:
            faults.append(fault)
            barrier.abort()
        finally:
            connection.close()

    threads = [
        threading.Thread(target=work, args=("reds", [A, A, U])),
        threading.Thread(target=work, args=("blues", [D, D, D, A, A])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults
    assert Statement.objects.filter(claim=claim).count() == 2 * rounds
    check_replay(claim)
