"""One walk down the whole road: from the files in seeds/, through Celery and the reader, to what everyone can see."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q

from claims.models import Article, Change, Claim, Position, Revision, Statement, StatusPeriod, Story, Withdrawal
from claims.pipeline.facts import name_stories

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
WAIT = "120"  # seconds, as `--wait` takes them

Row = dict[str, Any]


def run(command: str, *arguments: object, **options: Any) -> str:
    """Run a command of manage.py; returns what it printed."""
    out = StringIO()
    call_command(command, *(str(a) for a in arguments), stdout=out, stderr=StringIO(), **options)
    return out.getvalue()


def import_seeds() -> str:
    """Bring everything in by the commands anyone would use, and wait for the worker; returns what they reported."""
    said = run("import_parties", SEEDS / "parties.json") + run("import_sources", SEEDS / "sources.json")
    said += run("import_claims", SEEDS / "claims.json") + run("import_statements", SEEDS / "records.csv")
    said += run("import_articles", SEEDS / "articles.jsonl", "--wait", WAIT)
    return said + run("import_observations", SEEDS / "observations.csv")


def load(name: str) -> Any:
    return json.loads((SEEDS / name).read_text(encoding="utf-8"))


def lines() -> list[Row]:
    return [json.loads(line) for line in (SEEDS / "articles.jsonl").read_text(encoding="utf-8").splitlines()]


def status(*arguments: str) -> dict[str, Row]:
    """What `manage.py status --json` says, by claim."""
    return {row["claim"]: row for row in json.loads(run("status", *arguments, "--json"))}


def in_short(row: Row, day: str | None) -> Row:
    """A status document as expected.json words it; `day` is the length of `since` that counts."""
    told = {"status": row["status"], "rule": row["rule"]}
    if day is not None:
        told["since"] = (row["since"] or "")[: len(day)]
    return {**told, "positions": {p["party"]: p["stance"] for p in row["positions"]}}


def counts() -> dict[str, object]:
    """Everything a second load could add to, or touch."""
    tables = (Article, Revision, Story, Statement, Position, StatusPeriod, Change, Withdrawal, Claim)
    return {
        **{table.__name__: table.objects.count() for table in tables},
        "attempts": list(Revision.objects.order_by("pk").values_list("pk", "attempts", "read_at")),
        "settled": list(Claim.objects.order_by("pk").values_list("pk", "version", "settled_at", "ring_at")),
    }


def tell_read(slug: str) -> str:
    """What was read on a claim, for the message of a failure."""
    rows = Statement.objects.carried().filter(claim__slug=slug).exclude(revision=None).order_by("party", "said_at")
    return f"\n{slug}, as read:\n" + "\n".join(
        f"  {s.party.slug} {s.stance} {s.strength} {s.said_at:%Y-%m-%d %H:%M} {s.quote!r} ({s.article})"
        for s in rows.select_related("party", "article")
    )


def check_statuses() -> None:
    wanted = load("expected.json")
    found = status()
    assert found.keys() == wanted.keys()
    wrong = {
        slug: (want, in_short(found[slug], want.get("since")))
        for slug, want in wanted.items()
        if in_short(found[slug], want.get("since")) != want
    }
    told = "".join(f"\n{slug}\n  expected {want}\n  found    {got}" for slug, (want, got) in wrong.items())
    assert not wrong, told + "".join(tell_read(slug) for slug in wrong)
    # What is kept for a quick answer is what a full reckoning gives.
    for claim in Claim.objects.all():
        assert json.loads(claim.document) == found[claim.slug]


def check_siversk() -> None:
    slug = "russia-controls-siversk"
    before = status(slug, "--as-of", "2025-12-22T00:00:00Z")[slug]
    assert (before["status"], before["rule"]) == ("contested", "contested")
    for moment in ("2025-12-23T23:59:59Z", "2026-01-15T00:00:00Z"):
        after = status(slug, "--as-of", moment)[slug]
        assert (after["status"], after["rule"]) == ("confirmed", "admission")
        assert after["because"] == ["ukraine"]
    # The first of the two stories, three copies of it, was not enough.
    assert status(slug, "--as-of", "2025-12-23T16:00:00Z")[slug]["status"] == "contested"
    # The ledger knows it without reckoning.
    claim = Claim.objects.get(slug=slug)
    standing = StatusPeriod.objects.filter(claim=claim).known_at(None)
    for moment, wanted in ((22, "contested"), (25, "confirmed")):
        line = standing.valid_at(datetime(2025, 12, moment, tzinfo=UTC))
        assert line is not None
        assert line.status == wanted


def check_kupiansk() -> None:
    """On the morning after the first announcement each side holds what it said, not only in the end."""
    early = status("russia-controls-kupiansk", "--as-of", "2025-11-21T07:00:00Z")["russia-controls-kupiansk"]
    stances = {p["party"]: p["stance"] for p in early["positions"]}
    assert early["status"] == "contested"
    assert (stances["russia"], stances["ukraine"]) == ("affirms", "denies")


def check_copies() -> None:
    """Articles that carry one wire text are one story, in every language, and count once."""
    stories = dict(Revision.objects.filter(number=1).values_list("article__url", "story"))
    names = name_stories(s for s in stories.values() if s is not None)
    paragraphs = {line["url"]: set(line["text"].split("\n\n")[:-1]) for line in reversed(lines()) if "text" in line}
    together = 0
    for one, its in paragraphs.items():
        for other, others in paragraphs.items():
            if one < other:
                shared = len(its & others) >= 2
                together += shared
                assert (names[stories[one]] == names[stories[other]]) is shared, (one, other)
    assert together >= 12  # a wire text and two copies of it at least, in four languages
    admission = Position.objects.get(claim__slug="russia-controls-siversk", party__slug="ukraine", until=None)
    carried = Statement.objects.filter(claim=admission.claim, party=admission.party, stance="affirms").exclude(
        revision=None
    )
    assert carried.count() > admission.stories


def check_edited() -> None:
    """What the newest edition of an article no longer carries stands on record, and counts no more."""
    claim, party = "spill-reached-drevin-tap-water", "drevin-water-institute"
    (first, second) = Revision.objects.filter(article__revisions__number=2).order_by("number")
    gone = Statement.objects.filter(revision=first, claim__slug=claim, party__slug=party).get()
    assert gone.stance == "affirms"
    assert gone.dropped_at is not None
    assert gone.quote in first.words
    assert gone.quote not in second.words
    assert not Statement.objects.carried().filter(article=second.article, claim__slug=claim, party__slug=party).exists()
    assert Position.objects.get(claim__slug=claim, party__slug=party, until=None).stance == "unsettled"


def check_withdrawn() -> None:
    """A withdrawn article's statements stand on record, and count no more."""
    (article,) = Article.objects.filter(withdrawn=True)
    said = Statement.objects.filter(article=article, claim__slug="talvine-contaminated", party__slug="brennolit")
    assert said.get().stance == "affirms"
    held = Position.objects.filter(claim__slug="talvine-contaminated", party__slug="brennolit")
    assert {p.stance for p in held} == {"denies"}
    last_spoke = held.get(until=None).last_spoke
    others = Statement.objects.filter(claim__slug="talvine-contaminated", party__slug="brennolit").exclude(
        article=article
    )
    assert last_spoke in others.values_list("said_at", flat=True)


