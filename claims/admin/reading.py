"""What the second reader was asked, day by day, and what it cost."""

from django.conf import settings
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from claims.admin.kept import Seen
from claims.models import ReaderDay


@admin.register(ReaderDay)
class ReaderDayAdmin(Seen):
    """The second reader's days: how much of the budget is spent, and why nobody asks it for a while."""

    list_display = ("day", "questions", "tokens", "budget", "failures", "rests_until", "last_error")
    date_hierarchy = "day"
    fields = list_display
    readonly_fields = fields

    @display(description=_("Budget of a day now"))
    def budget(self, day: ReaderDay) -> int:
        """How many tokens may be spent on a day, as it is set now."""
        return settings.READER_DAILY_BUDGET
