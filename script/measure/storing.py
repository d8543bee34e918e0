"""How fast an article is stored with its statements, beside a transaction written by hand that leaves the same rows."""

import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import psycopg
from django.db import connection
from django.utils import timezone

from claims import intake, pipeline
from claims.models import Claim, Party, Passage, Position, Revision, Statement
from claims.reading.values import Found, Reading, Span
from claims.words import Stance, Strength
from measure.figures import Figure, ratios

STATEMENTS = 8  # in each article, each on a claim of its own
ARTICLES = 40  # of each kind in a round
WORDS = 400  # in an article

COLUMNS = (
    'claim_id, party_id, stance, said_at, origin, article_id, revision_id, url, quote, start, "end", strength, '
    "confidence, rule, own_voice, recorded_at, dropped_why"
)


def measure_storing(rounds: int, step: Callable[[], None]) -> list[Figure]:
    """Store articles of eight statements by our own way and by hand, in turn; returns the figures.

    Ours takes the article, finds its story, records its reading and settles the claims; by hand the rows all of that
    left for one article are written once more, with everything known beforehand, in one transaction.
    """
    claims, parties = _make_claims()
    chance = random.Random(5)  # noqa: S311
    words = ["".join(chance.choices("abcdefghiklmnoprstuv", k=chance.randint(3, 9))) for _ in range(4_000)]
    for _ in range(2 * len(parties)):  # every party has spoken, and firmly, on every claim
        _store(claims, parties, words, chance)
    with psycopg.connect(**_own_connection()) as by_hand:
        ours: list[float] = []
        theirs: list[float] = []
        for _ in range(rounds):
            spent = [0.0, 0.0]
            for _ in range(ARTICLES):
                seconds, revision = _store(claims, parties, words, chance)
                spent[0] += seconds
                spent[1] += _store_by_hand(by_hand, revision)
            ours.append(1000 * spent[0] / ARTICLES)
            theirs.append(1000 * spent[1] / ARTICLES)
            step()
    return [
        Figure(f"article with {STATEMENTS} statements stored", "ms", tuple(ours)),
        Figure("the same rows by hand", "ms", tuple(theirs)),
        Figure("by hand / ours", "", ratios(theirs, ours), at_least=0.4),
    ]


def _make_claims() -> tuple[list[Claim], list[Party]]:
    now = timezone.now()
    parties = [
        Party.objects.get_or_create(
            slug=f"teller-{n}", defaults={"reliability": "ABCDEF"[n % 6], "names": {"en": [f"Teller {n}"]}}
        )[0]
        for n in range(STATEMENTS)
    ]
    claims = [
        Claim.objects.create(
            slug=f"stored-{n}", kind="control", holder=parties[0], opposed=parties[1],
            place={"name": f"Stored place {n}"}, recorded_at=now,
        )
        for n in range(STATEMENTS)
    ]  # fmt: skip
    return claims, parties


