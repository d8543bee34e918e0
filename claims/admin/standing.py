"""How the work of the desk stands: the queue by age, status changes by day, feeds in trouble."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from claims.admin.feeds import describe_feed
from claims.admin.quotes import with_verdict
from claims.drawing.charts import Bar, draw_bars
from claims.models import Change, Feed, Statement
from claims.words import Origin

# Beyond this the exact number says nothing more, and counting on costs.
COUNTED = 10_000
DAYS = 7
FEEDS_SHOWN = 6

IN_TROUBLE = Q(failures__gt=0, paused=False) | Q(ended_at__isnull=False)

# How long a reading has waited for an editor: each age begins where the one before ends.
AGES = (
    ("age_day", gettext_lazy("today"), timedelta(days=1)),
    ("age_days", gettext_lazy("1-3 days"), timedelta(days=3)),
    ("age_week", gettext_lazy("3-7 days"), timedelta(days=7)),
    ("age_month", gettext_lazy("1-4 weeks"), timedelta(days=28)),
    ("age_older", gettext_lazy("older"), None),
)


def tell_count(number: int) -> str:
    """A number of `count_each` as it is shown."""
    return f"{COUNTED:,}+" if number > COUNTED else f"{number:,}"


def list_unreviewed() -> QuerySet[Statement]:
    """The machine's readings that count and on which no editor has had a word."""
    readings = Statement.objects.carried().filter(origin=Origin.READING, article__withdrawn=False)
    return with_verdict(readings).filter(verdict__isnull=True)


def list_by_age(now: datetime) -> Iterator[tuple[str, QuerySet[Statement]]]:
    """Readings without a review by how long they have waited, the newest first, each age under its name."""
    for name, newest, oldest in _spans(now):
        rows = list_unreviewed()
        if newest is not None:
            rows = rows.filter(recorded_at__lt=newest)
        yield name, rows.filter(recorded_at__gte=oldest) if oldest is not None else rows


def _spans(now: datetime) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    newest = None
    # Whole minutes, so that the address of a bar stays readable.
    moment = now.replace(second=0, microsecond=0)
    for name, _label, age in AGES:
        oldest = moment - age if age else None
        yield name, newest, oldest
        newest = oldest


def draw_ages(counted: Mapping[str, int], now: datetime) -> str:
    """The queue by age, a bar each; `counted` holds the numbers of `list_by_age`."""
    address = reverse("admin:claims_statement_changelist")
    bars = []
    for (name, label, _age), (_name, newest, oldest) in zip(AGES, _spans(now), strict=True):
        asked = {"review": "none", "origin__exact": Origin.READING.value, "carried": "yes"}
        asked |= {"recorded_at__lt": _moment(newest)} if newest else {}
        asked |= {"recorded_at__gte": _moment(oldest)} if oldest else {}
        number, written = counted[name], tell_count(counted[name])
        said = ngettext("%(n)s statement waiting, %(age)s", "%(n)s statements waiting, %(age)s", number)
        sentence = said % {"n": written, "age": label}
        bars.append(Bar(str(label), number, sentence, f"{address}?{urlencode(asked)}", written, "waiting"))
    return draw_bars(
        "fc-ages",
        bars,
        title=gettext("Statements not reviewed, by how long they have waited"),
        description=gettext("Each bar leads to its statements."),
    )


def draw_changes(now: datetime) -> str:
    """How many statuses changed on each of the last days (UTC), a bar a day; one query."""
    today = now.astimezone(UTC).date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    since = datetime.combine(days[0], time.min, UTC)
    changes = Change.objects.filter(kind=Change.Kind.STATUS, recorded_at__gte=since).order_by()
    found = dict(changes.values_list(TruncDate("recorded_at", tzinfo=UTC)).annotate(Count("pk")))
    address = reverse("admin:claims_change_changelist")
    bars = []
    for day in days:
        asked = {
            "kind__exact": Change.Kind.STATUS.value,
            "recorded_at__gte": f"{day}T00:00:00Z",
            "recorded_at__lt": f"{day + timedelta(days=1)}T00:00:00Z",
        }
        number = found.get(day, 0)
        said = ngettext("%(n)d status changed on %(day)s", "%(n)d statuses changed on %(day)s", number)
        sentence = said % {"n": number, "day": day.isoformat()}
        bars.append(Bar(date_format(day, "D j"), number, sentence, f"{address}?{urlencode(asked)}"))
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


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
