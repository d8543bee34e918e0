"""What goes into a reading and what comes out: plain values, no framework."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from claims.words import ClaimKind, Stance, Strength

Names = Mapping[str, tuple[str, ...]]
"""Names by language code: {"en": ("Kyiv", "Kiev"), "uk": ("Київ",)}."""


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """A party the reader may find speaking, with the names articles give it, per language.

    `aligned_with` is the slug of the party whose side it takes: its "we" and "ours" are that side's.
    """

    slug: str
    kind: str = ""
    names: Names = field(default_factory=dict)
    aligned_with: str = ""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place that a control claim is about."""

    name: str
    names: Names = field(default_factory=dict)
    geonameid: int | None = None


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """A claim the reader looks for.

    `control` claims have `holder`, `opposed` (party slugs) and `place`; `general` claims have
    `proposition` (one per language) and `keywords` (per language: groups of alternatives).
    """

    slug: str
    kind: ClaimKind
    holder: str = ""
    opposed: str = ""
    place: PlaceEntry | None = None
    proposition: Mapping[str, str] = field(default_factory=dict)
    keywords: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    loses: tuple[str, ...] = ()
    """The slugs of the parties whose interest its truth would harm."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything a reader knows beforehand: the claims to look for, the parties who may speak."""

    claims: tuple[ClaimEntry, ...]
    parties: tuple[PartyEntry, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """One edition of an article as it is read.

    `lang` is an ISO 639-1 code, or empty to have it found. `source` is the publisher's name as
    shown; `speaks_as` the slug of the party whose own channel it is, if it is one.
    `published_at` must carry a time zone.
    """

    body: str
    title: str = ""
    lang: str = ""
    source: str = ""
    speaks_as: str = ""
    published_at: datetime | None = None

    @property
    def words(self) -> str:
        """The text that all offsets run over: the title, an empty line, the body; or the body alone."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body


@dataclass(frozen=True, slots=True)
class Span:
    """A run of characters of `Text.words`, from `start` up to `end`, counted in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Found:
    """One statement a reader found: this party takes this stance on this claim, in these words.

    `party` is a slug of the catalogue, or `outlet` for the publication's own voice.
    `quote` equals `words[span.start:span.end]`. `confidence` lies in [0, 1]. `rule` names the
    reading rule, for the editor. `said_at` is the latest moment that the text's own words allow, with
    its zone and before publication; None where they tell no such moment: then that of publication holds.
    """

    claim: str
    party: str
    stance: Stance
    quote: str
    span: Span
    cue: Span | None
    strength: Strength
    confidence: float
    rule: str
    said_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NameFound:
    """A name of the catalogue that stands in a text.

    `kind` is "party" (a name), "people" (its people's), "quality" (an adjective made from it) or "place"; `name` is the
    party's slug, or the place's name.
    """

    span: Span
    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """A populated place of the gazetteer: its GeoNames id, where it lies, what it is called in which language.

    `country` is an ISO 3166-1 alpha-2 code; latitude and longitude are degrees (WGS 84).
    """

    geonameid: int
    name: str
    country: str
    latitude: float
    longitude: float
    population: int
    names: Names = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contested proposition that no claim of the catalogue covers, for an editor to accept as a new claim.

    `key` is the same wherever the same proposition is met, whatever the article: `holder@geonameid` for control,
    the sorted keywords for general. A control candidate has `holder` (a party's slug) and `place`; a general one its
    `proposition`, drafted in the language of the text, and the `keywords` that would find it again.
    `parties` are the slugs of those who take a position on it here.
    """

    key: str
    kind: ClaimKind
    quote: str
    span: Span
    parties: tuple[str, ...]
    confidence: float
    rule: str
    holder: str = ""
    opposed: str = ""
    place: GazetteerPlace | None = None
    proposition: str = ""
    keywords: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one edition of an article."""

    lang: str
    statements: tuple[Found, ...]
    candidates: tuple[Candidate, ...] = ()
