"""A claim's timeline as drawn: an axis to read at any span, lanes told apart in any light; hostile words inert."""

import gzip
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from claims.drawing.axis import NARROW, WIDE, mark_axis
from claims.drawing.picture import Dot, Lane, Mark, Period, Picture, Stretch, Wording, span_between
from claims.drawing.timeline import MOST_LANES, MOST_STRETCHES, SENTENCES, draw_timeline
from claims.words import Stance, Status

BEGINS = datetime(2025, 11, 28, 15, 20, tzinfo=UTC)
ENDS = BEGINS + timedelta(days=40)
WORDING = Wording("Timeline")
MONTHS = WORDING.months
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(2)>",
    '" onload="alert(3)',
    "' onclick='alert(4)",
    "]]><!--",
    "&lt;b&gt;&amp;",
    "{{1187*1193}}",
    "%(party)s %s %",
    "a\x00b\x0bc\ud800d\ufffe",
    "url(#x)",
    "\u202eabc",
    "x" * 5000,
)


@pytest.mark.parametrize(
    ("days", "labels", "contexts"),
    [
        (0.25, "16:00 17:00 18:00 19:00 20:00 21:00", "28 Nov 2025"),
        (2, "18:00 00:00 06:00 12:00 18:00 00:00 06:00 12:00", "28 Nov 2025|29 Nov|30 Nov"),
        (9, "29 Nov|30 Nov|1 Dec|2 Dec|3 Dec|4 Dec|5 Dec|6 Dec|7 Dec", "2025"),
        (16, "30 Nov|2 Dec|4 Dec|6 Dec|8 Dec|10 Dec|12 Dec|14 Dec", "2025"),
        (40, "1 Dec|8 Dec|15 Dec|22 Dec|29 Dec|5 Jan", "2025|2026"),
        (120, "8 Dec|22 Dec|5 Jan|19 Jan|2 Feb|16 Feb|2 Mar|16 Mar", "2025|2026"),
        (300, "Dec Jan Feb Mar Apr May Jun Jul Aug Sep", "2025|2026"),
        (730, "Jan Apr Jul Oct Jan Apr Jul Oct", "2026|2027"),
        (1095, "Jan Jul Jan Jul Jan Jul", "2026|2027|2028"),
        (3000, "2026 2027 2028 2029 2030 2031 2032 2033 2034", ""),
        (9000, "2028 2032 2036 2040 2044 2048", ""),
    ],
)
def test_an_axis_is_marked_in_the_unit_that_its_span_reads_best_in(days: float, labels: str, contexts: str) -> None:
    ticks = mark_axis(BEGINS, BEGINS + timedelta(days=days), MONTHS)
    between = "|" if "|" in labels else " "
    assert [tick.label for tick in ticks] == labels.split(between)
    assert [tick.context for tick in ticks if tick.context] == (contexts.split("|") if contexts else [])


@pytest.mark.parametrize("hours", [1, 3, 7, 30, 49, 100, 333, 1000, 4321, 9999, 26_280, 50_000, 400_000])
def test_any_span_has_marks_few_enough_to_read_wide_and_narrow(hours: int) -> None:
    for shift in range(0, 24 * 400, 1111):
        begins = BEGINS + timedelta(hours=shift)
        ticks = mark_axis(begins, begins + timedelta(hours=hours), MONTHS)
        narrow = [tick for tick in ticks if tick.narrow]
        assert 1 <= len(ticks) <= WIDE
        assert 1 <= len(narrow) <= NARROW
        assert all(begins <= tick.at <= begins + timedelta(hours=hours) for tick in ticks)
        # Wherever the axis is looked at, its first mark says the year or the day it lies in.
        assert ticks[0].label.isdigit() or (ticks[0].context and narrow[0].narrow_context)


def test_an_axis_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="begins before it ends"):
        mark_axis(ENDS, BEGINS, MONTHS)


def test_an_axis_is_in_utc_whatever_zone_its_moments_come_in() -> None:
    eastern = BEGINS.astimezone(tz=datetime.fromisoformat("2025-01-01T00:00:00+05:30").tzinfo)
    assert mark_axis(eastern, ENDS, MONTHS) == mark_axis(BEGINS, ENDS, MONTHS)


def at(share: float) -> datetime:
    return BEGINS + (ENDS - BEGINS) * share


