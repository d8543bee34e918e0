"""Find the language a text is written in, among those the reader has a lexicon for."""

from functools import cache
from typing import Any

from claims.reading.folding import replace_halves
from claims.reading.lexicon import LANGUAGES

_SAMPLE = 4_000
_LEAST = 3


@cache
def _identifier() -> Any:
    # Late and once: the model costs about half a second and 100 MB, which a text of known language need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier


def find_language(words: str) -> str:
    """Return the ISO 639-1 code of the text's language (one there is a lexicon for), or "" where it has no words.

    Looks at the first 4,000 characters. A text in another language gets the nearest of those.
    """
    sample = replace_halves(words[:_SAMPLE])
    if sum(map(str.isalpha, sample)) < _LEAST:
        return ""
    return str(_identifier().classify(sample)[0])
