"""What a party denies, or accuses somebody of, in so many words: "the ministry denied that it had poisoned the river".

Only plain cases: a named party, a verb of denying or accusing, and the clause it governs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from claims.reading.discourse import Voice
from claims.reading.lexicon import Lexicon
from claims.reading.passage import Passage
from claims.reading.polarity import is_unreal, negations
from claims.reading.stance import Draft
from claims.words import OWN_VOICE, Stance

# How far behind its verb a clause may begin ("denied the reports of some residents that ...").
_REACH = 7
_SHORTEST, _LONGEST = 2, 30
# A clause of fewer words is only the beginning of one ("that, in May, ...").
_BEGUN = 3
_LEAST_WORDS, _MOST_WORDS = 2, 4
# What is told in nouns ("reports of a leak in the tunnel") must be told in more of them to be plain.
_LEAST_NOUNS = 3
_SHORTEST_STEM = 3
# Words of these classes say how something is said, not what about.
_GRAMMAR = (
    "prep", "comp", "and", "relative", "pronoun", "first_person", "possessive", "its", "neg", "hedge", "contrast",
    "contrast_bare", "past", "now", "future", "cond", "according_it", "say", "say_noun", "admit", "every", "full",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dispute:
    """One thing disputed: who takes which stance in which words (a row without a claim), and what it is about.

    `words` are the stems of its weightiest words and the parties it is about, the same in whatever order and form they
    come; `keywords` are the words themselves.
    """

    draft: Draft
    proposition: str
    words: tuple[str, ...]
    keywords: tuple[str, ...]


def find_disputes(passage: Passage, voices: Sequence[Voice], lexicon: Lexicon, original: str) -> list[Dispute]:
    """Return what listed parties deny or accuse others of in a sentence, left to right. `original` has its capitals."""
    found = []
    for voice in voices:
        party = voice.party
        if not party or party == OWN_VOICE or passage.question or is_unreal(passage, voice.cue):
            continue
        accusing = lexicon.accuses(passage.text_at(voice.cue.first))
        if (voice.kind != "deny" and not accusing) or negations(passage, voice.cue) % 2:
            continue
        span = _accused_of(passage, voice, lexicon) if accusing else _denied(passage, voice, voices, lexicon)
        least = _LEAST_WORDS
        if span is None and not accusing:
            span, least = _denied_in_nouns(passage, voice, lexicon)
        if span is None:
            continue
        words = _weightiest(passage, *span, lexicon, original)
        if len(words) < least:
            continue
        about = _about(passage, span, party, accusing)
        draft = Draft(
            claim="",
            party=party,
            stance=Stance.AFFIRMS if accusing else Stance.DENIES,
            passage=passage.number,
            first=min(voice.first, span[0]),
            last=max(voice.last, span[1]),
            cue=voice.cue,
            hedged=any(passage.same_clause(hedge.first, voice.cue.first) for hedge in passage.of("hedge")),
            sure=0.75 if voice.how in ("before", "after", "agent") else 0.6,
            rule="accusation of something no claim is about" if accusing else "denial of something no claim is about",
        )
        proposition = original[passage.starts[span[0]] : passage.ends[span[1] - 1]]
        key = tuple(sorted({*words, *about}))
        keywords = tuple(words[stem] for stem in sorted(words))
        found.append(Dispute(draft, " ".join(proposition.split()), key, keywords))
    return found


def _about(passage: Passage, span: tuple[int, int], party: str, accusing: bool) -> set[str]:
    """Return the parties said to have done it: those the clause names, or who denies it of himself."""
    named = {one.key for one in passage.named if one.kind != "keyword" and span[0] <= one.first < span[1]}
    return named if named or accusing else {party}


def _denied(passage: Passage, voice: Voice, voices: Sequence[Voice], lexicon: Lexicon) -> tuple[int, int] | None:
    """Return the clause a denial governs: behind "that", or right after it ("denied poisoning", "denied it had")."""
    begin = _opened(passage, voice.cue.first, voice.cue.last, lexicon)
    if begin is None and voice.cue.last < len(passage.words):
        bare = passage.text_at(voice.cue.last).endswith(lexicon.bare_verbs)
        told = passage.cue_at(voice.cue.last, "pronoun") and passage.text_at(voice.cue.last + 1) in lexicon.tensed
        if (bare or told) and passage.same_clause(voice.cue.last, voice.cue.first):
            begin = voice.cue.last
    rivals = (v for v in voices if v is not voice and v.party and v.kind in ("say", "admit", "deny"))
    if begin is None or any(voice.cue.last <= rival.cue.first < begin for rival in rivals):
        return None
    return _clause(passage, begin, voices)


def _denied_in_nouns(passage: Passage, voice: Voice, lexicon: Lexicon) -> tuple[tuple[int, int] | None, int]:
    """Return what the reports or accusations are about that are denied, and how many weighty words it must have."""
    for index in range(voice.cue.last + 1, min(voice.cue.last + 4, len(passage.words) - 1)):
        if not passage.same_clause(index, voice.cue.last - 1):
            break
        accusation = passage.text_at(index) in lexicon.charges and passage.cue_at(index - 1, "say_noun")
        if accusation or passage.text_at(index) in lexicon.abouts:
            verbal = passage.text_at(index + 1).endswith(lexicon.bare_verbs)
            return _clause(passage, index + 1, ()), _LEAST_WORDS if verbal else _LEAST_NOUNS
    return None, 0


def _accused_of(passage: Passage, voice: Voice, lexicon: Lexicon) -> tuple[int, int] | None:
    """Return who is accused and of what: "Norland of having shelled the hospital"."""
    accused = next(
        (one for one in passage.named if one.kind in ("party", "people", "place") and one.first >= voice.cue.last), None
    )
    start = accused.last if accused and accused.first - voice.cue.last <= _REACH else voice.cue.last + 1
    for index in range(start, min(start + _REACH, len(passage.words))):
        if passage.segment[index] != passage.segment[voice.cue.first]:
            return None
        if passage.text_at(index) in lexicon.charges:
            last = _clause(passage, index + 1, ())
            return (voice.cue.last, last[1]) if last else None
    return None


def _opened(passage: Passage, first: int, last: int, lexicon: Lexicon) -> int | None:
    """Return where the clause begins that a word such as "that" opens within reach behind a verb."""
    for index in range(last - 1, min(last + _REACH, len(passage.words))):
        if passage.segment[index] != passage.segment[first]:
            return None
        if index > first and (passage.cue_at(index, "comp") or lexicon.opens_clause(passage.text_at(index))):
            # "про те, що": the clause begins behind the last of the words that open it.
            opening = (at for at in range(index + 1, index + 4) if lexicon.opens_clause(passage.text_at(at)))
            return next(opening, index) + 1
        according = passage.cue_at(index, "according") if passage.cue_at(index - 1, "say_noun") else None
        if according:
            return according.last + 1  # "les accusations selon lesquelles ..."
    return None


def _clause(passage: Passage, begin: int, voices: Sequence[Voice]) -> tuple[int, int] | None:
    """Return the words from one on to the end of its clause, if they are as many as a clause has."""
    if begin >= len(passage.words):
        return None
    last = begin + 1
    while last < len(passage.words) and last - begin < _LONGEST:
        fresh = passage.clause[last] != passage.clause[last - 1]
        if passage.segment[last] != passage.segment[begin] or (fresh and last - begin >= _BEGUN):
            break
        last += 1
    if any(begin <= voice.cue.first < last for voice in voices if voice.kind in ("say", "admit", "deny")):
        return None
    return (begin, last) if last - begin >= _SHORTEST else None


def _weightiest(passage: Passage, first: int, last: int, lexicon: Lexicon, original: str) -> dict[str, str]:
    """Return the words a clause is known by, by their stems: names before long words, whatever their order."""
    weighed: dict[str, tuple[bool, int, str]] = {}
    grammar = {at for cue in passage.of(*_GRAMMAR) for at in range(cue.first, cue.last)}
    grammar |= {at for one in passage.named if one.kind != "keyword" for at in range(one.first, one.last)}
    for index in range(first, last):
        word = passage.words[index]
        stem = lexicon.stem(word)
        name = passage.capital[index] and index > 0
        if index in grammar or word in lexicon.articles or word in lexicon.auxiliaries:
            continue
        if not name and (len(stem) < _SHORTEST_STEM or len(word) <= _SHORTEST_STEM):
            continue
        written = original[passage.starts[index] : passage.ends[index]]
        weighed.setdefault(stem, (not name, -len(stem), written))
    chosen = sorted(weighed, key=lambda stem: (weighed[stem][:2], stem))[:_MOST_WORDS]
    return {stem: weighed[stem][2] for stem in chosen}
