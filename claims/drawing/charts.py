"""Small charts of bars and lines as SVG, each mark a link that says in words what it stands for.

Nothing is told by colour alone: bars carry their number, lines differ in dashes and marks. Colours, light and dark,
come from the page's style sheet by class; no style stands in the drawing, so that a strict content policy lets it be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

WIDTH = 380
HEIGHT = 150  # of the room for bars and lines, without what is written below it
EDGE = 34  # left of lines, where their scale is written
TOP = 22  # above bars, where their numbers are written
BELOW = 24  # where what each bar or step stands for is written
LEGEND = 20  # a line of the legend
TALLEST = HEIGHT - TOP
# Labels below lines are written at every step while there are so few, else at some of them.
LABELS = 6

MARKS = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what is written below it, its number as drawn and as written, a sentence for it, where it leads."""

    label: str
    value: int
    sentence: str
    url: str
    written: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A share from 0 to 1 at one step, of how many it is the share, a sentence for it, where it leads."""

    step: int
    share: float
    n: int
    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points, in order of their steps, and its words for the legend; it breaks where steps miss."""

    legend: str
    points: tuple[Point, ...]


def draw_bars(name: str, bars: Sequence[Bar], *, title: str, description: str) -> str:
    """Bars side by side, each with its number above and its label below, as the text of an SVG element.

    `name` begins the ids in it and is the drawing's own on its page: ASCII letters, digits and hyphens. Links are
    written as they are given: who calls makes them. A bar of nothing is drawn as its number alone, without a link.
    """
    most = max((bar.value for bar in bars), default=0)
    room = WIDTH / max(len(bars), 1)
    drawn = [_open(name, HEIGHT + BELOW, title, description)]
    drawn.append(f'<line class="fc-chart-axis" x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>')
    for number, bar in enumerate(bars):
        middle, tall = room * (number + 0.5), TALLEST * bar.value / most if most else 0.0
        if bar.value:
            tall = max(tall, 2.0)
        written = escape(bar.written or str(bar.value))
        shape = (
            f'<rect class="fc-chart-bar{_tone(bar.tone)}" x="{middle - room * 0.36:.1f}" y="{HEIGHT - tall:.1f}" '
            f'width="{room * 0.72:.1f}" height="{tall:.1f}" rx="2"/>'
            if bar.value
            else ""
        )
        number_above = (
            f'<text class="fc-chart-number" x="{middle:.1f}" y="{HEIGHT - tall - 6:.1f}" '
            f'text-anchor="middle">{written}</text>'
        )
        label = f'<text class="fc-chart-label" x="{middle:.1f}" y="{HEIGHT + 17}" text-anchor="middle">'
        label += f"{escape(bar.label)}</text>"
        inner = shape + number_above + label
        drawn.append(_link(bar.url, bar.sentence, inner) if bar.value else f"<g>{inner}</g>")
    drawn.append("</svg>")
    return "".join(drawn)


def draw_lines(name: str, lines: Sequence[Line], labels: Sequence[str], *, title: str, description: str) -> str:
    """Shares over steps, a line each, with a scale from 0 to 100 % and a legend, as the text of an SVG element.

    `labels` are what is written below the steps. Lines differ in dashes, and in the marks of their points; more lines
    than there are marks begin anew. For `name` and links see `draw_bars`.
    """
    room = (WIDTH - EDGE - 10) / max(len(labels) - 1, 1)
    drawn = [_open(name, HEIGHT + BELOW + LEGEND * len(lines), title, description)]
    for percent in (0, 50, 100):
        y = _height_of(percent / 100)
        drawn.append(f'<line class="fc-chart-axis" x1="{EDGE}" y1="{y:.1f}" x2="{WIDTH}" y2="{y:.1f}"/>')
        drawn.append(f'<text class="fc-chart-label" x="{EDGE - 5}" y="{y + 4:.1f}" text-anchor="end">{percent}</text>')
    every = -(-len(labels) // LABELS)
    for step in range(len(labels) - 1, -1, -every):
        anchor = "end" if step == len(labels) - 1 and step else "middle"
        x = EDGE + step * room + (10 if anchor == "end" else 0)
        drawn.append(f'<text class="fc-chart-label" x="{x:.1f}" y="{HEIGHT + 17}" text-anchor="{anchor}">')
        drawn.append(f"{escape(labels[step])}</text>")
    for number, line in enumerate(lines):
        kind = f"fc-chart-line fc-chart-line-{number % len(MARKS)}"
        for run in _unbroken(line.points):
            places = " ".join(f"{EDGE + p.step * room:.1f},{_height_of(p.share):.1f}" for p in run)
            drawn.append(f'<polyline class="{kind}" points="{places}"/>' if len(run) > 1 else "")
        for point in line.points:
            x, y = EDGE + point.step * room, _height_of(point.share)
            # The unseen circle is easier to hit than the mark.
            mark = f'<circle class="fc-chart-reach" cx="{x:.1f}" cy="{y:.1f}" r="11"/>{_mark(number, x, y)}'
            drawn.append(_link(point.url, point.sentence, mark, unwritten=True))
        y = HEIGHT + BELOW + LEGEND * number + 12
        drawn.append(f'<polyline class="{kind}" points="{EDGE},{y} {EDGE + 34},{y}"/>{_mark(number, EDGE + 17, y)}')
        drawn.append(f'<text class="fc-chart-legend" x="{EDGE + 42}" y="{y + 4}">{escape(line.legend)}</text>')
    drawn.append("</svg>")
    return "".join(drawn)


def _open(name: str, height: int, title: str, description: str) -> str:
    return (
        f'<svg class="fc-chart" viewBox="0 0 {WIDTH} {height}" role="group" xmlns="http://www.w3.org/2000/svg" '
        f'aria-labelledby="{escape(name)}-title" aria-describedby="{escape(name)}-desc">'
        f'<title id="{escape(name)}-title">{escape(title)}</title>'
        f'<desc id="{escape(name)}-desc">{escape(description)}</desc>'
    )


def _link(url: str, sentence: str, inner: str, *, unwritten: bool = False) -> str:
    """A link of this sentence; what is not written beside it must be its label, what is must be a part of its name."""
    said = escape(sentence)
    label = f' aria-label="{said}"' if unwritten else ""
    return f'<a href="{escape(url)}"{label}><title>{said}</title>{inner}</a>'


def _tone(tone: str) -> str:
    return f" fc-chart-{escape(tone)}" if tone else ""


def _height_of(share: float) -> float:
    return 10 + (HEIGHT - 10) * (1 - share)


def _unbroken(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Points in runs whose steps follow each other."""
    run: list[Point] = []
    for point in points:
        if run and point.step != run[-1].step + 1:
            yield run
            run = []
        run.append(point)
    if run:
        yield run


def _mark(number: int, x: float, y: float) -> str:
    """A line's own mark, about eight units wide, at a place."""
    kind, tone = MARKS[number % len(MARKS)], f"fc-chart-mark fc-chart-mark-{number % len(MARKS)}"
    if kind == "circle":
        return f'<circle class="{tone}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"/>'
    if kind == "square":
        return f'<rect class="{tone}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
    corners = ((0, -6), (6, 0), (0, 6), (-6, 0)) if kind == "diamond" else ((0, -6), (6, 5), (-6, 5))
    places = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon class="{tone}" points="{places}"/>'
