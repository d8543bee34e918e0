"""Tell which moment the words for a time mean, seen from when the text was published.

A time is read as the latest moment its words allow: a day without an hour as the end of that day, a morning as noon.
So nobody is held to have said a thing before he can have said it. A time is always before publication: where its
words reach up to that ("today"), they tell no more than publication does, and no time is given. "1 December" is the
last one up to publication, "Monday" likewise.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from claims.reading.times import NamedTime

# What is said of a day without its year so close ahead is taken for that coming day, not for last year's.
_MOST_DAYS_AHEAD = 90
# Outside these a moment of publication is a mistake, and near the ends of the calendar days cannot be counted.
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_LAST_OF_DAY = time(23, 59, 59)


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where times are seen: when the text was published, if that is known, and the zone of its clocks and days."""

    published_at: datetime | None
    zone: tzinfo

    @property
    def today(self) -> date | None:
        """The day of publication where the text was published."""
        return self.published_at.date() if self.published_at else None


def vantage_of(published_at: datetime | None, usual: tzinfo | None) -> Vantage:
    """Return the vantage of a text published at a moment (with its zone) in a language of this usual zone.

    Moments are often kept in UTC or with a bare offset. Where the usual zone is compatible with that it is taken, so
    that days end, and clocks change for summer, as they do where the text was written.
    """
    if published_at is None or published_at.tzinfo is None or not _FIRST_YEAR < published_at.year < _LAST_YEAR:
        return Vantage(None, usual or UTC)
    zone = published_at.tzinfo
    if usual is not None and published_at.utcoffset() in (timedelta(0), published_at.astimezone(usual).utcoffset()):
        zone = usual
    return Vantage(published_at.astimezone(zone), zone)


def day_meant(named: NamedTime, vantage: Vantage, spoken: date | None) -> date | None:
    """Return the day a time means, or None where that is uncertain or after publication.

    `spoken` is the day last spoken of in the text, from which "two days earlier" counts.
    """
    today = vantage.today
    day: date | None = None
    if named.coming:
        return None
    if named.day is not None and named.month is not None:
        day = _last_date(named.day, named.month, named, today)
    elif today is None:
        return None
    elif named.weekday is not None:
        back = (today.weekday() - named.weekday) % 7
        day = today - timedelta(days=back or (7 if named.past_weekday else 0))
    elif named.days_spoken is not None and spoken is not None:
        day = spoken + timedelta(days=named.days_spoken)
    elif named.days is not None:
        day = today + timedelta(days=named.days)
    elif named.hours is not None and vantage.published_at is not None:
        day = (vantage.published_at - timedelta(hours=named.hours)).date()
    elif named.clock is not None and not named.is_day:
        day = spoken or today
    if day is None or (today is not None and day > today):
        return None
    return day


def moment_meant(named: NamedTime, vantage: Vantage, spoken: date | None) -> datetime | None:
    """Return the latest moment a time allows, with its zone; None where it is uncertain or not before publication."""
    day = day_meant(named, vantage, spoken)
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        return None
    zone = named.zone or vantage.zone
    if named.hours is not None and vantage.published_at is not None:
        moment = vantage.published_at - timedelta(hours=named.hours)
    elif named.clock is not None and not named.local:
        moment = datetime.combine(day, time(*named.clock), zone)
    elif named.until is not None and named.until < 24:
        moment = datetime.combine(day, time(named.until), zone)
    else:
        moment = datetime.combine(day, _LAST_OF_DAY, zone)
    # Compared in UTC: two moments of one zone would be compared by their clocks, wrongly in the hour that comes twice.
    if vantage.published_at is not None and moment.astimezone(UTC) >= vantage.published_at.astimezone(UTC):
        return None
    return moment


def _last_date(day: int, month: int, named: NamedTime, today: date | None) -> date | None:
    """Return the last such date up to today that falls on the weekday named with it, if one was."""
    if named.year is not None:
        years = [named.year]
    elif today is None:
        return None
    else:
        years = [today.year + 1, today.year, today.year - 1]
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue  # no such day in that year, as 29 February
        if named.weekday is not None and found.weekday() != named.weekday:
            continue
        if today is None or found <= today:
            return found
        if (found - today).days <= _MOST_DAYS_AHEAD:
            return None
    return None
