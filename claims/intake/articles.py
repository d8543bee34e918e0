"""Articles as they arrive: each is checked, and becomes an article, an edition of one, or nothing where it is known."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from claims.intake.addresses import MAX_URL, canonical_url, check_public
from claims.intake.fields import Refused, parse_moment, read_text
from claims.intake.sources import FIND_SOURCE, find_or_make_source
from claims.models import Article, Revision, Source
from claims.models.articles import next_ring
from claims.models.writing import Row, Sql, insert_rows, insertion_of, run
from claims.reading.lexicon import LANGUAGES
from claims.words import Had

MAX_TEXT = 5 * 1024 * 1024
MAX_TITLE = 2_000
PUBSTATUSES = ("usable", "withheld", "canceled")
STAYS_WITHDRAWN = "the article was withdrawn, and stays so until an editor puts it back"


@dataclass(frozen=True, slots=True)
class ArrivedArticle:
    """An article as it arrived, checked. `url` is canonical; `modified_at` is the time of this edition, if it was said.

    `canceled` asks for the article to be withdrawn; then the text may be empty. `uri` is the identifier its publisher
    gave it and `credit` whom it names as having supplied the words, if it did. `notes` say what was assumed, `had` how
    much of the text it is.
    """

    url: str
    source: str
    lang: str
    published_at: datetime
    title: str
    text: str
    modified_at: datetime | None = None
    canceled: bool = False
    notes: tuple[str, ...] = ()
    uri: str = ""
    credit: str = ""
    had: Had = Had.WHOLE


class OfAnotherSource(Refused):
    """Something arrived for an article that is kept under another source: no word of one outlet edits another's."""

    def __init__(self, url: str, whose: str) -> None:
        super().__init__("source", f"the article at {url} is kept as one of {whose}", "send it under that source")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrived article (`created`, `revised`, `repeated`, `withdrawn`); what is due is named by id.

    `kept_under` names the article's source where that is another one than it arrived from, with the same words.
    """

    article_id: int | None
    revision_id: int | None
    withdrawal_id: int | None
    outcome: str
    notes: tuple[str, ...] = ()
    kept_under: str = ""


def parse_article(record: Mapping[str, object], now: datetime) -> ArrivedArticle:
    """Check an article as sent: `url?, source, lang?, published_at, title?, text, modified_at?, pubstatus?`.

    Raises Refused. A time without zone is taken as UTC and a publication in the future as now, and a note says so.
    """
    known = {"url", "source", "lang", "published_at", "title", "text", "modified_at", "pubstatus"}
    unknown = sorted(str(key) for key in record if key not in known)
    if unknown:
        name = unknown[0][:80].encode(errors="replace").decode()  # a JSON key may hold half a surrogate pair
        raise Refused(name, "is not a field of an article", f"the fields are {', '.join(sorted(known))}")
    return check_article(record, canonical_url(read_text(record, "url", MAX_URL * 2)), now)


def check_article(record: Mapping[str, object], url: str, now: datetime) -> ArrivedArticle:
    """Check an article's fields, whatever form it came in; `url` is its address, canonical, or "" for none.

    Raises Refused, naming the field as `parse_article` names it.
    """
    notes: list[str] = []
    _check_door(url)
    pubstatus = read_text(record, "pubstatus", 20).lower() or "usable"
    if pubstatus not in PUBSTATUSES:
        raise Refused("pubstatus", f"is {pubstatus!r}", f"it is one of {', '.join(PUBSTATUSES)}")
    if pubstatus == "withheld":
        raise Refused("pubstatus", "the article is withheld by its publisher", "send it once it is usable")
    canceled = pubstatus == "canceled"
    title = read_text(record, "title", MAX_TITLE)
    text = read_text(record, "text", MAX_TEXT)
    source = read_text(record, "source", 200)
    if canceled:
        if not url:
            raise Refused("url", "is missing", "name the address of the article that is withdrawn")
    elif not text.strip() and not title.strip():
        raise Refused("text", "is empty", "send the article's words in title and text")
    if not source and not canceled:
        raise Refused("source", "is missing", "name the publisher by slug or name")
    if record.get("published_at") in (None, "") and not canceled:
        raise Refused("published_at", "is missing", "give the time of publication, as in 2025-12-01T21:48:00+01:00")
    published = record.get("published_at")
    published_at = parse_moment(published, "published_at", notes) if published not in (None, "") else now
    modified = record.get("modified_at")
    modified_at = parse_moment(modified, "modified_at", notes) if modified not in (None, "") else None
    if published_at > now:
        notes.append(f"published_at {published_at.isoformat()} lies in the future and was taken as now")
        published_at = now
    if modified_at is not None and modified_at > now:
        notes.append(f"modified_at {modified_at.isoformat()} lies in the future and was taken as now")
        modified_at = now
    lang = read_text(record, "lang", 35).lower()
    if lang and not re.fullmatch(r"[a-z]{2,3}([-_][a-z0-9]+)*", lang):
        raise Refused("lang", f"is {lang!r}", "it is a language code such as fr, or left out to have it found")
    if not url:
        url = _name_by_words(source, title, text)
    if title.strip() and not text.strip() and not canceled:
        notes.append("the text is empty: only the title is read")
    lang = re.split("[-_]", lang)[0]
    if lang and lang not in LANGUAGES:
        readable = ", ".join(LANGUAGES)
        notes.append(
            f"lang {lang!r} has no reader yet: the article is kept and nothing is found in it ({readable} are read)"
        )
    return ArrivedArticle(url, source, lang, published_at, title, text, modified_at, canceled, tuple(notes))


def _name_by_words(source: str, title: str, text: str) -> str:
    """The name of an article that came without an address: the same for the same words, whatever blanks part them."""
    plain, exact = (f"urn:sha256:{_digest(*parts)}" for parts in (_bare(source, title, text), (source, title, text)))
    # Articles were once named by their blanks, too.
    return exact if plain != exact and Article.objects.filter(url=exact).exists() else plain


def _check_door(url: str) -> None:
    """Refuse an address that is not public, unless an article has it already and could not be edited otherwise."""
    try:
        check_public(url)
    except Refused:
        if not Article.objects.filter(url=url).exists():
            raise


def take_article(
    arrived: ArrivedArticle,
    now: datetime,
    *,
    source: Source | None = None,
    notes: Sequence[str] = (),
    stands_now: bool = False,
) -> Taken:
    """Store an arrived article: a new one, a new edition of one we have, or nothing where we have it already.

    Its `source` is found by name, or handed in by who found it, with the notes on it. `stands_now` says that it was
    seen to stand so now, whatever time it gives itself: another text then is an edit of this moment. The revision's
    row is then due; ring for it after commit. Twenty at once of the same make one. Blanks and the cut into paragraphs
    make no other text.
    Raises OfAnotherSource where the article is another source's and stands in other words or is to be withdrawn, and
    Refused where it asks to withdraw an article that is not here.
    """
    if arrived.canceled:
        return _take_back(arrived, now)
    digest = _digest(*_bare(arrived.title, arrived.text))
    # Older rows are marked by their words with the blanks between them.
    marks = {digest, _digest(arrived.title, arrived.text)}
    with transaction.atomic():
        source_id, article, made = _find_or_make(arrived, source, digest, now)
        if source_id is None and article is None:
            source, notes = _find_source(arrived)
            source_id, article, made = _find_or_make(arrived, source, digest, now)
        if made is not None:
            return Taken(made[0], made[1], None, "created", (*arrived.notes, *notes))
        article = article or _lock_article(arrived)[1]  # somebody else made it meanwhile
        if article is None:
            raise Article.DoesNotExist(f"{arrived.url} could neither be made nor found")
        if article.source_id == source_id:
            article = _name(arrived, article)
        if article.source_id != source_id:
            return _know_again(arrived, article, marks, notes)
        if article.withdrawn:
            notes = (*notes, STAYS_WITHDRAWN)
        editions = list(article.revisions.order_by("number").values_list("number", "digest", "published_at", "had"))
        newest_number, newest_digest, newest_at, newest_had = editions[-1]
        # Many publishers never move the time of an edit: the same time does not make another text an older one.
        edited_at = now if stands_now else arrived.modified_at
        newer = edited_at is not None and edited_at > newest_at
        seen = any(d in marks for _, d, _, _ in editions)
        stands = newest_digest in marks or _says_the_same(article, newest_number, arrived)
        less = arrived.had.is_less_than(Had.WHOLE)
        if stands and Had(newest_had).is_less_than(arrived.had):  # what was taken for a part is the whole
            article.revisions.filter(number=newest_number).update(had=arrived.had)
        if not stands and less and newest_had == Had.WHOLE:
            note = "only a part of it was had; the whole that stands is kept"
            return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes, note))
        if stands or (seen and not newer):
            return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes))
        if edited_at is not None and edited_at < newest_at:
            note = f"an older edition than the one of {newest_at.isoformat()} that stands; it was not taken"
            return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes, note))
        revision = _revision(newest_number + 1, arrived, digest, edited_at or now, now)
        revision.article = article
        insert_rows([revision])
        return Taken(article.pk, revision.pk, None, "revised", (*arrived.notes, *notes))


GIVEN_SOURCE = "SELECT %(source)s::bigint AS id"
COLUMNS = ("id", "source_id", "url", "uri", "published_at", "recorded_at", "withdrawn")
# The article of this identifier or else of this address, its row locked.
LOCK = f"""
SELECT {", ".join(COLUMNS)} FROM claims_article
 WHERE id = coalesce((SELECT id FROM claims_article WHERE uri = %(uri)s AND uri <> ''),
                     (SELECT id FROM claims_article WHERE url = %(url)s))
   FOR NO KEY UPDATE