def _store(
    claims: Sequence[Claim], parties: Sequence[Party], words: Sequence[str], chance: random.Random
) -> tuple[float, int]:
    """Store an article as it arrives, read by nobody: what is found in it is given. Returns the seconds, and its id.

    Each party goes on saying of each claim what it said before, as parties mostly do.
    """
    text = "\n\n".join(" ".join(chance.choices(words, k=WORDS // 8)) for _ in range(8))
    said = f"https://stored.example/{chance.getrandbits(60)}"
    sent = {"url": said, "source": "Stored", "lang": "en", "text": text, "published_at": timezone.now().isoformat()}
    first = chance.randrange(len(parties))
    found = tuple(
        Found(
            claim=claim.slug,
            party=parties[(first + n) % len(parties)].slug,
            stance=list(Stance)[(first + n) % len(parties) % len(Stance)],
            quote=text[n * 40 : n * 40 + 30],
            span=Span(n * 40, n * 40 + 30),
            cue=None,
            strength=Strength.PLAIN,
            confidence=0.9,
            rule="given",
        )
        for n, claim in enumerate(claims)
    )
    began = time.perf_counter()
    now = timezone.now()
    taken = intake.take_article(intake.parse_article(sent, now), now)
    assert taken.revision_id is not None  # noqa: S101
    pipeline.assign_story(taken.revision_id, now)
    pipeline.record_reading(pipeline.ReadRevision(taken.revision_id, Reading("en", found, ())), timezone.now())
    return time.perf_counter() - began, taken.revision_id


def _own_connection() -> dict[str, object]:
    wanted = {**connection.get_connection_params()}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        wanted.pop(name, None)
    return wanted


def _store_by_hand(by_hand: psycopg.Connection, revision_id: int) -> float:
    """Write the rows that an article left once more, as another article; returns the seconds.

    What is looked up beforehand is not counted: by hand there is nothing to find out.
    """
    revision = Revision.objects.select_related("article").get(pk=revision_id)
    digests = list(Passage.objects.filter(revision=revision).values_list("digest", flat=True))
    statements = list(Statement.objects.filter(revision=revision))
    pairs = [(s.claim_id, s.party_id) for s in statements]
    positions = [
        row
        for row in Position.objects.filter(claim__in=[claim for claim, _ in pairs], until__isnull=True)
        if (row.claim_id, row.party_id) in set(pairs)
    ]
    claims = list(Claim.objects.filter(pk__in=[claim for claim, _ in pairs]).order_by("pk"))
    jsonb = psycopg.types.json.Jsonb
    now = timezone.now()
    began = time.perf_counter()
    with by_hand.transaction(), by_hand.cursor() as cursor:
        (article,) = cursor.execute(
            "INSERT INTO claims_article (source_id, url, uri, published_at, recorded_at, withdrawn) "
            "VALUES (%s, %s, '', %s, %s, false) RETURNING id",
            [revision.article.source_id, f"{revision.article.url}/again", revision.published_at, now],
        ).fetchone()  # type: ignore[misc]
        (story,) = cursor.execute("INSERT INTO claims_story (recorded_at) VALUES (%s) RETURNING id", [now]).fetchone()  # type: ignore[misc]
        (own,) = cursor.execute(
            "INSERT INTO claims_revision (article_id, number, lang, title, text, digest, credit, published_at, "
            "recorded_at, story_id, compared_at, attempts, read_at, last_error, read_by, title_changed, quotes_gone, "
            "correction_note, statements_gone, silent) "
            "VALUES (%s, 1, 'en', '', %s, %s, '', %s, %s, %s, %s, 1, %s, '', '', false, 0, '', 0, false) RETURNING id",
            [article, revision.text, revision.digest, revision.published_at, now, story, now, now],
        ).fetchone()  # type: ignore[misc]
        cursor.execute(
            "INSERT INTO claims_passage (digest, revision_id) SELECT digest, %s FROM unnest(%s::bigint[]) AS digest",
            [own, digests],
        )
        cursor.execute(
            "SELECT id FROM claims_claim WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [[c.pk for c in claims]]
        )
        cursor.executemany(
            f"INSERT INTO claims_statement ({COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s, '', %s, %s, %s, %s, %s, "  # noqa: S608
            "%s, false, %s, '')",
            [
                (
                    s.claim_id, s.party_id, s.stance, s.said_at, s.origin, article, own, s.quote, s.start, s.end,
                    s.strength, s.confidence, s.rule, now,
                )
                for s in statements
            ],
        )  # fmt: skip
        cursor.executemany(
            "UPDATE claims_position SET heard = %s, last_spoke = %s, stories = %s, sums = %s, offered = %s "
            "WHERE id = %s",
            [(p.heard, p.last_spoke, p.stories, jsonb(p.sums), jsonb(p.offered), p.pk) for p in positions],
        )
        cursor.executemany(
            "UPDATE claims_claim SET status = %s, rule = %s, status_since = %s, document = %s, version = version + 1, "
            "settled_at = %s, ring_at = NULL WHERE id = %s",
            [(c.status, c.rule, c.status_since, c.document, c.settled_at + timedelta(0), c.pk) for c in claims],
        )
    return time.perf_counter() - began
