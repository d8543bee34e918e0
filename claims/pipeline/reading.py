"""A revision is read; what was found becomes statements and candidates; then the claims concerned are settled.

Reading happens outside any transaction and may be repeated freely; recording it is one short transaction that
happens once. The revision's row says whether it is still due.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef

from claims.models import Article, Party, Revision, Source, Statement
from claims.models.articles import MAX_ATTEMPTS
from claims.models.writing import Sql, run, update_rows
from claims.pipeline.assessing import instant_after, lock_claims_and_ask, settle
from claims.pipeline.catalogue import current_reader
from claims.pipeline.changing import Change, compare_with_former, note_change, tell_departure
from claims.pipeline.second_reading import read_text
from claims.pipeline.sightings import record_sightings
from claims.pipeline.stories import assign_story
from claims.reading.values import Found, Reading, Text
from claims.words import GONE, OWN_VOICE, Origin, ReaderKind


@dataclass(frozen=True, slots=True)
class ReadRevision:
    """What was read in one revision, not recorded yet.

    `began` is when its reading began; None for one that did not come by the queue, which then counts as read at once.
    `read_by` says in words which reader read it; `change`, what it changed against the edition before, if there is one.
    """

    revision_id: int
    reading: Reading
    began: datetime | None = None
    read_by: str = ""
    change: Change | None = None


def read_revision(revision_id: int, now: datetime) -> ReadRevision | None:
    """Read one revision with today's catalogue; None where it needs no reading (any more).

    Counts the attempt first, so that a text that brings the worker down is not tried for ever.
    """
    counted = Revision.objects.filter(pk=revision_id, read_at__isnull=True, attempts__lt=MAX_ATTEMPTS)
    if not counted.update(attempts=F("attempts") + 1):
        return None
    assign_story(revision_id, now)
    revision = Revision.objects.select_related("article__source__speaks_as").get(pk=revision_id)
    read = read_text(text_of(revision), current_reader(), ReaderKind(settings.READER), now)
    change = compare_with_former(revision, revision.lang or read.reading.lang)
    return ReadRevision(revision_id, read.reading, now, read.read_by, change)


def text_of(revision: Revision) -> Text:
    """An edition as it is read; it comes with its article, that one's source and whom that speaks as."""
    source = revision.article.source
    return Text(
        body=revision.text,
        title=revision.title,
        lang=revision.lang,
        source=source.name,
        speaks_as=source.speaks_as.slug if source.speaks_as else "",
        published_at=_dated(revision),
    )


def earlier_unread(revision_id: int) -> list[int]:
    """The unread earlier editions of the same article, in order: each is to be read before the later one."""
    this = Revision.objects.values("article", "number").filter(pk=revision_id).first()
    if this is None:  # the bell of another database, kept by Redis
        return []
    unread = Revision.objects.unread().filter(article=this["article"], number__lt=this["number"])
    return list(unread.filter(ring_at__isnull=False).order_by("number").values_list("pk", flat=True))


def record_reading(read: ReadRevision, now: datetime) -> int:
    """Store what was read as statements and bring the claims concerned up to date; returns how many are new.

    Statements of the article that this edition no longer carries stop counting; those it still carries in the same
    words go on; so it is with the candidates for new claims that it carries. Happens once: where the same reading, or
    a later one, was recorded meanwhile, it does nothing.
    """
    with transaction.atomic():
        edition = _take_edition(read, now)
        if edition is None:
            return 0
        revision = edition.revision
        gone_before = revision.statements_gone
        added = 0
        if not edition.outdated:
            added = _record(edition, read, now)
            if read.reading.candidates or edition.sighted:
                article = Article.objects.get(pk=revision.article_id)
                record_sightings(article, revision, read.reading.candidates, now)
        noted = note_change(revision, read.change)
        if read.change is not None or revision.statements_gone != gone_before:
            revision.save(update_fields=noted)
        return added


def note_failure(revision_id: int, error: str) -> None:
    """Keep what went wrong with a revision on its row; after the last attempt it is set aside for a person."""
    unread = Revision.objects.filter(pk=revision_id, read_at__isnull=True)
    unread.update(last_error=error.replace("\x00", " ")[:2000])
    unread.filter(attempts__gte=MAX_ATTEMPTS).update(ring_at=None)