"""  # noqa: S608
# A new article; nothing where it is here, or where somebody else makes it at this moment.
MAKE = """
INSERT INTO claims_article (source_id, url, uri, published_at, recorded_at, withdrawn)
SELECT source.id, %(url)s::text, %(uri)s::text, %(published_at)s::timestamptz, %(now)s::timestamptz, false
  FROM ({source}) source
 WHERE NOT EXISTS (SELECT 1 FROM claims_article WHERE url = %(url)s::text)
   AND NOT EXISTS (SELECT 1 FROM claims_article WHERE uri = %(uri)s::text AND uri <> '')
ON CONFLICT DO NOTHING RETURNING id
"""


def _find_or_make(
    arrived: ArrivedArticle, source: Source | None, digest: str, now: datetime
) -> tuple[int | None, Article | None, tuple[int, int] | None]:
    """In one trip: its source's id, the article if it is here, its row locked, and what was made if not.

    The id is None where the source is new. What was made are the ids of the article and of its first edition.
    """
    given = {
        "source": source.pk if source else None,
        "name": arrived.source,
        "uri": arrived.uri,
        "url": arrived.url,
        "published_at": arrived.published_at,
        "now": now,
    }
    first = _revision(1, arrived, digest, arrived.modified_at or arrived.published_at, now)
    edition = insertion_of([first], "made", article_id="made.id")
    whose = GIVEN_SOURCE if source else FIND_SOURCE
    making = f"WITH made AS ({MAKE.format(source=whose)}) {edition.text} RETURNING article_id, id"
    sources, articles, made = run(Sql(whose, given), Sql(LOCK, given), Sql(making, {**given, **edition.given}))
    return _first_id(sources), _first_article(articles), (made[0][0], made[0][1]) if made else None


def _lock_article(arrived: ArrivedArticle) -> tuple[int | None, Article | None]:
    """The id of the source it names, and the article, by its publisher's identifier or its address, its row locked."""
    sources, articles = run(
        Sql(FIND_SOURCE, {"name": arrived.source}), Sql(LOCK, {"uri": arrived.uri, "url": arrived.url})
    )
    return _first_id(sources), _first_article(articles)


