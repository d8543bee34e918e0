"""Intake: what arrives from outside becomes an article's revision or a record, once, however often it arrives.

`parse_*` turn what was sent into values, or refuse it with the field, the reason and the cure. `take_article`
stores; storing the same thing again changes nothing. What is stored is due: the revision's row says so.
"""

from claims.intake.addresses import MAX_URL, canonical_url
from claims.intake.articles import MAX_TEXT, MAX_TITLE, PUBSTATUSES, ArrivedArticle, Taken, parse_article, take_article
from claims.intake.batches import MAX_BATCH, find_sources, parse_item, parse_items, take_articles
from claims.intake.fields import Refused, parse_moment
from claims.intake.ninjs import CONTENT_TYPE as NINJS
from claims.intake.ninjs import parse_ninjs
from claims.intake.records import Known, load_known, parse_record

__all__ = [
    "MAX_BATCH", "MAX_TEXT", "MAX_TITLE", "MAX_URL", "NINJS", "PUBSTATUSES", "ArrivedArticle", "Known", "Refused",
    "Taken", "canonical_url", "find_sources", "load_known", "parse_article", "parse_item", "parse_items",
    "parse_moment", "parse_ninjs", "parse_record", "take_article", "take_articles",
]  # fmt: skip