def give_up(revisions: Iterable[int]) -> None:
    """Set revisions aside whose attempts are used up without a word of what went wrong: the worker died of them."""
    spent = Revision.objects.filter(pk__in=list(revisions), read_at__isnull=True, attempts__gte=MAX_ATTEMPTS)
    spent.filter(last_error="").update(last_error="Given up: the worker died each time it was read.")
    spent.update(ring_at=None)


def ask_to_read_again(revisions: Iterable[int], now: datetime) -> int:
    """Make revisions due to be read again, as when a claim was added or reworded; returns how many are.

    An edition after which a later one was read is left as it is: it carries nothing any more.
    """
    later = Revision.objects.filter(article=OuterRef("article"), number__gt=OuterRef("number"), read_at__isnull=False)
    asked = Revision.objects.filter(~Exists(later), pk__in=list(revisions))
    return asked.update(read_at=None, ring_at=now, attempts=0, last_error="")


def newest_revisions(since: datetime) -> list[int]:
    """The newest edition of every article published since a moment that is not withdrawn."""
    newest = Revision.objects.order_by("article_id", "-number").distinct("article_id")
    wanted = newest.filter(article__published_at__gte=since, article__withdrawn=False)
    return list(wanted.values_list("pk", flat=True))


def word_drop(number: int) -> str:
    """Why a statement was dropped by the edition of this number, as it stands on the statement."""
    return f"edition {number} as read no longer carries it"


# The first of what recording a reading needs: the locks on the article and on the edition.
LOCK = """
SELECT 1 FROM claims_revision r JOIN claims_article a ON a.id = r.article_id
 WHERE r.id = %(revision)s FOR NO KEY UPDATE
"""
COLUMNS = tuple(field.attname for field in Revision._meta.concrete_fields)
# Notes on an edition's row that it was read, unless the same reading or a later one was recorded already. Where it was
# asked for again since and not begun anew yet, it stays due: this reading may not know the claim it was asked for.
NOTE = f"""
WITH old AS (
    SELECT r.id, a.source_id, a.published_at, %(queued)s AND r.read_at IS NULL AND r.attempts = 0 AS asked_again,
           EXISTS (SELECT 1 FROM claims_revision l
                    WHERE l.article_id = a.id AND l.number > r.number AND l.read_at IS NOT NULL) AS outdated,
           EXISTS (SELECT 1 FROM claims_statement s WHERE s.article_id = a.id AND s.dropped_at IS NULL) AS carries,
           EXISTS (SELECT 1 FROM claims_sighting s WHERE s.article_id = a.id) AS sighted
      FROM claims_revision r JOIN claims_article a ON a.id = r.article_id
     WHERE r.id = %(revision)s AND (r.read_at IS NULL OR r.read_at < %(read_at)s)
)
UPDATE claims_revision r
   SET read_at = CASE WHEN old.asked_again THEN r.read_at ELSE %(read_at)s END,
       ring_at = CASE WHEN old.asked_again THEN r.ring_at END,
       last_error = CASE WHEN old.asked_again THEN r.last_error ELSE '' END,
       read_by = CASE WHEN old.asked_again THEN r.read_by ELSE %(read_by)s END,
       lang = CASE WHEN r.lang = '' THEN %(lang)s ELSE r.lang END
  FROM old
 WHERE r.id = old.id
RETURNING old.source_id, CASE WHEN r.number = 1 THEN old.published_at ELSE r.published_at END,
          old.outdated, old.carries, old.sighted, {", ".join(f"r.{column}" for column in COLUMNS)}
"""  # noqa: S608
PARTIES = "SELECT slug, id FROM claims_party WHERE slug = ANY(%(parties)s)"
# What articles carry, with its parties' slugs, and whose word on which claim an editor's statement corrects.
CARRIED = """
SELECT s.*, p.slug AS speaker, c.claim_id AS corrected_claim, c.party_id AS corrected_party
  FROM claims_statement s
  JOIN claims_party p ON p.id = s.party_id
  LEFT JOIN claims_statement c ON c.id = s.corrects_id
 WHERE s.article_id = ANY(%(articles)s) AND s.dropped_at IS NULL
"""
# The last recorded moment of a withdrawal of the article, or of what its story came to count with; and whether nothing
# else that was ever said stands in its story, nor in any other that counts with it.
STORY = """
WITH RECURSIVE above (story, moment) AS (
    SELECT %(story)s::bigint, NULL::timestamptz
    UNION
    SELECT next.story, next.moment FROM above CROSS JOIN LATERAL (
        SELECT t.merged_into_id, t.merged_at FROM claims_story t WHERE t.id = above.story
        UNION ALL SELECT p.of_id, p.recorded_at FROM claims_reprint p WHERE p.story_id = above.story
    ) next (story, moment)
)
SELECT greatest((SELECT max(w.recorded_at) FROM claims_withdrawal w WHERE w.article_id = %(article)s),
                (SELECT max(above.moment) FROM above)),
       NOT EXISTS (SELECT 1 FROM claims_statement s WHERE s.article_id = %(article)s)
       AND NOT EXISTS (SELECT 1 FROM claims_withdrawal w WHERE w.article_id = %(article)s)
       AND NOT EXISTS (SELECT 1 FROM claims_revision r WHERE r.story_id = %(story)s AND r.id <> %(revision)s)
       AND NOT EXISTS (SELECT 1 FROM above WHERE story <> %(story)s)
       AND NOT EXISTS (SELECT 1 FROM claims_story t WHERE t.merged_into_id = %(story)s)
       AND NOT EXISTS (SELECT 1 FROM claims_reprint p WHERE p.of_id = %(story)s)
"""


