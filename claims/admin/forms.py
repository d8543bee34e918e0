"""What the desk asks for: the wording and terms of claims and parties, and the words that go with an act."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from claims.admin.fields import (
    KEYWORDS_HELP,
    NAMES_HELP,
    KeywordsField,
    KnownSelect,
    KnownSelectMultiple,
    NamesField,
    SentencesField,
    keep_other_languages,
)
from claims.models import ApiKey, Article, Claim, Party, Statement
from claims.models.delivery import SCOPES
from claims.words import ClaimKind, Stance, Status

# How far back articles are read again by default, counted from the newest one.
LOOK_BACK = timedelta(days=90)
CHANGED_NOTHING = ("", _("as it is"))


def default_read_since(newest: datetime | None = None) -> date:
    """The day (UTC) from which articles are read again unless the editor says another.

    Counted from when the newest article was published, which is looked up unless it is given.
    """
    newest = newest or Article.objects.aggregate(at=Max("published_at"))["at"] or timezone.now()
    return (newest - LOOK_BACK).date()


class WordingForm(forms.ModelForm):
    """A form for what the reader goes by: a change of it makes articles due to be read again."""

    read_since = forms.DateField(
        label=_("Read again since"),
        required=False,
        initial=default_read_since,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_(
            "When the wording changes, articles published since this day (UTC) are read again. Empty: none are."
        ),
    )


class ClaimForm(WordingForm):
    """A claim's wording and terms."""

    proposition = SentencesField(label=_("Proposition"), required=False)
    keywords = KeywordsField(label=_("Keywords"), required=False, help_text=KEYWORDS_HELP)
    place_name = forms.CharField(label=_("Place"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget)
    place_geonameid = forms.IntegerField(
        label=_("GeoNames number"), required=False, min_value=1, widget=UnfoldAdminTextInputWidget
    )
    place_names = NamesField(label=_("Names of the place"), required=False, help_text=NAMES_HELP)

    # Columns that are put together from several boxes.
    parts = ("place",)

    class Meta:
        model = Claim
        fields = ("slug", "kind", "holder", "opposed", "proposition", "keywords", "gains", "loses")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.instance.place or {}
        if "place_name" in self.fields:
            self.initial.setdefault("place_name", place.get("name", ""))
            self.initial.setdefault("place_geonameid", place.get("geonameid"))
            self.initial.setdefault("place_names", place.get("names", {}))
        if self.instance.pk:
            self._show_known()

    def _show_known(self) -> None:
        """Hand the parties that the claim came with to the choosers that show them."""
        names = ("holder", "opposed", "gains", "loses")
        known: dict[str, Party] = {}
        for name in names:
            related = getattr(self.instance, name)
            rows = [related] if isinstance(related, Party) else related.all() if related is not None else ()
            known |= {str(party.pk): party for party in rows}
        for name in names:
            chooser = getattr(self.fields[name].widget, "widget", None) if name in self.fields else None
            if isinstance(chooser, KnownSelect | KnownSelectMultiple):
                chooser.known = known

    def clean(self) -> dict[str, Any]:
        """Refuse a claim of control without holder and place, and a general one without a proposition."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        control = given.get("kind", self.instance.kind) == ClaimKind.CONTROL
        holder, opposed = (
            given.get(name) if name in self.fields else getattr(self.instance, name) for name in ("holder", "opposed")
        )
        if control and not holder and "holder" not in self.errors:
            self.add_error(
                "holder" if "holder" in self.fields else None,
                _("A claim of control says who is said to hold the place."),
            )
        if control and not given.get("place_name"):
            self.add_error("place_name", _("A claim of control says which place is said to be held."))
        if not control and not given.get("proposition") and "proposition" not in self.errors:
            self.add_error("proposition", _("Word the claim in at least one language."))
        if holder and holder == opposed:
            self.add_error(
                "opposed" if "opposed" in self.fields else None, _("Holder and opposed party cannot be the same.")
            )
        for name in ("proposition", "keywords"):
            given[name] = keep_other_languages(given.get(name) or {}, getattr(self.instance, name))
        return given

    def place(self) -> dict[str, Any] | None:
        """The place as it is stored, from the three fields; None without a name."""
        given, stored = self.cleaned_data, self.instance.place or {}
        if not given.get("place_name"):
            return None
        place: dict[str, Any] = {
            "name": given["place_name"],
            "names": keep_other_languages(given.get("place_names") or {}, stored.get("names")),
        }
        if given.get("place_geonameid"):
            place["geonameid"] = given["place_geonameid"]
        return place


class PartyForm(WordingForm):
    """A party's names and standing."""

    names = NamesField(label=_("Names"), required=False, help_text=NAMES_HELP)

    class Meta:
        model = Party
        fields = ("slug", "kind", "names", "reliability", "aligned_with", "note")

    def clean(self) -> dict[str, Any]:
        """Refuse a party that is aligned with itself."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and given.get("aligned_with") == self.instance:
            self.add_error("aligned_with", _("A party cannot be aligned with itself."))
        given["names"] = keep_other_languages(given.get("names") or {}, self.instance.names)
        return given


class ApiKeyForm(forms.ModelForm):
    """A new key: for whom, and what it may do."""

    scopes = forms.MultipleChoiceField(
        label=_("May"),
        choices=[(scope, scope) for scope in SCOPES],
        initial=["read"],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiKey
        fields = ("user", "name", "scopes", "expires_at")


def _reason(required: bool, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        required=required,
        max_length=2000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=help_text,
    )


class ConfirmForm(forms.Form):
    """An editor vouches for a statement; why is optional."""

    reason = _reason(False, _("Optional: what makes you sure."))


class RejectForm(forms.Form):
    """An editor rejects a statement, and says why."""

    reason = _reason(True, _("What is wrong with the reading; it stays on record."))


class UndoForm(forms.Form):
    """An editor takes back the last word on a statement; why is optional."""

    reason = _reason(False, _("Optional: why it is taken back."))


class CorrectForm(forms.Form):
    """What the words really say: another stance, party or claim."""

    stance = forms.ChoiceField(
        label=_("Stance"),
        required=False,
        choices=[CHANGED_NOTHING, *((s.value, s.value) for s in Stance)],
        widget=UnfoldAdminSelectWidget,
    )
    party = forms.ModelChoiceField(
        Party.objects.all(),
        label=_("Party"),
        required=False,
        widget=AutocompleteSelect(Statement._meta.get_field("party"), admin.site),
        help_text=_("Leave empty where the party is right."),
    )
    claim = forms.ModelChoiceField(
        Claim.objects.all(),
        label=_("Claim"),
        required=False,
        widget=AutocompleteSelect(Statement._meta.get_field("claim"), admin.site),
        help_text=_("Leave empty where the claim is right."),
    )
    reason = _reason(False, _("Optional: how the words are to be understood."))


class SelectedWordsForm(forms.Form):
    """Words of a text, selected (then with their bounds, in code points) or typed."""

    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    quote = forms.CharField(
        label=_("Words"),
        max_length=5000,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("Select them in the text, or type them as they stand there."),
    )


class AddStatementForm(SelectedWordsForm):
    """Who takes which stance on which claim in the chosen words."""

    party = forms.ModelChoiceField(
        Party.objects.all(),
        label=_("Party"),
        required=False,
        widget=AutocompleteSelect(Statement._meta.get_field("party"), admin.site),
    )
    own_voice = forms.BooleanField(label=_("The outlet says so itself"), required=False)
    stance = forms.ChoiceField(
        label=_("Stance"),
        choices=[("", _("Choose")), *((s.value, s.value) for s in Stance)],
        widget=UnfoldAdminSelectWidget,
    )
    claim = forms.ModelChoiceField(
        Claim.objects.all(),
        label=_("Claim"),
        widget=AutocompleteSelect(Statement._meta.get_field("claim"), admin.site),
    )
    said_at = forms.SplitDateTimeField(
        label=_("Said at"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("In UTC, where the text says when. Empty: when this edition was published."),
    )
    reason = _reason(False, _("Optional: how the words are to be understood."))

    field_order = ("quote", "party", "own_voice", "stance", "claim", "said_at", "reason")

    def clean(self) -> dict[str, Any]:
        """Refuse a statement of nobody, and one of two."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if "party" in given and bool(given["party"]) == bool(given.get("own_voice")):
            self.add_error("party", _("Say who says so: one party, or the outlet itself."))
        return given


class MoveQuoteForm(SelectedWordsForm):
    """The words that a statement really rests on."""

    reason = _reason(False, _("Optional: why these are the words."))


class AcceptForm(forms.Form):
    """The slug of the claim that a candidate becomes."""

    slug = forms.SlugField(
        label=_("Slug"),
        required=False,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Stands in addresses, and stays. Empty: one is drafted."),
    )


class DismissForm(forms.Form):
    """Why a candidate is no claim to follow."""

    reason = _reason(True, _("Why it is no claim to follow; it stays on record, and is not proposed again."))


class ReopenForm(forms.Form):
    """Why a candidate is proposed again."""

    reason = _reason(False, _("Optional."))


class NoteForm(forms.Form):
    """What an editor writes down for the others."""

    text = forms.CharField(
        label=_("Note"),
        max_length=10_000,
        widget=UnfoldAdminTextareaWidget({"rows": 2}),
        help_text=_("For the desk alone. A note is added, and stays as it is."),
    )


class DecideForm(forms.Form):
    """A decision: the status, why, and from when on it holds."""

    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("Choose")), *((s.value, s.value) for s in Status)],
        widget=UnfoldAdminSelectWidget,
    )
    rationale = forms.CharField(
        label=_("Rationale"),
        max_length=10_000,
        widget=UnfoldAdminTextareaWidget({"rows": 5}),
        help_text=_("What the decision rests on; readers see it."),
    )
    effective_from = forms.SplitDateTimeField(
        label=_("Effective from"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=_("In UTC. Empty: from now on."),
    )


class LiftForm(forms.Form):
    """Why a decision is lifted."""

    rationale = forms.CharField(label=_("Rationale"), max_length=10_000, widget=UnfoldAdminTextareaWidget({"rows": 4}))


class WithdrawForm(forms.Form):
    """Why an article is withdrawn or put back."""

    why = forms.CharField(
        label=_("Why"), required=False, max_length=2000, widget=UnfoldAdminTextareaWidget({"rows": 3})
    )
