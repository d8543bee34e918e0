"""The editors' queue: what a word would turn comes first, two do not do one item twice, and an empty queue says so."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.queue import CANDIDATES, DOUBTS, STAKES, Asked, Key, find_items, lay_items
from claims.models import Article, Claim, Hold, Party, Review, Source, Statement
from claims.models.writing import Row, Sql, run
from claims.words import Origin, Stance, Status, Verdict
from tests.desk_world import boss, enter, make_claim, propose, reader, say, silent_bells

__all__ = ["boss", "reader", "silent_bells"]  # fixtures

pytestmark = pytest.mark.django_db

QUEUE = "/admin/queue/"


@pytest.fixture
def anna() -> User:
    return User.objects.create_superuser("anna", password="x")


def doubt(claim: Claim, party: str, stance: Stance, confidence: float = 0.6) -> Statement:
    """A reading the reader was not sure of, on which nothing hangs."""
    sure = say(claim, party, stance)
    made = Statement(
        **{
            field.attname: getattr(sure, field.attname)
            for field in Statement._meta.concrete_fields
            if field.attname not in ("id", "confidence", "dropped_at")
        },
        confidence=confidence,
    )
    Statement.objects.filter(pk=sure.pk).update(dropped_at=timezone.now(), dropped_why="read again")
    made.save()
    pipeline.assess_claim(claim.pk, timezone.now(), anew=True)
    return made


def firm(claim: Claim, party: str, stance: Stance) -> None:
    """The party holds it so firmly that no word on one reading changes anything."""
    for _ in range(3):
        say(claim, party, stance)


def listed(asked: Asked | None = None) -> list[tuple[str, Key]]:
    return list(find_items(asked or Asked(), timezone.now()))


def statement_key(statement: Statement) -> Key:
    return Key("statement", statement.pk)


def test_what_a_word_would_turn_comes_first_then_doubts_then_candidates(boss: User) -> None:
    settled = make_claim("settled")
    firm(settled, "reds", Stance.AFFIRMS)
    unsure = doubt(settled, "reds", Stance.AFFIRMS)
    candidate = propose()
    contested = make_claim("contested")
    says = [say(contested, "reds", Stance.AFFIRMS), say(contested, "blues", Stance.DENIES)]
    assert listed() == [
        (STAKES, statement_key(says[1])),
        (STAKES, statement_key(says[0])),
        (DOUBTS, statement_key(unsure)),
        (CANDIDATES, Key("candidate", candidate.pk)),
    ]
    page = enter(boss).get(QUEUE).content.decode()
    assert "Rejecting it would make “The reds hold the mill.” <b>unverified</b>." in page
    assert page.index("A word changes a status</h2>") < page.index("Doubtful readings</h2>")
    assert page.index("Doubtful readings</h2>") < page.index("New claims</h2>")


def test_each_item_says_what_a_word_does_give(boss: User) -> None:
    """What the page foresees of every item is what comes of the word."""
    claim = make_claim()
    for party, stance in (("reds", Stance.AFFIRMS), ("blues", Stance.DENIES), ("blues", Stance.AFFIRMS)):
        say(claim, party, stance)
    items = lay_items(listed(), timezone.now())
    assert items and {item.kind for item in items} == {STAKES}
    for item in items:
        for verdict in (Verdict.CONFIRMED, Verdict.REJECTED):
            pipeline.review_statement(item.key.pk, verdict, editor=boss, now=timezone.now())
            claim.refresh_from_db()
            assert claim.status == item.turns[verdict].then
            pipeline.undo_review(item.key.pk, editor=boss, now=timezone.now())
    assert any(turn.differs for item in items for turn in item.turns.values())


def test_what_was_reviewed_withdrawn_or_dropped_waits_no_more(boss: User) -> None:
    claim = make_claim()
    says = [say(claim, "reds", Stance.AFFIRMS), say(claim, "blues", Stance.DENIES), say(claim, "blues", Stance.DENIES)]
    pipeline.review_statement(says[0].pk, Verdict.CONFIRMED, editor=boss, now=timezone.now())
    assert [key for _, key in listed()] == []  # nothing is doubtful, and no single word turns the blues' two
    pipeline.undo_review(says[0].pk, editor=boss, now=timezone.now())
    assert [key for _, key in listed()] == [statement_key(says[0])]
    Article.objects.filter(pk=says[0].article_id).update(withdrawn=True)
    assert listed() == []


def test_the_queue_can_be_narrowed(boss: User) -> None:
    mill, dam = make_claim("mill"), make_claim("dam", "The reds broke the dam.")
    for claim in (mill, dam):
        say(claim, "reds", Stance.AFFIRMS)
        say(claim, "blues", Stance.DENIES)
    unsure = doubt(dam, "reds", Stance.AFFIRMS)
    propose()
    reds = Party.objects.get(slug="reds")
    claims = {s.pk: s.claim_id for s in Statement.objects.all()}
    of_dam = listed(Asked(claim=dam.pk))
    assert {claims[key.pk] for _, key in of_dam} == {dam.pk} and statement_key(unsure) in [key for _, key in of_dam]
    parties = {
        Statement.objects.get(pk=key.pk).party_id for _, key in listed(Asked(party=reds.pk)) if key.table == "statement"
    }
    assert parties == {reds.pk}
    assert ("candidates", Key("candidate", 1)) not in listed(Asked(claim=mill.pk))
    source = Source.objects.get()
    assert len(listed(Asked(source=source.pk))) == len(listed()) and listed(Asked(source=source.pk + 1)) == []
    assert len(listed(Asked(lang="en"))) == len(listed()) and listed(Asked(lang="fr")) == []
    assert len(listed(Asked(age="day"))) == len(listed())
    client = enter(boss)
    doubts = client.get(f"{QUEUE}?kind=doubts").context
    assert [item.key for item in doubts["items"]] == [statement_key(unsure)]
    assert {k["kind"]: k["count"] for k in doubts["kinds"]} == {"stakes": "3", "doubts": "1", "candidates": "1"}
    assert client.get(f"{QUEUE}?kind=nonsense&claim=x&party=-1&age=ever&lang=%00&p=zz").status_code == 200


def test_two_editors_are_sent_to_different_items_and_an_act_gives_back(boss: User, anna: User) -> None:
    claim = make_claim()
    first, second = say(claim, "reds", Stance.AFFIRMS), say(claim, "blues", Stance.DENIES)
    mine, hers = enter(boss), enter(anna)
    here = mine.get(f"{QUEUE}next/")["Location"]
    there = hers.get(f"{QUEUE}next/")["Location"]
    assert {here.split("?")[0], there.split("?")[0]} == {statement_key(s).page for s in (first, second)}
    assert mine.get(f"{QUEUE}next/")["Location"] == here  # still at it
    assert "boss is at it, until" in hers.get(QUEUE).content.decode()
    assert "boss is at this item" in hers.get(here).content.decode()
    assert Hold.objects.get(editor=boss).until > timezone.now() + timedelta(minutes=14)
    pk = here.split("/")[-3]
    act = reverse("admin:claims_statement_confirm", args=[pk])
    answer = mine.post(f"{act}?queue=", {"reason": ""})
    assert answer["Location"] == f"{QUEUE}next/?"
    assert not Hold.objects.filter(editor=boss).exists()
    answer = mine.get(answer["Location"], follow=True)
    assert answer.redirect_chain[-1][0] == f"{QUEUE}?"  # she is at all that is left, or nothing waits


def test_a_hold_runs_out_after_fifteen_minutes(boss: User, anna: User) -> None:
    statement = say(make_claim(), "reds", Stance.AFFIRMS)
    now = timezone.now()
    assert Hold.objects.take(statement, boss, now)
    assert not Hold.objects.take(statement, anna, now + timedelta(minutes=14, seconds=59))
    assert Hold.objects.take(statement, boss, now + timedelta(minutes=5))  # still at it: fifteen minutes more
    assert not Hold.objects.take(statement, anna, now + timedelta(minutes=19))
    assert Hold.objects.take(statement, anna, now + timedelta(minutes=20))
    Hold.objects.give_back(statement, boss)  # not his any more
    assert Hold.objects.get().editor == anna
    Hold.objects.give_back(statement, anna)
    assert not Hold.objects.exists()


def test_what_is_passed_over_comes_again_only_when_nothing_else_is_left(boss: User) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    say(claim, "blues", Stance.DENIES)
    client = enter(boss)
    here = client.get(f"{QUEUE}next/")["Location"]
    page = client.get(here)
    there = client.get(page.context["queue_next"])["Location"]
    assert there.split("?")[0] != here.split("?")[0]
    assert Hold.objects.count() == 1  # what was passed over was given back
    answer = client.get(client.get(there).context["queue_next"])
    assert answer["Location"] == f"{QUEUE}?"
    assert "passed over is offered again" in str(next(iter(get_messages(answer.wsgi_request))))
    assert client.get(f"{QUEUE}next/")["Location"].split("?")[0] == here.split("?")[0]


def test_an_empty_queue_says_so_and_what_was_done_last(boss: User) -> None:
    client = enter(boss)
    page = client.get(QUEUE).content.decode()
    assert "Nothing is waiting" in page and "Nobody has reviewed anything yet" in page
    claim = make_claim()
    statement = say(claim, "reds", Stance.AFFIRMS)
    client.post(reverse("admin:claims_statement_confirm", args=[statement.pk]), {"reason": "Heard it."})
    page = client.get(QUEUE).content.decode()
    assert "Nothing is waiting" in page and "boss, " in page
    assert "Confirmed." in page and "&quot;said&quot;" not in page
    assert client.get(f"{QUEUE}next/")["Location"] == f"{QUEUE}?"


def test_the_last_act_can_be_undone_but_not_over_anothers_word(boss: User, anna: User) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    statement = say(claim, "blues", Stance.DENIES)
    client = enter(boss)
    address = reverse("admin:claims_statement_reject", args=[statement.pk])
    client.post(f"{address}?queue=kind%3Dstakes", {"reason": "Misread."})
    claim.refresh_from_db()
    assert claim.status == Status.UNVERIFIED
    assert client.get(f"{QUEUE}undo/").status_code == 405
    answer = client.post(f"{QUEUE}undo/?kind=stakes")
    assert answer["Location"] == f"{statement_key(statement).page}?{urlencode({'queue': 'kind=stakes'})}"
    claim.refresh_from_db()
    assert claim.status == Status.CONTESTED
    assert "nothing of yours to undo" in client.post(f"{QUEUE}undo/", follow=True).content.decode()
    client.post(address, {"reason": "Misread."})
    pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=anna, now=timezone.now())
    page = client.post(f"{QUEUE}undo/", follow=True).content.decode()
    assert "anna has had a word on it since" in page
    assert Review.objects.latest("pk").verdict == Verdict.CONFIRMED


def test_a_dismissed_candidate_is_undone_too(boss: User) -> None:
    make_claim()
    candidate = propose()
    client = enter(boss)
    here = client.get(f"{QUEUE}next/")["Location"]
    assert here.startswith(Key("candidate", candidate.pk).page)
    assert client.get(here).status_code == 200
    address = reverse("admin:claims_candidate_dismiss", args=[candidate.pk])
    answer = client.post(f"{address}?queue=", {"reason": "Of no interest."})
    assert answer["Location"] == f"{QUEUE}next/?"
    client.post(f"{QUEUE}undo/")
    candidate.refresh_from_db()
    assert candidate.state == "open" and not candidate.why


def test_who_may_only_look_holds_nothing_and_undoes_nothing(reader: User) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    say(claim, "blues", Stance.DENIES)
    client = enter(reader)
    page = client.get(QUEUE)
    assert page.status_code == 200 and 'name="action"' not in page.content.decode()
    assert client.get(client.get(f"{QUEUE}next/")["Location"]).status_code == 200
    assert not Hold.objects.exists()
    nobody = enter(User.objects.create_user("nobody", password="x", is_staff=True))
    assert [nobody.get(f"{QUEUE}{page}").status_code for page in ("", "next/")] == [403, 403]
    assert Client().get(QUEUE).status_code == 302


def test_the_item_shows_what_it_takes_to_judge_it(boss: User) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    statement = say(claim, "blues", Stance.DENIES, title="Mill in dispute")
    page = enter(boss).get(f"{statement_key(statement).page}?queue=")
    html = page.content.decode()
    for shown in (
        "Mill in dispute", "The Post", ">B</span>", "said-that", "0.90", 'class="fc-cue"',
        '<mark class="fc-quote fc-denies">', "Kept for you for 15 minutes", 'data-key="c"', 'data-opens="r"',
        'data-key="n"',
    ):  # fmt: skip
        assert shown in html, shown
    confirmed, rejected = page.context["if_confirmed"], page.context["if_rejected"]
    assert (confirmed.now, confirmed.then, rejected.then) == (Status.CONTESTED, Status.CONTESTED, Status.UNVERIFIED)
    assert (confirmed.held.firm, confirmed.would_hold.firm) == (False, True)
    assert rejected.would_hold is None


@pytest.mark.parametrize("page", ["list", "next", "item"])
def test_the_queue_costs_as_many_queries_however_long_it_is(boss: User, page: str) -> None:
    def build(number: int) -> None:
        claim = make_claim(f"claim-{number}")
        say(claim, "reds", Stance.AFFIRMS)
        say(claim, "blues", Stance.DENIES)
        doubt(claim, "reds", Stance.AFFIRMS)
        propose(f"reds@{number}", wording=f"The Reds broke dam {number}.")

    def ask() -> int:
        Hold.objects.all().delete()
        client = enter(boss)
        item = statement_key(Statement.objects.earliest("pk")).page
        address = {"list": QUEUE, "next": f"{QUEUE}next/", "item": f"{item}?queue="}[page]
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        return len(asked)

    build(0)
    few = ask()
    for number in range(1, 9):
        build(number)
    assert ask() <= few
    assert few <= 12


def test_records_and_editors_statements_are_not_in_the_queue(boss: User) -> None:
    claim = make_claim()
    wrong = say(claim, "reds", Stance.AFFIRMS)
    pipeline.correct_statement(wrong.pk, editor=boss, stance=Stance.UNSETTLED, now=timezone.now())
    say(claim, "blues", Stance.DENIES)
    kinds = {Statement.objects.get(pk=key.pk).origin for _, key in listed()}
    assert kinds == {Origin.READING}


def test_a_party_that_said_too_much_is_foreseen_by_its_count(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = make_claim()
    say(claim, "reds", Stance.AFFIRMS)
    say(claim, "blues", Stance.DENIES)
    exact = {
        item.key: {word: turn.then for word, turn in item.turns.items()} for item in lay_items(listed(), timezone.now())
    }
    monkeypatch.setattr("claims.admin.queue.FORESEEN", 0)
    items = lay_items(listed(), timezone.now())
    assert all(turn.roughly for item in items for turn in item.turns.values())
    assert {item.key: {word: turn.then for word, turn in item.turns.items()} for item in items} == exact


def test_the_queue_is_looked_for_by_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rows there are, those of the queue are found by indexes that hold nothing else."""
    plans: list[str] = []

    def explain(*asked: Sql) -> list[list[Row]]:
        for sql in asked:
            plans.append("\n".join(row[0] for row in run(Sql(f"EXPLAIN {sql.text}", sql.given))[0]))
        return run(*asked)

    monkeypatch.setattr("claims.admin.queue.run", explain)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # few rows are read quicker by going through them
    listed()
    stakes, doubts = plans
    assert "claim_with_stakes" in stakes and "Seq Scan" not in stakes.replace("CTE Scan", "")
    assert "statement_doubtful" in doubts and "Seq Scan" not in doubts
