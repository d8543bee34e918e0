"""The stems under which a keyword of a general claim is met in a text, and those of words that say its contrary."""

from collections.abc import Iterable, Sequence

from claims.reading.folding import fold_word
from claims.reading.lexicon import Lexicon

Stems = tuple[str, ...]
"""A run of words, each without its ending."""

_SHORTEST_ROOT = 4


def cut_keyword(word: str, lexicon: Lexicon) -> list[str]:
    """Return the folded words of a keyword."""
    plain = fold_word(word).replace("-", " ")
    words = (plain.replace("'", "' ") if lexicon.elision else plain).split()
    return [part.strip("'") for part in words if part.strip("'")]


def wordings(words: Sequence[str], lexicon: Lexicon) -> list[Stems]:
    """Return the stems of a keyword, the plain ones first; a single word has those of its other forms as well.

    Behind its own stand those of the words that say the same.
    """
    found = _own_wordings(words, lexicon)
    alike = lexicon.synonyms.get(found[0][0], ()) if len(words) == 1 else ()
    for other in alike:
        found += _own_wordings(cut_keyword(other, lexicon), lexicon)
    return list(dict.fromkeys(found))


def _own_wordings(words: Sequence[str], lexicon: Lexicon) -> list[Stems]:
    plain = tuple(lexicon.stem(part) for part in words)
    if len(words) != 1:
        return [plain]
    stem = plain[0]
    short = _without_fleeting_vowel(stem, lexicon)
    found = [stem, short] if short else [stem]
    found += [lexicon.stem(full) for full in _with_fleeting_vowel(stem, lexicon)]
    found += _short_verb_stems(words[0], lexicon)
    found += _past_stems(words[0], lexicon)
    found += [lexicon.stem(other) for other in lexicon.kin.get(words[0], ()) if " " not in other]
    found += _doubled(words[0], lexicon)
    for base in (words[0], *_with_other_vowel(words[0], lexicon)):
        found += _noun_stems(base, lexicon)
    return [(one,) for one in dict.fromkeys(found)]


def contraries(words: Sequence[str], lexicon: Lexicon) -> list[Stems]:
    """Return the stems of words that say the contrary of a keyword: "unsafe" for "safe", "lost" for "won"."""
    if len(words) != 1:
        return []
    known = set(wordings(words, lexicon))
    found: list[Stems] = [
        (prefix + stem,)
        for prefix in lexicon.negative_prefixes
        for stem in (known_as[0] for known_as in known)
        if len(stem) >= _SHORTEST_ROOT and not words[0].startswith(prefix)
    ]
    found += [
        (lexicon.stem(words[0].removeprefix(prefix)),)
        for prefix in lexicon.negative_prefixes
        if words[0].startswith(prefix) and len(words[0]) - len(prefix) > _SHORTEST_ROOT
    ]
    for one, other in lexicon.contraries:
        for side, against in ((one, other), (other, one)):
            if any((lexicon.stem(word),) in known for word in side):
                found += _all_wordings(against, lexicon)
    return sorted(dict.fromkeys(stems for stems in found if stems not in known))


def _all_wordings(words: Iterable[str], lexicon: Lexicon) -> list[Stems]:
    return [stems for word in words for stems in wordings(cut_keyword(word, lexicon), lexicon)]


def _without_fleeting_vowel(stem: str, lexicon: Lexicon) -> str:
    fleeting = lexicon.fleeting
    if fleeting and len(stem) >= 5 and stem[-2] in fleeting["vowels"] and stem[-1] not in fleeting["never_after"]:
        return stem[:-2] + stem[-1]
    return ""


def _with_fleeting_vowel(stem: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return how a stem ends where nothing follows it ("взятка", "взяток")."""
    fleeting = lexicon.fleeting
    if fleeting and len(stem) >= 4 and stem[-1] in fleeting["before"] and stem[-2] not in fleeting["never_after"]:
        return tuple(stem[:-1] + vowel + stem[-1] for vowel in fleeting["vowels"])
    return ()


def _doubled(word: str, lexicon: Lexicon) -> list[str]:
    """Return a short verb with its last letter doubled, or as it is before an ending doubled it: "rig", "rigged"."""
    stem = lexicon.stem(word)
    if not lexicon.doubled or len(stem) < _SHORTEST_ROOT - 1:
        return []
    if stem != word:
        return [stem[:-1]] if len(stem) >= _SHORTEST_ROOT and stem[-1] == stem[-2] in lexicon.doubled else []
    vowels = [letter in lexicon.doubled_after for letter in stem[-3:]]
    short = len(stem) <= _SHORTEST_ROOT + 1 and stem[-1] in lexicon.doubled
    return [stem + stem[-1]] if short and vowels == [False, True, False] else []


def _short_verb_stems(word: str, lexicon: Lexicon) -> list[str]:
    """Return the stems of a verb too short to be cut down to its root ("tuer", "убить"): one for each of its forms."""
    ending = next((end for end in lexicon.infinitives if word.endswith(end)), "")
    root = word.removesuffix(ending)
    if not ending or not 2 <= len(root) < lexicon.least_root:
        return []
    return list(dict.fromkeys(lexicon.stem(root + end) for end in lexicon.endings if len(end) > 1))


def _past_stems(word: str, lexicon: Lexicon) -> list[str]:
    """Return the stems of a verb's past forms and participles ("перемогти": "перемогла"; "украсть": "украли")."""
    roots = [word.removesuffix(end) for end in lexicon.verb_ends if word.endswith(end)]
    able = [root for root in roots if len(root) >= _SHORTEST_ROOT]
    found = [lexicon.stem(root + end) for root in able for end in lexicon.past_endings]
    return found + [other for root in able for other in _with_closed_vowel(root, lexicon)]


def _noun_stems(word: str, lexicon: Lexicon) -> list[str]:
    """Return the stems of the cases of a noun that ends in a consonant, where its ending is no part of it ("Брук")."""
    closed = ord(word[-1]) not in lexicon.frame
    return [lexicon.stem(word + end) for end in lexicon.noun_endings] if closed else []


def _with_other_vowel(word: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return a word with the vowels its last one turns into where an ending follows ("витік", "витоку")."""
    at = max((word.rfind(vowel) for vowel in lexicon.shifts), default=-1)
    if len(word) < 4 or len(word) - at != 2:
        return ()
    return tuple(word[:at] + vowel + word[at + 1 :] for vowel in lexicon.shifts[word[at]])


def _with_closed_vowel(root: str, lexicon: Lexicon) -> list[str]:
    """Return a root with the vowel its last one turns into where nothing follows ("перемогла", "переміг")."""
    return [
        root[:-2] + closed + root[-1]
        for closed, opened in lexicon.shifts.items()
        if root[-2] in opened and ord(root[-1]) not in lexicon.frame
    ]
