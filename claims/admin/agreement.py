"""How often editors bear the reader out: what became of the machine's readings they reviewed, by language and week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import structlog
from django.core.cache import cache
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate, TruncWeek
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from redis import RedisError

from claims.admin.fields import name_language
from claims.drawing.charts import Line, Point, draw_lines
from claims.models import Review
from claims.words import Origin, Verdict

log = structlog.get_logger(__name__)

WEEKS = 12
KEPT_SECONDS = 3600
# Of the reviews of these weeks so many are looked at, the newest.
LOOKED_AT = 2_000
# So many languages are drawn, those with most reviews first.
DRAWN = 6
SETTLED = (Verdict.CONFIRMED, Verdict.REJECTED, Verdict.CORRECTED)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What editors said of readings in one language in one week (its Monday, in UTC): so many borne out, of so many."""

    lang: str
    week: date
    right: int
    n: int


def last_words(reviews: QuerySet[Review]) -> QuerySet[Review]:
    """Reviews that are the last word on their statement."""
    later = Q(recorded_at__gt=OuterRef("recorded_at")) | Q(recorded_at=OuterRef("recorded_at"), pk__gt=OuterRef("pk"))
    return reviews.filter(~Exists(Review.objects.filter(later, statement=OuterRef("statement"))))


def monday_of(now: datetime) -> date:
    """The Monday of a moment's week, in UTC."""
    day = now.astimezone(UTC).date()
    return day - timedelta(days=day.weekday())


def measure_agreement(now: datetime) -> list[Agreement]:
    """How editors judged readings in each of the last weeks and languages, oldest first; one query."""
    first = datetime.combine(monday_of(now) - timedelta(weeks=WEEKS - 1), time.min, UTC)
    newest = Review.objects.filter(recorded_at__gte=first).order_by("-recorded_at", "-pk").values("pk")[:LOOKED_AT]
    judged = last_words(Review.objects.filter(pk__in=newest, statement__origin=Origin.READING, verdict__in=SETTLED))
    rows = (
        judged.order_by()
        .values(week=TruncDate(TruncWeek("recorded_at", tzinfo=UTC), tzinfo=UTC), lang=F("statement__revision__lang"))
        .annotate(right=Count("pk", filter=Q(verdict=Verdict.CONFIRMED)), n=Count("pk"))
        .order_by("week", "lang")
    )
    return [Agreement(row["lang"] or "", row["week"], row["right"], row["n"]) for row in rows]


def recall_agreement(newest: int | None, now: datetime) -> list[Agreement]:
    """`measure_agreement`, measured once for each review that is the `newest`; measured again where Redis is down."""
    name = f"agreement-{monday_of(now)}-{newest}"
    try:
        kept: list[Agreement] | None = cache.get(name)
        if kept is None:
            kept = measure_agreement(now)
            cache.set(name, kept, KEPT_SECONDS)
    except RedisError as error:
        log.warning("agreement_not_kept", error=str(error))
        return measure_agreement(now)
    return kept


def draw_agreement(found: Sequence[Agreement], now: datetime) -> str:
    """The shares as a line for each language over the weeks; each point leads to its reviews. Empty without any."""
    if not found:
        return ""
    monday = monday_of(now)
    weeks = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    totals: dict[str, list[int]] = {}
    for row in found:
        total = totals.setdefault(row.lang, [0, 0])
        total[0] += row.right
        total[1] += row.n
    drawn = sorted(totals, key=lambda lang: (-totals[lang][1], lang))[:DRAWN]
    lines = []
    for lang in drawn:
        points = tuple(
            Point(weeks.index(row.week), row.right / row.n, row.n, _say(row), _address(row))
            for row in found
            if row.lang == lang and row.week in weeks
        )
        right, n = totals[lang]
        said = gettext("%(language)s: %(percent)d %% of %(n)d")
        lines.append(Line(said % {"language": _name(lang), "percent": 100 * right / n, "n": n}, points))
    return draw_lines(
        "fc-agreement",
        lines,
        [f"{week:%m-%d}" for week in weeks],
        title=gettext("How often editors confirm what was read"),
        description=gettext(
            "In percent of the readings they confirmed, rejected or corrected, by language and week. "
            "Each point leads to its reviews."
        ),
    )


def _name(lang: str) -> str:
    return name_language(lang) if lang else gettext("language not known")


def _say(row: Agreement) -> str:
    said = ngettext(
        "%(language)s, week of %(week)s: %(right)d of %(n)d reading confirmed",
        "%(language)s, week of %(week)s: %(right)d of %(n)d readings confirmed",
        row.n,
    )
    return said % {"language": _name(row.lang), "week": row.week.isoformat(), "right": row.right, "n": row.n}


def _address(row: Agreement) -> str:
    asked = {
        "recorded_at_from": row.week,
        "recorded_at_to": row.week + timedelta(days=6),
        "lang": row.lang or "none",
        "word": "last",
        "statement__origin__exact": Origin.READING.value,
    }
    return f"{reverse('admin:claims_review_changelist')}?{urlencode(asked)}"
