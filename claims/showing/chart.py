"""The drawing of a claim's timeline, as the pages and the exports show it: its lanes, and its words."""

from datetime import datetime

from django.utils.translation import gettext, pgettext

from claims.drawing.picture import Wording
from claims.drawing.timeline import MOST_LANES, draw_timeline
from claims.models import Claim, Party
from claims.pipeline import View
from claims.pipeline.picturing import load_course
from claims.showing.moments import Moments
from claims.showing.wording import STANCE_WORDS, STATUS_WORDS, name_party
from claims.words import Stance


def draw_chart(name: str, claim: Claim, view: View | None, moments: Moments, now: datetime) -> str:
    """A claim's timeline as the text of an SVG element, as of the moments asked for; empty where nothing is known.

    `view` is what `view_claim` gave for the same moments; `name` begins the ids in the drawing. Names lead nowhere.
    """
    if view is None:
        return ""
    tallies = list(view.tallies)
    order = [*Stance, None]
    # Sides together, and within a side who holds its stance longest on top; who spoke last has a lane before others.
    tallies.sort(key=lambda t: (t.holding.stance is None, -(t.last_spoke or t.heard).timestamp(), t.holding.party))
    lanes = sorted(
        (t.holding for t in tallies[:MOST_LANES]),
        key=lambda h: (order.index(h.stance), (h.since or h.begins).timestamp(), h.party),
    )
    rows = {p.slug: p for p in Party.objects.filter(slug__in=[h.party for h in lanes])}
    parties = [rows[h.party] for h in lanes if h.party in rows]
    course = load_course(claim, [p.pk for p in parties], now=now, as_of=moments.as_of, known_at=moments.known_at)
    if course is None:
        return ""
    picture = course.lay_out([(p.pk, name_party(p).name, "") for p in parties], len(tallies) - len(parties))
    return draw_timeline(name, picture, word_timeline())


def word_timeline() -> Wording:
    """The words of the timeline's drawing in the page's language."""
    months = pgettext(
        "short names of the months, with a space between", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    )
    return Wording(
        title=gettext("Who said what since when"),
        status=gettext("Status"),
        since=gettext("%(what)s since %(day)s"),
        until=gettext("%(party)s: %(what)s, %(begins)s – %(ends)s"),
        now=gettext("now"),
        beginning=gettext("the beginning"),
        weakly=gettext("%(stance)s, weakly"),
        nothing=gettext("holds nothing"),
        said=gettext("%(party)s %(stance)s, %(moment)s UTC"),
        said_often=gettext("%(party)s %(stance)s, about %(moment)s UTC (%(count)s statements)"),
        gone=gettext("counts no more"),
        decided=gettext("Editors decided: %(status)s, %(moment)s UTC"),
        lifted=gettext("Editors lifted their decision: %(status)s, %(moment)s UTC"),
        quiet=gettext("Nothing new since %(day)s: what stood then stands."),
        left_out=gettext("Not drawn: %(count)s more parties"),
        legend_weak=gettext("weakly held"),
        legend_dot=gettext("statements"),
        legend_gone=gettext("counts no more"),
        legend_decided=gettext("decision"),
        legend_lifted=gettext("decision lifted"),
        legend_zone=gettext("Times in UTC"),
        stances={stance: str(word) for stance, word in STANCE_WORDS.items()},
        statuses={status: str(word) for status, word in STATUS_WORDS.items()},
        months=tuple(months.split()),
    )
