"""From an article's revision to a claim's status: what is carried counts, once, and as long as it is carried."""

from datetime import timedelta

import pytest
from django.db.models import ProtectedError

from claims import pipeline
from claims.models import Article, Claim, Party, Position, Review, Revision, Source, Statement
from claims.pipeline import RefusedEdit
from claims.reading.values import PartyEntry
from claims.words import OWN_VOICE, Stance, Strength, Verdict
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.worlds import KNOWN, check_replay, learned, make_claim, make_parties

pytestmark = pytest.mark.django_db

A, D, U = Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED
REDS, BLUES = Heard("reds", A, "The Reds hold it"), Heard("blues", D, "the Blues deny it")
BOTH = "The Reds hold it, they say; the Blues deny it."


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ToldReader:
    told = ToldReader([REDS, BLUES])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    return told


@pytest.fixture
def claim() -> Claim:
    make_parties()
    return make_claim()


def carried(claim: Claim) -> dict[str, Statement]:
    """The statements that count for a claim now, by party."""
    return {s.party.slug: s for s in Statement.objects.carried().filter(claim=claim).select_related("party")}


def status_of(claim: Claim) -> str:
    claim.refresh_from_db()
    return claim.status


# --- Once ---


def test_a_reading_is_recorded_once(reader: ToldReader, claim: Claim) -> None:
    revision = publish(BOTH, learned(1))
    found = pipeline.read_revision(revision, learned(1))
    assert found is not None
    assert [pipeline.record_reading(found, learned(minute)) for minute in (2, 3)] == [2, 0]
    assert Statement.objects.count() == 2
    assert pipeline.read_revision(revision, learned(4)) is None
    assert status_of(claim) == "contested"
    check_replay(claim, learned(1), learned(2))


def test_two_readings_of_one_revision_count_once(reader: ToldReader, claim: Claim) -> None:
    revision = publish(BOTH, learned(1))
    readings = [pipeline.read_revision(revision, learned(minute)) for minute in (1, 2)]
    for reading in readings:
        assert reading is not None
        pipeline.record_reading(reading, learned(3))
    version = Claim.objects.get(pk=claim.pk).version
    assert Statement.objects.count() == 2
    assert version == 2


def test_what_the_reader_knows_of_a_text(reader: ToldReader, claim: Claim) -> None:
    Source.objects.create(
        slug="red-post", name="The Red Post", kind="channel", speaks_as=Party.objects.get(slug="reds")
    )
    read(publish(BOTH, learned(5), source="red-post", title="The mill", published_at=learned(1)), learned(6))
    (text,) = reader.texts
    assert (text.source, text.speaks_as, text.title, text.published_at) == (
        "The Red Post", "reds", "The mill", learned(1),
    )  # fmt: skip
    assert {s.said_at for s in carried(claim).values()} == {learned(1)}
    statement = carried(claim)["reds"]
    assert Revision.objects.get().words[statement.start : statement.end] == statement.quote


