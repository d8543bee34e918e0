"""Candidates: what a text contests that no claim of the catalogue covers, for an editor to make claims of.

About control: a listed party says that a listed party took, holds or lost a place no claim is about. It is read as if
there were such a claim, with holder and opposed as the catalogue's claims have them for those parties, so that the
same town is the same candidate whichever side an article quotes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from claims.reading.control import ACTS
from claims.reading.discourse import Voice
from claims.reading.disputes import Dispute
from claims.reading.lexicon import WORD, Lexicon
from claims.reading.names import Mention
from claims.reading.passage import Passage
from claims.reading.scope import governing
from claims.reading.sentences import Stretch, index_at
from claims.reading.sides import ENEMY, OURS, SPEAKER, Event, Side
from claims.reading.stance import Draft, Frame
from claims.reading.strangers import Strangers
from claims.reading.values import Candidate, ClaimEntry, Found, PartyEntry, PlaceEntry
from claims.words import OWN_VOICE, ClaimKind, Stance

# Kinds of party that can hold a place, where no claim of the catalogue says that this one can.
HOLDING = frozenset({"government", "army", "militia"})
_SURE = 0.6
_MOST = 20
_CONTROL = frozenset((*ACTS, "hold_out"))
_DISPUTE = frozenset(("deny", "deny_noun"))
# Shorter first words of a longer cue ("in the hands of") stand in every sentence.
_TELLING = 4


@dataclass(frozen=True, slots=True)
class Rivals:
    """Who fights whom for places: per party, the (holder, opposed) of the catalogue's claims it is a side of."""

    pairs: Mapping[str, tuple[tuple[str, str], ...]]
    holding: frozenset[str]
    """The parties that may hold a place."""
    side_of: Callable[[ClaimEntry], Side]
    aligned: Mapping[str, str]

    def pair(self, parties: Iterable[str]) -> tuple[str, str]:
        """Return holder and opposed of a claim between these parties, the likeliest first; ("", "") if there is none.

        One that the catalogue knows in several wars is taken alone, with nobody opposed.
        """
        named = [self.aligned.get(party) or party for party in parties if party]
        for party in named:
            known = self.pairs.get(party, ())
            fitting = [pair for pair in known if len(known) == 1 or set(pair) <= set(named)]
            if fitting:
                return fitting[0]
        return next(((party, "") for party in named if party in self.holding), ("", ""))


def enter_rivals(
    claims: Iterable[ClaimEntry], parties: Iterable[PartyEntry], side_of: Callable[[ClaimEntry], Side]
) -> Rivals:
    """Return who fights whom, as the control claims of a catalogue tell. Of both directions the more usual is kept."""
    often = Counter((c.holder, c.opposed) for c in claims if c.kind == ClaimKind.CONTROL and c.holder and c.opposed)
    pairs: dict[str, list[tuple[str, str]]] = {}
    for pair in sorted(often, key=lambda pair: (-often[pair], pair)):
        if all(set(pair) != set(known) for known in pairs.get(pair[0], ())):
            for party in pair:
                pairs.setdefault(party, []).append(pair)
    holding = {c.holder for c in claims if c.kind == ClaimKind.CONTROL and c.holder}
    holding |= {party.slug for party in parties if party.kind in HOLDING}
    return Rivals(
        pairs={party: tuple(known) for party, known in pairs.items()},
        holding=frozenset(holding | pairs.keys()),
        side_of=side_of,
        aligned={party.slug: party.aligned_with for party in parties},
    )


def find_contested(
    text: str, original: str, lexicon: Lexicon, stretches: list[Stretch], mentions: Iterable[Mention], places: bool
) -> set[int]:
    """Return the numbers of the sentences that may contest something: a party, and a word of denying or holding.

    Of the latter only with a name nothing is known of, and only if `places` can be looked up.
    """
    found: set[int] = set()
    named = {index_at(stretches, mention.start) for mention in mentions if mention.kind in ("party", "people")}
    for number in sorted(named):
        stretch = stretches[number]
        words = WORD.findall(text, stretch.start, stretch.end)
        calls = {_calls(lexicon, word) for word in words}
        starts = (match.start() for match in WORD.finditer(text, stretch.start, stretch.end))
        doing = places and "control" in calls
        if "dispute" in calls or (doing and any(original[start].isupper() for start in starts)):
            found.add(number)
    return found


@lru_cache(maxsize=50_000)
def _calls(lexicon: Lexicon, word: str) -> str:
    kinds = lexicon.kinds_beginning(word, _TELLING)
    if kinds & _DISPUTE or lexicon.accuses(word):
        return "dispute"
    return "control" if kinds & _CONTROL else ""


