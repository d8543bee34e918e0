"""Every form in which a text may write a known name: declined word by word, with agreement.

Russian words are declined by pymorphy3 (only ever asked about a name's own words, never about running text);
Ukrainian ones, and Russian ones it has no nominative for, by the suffix rules of the language's lexicon.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from claims.reading.folding import fold_word
from claims.reading.lexicon import LANGUAGES, load_lexicon

# A second locative or genitive ("в Яру") counts as the first.
_ALSO = {"loct": "loc2", "gent": "gen2"}
CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


@dataclass(frozen=True, slots=True)
class _Declined:
    """A word's forms per case, and whether it is an adjective (then the word after it declines too)."""

    cases: Mapping[str, tuple[str, ...]]
    adjective: bool


@lru_cache(maxsize=100_000)
def name_forms(name: str, lang: str) -> tuple[str, ...]:
    """Return the folded forms of a name in a language, the nominative first; in one without cases it has one.

    A leading article is left off, for it melts into prepositions (du, au). Kept for the next time: names of a
    catalogue come again with every reader compiled.
    """
    return decline(name, lang)


def decline(name: str, lang: str) -> tuple[str, ...]:
    """Do what `name_forms` does, for a name that is looked at once and not worth keeping."""
    words = without_article(name, lang).split()
    folded = [fold_word(word) for word in words]
    plain = " ".join(folded)
    if lang not in LANGUAGES or not load_lexicon(lang).declines(plain):
        return (plain,) if plain else ()
    declined = [_decline(word, lang) for word in words]
    readings = [declined]
    leading = [_leading(word, lang) if after[:1].isupper() else None for word, after in pairwise((*words, ""))]
    if any(leading):
        readings.append([one or other for one, other in zip(leading, declined, strict=True)])
    forms = dict.fromkeys([plain])
    for reading in readings:
        for keep_tail in (True, False):
            for case in CASES:
                for parts in _agree(words, folded, reading, case, keep_tail):
                    forms[" ".join(parts)] = None
    return tuple(forms)


def _leading(word: str, lang: str) -> _Declined | None:
    """Decline a word as the adjective it may be before another name ("Нова Каховка"), or None if it cannot be one."""
    return _by_rules(fold_word(word), lang, word[:1].isupper(), leading=True)


def _agree(
    words: list[str], folded: list[str], declined: list[_Declined | None], case: str, keep_tail: bool
) -> Iterator[list[str]]:
    """Yield the name in one case. After its head noun only capitalised words may decline, and not if `keep_tail`."""
    options: list[tuple[str, ...]] = []
    head_seen = False
    for word, plain, forms in zip(words, folded, declined, strict=True):
        fixed = forms is None or (head_seen and (keep_tail or not word[:1].isupper()))
        if fixed or forms is None:
            options.append((plain,))
        else:
            options.append(forms.cases[case])
        if forms is None or not forms.adjective:
            head_seen = True
    # Variants of one case are few (Покровську / Покровськові): pair them by position, not all with all.
    for number in range(max(len(option) for option in options)):
        yield [option[min(number, len(option) - 1)] for option in options]


def without_article(name: str, lang: str) -> str:
    """Return a name without the article that begins it in this language."""
    name = name.strip().replace("’", "'")
    lower = name.lower()
    for article in load_lexicon(lang).articles if lang in LANGUAGES else ():
        lead = article if article.endswith("'") else article + " "
        if lower.startswith(lead) and len(name) > len(lead):
            return name[len(lead) :]
    return name


def _decline(word: str, lang: str) -> _Declined | None:
    """Return a word's forms, or None where it does not decline (acronyms, Latin words, figures)."""
    plain = fold_word(word)
    if not plain[-1:].isalpha() or not load_lexicon(lang).declines(plain) or (word.isupper() and len(word) > 1):
        return None
    if plain in load_lexicon(lang).declension.get("fixed", ()):
        return None
    proper = word[:1].isupper()
    if load_lexicon(lang).dictionary != "pymorphy3":
        return _by_rules(plain, lang, proper)
    known = _by_dictionary(word, lang)
    if known == "fixed":
        return None
    ruled = _by_rules(plain, lang, proper)
    if not isinstance(known, _Declined):
        return ruled
    if ruled is None or not proper or _analyser(lang).word_is_known(word.lower()):
        return known
    # What the dictionary only guesses may be the wrong gender or number: take what the ending tells as well.
    return _Declined({case: _merged(known.cases[case], ruled.cases[case]) for case in CASES}, known.adjective)


