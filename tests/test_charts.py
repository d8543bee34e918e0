"""Charts: every mark is a link with a sentence, nothing is told by colour alone, and hostile words stay words."""

import re
from xml.etree import ElementTree

import pytest

from claims.drawing.charts import HEIGHT, MARKS, Bar, Line, Point, draw_bars, draw_lines

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "</title><script>alert(1)</script>\"'&"


def bars(*values: int) -> list[Bar]:
    return [Bar(f"d{n}", value, f"{value} on day {n}", f"/rows/?day={n}&kind=x") for n, value in enumerate(values)]


def line(*shares: tuple[int, float]) -> Line:
    points = (Point(step, share, 9, f"{share:.0%} in week {step}", f"/rows/?week={step}") for step, share in shares)
    return Line("English", tuple(points))


def test_every_bar_links_to_its_rows_and_says_what_it_is() -> None:
    drawn = ElementTree.fromstring(draw_bars("week", bars(3, 0, 12), title="This week", description="A day each."))
    links = drawn.findall(f"{SVG}a")
    assert [link.get("href") for link in links] == ["/rows/?day=0&kind=x", "/rows/?day=2&kind=x"]
    assert [link.findtext(f"{SVG}title") for link in links] == ["3 on day 0", "12 on day 2"]


def test_the_drawing_is_named_and_described() -> None:
    drawn = ElementTree.fromstring(draw_bars("week", bars(1), title="This week", description="A day each."))
    assert drawn.get("aria-labelledby") == "week-title" and drawn.get("aria-describedby") == "week-desc"
    assert drawn.find(f"{SVG}title").text == "This week" and drawn.find(f"{SVG}desc").text == "A day each."


@pytest.mark.parametrize(("values", "heights"), [((1, 2, 4), (32.0, 64.0, 128.0)), ((1, 100_000), (2.0, 128.0))])
def test_bars_are_as_tall_as_their_numbers_and_never_too_small_to_see(
    values: tuple[int, ...], heights: tuple[float, ...]
) -> None:
    drawn = ElementTree.fromstring(draw_bars("b", bars(*values), title="t", description="d"))
    rects = drawn.findall(f".//{SVG}rect")
    assert tuple(float(rect.get("height")) for rect in rects) == heights
    assert all(float(rect.get("y")) + float(rect.get("height")) == HEIGHT for rect in rects)


def test_a_bar_carries_its_number_in_figures_as_it_is_to_be_written() -> None:
    drawn = draw_bars("b", [Bar("old", 10_001, "Many.", "/", written="10,000+")], title="t", description="d")
    assert ">10,000+</text>" in drawn and "10001" not in drawn


def test_no_bars_and_bars_of_nothing_are_drawn_without_a_link() -> None:
    for none in ([], bars(0, 0)):
        assert "<a " not in draw_bars("b", none, title="t", description="d")


def test_lines_differ_in_dashes_and_marks_and_break_where_a_step_misses() -> None:
    lines = [line((0, 1.0), (1, 0.5), (3, 0.0)), line((0, 0.2), (1, 0.3)), line((2, 0.1)), line((3, 0.9))]
    drawn = ElementTree.fromstring(draw_lines("l", lines, ["a", "b", "c", "d"], title="t", description="d"))
    kinds = [set(re.findall(rf"fc-chart-mark-{n}\b", ElementTree.tostring(drawn, "unicode"))) for n in range(4)]
    assert all(kinds) and len(set(MARKS)) == 4
    strokes = [p.get("class").split()[-1] for p in drawn.findall(f"{SVG}polyline")]
    # A run of two points, another one; the points that stand alone have none; then the four samples of the legend.
    assert strokes == ["fc-chart-line-0", "fc-chart-line-0", "fc-chart-line-1", "fc-chart-line-1",
                       "fc-chart-line-2", "fc-chart-line-3"]  # fmt: skip
    assert len(drawn.findall(f"{SVG}a")) == 7


def test_a_share_stands_at_its_height_on_the_scale() -> None:
    drawn = ElementTree.fromstring(draw_lines("l", [line((0, 1.0), (1, 0.0))], ["a", "b"], title="t", description="d"))
    assert [float(c.get("cy")) for c in drawn.findall(f"{SVG}a/{SVG}circle[@class='fc-chart-reach']")] == [10, HEIGHT]


def test_many_steps_get_few_labels_and_the_last_one_always() -> None:
    labels = [f"w{n}" for n in range(26)]
    drawn = draw_lines("l", [line((25, 0.5))], labels, title="t", description="d")
    written = re.findall(r">(w\d+)</text>", drawn)
    assert written[0] == "w25" and 3 <= len(written) <= 6


def test_hostile_words_stay_words_and_nothing_needs_a_looser_policy() -> None:
    point = Point(0, 0.5, 1, HOSTILE, f"/?q={HOSTILE}")
    for drawn in (
        draw_bars("b", [Bar(HOSTILE, 1, HOSTILE, f"/?q={HOSTILE}", HOSTILE)], title=HOSTILE, description=HOSTILE),
        draw_lines("l", [Line(HOSTILE, (point,))], [HOSTILE], title=HOSTILE, description=HOSTILE),
    ):
        ElementTree.fromstring(drawn)
        assert "<script" not in drawn and "style=" not in drawn and not re.search(r"\son\w+=", drawn)
