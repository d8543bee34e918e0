"""The general claims of a catalogue in one language, and the keywords that call for a closer look at a sentence."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from claims.reading.folding import fold
from claims.reading.general import Topic, Treated
from claims.reading.keywords import contraries, cut_keyword, wordings
from claims.reading.lexicon import WORD, Lexicon, load_lexicon
from claims.reading.names import Finder, Mention
from claims.reading.values import ClaimEntry
from claims.words import ClaimKind

PLACE, PARTY = "place ", "party "
"""Set the keys of listed places and parties apart from keywords' numbers."""

# Of the words of a claim's own sentence so many make its keywords, and a text need not have one in so many.
_MOST_DRAFTED = 6
_SPARE = 3
_LEAST_DRAFTED = 3
_FUNCTION = frozenset(
    {"det", "prep", "pronoun", "neg", "comp", "and", "relative", "possessive", "its", "anaphor", "by", "contrast"}
)


def enter_topics(claims: Iterable[ClaimEntry], finder: Finder, lang: str) -> list[Topic]:
    """Enter the keywords of all general claims in one language and return the topics they make.

    A claim with neither keywords nor a proposition in that language is left out.
    """
    entered = []
    lexicon = load_lexicon(lang)
    for claim in claims:
        if claim.kind != ClaimKind.GENERAL:
            continue
        proposition = claim.proposition.get(lang, "")
        given = claim.keywords.get(lang)
        groups = given or drafted(proposition, lexicon)
        numbers = []
        for group in groups:
            known = [finder.add_keyword(word, lang) for word in group]
            numbers.append(frozenset(str(number) for number in known if number is not None))
        if numbers and all(numbers):
            wishes, negated = worded(proposition, lexicon)
            contrary = _contrary_to(proposition, groups, lexicon)
            opposed = frozenset(str(finder.add_keyword(word, lang)) for word in contrary)
            spare = 0 if given else len(groups) // _SPARE
            names = frozenset(str(finder.add_keyword(word, lang)) for word in _names(proposition, groups, lexicon))
            entered.append(Topic(claim.slug, tuple(numbers), negated, wishes, spare, opposed, names=names))
    return entered


def with_agents(topics: Iterable[Topic], claims: Mapping[str, ClaimEntry], finder: Finder, lang: str) -> "Topics":
    """Return the topics with what the claims' own sentences name: who has done it, and the listed places.

    Who has done it is named first in such a sentence, or last.
    """
    lexicon = load_lexicon(lang)
    # Those who fight over places are in every text about the war, whatever else it is about.
    sides = {party for claim in claims.values() for party in (claim.holder, claim.opposed)}
    entered = []
    for topic in topics:
        proposition = claims[topic.claim].proposition.get(lang, "")
        folded = fold(proposition)
        mentions = finder.find(folded.text, proposition, lexicon) if folded.back is None else []
        agent = _agent(folded.text, mentions) if lexicon.subject_after else ""
        listed = {PLACE + mention.key for mention in mentions if mention.kind == "place"}
        listed |= {PARTY + mention.key for mention in mentions if mention.kind == "party" and mention.key not in sides}
        entered.append(replace(topic, agent=agent, names=topic.names | listed if topic.names else topic.names))
    return Topics(entered)


def _agent(proposition: str, mentions: Iterable[Mention]) -> str:
    end = len(proposition.rstrip(" ."))
    for named in mentions:
        able = named.kind in ("party", "people") and named.subject
        if able and (named.start <= 1 or (named.end >= end and named.kind == "people")):
            return named.key
    return ""


def _names(proposition: str, groups: Iterable[Sequence[str]], lexicon: Lexicon) -> list[str]:
    """Return the keywords that are names, of the groups in which one is in the claim's own sentence as well."""
    said = {lexicon.stem(word) for word in WORD.findall(fold(proposition).text)}
    found: list[str] = []
    for group in groups:
        names = [word for word in group if word[:1].isupper()]
        if any(said.issuperset(map(lexicon.stem, cut_keyword(word, lexicon))) for word in names):
            found += names
    return found


