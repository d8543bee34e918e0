"""Candidates for new claims: met in any order, counted once a story, and made claims, or not, by editors."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
import servers
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.models import Candidate, Claim, Revision, Sighting, Statement
from claims.pipeline import RefusedEdit
from claims.pipeline.sightings import KEY_LENGTH, merge_proposals, shorten_key
from claims.reading import values
from claims.reading.values import GazetteerPlace, Span
from claims.words import OWN_VOICE, ClaimKind, Stance
from tests.printing import Heard, ToldReader, article_of, publish, read
from tests.workers import Worker
from tests.worlds import KNOWN, check_replay, learned, make_parties

pytestmark = pytest.mark.django_db

VELMORA = GazetteerPlace(
    4242, "Velmora", "XX", 50.5, 30.25, 12_000, {"en": ("Velmora",), "fr": ("Velmore",), "uk": ("Вельмора",)}
)
TOWN = values.Candidate(
    key="reds@4242", kind=ClaimKind.CONTROL, quote="the Reds took Velmora", span=Span(0, 1), parties=("blues", "reds"),
    confidence=0.8, rule="told", holder="reds", opposed="blues", place=VELMORA,
)  # fmt: skip
DAM = values.Candidate(
    key="breach dam", kind=ClaimKind.GENERAL, quote="denies having breached the dam", span=Span(0, 1),
    parties=("reds",), confidence=0.6, rule="told", proposition="The Reds breached the dam.",
    keywords=(("dam",), ("breach", "blow up")),
)  # fmt: skip


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> ToldReader:
    make_parties()
    told = ToldReader(proposed=[TOWN, DAM])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    return told


def tell(text: str, minute: float, page: str = "a", **more: object) -> int:
    """An article arrives and is read; returns its revision."""
    revision = publish(text, learned(minute), url=f"https://post.example/{page}", **more)  # type: ignore[arg-type]
    read(revision, learned(minute))
    return revision


def town(number: int) -> str:
    """A text about the town that no other article carries."""
    return f"On day {number} of the war, they say, the Reds took Velmora; the Blues say that it is not so at all."


def candidate(key: str = TOWN.key) -> Candidate:
    return Candidate.objects.select_related("lead", "holder").get(key=key)


def counts(key: str = TOWN.key) -> tuple[int, int, list[str], int]:
    """Stories, articles, parties and rank of a candidate."""
    row = candidate(key)
    return row.stories, row.articles, row.parties, row.rank


def waiting() -> list[str]:
    return list(Candidate.objects.waiting().values_list("key", flat=True))


# --- What a reading proposes is kept, once ---


def test_a_candidate_is_kept_with_its_words(reader: ToldReader) -> None:
    revision = tell(f"Far away it rained. {town(1)}", 1)
    row = candidate()
    assert (row.state, row.kind, row.holder.slug if row.holder else "", row.title) == (
        "open", "control", "reds", "Reds controls Velmora.",
    )  # fmt: skip
    assert row.place is not None and row.place["geonameid"] == 4242 and row.place["names"]["uk"] == ["Вельмора"]
    sighting = row.sightings.get()
    words = Revision.objects.get(pk=revision).words
    assert words[sighting.start : sighting.end] == sighting.quote == TOWN.quote
    assert (sighting.parties, sighting.opposed, sighting.confidence, sighting.rule, sighting.revision_id) == (
        ["blues", "reds"], "blues", 0.8, "told", revision,
    )  # fmt: skip
    assert row.lead == sighting and counts() == (1, 1, ["blues", "reds"], 1) and waiting() == [TOWN.key]
    assert not Claim.objects.exists() and not Statement.objects.exists()


def test_a_reading_delivered_twice_or_made_anew_changes_nothing(reader: ToldReader) -> None:
    revision = publish(town(1), learned(1))
    found = pipeline.read_revision(revision, learned(1))
    assert found is not None
    for minute in (2, 3):
        pipeline.record_reading(found, learned(minute))
    rows = list(Candidate.objects.values()), list(Sighting.objects.values())
    pipeline.ask_to_read_again([revision], learned(4))
    read(revision, learned(5))
    assert (list(Candidate.objects.values()), list(Sighting.objects.values())) == rows


def test_one_article_that_says_it_twice_is_one_sighting_with_everybodys_parties() -> None:
    surer = replace(TOWN, confidence=0.9, parties=("lab",), span=Span(50, 60), quote="Velmora was taken")
    other = replace(DAM, key="other")
    merged = merge_proposals([TOWN, other, surer])
    assert merged == {TOWN.key: replace(surer, parties=("blues", "lab", "reds")), "other": other}
    assert merged == merge_proposals([surer, TOWN, other])


def test_a_key_too_long_to_store_stays_a_key_of_its_own() -> None:
    one, other = "a" * KEY_LENGTH + " b", "a" * KEY_LENGTH + " c"
    assert shorten_key("short") == "short" and shorten_key("a" * KEY_LENGTH) == "a" * KEY_LENGTH
    assert len(shorten_key(one)) == KEY_LENGTH and shorten_key(one) != shorten_key(other)


# --- Merged across articles ---


def test_copies_of_one_story_count_once_and_an_outlets_own_voice_is_no_party(reader: ToldReader) -> None:
    reader.proposed = [replace(TOWN, parties=(OWN_VOICE, "reds"))]
    tell(town(1), 1, "a")
    tell(town(1), 2, "b", source="The Courier")
    assert counts() == (1, 2, ["reds"], 1)
    reader.proposed = [TOWN]
    tell(town(2), 3, "c", source="The Courier")
    assert counts() == (2, 3, ["blues", "reds"], 2)


# Two stories that a third article, which does not carry the candidate itself, shows to be one; and a story apart.
ONE = (
    "The council met on Monday and heard what the engineers had to say of the bridge and of the mill. The bridge would "
    "last another ten winters, they thought, if lorries kept to the north road; the mill was another matter, for its "
    "wheel had not been seen to since the flood, and nobody on either bank could say who was to pay for a new one."
)
OTHER = (
    "The mayor spoke for an hour about the roads, the school, and what the winter would bring. He praised teachers, "
    "who had gone without pay since August, and asked all with a cart to help bring in the wood before the snow; of "
    "the war he said only that it had gone on for too long, and that a town could not live on news from its front."
)
ARRIVALS: dict[str, Callable[[], object]] = {
    "one": lambda: tell(f"{ONE}\nAnd the Reds took Velmora.", 1, "a", published_at=learned(0)),
    "other": lambda: tell(f"{OTHER}\nYes, the Reds took Velmora.", 1, "b", published_at=learned(0)),
    "bridge": lambda: tell(f"{ONE}\n{OTHER}", 1, "c", published_at=learned(0)),
    "apart": lambda: tell(town(2), 1, "d", published_at=learned(0.5)),
}


@pytest.mark.parametrize("order", list(permutations(ARRIVALS)))
def test_the_order_of_arrival_does_not_matter(reader: ToldReader, order: tuple[str, ...]) -> None:
    reader.proposed = [TOWN, replace(TOWN, quote="day 2 of the war, they say, the Reds took Velmora", confidence=0.95)]
    for name in order:
        ARRIVALS[name]()
    assert counts() == (2, 3, ["blues", "reds"], 2)
    row = candidate()
    assert row.lead is not None and row.lead.article.url.endswith("/d")
    assert (row.confidence, row.seen_at) == (0.95, learned(0.5))


def test_a_later_edition_that_no_longer_carries_it_drops_its_sighting(reader: ToldReader) -> None:
    tell(town(1), 1)
    tell("It was a quiet day, and nobody took anything from anybody else at all.", 5, modified_at=learned(4))
    assert counts() == (0, 0, [], 0) and waiting() == []
    assert Sighting.objects.get().dropped_at == learned(5)
    third = tell(f"Corrected: {town(1)}", 9, modified_at=learned(8))
    sighting = Sighting.objects.get()
    assert (sighting.dropped_at, sighting.revision_id) == (None, third)
    assert counts() == (1, 1, ["blues", "reds"], 1)


def test_an_earlier_edition_read_late_brings_nothing_back(reader: ToldReader) -> None:
    first = publish(town(1), learned(1))
    tell("It was a quiet day, and nobody took anything from anybody else at all.", 5, "mill", modified_at=learned(4))
    read(first, learned(9))
    assert not Candidate.objects.exists()


def test_a_withdrawn_article_does_not_count(reader: ToldReader) -> None:
    article = article_of(tell(town(1), 1, "a"))
    tell(town(2), 2, "b")
    for withdrawn, stories in ((True, 1), (False, 2)):
        asked = pipeline.ask_withdrawal(article, withdrawn=withdrawn, why="", now=learned(3))
        assert asked is not None
        pipeline.record_withdrawal(asked.pk, learned(3))
        assert counts()[:2] == (stories, stories)


def test_what_several_stories_and_parties_bear_out_comes_first(reader: ToldReader) -> None:
    def proposal(key: str, **other: object) -> values.Candidate:
        return replace(DAM, key=key, quote=f"[{key}]", **other)  # type: ignore[arg-type]

    reader.proposed = [
        proposal("one story", parties=("reds", "blues", "lab"), confidence=0.99),
        proposal("one party"),
        proposal("both", parties=("reds", "blues"), confidence=0.4),
        proposal("surer", confidence=0.9),
    ]
    for number, keys in enumerate((["one story", "one party", "both", "surer"], ["one party", "both"], ["one party"])):
        tell(f"{town(number)} {' '.join(f'[{key}]' for key in keys)}", 1, str(number))
    assert waiting() == ["both", "one party", "one story", "surer"]


# --- Accepted ---


def test_accepting_makes_the_claim_and_has_its_articles_read_again(reader: ToldReader) -> None:
    editor = User.objects.create_user("editor")
    revisions = [tell(town(number), number, str(number)) for number in (1, 2)]
    tell("Nothing about the town.", 3, "other")
    row = candidate()

    made = pipeline.accept_candidate(row.pk, editor=editor, now=learned(5))

    claim = Claim.objects.get(slug="reds-controls-velmora")
    assert made.claim == claim and claim.version == 1  # assessed at once
    assert (claim.kind, claim.holder and claim.holder.slug, claim.opposed and claim.opposed.slug) == (
        "control", "reds", "blues",
    )  # fmt: skip
    assert claim.place == {
        "name": "Velmora", "geonameid": 4242,
        "names": {"en": ["Velmora"], "fr": ["Velmore"], "uk": ["Вельмора"]},
    }  # fmt: skip
    row = candidate()
    assert (row.state, row.claim, row.decided_by, row.decided_at) == ("accepted", claim, editor, learned(5))
    assert waiting() == []
    assert sorted(made.revisions) == sorted(revisions)
    assert set(Revision.objects.unread().values_list("pk", flat=True)) == set(revisions)

    # The reader finds the claim now, and proposes nothing.
    reader.proposed, reader.heard = [], [Heard("reds", Stance.AFFIRMS, "the Reds took Velmora", claim=claim.slug)]
    for revision in revisions:
        read(revision, learned(6))
    assert Statement.objects.carried().filter(claim=claim).count() == 2
    assert Sighting.objects.standing().filter(candidate=row).count() == 2  # what the claim was made of
    check_replay(claim)


def test_a_general_claim_has_the_surest_wording_of_each_language(reader: ToldReader) -> None:
    french = replace(
        DAM, quote="dément avoir détruit le barrage", proposition="Les Rouges ont détruit le barrage.",
        keywords=(("barrage",), ("détruire",)),
    )  # fmt: skip
    better = replace(DAM, quote="flatly denies", confidence=0.9, proposition="The Reds blew up the dam.")
    reader.proposed = [DAM, french, better]
    tell("The army denies having breached the dam, it said.", 1, "a")
    tell("The army flatly denies it.", 2, "b")
    third = publish("L'armée dément avoir détruit le barrage.", learned(3), url="https://post.example/c")
    Revision.objects.filter(pk=third).update(lang="fr")
    read(third, learned(3))
    claim = pipeline.accept_candidate(candidate(DAM.key).pk, editor=None, now=learned(5)).claim
    assert (claim.slug, claim.kind, claim.place) == ("the-reds-blew-up-the-dam", "general", None)
    assert claim.proposition == {"en": "The Reds blew up the dam.", "fr": "Les Rouges ont détruit le barrage."}
    assert claim.keywords == {"en": [["dam"], ["breach", "blow up"]], "fr": [["barrage"], ["détruire"]]}


def test_other_candidates_about_the_place_are_read_again_too(reader: ToldReader) -> None:
    other_side = replace(TOWN, key="blues@4242", holder="blues", opposed="reds", quote="the Blues hold Velmora")
    reader.proposed = [TOWN, other_side]
    revisions = [tell(town(1), 1, "a"), tell("Today the Blues hold Velmora, says the staff.", 2, "b")]
    made = pipeline.accept_candidate(candidate().pk, editor=None, now=learned(5))
    assert sorted(made.revisions) == sorted(revisions)
    assert waiting() == ["blues@4242"]  # until the reader says that the claim covers it
    reader.proposed = []
    for revision in revisions:
        read(revision, learned(6))
    assert waiting() == []


@pytest.mark.parametrize(
    ("spoil", "slug", "said"),
    [
        (lambda pk: pipeline.accept_candidate(pk, editor=None, now=learned(5)), "", "accepted already"),
        (lambda pk: pipeline.dismiss_candidate(pk, "No.", editor=None, now=learned(5)), "", "reopen it first"),
        (lambda pk: Sighting.objects.update(dropped_at=learned(5)), "", "No article carries it"),
        (lambda pk: put_town_claim(), "", '"elsewhere-made" says this already'),
        (lambda pk: put_town_claim(holder="blues"), "elsewhere-made", "choose another slug"),
        (lambda pk: None, "Not A Slug", "slug must be lower-case"),
    ],
)
def test_accepting_is_refused(reader: ToldReader, spoil: Callable[[int], object], slug: str, said: str) -> None:
    tell(town(1), 1)
    pk = candidate().pk
    spoil(pk)
    before = Claim.objects.count()
    with pytest.raises(RefusedEdit, match=said):
        pipeline.accept_candidate(pk, editor=None, now=learned(6), slug=slug)
    assert Claim.objects.count() == before


def test_the_editor_may_choose_the_slug(reader: ToldReader) -> None:
    tell(town(1), 1)
    assert pipeline.accept_candidate(candidate().pk, editor=None, now=KNOWN, slug="velmora").claim.slug == "velmora"


@pytest.mark.parametrize(
    ("proposition", "slug"),
    [
        ("The Reds breached the dam.", "the-reds-breached-the-dam"),
        ("Les Rouges ont détruit l'écluse", "les-rouges-ont-detruit-lecluse"),
        ("Червоні підірвали греблю NATO.", None),
        ("", None),
        ("word " * 30, "word" + "-word" * 13),
        ("w" * 200, "w" * 70),
    ],
)
def test_a_slug_is_drafted_that_nobody_has(reader: ToldReader, proposition: str, slug: str | None) -> None:
    reader.proposed = [replace(DAM, proposition=proposition)]
    tell("The army denies having breached the dam, it said.", 1)
    row = candidate(DAM.key)
    drafted = slug or f"new-claim-{row.pk}"
    assert pipeline.draft_slug(row) == drafted
    for taken in (drafted, f"{drafted}-2"):
        Claim.objects.create(slug=taken, kind="general", proposition={"en": "x"}, recorded_at=KNOWN)
    assert pipeline.draft_slug(row) == f"{drafted}-3"


# --- Not accepted ---


def test_what_was_dismissed_is_not_proposed_again_unless_reopened(reader: ToldReader) -> None:
    editor = User.objects.create_user("editor")
    tell(town(1), 1, "a")
    pk = candidate().pk
    with pytest.raises(RefusedEdit, match="Say why"):
        pipeline.dismiss_candidate(pk, " ", editor=editor, now=learned(2))
    pipeline.dismiss_candidate(pk, "A tale.", editor=editor, now=learned(2))
    tell(town(2), 3, "b")
    row = candidate()
    assert (row.state, row.why, row.decided_by, row.decided_at) == ("dismissed", "A tale.", editor, learned(2))
    assert waiting() == [] and row.stories == 2
    pipeline.reopen_candidate(pk)
    assert waiting() == [TOWN.key] and candidate().why == ""
    with pytest.raises(RefusedEdit, match="Only what was dismissed"):
        pipeline.reopen_candidate(pk)


def put_town_claim(**other: object) -> None:
    """A claim about the town is made by other means."""
    record = {
        "slug": "elsewhere-made", "kind": "control", "holder": "reds",
        "place": {"name": "Velmora (town)", "geonameid": 4242, "names": {}}, **other,
    }  # fmt: skip
    pipeline.put_claims([pipeline.parse_claim_record(record)], learned(5))


@pytest.mark.parametrize(
    ("other", "covered"),
    [
        ({}, True),
        ({"place": {"name": "Velmora"}}, True),
        ({"place": {"name": "Velmora", "geonameid": None}}, True),
        ({"place": {"name": "Velmora", "geonameid": 7}}, False),  # a namesake
        ({"place": {"name": "Elsewhere"}}, False),
        ({"holder": "blues"}, False),
    ],
)
def test_a_claim_made_otherwise_covers_the_candidate(
    reader: ToldReader, other: dict[str, object], covered: bool
) -> None:
    tell(town(1), 1)
    put_town_claim(**other)
    assert (waiting() == []) is covered
    assert Candidate.objects.gone().exists() is covered


# --- With a real worker ---


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_accepted_candidate_becomes_a_claim_that_a_worker_finds_in_its_articles(
    start_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accepted on the desk, rung through Redis, read by a worker's own reader with the new claim, assessed."""
    make_parties()
    told = ToldReader(proposed=[replace(TOWN, quote="has taken Velmora"), replace(TOWN, quote="denied that Velmora")])
    monkeypatch.setattr(pipeline.reading, "current_reader", lambda: told)
    now = timezone.now() - timedelta(minutes=5)
    texts = (
        "The Reds said on Monday that their army has taken Velmora.",
        "The Blues denied that Velmora has been captured by the Reds.",
    )
    for number, text in enumerate(texts):
        read(publish(text, now, url=f"https://post.example/{number}"), now)
    start_worker(concurrency=1)
    client = Client()
    client.force_login(
        User.objects.create_superuser("boss", password="x"), backend="django.contrib.auth.backends.ModelBackend"
    )
    client.post(reverse("admin:claims_candidate_accept", args=[candidate().pk]))
    claim = Claim.objects.get(slug="reds-controls-velmora")
    assert servers.wait_until(lambda: not Revision.objects.unread().exists(), 60)
    stances = set(Statement.objects.carried().filter(claim=claim).values_list("party__slug", "stance"))
    assert stances == {("reds", "affirms"), ("blues", "denies")}
    claim.refresh_from_db()
    assert claim.status == "contested" and waiting() == []
    check_replay(claim)
