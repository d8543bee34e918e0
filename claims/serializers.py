"""The public shape of each object, once: for the API, the commands, the pages' data and what is stored with a claim.

Takes values and rows, returns plain data ready for JSON. Times are ISO 8601 in UTC with a `Z`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from claims.assessment import POLICIES, Assessment, Evidence, Pending, Tally, Voice, weigh
from claims.models import Article, Claim, Party, Position, Revision, Source, Statement, StatusPeriod
from claims.words import Origin, Rule, Stance, Status, Strength, Verdict

Data = dict[str, Any]


def iso(moment: datetime | None) -> str | None:
    """A moment in ISO 8601, UTC (2025-12-01T20:48:00Z); microseconds only where there are some."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def status_document(
    claim: str,
    assessment: Assessment,
    since: datetime | None,
    pending: Iterable[Pending],
    tallies: Iterable[Tally],
) -> Data:
    """A claim's status as of a moment: the shape of `manage.py status --json` and of the API's status."""
    held = [t for t in tallies if t.holding.stance is not None]
    held.sort(key=lambda t: t.holding.party)
    return {
        "claim": claim,
        "status": assessment.status.value,
        "rule": assessment.rule.value,
        "since": iso(since),
        "because": _parties(assessment.because),
        "dissent": _parties(assessment.dissent),
        "pending": [
            {"party": p.party, "stance": p.stance.value, "status": p.status.value, "needs": p.needs} for p in pending
        ],
        "positions": [
            {
                "party": t.holding.party,
                "stance": t.holding.stance.value,
                "firm": t.holding.firm,
                "since": iso(t.holding.since),
                "last_spoke": iso(t.last_spoke),
                "stories": t.stories,
            }
            for t in held
            if t.holding.stance is not None
        ],
    }


def _parties(voices: Iterable[Voice]) -> list[str]:
    return [voice.party for voice in voices]


def unassessed_document(claim: str) -> Data:
    """The status of a claim that was only just made: nobody has been heard yet."""
    return status_document(claim, Assessment(Status.UNVERIFIED, Rule.UNVERIFIED), None, (), ())


def claim_summary(claim: Claim) -> Data:
    """A claim as one line of a list; `updated_at` moves with its terms and with its ledger."""
    return {
        "slug": claim.slug,
        "kind": claim.kind,
        "title": claim.title,
        "proposition": claim.proposition,
        "holder": claim.holder.slug if claim.holder else None,
        "opposed": claim.opposed.slug if claim.opposed else None,
        "place": claim.place,
        "status": claim.status,
        "rule": claim.rule,
        "since": iso(claim.status_since),
        "updated_at": iso(max(m for m in (claim.changed_at, claim.settled_at) if m is not None)),
    }


def claim_detail(claim: Claim) -> Data:
    """A claim with all its terms, its parties by name and its status document."""
    document = json.loads(claim.document) if claim.version else unassessed_document(claim.slug)
    return {
        **claim_summary(claim),
        "holder": party_name(claim.holder),
        "opposed": party_name(claim.opposed),
        "gains": [party_name(party) for party in claim.gains.all()],
        "loses": [party_name(party) for party in claim.loses.all()],
        "keywords": claim.keywords,
        "recorded_at": iso(claim.recorded_at),
        "version": claim.version,
        "status": document,
    }


def party_name(party: Party | None) -> Data | None:
    """A party by its slug and the name it is shown under."""
    return {"slug": party.slug, "title": party.title} if party else None


def period_line(line: StatusPeriod) -> Data:
    """A line of the ledger: what was so from when to when, and between which moments that was what we knew."""
    return {
        "status": line.status,
        "rule": line.rule,
        "reason": line.reason,
        "because": [{"party": party, "stance": stance} for party, stance in line.because],
        "dissent": [{"party": party, "stance": stance} for party, stance in line.dissent],
        "policy_version": line.policy_version,
        "since": iso(line.since),
        "valid_from": iso(line.valid.lower),
        "valid_to": iso(line.valid.upper),
        "recorded_from": iso(line.recorded.lower),
        "recorded_to": iso(line.recorded.upper),
    }


def position_line(row: Position) -> Data:
    """The stance a party holds over a period; on the one it holds now, when it last spoke and in how many stories."""
    return {
        "party": row.party.slug,
        "stance": row.stance,
        "firm": row.firm,
        "since": iso(row.since),
        "valid_from": iso(row.begins),
        "valid_to": iso(row.until),
        "last_spoke": iso(row.last_spoke),
        "stories": row.stories if row.until is None else None,
    }