def picture(**given: object) -> Picture:
    told: dict[str, object] = {
        "periods": (Period(None, at(0.4), Status.CONTESTED), Period(at(0.4), None, Status.CONFIRMED)),
        "lanes": (
            Lane("The Reds", (Stretch(at(0.1), None, Stance.AFFIRMS, True),), (Dot(at(0.1), Stance.AFFIRMS),)),
            Lane(
                "The Blues",
                (Stretch(at(0.2), at(0.6), Stance.DENIES, True), Stretch(at(0.6), None, Stance.UNSETTLED, False)),
                (Dot(at(0.2), Stance.DENIES, 4, more=True), Dot(at(0.3), Stance.DENIES, gone=True)),
            ),
        ),
        "marks": (Mark(at(0.4), Status.CONFIRMED), Mark(at(0.5), Status.CONFIRMED, lifted=True)),
    }
    return Picture(BEGINS, ENDS, **{**told, **given})  # type: ignore[arg-type]


def drawn(**given: object) -> ElementTree.Element:
    return ElementTree.fromstring(draw_timeline("tl", picture(**given), WORDING))


def found(svg: ElementTree.Element, kind: str) -> list[ElementTree.Element]:
    return [one for one in svg.iter() if kind in (one.get("class") or "").split()]


def titles(svg: ElementTree.Element) -> list[str]:
    return [str(title.text) for title in svg.iter(f"{SVG}title")]


def test_every_lane_band_dot_and_decision_says_in_words_what_it_shows() -> None:
    svg = drawn()
    said = titles(svg)
    assert said[0] == "Timeline"
    assert "Status: contested, the beginning – 14 Dec 2025 15:20" in said
    assert "Status: confirmed, 14 Dec 2025 15:20 – now" in said
    assert "The Reds: affirms, 2 Dec 2025 15:20 – now" in said
    assert "The Blues: says it is not settled, weakly, 22 Dec 2025 15:20 – now" in said
    assert "The Blues denies, about 6 Dec 2025 15:20 UTC (4+ statements)" in said
    assert "The Blues denies, 10 Dec 2025 15:20 UTC: counts no more" in said
    assert "Editors decided: confirmed, 14 Dec 2025 15:20 UTC" in said
    assert "Editors lifted their decision: confirmed, 18 Dec 2025 15:20 UTC" in said
    assert svg.find(f"{SVG}desc").text == (  # type: ignore[union-attr]
        "Status: confirmed since 14 Dec 2025. The Reds: affirms since 2 Dec 2025. "
        "The Blues: says it is not settled, weakly since 22 Dec 2025."
    )
    assert svg.get("aria-labelledby") == "tl-title"


def test_stances_and_statuses_differ_in_more_than_colour() -> None:
    svg = drawn()
    patterns = {
        str(one.get("id")): ElementTree.tostring(one).decode().replace(str(one.get("id")), "").split("<", 2)[2]
        for one in svg.iter(f"{SVG}pattern")
    }
    stances = [re.sub(r"fc-tl-\w+", "", patterns[f"tl-{stance}"]) for stance in Stance]
    turns = [one.get("patternTransform") for one in svg.iter(f"{SVG}pattern")]
    assert len(set(stances)) == 3
    assert len({(turn, body) for turn, body in zip(turns[3:], list(patterns.values())[3:], strict=True)}) == 4
    bars = found(svg, "fc-tl-bar")
    assert [bar.get("fill") for bar in bars[:3]] == ["url(#tl-affirms)", "url(#tl-denies)", "url(#tl-unsettled)"]
    # A weak position is thin and dashed.
    assert [("fc-tl-weak" in str(bar.get("class")), bar.get("height")) for bar in bars[:3]] == [
        (False, "14"), (False, "14"), (True, "6"),
    ]  # fmt: skip
    signs = ["".join(badge.itertext()) for badge in found(svg, "fc-tl-badge")]
    assert signs == ["+", "−", "?"]


def test_moments_stand_in_order_from_left_to_right_and_within_the_drawing() -> None:
    svg = drawn()
    for kind in ("fc-tl-band", "fc-tl-bar"):
        for rect in found(svg, kind):
            if not str(rect.get("x")).endswith("%"):
                continue  # a sample of the legend
            x, width = (float(str(rect.get(name)).rstrip("%")) for name in ("x", "width"))
            assert 0 <= x <= x + width <= 100
    bands = [float(str(one.get("x")).rstrip("%")) for one in found(svg, "fc-tl-band")]
    assert bands == sorted(bands)


