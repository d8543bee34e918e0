"""The reading of one text: sentence by sentence, from who speaks and what is said to rows in the making."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from claims.reading.answers import Question, agree, answer, contradicted, disclaim, leave_open, reply
from claims.reading.attribution import find_voices
from claims.reading.candidates import Prospects
from claims.reading.control import find_events
from claims.reading.dating import Dating
from claims.reading.discourse import Discourse, Voice
from claims.reading.disputes import find_disputes
from claims.reading.evidence import Bearing, Scene, Setting, gather
from claims.reading.frames import frame, own_voice
from claims.reading.general import Matter, Topic, Treated, find_matter
from claims.reading.interviews import answering, find_interview
from claims.reading.names import KEYWORDS
from claims.reading.passage import Passage
from claims.reading.propositions import Proposition, from_event, from_matter
from claims.reading.script import Script
from claims.reading.sides import Side, stance_of
from claims.reading.stance import Draft, Frame, judge
from claims.reading.strangers import MARK
from claims.reading.topics import names_some
from claims.reading.values import Candidate, ClaimEntry, Found, Span, Text
from claims.words import ClaimKind, Stance, Strength

if TYPE_CHECKING:
    from claims.reading.reader import Reader


class Session:
    """The reading of one text."""

    def __init__(
        self,
        reader: "Reader",
        text: Text,
        lang: str,
        script: Script,
        treated: Mapping[str, Treated],
        prospects: Prospects,
        wanted: Sequence[int],
        named: Collection[str],
    ) -> None:
        self._reader = reader
        self._prospects = prospects
        self._wanted = wanted
        self._named = named
        self._names_some = names_some(named, (one.topic for one in treated.values()))
        self._scenes: list[Scene] = []
        self._keys: dict[int, frozenset[str]] = {}
        self._treated = treated
        self._text = text
        self._words = text.words
        self._lang = lang
        self._lexicon = script.lexicon
        self._script = script
        self._passage = script.passage
        self._general = reader.general
        self._labelled: tuple[int, Proposition] | None = None
        self._title_end = len(text.title) if text.title else -1
        self._dating = Dating(script, text.published_at)

    def read(self) -> list[Draft]:
        own = self._text.speaks_as or self._reader.publisher(self._text.source, self._lexicon)
        own = own or own_voice(self._script)
        interview = find_interview(self._script)
        home = self._script.home(self._title_end)
        main = self._main(home)
        discourse = Discourse(own=own, home=home)
        drafts: list[Draft] = []
        recent: list[Draft] = []
        vouched = spoken_at = -9
        spoken_of = ""
        asked: Question | None = None
        asked_at = -9
        previous = -1
        for number in self._wanted:
            if number != previous + 1:
                discourse = Discourse(own=own, home=home)
            previous = number
            passage = self._passage(number)
            discourse.answering = answering(self._script, passage, interview)
            voices = find_voices(passage, discourse, self._script.bearers)
            if passage.of("own"):
                vouched = number
            hear = partial(find_voices, discourse=discourse, bearers=self._script.bearers)
            around = frame(self._script, passage, discourse, interview, vouched, self._title_end, hear)
            found: list[Draft] = []
            propositions = self._propositions(passage, discourse, voices, around)
            for proposition in propositions:
                found += judge(passage, proposition, voices, around)
            if asked and number - asked_at <= 2 and not propositions:
                found += reply(passage, voices, asked, discourse.answering)
            put = self._asked(passage, discourse, voices)
            if put or propositions or number - asked_at > 1:
                asked, asked_at = put, number
            if put:
                spoken_of, spoken_at = put.claim, number
            found += contradicted(passage, voices, found)
            found += self._sourced(passage, found, propositions)
            if propositions:
                spoken_of, spoken_at = propositions[-1].claim, number
            elif number - spoken_at <= 2 and spoken_of in self._general:
                found += leave_open(passage, voices, spoken_of)
            elif main:
                found += leave_open(passage, voices, main)
                found += disclaim(passage, voices, around.carried, main, self._reader.claims[main].loses)
            if number - spoken_at > 5 and main:
                spoken_of = main
            if number - spoken_at <= 5 or main:
                spoken = frozenset(passage.segment[proposition.first] for proposition in propositions)
                for claim, usual in self._at_issue(spoken_of):
                    found += answer(passage, voices, recent + found, claim, usual, spoken)
                    found += agree(passage, voices, recent, claim, spoken)
            if not propositions:
                self._prospects.note(find_disputes(passage, voices, self._lexicon, self._script.original))
            drafts += found
            recent = [draft for draft in recent if number - draft.passage <= 5] + found
            meant, spoke = discourse.place_last(passage), discourse.spoke_lately(number)
            self._scenes.append(Scene(passage, voices, propositions, found, around, meant, spoke))
            discourse.note(passage, voices)
        return drafts

    def bearings(self, ruled: Sequence[Draft]) -> list[Bearing]:
        """Return how the sentences read bear on each claim and party; `ruled` are the rows the rules chose."""
        setting = Setting(
            claims=self._reader.claims,
            claims_at=lambda place: () if place.startswith(MARK) else self._reader.finder.places[int(place)],
            topics=[self._treated[slug].topic for slug in sorted(self._treated)],
            side_of=self._reader.side_of,
            rows={(draft.claim, draft.party): draft for draft in ruled},
        )
        return gather(self._scenes, setting)

    def candidates(self, ruled: Sequence[Draft]) -> tuple[Candidate, ...]:
        """Return what the text contests that no claim covers."""
        return self._prospects.candidates(ruled, self.found, self._names_place)

    def _names_place(self, draft: Draft, place: str) -> bool:
        """Tell whether the sentence of a row names a place, or means the sentence before, which does: "denied it"."""
        own = self._passage(draft.passage)
        # In some languages the word for "it" is an article too: only one that is none surely points back.
        back = any(not own.is_determiner(anaphor.first) for anaphor in own.of("anaphor"))
        near = range(max(0, draft.passage - back), draft.passage + 1)
        return any(named.key == place for number in near for named in self._passage(number).places())

    def _main(self, home: str) -> str:
        """Return the general claim that the text is about, if it treats one above all, else "".

        A text about the place `home` is not about a claim of whose keywords no sentence has more than half.
        """
        ranked = sorted(self._treated, key=lambda claim: (-self._treated[claim].weight, claim))
        if len(ranked) > 1 and self._treated[ranked[0]].weight < 2 * self._treated[ranked[1]].weight:
            return ""
        if ranked and home and not self._is_put(self._treated[ranked[0]].topic):
            return ""
        return ranked[0] if ranked else ""

    def _is_put(self, topic: Topic) -> bool:
        """Tell whether more than half of a topic's groups of keywords are met in one sentence."""
        met = (self._keywords(number) for number in self._wanted)
        most = max((sum(not group.isdisjoint(keys) for group in topic.groups) for keys in met), default=0)
        return most * 2 > len(topic.groups)

    def _at_issue(self, spoken_of: str) -> list[tuple[str, Callable[[str], Stance | None]]]:
        """Return the claims that what was spoken of bears on, and what each party says of them when it denies that."""
        claim = self._reader.claims.get(spoken_of)
        if claim is None or claim.kind == ClaimKind.GENERAL:
            return [(spoken_of, lambda _: Stance.DENIES)] if spoken_of else []
        return [(one.slug, _denial(self._reader.side_of(one))) for one in self._reader.finder.claims_beside(claim)]

    def _sourced(self, passage: Passage, found: list[Draft], propositions: list[Proposition]) -> list[Draft]:
        """Return the rows of a fact check's head: "Claim: ..." on one line, "Source: X" on a later one."""
        if _is_labelled(passage, "claim_label") and propositions and not found:
            self._labelled = (passage.number, propositions[0])
        if not _is_labelled(passage, "source_label") or self._labelled is None or not passage.parties():
            return []
        number, proposition = self._labelled
        party = passage.parties()[0].key
        stance = proposition.says(party)
        if passage.number - number > 4 or stance is None:
            return []
        words = (proposition.first, proposition.last)
        return [Draft(proposition.claim, party, stance, number, *words, None, False, 0.75, "claim and its source")]

    def _claims_at(self, place: str) -> Sequence[ClaimEntry]:
        """Return the claims about a place: the catalogue's, or one that may be made about an unlisted place."""
        return self._prospects.claims_at(place) if place.startswith(MARK) else self._reader.finder.places[int(place)]

    def _propositions(
        self, passage: Passage, discourse: Discourse, voices: list[Voice], around: Frame
    ) -> list[Proposition]:
        found: list[Proposition] = []
        place_before = discourse.place_meant(passage)
        if place_before or passage.places():
            for event in find_events(passage, place_before, voices):
                self._prospects.propose(passage, event, voices, around)
                for claim in self._claims_at(event.place):
                    found.append(from_event(event, claim, self._reader.side_of(claim)))
        found += self._matters(passage, voices)
        return found

    def _asked(self, passage: Passage, discourse: Discourse, voices: list[Voice]) -> Question | None:
        """Return what a question asks about, if about a claim."""
        if not passage.question and not passage.of("asked"):
            return None
        for matter in self._met(passage):
            yes = Stance.DENIES if matter.stance == Stance.DENIES else Stance.AFFIRMS
            return Question(matter.claim, yes)
        place_before = discourse.place_meant(passage)
        if place_before or passage.places():
            for event in find_events(passage, place_before, voices):
                for claim in self._claims_at(event.place):
                    said = stance_of(event, None, self._reader.side_of(claim))
                    if said in (Stance.AFFIRMS, Stance.DENIES):
                        return Question(claim.slug, said)
        return None

    def _met(self, passage: Passage, voices: Sequence[Voice] = ()) -> list[Matter]:
        topics = self._reader.topics[self._lang]
        if not topics.topics:
            return []
        around: dict[int, frozenset[str]] = {}
        for step in (-2, -1, 1):
            number = passage.number + step
            if 0 <= number < len(self._script):
                around[step] = self._keywords(number)
        keys = self._keywords(passage.number)
        met = keys.union(*around.values())
        if not met:
            return []
        near = topics.near(sorted(met))
        close = {topic.claim: topic for topic in near if not self._names_some or topic.is_named(self._named)}
        close |= {claim: one.topic for claim, one in self._treated.items() if not one.telling.isdisjoint(keys)}
        found = []
        for claim in sorted(close):
            matter = find_matter(passage, close[claim], around, voices, self._treated.get(claim))
            if matter is not None:
                found.append(matter)
        return found

    def _keywords(self, number: int) -> frozenset[str]:
        """Return the keywords met in a sentence."""
        known = self._keys.get(number)
        if known is None:
            named = self._passage(number).named
            known = self._keys[number] = frozenset(one.key for one in named if one.kind in KEYWORDS)
        return known

    def _matters(self, passage: Passage, voices: list[Voice]) -> list[Proposition]:
        found = []
        for matter in self._met(passage, voices):
            if matter.unreal or passage.question:
                continue
            found.append(from_matter(matter, self._reader.claims[matter.claim].loses))
        return found

    def span(self, number: int) -> Span:
        """Return where a sentence stands in the text's own words."""
        stretch = self._script.stretches[number]
        return Span(self._script.folded.at(stretch.start), self._script.folded.end(stretch.end))

    def found(self, draft: Draft) -> Found:
        """Turn a draft into a statement with offsets into the text's own words."""
        passage = self._passage(draft.passage)
        first, last = _widen(passage, draft.first, draft.last)
        start = self._script.folded.at(passage.starts[first])
        end = self._script.folded.end(passage.ends[last - 1])
        cue = None
        if draft.cue:
            cue = Span(
                self._script.folded.at(passage.starts[draft.cue.first]),
                self._script.folded.end(passage.ends[draft.cue.last - 1]),
            )
        hedged = draft.hedged or draft.sure < 0.5
        return Found(
            claim=draft.claim,
            party=draft.party,
            stance=draft.stance,
            quote=self._words[start:end],
            span=Span(start, end),
            cue=cue,
            strength=Strength.HEDGED if hedged else Strength.PLAIN,
            confidence=draft.sure,
            rule=draft.rule,
            said_at=self._dating.said_at(draft),
        )


def _denial(side: Side) -> Callable[[str], Stance | None]:
    """Return what a party says of a control claim by a bare denial: the holder himself denies that it is lost."""
    return lambda party: {"holder": Stance.AFFIRMS, "opposed": Stance.DENIES}.get(side(party))


def _is_labelled(passage: Passage, kind: str) -> bool:
    """Tell whether a line begins with a label of this kind and a colon."""
    for cue in passage.of(kind):
        if cue.first == 0 and cue.last < len(passage.words) and ":" in passage.gaps[cue.last]:
            return True
    return False


def _widen(passage: Passage, first: int, last: int) -> tuple[int, int]:
    """Widen a run of words to the clauses it begins and ends in."""
    while first > 0 and passage.clause[first - 1] == passage.clause[first]:
        first -= 1
    while last < len(passage.words) and passage.clause[last] == passage.clause[last - 1]:
        last += 1
    return first, last