def statement_line(statement: Statement, claim: str, verdict: str | None) -> Data:
    """A statement: who says what of the claim, when, in which words, carried by what, and how much it weighs now."""
    article, revision = statement.article, statement.revision
    source = article.source if article else statement.source
    carried = statement.dropped_at is None and not (article and article.withdrawn)
    evidence = Evidence(
        id=statement.pk,
        party=statement.party.slug,
        stance=Stance(statement.stance),
        said_at=statement.said_at,
        story="",
        origin=Origin(statement.origin),
        strength=Strength(statement.strength),
        confidence=statement.confidence,
        own_voice=statement.own_voice,
        verdict=Verdict(verdict) if verdict else None,
        carried=carried,
    )
    return {
        "id": statement.pk,
        "claim": claim,
        "party": statement.party.slug,
        "stance": statement.stance,
        "said_at": iso(statement.said_at),
        "quote": statement.quote,
        "start": statement.start,
        "end": statement.end,
        "origin": statement.origin,
        "strength": statement.strength,
        "confidence": statement.confidence,
        "own_voice": statement.own_voice,
        "review": verdict,
        "carried": carried,
        "weight": weigh(evidence, POLICIES[max(POLICIES)]),
        "source": {"slug": source.slug, "name": source.name} if source else None,
        "credit": credit_of(source),
        "url": statement.url or (article.link if article else ""),
        "article": article.pk if article else None,
        "edition": revision.number if revision else None,
        "title": revision.title if revision else "",
        "recorded_at": iso(statement.recorded_at),
    }


@dataclass(frozen=True, slots=True)
class ReviewedClaim:
    """What a review of a claim is made of: its words as the page shows them, and where it was affirmed.

    `claimants` are the names of those who affirm it, and whether each is a person; `appearances` where they did.
    """

    url: str
    claim: str
    lang: str
    rating: str
    reason: str
    reviewer: str
    reviewer_url: str
    published: datetime | None
    modified: datetime | None
    claimants: tuple[tuple[str, bool], ...] = ()
    appearances: tuple[str, ...] = ()
    first_said: datetime | None = None


def claim_review(reviewed: ReviewedClaim) -> Data:
    """A claim's status as schema.org's ClaimReview, for search engines and collectors of fact-checks.

    The rating is its word alone. A number would put every status on one scale from false to true, on which a contested
    claim would stand in the middle, as if it were half true.
    """
    item: Data = {"@type": "Claim", "text": reviewed.claim, "inLanguage": reviewed.lang}
    if reviewed.claimants:
        item["author"] = [
            {"@type": "Person" if person else "Organization", "name": name} for name, person in reviewed.claimants
        ]
    if reviewed.first_said is not None:
        item["datePublished"] = iso(reviewed.first_said)
    if reviewed.appearances:
        item["appearance"] = [{"@type": "CreativeWork", "url": url} for url in reviewed.appearances]
    review: Data = {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": reviewed.url,
        "claimReviewed": reviewed.claim,
        "inLanguage": reviewed.lang,
        "author": {"@type": "Organization", "name": reviewed.reviewer, "url": reviewed.reviewer_url},
        "itemReviewed": item,
        "reviewRating": {"@type": "Rating", "alternateName": reviewed.rating, "ratingExplanation": reviewed.reason},
    }
    if reviewed.published is not None:
        review["datePublished"] = iso(reviewed.published)
    if reviewed.modified is not None:
        review["dateModified"] = iso(reviewed.modified)
    return review


def credit_of(source: Source | None) -> Data | None:
    """Whom to credit wherever a source's figures are shown, and on which terms it gives them; None if nobody asks."""
    if source is None or not source.attribution:
        return None
    return {
        "text": source.attribution,
        "url": source.attribution_url,
        "licence": source.licence,
        "licence_url": source.licence_url,
    }


def article_record(article: Article, editions: Iterable[Revision], *, with_errors: bool) -> Data:
    """An article and its editions: what each changed, whether it was read, when, or what went wrong."""
    return {
        "id": article.pk,
        "url": article.url,
        "source": {"slug": article.source.slug, "name": article.source.name},
        "credit": credit_of(article.source),
        "published_at": iso(article.published_at),
        "recorded_at": iso(article.recorded_at),
        "withdrawn": article.withdrawn,
        "editions": [
            {
                "revision": edition.pk,
                "number": edition.number,
                "lang": edition.lang,
                "title": edition.title,
                "published_at": iso(edition.published_at),
                "recorded_at": iso(edition.recorded_at),
                "modified_at": iso(edition.modified_at),
                "words_added": edition.words_added,
                "words_removed": edition.words_removed,
                "had": edition.had,
                "title_changed": edition.title_changed,
                "statements_gone": edition.statements_gone,
                "quotes_gone": edition.quotes_gone,
                "correction_note": edition.correction_note,
                "silent": edition.silent,
                "state": "read" if edition.read_at else "failed" if edition.failed else "due",
                "read_at": iso(edition.read_at),
                "attempts": edition.attempts,
                "error": edition.last_error if with_errors else None,
            }
            for edition in editions
        ],
    }
