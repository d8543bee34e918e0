"""Who may call: API keys, shown once and kept as a digest."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from claims.admin.acts import Act, WithActs
from claims.admin.forms import ApiKeyForm
from claims.admin.kept import Kept
from claims.models import ApiKey


def _revoke(request: HttpRequest, key: ApiKey, given: Mapping[str, Any]) -> str:
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at"])
    return gettext("Revoked: the key opens nothing any more.")


@admin.register(ApiKey)
class ApiKeyAdmin(WithActs, Kept):
    """Keys by which programs call the API."""

    form = ApiKeyForm
    list_display = ("name", "prefix", "user", "may", "created_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "prefix", "user__username")
    autocomplete_fields = ("user",)
    date_hierarchy = "created_at"
    acts = (
        Act(
            name="revoke",
            label=_("Revoke"),
            permissions=("claims.change_apikey",),
            perform=_revoke,
            explanation=_("Programs that use this key are refused from now on. It cannot be undone."),
            closed=lambda key: gettext("It is revoked already.") if key.revoked_at else "",
            tone="danger",
            icon="key_off",
        ),
    )

    @display(description=_("May"))
    def may(self, key: ApiKey) -> str:
        """What the key may do."""
        return ", ".join(key.scopes)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        """A key's own words are never kept, so only its first letters can be shown."""
        asked = ("user", "name", "scopes", "expires_at")
        return (*asked, "prefix", "created_at", "revoked_at") if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> tuple[str, ...]:
        """What a key may do, and for whom, is settled when it is made."""
        return ("user", "scopes", "prefix", "created_at", "revoked_at") if obj else ()

    def save_model(self, request: HttpRequest, obj: ApiKey, form: forms.ModelForm, change: bool) -> None:
        """Make a new key by the one that makes keys, and show it this once."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, key = ApiKey.objects.issue(user=obj.user, name=obj.name, scopes=form.cleaned_data["scopes"])
        made.expires_at = obj.expires_at
        made.save(update_fields=["expires_at"])
        obj.__dict__.update({name: value for name, value in made.__dict__.items() if name != "_state"})
        obj._state.adding, obj._state.db = False, made._state.db
        messages.warning(request, gettext("The key, shown this once: %(key)s") % {"key": key})
