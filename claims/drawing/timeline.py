"""A claim's timeline as SVG: who says what since when, a lane a party, the claim's status in a band above.

Places from left to right are percentages and those from top to bottom pixels, so that a drawing takes any width while
its words stay as large as they are. Nothing is told by colour alone: stances and statuses differ in their patterns and
carry signs, weak positions are thin and dashed. Colours, light and dark, come from the page's style sheet by class.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape

from claims.drawing.axis import Tick, mark_axis
from claims.drawing.picture import Dot, Lane, Mark, Period, Picture, Stretch, Wording
from claims.words import Stance, Status

# Beyond these a drawing is no longer read but looked through: who calls chooses the lanes, and merges what was said.
MOST_LANES = 12
MOST_MARKS = 40
MOST_STRETCHES = 120  # of a lane, and of the band
# Where there are more dots than this none says what it stands for when pointed at: the page's list does.
SENTENCES = 300

TEXT = 50  # characters of a name and its note that fit a narrow screen in one line
BAND, BAR, WEAK = 22, 14, 6  # heights
GAP = 14
LEGEND = 20

SIGNS = {Stance.AFFIRMS: "+", Stance.DENIES: "−", Stance.UNSETTLED: "?"}
SHAPES = {Status.UNVERIFIED: "○", Status.CONTESTED: "◐", Status.CONFIRMED: "●", Status.REFUTED: "✕"}
# How far below a bar the dots of each stance stand.
ROWS = {Stance.AFFIRMS: 6, Stance.UNSETTLED: 13, Stance.DENIES: 20}


def draw_timeline(name: str, picture: Picture, wording: Wording) -> str:
    """A timeline as the text of an SVG element.

    `name` begins the ids in it and is the drawing's own on its page: ASCII letters, digits and hyphens. The drawing's
    words are summed up in its description, for whoever cannot see it. Raises ValueError where it would not begin
    before it ends.
    """
    return _Drawing(_write(name), picture, wording).draw()


class _Drawing:
    """A drawing in the making: what was drawn, and how far down it reaches."""

    def __init__(self, name: str, picture: Picture, wording: Wording) -> None:
        self.name, self.picture, self.wording = name, picture, wording
        self.length = (picture.ends - picture.begins).total_seconds()
        self.parts: list[str] = []
        self.y = 0.0
        self.telling = sum(len(lane.dots) for lane in picture.lanes) <= SENTENCES

    def draw(self) -> str:
        ticks = mark_axis(self.picture.begins, self.picture.ends, self.wording.months)
        self._status()
        top = self.y
        for lane in self.picture.lanes[:MOST_LANES]:
            self._lane(lane)
        self.y += 6
        grid = [self._line(tick.at, top, self.y, "fc-tl-grid", tick) for tick in ticks]
        grid += [self._line(mark.at, top, self.y, "fc-tl-ruling") for mark in self._marks()]
        self._axis(ticks)
        self._legend()
        title, summary = _write(self.wording.title), _write(self._summary())
        return (
            f'<svg class="fc-tl" width="100%" height="{self.y:.0f}" role="group" '
            f'xmlns="http://www.w3.org/2000/svg" aria-labelledby="{self.name}-title" '
            f'aria-describedby="{self.name}-desc"><title id="{self.name}-title">{title}</title>'
            f'<desc id="{self.name}-desc">{summary}</desc>{self._patterns()}{"".join(grid)}{"".join(self.parts)}</svg>'
        )

    def _status(self) -> None:
        last = self.picture.periods[-1] if self.picture.periods else None
        note = ""
        if last is not None:
            word = self.wording.statuses[last.status]
            note = f"{SHAPES[last.status]} {self._since(word, last.begins)}"
        self._name(self.wording.status, note)
        marks = self._marks()
        if marks:
            for mark in marks:
                words = self.wording.lifted if mark.lifted else self.wording.decided
                told = words % {"status": self.wording.statuses[mark.status], "moment": self._moment(mark.at)}
                self._sign(mark.at, self.y + 8, _DIAMOND, "fc-tl-lifted" if mark.lifted else "fc-tl-decided", told)
            self.y += 17
        for period in self.picture.periods[-MOST_STRETCHES:]:
            begins, ends = self._clip(period.begins, period.ends)
            if begins < ends:
                self._period(period, begins, ends)
        self.y += BAND

    def _period(self, period: Period, begins: float, ends: float) -> None:
        word, width = self.wording.statuses[period.status], ends - begins
        told = self._until(self.wording.status, word, period.begins, period.ends)
        self.parts.append(
            f'<rect class="fc-tl-band fc-tl-{period.status}" x="{begins:.2f}%" y="{self.y:.0f}" width="{width:.2f}%" '
            f'height="{BAND}" fill="url(#{self.name}-{period.status})"><title>{_write(told)}</title></rect>'
        )
        # A word takes some six pixels a letter: of 320 on a narrow screen, of 640 on a wide one.
        room = width * 3.2 / (6.5 * (len(word) + 3))
        if room * 2 >= 1:
            shown = "" if room >= 1 else " fc-tl-wide"
            self.parts.append(
                f'<text class="fc-tl-label{shown}" x="{(begins + ends) / 2:.2f}%" y="{self.y + 15:.0f}" '
                f'text-anchor="middle">{SHAPES[period.status]} {_write(word)}</text>'
            )

    def _lane(self, lane: Lane) -> None:
        self.y += GAP
        last = lane.stretches[-1] if lane.stretches else None
        holds = last is not None and (last.ends is None or last.ends >= self.picture.ends)
        note = self._since(self._stance(last), last.begins) if last and holds else self.wording.nothing
        self._name(lane.name, note, lane.href)
        self.parts.append(
            f'<line class="fc-tl-rest" x1="0" x2="100%" y1="{self.y + BAR / 2:.1f}" y2="{self.y + BAR / 2:.1f}"/>'
        )
        for stretch in lane.stretches[-MOST_STRETCHES:]:
            self._stretch(lane, stretch)
        self.y += BAR
        for dot in lane.dots:
            self._dot(lane, dot)
        if lane.dots:
            self.y += ROWS[Stance.DENIES] + 5

    def _stretch(self, lane: Lane, stretch: Stretch) -> None:
        begins, ends = self._clip(stretch.begins, stretch.ends)
        if begins >= ends:
            return
        width, height = max(ends - begins, 0.4), BAR if stretch.firm else WEAK
        told = self._until(lane.name, self._stance(stretch), stretch.begins, stretch.ends)
        self.parts.append(
            f'<rect class="fc-tl-bar fc-tl-{stretch.stance}{"" if stretch.firm else " fc-tl-weak"}" '
            f'x="{begins:.2f}%" y="{self.y + (BAR - height) / 2:.1f}" width="{width:.2f}%" height="{height}" '
            f'fill="url(#{self.name}-{stretch.stance})"><title>{_write(told)}</title></rect>'
        )
        if width >= 3:
            at, y = f"{begins:.2f}%", self.y + BAR / 2
            self.parts.append(
                f'<g class="fc-tl-badge fc-tl-{stretch.stance}"><circle cx="{at}" cy="{y:.1f}" r="8"/>'
                f'<text x="{at}" y="{y + 4.5:.1f}" text-anchor="middle">{SIGNS[stretch.stance]}</text></g>'
            )

    def _dot(self, lane: Lane, dot: Dot) -> None:
        if not self.picture.begins <= dot.at <= self.picture.ends:
            return
        at, y = self._x(dot.at), self.y + ROWS[dot.stance]
        told = self._title(self._told(lane, dot)) if self.telling else ""
        if dot.gone:
            self.parts.append(
                f'<svg x="{at:.2f}%" y="{y:.0f}" overflow="visible"><path class="fc-tl-gone" d="{_CROSS}"/>{told}</svg>'
            )
            return
        radius = 2.6 if dot.count == 1 else 3.6 if dot.count < 4 else 4.8
        kind = f"fc-tl-dot fc-tl-{dot.stance}"
        if dot.stance is Stance.DENIES:
            side = radius * 1.8
            self.parts.append(
                f'<rect class="{kind}" x="{at:.2f}%" y="{y - side / 2:.1f}" width="{side:.1f}" height="{side:.1f}" '
                f'transform="translate({-side / 2:.1f})">{told}</rect>'
            )
        else:
            self.parts.append(f'<circle class="{kind}" cx="{at:.2f}%" cy="{y:.0f}" r="{radius}">{told}</circle>')

    def _axis(self, ticks: Sequence[Tick]) -> None:
        y = self.y
        self.parts.append(f'<line class="fc-tl-axis" x1="0" x2="100%" y1="{y:.0f}" y2="{y:.0f}"/>')
        for tick in ticks:
            at = self._x(tick.at)
            anchor = "start" if at < 6 else "end" if at > 94 else "middle"
            place = f'x="{at:.2f}%" text-anchor="{anchor}"'
            hidden = "" if tick.narrow else " fc-tl-wide"
            self.parts.append(f'<text class="fc-tl-tick{hidden}" y="{y + 16:.0f}" {place}>{_write(tick.label)}</text>')
            for context, shown in _contexts(tick):
                self.parts.append(f'<text class="fc-tl-tick{shown}" y="{y + 31:.0f}" {place}>{_write(context)}</text>')
        self.y += 38
        if self.picture.quiet_since is not None:
            told = self.wording.quiet % {"day": self._day(self.picture.quiet_since)}
            self.parts.append(
                f'<text class="fc-tl-tick" x="100%" text-anchor="end" y="{self.y + 10:.0f}">{_write(told)}</text>'
            )
            self.y += 18

    def _legend(self) -> None:
        words, lanes = self.wording, self.picture.lanes[:MOST_LANES]
        shown: list[tuple[str, str]] = []
        held = {stretch.stance for lane in lanes for stretch in lane.stretches}
        held |= {dot.stance for lane in lanes for dot in lane.dots}
        for stance in Stance:
            if stance in held:
                shown.append((_swatch(self.name, stance, BAR), f"{SIGNS[stance]} {words.stances[stance]}"))
        stretches = [stretch for lane in lanes for stretch in lane.stretches]
        if any(not stretch.firm for stretch in stretches):
            weak = next(stretch.stance for stretch in stretches if not stretch.firm)
            shown.append((_swatch(self.name, weak, WEAK), words.legend_weak))
        dots = [dot for lane in lanes for dot in lane.dots]
        if any(not dot.gone for dot in dots):
            shown.append(('<circle class="fc-tl-dot fc-tl-any" cx="11" cy="0" r="3.6"/>', words.legend_dot))
        if any(dot.gone for dot in dots):
            shown.append((f'<path class="fc-tl-gone" transform="translate(11)" d="{_CROSS}"/>', words.legend_gone))
        for lifted, kind, word in (
            (False, "fc-tl-decided", words.legend_decided),
            (True, "fc-tl-lifted", words.legend_lifted),
        ):
            if any(mark.lifted is lifted for mark in self._marks()):
                shown.append((f'<path class="{kind}" transform="translate(11)" d="{_DIAMOND}"/>', word))
        shown.append(("", words.legend_zone))
        for number, (sample, word) in enumerate(shown):
            y = self.y + LEGEND * (number // 2) + 12
            self.parts.append(
                f'<svg class="fc-tl-legend" x="{number % 2 * 50}%" y="{y:.0f}" overflow="visible">{sample}'
                f'<text x="{28 if sample else 0}" y="4">{_write(word)}</text></svg>'
            )
        self.y += LEGEND * -(-len(shown) // 2) + 8
        if self.picture.left_out:
            told = words.left_out % {"count": self.picture.left_out}
            self.parts.append(f'<text class="fc-tl-tick" x="0" y="{self.y + 12:.0f}">{_write(told)}</text>')
            self.y += LEGEND

    def _name(self, name: str, note: str, href: str = "") -> None:
        """A name and what is to be seen first of it: in a line where a narrow screen has room for both, else in two."""
        shown = _write(_cut(name, TEXT))
        if href:
            shown = f'<a href="{_write(href)}">{shown}</a>'
        together = len(name) + len(note) <= TEXT
        place = 'dx="8"' if together else f'x="0" y="{self.y + 29:.0f}"'
        self.parts.append(
            f'<text class="fc-tl-name" x="0" y="{self.y + 13:.0f}">{shown}<tspan class="fc-tl-note" {place}>'
            f"{_write(_cut(note, TEXT + 10))}</tspan>{self._title(f'{name}: {note}')}</text>"
        )
        self.y += 20 if together else 36

    def _sign(self, at: datetime, y: float, path: str, kind: str, told: str) -> None:
        self.parts.append(
            f'<svg x="{self._x(at):.2f}%" y="{y:.0f}" overflow="visible"><path class="{kind}" d="{path}"/>'
            f"{self._title(told)}</svg>"
        )

    def _line(self, at: datetime, top: float, bottom: float, kind: str, tick: Tick | None = None) -> str:
        x, hidden = f"{self._x(at):.2f}%", " fc-tl-wide" if tick and not tick.narrow else ""
        return f'<line class="{kind}{hidden}" x1="{x}" x2="{x}" y1="{top:.0f}" y2="{bottom:.0f}"/>'

    def _patterns(self) -> str:
        words: tuple[Stance | Status, ...] = (*Stance, *Status)
        return f"<defs>{''.join(_pattern(self.name, word) for word in words)}</defs>"

    def _summary(self) -> str:
        """The drawing in words: the status, and what each party holds since when."""
        said = []
        if self.picture.periods:
            last = self.picture.periods[-1]
            said.append(f"{self.wording.status}: {self._since(self.wording.statuses[last.status], last.begins)}.")
        for lane in self.picture.lanes[:MOST_LANES]:
            last_held = lane.stretches[-1] if lane.stretches else None
            holds = last_held is not None and (last_held.ends is None or last_held.ends >= self.picture.ends)
            what = (
                self._since(self._stance(last_held), last_held.begins) if last_held and holds else self.wording.nothing
            )
            said.append(f"{lane.name}: {what}.")
        return " ".join(said)

    def _told(self, lane: Lane, dot: Dot) -> str:
        words = self.wording.said if dot.count == 1 else self.wording.said_often
        count = f"{dot.count}+" if dot.more else str(dot.count)
        told = words % {
            "party": lane.name,
            "stance": self.wording.stances[dot.stance],
            "moment": self._moment(dot.at),
            "count": count,
        }
        return f"{told}: {self.wording.gone}" if dot.gone else told

    def _stance(self, stretch: Stretch) -> str:
        word = self.wording.stances[stretch.stance]
        return word if stretch.firm else self.wording.weakly % {"stance": word}

    def _since(self, what: str, moment: datetime | None) -> str:
        return what if moment is None else self.wording.since % {"what": what, "day": self._day(moment)}

    def _until(self, party: str, what: str, begins: datetime | None, ends: datetime | None) -> str:
        return self.wording.until % {
            "party": party,
            "what": what,
            "begins": self._moment(begins) if begins else self.wording.beginning,
            "ends": self._moment(ends) if ends else self.wording.now,
        }

    def _day(self, moment: datetime) -> str:
        at = moment.astimezone(UTC)
        return f"{at.day} {self.wording.months[at.month - 1]} {at.year}"

    def _moment(self, moment: datetime) -> str:
        return f"{self._day(moment)} {moment.astimezone(UTC):%H:%M}"

    def _title(self, words: str) -> str:
        return f"<title>{_write(words)}</title>"

    def _marks(self) -> Sequence[Mark]:
        """The newest decisions that fall within the drawing."""
        within = [mark for mark in self.picture.marks if self.picture.begins <= mark.at <= self.picture.ends]
        return within[-MOST_MARKS:]

    def _x(self, at: datetime) -> float:
        """How far from the left a moment stands, in percent: the outermost ones keep clear of the edge."""
        return 1.5 + 97 * (at - self.picture.begins).total_seconds() / self.length

    def _clip(self, begins: datetime | None, ends: datetime | None) -> tuple[float, float]:
        """Where a stretch of time begins and ends within the drawing, in percent."""
        first = self.picture.begins if begins is None else max(begins, self.picture.begins)
        last = self.picture.ends if ends is None else min(ends, self.picture.ends)
        return self._x(first), self._x(last)


_CROSS = "M-3.5-3.5L3.5 3.5M3.5-3.5L-3.5 3.5"
_DIAMOND = "M0-6L6 0L0 6L-6 0Z"

# What stands in the pattern of each stance and status, in a square of eight, and how it is turned.
_PATTERNS: Mapping[str, tuple[str, int]] = {
    Stance.AFFIRMS: ("", 0),
    Stance.DENIES: ('<path d="M0 2H8M0 6H8"/>', 45),
    Stance.UNSETTLED: ('<circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>', 0),
    Status.CONFIRMED: ("", 0),
    Status.REFUTED: ('<path d="M0 2H8M0 6H8"/>', 45),
    Status.CONTESTED: ('<path d="M0 2H8M0 6H8"/>', 90),
    Status.UNVERIFIED: ('<circle cx="2" cy="2" r="1"/><circle cx="6" cy="6" r="1"/>', 0),
}


def _pattern(name: str, word: Stance | Status) -> str:
    inner, turn = _PATTERNS[word]
    return (
        f'<pattern id="{name}-{word}" class="fc-tl-fill fc-tl-{word}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse" patternTransform="rotate({turn})"><rect width="8" height="8"/>{inner}</pattern>'
    )


def _swatch(name: str, stance: Stance, height: int) -> str:
    weak = " fc-tl-weak" if height == WEAK else ""
    return (
        f'<rect class="fc-tl-bar fc-tl-{stance}{weak}" x="0" y="{-height / 2:.0f}" width="22" height="{height}" '
        f'fill="url(#{name}-{stance})"/>'
    )


# What no XML may hold, written out or not: an SVG file with one such character would not open.
_UNWRITABLE = re.compile("[^\\t\\n\\r -\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def _write(words: str) -> str:
    """Words as they stand in an SVG text or attribute."""
    return escape(_UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", words))


def _contexts(tick: Tick) -> list[tuple[str, str]]:
    """What is written below a mark, and the class by which it is hidden where it is not to be seen."""
    if tick.context and tick.context == tick.narrow_context:
        return [(tick.context, "")]
    found = [(tick.context, " fc-tl-wide")] if tick.context else []
    return found + ([(tick.narrow_context, " fc-tl-narrow")] if tick.narrow_context else [])


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
