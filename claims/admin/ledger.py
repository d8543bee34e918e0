"""The ledger, to look at: every status ever held, and the feed of changes."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims.admin.filters import DaysFilter, StandsFilter
from claims.admin.kept import Seen
from claims.models import Change, StatusPeriod

TONES = {"contested": "warning", "confirmed": "success", "refuted": "danger", "unverified": "info"}


@admin.register(StatusPeriod)
class StatusPeriodAdmin(Seen):
    """Lines of the ledger, on both time axes."""

    list_display = ("claim", "shown_status", "rule", "begins", "ends", "known_from", "known_until")
    list_filter = (("claim", AutocompleteSelectFilter), "status", "rule", StandsFilter)
    list_select_related = ("claim__holder",)
    search_fields = ("claim__slug", "reason")
    ordering = ("-pk",)
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusPeriod]:
        """Lines with their claim, whose document nobody asked for."""
        return super().get_queryset(request).defer("claim__document")

    @display(description=_("Status"), ordering="status", label=TONES)
    def shown_status(self, line: StatusPeriod) -> str:
        """The status, in its colour."""
        return line.status

    def name_row(self, row: StatusPeriod) -> str:
        """Which status of which claim."""
        return f"{row.status}: {row.claim.title}"

    @display(description=_("Was so from"))
    def begins(self, line: StatusPeriod) -> str:
        """When the status began to be so."""
        return f"{line.valid.lower:%Y-%m-%d %H:%M}" if line.valid.lower else gettext("the beginning")

    @display(description=_("until"))
    def ends(self, line: StatusPeriod) -> str:
        """When it ceased to be so."""
        return f"{line.valid.upper:%Y-%m-%d %H:%M}" if line.valid.upper else gettext("further notice")

    @display(description=_("Known from"))
    def known_from(self, line: StatusPeriod) -> str:
        """When we came to know it."""
        return f"{line.recorded.lower:%Y-%m-%d %H:%M}"

    @display(description=_("until"))
    def known_until(self, line: StatusPeriod) -> str:
        """When we came to know otherwise."""
        return f"{line.recorded.upper:%Y-%m-%d %H:%M}" if line.recorded.upper else gettext("stands")


@admin.register(Change)
class ChangeAdmin(Seen):
    """The public feed of changes."""

    list_display = ("id", "claim", "kind", "from_status", "shown_status", "rule", "valid_from", "recorded_at")
    list_display_links = ("id", "claim")
    list_filter = (("claim", AutocompleteSelectFilter), "kind", "to_status", "rule", ("recorded_at", DaysFilter))
    list_select_related = ("claim__holder",)
    search_fields = ("claim__slug", "reason")
    sortable_by = ("id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Change]:
        """Changes with their claim, whose document nobody asked for."""
        return super().get_queryset(request).defer("claim__document")

    def name_row(self, row: Change) -> str:
        """What became of which claim."""
        return f"{row.from_status} → {row.to_status}: {row.claim.title}"

    @display(description=_("To"), ordering="to_status", label=TONES)
    def shown_status(self, change: Change) -> str:
        """The new status, in its colour."""
        return change.to_status
