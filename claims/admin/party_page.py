"""A party's page: the forms by which the reader finds its names, and a sentence to try them on; nothing is written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from claims.admin.fields import LANGUAGES, NamesField, keep_other_languages, name_language
from claims.admin.marking import SAYS, SIGNS, Span, mark_words
from claims.models import Claim, Party
from claims.pipeline import current_reader, supposed_reader
from claims.reading import Reader
from claims.reading.forms import demonym_stems, name_forms
from claims.reading.names import find_style
from claims.reading.values import Found, PartyEntry, Text
from claims.words import OWN_VOICE

# A sentence or a paragraph; articles are read by the workers.
LONGEST = 2000
# By what a party without a slug goes while it is tried.
NAMELESS = "new-party"
STYLES = {"upper": _("only in capitals"), "Capital": _("with a capital letter"), "": ""}
KINDS = {
    "party": _("name"), "people": _("name of its people"), "quality": _("adjective of its name"), "place": _("place"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class NameForms:
    """A name, and the forms by which the reader finds it: folded, as texts are when they are searched.

    `style` says how it must be written; `people` and `qualities` are the stems of what is made from it.
    """

    name: str
    style: str
    forms: tuple[str, ...]
    people: tuple[str, ...]
    qualities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """A statement found in a sentence, with its party by name, its claim and the sentence with the quote marked.

    `when` says where it is read only with the names as saved, or only as edited; empty where it is read either way.
    """

    found: Found
    party: str
    claim: Claim | None
    words: SafeString
    when: str

    @property
    def sign(self) -> str:
        """The sign of its stance."""
        return SIGNS[self.found.stance]

    @property
    def says(self) -> str | Promise:
        """How a sentence says its stance."""
        return SAYS[self.found.stance]


class TryForm(forms.Form):
    """A sentence to try, and the party as its form has it: the fields that the reader goes by, saved or not."""

    sentence = forms.CharField(
        label=_("A sentence"), max_length=LONGEST, widget=UnfoldAdminTextareaWidget({"rows": 3}),
        help_text=_("Or a short paragraph, as an article might have it. Nothing is stored."),
    )  # fmt: skip
    lang = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("found by itself")), *LANGUAGES],
        widget=UnfoldAdminSelectWidget,
    )  # fmt: skip
    names = NamesField(label=_("Names"), required=False)
    party = forms.ModelChoiceField(Party.objects.all(), required=False, widget=forms.HiddenInput)
    slug = forms.SlugField(max_length=80, required=False, widget=forms.HiddenInput)
    kind = forms.CharField(max_length=40, required=False, widget=forms.HiddenInput)
    aligned_with = forms.ModelChoiceField(Party.objects.all(), required=False, widget=forms.HiddenInput)

    def entry(self) -> PartyEntry:
        """The party as it is tried: what was sent of it, and for the rest what is saved."""
        given, saved = self.cleaned_data, self.cleaned_data["party"]
        names, kind = given["names"], given["kind"]
        aligned = given["aligned_with"].slug if given["aligned_with"] else ""
        if saved is not None:
            stands = enter(saved)
            names = keep_other_languages(names, saved.names) if self._sent("names_") else stands.names
            kind = kind if self._sent("kind") else stands.kind
            aligned = aligned if self._sent("aligned_with") else stands.aligned_with
        slug = saved.slug if saved else given["slug"] or NAMELESS
        return PartyEntry(slug, kind, {lang: tuple(some) for lang, some in names.items() if some}, aligned)

    def _sent(self, name: str) -> bool:
        return any(key.startswith(name) for key in self.data)


def enter(party: Party) -> PartyEntry:
    """A party as the catalogue has it."""
    names = {lang: tuple(some) for lang, some in party.names.items() if some}
    return PartyEntry(party.slug, party.kind, names, party.aligned_with.slug if party.aligned_with else "")


def show_forms(names: Mapping[str, Iterable[str]]) -> list[tuple[str, list[NameForms]]]:
    """Names language by language with the forms by which each is found, as the reader makes them."""
    return [(name_language(lang), [_forms_of(name, lang) for name in some]) for lang, some in names.items() if some]


def _forms_of(name: str, lang: str) -> NameForms:
    made = name_forms(name, lang)
    stems = demonym_stems(name, lang) if lang in dict(LANGUAGES) else ()
    return NameForms(
        name,
        str(STYLES[find_style(name, made)]) if made else "",
        made,
        tuple(stem for stem, people in stems if people),
        tuple(stem for stem, people in stems if not people),
    )


def try_sentence(form: TryForm, now: datetime) -> dict[str, Any]:
    """What a sentence reads as with the party as the form has it, and as it is saved, by the rules alone."""
    entry, saved = form.entry(), form.cleaned_data["party"]
    text = Text(body=form.cleaned_data["sentence"], lang=form.cleaned_data["lang"], published_at=now)
    known = current_reader()
    differs = saved is None or entry != enter(saved)
    reader = supposed_reader(entry) if differs else known
    reading = reader.read(text)
    before = known.read(text).statements if differs else reading.statements
    found = [
        *((one, gettext("only with the names as they are here") if one not in before else "")
          for one in reading.statements),
        *((one, gettext("only with the names as saved")) for one in before if one not in reading.statements),
    ]  # fmt: skip
    return {
        "lang": name_language(reading.lang) if reading.lang else "",
        "differs": differs,
        "tried": _show_found(found, text),
        "named": _show_names(reader, text),
        "candidates": [candidate.quote for candidate in reading.candidates],
        "made": show_forms(_new_names(entry, saved)),
    }


def _new_names(entry: PartyEntry, saved: Party | None) -> dict[str, list[str]]:
    """The names of a party as it is tried that are not saved."""
    known = saved.names if saved is not None else {}
    return {lang: [name for name in some if name not in known.get(lang, ())] for lang, some in entry.names.items()}


def _show_found(found: Sequence[tuple[Found, str]], text: Text) -> list[Tried]:
    """Statements found, ready to show, with their parties and claims by name."""
    titles = {p.slug: p.title for p in Party.objects.filter(slug__in={one.party for one, _when in found})}
    claims = {c.slug: c for c in Claim.objects.filter(slug__in={one.claim for one, _when in found})
              .select_related("holder").defer("document")}  # fmt: skip
    shown = []
    for one, when in found:
        spans = [Span(one.span.start, one.span.end, "quote", one.stance)]
        if one.cue is not None:
            spans.append(Span(one.cue.start, one.cue.end, "cue"))
        party = gettext("the outlet itself") if one.party == OWN_VOICE else titles.get(one.party, one.party)
        shown.append(Tried(one, party, claims.get(one.claim), mark_words(text.words, spans), when))
    return shown


def _show_names(reader: Reader, text: Text) -> list[tuple[str, Any, str]]:
    """The names of the catalogue that stand in a sentence: the words, what kind of name it is, and whose."""
    return [(text.words[one.span.start : one.span.end], KINDS[one.kind], one.name) for one in reader.find_names(text)]
