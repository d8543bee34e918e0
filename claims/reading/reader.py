"""The reader: one article in, who says what about which claim out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice

from claims.reading.candidates import Prospects, enter_rivals, find_contested
from claims.reading.evidence import Bearing
from claims.reading.folding import Folded, fold, replace_halves
from claims.reading.gazetteer import Gazetteer
from claims.reading.general import Treated
from claims.reading.homonyms import Atlas
from claims.reading.introductions import introduce
from claims.reading.language import find_language
from claims.reading.lexicon import LANGUAGES, Lexicon, load_lexicon
from claims.reading.linking import LEFT_OPEN, Linker, part_names
from claims.reading.names import KEYWORDS, Finder, Mention
from claims.reading.references import Bearers
from claims.reading.script import Script
from claims.reading.sentences import Stretch, blank_markup, cut_sentences, index_at
from claims.reading.session import Session
from claims.reading.sides import Side
from claims.reading.stance import Draft, choose
from claims.reading.strangers import Strangers
from claims.reading.topics import PARTY, PLACE, Topics, enter_topics, with_agents
from claims.reading.values import Catalogue, ClaimEntry, NameFound, PartyEntry, Reading, Span, Text
from claims.reading.weighing import load_weights, weigh
from claims.reading.wrapping import find_wraps, join_wrapped
from claims.words import ClaimKind

_BEFORE, _AFTER = 2, 3
_MOST_SENTENCES = 200
# Of such parties whoever lives there may be said to be.
_LIVED_IN = ("government", "outlet")
# A text of so many sentences is read as a whole where it treats a general claim.
_SHORT_TEXT = 60
_CACHED_SOURCES = 1_000
_CACHED_OFFICES = 5_000


class Reader:
    """Reads texts against one catalogue. Compile once, read often, from any number of threads."""

    def __init__(self, catalogue: Catalogue, gazetteer: Gazetteer | None = None) -> None:
        """Without a `gazetteer` unlisted places are not known as such, and no claim about one is proposed."""
        self.finder = Finder(catalogue)
        self.claims = {claim.slug: claim for claim in catalogue.claims}
        self._aligned = {party.slug: party.aligned_with for party in catalogue.parties}
        self.parties = {party.slug: party for party in catalogue.parties}
        self._bodies = frozenset(party.slug for party in catalogue.parties if party.kind not in _LIVED_IN)
        entered = {lang: enter_topics(catalogue.claims, self.finder, lang) for lang in LANGUAGES}
        self.general = frozenset(claim.slug for claim in catalogue.claims if claim.kind == ClaimKind.GENERAL)
        self.finder.compile()
        self.topics = {lang: with_agents(entered[lang], self.claims, self.finder, lang) for lang in LANGUAGES}
        self.rivals = enter_rivals(catalogue.claims, catalogue.parties, self.side_of)
        self.publisher = lru_cache(maxsize=_CACHED_SOURCES)(self.finder.whole_name)
        """Who publishes a text, by its source's name in a language; sources are few and their articles many."""
        self._atlas = Atlas(gazetteer, self.finder, catalogue.parties) if gazetteer is not None else None
        self._linker = Linker(self.finder, self._atlas)
        self._alike: dict[frozenset[str], frozenset[str]] = {}
        self._bearers = {lang: self._bearing(load_lexicon(lang)) for lang in LANGUAGES}
        self._implied = {lang: self._implied_by_names(catalogue.parties, lang) for lang in LANGUAGES}

    def _implied_by_names(self, parties: Sequence[PartyEntry], lang: str) -> dict[str, frozenset[str]]:
        """Return per party the keywords that its names have in them, so that who names it has named them."""
        if not self.topics[lang].topics:
            return {}
        lexicon = load_lexicon(lang)
        return {party.slug: self.finder.keywords_of(party.names.get(lang, ()), lexicon) for party in parties}

    def read(self, text: Text) -> Reading:
        """Return the statements in a text, and what it contests that no claim covers.

        Never raises for any text; the same text always reads the same.
        """
        lang = text.lang or find_language(text.words)
        session = self._open(text, lang)
        if session is None:
            return Reading(lang=lang, statements=())
        ruled = choose(session.read())
        listed = [draft for draft in ruled if draft.claim in self.claims]
        rows = weigh(session.bearings(listed), listed, load_weights())
        return Reading(
            lang=lang,
            statements=tuple(session.found(draft) for draft in rows),
            candidates=session.candidates(ruled),
        )

    def bearings(self, text: Text) -> tuple[list[Draft], list[tuple[Span, Bearing]]]:
        """Return what `read` weighs: the rows of the rules, and how each sentence bears on each claim and party.

        Each bearing comes with where its sentence stands; `script/weigh` learns the weights from them.
        """
        session = self._open(text, text.lang or find_language(text.words))
        if session is None:
            return [], []
        ruled = [draft for draft in choose(session.read()) if draft.claim in self.claims]
        return ruled, [(session.span(bearing.passage), bearing) for bearing in session.bearings(ruled)]

    def _open(self, text: Text, lang: str) -> Session | None:
        """Cut a text and mark what it names; return the session of its reading, or None if there is nothing to read."""
        if lang not in LANGUAGES:
            return None
        folded, original, lexicon, mentions = self._mark_names(text, lang)
        topics = self.topics[lang]
        if not any(mention.kind in ("place", "party", "people", *KEYWORDS) for mention in mentions):
            return None
        stretches = cut_sentences(folded.text, original, lexicon)
        keys, treated = self._treated(mentions, lang)
        wanted = self._wanted(stretches, mentions, topics, treated)
        contested: set[int] = set()
        if len(wanted) < len(stretches):  # else every sentence is read anyway
            if any(mention.kind == "place" for mention in mentions):
                wanted = self._with_towns(wanted, stretches, folded.text, lexicon)
            unlisted = self._atlas is not None
            contested = find_contested(folded.text, original, lexicon, stretches, mentions, unlisted)
        if not wanted and not contested:
            return None
        bearers = partial(self.finder.bearers, lexicon)
        mentions = introduce(folded.text, original, lexicon, stretches, mentions, bearers, self._bodies)
        strangers = None
        if self._atlas is not None:
            surroundings = self._atlas.surroundings(folded.text, lang, mentions)
            strangers = Strangers(self._atlas.gazetteer, surroundings, lexicon, original, self._atlas.listed)
        mark = strangers.mark if strangers else None
        script = Script(folded, original, lexicon, stretches, mentions, self._bearers[lang], mark)
        if self.finder.shared:
            part_names(script)
        prospects = Prospects(self.rivals, strangers)
        worth = sorted(contested.union(wanted))[:_MOST_SENTENCES]
        return Session(self, text, lang, script, treated, prospects, worth, keys)

    def names_claim(self, text: Text) -> bool:
        """Tell whether a text names what some claim is about: its place or a keyword, or a party with one in its name.

        In a text that does not, no reader finds anything about these claims, whatever else its catalogue holds.
        """
        lang = text.lang or find_language(text.words)
        if lang not in LANGUAGES:
            return False
        mentions, implied = self._mark_names(text, lang)[-1], self._implied[lang]
        return any(
            mention.kind in ("place", LEFT_OPEN, *KEYWORDS)
            or (mention.kind == "party" and bool(implied.get(mention.key)))
            for mention in mentions
        )

    def find_names(self, text: Text) -> tuple[NameFound, ...]:
        """Return where a text names the catalogue's parties and the places of its claims, left to right.

        So an editor sees what a name of theirs is found by, even where nobody takes a stance on any claim.
        """
        lang = text.lang or find_language(text.words)
        if lang not in LANGUAGES:
            return ()
        folded, _original, _lexicon, mentions = self._mark_names(text, lang)
        found = []
        for mention in mentions:
            if mention.kind in ("party", "people", "quality", "place"):
                span = Span(folded.at(mention.start), folded.end(mention.end))
                name = mention.key
                if mention.kind == "place":
                    place = self.finder.places[int(mention.key)][0].place
                    name = place.name if place else ""
                found.append(NameFound(span, mention.kind, name))
        return tuple(found)

    def _mark_names(self, text: Text, lang: str) -> tuple[Folded, str, Lexicon, list[Mention]]:
        """Fold a text, join its wrapped lines, and find the names in it; returns also its letters before folding."""
        words = replace_halves(text.words)
        lexicon = load_lexicon(lang)
        folded = fold(blank_markup(words))
        original = words if folded.back is None else "".join(words[at] for at in folded.back[:-1])
        wraps = find_wraps(original)
        folded, original = replace(folded, text=join_wrapped(folded.text, wraps)), join_wrapped(original, wraps)
        mentions = self.finder.find(folded.text, original, lexicon)
        return folded, original, lexicon, self._linker.settle(mentions, folded.text, original, lang)

    def _bearing(self, lexicon: Lexicon) -> Bearers:
        """Return who may have an office: the parties in whose names its word stands, and those of a fitting kind."""

        @lru_cache(maxsize=_CACHED_OFFICES)
        def bearers(word: str) -> tuple[frozenset[str], frozenset[str]]:
            return self.finder.bearers(lexicon, word), self._of_kinds(lexicon.office_kinds(word))

        return bearers

    def _of_kinds(self, kinds: frozenset[str]) -> frozenset[str]:
        """Return the parties of some kinds; one set for all words that ask for it, for parties may be many."""
        known = self._alike.get(kinds)
        if known is None:
            known = frozenset(slug for slug, party in self.parties.items() if party.kind in kinds)
            self._alike[kinds] = known
        return known

    def _treated(self, mentions: list[Mention], lang: str) -> tuple[frozenset[str], dict[str, Treated]]:
        """Return what a text names, keywords and places, itself or by a party's name, and the claims that it treats.

        It treats those as a whole of which every group of keywords is named somewhere in it.
        """
        # A word for the contrary tells of a topic only beside its other words: "clean" is said of much.
        counts = Counter(mention.key for mention in mentions if mention.kind == "keyword")
        implied = {
            key for mention in mentions if mention.kind == "party" for key in self._implied[lang].get(mention.key, ())
        }
        marks = {"place": PLACE, "party": PARTY}
        listed = {marks[mention.kind] + mention.key for mention in mentions if mention.kind in marks}
        keys = frozenset(counts.keys() | implied | listed)
        return keys, self.topics[lang].treated(keys, counts) if counts else {}

    def _wanted(
        self, stretches: list[Stretch], mentions: list[Mention], topics: Topics, treated: Mapping[str, Treated]
    ) -> list[int]:
        """Return the numbers of the sentences worth analysing: those naming a place or topic, and their neighbours."""
        telling = frozenset().union(*(one.telling for one in treated.values()))
        hits: set[int] = set()
        for mention in mentions:
            near = mention.kind in KEYWORDS and (mention.key in topics.rarest or mention.key in telling)
            if mention.kind == "place" or near:
                hits.add(index_at(stretches, mention.start))
            if len(hits) > _MOST_SENTENCES:
                break
        if treated and len(stretches) <= _SHORT_TEXT:
            return list(range(len(stretches)))
        wanted: set[int] = set()
        for hit in sorted(hits)[:_MOST_SENTENCES]:
            wanted.update(range(max(0, hit - _BEFORE), min(len(stretches), hit + _AFTER + 1)))
        return sorted(wanted)[:_MOST_SENTENCES]

    def _with_towns(self, wanted: list[int], stretches: list[Stretch], text: str, lexicon: Lexicon) -> list[int]:
        """Return the sentences wanted and those that speak of "the town", each with the one before it."""
        every = set(wanted)
        for match in islice(lexicon.town.finditer(text), _MOST_SENTENCES):
            number = index_at(stretches, match.start())
            every.update(range(max(0, number - 1), number + 1))
        return sorted(every)[:_MOST_SENTENCES]

    def side_of(self, claim: ClaimEntry) -> Side:
        """Return the mapping of parties to the sides of a control claim."""

        def side(party: str) -> str:
            for slug in (party, self._aligned.get(party, "")):
                if slug and slug == claim.holder:
                    return "holder"
                if slug and slug == claim.opposed:
                    return "opposed"
            return "other"

        return side