def check_quotes() -> None:
    """Every statement read stands word for word in its edition, where it says it stands."""
    for statement in Statement.objects.filter(revision__isnull=False).select_related("revision"):
        assert statement.revision is not None
        assert statement.revision.words[statement.start : statement.end] == statement.quote


def check_replay() -> None:
    moments = list(StatusPeriod.objects.order_by("recorded").values_list("recorded", flat=True).distinct())
    assert len(moments) > 20
    run("replay", "--check")
    for recorded in moments[:: len(moments) // 8]:
        run("replay", "--check", "--known-at", recorded.lower.isoformat())


@pytest.mark.slow
def test_the_demonstration_goes_down_the_whole_road(start_worker: Callable[..., object]) -> None:
    """Imported by command, rung through Redis, read by a worker process, assessed, entered, shown; all of it once."""
    start_worker()
    said = import_seeds()
    assert said.count(" 0 rejected") == 3, said
    unread = Revision.objects.filter(Q(read_at=None) | ~Q(last_error=""))
    assert not unread.exists(), list(unread.values_list("article__url", "last_error"))
    assert len(lines()) == Revision.objects.count() + Withdrawal.objects.count()
    check_statuses()
    check_siversk()
    check_kupiansk()
    check_copies()
    check_edited()
    check_withdrawn()
    check_quotes()
    check_replay()
    before = counts()
    import_seeds()
    assert counts() == before