@dataclass(frozen=True, slots=True)
class _Edition:
    """The edition that was read, its row locked and the article's, and what stands beside it.

    `dated` is when its words were published; `outdated` says that a later edition was read already, `carries` that the
    article carries statements, `sighted` that it carried candidates; `parties` are the ids of those found speaking.
    """

    revision: Revision
    source: int
    dated: datetime
    outdated: bool
    carries: bool
    sighted: bool
    parties: dict[str, int]


def _take_edition(read: ReadRevision, now: datetime) -> _Edition | None:
    """Lock the edition and note on its row that it was read; None where this or a later reading was recorded."""
    given = {
        "revision": read.revision_id,
        "queued": read.began is not None,
        "read_at": read.began or now,
        "read_by": read.read_by[:300],
        "lang": read.reading.lang,
        "parties": sorted({f.party for f in read.reading.statements} - {OWN_VOICE}),
    }
    _, noted, parties = run(Sql(LOCK, given), Sql(NOTE, given), Sql(PARTIES, given))
    if not noted:
        return None
    ((source, dated, outdated, carries, sighted, *columns),) = noted
    revision = Revision.from_db(connection.alias, COLUMNS, columns)
    return _Edition(revision, source, dated, outdated, carries, sighted, dict(parties))


def _record(edition: _Edition, read: ReadRevision, now: datetime) -> int:
    """Store an edition's statements and settle; what the article no longer carries is dropped."""
    found, revision = read.reading.statements, edition.revision
    article = revision.article_id
    asked = {"story": revision.story_id, "article": article, "revision": revision.pk}
    carried = list(Statement.objects.raw(CARRIED, {"articles": [article]})) if edition.carries else []
    claims, instant, ((about,),) = lock_claims_and_ask(
        {s.claim_id for s in carried}, {f.claim for f in found}, now, Sql(STORY, asked)
    )
    known_before, alone = about
    # What decides the weight of this edition's statements may have been learned while this reading waited, at a moment
    # after its own `now`, and on no claim so far.
    instant = instant_after([known_before], instant)
    claim_ids = {claim.slug: claim.pk for claim in claims}
    parties = edition.parties
    if any(f.party == OWN_VOICE for f in found):
        parties = {**parties, OWN_VOICE: voice_of(edition.source).pk}

    words = revision.words
    wanted = {}
    for f in found:
        if f.claim in claim_ids and f.party in parties:
            wanted[claim_ids[f.claim], parties[f.party]] = f
    kept, dropped = match_carried(carried, wanted, words)
    for statement in dropped:
        f = wanted.get((statement.claim_id, statement.party_id))
        statement.dropped_how = tell_departure(statement, f, revision, read.change) or ""
    said_before = {(s.claim_id, s.party_id, s.stance): s.said_at for s in dropped}
    adding = [
        _statement(edition, claim, party, f, said_before.get((claim, party, f.stance)), instant)
        for (claim, party), f in wanted.items()
        if (claim, party) not in kept
    ]
    if not dropped and not adding:
        return 0
    for statement in dropped:
        statement.dropped_at, statement.dropped_why = instant, word_drop(revision.number)
        statement.dropped_by = revision
    update_rows(dropped, ["dropped_at", "dropped_why", "dropped_by", "dropped_how"])
    revision.statements_gone += sum(s.dropped_how in GONE for s in dropped)
    touched: dict[int, set[str]] = {}
    for statement in dropped:
        touched.setdefault(statement.claim_id, set()).add(statement.speaker)
    concerned = {s.claim_id for s in adding} | touched.keys()
    settle(
        [c for c in claims if c.pk in concerned],
        instant,
        adding=adding,
        touched=touched,
        only_story=revision.story_id if alone and adding else None,
    )
    return len(adding)


