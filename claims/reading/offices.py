"""Offices and bodies without a name ("the army", "government ministers", "the rebels"): whose they are in a text.

A text calls a party by its name once and by what it is from then on. Where only one of the parties it names can be
meant, such a word is read as that party's name; where several can, it is left to the words around it.
"""

from collections.abc import Collection, Iterable

from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.reading.references import Bearers


def name_offices(passage: Passage, present: Collection[str], bearers: Bearers) -> list[Named]:
    """Return the names of a sentence together with its offices that only one party can be meant by.

    `present` are the slugs of the parties that the text has named up to here.
    """
    found = list(passage.named)
    for first, last in _runs(passage.of("role")):
        if _is_named(first, last, passage.named) or not is_free(passage, first, last):
            continue
        if _has_name_behind(passage, first, last):
            continue
        owner = _owner(passage, range(first, last), present, bearers)
        if owner:
            found.append(Named("party", owner, first, last))
    if len(found) == len(passage.named):
        return passage.named
    return sorted(found, key=lambda one: (one.first, one.last, one.kind, one.key))


def _runs(roles: Iterable[Cue]) -> list[tuple[int, int]]:
    """Return the runs of words that offices make side by side: "campaign group", "army spokesman"."""
    runs: list[tuple[int, int]] = []
    for role in roles:
        if runs and role.first <= runs[-1][1]:
            runs[-1] = (runs[-1][0], max(runs[-1][1], role.last))
        else:
            runs.append((role.first, role.last))
    return runs


def _owner(passage: Passage, words: range, present: Collection[str], bearers: Bearers) -> str:
    """Return the one party present that all these words fit, or ""."""
    able = frozenset(present)
    told = False
    for index in words:
        named, alike = bearers(passage.text_at(index))
        if named or alike:
            able, told = able & (named | alike), True
    return next(iter(able)) if told and len(able) == 1 else ""


def _is_named(first: int, last: int, named: Iterable[Named]) -> bool:
    """Tell whether a name or adjective of the catalogue covers an office or stands beside it."""
    return any(one.kind in ("party", "people", "quality") and one.first <= last and first <= one.last for one in named)


def _has_name_behind(passage: Passage, first: int, last: int) -> bool:
    """Tell whether an office behind its verb is named one adjective further on: "affirme le laboratoire libre X"."""
    before = first - 1
    while passage.is_determiner(before):
        before -= 1
    said = passage.cue_at(before, "say", "deny", "admit") is not None and passage.same_clause(before, first)
    return said and any(
        one.kind == "party" and one.first == last + 1 and passage.same_clause(one.first, first) for one in passage.named
    )


def is_free(passage: Passage, first: int, last: int) -> bool:
    """Tell whether nothing says that it is another's: "an army", "its army", "the Dutch army", "the mayor of Delft"."""
    before = first - 1
    if passage.cue_at(before, "indefinite", "possessive", "former") or _is_foreign(passage, before):
        return False
    after = last
    if any(after <= cue.first <= after + 1 and passage.same_clause(cue.first, first) for cue in passage.of("former")):
        return False  # "a colonel in retirement"
    if passage.cue_at(after, "prep_genitive"):
        while after < len(passage.words) and (passage.cue_at(after, "prep_genitive") or passage.is_determiner(after)):
            after += 1
        return not (passage.cue_at(after, "role") or _is_capital(passage, after))
    return not _is_foreign(passage, after) and not passage.text_at(after).endswith(passage.quality_endings or ("\0",))


def _is_foreign(passage: Passage, index: int) -> bool:
    """Tell whether the word beside an office is a name that no party of the catalogue has."""
    known = any(one.first <= index < one.last for one in passage.named)
    return 0 < index < len(passage.words) and _is_capital(passage, index) and not known


def _is_capital(passage: Passage, index: int) -> bool:
    return 0 <= index < len(passage.words) and passage.capital[index]
