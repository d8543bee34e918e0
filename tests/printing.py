"""Articles for the pipeline's tests: published at will, and read by a reader that is told what it finds."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.utils import timezone

from claims import intake, pipeline
from claims.models import Revision
from claims.reading.values import Candidate, Found, Reading, Span, Text
from claims.words import OWN_VOICE, Stance, Strength


@dataclass(frozen=True)
class Heard:
    """What the reader is to find in a text: who takes which stance on which claim, in which of its words."""

    party: str
    stance: Stance
    quote: str
    claim: str = "reds-hold-the-mill"
    strength: Strength = Strength.PLAIN
    said_at: datetime | None = None


@dataclass
class ToldReader:
    """Finds in every text those of the quotes it was told of that stand in it."""

    heard: list[Heard] = field(default_factory=list)
    proposed: list[Candidate] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    def read(self, text: Text) -> Reading:
        """The statements and candidates in a text, as told; a channel's own voice is its party's."""
        self.texts.append(text)
        found = []
        for h in self.heard:
            at = text.words.find(h.quote)
            if at >= 0:
                party = text.speaks_as if h.party == OWN_VOICE and text.speaks_as else h.party
                span = Span(at, at + len(h.quote))
                found.append(
                    Found(h.claim, party, h.stance, h.quote, span, None, h.strength, 0.9, "told", h.said_at)
                )  # fmt: skip
        proposed = []
        for candidate in self.proposed:
            at = text.words.find(candidate.quote)
            if at >= 0:
                proposed.append(replace(candidate, span=Span(at, at + len(candidate.quote))))
        return Reading(text.lang or "en", tuple(found), tuple(proposed))


def publish(
    text: str,
    now: datetime,
    *,
    url: str = "https://post.example/mill",
    source: str = "The Post",
    title: str = "",
    published_at: datetime | None = None,
    modified_at: datetime | None = None,
) -> int:
    """An article arrives; returns the id of its revision, which is due."""
    record: dict[str, object] = {
        "url": url, "source": source, "lang": "en", "title": title, "text": text,
        "published_at": (published_at or now).isoformat(),
    }  # fmt: skip
    if modified_at is not None:
        record["modified_at"] = modified_at.isoformat()
    taken = intake.take_article(intake.parse_article(record, now), now)
    assert taken.revision_id is not None
    return taken.revision_id


def read(revision: int, now: datetime | None = None) -> int:
    """Read a revision that is due and record it; returns how many statements are new."""
    now = now or timezone.now()
    found = pipeline.read_revision(revision, now)
    return 0 if found is None else pipeline.record_reading(found, now)


def article_of(revision: int) -> int:
    """The article of a revision, by id."""
    return Revision.objects.values_list("article", flat=True).get(pk=revision)