def match_carried(
    carried: Collection[Statement], wanted: Mapping[tuple[int, int], Found], words: str
) -> tuple[set[tuple[int, int]], list[Statement]]:
    """What an article carries held against what was read in it, by the ids of claim and party.

    `carried` were answered to CARRIED. Returns for which claims and parties all stays as it is, and which statements
    the article as read no longer carries.
    """
    # Where an editor has said what this article's words mean, the machine is not asked again while they stand.
    settled: set[tuple[int, int]] = set()
    for statement in carried:
        if statement.origin == Origin.EDITOR and statement.quote in words:
            settled |= {
                (statement.claim_id, statement.party_id),
                (statement.corrected_claim, statement.corrected_party),  # type: ignore[attr-defined]
            }
    kept = set(settled)
    dropped: list[Statement] = []
    for statement in carried:
        key = (statement.claim_id, statement.party_id)
        if key in settled:
            continue
        found = wanted.get(key)
        same = found is not None and found.stance == statement.stance and found.quote == statement.quote
        if same and statement.origin == Origin.READING:
            kept.add(key)
        else:
            dropped.append(statement)
    return kept, dropped


def _dated(revision: Revision) -> datetime:
    """When an edition's words were published: the article's first ones with it, later ones with their edition."""
    return revision.article.published_at if revision.number == 1 else revision.published_at


def _statement(
    edition: _Edition, claim: int, party: int, found: Found, said_before: datetime | None, instant: datetime
) -> Statement:
    """The statement row for what was found, unsaved.

    What an article goes on saying in other words it has said since it first did. Nobody can have said anything
    after we learned of it, so a date in the future is taken as now.
    """
    return Statement(
        claim_id=claim,
        party_id=party,
        stance=found.stance,
        said_at=min(found.said_at or said_before or edition.dated, instant),
        origin=Origin.READING,
        article_id=edition.revision.article_id,
        revision_id=edition.revision.pk,
        quote=found.quote,
        start=found.span.start,
        end=found.span.end,
        cue_start=found.cue.start if found.cue else None,
        cue_end=found.cue.end if found.cue else None,
        strength=found.strength,
        confidence=found.confidence,
        rule=found.rule,
        own_voice=found.party == OWN_VOICE,
        recorded_at=instant,
    )


def voice_of(source_id: int) -> Party:
    """The party that stands for an outlet's own voice, made when it first takes a stance itself."""
    source = Source.objects.select_for_update(no_key=True).get(pk=source_id)
    if source.voice is None:
        source.voice, _ = Party.objects.get_or_create(
            slug=f"outlet-{source.slug}",
            defaults={"kind": "outlet", "names": {"en": [source.name]}, "reliability": source.reliability},
        )
        source.save(update_fields=["voice"])
    return source.voice
