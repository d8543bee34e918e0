"""What a claim's edited wording would find, before it is saved: recent articles are read, and nothing is written.

A trial is carried on a slice at a time, by whoever has the time; how far it is, and what it found, is kept in the cache
for an hour and nowhere else.
"""

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from django.core.cache import cache
from django.db.models import Q, QuerySet
from redis import RedisError

from claims.models import Article, Claim, Party, Revision, Statement
from claims.pipeline.catalogue import current_catalogue, describe_claim, supposed_reader
from claims.pipeline.reading import CARRIED, match_carried, text_of
from claims.reading import Reader
from claims.reading.values import Catalogue, ClaimEntry, Found
from claims.words import OWN_VOICE, Stance

log = structlog.get_logger(__name__)

KEPT = 3600  # seconds
BATCH = 100  # articles
# So many statements of each kind are told one by one; all are counted.
TOLD = 100
# Characters of a quote that are told.
QUOTED = 400


class NotKept(Exception):
    """A trial could not be kept: the cache does not answer. Try it again later."""


@dataclass(frozen=True, slots=True)
class Told:
    """A statement that would be linked, dropped or read otherwise: who says what, in which words of which article.

    `was` is the stance it was read with before, where it is another one.
    """

    party: str
    stance: Stance
    quote: str
    lang: str
    article: int
    title: str
    source: str
    published_at: datetime
    was: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many statements, and the first of them."""

    count: int = 0
    told: tuple[Told, ...] = ()

    def with_more(self, more: Sequence[Told]) -> "Tally":
        """This and more."""
        return Tally(self.count + len(more), (*self.told, *more)[:TOLD])


@dataclass(frozen=True, slots=True)
class Trial:
    """The reading of recent articles with a claim's edited wording, as far as it is.

    `entry` is the claim as edited, `given` what its form was sent, by name, so that nothing typed is lost. Of the
    `articles` published since a moment so many were looked at so far (`seen`), and so many of them read: those that
    name what the claim is about, before or after the edit. `turn` counts the slices.
    """

    claim: int
    entry: ClaimEntry
    before: ClaimEntry
    since: datetime
    articles: int
    given: tuple[tuple[str, tuple[str, ...]], ...] = ()
    turn: int = 0
    place: tuple[datetime, int] | None = None
    seen: int = 0
    read: int = 0
    linked: Tally = field(default_factory=Tally)
    dropped: Tally = field(default_factory=Tally)
    otherwise: Tally = field(default_factory=Tally)
    # On other claims, in the articles that were read.
    linked_besides: int = 0
    dropped_besides: int = 0
    done: bool = False
    failed: str = ""


def begin_trial(claim: Claim, edited: ClaimEntry, since: datetime, given: Mapping[str, Sequence[str]]) -> Trial:
    """A trial of a claim's edited wording on the articles published since a moment, not carried on yet."""
    return Trial(
        claim=claim.pk,
        entry=edited,
        before=describe_claim(claim, claim.loses.all()),
        since=since,
        articles=_recent(since).count(),
        given=tuple((name, tuple(values)) for name, values in given.items()),
    )


def continue_trial(trial: Trial, seconds: float) -> Trial:
    """The trial carried on for about so long, a batch of articles at least."""
    deadline = time.monotonic() + seconds
    probe = _probe(trial)
    while not trial.done and not trial.failed:
        trial = _take_batch(trial, probe)
        if time.monotonic() >= deadline:
            break
    return replace(trial, turn=trial.turn + 1)


def keep_trial(trial: Trial, token: str = "") -> str:
    """Keep a trial for an hour from now; returns the token it is found by, a new one unless one is given.

    Raises NotKept.
    """
    token = token or secrets.token_urlsafe(16)
    try:
        cache.set(_key(token), trial, timeout=KEPT)
    except RedisError as error:
        raise NotKept(str(error)) from error
    return token


def find_trial(token: str) -> Trial | None:
    """The trial of a token; None where it is no longer kept, or the cache does not answer."""
    try:
        found = cache.get(_key(token))
    except RedisError as error:
        log.warning("trial_not_found", error=str(error))
        return None
    return found if isinstance(found, Trial) else None


def _key(token: str) -> str:
    return f"trial-{token}"


def _recent(since: datetime) -> QuerySet[Article]:
    return Article.objects.filter(published_at__gte=since, withdrawn=False)


def _probe(trial: Trial) -> Reader:
    """A reader of the claim alone, before and after the edit, by which articles are told that could be concerned.

    It looks for names as the reader itself does, in all their forms and spellings: a search by the database for the
    letters of a keyword would miss some. An article in which it finds nothing has nothing for this claim, so nothing
    can be missed; it takes a fraction of the time of reading.
    """
    before = replace(trial.before, slug=f"{trial.before.slug}-before")
    return Reader(Catalogue((before, trial.entry), current_catalogue().parties))