@dataclass(slots=True)
class Prospects:
    """What one text contests beyond the catalogue, gathered while it is read."""

    rivals: Rivals
    strangers: Strangers | None
    _claims: dict[str, ClaimEntry] = field(default_factory=dict)
    """By the place's key: the claim an editor may make of what is said of it."""
    _disputes: list[Dispute] = field(default_factory=list)

    def claims_at(self, place: str) -> Sequence[ClaimEntry]:
        """Return the claim that may be made about an unlisted place, if the text has given cause for one."""
        claim = self._claims.get(place)
        return (claim,) if claim else ()

    def propose(self, passage: Passage, event: Event, voices: Sequence[Voice], around: Frame) -> None:
        """Note an event at an unlisted place: the first that tells who took or holds it makes a claim thinkable."""
        place = self.strangers.met.get(event.place) if self.strangers is not None else None
        if (
            self.strangers is None
            or place is None
            or event.place in self._claims
            or not event.place_words
            or event.kind in ("fight", "open")
        ):
            return
        if _fell_there(event) or not passage.same_clause(event.place_words[0], event.first):
            return
        speaker = next((v.party for v in governing(passage, voices, event.first) if v.party), None)
        speaker = speaker or around.carried or (around.own if around.own != OWN_VOICE else "")
        acting = event.actor if event.actor not in (OURS, ENEMY, SPEAKER) else ""
        holder, opposed = self.rivals.pair([acting, speaker] if acting else [speaker])
        if not holder or (not opposed and event.actor in ("", ENEMY)):
            return
        if not self.strangers.surroundings.may_be_contested(place, (holder, opposed)):
            return
        entry = PlaceEntry(place.name, place.names, place.geonameid)
        slug = f"{holder}{event.place}"
        self._claims[event.place] = ClaimEntry(slug, ClaimKind.CONTROL, holder=holder, opposed=opposed, place=entry)

    def note(self, disputes: Iterable[Dispute]) -> None:
        """Keep what a sentence disputes."""
        self._disputes += disputes

    def candidates(
        self, drafts: Sequence[Draft], found: Callable[[Draft], Found], names: Callable[[Draft, str], bool]
    ) -> tuple[Candidate, ...]:
        """Return the candidates in the order of their words; `found` puts a draft into the text's own words.

        `names` tells whether the words of a draft are about a place by its name.
        `drafts` are the rows of the whole text, one a claim and party, those on the claims of `claims_at` among them.
        """
        gathered = [self._control(place, claim, drafts, found, names) for place, claim in self._claims.items()]
        gathered += _merged(self._disputes, found)
        kept = [candidate for candidate in gathered if candidate is not None]
        return tuple(sorted(kept, key=lambda one: (one.span.start, one.span.end, one.key))[:_MOST])

    def _control(
        self,
        place: str,
        claim: ClaimEntry,
        drafts: Sequence[Draft],
        found: Callable[[Draft], Found],
        names: Callable[[Draft, str], bool],
    ) -> Candidate | None:
        rows = [draft for draft in drafts if draft.claim == claim.slug and draft.party != OWN_VOICE]
        plain = [row for row in rows if row.stance != Stance.UNSETTLED and row.sure >= _SURE and not row.hedged]
        # Who only denies something may speak of anything: somebody's words must name the place.
        plain = [row for row in plain if names(row, place)]
        if not plain or self.strangers is None:
            return None
        best = found(max(plain, key=lambda row: (not row.title, row.sure, -row.passage, -row.first)))
        side = self.rivals.side_of(claim)
        contrary = (row.party for row in rows if row.stance == Stance.DENIES and side(row.party) != "holder")
        return Candidate(
            key=claim.slug,
            kind=ClaimKind.CONTROL,
            quote=best.quote,
            span=best.span,
            parties=tuple(sorted({row.party for row in rows})),
            confidence=best.confidence,
            rule=f"a place no claim is about: {best.rule}",
            holder=claim.holder,
            opposed=claim.opposed or next(contrary, ""),
            place=self.strangers.met[place],
        )


def _fell_there(event: Event) -> bool:
    """Tell whether something fell in the place, rather than the place: "a drone fell in X", but "the fall of X"."""
    behind = event.place_words is not None and event.place_words[0] > event.last
    return event.kind == "fall" and behind and event.last - event.first == 1


def _merged(disputes: Iterable[Dispute], found: Callable[[Draft], Found]) -> Iterable[Candidate]:
    """Yield one candidate for each thing disputed, in the words of its surest mention, with the parties of all."""
    alike: dict[str, list[Dispute]] = {}
    for dispute in disputes:
        alike.setdefault(" ".join(dispute.words), []).append(dispute)
    for key, group in alike.items():
        best = max(group, key=lambda dispute: (not dispute.draft.title, dispute.draft.sure, -dispute.draft.passage))
        words = found(best.draft)
        yield Candidate(
            key=key,
            kind=ClaimKind.GENERAL,
            quote=words.quote,
            span=words.span,
            parties=tuple(sorted({dispute.draft.party for dispute in group})),
            confidence=words.confidence,
            rule=words.rule,
            proposition=best.proposition,
            keywords=tuple((keyword,) for keyword in best.keywords),
        )
