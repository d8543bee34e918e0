"""A claim as data: in the API's shapes, and as TimelineJS reads it (timeline.knightlab.com/docs/json-format.html)."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.translation import gettext as _

from claims.models import Claim, Position, Statement, StatusPeriod
from claims.pipeline import view_claim
from claims.serializers import (
    claim_detail,
    claim_summary,
    iso,
    period_line,
    position_line,
    statement_line,
    status_document,
    unassessed_document,
)
from claims.showing.moments import Moments
from claims.showing.statements import (
    ShownStatement,
    known_statements,
    named_parties,
    show_statements,
    with_evidence,
)
from claims.showing.wording import STANCE_WORDS, STATUS_WORDS, name_claim, say_moment, say_reason
from claims.syndication.answering import address
from claims.words import Status

# The newest statements that a document holds, and the newest lines of the ledger: for more there is the API.
MOST_STATEMENTS, MOST_LINES = 200, 200

Data = dict[str, Any]


def write_claim(claim: Claim, moments: Moments) -> str:
    """A claim with its status, its account, positions and newest statements, as of the moments asked for.

    `status` is what `manage.py status --json` and the API say for the same moments; `positions` are the lines of the
    account that stands now and are left out where the past is asked for, where `status` has them.
    """
    statements = list(_newest(claim, moments)[: MOST_STATEMENTS + 1])
    lines = _load_lines(claim, moments)
    document: Data = {
        **claim_detail(claim),
        "as_of": iso(moments.as_of),
        "known_at": iso(moments.known_at),
        "timeline": [period_line(line) for line in lines],
        "statements": [_line_then(row, claim.slug, moments) for row in statements[:MOST_STATEMENTS]],
        "more_statements": len(statements) > MOST_STATEMENTS,
    }
    if moments.past:
        document["status"] = _status_then(claim, moments)
    else:
        held = Position.objects.filter(claim=claim).exclude(stance="").select_related("party").order_by("-begins", "pk")
        document["positions"] = [position_line(row) for row in held[:MOST_LINES]]
    links = {name: address(reverse(f"api:{name}", args=[claim.slug])) for name in ("claim", "timeline", "statements")}
    document["links"] = {**links, "page": address(claim.get_absolute_url())}
    return json.dumps(document, ensure_ascii=False)


def write_claims(claims: Sequence[Claim], page: str) -> str:
    """Claims as the API lists them, with the address of the page that lists them, too."""
    results = [{**claim_summary(claim), "page": address(claim.get_absolute_url())} for claim in claims]
    return json.dumps({"page": address(page), "results": results}, ensure_ascii=False)


def write_timeline(claim: Claim, moments: Moments, now: datetime) -> str:
    """A claim's timeline as TimelineJS reads it: statements in a row for each party, turns of the status as eras.

    TimelineJS knows no time zones and takes texts for HTML: dates are given in UTC and say so, texts are escaped.
    """
    rows = list(_newest(claim, moments)[: MOST_STATEMENTS + 1])
    shown = show_statements(rows[:MOST_STATEMENTS], moments)
    lines = _load_lines(claim, moments)
    names = named_parties(party for line in lines for party, _stance in line.because)
    ends = moments.seen_from(now)
    text = _("Who said what since when. All times are in UTC.")
    if len(rows) > MOST_STATEMENTS:
        text += " " + _("Of the statements only the newest %(n)d are shown.") % {"n": MOST_STATEMENTS}
    turns = [line for line in lines if line.valid.lower is not None]
    document: Data = {
        "title": {
            "unique_id": claim.slug,
            "text": {"headline": _link_to(claim.get_absolute_url(), name_claim(claim).name), "text": escape(text)},
            "autolink": False,
        },
        "events": [
            *(_slide_of(said) for said in reversed(shown)),
            *(
                {
                    "unique_id": f"turn-{line.pk}",
                    "start_date": _date(line.valid.lower),
                    "display_date": say_moment(line.valid.lower),
                    "group": _("Status"),
                    "text": {
                        "headline": escape(_head(line)),
                        "text": escape(say_reason(line.assessment, names)),
                    },
                    "autolink": False,
                }
                for line in turns
            ),
        ],
        "eras": _eras_of(turns, ends),
        "scale": "human",
    }
    return json.dumps(document, ensure_ascii=False)


def write_list_timeline(claims: Sequence[Claim], title: str, page: str) -> str:
    """Claims as TimelineJS reads them: each on the day since which it has its status, a row for each status."""
    document: Data = {
        "title": {
            "unique_id": "claims",
            "text": {
                "headline": _link_to(page, title),
                "text": escape(_("Since when each claim has its status. All times are in UTC.")),
            },
            "autolink": False,
        },
        "events": [
            {
                "unique_id": claim.slug,
                "start_date": _date(claim.status_since),
                "display_date": say_moment(claim.status_since),
                "group": str(STATUS_WORDS[Status(claim.status)]),
                "text": {
                    "headline": _link_to(claim.get_absolute_url(), name_claim(claim).name),
                    "text": escape(str(STATUS_WORDS[Status(claim.status)])),
                },
                "autolink": False,
            }
            for claim in claims
            if claim.status_since is not None
        ],
        "scale": "human",
    }
    return json.dumps(document, ensure_ascii=False)


def _newest(claim: Claim, moments: Moments) -> Any:
    return with_evidence(known_statements(moments).filter(claim=claim)).order_by("-said_at", "-pk")


def _load_lines(claim: Claim, moments: Moments) -> list[StatusPeriod]:
    """The newest lines of the ledger as of the moments asked for, in order of valid time."""
    lines = StatusPeriod.objects.filter(claim=claim).known_at(moments.known_at).in_order()
    if moments.as_of is not None:
        lines = lines.filter(begins__lte=moments.as_of)
    return list(lines.order_by("-begins")[:MOST_LINES])[::-1]


def _status_then(claim: Claim, moments: Moments) -> Data | None:
    """The status document as of the moments asked for; None where nothing was known of the claim yet."""
    view = view_claim(claim, moments.as_of, moments.known_at)
    if view is not None:
        return status_document(claim.slug, view.period.assessment, view.period.since, view.pending, view.tallies)
    return unassessed_document(claim.slug) if moments.known_at is None else None


def _line_then(row: Statement, claim: str, moments: Moments) -> Data:
    """A statement in the API's shape, as it stood by what was known at the moment asked for."""
    if moments.known_at is not None:
        if row.dropped_at is not None and row.dropped_at > moments.known_at:
            row.dropped_at = None
        if row.article is not None:
            row.article.withdrawn = bool(row.taken_back)  # type: ignore[attr-defined]
    return statement_line(row, claim, row.last_verdict)  # type: ignore[attr-defined]


