"""Intake: what arrives from outside becomes an article's revision or a record, once, however often it arrives.

`parse_*` turn what was sent into values, or refuse it with the field, the reason and the cure. `take_article`
stores; storing the same thing again changes nothing. What is stored is due: the revision's row says so.
`take_due` names the feeds and pages to ask for now, `poll_feed` and `fetch_page` ask for them.
"""

from claims.intake.addresses import MAX_URL, canonical_url
from claims.intake.articles import MAX_TEXT, MAX_TITLE, PUBSTATUSES, ArrivedArticle, Taken, parse_article, take_article
from claims.intake.asking import check_address
from claims.intake.batches import MAX_BATCH, find_sources, parse_item, parse_items, take_articles
from claims.intake.datasets import Dataset, parse_datasets, put_source
from claims.intake.due import Due, take_due
from claims.intake.fetching import Brought, add_page, fetch_again, fetch_page
from claims.intake.fields import Refused, name_kind, parse_moment
from claims.intake.ninjs import CONTENT_TYPE as NINJS
from claims.intake.ninjs import parse_ninjs
from claims.intake.observations import Faults, Places, Table, Target, load_places, plain_name
from claims.intake.polling import add_feed, pause_feed, poll_feed, poll_now
from claims.intake.records import Known, load_known, parse_record
from claims.intake.sources import find_or_make_source

__all__ = [
    "MAX_BATCH",
    "MAX_TEXT",
    "MAX_TITLE",
    "MAX_URL",
    "NINJS",
    "PUBSTATUSES",
    "ArrivedArticle",
    "Brought",
    "Dataset",
    "Due",
    "Faults",
    "Known",
    "Places",
    "Refused",
    "Table",
    "Taken",
    "Target",
    "add_feed",
    "add_page",
    "canonical_url",
    "check_address",
    "fetch_again",
    "fetch_page",
    "find_or_make_source",
    "find_sources",
    "load_known",
    "load_places",
    "name_kind",
    "parse_article",
    "parse_datasets",
    "parse_item",
    "parse_items",
    "parse_moment",
    "parse_ninjs",
    "parse_record",
    "pause_feed",
    "plain_name",
    "poll_feed",
    "poll_now",
    "put_source",
    "take_article",
    "take_articles",
    "take_due",
]  # fmt: skip