def _first_id(rows: Sequence[Row]) -> int | None:
    return rows[0][0] if rows else None


def _first_article(rows: Sequence[Row]) -> Article | None:
    return Article.from_db(connection.alias, COLUMNS, rows[0]) if rows else None


def _name(arrived: ArrivedArticle, article: Article) -> Article:
    """The article that was found, by the identifier it came with this time if it had none so far."""
    if not arrived.uri or article.uri:
        return article
    articles = Article.objects.select_for_update(no_key=True)
    try:
        with transaction.atomic():  # it came in another way before, and will be named by this from now on
            articles.filter(pk=article.pk).update(uri=arrived.uri)
    except IntegrityError:  # another article was given the name meanwhile: it is that one
        return articles.get(uri=arrived.uri)
    return article


def _know_again(arrived: ArrivedArticle, article: Article, marks: set[str], notes: Sequence[str]) -> Taken:
    """An article of another source: the words that it has or had are known again, others are refused."""
    whose = article.source.name
    if not article.revisions.filter(digest__in=marks).exists():
        newest = article.newest.number
        if not _says_the_same(article, newest, arrived):
            raise OfAnotherSource(article.url, whose)
    note = f"it is kept as an article of {whose}, with the same words"
    return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes, note), whose)


def _says_the_same(article: Article, number: int, arrived: ArrivedArticle) -> bool:
    """Whether an edition has the words that arrived, however it was marked."""
    title, text = article.revisions.values_list("title", "text").get(number=number)
    return _bare(title, text) == _bare(arrived.title, arrived.text)


def same_words(one: str, other: str) -> bool:
    """Whether two texts differ in nothing but blanks and the cut into paragraphs."""
    return _bare(one) == _bare(other)


def _bare(*parts: str) -> tuple[str, ...]:
    """Texts without what differs between the roads by which one text arrives: one blank between any two words."""
    return tuple(" ".join(part.split()) for part in parts)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _revision(number: int, arrived: ArrivedArticle, digest: str, published_at: datetime, now: datetime) -> Revision:
    """An edition as it arrived, unsaved; its row is due."""
    return Revision(
        number=number,
        lang=arrived.lang,
        title=arrived.title,
        text=arrived.text,
        digest=digest,
        credit=arrived.credit,
        had=arrived.had,
        published_at=published_at,
        recorded_at=now,
        modified_at=arrived.modified_at,
        ring_at=next_ring(0, now),
    )


def _take_back(arrived: ArrivedArticle, now: datetime) -> Taken:
    """Ask for an article to be withdrawn; its row is then due."""
    with transaction.atomic():
        source_id, article = _lock_article(arrived)
        if article is None:
            cure = "only an article that was sent can be withdrawn"
            raise Refused("uri" if arrived.uri else "url", f"there is no article at {arrived.url}", cure)
        if arrived.source and article.source_id != source_id:
            raise OfAnotherSource(article.url, article.source.name)
        article = _name(arrived, article)
        withdrawal = article.ask_withdrawal(withdrawn=True, why="canceled by its publisher", now=now)
        outcome = "withdrawn" if withdrawal else "repeated"
        return Taken(article.pk, None, withdrawal.pk if withdrawal else None, outcome, arrived.notes)


def _find_source(arrived: ArrivedArticle) -> tuple[Source, list[str]]:
    notes: list[str] = []
    return find_or_make_source(arrived.source, notes), notes
