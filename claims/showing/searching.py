"""What a search looks for: each word in all its forms and scripts, places by all their names, slips mended.

The words typed become one question in terms (`claims.reading.terms`), put alike to claims, quotes and articles.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, product

from django.db import connection

from claims.pipeline.searching import USED_ENOUGH
from claims.reading.terms import ONE_SLIP, find_words, is_near

# More words than this are not looked for; so many make up a name at most.
WORDS_SOUGHT, WORDS_OF_A_NAME = 8, 5
# How many readings of a run of words as a name are tried, other names of a place taken, terms alike taken for a word.
READINGS, NAMES_TAKEN, ALIKE_TAKEN = 60, 60, 6
# More rows of names are not read: a name that hundreds of places have says little.
NAMES_READ = 1_000
# From how many letters on what is typed may be the beginning of a word.
BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Sought:
    """What a search looks for: the question for `terms__holds`, the terms to mark in what is found.

    `alike` says that words spelt nearly alike are looked for too. `subjects` are the parties and places named.
    """

    query: str
    terms: frozenset[str]
    subjects: frozenset[str]
    alike: bool


def seek(words: str) -> Sought | None:
    """What the words typed into a search look for; None where none of them can be looked for. At most two queries."""
    return seek_each([words])[0]


def seek_each(texts: Sequence[str]) -> list[Sought | None]:
    """What each of several texts typed looks for, with no more queries than for one."""
    typed = [[word.terms for word in islice(find_words(text.replace("\x00", " ")), WORDS_SOUGHT)] for text in texts]
    if not any(typed):
        return [None] * len(texts)
    alike = _find_alike([group for groups in typed for group in groups])
    groups = [[tuple(dict.fromkeys((*g, *alike.get(g, ())))) for g in words] for words in typed]
    named = _find_names(groups)
    return [_seek(g, named, alike=g != t) if g else None for g, t in zip(groups, typed, strict=True)]


def _seek(groups: Sequence[tuple[str, ...]], named: "_Named", *, alike: bool) -> Sought:
    parts: list[str] = []
    marked = {term for group in groups for term in group}
    subjects: set[str] = set()
    at = 0
    while at < len(groups):
        length, found = _longest_name(groups, at, named)
        own = _all_of(_any_of(quote_term(term) for term in group) for group in groups[at : at + length])
        alternatives = [own]
        for subject in sorted(found):
            subjects.add(subject)
            alternatives.append(quote_term(subject))
            for other in found[subject]:
                alternatives.append(_all_of(quote_term(term) for term in other.split()))
                marked.update(other.split())
        parts.append(_any_of(dict.fromkeys(alternatives)))
        at += length
    return Sought(_all_of(parts), frozenset(marked), frozenset(subjects), alike)


def _find_alike(groups: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """For each word that hardly occurs, by its terms: the terms that begin so or are nearly alike, and occur more."""
    terms = [(number, term) for number, group in enumerate(groups) for term in group]
    near: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH typed AS (SELECT * FROM unnest(%(numbers)s::int[], %(terms)s::text[]) AS typed (number, sought)), "
            "rare AS (SELECT * FROM typed WHERE length(sought) >= %(least)s AND NOT EXISTS ("
            "SELECT FROM typed AS same JOIN claims_term ON key = same.sought AND uses >= %(enough)s "
            "WHERE same.number = typed.number)) "
            "SELECT number, sought, key, began FROM rare, LATERAL ("
            "(SELECT key, false AS began, similarity(key, sought) AS share FROM claims_term "
            "WHERE length(sought) >= %(slip)s AND key %% sought AND uses >= %(enough)s "
            "ORDER BY share DESC, key LIMIT 20) UNION ALL "
            "(SELECT key, true, 1.0 / length(key) FROM claims_term "
            "WHERE key LIKE sought || '%%' AND uses >= %(enough)s ORDER BY 3 DESC, key LIMIT 20)"
            ") AS alike ORDER BY number, sought, began, share DESC, key",
            {
                "numbers": [number for number, _ in terms],
                "terms": [term for _, term in terms],
                "least": BEGINNING,
                "slip": ONE_SLIP,
                "enough": USED_ENOUGH,
            },
        )
        for number, sought, key, began in cursor.fetchall():
            if began or is_near(sought, key):
                near.setdefault(number, []).append(key)
    return {groups[number]: tuple(dict.fromkeys(keys))[:ALIKE_TAKEN] for number, keys in near.items()}


# Runs of words that are names: the run, whose it is, and, of a place, its other names.
_Named = dict[str, dict[str, list[str]]]


def _find_names(texts: Sequence[Sequence[tuple[str, ...]]]) -> _Named:
    runs = {
        " ".join(reading)
        for groups in texts
        for start in range(len(groups))
        for end in range(start + 1, min(start + WORDS_OF_A_NAME, len(groups)) + 1)
        for reading in islice(product(*groups[start:end]), READINGS)
    }
    named: _Named = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT met.words, met.subject, other.words FROM claims_name AS met LEFT JOIN claims_name AS other "
            "ON other.subject = met.subject AND met.subject LIKE 'place:%%' WHERE met.words = ANY(%s) "
            "ORDER BY met.words, met.subject, other.words LIMIT %s",
            [sorted(runs), NAMES_READ],
        )
        for run, subject, other in cursor.fetchall():
            others = named.setdefault(run, {}).setdefault(subject, [])
            if other is not None and len(others) < NAMES_TAKEN:
                others.append(other)
    return named


def _longest_name(groups: Sequence[tuple[str, ...]], at: int, named: _Named) -> tuple[int, dict[str, list[str]]]:
    """The longest name that begins with a word, in words, and whose it is; one word and nobody's where none does."""
    for length in range(min(WORDS_OF_A_NAME, len(groups) - at), 0, -1):
        found: dict[str, list[str]] = {}
        for reading in islice(product(*groups[at : at + length]), READINGS):
            found |= named.get(" ".join(reading), {})
        if found:
            return length, found
    return 1, {}


def quote_term(term: str) -> str:
    """A term as a word of a tsquery."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def _all_of(parts: Iterable[str]) -> str:
    return _join(list(parts), " & ")


def _any_of(parts: Iterable[str]) -> str:
    return _join(list(parts), " | ")


def _join(parts: Sequence[str], sign: str) -> str:
    return parts[0] if len(parts) == 1 else f"({sign.join(parts)})"