def _take_batch(trial: Trial, probe: Reader) -> Trial:
    """Look at the next articles, newest first, and read those that could be concerned."""
    rows = _recent(trial.since).order_by("-published_at", "-pk")
    if trial.place is not None:
        at, pk = trial.place
        rows = rows.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk), published_at__lte=at)
    keys = list(rows.values_list("published_at", "pk")[:BATCH])
    if not keys:
        return replace(trial, done=True, seen=trial.articles)
    ids = [pk for _, pk in keys]
    newest = Revision.objects.filter(article__in=ids).order_by("article_id", "-number").distinct("article_id")
    editions = list(newest.select_related("article__source__speaks_as"))
    # What carries a statement on the claim is concerned whatever its words are: they may have been read otherwise once.
    linked = set(
        Statement.objects.carried().filter(article__in=ids, claim=trial.claim).values_list("article_id", flat=True)
    )
    concerned = [r for r in editions if r.article_id in linked or probe.names_claim(text_of(r))]
    trial = replace(trial, place=keys[-1], seen=trial.seen + len(keys), read=trial.read + len(concerned))
    return _compare(trial, concerned) if concerned else trial


def _compare(trial: Trial, editions: Sequence[Revision]) -> Trial:
    """Read editions with the edited claim, and hold what is found against what their articles carry."""
    reader = supposed_reader(trial.entry)
    read = {edition.pk: reader.read(text_of(edition)) for edition in editions}
    carried: dict[int, list[Statement]] = {}
    for statement in Statement.objects.raw(CARRIED, {"articles": [edition.article_id for edition in editions]}):
        carried.setdefault(statement.article_id or 0, []).append(statement)
    found = [f for reading in read.values() for f in reading.statements]
    claims = dict(Claim.objects.filter(slug__in={f.claim for f in found}).values_list("slug", "pk"))
    told = {s.party_id for statements in carried.values() for s in statements}
    parties = Party.objects.filter(Q(slug__in={f.party for f in found}) | Q(pk__in=told))
    by_slug = {party.slug: party for party in parties}
    titles = {party.pk: party.title for party in by_slug.values()}
    linked: list[Told] = []
    dropped: list[Told] = []
    otherwise: list[Told] = []
    besides = [0, 0]
    for edition in editions:
        source = edition.article.source
        wanted: dict[tuple[int, int], Found] = {}
        for f in read[edition.pk].statements:
            # An outlet that never spoke for itself has no party yet: one is made when it first does.
            party = (source.voice_id or -source.pk) if f.party == OWN_VOICE else getattr(by_slug.get(f.party), "pk", 0)
            if party and f.claim in claims:
                wanted[claims[f.claim], party] = f
                titles.setdefault(party, source.name)
        there = carried.get(edition.article_id, [])
        kept, gone = match_carried(there, wanted, edition.words)
        before = {(s.claim_id, s.party_id): s for s in there}
        for key in _others(gone, trial.claim):
            besides[1] += key not in wanted
        for (claim, party), f in wanted.items():
            if (claim, party) in kept:
                continue
            was = before.get((claim, party))
            if claim != trial.claim:
                besides[0] += was is None
            elif was is None:
                linked.append(_tell(edition, titles[party], f.stance, f.quote))
            else:
                otherwise.append(_tell(edition, titles[party], f.stance, f.quote, was.stance))
        for statement in gone:
            key = (statement.claim_id, statement.party_id)
            if statement.claim_id == trial.claim and key not in wanted:
                dropped.append(_tell(edition, titles[key[1]], Stance(statement.stance), statement.quote))
    return replace(
        trial,
        linked=trial.linked.with_more(linked),
        dropped=trial.dropped.with_more(dropped),
        otherwise=trial.otherwise.with_more(otherwise),
        linked_besides=trial.linked_besides + besides[0],
        dropped_besides=trial.dropped_besides + besides[1],
    )


def _others(gone: Iterable[Statement], claim: int) -> list[tuple[int, int]]:
    return [(s.claim_id, s.party_id) for s in gone if s.claim_id != claim]


def _tell(edition: Revision, party: str, stance: Stance, quote: str, was: str = "") -> Told:
    return Told(
        party=party,
        stance=stance,
        quote=quote if len(quote) <= QUOTED else f"{quote[:QUOTED]}…",
        lang=edition.lang,
        article=edition.article_id,
        title=edition.title or edition.article.url,
        source=edition.article.source.name,
        published_at=edition.article.published_at,
        was="" if was == stance else was,
    )
