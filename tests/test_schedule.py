"""When feeds are polled and pages looked at again: adaptive, bounded, spread, the same every time it is reckoned."""

from datetime import UTC, datetime, timedelta

import pytest

from claims.intake.schedule import LONGEST, LOOKS, SHORTEST, back_off, next_interval, next_look, spread

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTES, HOURS, DAYS = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("interval", "brought", "held", "first", "expected"),
    [
        (60 * MINUTES, 1, 20, False, 30 * MINUTES),
        (60 * MINUTES, 0, 20, False, 90 * MINUTES),
        (60 * MINUTES, 0, 0, False, 90 * MINUTES),  # unchanged (304), or empty
        (60 * MINUTES, 20, 20, False, 15 * MINUTES),  # nothing left of what it held: some may have been missed
        (15 * MINUTES, 20, 20, True, 15 * MINUTES),  # to the first poll everything is new
        (3 * MINUTES, 1, 20, False, SHORTEST),
        (20 * HOURS, 0, 20, False, LONGEST),
    ],
)
def test_a_feed_is_polled_as_often_as_it_brings_something(
    interval: timedelta, brought: int, held: int, first: bool, expected: timedelta
) -> None:
    assert next_interval(interval, brought=brought, held=held, first=first) == expected


@pytest.mark.parametrize("gap", [10 * MINUTES, 2 * HOURS, 12 * HOURS])
def test_the_interval_settles_where_a_good_third_of_the_polls_bring_something(gap: timedelta) -> None:
    interval, at, published, brought, polls = 15 * MINUTES, NOW, 0, 0, 0
    while at < NOW + 300 * gap:
        at += interval
        new = (at - NOW) // gap - published
        published += new
        brought, polls = brought + bool(new), polls + 1
        interval = next_interval(interval, brought=new, held=40)
    assert 0.3 < brought / polls < 0.45


def test_a_silent_feed_is_polled_once_a_day_and_a_busy_one_every_two_minutes() -> None:
    silent = busy = 15 * MINUTES
    for _ in range(50):
        silent = next_interval(silent, brought=0, held=9)
        busy = next_interval(busy, brought=3, held=9)
    assert (silent, busy) == (DAYS, 2 * MINUTES)


@pytest.mark.parametrize(
    ("failures", "wait"), [(1, 2 * MINUTES), (2, 4 * MINUTES), (5, 32 * MINUTES), (10, 1024 * MINUTES), (11, DAYS)]
)
def test_failures_make_waits_longer_up_to_a_day(failures: int, wait: timedelta) -> None:
    assert back_off(failures) == wait
    assert back_off(10**6) == DAYS


def test_waits_are_spread_by_a_tenth_and_the_same_for_the_same_row_and_moment() -> None:
    waits = [spread(HOURS, f"https://post.example/{n}", NOW) for n in range(500)]
    assert waits == [spread(HOURS, f"https://post.example/{n}", NOW) for n in range(500)]
    assert min(waits) >= 54 * MINUTES and max(waits) <= 66 * MINUTES
    assert max(waits) - min(waits) > 11 * MINUTES
    assert abs(sum(waits, timedelta()) / len(waits) - HOURS) < MINUTES


@pytest.mark.parametrize(
    ("after", "next_after", "over"),
    [
        (timedelta(0), LOOKS[0], 0),
        (HOURS, LOOKS[1], 1),
        (HOURS + 20 * MINUTES, LOOKS[1], 1),  # a look that was late
        (6 * HOURS, LOOKS[2], 2),
        (2 * DAYS, LOOKS[3], 3),  # nobody was there for a day: what was missed is not made up for
        (7 * DAYS, None, 4),
        (30 * DAYS, None, 4),
    ],
)
def test_a_page_is_looked_at_after_an_hour_six_a_day_and_a_week(
    after: timedelta, next_after: timedelta | None, over: int
) -> None:
    due, looks = next_look(NOW, NOW + after)
    assert (due, looks) == (NOW + next_after if next_after else None, over)
