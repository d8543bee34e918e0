"""What a list of claims is asked for: read from the address and checked, and what may be chosen in its form."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from claims.intake import Refused
from claims.models import Party, Source
from claims.reading.lexicon import LANGUAGES
from claims.showing.browsing import Asked
from claims.showing.wording import STATUS_WORDS, Named, name_language, name_party
from claims.words import Status

SOUGHT_LENGTH = 200
# More parties or sources than these are not offered for choosing; their own pages lead to the list as well.
CHOICES = 500
_LAST = date.max - timedelta(days=2)


def read_asked(given: Mapping[str, str]) -> Asked:
    """What an address asks for. Raises Refused for a value that cannot be used."""
    status = given.get("status", "")
    if status and status not in list(Status):
        raise Refused("status", f"{status[:80]!r} is no status", f"it is one of {', '.join(Status)}")
    since, until = _read_day(given, "since"), _read_day(given, "until")
    if since and until and until < since:
        raise Refused("until", f"{until} is before {since}", "give a day that is not before `since`")
    return Asked(
        words=_read_words(given, "q"),
        status=Status(status) if status else None,
        place=_read_words(given, "place"),
        party=_read_words(given, "party"),
        source=_read_words(given, "source"),
        lang=_read_words(given, "lang"),
        since=since,
        until=until,
    )


def say_asked(asked: Asked) -> str:
    """A title for the list of what is asked for, in the page's language."""
    title = _("Claims with “%(sought)s”") % {"sought": asked.words} if asked.words else _("Claims")
    told = (
        STATUS_WORDS[asked.status] if asked.status else "",
        asked.place,
        asked.party,
        asked.source,
        name_language(asked.lang),
        _("from %(day)s") % {"day": asked.since} if asked.since else "",
        _("until %(day)s") % {"day": asked.until} if asked.until else "",
    )
    besides = ", ".join(str(one) for one in told if one)
    return f"{title}: {besides}" if besides else title


def list_choices() -> dict[str, Any]:
    """The parties, sources and languages to choose from; two queries."""
    parties = Party.objects.filter(voice_of__isnull=True).only("slug", "names")[:CHOICES]
    return {
        "parties": sorted((name_party(party) for party in parties), key=lambda named: named.name.casefold()),
        "sources": [Named(*row) for row in Source.objects.order_by("name").values_list("slug", "name")[:CHOICES]],
        "languages": LANGUAGES,
    }


def _read_words(given: Mapping[str, str], name: str) -> str:
    return given.get(name, "").replace("\x00", " ").strip()[:SOUGHT_LENGTH]


def _read_day(given: Mapping[str, str], name: str) -> date | None:
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = None
    if day is None or day > _LAST:
        raise Refused(name, f"{text[:80]!r} is no day", "write it as 2025-12-31, or leave it out")
    return day
