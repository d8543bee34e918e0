"""Intake: what arrives from outside becomes an article's revision or a record, once, however often it arrives.

`parse_*` turn what was sent into values, or refuse it with the field, the reason and the cure. `take_article`
stores; storing the same thing again changes nothing. What is stored is due: the revision's row says so.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from url_normalize import url_normalize

from claims.assessment import Record
from claims.models import Article, Claim, Party, Revision, Source
from claims.models.articles import next_ring
from claims.reading.lexicon import LANGUAGES
from claims.words import Stance

MAX_TEXT = 5 * 1024 * 1024
MAX_TITLE = 2_000
MAX_URL = 2_000
# Query parameters that say how a reader came to a page, not which page it is.
TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_cid|mc_eid|igshid|_openstat|wt_mc)$", re.I)
PUBSTATUSES = ("usable", "withheld", "canceled")


class Refused(ValueError):
    """Something that arrived cannot be taken; says which field, why, and what would be taken instead."""

    def __init__(self, field: str, message: str, cure: str) -> None:
        super().__init__(f"{field}: {message}; {cure}")
        self.field = field
        self.message = message
        self.cure = cure


@dataclass(frozen=True, slots=True)
class ArrivedArticle:
    """An article as it arrived, checked. `url` is canonical; `modified_at` is the time of this edition, if it was said.

    `canceled` asks for the article to be withdrawn; then the text may be empty. `notes` say what was assumed.
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


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of an arrived article (`created`, `revised`, `repeated`, `withdrawn`); what is due is named by id."""

    article_id: int | None
    revision_id: int | None
    withdrawal_id: int | None
    outcome: str
    notes: tuple[str, ...] = ()


def parse_article(record: Mapping[str, object], now: datetime) -> ArrivedArticle:
    """Check an article as sent: `url?, source, lang?, published_at, title?, text, modified_at?, pubstatus?`.

    Raises Refused. A time without zone is taken as UTC and a publication in the future as now, and a note says so.
    """
    notes: list[str] = []
    known = {"url", "source", "lang", "published_at", "title", "text", "modified_at", "pubstatus"}
    unknown = sorted(str(key) for key in record if key not in known)
    if unknown:
        name = unknown[0][:80].encode(errors="replace").decode()  # a JSON key may hold half a surrogate pair
        raise Refused(name, "is not a field of an article", f"the fields are {', '.join(sorted(known))}")
    pubstatus = _text(record, "pubstatus", 20).lower() or "usable"
    if pubstatus not in PUBSTATUSES:
        raise Refused("pubstatus", f"is {pubstatus!r}", f"it is one of {', '.join(PUBSTATUSES)}")
    if pubstatus == "withheld":
        raise Refused("pubstatus", "the article is withheld by its publisher", "send it once it is usable")
    canceled = pubstatus == "canceled"
    title = _text(record, "title", MAX_TITLE)
    text = _text(record, "text", MAX_TEXT)
    url = canonical_url(_text(record, "url", MAX_URL * 2))
    source = _text(record, "source", 200)
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
    lang = _text(record, "lang", 35).lower()
    if lang and not re.fullmatch(r"[a-z]{2,3}([-_][a-z0-9]+)*", lang):
        raise Refused("lang", f"is {lang!r}", "it is a language code such as fr, or left out to have it found")
    if not url:
        url = f"urn:sha256:{_digest(source, title, text)}"
    lang = re.split("[-_]", lang)[0]
    if lang and lang not in LANGUAGES:
        readable = ", ".join(LANGUAGES)
        notes.append(
            f"lang {lang!r} has no reader yet: the article is kept and nothing is found in it ({readable} are read)"
        )
    return ArrivedArticle(url, source, lang, published_at, title, text, modified_at, canceled, tuple(notes))


def take_article(arrived: ArrivedArticle, now: datetime) -> Taken:
    """Store an arrived article: a new one, a new edition of one we have, or nothing where we have it already.

    The revision's row is then due; ring for it after commit. Twenty at once of the same make one.
    Raises Refused where it asks to withdraw an article that is not here.
    """
    if arrived.canceled:
        return _take_back(arrived, now)
    with transaction.atomic():
        source, notes = _find_source(arrived)
        article, _ = Article.objects.get_or_create(
            url=arrived.url,
            defaults={"source": source, "published_at": arrived.published_at, "recorded_at": now},
        )
        article = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
        digest = _digest(arrived.title, arrived.text)
        editions = list(article.revisions.order_by("number").values_list("number", "digest", "published_at"))
        if not editions:
            edited_at = arrived.modified_at or article.published_at
            revision = _add_revision(article, 1, arrived, digest, edited_at, now)
            return Taken(article.pk, revision.pk, None, "created", (*arrived.notes, *notes))
        newest_number, newest_digest, newest_at = editions[-1]
        # Many publishers never move the time of an edit: the same time does not make another text an older one.
        newer = arrived.modified_at is not None and arrived.modified_at > newest_at
        seen = any(digest == d for _, d, _ in editions)
        if digest == newest_digest or (seen and not newer):
            return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes))
        if arrived.modified_at is not None and arrived.modified_at < newest_at:
            note = f"an older edition than the one of {newest_at.isoformat()} that stands; it was not taken"
            return Taken(article.pk, None, None, "repeated", (*arrived.notes, *notes, note))
        revision = _add_revision(article, newest_number + 1, arrived, digest, arrived.modified_at or now, now)
        return Taken(article.pk, revision.pk, None, "revised", (*arrived.notes, *notes))


@dataclass(frozen=True, slots=True)
class Known:
    """The slugs of the claims and parties there are, to check a batch of records against."""

    claims: frozenset[str]
    parties: frozenset[str]


def load_known() -> Known:
    """The claims and parties there are now."""
    return Known(
        frozenset(Claim.objects.values_list("slug", flat=True)),
        frozenset(Party.objects.values_list("slug", flat=True)),
    )


def parse_record(
    record: Mapping[str, object], known: Known, now: datetime, line: int = 0
) -> tuple[Record, tuple[str, ...]]:
    """Check a statement sent as data: `claim, party, stance, said_at, source?, url?, quote?`; returns it with notes.

    Claim and party must be known; an unknown source is made. Raises Refused.
    """
    notes: list[str] = []
    slugs = {}
    for name, there_are in (("claim", known.claims), ("party", known.parties)):
        slug = _text(record, name, 120)
        if not slug:
            raise Refused(name, "is missing", f"name the {name} by its slug")
        if slug not in there_are:
            raise Refused(name, f"there is no {name} {slug!r}", f"import the {name} first, or correct the slug")
        slugs[name] = slug
    stance = _text(record, "stance", 20).lower()
    if stance not in list(Stance):
        raise Refused("stance", f"is {stance!r}", f"it is one of {', '.join(Stance)}")
    said = record.get("said_at")
    if said in (None, ""):
        raise Refused("said_at", "is missing", "give the time it was said, as in 2025-12-01T21:48:00+01:00")
    said_at = parse_moment(said, "said_at", notes)
    if said_at > now:
        raise Refused("said_at", f"{said_at.isoformat()} lies in the future", "a record is of something said already")
    source = _text(record, "source", 200)
    url = canonical_url(_text(record, "url", MAX_URL))
    quote = _text(record, "quote", 20_000)
    if source:  # last, so that a record that is refused leaves no source behind
        source = _find_or_make_source(source, notes).slug
    found = Record(slugs["claim"], slugs["party"], Stance(stance), said_at, source, url, quote, line)
    return found, tuple(notes)


def parse_moment(value: object, field: str, notes: list[str]) -> datetime:
    """A moment from ISO 8601, in UTC; one without a zone is taken as UTC and a note says so. Raises Refused."""
    cure = "write it in ISO 8601, as in 2025-12-01T21:48:00+01:00"
    if not isinstance(value, str):
        raise Refused(field, f"is {_shown(value)}, not a text", cure)
    try:
        moment = datetime.fromisoformat(value.strip())
        if moment.tzinfo is None:
            notes.append(f"{field} {value.strip()} has no time zone and was taken as UTC")
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(field, f"{_shown(value)} is not a moment", cure) from None
    if moment.year < 1000:
        raise Refused(field, f"{_shown(value)} is too long ago", cure)
    return moment


def canonical_url(url: str) -> str:
    """The one form of an address under which an article is kept: normalised, without fragment and tracking.

    An empty one stays empty. Raises Refused for what is not an http or https address.
    """
    if not url:
        return ""
    cure = "give the article's own http or https address, or leave it out"
    if not re.match(r"https?://", url, re.IGNORECASE):
        raise Refused("url", f"{url[:200]!r} is not an http or https address", cure)
    try:
        parts = urlsplit(url_normalize(url) or "")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or re.search(r"\s", parts.netloc):
        raise Refused("url", f"{url[:200]!r} is not an address", cure)
    if parts.username or parts.password:
        raise Refused("url", "carries a user name or password", cure)
    # What is left of the query stays as it was written: decoding it would make one of two addresses in cp1251.
    kept = [pair for pair in parts.query.split("&") if pair and not TRACKING.match(unquote_plus(pair.split("=")[0]))]
    query = "&".join(kept)
    canonical = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    if len(canonical) > MAX_URL:
        raise Refused("url", f"is longer than {MAX_URL} characters", cure)
    return canonical


def _text(record: Mapping[str, object], field: str, limit: int) -> str:
    """A field's text, checked to be storable; empty where it is missing."""
    value = record.get(field)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(field, f"is a {type(value).__name__}, not a text", "send it as a JSON string")
    if "\x00" in value:
        raise Refused(
            field, "holds NUL bytes", "send plain text; a file full of them is often UTF-16: save it as UTF-8"
        )
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        raise Refused(field, "holds half a surrogate pair", "send valid Unicode text") from None
    if size > limit:
        raise Refused(field, f"is {size:,} bytes long", f"at most {limit:,} bytes are taken")
    return value if field in ("text", "title", "quote") else value.strip()