def test_what_lies_outside_the_drawing_is_cut_off_or_left_out() -> None:
    early, late = BEGINS - timedelta(days=900), ENDS + timedelta(days=900)
    svg = drawn(
        periods=(Period(early, late, Status.REFUTED), Period(late, None, Status.CONFIRMED)),
        lanes=(
            Lane(
                "The Reds",
                (Stretch(early, late, Stance.DENIES, True), Stretch(late, None, Stance.AFFIRMS, True)),
                (Dot(early, Stance.DENIES), Dot(late, Stance.AFFIRMS)),
            ),
        ),
        marks=(Mark(late, Status.CONFIRMED),),
    )
    assert [(one.get("x"), one.get("width")) for one in found(svg, "fc-tl-band")] == [("1.50%", "97.00%")]
    drawn_bars = [one for one in found(svg, "fc-tl-bar") if str(one.get("x")).endswith("%")]
    assert [(one.get("x"), one.get("width")) for one in drawn_bars] == [("1.50%", "97.00%")]
    assert [one for one in found(svg, "fc-tl-dot") if str(one.get("cx", one.get("x"))).endswith("%")] == []
    assert found(svg, "fc-tl-ruling") == []


def test_a_silence_that_is_not_drawn_is_told() -> None:
    told = "Nothing new since 14 Dec 2025: what stood then stands."
    assert told in "".join(drawn(quiet_since=at(0.4)).itertext())
    assert told not in "".join(drawn().itertext())


def test_nothing_is_styled_in_line_nor_scripted() -> None:
    text = draw_timeline("tl", picture(), WORDING)
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|javascript:", text)


@pytest.mark.parametrize("plain", HOSTILE)
def test_hostile_names_stay_text(plain: str) -> None:
    lanes = (
        Lane(plain, (Stretch(at(0.1), None, Stance.AFFIRMS, True),), (Dot(at(0.1), Stance.AFFIRMS),), "/a?b=1&c=2"),
    )
    svg = ElementTree.fromstring(draw_timeline("tl", picture(lanes=lanes), Wording(plain, status=plain)))
    allowed = {"svg", "title", "desc", "defs", "pattern", "rect", "circle", "path", "line", "text", "tspan", "g", "a"}
    assert {one.tag.removeprefix(SVG) for one in svg.iter()} <= allowed
    assert [one.get("href") for one in svg.iter(f"{SVG}a")] == ["/a?b=1&c=2"]
    names = {name for one in svg.iter() for name in one.attrib}
    assert not {name for name in names if name.startswith("on") or name == "style"}


def test_a_drawing_of_a_crowd_stays_small() -> None:
    """More lanes, stretches and dots than are drawn change nothing; and what is drawn travels in a few kilobytes."""
    stances = list(Stance)
    step = (ENDS - BEGINS) / 1000
    stretches = tuple(Stretch(BEGINS + step * n, BEGINS + step * (n + 1), stances[n % 3], True) for n in range(1000))
    dots = tuple(Dot(BEGINS + step * n * 25, stances[n % 3], 4, more=True) for n in range(40))
    lanes = tuple(Lane(f"Party {n}", stretches, dots) for n in range(50))
    periods = tuple(Period(s.begins, s.ends, list(Status)[n % 4]) for n, s in enumerate(stretches))
    marks = tuple(Mark(BEGINS + step * n, Status.CONFIRMED) for n in range(500))
    text = draw_timeline("tl", picture(lanes=lanes, periods=periods, marks=marks, left_out=38), WORDING)
    svg = ElementTree.fromstring(text)
    assert len(found(svg, "fc-tl-name")) == MOST_LANES + 1
    assert len(found(svg, "fc-tl-band")) == MOST_STRETCHES
    assert sum(map(len, (lane.dots for lane in lanes))) > SENTENCES
    assert not any("statements)" in title for title in titles(svg))
    assert "Not drawn: 38 more parties" in text
    assert len(text) < 600_000
    assert len(gzip.compress(text.encode())) < 50_000


def test_the_span_of_what_happened_has_room_on_both_sides() -> None:
    begins, ends = span_between(BEGINS, ENDS)
    assert begins < BEGINS < ENDS < ends
    moment = span_between(BEGINS, BEGINS)
    assert moment[1] - moment[0] >= timedelta(hours=2)


def test_the_same_picture_is_drawn_to_the_same_bytes() -> None:
    assert draw_timeline("tl", picture(), WORDING) == draw_timeline("tl", picture(), WORDING)