def _slide_of(said: ShownStatement) -> Data:
    quote = format_html('<blockquote lang="{}">{}</blockquote>', said.lang, said.quote) if said.quote else ""
    source = escape(said.source.name) if said.source else ""
    if said.link:
        source = format_html('<a href="{}">{}</a>', said.link, said.source.name if said.source else said.link)
    marks = [_("It counts no more.")] if said.void else []
    if said.demonstration:
        marks.append(_("A demonstration text: not to be cited."))
    if said.credit is not None:
        marks.append(f"{said.credit.text} {said.credit.licence}".strip())
    marked = format_html_join("", "<p>{}</p>", ((mark,) for mark in marks))
    headline = _("%(party)s %(stance)s") % {"party": said.party.name, "stance": STANCE_WORDS[said.stance]}
    return {
        "unique_id": f"statement-{said.id}",
        "start_date": _date(said.said_at),
        "display_date": say_moment(said.said_at),
        "group": escape(said.party.name),
        "text": {"headline": escape(headline), "text": format_html("{}{}<p>{}</p>", quote, marked, source)},
        "autolink": False,
    }


def _head(line: StatusPeriod) -> str:
    """What a turn of the status is called: one that only changed its grounds is told apart."""
    word = str(STATUS_WORDS[Status(line.status)])
    return word if line.since == line.valid.lower else _("still %(status)s, on other grounds") % {"status": word}


def _eras_of(turns: Sequence[StatusPeriod], ends: datetime) -> list[Data]:
    """How long each status lasted, up to a moment: lines that follow each other with the same one are one era."""
    eras: list[Data] = []
    before = None
    for line in turns:
        if line.valid.lower >= ends:
            break
        if line.status != before:
            headline = escape(str(STATUS_WORDS[Status(line.status)]))
            eras.append({"start_date": _date(line.valid.lower), "text": {"headline": headline}})
        eras[-1]["end_date"] = _date(min(line.valid.upper or ends, ends))
        before = line.status
    return eras


def _link_to(path: str, words: str) -> str:
    return format_html('<a href="{}">{}</a>', address(path), words)


def _date(moment: datetime) -> Data:
    at = moment.astimezone(UTC)
    return {
        "year": at.year,
        "month": at.month,
        "day": at.day,
        "hour": at.hour,
        "minute": at.minute,
        "second": at.second,
    }
