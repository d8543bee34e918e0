"""How the work of the desk stands: the queue by age, status changes by day, feeds in trouble."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from claims.admin.feeds import describe_feed
from claims.drawing.charts import Bar, draw_bars
from claims.models import Change, Feed, Statement

# Beyond this the exact number says nothing more, and counting on costs.
COUNTED = 1_000
DAYS = 7
FEEDS_SHOWN = 6

IN_TROUBLE = Q(failures__gt=0, paused=False) | Q(ended_at__isnull=False)

# How long a doubtful reading has waited for an editor, in days (UTC) before today: from the first to the last of them.
AGES = (
    ("age_day", gettext_lazy("today"), 0, 0),
    ("age_days", gettext_lazy("1-2 days"), 1, 2),
    ("age_week", gettext_lazy("3-6 days"), 3, 6),
    ("age_month", gettext_lazy("1-4 weeks"), 7, 27),
    ("age_older", gettext_lazy("older"), 28, None),
)


def tell_count(number: int) -> str:
    """A number of `count_each` as it is shown."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


def list_by_age(now: datetime) -> Iterator[tuple[str, QuerySet[Statement]]]:
    """Doubtful readings without a review by how long they have waited, the newest first, each age under its name."""
    for name, _label, first, last in AGES:
        rows = Statement.objects.doubtful().filter(recorded_at__lt=_midnight(now, first - 1))
        yield name, rows if last is None else rows.filter(recorded_at__gte=_midnight(now, last))


def draw_ages(counted: Mapping[str, int], now: datetime) -> str:
    """The doubtful readings by age, a bar each; `counted` holds the numbers of `list_by_age`."""
    address = reverse("admin:claims_statement_changelist")
    bars = []
    for name, label, first, last in AGES:
        asked = {"doubt": "yes"} | ({} if last is None else {"recorded_at_from": _midnight(now, last).date()})
        asked |= {"recorded_at_to": _midnight(now, first).date()}
        number, written = counted[name], tell_count(counted[name])
        said = ngettext("%(n)s doubtful reading, %(age)s", "%(n)s doubtful readings, %(age)s", number)
        sentence = said % {"n": written, "age": label}
        bars.append(Bar(str(label), number, sentence, f"{address}?{urlencode(asked)}", written, "waiting"))
    return draw_bars(
        "fc-ages",
        bars,
        title=gettext("Doubtful readings that nobody reviewed, by when they came in"),
        description=gettext("Each bar leads to its readings."),
    )


def list_by_day(now: datetime) -> Iterator[tuple[str, QuerySet[Change]]]:
    """What became another status on each of the last days (UTC), the first day first, each under its name."""
    for ago in range(DAYS - 1, -1, -1):
        day = {"recorded_at__gte": _midnight(now, ago), "recorded_at__lt": _midnight(now, ago - 1)}
        yield f"day_{ago}", Change.objects.filter(kind=Change.Kind.STATUS, **day)


def draw_changes(counted: Mapping[str, int], now: datetime) -> str:
    """How many statuses changed on each of the last days, a bar a day; `counted` has the numbers of `list_by_day`."""
    address = reverse("admin:claims_change_changelist")
    bars = []
    for ago in range(DAYS - 1, -1, -1):
        day = _midnight(now, ago).date()
        asked = {"kind__exact": Change.Kind.STATUS.value, "recorded_at_from": day, "recorded_at_to": day}
        number, written = counted[f"day_{ago}"], tell_count(counted[f"day_{ago}"])
        said = ngettext("%(n)s status changed on %(day)s", "%(n)s statuses changed on %(day)s", number)
        sentence = said % {"n": written, "day": day.isoformat()}
        bars.append(Bar(date_format(day, "D j"), number, sentence, f"{address}?{urlencode(asked)}", written))
    return draw_bars(
        "fc-week",
        bars,
        title=gettext("Statuses that changed, by day"),
        description=gettext("The last seven days, in UTC. Each bar leads to its changes."),
    )


def feeds_in_trouble() -> list[tuple[Feed, str]]:
    """The feeds that fail most, or have ended, each with how it does in words."""
    feeds = Feed.objects.filter(IN_TROUBLE).select_related("source").order_by("-failures", "pk")[:FEEDS_SHOWN]
    return [(feed, describe_feed(feed)) for feed in feeds]


def _midnight(now: datetime, days_ago: int) -> datetime:
    """The beginning of a day (UTC) so many days before today."""
    return datetime.combine(now.astimezone(UTC).date() - timedelta(days=days_ago), time.min, UTC)
