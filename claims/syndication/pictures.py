"""Drawings that stand by themselves on anybody's page: a claim's chart, and the badge of its present status, as SVG."""

import hashlib
import re
from base64 import b64encode
from functools import cache
from html import escape
from pathlib import Path

from django.utils.translation import gettext as _

from claims.models import Claim
from claims.showing.wording import STATUS_WORDS, name_claim
from claims.syndication.inert import clean
from claims.words import Status

STYLES = Path(__file__).resolve().parent.parent / "static" / "claims" / "timeline.css"
WIDTH, MARGIN = 960, 16
HEIGHT = re.compile(r'<svg class="fc-tl" width="100%" height="(\d+)"')

SHAPES = {Status.UNVERIFIED: "○", Status.CONTESTED: "◐", Status.CONFIRMED: "●", Status.REFUTED: "✕"}
# The ground of a badge's right half, dark enough for white letters (contrast of 4.5 and more, WCAG 1.4.3).
TONES = {
    Status.UNVERIFIED: "#4d535b",
    Status.CONTESTED: "#7a5200",
    Status.CONFIRMED: "#12613a",
    Status.REFUTED: "#9a2a1f",
}
# A letter of a badge takes about so many pixels; `textLength` makes it fit whatever the reader's font.
LETTER = 7


@cache
def chart_style() -> str:
    """The style sheet that a chart carries with it when it stands in a file of its own."""
    return STYLES.read_text(encoding="utf-8").replace("<", "").replace("&", "")


@cache
def chart_style_hash() -> str:
    """The same as a content security policy names it, so that no other style is let in beside it."""
    return f"'sha256-{b64encode(hashlib.sha256(chart_style().encode()).digest()).decode()}'"


def frame_chart(drawing: str, claim: Claim) -> str:
    """A claim's chart as an SVG file of its own; where nothing was said yet it says so."""
    title = escape(clean(name_claim(claim).name))
    found = HEIGHT.match(drawing)
    tall = int(found.group(1)) if found else 24
    inner = drawing or f'<text x="0" y="16">{escape(_("Nothing has been said of it yet."))}</text>'
    top = MARGIN + 28
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{tall + top + MARGIN}" '
        f'font-family="system-ui, sans-serif" font-size="14"><style>{chart_style()}</style>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{MARGIN}" y="{MARGIN + 12}" font-weight="700" fill="#1d1f22">{title}</text>'
        f'<svg x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{tall}">{inner}</svg></svg>'
    )


def draw_badge(claim: Claim) -> str:
    """The badge of a claim's present status: its sign and its word; its proposition is its accessible name."""
    status = Status(claim.status)
    word = f"{SHAPES[status]} {STATUS_WORDS[status]}"
    label = _("claim")
    left, right = (len(text) * LETTER + 16 for text in (label, word))
    name = escape(clean(f"{name_claim(claim).name} {STATUS_WORDS[status]}"))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="24" role="img" aria-label="{name}" '
        f'font-family="system-ui, sans-serif" font-size="13"><title>{name}</title>'
        f'<rect width="{left + right}" height="24" rx="4" fill="#1d1f22"/>'
        f'<path d="M{left} 0h{right - 4}a4 4 0 0 1 4 4v16a4 4 0 0 1-4 4h{4 - right}z" fill="{TONES[status]}"/>'
        f'<g fill="#fff"><text x="8" y="16.5" textLength="{left - 16}" lengthAdjust="spacingAndGlyphs">{escape(label)}'
        f'</text><text x="{left + 8}" y="16.5" font-weight="600" textLength="{right - 16}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(word)}</text></g></svg>'
    )