def test_nobody_has_said_anything_after_we_learned_of_it(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [Heard("reds", A, "The Reds hold it", said_at=learned(10_000))]
    read(publish(BOTH, learned(1)), learned(2))
    assert carried(claim)["reds"].said_at == learned(2)


# --- Editions ---


def test_what_a_later_edition_carries_in_the_same_words_goes_on_with_its_review(
    reader: ToldReader, claim: Claim
) -> None:
    read(publish(BOTH, learned(1)), learned(2))
    reds = carried(claim)["reds"]
    pipeline.review_statement(reds.pk, Verdict.CONFIRMED, editor=None, now=learned(3))
    edited = publish("The Reds hold it, they say.", learned(10), modified_at=learned(9))
    assert read(edited, learned(11)) == 0
    assert carried(claim) == {"reds": reds}
    assert carried(claim)["reds"].said_at == learned(1)
    assert Review.objects.filter(statement=reds).count() == 1
    gone = Statement.objects.get(party__slug="blues")
    assert gone.dropped_at is not None
    assert "edition 2" in gone.dropped_why
    assert Position.objects.get(claim=claim).firm
    assert status_of(claim) == "unverified"
    check_replay(claim, learned(2), learned(3), learned(11))


def test_what_an_edition_says_in_other_words_it_has_said_since_it_first_did(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [REDS, Heard("reds", A, "It is the Reds'"), BLUES]
    read(publish("The Reds hold it.", learned(1)), learned(2))
    read(publish("It is the Reds'; the Blues deny it.", learned(10), modified_at=learned(9)), learned(11))
    assert {party: s.said_at for party, s in carried(claim).items()} == {"reds": learned(1), "blues": learned(9)}
    assert carried(claim)["reds"].quote == "It is the Reds'"
    check_replay(claim, learned(2), learned(11))


def test_a_change_of_mind_between_editions_is_of_the_later_one(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [REDS, Heard("reds", U, "nobody knows")]
    read(publish("The Reds hold it.", learned(1)), learned(2))
    read(publish("The Reds say nobody knows.", learned(10), modified_at=learned(9)), learned(11))
    now = carried(claim)["reds"]
    assert (now.stance, now.said_at) == ("unsettled", learned(9))
    check_replay(claim, learned(2), learned(11))


def test_an_edition_that_was_overtaken_carries_nothing(reader: ToldReader, claim: Claim) -> None:
    first = publish("The Reds hold it.", learned(1))
    second = publish("Actually, the Blues deny it.", learned(2), modified_at=learned(2))
    read(second, learned(3))
    assert read(first, learned(4)) == 0
    assert set(carried(claim)) == {"blues"}
    assert Revision.objects.get(pk=first).read_at is not None


def test_an_overtaken_edition_is_not_read_again(reader: ToldReader, claim: Claim) -> None:
    first = publish("The Reds hold it.", learned(1))
    second = publish("Actually, the Blues deny it.", learned(2), modified_at=learned(2))
    read(first, learned(3))
    read(second, learned(3))
    assert pipeline.ask_to_read_again([first, second], learned(4)) == 1
    assert [r.read_at is None for r in Revision.objects.order_by("number")] == [False, True]


def test_an_editors_correction_goes_on_while_its_words_stand(reader: ToldReader, claim: Claim) -> None:
    read(publish(BOTH, learned(1)), learned(2))
    wrong = carried(claim)["reds"]
    right = pipeline.correct_statement(wrong.pk, editor=None, stance=U, now=learned(3))
    read(publish(f"{BOTH} And so on.", learned(10), modified_at=learned(9)), learned(11))
    right.refresh_from_db()
    wrong.refresh_from_db()
    assert right.dropped_at is None and wrong.dropped_at is None
    assert status_of(claim) == "contested"
    read(publish("Nothing of the kind.", learned(20), modified_at=learned(19)), learned(21))
    right.refresh_from_db()
    assert right.dropped_at is not None
    assert not Position.objects.filter(claim=claim).exists()
    check_replay(claim, learned(2), learned(3), learned(11), learned(21))


def test_a_machine_that_reads_it_otherwise_does_not_contradict_an_editor(reader: ToldReader, claim: Claim) -> None:
    revision = publish(BOTH, learned(1))
    read(revision, learned(2))
    right = pipeline.correct_statement(carried(claim)["reds"].pk, editor=None, stance=U, now=learned(3))
    reader.heard = [Heard("reds", A, "The Reds hold it, they say"), BLUES]
    pipeline.ask_to_read_again([revision], learned(4))
    read(revision, learned(5))
    position = Position.objects.get(claim=claim, party__slug="reds", until=None)
    assert (position.stance, position.firm) == (U, True)
    assert set(Statement.objects.carried().filter(party__slug="reds")) == {right, right.corrects}
    check_replay(claim, learned(2), learned(3), learned(5))


def test_a_statement_is_corrected_once_and_only_while_it_is_carried(reader: ToldReader, claim: Claim) -> None:
    read(publish(BOTH, learned(1)), learned(2))
    reds, blues = carried(claim)["reds"], carried(claim)["blues"]
    right = pipeline.correct_statement(reds.pk, editor=None, stance=U, now=learned(3))
    with pytest.raises(RefusedEdit, match="corrected already"):
        pipeline.correct_statement(reds.pk, editor=None, stance=D, now=learned(4))
    pipeline.correct_statement(right.pk, editor=None, stance=D, now=learned(5))
    read(publish("Nothing.", learned(10), modified_at=learned(9)), learned(11))
    with pytest.raises(RefusedEdit, match="no longer carries"):
        pipeline.correct_statement(blues.pk, editor=None, stance=U, now=learned(12))


def test_a_correction_may_move_a_statement_to_another_claim_and_party(reader: ToldReader, claim: Claim) -> None:
    other = make_claim("blues-hold-the-barn")
    read(publish(BOTH, learned(1)), learned(2))
    lab = Party.objects.get(slug="lab")
    pipeline.correct_statement(carried(claim)["reds"].pk, editor=None, claim=other, party=lab, now=learned(3))
    assert [p.party.slug for p in Position.objects.filter(claim=other)] == ["lab"]
    assert [p.party.slug for p in Position.objects.filter(claim=claim)] == ["blues"]
    with pytest.raises(RefusedEdit, match="A record has no article"):
        record = Statement.objects.create(
            claim=claim, party=lab, stance=A, said_at=KNOWN, origin="record", record_key="k", recorded_at=learned(4)
        )
        pipeline.correct_statement(record.pk, editor=None, stance=D, now=learned(5))
    check_replay(other, learned(2), learned(3))


# --- Who speaks ---


def test_an_outlets_own_voice_is_its_own_party_and_weighs_nothing_until_confirmed(
    reader: ToldReader, claim: Claim
) -> None:
    reader.heard = [Heard(OWN_VOICE, A, "It is theirs"), REDS]
    for number in (1, 2):
        text = f"It is theirs. {number}"
        read(publish(text, learned(number), url=f"https://post.example/{number}"), learned(number + 2))
    voice = Source.objects.get(slug="the-post").voice
    assert voice is not None
    assert voice.slug == "outlet-the-post"
    statements = list(Statement.objects.filter(party=voice))
    assert [s.own_voice for s in statements] == [True, True]
    assert Position.objects.get(claim=claim, party=voice).stance == ""
    pipeline.review_statement(statements[0].pk, Verdict.CONFIRMED, editor=None, now=learned(10))
    position = Position.objects.get(claim=claim, party=voice, until=None)
    assert (position.stance, position.firm) == ("affirms", True)
    check_replay(claim, learned(3), learned(4), learned(10))


def test_a_voice_is_not_among_the_parties_an_article_may_name(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [Heard(OWN_VOICE, A, "It is theirs")]
    read(publish("It is theirs.", learned(1)), learned(2))
    named = pipeline.current_catalogue().parties
    assert "outlet-the-post" not in [p.slug for p in named]
    assert PartyEntry("reds-bloggers", "", {"en": ("Reds-Bloggers",)}, "reds") in named


def test_a_channel_speaks_as_its_party(reader: ToldReader, claim: Claim) -> None:
    Source.objects.create(slug="blue-post", name="Blue Post", kind="channel", speaks_as=Party.objects.get(slug="blues"))
    reader.heard = [Heard(OWN_VOICE, D, "It is not theirs")]
    read(publish("It is not theirs.", learned(1), source="blue-post"), learned(2))
    statement = carried(claim)["blues"]
    assert not statement.own_voice
    assert Position.objects.get(claim=claim).stance == "denies"


def test_statements_on_what_the_catalogue_lost_meanwhile_are_left_out(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [REDS, Heard("blues", D, "the Blues", claim="gone"), Heard("strangers", D, "the Blues deny")]
    assert read(publish(BOTH, learned(1)), learned(2)) == 1


# --- Asked again ---


def test_reading_again_after_a_claim_was_added_links_old_articles(reader: ToldReader, claim: Claim) -> None:
    revision = publish(BOTH, learned(1))
    read(revision, learned(2))
    before = carried(claim)
    new = make_claim("blues-hold-the-barn", learned(3))
    reader.heard.append(Heard("blues", A, "the Blues", claim="blues-hold-the-barn"))
    assert pipeline.newest_revisions(learned(0)) == [revision]
    assert pipeline.newest_revisions(learned(2)) == []
    assert pipeline.ask_to_read_again([revision], learned(4)) == 1
    assert read(revision, learned(5)) == 1
    assert carried(claim) == before
    assert set(carried(new)) == {"blues"}
    assert carried(new)["blues"].recorded_at >= learned(5)


@pytest.mark.parametrize("again_first", [False, True])
def test_what_is_asked_for_while_a_revision_is_being_read_is_not_lost(
    reader: ToldReader, claim: Claim, again_first: bool
) -> None:
    """A claim is added between a reading and its recording: the article is read for it all the same."""
    revision = publish(BOTH, learned(1))
    began = pipeline.read_revision(revision, learned(2))
    assert began is not None
    new = make_claim("blues-hold-the-barn", learned(3))
    reader.heard.append(Heard("blues", A, "the Blues", claim="blues-hold-the-barn"))
    pipeline.ask_to_read_again([revision], learned(3))
    if again_first:
        again = pipeline.read_revision(revision, learned(4))
        pipeline.record_reading(began, learned(5))
    else:
        pipeline.record_reading(began, learned(4))
        again = pipeline.read_revision(revision, learned(5))
    assert again is not None
    pipeline.record_reading(again, learned(6))
    pipeline.record_reading(began, learned(7))
    assert set(carried(claim)) == {"reds", "blues"}
    assert set(carried(new)) == {"blues"}
    row = Revision.objects.get(pk=revision)
    assert row.ring_at is None and row.read_at is not None
    check_replay(claim, learned(4), learned(5), learned(6))


def test_a_reworded_claim_or_party_is_read_with_at_once() -> None:
    make_parties()
    make_claim()
    first = pipeline.current_reader()
    assert pipeline.current_reader() is first
    claim = Claim.objects.get()
    claim.place = {"name": "the barn"}
    claim.save()
    second = pipeline.current_reader()
    assert second is not first
    # One saved earlier may be committed later: the newest moment is the same then.
    party = Party.objects.get(slug="lab")
    newest = Party.objects.latest("changed_at").changed_at
    Party.objects.filter(pk=party.pk).update(names={"en": ["Laboratory"]}, changed_at=newest - timedelta(seconds=1))
    assert pipeline.current_reader() is not second


# --- Withdrawn ---


def test_a_withdrawn_article_counts_no_more_and_counts_again_when_put_back(reader: ToldReader, claim: Claim) -> None:
    revision = publish(BOTH, learned(1))
    read(revision, learned(2))
    article = article_of(revision)
    withdrawal = pipeline.ask_withdrawal(article, withdrawn=True, why="retracted", now=learned(3))
    assert withdrawal is not None
    assert status_of(claim) == "contested"
    assert pipeline.ask_withdrawal(article, withdrawn=True, why="again", now=learned(3)) is None
    assert pipeline.record_withdrawal(withdrawal.pk, learned(4))
    assert not pipeline.record_withdrawal(withdrawal.pk, learned(5))
    assert status_of(claim) == "unverified"
    assert Article.objects.get().withdrawn
    assert not Position.objects.filter(claim=claim).exists()
    restored = pipeline.ask_withdrawal(article, withdrawn=False, why="a mistake", now=learned(6))
    assert restored is not None
    pipeline.record_withdrawal(restored.pk, learned(7))
    assert status_of(claim) == "contested"
    assert not Article.objects.get().withdrawn
    check_replay(claim, *(learned(n) for n in range(9)))


def test_an_article_withdrawn_before_it_was_read_says_nothing(reader: ToldReader, claim: Claim) -> None:
    """Even where the withdrawal was recorded, by its clock, after the reading it went ahead of."""
    revision = publish(BOTH, learned(1))
    began = pipeline.read_revision(revision, learned(2))
    withdrawal = pipeline.ask_withdrawal(article_of(revision), withdrawn=True, why="", now=learned(2))
    assert began is not None and withdrawal is not None
    pipeline.record_withdrawal(withdrawal.pk, learned(5))
    pipeline.record_reading(began, learned(3))
    assert status_of(claim) == "unverified"
    assert Statement.objects.count() == 2
    check_replay(claim, learned(3), learned(4), learned(5), learned(6))


def test_withdrawals_of_lagging_clocks_hold_in_the_order_they_were_asked(reader: ToldReader, claim: Claim) -> None:
    article = article_of(publish(BOTH, learned(1)))
    for withdrawn, minute in ((True, 9), (False, 5)):
        asked = pipeline.ask_withdrawal(article, withdrawn=withdrawn, why="", now=learned(2))
        assert asked is not None
        pipeline.record_withdrawal(asked.pk, learned(minute))
    read(Revision.objects.get().pk, learned(10))
    assert status_of(claim) == "contested"
    check_replay(claim, learned(9), learned(10))


# --- What stays ---


def test_a_claim_or_party_that_something_rests_on_cannot_be_deleted(reader: ToldReader, claim: Claim) -> None:
    read(publish(BOTH, learned(1)), learned(2))
    for row in (claim, Party.objects.get(slug="reds"), Article.objects.get(), Source.objects.get()):
        with pytest.raises(ProtectedError):
            row.delete()


def test_a_hedged_reading_weighs_half(reader: ToldReader, claim: Claim) -> None:
    reader.heard = [Heard("reds", A, "The Reds", strength=Strength.HEDGED)]
    read(publish("The Reds, perhaps.", learned(1)), learned(2))
    assert Position.objects.get(claim=claim).sums == [["affirms", 0.5, 1]]
    assert Position.objects.get(claim=claim).stance == ""


def test_positions_that_were_lost_are_drawn_anew_on_demand(reader: ToldReader, claim: Claim) -> None:
    read(publish(BOTH, learned(1)), learned(2))
    kept = list(Position.objects.values_list("party", "begins", "stance", "sums"))
    Position.objects.filter(party__slug="reds").update(sums=[["denies", 9.0, 9]], stance="denies")
    pipeline.assess_claim(claim.pk, learned(3))
    assert status_of(claim) == "unverified"
    pipeline.assess_claim(claim.pk, learned(4), anew=True)
    assert status_of(claim) == "contested"
    assert list(Position.objects.values_list("party", "begins", "stance", "sums")) == kept
    check_replay(claim, learned(2), learned(4))


def test_a_statement_that_follows_a_new_grade_is_assessed_on_it_with_all_before(
    reader: ToldReader, claim: Claim
) -> None:
    reader.heard = [Heard(party, A, "It is theirs") for party in ("lab", "gossip")]
    for number in (1, 2):
        read(publish(f"It is theirs. {number}", learned(number), url=f"https://post.example/{number}"), learned(3))
    assert status_of(claim) == "unverified"
    Party.objects.filter(slug="gossip").update(reliability="B")
    reader.heard = [REDS]
    read(publish("The Reds hold it.", learned(4), url="https://post.example/3"), learned(5))
    assert status_of(claim) == "confirmed"
    assert claim.status_since == learned(2)
    check_replay(claim, learned(3), learned(5))
