"""Feeds in the two formats readers follow: Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1)."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from claims.serializers import iso
from claims.showing.wording import page_language
from claims.syndication.answering import address
from claims.syndication.entries import Entry, Feed
from claims.syndication.inert import clean


class _Atom(Atom1Feed):
    """Django's Atom feed, whose time is that of what it follows: an empty one does not change by the minute."""

    def latest_post_date(self) -> datetime:
        """When the feed moved last."""
        return self.feed["moved"]


def write_atom(feed: Feed) -> str:
    """A feed as an Atom document."""
    atom = _Atom(
        title=clean(feed.title),
        link=address(feed.page),
        description=None,
        subtitle=clean(feed.subtitle),
        language=page_language(),
        feed_url=address(f"{feed.path}.atom{feed.query}"),
        feed_guid=address(f"{feed.path}.atom{feed.query}"),
        author_name=site_name(),
        author_link=settings.SITE_URL,
        moved=feed.updated,
    )
    for entry in feed.entries:
        atom.add_item(
            title=clean(entry.title),
            link=entry.link,
            description=clean(_markup(entry)),
            unique_id=entry.id,
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=(entry.status.value,),
        )
    return str(atom.writeString("utf-8"))


def write_json_feed(feed: Feed) -> str:
    """A feed as a JSON Feed."""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.subtitle,
        "home_page_url": address(feed.page),
        "feed_url": address(f"{feed.path}.json{feed.query}"),
        "language": page_language(),
        "authors": [{"name": site_name(), "url": settings.SITE_URL}],
        "items": [
            {
                "id": entry.id,
                "url": entry.link,
                "title": entry.title,
                "content_html": _markup(entry),
                "date_published": iso(entry.published),
                "date_modified": iso(entry.updated),
                "tags": [entry.status.value],
                "language": page_language(),
            }
            for entry in feed.entries
        ],
    }
    return json.dumps(document, ensure_ascii=False)


def site_name() -> str:
    """How this site is named as an author: by its host."""
    return urlsplit(settings.SITE_URL).hostname or settings.SITE_URL


def _markup(entry: Entry) -> SafeString:
    """An entry's words as HTML, with nothing in it that its words did not mean."""
    paragraphs = format_html_join("", "<p>{}</p>", ((sentence,) for sentence in entry.sentences))
    if not entry.then:
        return paragraphs
    return format_html('{}<p><a href="{}">{}</a></p>', paragraphs, entry.then, _("The page as we knew it then"))
