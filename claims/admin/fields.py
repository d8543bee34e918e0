"""Form fields for what is worded in several languages: one box a language instead of raw JSON."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db import models
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from claims.reading.lexicon import LANGUAGES as READ


def name_language(code: str) -> str:
    """A language's name in that language; its code where Django does not know it."""
    try:
        name: str = get_language_info(code)["name_local"]
    except KeyError:
        return code
    return name[:1].upper() + name[1:]


LANGUAGES: Sequence[tuple[str, str]] = [(code, name_language(code)) for code in READ]
"""The languages the reader reads, each with its own name for itself."""


class _OneBoxALanguage(forms.MultiWidget):
    """A labelled box for each language."""

    lines = False

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = {
            code: UnfoldAdminTextareaWidget({"lang": code, "rows": 3})
            if self.lines
            else UnfoldAdminTextInputWidget({"lang": code})
            for code, _name in LANGUAGES
        }
        super().__init__(boxes, attrs)

    def decompress(self, value: Mapping[str, Any] | None) -> list[Any]:
        """What each box shows of a stored value."""
        return [self.show((value or {}).get(code)) for code, _name in LANGUAGES]

    def show(self, value: Any) -> str:
        """One language's value as text."""
        return str(value or "")

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> str:
        """The boxes, each under its language's name."""
        boxes = self.get_context(name, value, attrs)["widget"]["subwidgets"]
        widgets = [
            widget._render(widget.template_name, {"widget": box}, renderer)
            for widget, box in zip(self.widgets, boxes, strict=True)
        ]
        labels = [language for _code, language in LANGUAGES]
        ids = [box["attrs"].get("id", "") for box in boxes]
        return render_to_string("admin/claims/languages.html", {"boxes": zip(labels, ids, widgets, strict=True)})


class _Lines(_OneBoxALanguage):
    """A box of several lines for each language, one value a line."""

    lines = True

    def show(self, value: Any) -> str:
        """One value a line."""
        return "\n".join(value or ())


class _Groups(_Lines):
    """A box of several lines for each language, a group of alternatives a line, with commas between them."""

    def show(self, value: Any) -> str:
        """One group a line."""
        return "\n".join(", ".join(group) for group in value or ())


class SentencesField(forms.MultiValueField):
    """A sentence per language; gives {language: sentence}. Languages without a box keep what they have."""

    widget: type[forms.Widget] | forms.Widget = _OneBoxALanguage

    def __init__(self, **kwargs: Any) -> None:
        # The model field's own widget, encoder and decoder are those of JSON as text.
        for name in ("encoder", "decoder", "widget"):
            kwargs.pop(name, None)
        fields = [forms.CharField(required=False, strip=True) for _language in LANGUAGES]
        super().__init__(fields=fields, require_all_fields=False, **kwargs)

    def compress(self, values: Sequence[str]) -> dict[str, Any]:
        """The value to store, from what stood in the boxes."""
        read = {code: self.read(text or "") for (code, _name), text in zip(LANGUAGES, values, strict=False)}
        return {code: value for code, value in read.items() if value}

    def read(self, text: str) -> Any:
        """One language's value from its text."""
        return text

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes say something else than what is stored."""
        boxes = {code for code, _name in LANGUAGES}
        before = {code: value for code, value in (initial or {}).items() if code in boxes and value}
        return self.compress([(text or "").replace("\r\n", "\n") for text in data]) != before


class NamesField(SentencesField):
    """Names per language, one a line; gives {language: [name, ...]}."""

    widget = _Lines

    def read(self, text: str) -> list[str]:
        """The names, in order, each once."""
        return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


class KeywordsField(SentencesField):
    """Keywords per language, a group of alternatives a line; gives {language: [[word, ...], ...]}."""

    widget = _Groups

    def read(self, text: str) -> list[list[str]]:
        """The groups, in order."""
        groups = [[word.strip() for word in line.split(",") if word.strip()] for line in text.splitlines()]
        return [group for group in groups if group]


def keep_other_languages(given: Mapping[str, Any], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """What was given, and beside it what is stored in languages that have no box."""
    boxes = {code for code, _name in LANGUAGES}
    return {**{code: value for code, value in (stored or {}).items() if code not in boxes}, **given}


def list_languages(stored: Mapping[str, Any] | None) -> str:
    """What is worded in several languages, as a list to look at: a line a language."""
    lines = ((code, _say(value)) for code, value in (stored or {}).items())
    return format_html('<ul class="fc-list">{}</ul>', format_html_join("", "<li><b>{}</b> {}</li>", lines))


def tell_languages(stored: Mapping[str, Any] | None) -> str:
    """The same in one line of plain words."""
    return " · ".join(f"{code}: {_say(value)}" for code, value in (stored or {}).items())


def _say(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "; ".join(part if isinstance(part, str) else ", ".join(part) for part in value)


class _KnownOptions:
    """Shows what is chosen from rows at hand instead of asking for it, field by field."""

    known: Mapping[str, models.Model] = {}

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> list[Any]:
        """The chosen options; those that nobody has at hand are asked for."""
        chosen = [str(key) for key in value if key not in (None, "")]
        if any(key not in self.known for key in chosen):
            return super().optgroups(name, value, attr)  # type: ignore[misc,no-any-return]
        options: list[Any] = []
        if not self.is_required and not self.allow_multiple_selected:  # type: ignore[attr-defined]
            options.append(self.create_option(name, "", "", False, 0))  # type: ignore[attr-defined]
        for key in chosen:
            options.append(self.create_option(name, key, str(self.known[key]), True, len(options)))  # type: ignore[attr-defined]
        return [(None, options, 0)]


class KnownSelect(_KnownOptions, AutocompleteSelect):
    """A chooser of one row."""


class KnownSelectMultiple(_KnownOptions, AutocompleteSelectMultiple):
    """A chooser of several rows."""


NAMES_HELP = _("One name a line; the first one is shown.")
KEYWORDS_HELP = _(
    "A group of alternatives a line, with commas between them: an article speaks of the claim where every group is met."
)
