"""Every word a visitor of the desk reads can be translated: none stands bare in a template or a module of the desk."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

HOME = Path(settings.BASE_DIR)
TEMPLATES = sorted((HOME / "templates" / "admin").rglob("*.html"))
MODULES = sorted((HOME / "claims" / "admin").rglob("*.py"))

# Words in a template's own language; what stands in a block that names a class or an attribute is read by nobody.
TRANSLATED = re.compile(
    r"{%\s*(blocktranslate|comment)\b.*?{%\s*end\1\s*%}"
    r"|{%\s*block (?:bodyclass|layout|form_words)\s*%}.*?{%\s*endblock.*?%}"
    r"|{%.*?%}|{{.*?}}|{#.*?#}",
    re.S,
)
WORD = re.compile(r"[^\W\d_]{2,}")
READ_OUT = ("title", "aria-label", "alt", "placeholder", "aria-description")
# Names of keys and units that are the same in every language.
SAME_EVERYWHERE = {"UTC", "HTTP", "Enter", "Esc", "Ctrl"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext", "npgettext"}
# What a form, a column or an act is called by, as keyword arguments: words for people.
FOR_PEOPLE = {"label", "help_text", "description", "explanation", "verbose_name", "verbose_name_plural", "empty_label"}
# The same as columns of a class.
CLASS_WORDS = {"title", "verbose_name", "verbose_name_plural", "empty_value_display"}


class Bare(HTMLParser):
    """The words that stand in a template outside its tags of the template language."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "kbd")
        self.found += [value for name, value in attrs if name in READ_OUT and value and is_wordy(value)]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "kbd")

    def handle_data(self, data: str) -> None:
        if not self.silent and is_wordy(data):
            self.found.append(data.strip())


def is_wordy(text: str) -> bool:
    return any(word not in SAME_EVERYWHERE for word in WORD.findall(re.sub(r"&\w+;", " ", text)))


def bare_words_of(template: str) -> list[str]:
    parser = Bare()
    parser.feed(TRANSLATED.sub(" ", template))
    return parser.found


def untranslated(source: str) -> list[str]:
    """Words for people that a module writes without marking them for translation."""
    found = []
    for node in ast.walk(ast.parse(source)):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call):
            told += [keyword.value for keyword in node.keywords if keyword.arg in FOR_PEOPLE]
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) == "messages":
                told += node.args[1:2]
            if name in ("ValidationError", "RefusedEdit"):
                told += node.args[:1]
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and {getattr(t, "id", "") for t in line.targets} & CLASS_WORDS:
                    told.append(line.value)
        found += [part.value for value in told if (part := bare_string(value)) and is_wordy(part.value)]
    return found


def bare_string(value: ast.expr) -> ast.Constant | None:
    """The string that an expression is, if it is one that no function of translation was asked about."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value
    if isinstance(value, ast.JoinedStr):
        return next((p for p in value.values if isinstance(p, ast.Constant) and is_wordy(str(p.value))), None)
    if isinstance(value, ast.BinOp):
        return bare_string(value.left)
    return None


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(HOME / "templates")))
def test_no_word_stands_bare_in_a_template(path: Path) -> None:
    assert bare_words_of(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_word_for_people_stands_bare_in_a_module(path: Path) -> None:
    assert untranslated(path.read_text(encoding="utf-8")) == []


def test_bare_words_are_found() -> None:
    """What the two tests above look for is found where it is."""
    assert bare_words_of('<p>{% translate "ok" %} Bare {{ x }}</p><a title="Also">·</a>') == ["Bare", "Also"]
    assert bare_words_of("{% blocktranslate %}Fine {{ x }}{% endblocktranslate %} · 12 UTC <kbd>n</kbd>") == []
    assert untranslated('f(label="Bare")') == ["Bare"]
    assert untranslated('messages.error(request, f"Bare {x}")') == ["Bare "]
    assert untranslated('f(label=_("Fine")); class_ = 1') == []
    assert untranslated('class A:\n    title = "Bare"') == ["Bare"]