def _merged(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one, *other)))


@cache
def _analyser(lang: str) -> Any:
    import pymorphy3

    # It tells of its dictionaries at level INFO, into the output of whoever reads.
    logging.getLogger("pymorphy3").setLevel(logging.WARNING)
    return pymorphy3.MorphAnalyzer(lang=lang)


def _by_dictionary(word: str, lang: str) -> "_Declined | str | None":
    parses = _analyser(lang).parse(word.lower())
    nominative = [parse for parse in parses if "nomn" in parse.tag and parse.tag.POS in ("NOUN", "ADJF", "PRTF")]
    if not nominative:
        return None
    proper = word[:1].isupper()
    best = max(
        nominative,
        key=lambda parse: (
            proper and any(tag in parse.tag for tag in ("Geox", "Surn", "Name", "Orgn")),
            parse.score,
        ),
    )
    if "Fixd" in best.tag:
        return "fixed"
    # A lower-case word that is far likelier an oblique form is a dependent (Министерство обороны): it stays.
    if not proper and best.score < 0.1 and parses[0].score > 0.3:
        return "fixed"
    number = "plur" if "plur" in best.tag else "sing"
    cases: dict[str, tuple[str, ...]] = {}
    for case in CASES:
        forms = [
            fold_word(form.word)
            for form in best.lexeme
            if (case in form.tag or _ALSO.get(case, case) in form.tag)
            and number in form.tag
            and form.tag.POS == best.tag.POS
            and _same_gender(form, best)
        ]
        cases[case] = tuple(dict.fromkeys(forms)) or (fold_word(word),)
    return _Declined(cases, adjective=best.tag.POS != "NOUN")


def _same_gender(form: Any, base: Any) -> bool:
    return form.tag.gender == base.tag.gender or base.tag.gender is None or form.tag.number == "plur"


def _by_rules(plain: str, lang: str, proper: bool, leading: bool = False) -> _Declined | None:
    """Decline a word by the rules of its longest ending.

    Those marked `proper` are for capitalised words only, those marked `leading` for adjectives before a name.
    """
    rules = load_lexicon(lang).declension.get("rules", ())
    fitting = [
        rule
        for rule in rules
        if plain.endswith(rule["ending"])
        and len(plain) - len(rule["ending"]) >= rule.get("least", 1)
        and (proper or not rule.get("proper"))
        and bool(rule.get("leading")) == leading
    ]
    if not fitting:
        return None
    longest = max(len(rule["ending"]) for rule in fitting)
    cases: dict[str, tuple[str, ...]] = {"nomn": (plain,)}
    best = [rule for rule in fitting if len(rule["ending"]) == longest]
    stem = plain[: len(plain) - longest]
    for case in CASES[1:]:
        endings = [ending for rule in best for ending in rule[case]]
        cases[case] = tuple(dict.fromkeys(plain if ending == "=" else stem + ending for ending in endings))
    return _Declined(cases, adjective=any(rule.get("adjective") for rule in best))


def demonym_stems(name: str, lang: str) -> tuple[tuple[str, bool], ...]:
    """Return the stems of the adjectives and people's names made from a country's or town's name.

    Each with whether it names people (a noun) rather than a quality. A stem stands for all its endings. Where nothing
    but its article tells a noun from a quality ("los rusos", "soldados rusos") the stem has the article before it.
    """
    plain = fold_word(without_article(name, lang))
    stems: dict[tuple[str, bool], None] = {}
    for rule in load_lexicon(lang).demonyms:
        ending = rule["ending"]
        whole = rule.get("whole", False)
        if (
            (plain == ending)
            if whole
            else (plain.endswith(ending) and len(plain) - len(ending) >= 2 and " " not in plain)
        ):
            root = "" if whole else plain[: len(plain) - len(ending)]
            for adjective in rule.get("adjectives", ()):
                stems[(root + fold_word(adjective), False)] = None
            for people in rule.get("people", ()):
                marked = people if "*" in people else "*" + people
                stems[(fold_word(marked).replace("*", root), True)] = None
    return tuple(stems)