def _shown(value: object) -> str:
    """What was sent, short and printable, for a refusal."""
    shown = ascii(value) if isinstance(value, str) and not value.isprintable() else repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}..."


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _add_revision(
    article: Article, number: int, arrived: ArrivedArticle, digest: str, published_at: datetime, now: datetime
) -> Revision:
    return Revision.objects.create(
        article=article,
        number=number,
        lang=arrived.lang,
        title=arrived.title,
        text=arrived.text,
        digest=digest,
        published_at=published_at,
        recorded_at=now,
        ring_at=next_ring(0, now),
    )


def _take_back(arrived: ArrivedArticle, now: datetime) -> Taken:
    """Ask for an article to be withdrawn; its row is then due."""
    with transaction.atomic():
        article = Article.objects.select_for_update(no_key=True).filter(url=arrived.url).first()
        if article is None:
            raise Refused(
                "url", f"there is no article at {arrived.url}", "only an article that was sent can be withdrawn"
            )
        withdrawal = article.ask_withdrawal(withdrawn=True, why="canceled by its publisher", now=now)
        outcome = "withdrawn" if withdrawal else "repeated"
        return Taken(article.pk, None, withdrawal.pk if withdrawal else None, outcome, arrived.notes)


def _find_source(arrived: ArrivedArticle) -> tuple[Source, list[str]]:
    notes: list[str] = []
    return _find_or_make_source(arrived.source, notes), notes


def _find_or_make_source(name: str, notes: list[str]) -> Source:
    """The source of this slug or name; an unknown one is made, graded F (cannot be judged), and a note says so."""
    source = Source.objects.filter(slug=name).first() or Source.objects.filter(name=name).first()
    if source is not None:
        return source
    mark = hashlib.sha256(name.encode()).hexdigest()[:12]
    slug = slugify(name)[:60] or f"source-{mark}"
    if Source.objects.filter(slug=slug).exists():
        slug = f"{slug}-{mark}"
    try:
        source, made = Source.objects.get_or_create(name=name, defaults={"slug": slug})
    except IntegrityError:  # another name of the same slug came in at the same time
        slug = f"{slug}-{mark}"
        source, made = Source.objects.get_or_create(name=name, defaults={"slug": slug})
    if made:
        notes.append(f"source {name!r} was new; it was made with the slug {slug!r} and grade F")
    return source