def _contrary_to(proposition: str, groups: Iterable[Sequence[str]], lexicon: Lexicon) -> list[str]:
    """Return the keywords that by the lexicon say the contrary of a word in the claim's own sentence."""
    said = {(lexicon.stem(word),) for word in WORD.findall(fold(proposition).text)}
    found = []
    for word in dict.fromkeys(word for group in groups for word in group):
        words = cut_keyword(word, lexicon)
        if not said.isdisjoint(contraries(words, lexicon)) and said.isdisjoint(wordings(words, lexicon)):
            found.append(word)
    return found


class Topics:
    """The general claims of one language, and for each the keywords that call for a closer look."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.topics = topics
        frequency: dict[str, int] = {}
        for topic in topics:
            for key in frozenset().union(*topic.groups):
                frequency[key] = frequency.get(key, 0) + 1
        self.rarest: dict[str, list[Topic]] = {}
        for topic in topics:
            rare = sorted(topic.groups, key=lambda keys: (sum(frequency[key] for key in keys), sorted(keys)))
            # A text may do without as many as it may spare, the rarest among them.
            for key in sorted(frozenset().union(*rare[: topic.spare + 1])):
                self.rarest.setdefault(key, []).append(topic)

    def treated(self, keys: Collection[str], counts: Mapping[str, int]) -> dict[str, Treated]:
        """Return the topics of which a text names every group, by claim.

        `keys` are the keywords in the text or implied by the parties it names and the listed places it names,
        `counts` how often each is in it. In a text that names what one claim names, or a listed place, a topic of
        which it names nothing is not meant: there is more than one plant in the world.
        """
        found = {}
        near = self.near(sorted(keys))
        if names_some(keys, near):
            near = [topic for topic in near if topic.is_named(keys)]
        for topic in near:
            if sum(group.isdisjoint(keys) for group in topic.groups) <= topic.spare:
                often = [sum(counts.get(key, 0) for key in group) for group in topic.groups]
                telling = len(often) - 1 - often[::-1].index(min(often))
                found[topic.claim] = Treated(topic, topic.groups[telling], sum(often))
        return found

    def near(self, keys: Iterable[str]) -> list[Topic]:
        """Return the topics whose rarest group one of these keywords is in."""
        found = {topic.claim: topic for key in keys for topic in self.rarest.get(key, ())}
        return [found[slug] for slug in sorted(found)]


def names_some(keys: Collection[str], topics: Iterable[Topic]) -> bool:
    """Tell whether a text names what one of some topics names, or a listed place."""
    return any(key.startswith(PLACE) for key in keys) or any(not one.names.isdisjoint(keys) for one in topics)


def drafted(proposition: str, lexicon: Lexicon) -> tuple[tuple[str, ...], ...]:
    """Draft keyword groups from a claim's sentence: its weightiest words, one a group; a name of two words is one."""
    groups: list[list[str]] = []
    words = [part.strip(".,;:!?«»\"()'’") for part in _cut(proposition, lexicon)]
    words = [word for word in words if word]
    joined = False
    for at, word in enumerate(words):
        known = fold(word).text
        weighty = len(word) >= 5 or word[:1].isupper() or word.isdigit() or len(word) >= _LEAST_DRAFTED
        # A word of place that ends the sentence is what it says: "the strike is OVER".
        empty = known in lexicon.auxiliaries or (at < len(words) - 1 and _is_function(known, lexicon))
        if not weighty or empty:
            joined = False
            continue
        if joined and word[:1].isupper():
            groups[-1].append(word)
        else:
            groups.append([word])
        joined = word[:1].isupper()
    unique = dict.fromkeys(tuple(group) for group in groups)
    return tuple(unique)[:_MOST_DRAFTED]


def _cut(proposition: str, lexicon: Lexicon) -> list[str]:
    plain = proposition.replace("’", "'")
    words = (plain.replace("'", "' ") if lexicon.elision else plain).split()
    return [word.removesuffix("'s") for word in words]


def _is_function(word: str, lexicon: Lexicon) -> bool:
    """Tell whether a word only holds a sentence together: "the", "of", "that", "not"."""
    return any(cue.kind in _FUNCTION for cue in lexicon.find([word]))


def worded(proposition: str, lexicon: Lexicon) -> tuple[bool, bool]:
    """Tell whether a claim's own sentence speaks of a wish, and whether it is a negative one."""
    kinds = {cue.kind for cue in lexicon.find(WORD.findall(fold(proposition).text))}
    return "plan" in kinds, "neg" in kinds
