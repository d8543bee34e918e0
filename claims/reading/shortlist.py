"""What of a catalogue a text names, and where: the few claims it may be about and the parties it may quote.

It looks for names and keywords only, never at what is said of them, so that a reader of another kind than the rules can
be asked about a handful of claims instead of thousands, and its answers be held against the places where they stand.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from claims.reading.folding import fold
from claims.reading.language import find_language
from claims.reading.lexicon import LANGUAGES, WORD, Lexicon, load_lexicon
from claims.reading.names import KEYWORDS, Mention
from claims.reading.reader import Reader
from claims.reading.sentences import Stretch, blank_markup, cut_sentences, index_at
from claims.reading.topics import Topics
from claims.reading.values import ClaimEntry, PartyEntry, Span, Text
from claims.words import OWN_VOICE

# A text up to so many characters is shown whole; of a longer one the sentences around what it names.
WHOLE = 12_000
MOST_CLAIMS = 30
MOST_PARTIES = 40
_AROUND = 3
_KEYWORDS_WITHIN = 2
# Classes of cues by which a sentence can bear a stance without naming the claim again: who does, who says.
_BEARING = frozenset((
    "take", "hold", "hold_out", "fall", "expel", "lose", "fight", "absent", "present", "present_own",
    "say", "say_noun", "admit", "deny", "deny_noun", "false", "open", "according", "disbelieve",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a text: which one it is, and its offsets into `Text.words`.

    `parties` are named in it, `claims` by their place or keywords; `bearing` tells whether it holds a word of doing or
    saying, so that it can bear a stance on a claim that was named nearby.
    """

    number: int
    span: Span
    parties: frozenset[str]
    claims: frozenset[str]
    bearing: bool


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The part of a catalogue that a text may be about, and the part of the text to look at.

    `own` is who the publication as a whole speaks for: a party, or `outlet`. `left_out` counts the claims and parties
    for which there was no room. Claims come in the order in which the text names them, parties by slug.
    """

    lang: str
    claims: tuple[ClaimEntry, ...] = ()
    parties: tuple[PartyEntry, ...] = ()
    own: str = OWN_VOICE
    sentences: tuple[Sentence, ...] = ()
    left_out: int = 0

    def touched(self, span: Span) -> tuple[Sentence, ...]:
        """Return the sentences that a run of characters touches; none where it stands outside all looked at."""
        first = bisect_right(self.sentences, span.start, key=lambda sentence: sentence.span.end)
        last = bisect_left(self.sentences, span.end, key=lambda sentence: sentence.span.start)
        return self.sentences[first:last]

    def near(self, touched: Sequence[Sentence], before: int, after: int) -> tuple[Sentence, ...]:
        """Return the sentences up to so many before and after a run of them, themselves included."""
        first, last = touched[0].number - before, touched[-1].number + after
        return tuple(sentence for sentence in self.sentences if first <= sentence.number <= last)


def draw_shortlist(text: Text, reader: Reader) -> Shortlist:
    """Return what a text names of the reader's catalogue. Never raises for any text; works in time linear in it."""
    words = text.words
    lang = text.lang or find_language(words)
    if lang not in LANGUAGES:
        return Shortlist(lang)
    lexicon = load_lexicon(lang)
    folded = fold(blank_markup(words))
    original = words if folded.back is None else "".join(words[at] for at in folded.back[:-1])
    mentions = reader.finder.find(folded.text, original, lexicon)
    stretches = cut_sentences(folded.text, original, lexicon)
    if not stretches:
        return Shortlist(lang)
    named = _named_claims(mentions, stretches, reader, reader.topics[lang])
    order = sorted(named, key=lambda slug: (min(named[slug]), slug))
    claims = [reader.claims[slug] for slug in order[:MOST_CLAIMS]]
    if not claims:
        return Shortlist(lang)
    where = {number for claim in claims for number in named[claim.slug]}
    shown = _choose(stretches, where, len(words))
    said: dict[int, set[str]] = {}
    for mention in mentions:
        if mention.kind in ("party", "people", "quality"):
            said.setdefault(index_at(stretches, mention.start), set()).add(mention.key)
    own = text.speaks_as or reader.publisher(text.source, lexicon) or OWN_VOICE
    sentences = []
    offices: set[str] = set()
    for number in shown:
        stretch = stretches[number]
        spoken = WORD.findall(folded.text, stretch.start, stretch.end)
        for word in spoken:
            offices |= reader.finder.offices.get((lang, lexicon.stem(word)), frozenset())
        sentences.append(
            Sentence(
                number=number,
                span=Span(folded.at(stretch.start), folded.end(stretch.end)),
                parties=frozenset(said.get(number, ())),
                claims=frozenset(claim.slug for claim in claims if number in named[claim.slug]),
                bearing=_bears(spoken, lexicon),
            )
        )
    by_name = {party for sentence in sentences for party in sentence.parties} | ({own} - {OWN_VOICE})
    ranked = [*sorted(by_name & reader.parties.keys()), *sorted((offices - by_name) & reader.parties.keys())]
    ranked = [slug for slug in ranked if slug != OWN_VOICE]
    return Shortlist(
        lang=lang,
        claims=tuple(claims),
        parties=tuple(reader.parties[slug] for slug in sorted(ranked[:MOST_PARTIES])),
        own=own,
        sentences=tuple(sentences),
        left_out=len(order) - len(claims) + max(0, len(ranked) - MOST_PARTIES),
    )


def _named_claims(
    mentions: Iterable[Mention], stretches: list[Stretch], reader: Reader, topics: Topics
) -> Mapping[str, set[int]]:
    """For each claim the text names, the numbers of the sentences in which it does."""
    named: dict[str, set[int]] = {}
    keywords: dict[int, set[str]] = {}
    for mention in mentions:
        if mention.kind == "place":
            number = index_at(stretches, mention.start)
            for claim in reader.finder.places[int(mention.key)]:
                named.setdefault(claim.slug, set()).add(number)
        elif mention.kind in KEYWORDS:
            keywords.setdefault(index_at(stretches, mention.start), set()).add(mention.key)
    for number in sorted(keywords):
        near = set().union(
            *(keywords.get(at, ()) for at in range(number - _KEYWORDS_WITHIN, number + _KEYWORDS_WITHIN + 1))
        )
        for topic in topics.near(sorted(near)):
            here = any(group & keywords[number] for group in topic.groups)
            if here and all(group & near for group in topic.groups):
                named.setdefault(topic.claim, set()).add(number)
    return named


def _choose(stretches: Sequence[Stretch], where: Iterable[int], size: int) -> Sequence[int]:
    """Return the numbers of the sentences to look at, in order: all, or the head and those around what is named."""
    if size <= WHOLE:
        return range(len(stretches))
    chosen: set[int] = set()
    room = WHOLE
    for centre in (0, *sorted(where)):
        for number in range(max(0, centre - _AROUND), min(len(stretches), centre + _AROUND + 1)):
            length = stretches[number].end - stretches[number].start
            if number not in chosen and length <= room:
                chosen.add(number)
                room -= length
    return sorted(chosen)


def _bears(words: Sequence[str], lexicon: Lexicon) -> bool:
    return any(cue.kind in _BEARING for cue in lexicon.find(words))
