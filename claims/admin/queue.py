"""The editors' queue: what a word would turn first, then doubtful readings, then new claims; who is at what.

Claims keep which readings a word may turn them by (`Claim.stakes`); of the newest of these the policy is asked.

An item is a statement that nobody has reviewed or a candidate that waits. Each is looked for by index, and never more
than `COUNTED` of a kind.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from claims.admin.foresight import Turn, foresee_each
from claims.admin.quotes import QuoteView, view_quotes, with_excerpt, with_verdict
from claims.models import Candidate, Claim, Hold, Party, Statement
from claims.models.claims import DOUBTFUL_BELOW
from claims.models.writing import Row, Sql, run
from claims.reading.lexicon import LANGUAGES
from claims.words import Verdict

STAKES, DOUBTS, CANDIDATES = "stakes", "doubts", "candidates"
KINDS = (STAKES, DOUBTS, CANDIDATES)
"""What is in the queue, in its order."""

COUNTED = 1_000  # beyond this the exact number says nothing more
LOOKED_AT = 2_000  # claims with something at stake, those that changed last first; candidates, best borne out first
DOUBTS_LOOKED_AT = 20_000
PAGE = 20
FORESEEN = 500  # statements of a party on a claim that are gone through for each item
# Readings that may turn a claim of which is asked whether they do: the first so many, and, where too few of them do to
# fill a page, the rest.
ASKED_FIRST, ASKED_ABOUT = 60, 300
AGES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=28)}

UNREVIEWED = "s.origin = 'reading' AND s.dropped_at IS NULL AND s.reviewed_at IS NULL"
# The claims that a word would turn, those that changed last first; of each reading that it concerns the newest few.
STAKES_SQL = """
WITH c AS MATERIALIZED (
    SELECT id, status_since, stakes FROM claims_claim c WHERE NOT (c.stakes = '[]'::jsonb) {claims}
     ORDER BY c.status_since DESC NULLS LAST, c.id LIMIT {claims_most}
)
SELECT told.id, k.stance, p.id, p.slug, p.names, claim.id, claim.slug, claim.kind, claim.place, claim.proposition,
       claim.status, claim.stakes, holder.slug, holder.names
  FROM c
  JOIN claims_claim claim ON claim.id = c.id
  LEFT JOIN claims_party holder ON holder.id = claim.holder_id
 CROSS JOIN LATERAL (SELECT DISTINCT stake->>0 AS party, stake->>1 AS stance
                       FROM jsonb_array_elements(c.stakes) stake) k
  JOIN claims_party p ON p.slug = k.party
 CROSS JOIN LATERAL (SELECT s.id, s.said_at FROM claims_statement s JOIN claims_article a ON a.id = s.article_id
                      WHERE s.claim_id = c.id AND s.party_id = p.id AND s.stance = k.stance AND {unreviewed}
                        AND NOT a.withdrawn {statements}
                      ORDER BY s.said_at DESC, s.id DESC LIMIT 3) told
 ORDER BY c.status_since DESC NULLS LAST, c.id, told.said_at DESC, told.id DESC LIMIT {most}
"""
DOUBTS_SQL = """
SELECT s.id
  FROM (SELECT s.id, s.article_id, s.revision_id, s.recorded_at FROM claims_statement s
         WHERE {unreviewed} AND s.confidence < {doubtful} {narrowly}
         ORDER BY s.recorded_at DESC, s.id DESC LIMIT {doubts_most}) s
  JOIN claims_article a ON a.id = s.article_id
 WHERE NOT a.withdrawn {widely}
 ORDER BY s.recorded_at DESC, s.id DESC LIMIT {most}
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the editor wants to see of the queue: nothing said, all of it."""

    kind: str = ""
    claim: int | None = None
    party: int | None = None
    source: int | None = None
    lang: str = ""
    age: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> "Asked":
        """What an address asks for; what it cannot mean is left out."""

        def number(name: str) -> int | None:
            text = given.get(name, "")
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None

        kind, lang, age = (given.get(name, "") for name in ("kind", "lang", "age"))
        return cls(
            kind=kind if kind in KINDS else "",
            claim=number("claim"),
            party=number("party"),
            source=number("source"),
            lang=lang if lang in LANGUAGES else "",
            age=age if age in AGES else "",
        )

    def write(self, **other: object) -> str:
        """The address's part that asks for it, with some things asked otherwise."""
        told = {name: getattr(self, name) for name in self.__slots__} | other
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in told.items() if value not in (None, "")})
        return query.urlencode()


@dataclass(frozen=True, slots=True)
class Key:
    """Which item: the name of its table and its number there."""

    table: str
    pk: int

    def __str__(self) -> str:
        return f"{self.table}-{self.pk}"

    @classmethod
    def of(cls, row: Statement | Candidate) -> "Key":
        """The key of a row."""
        return cls("statement" if isinstance(row, Statement) else "candidate", row.pk)

    @property
    def page(self) -> str:
        """The address of the item's page."""
        return reverse(f"admin:claims_{self.table}_change", args=[self.pk])


@dataclass(frozen=True, slots=True)
class Found:
    """The items of the queue in its order, as keys, kind by kind; `more` names kinds of which there are still more.

    `turning` are the statements on which a word turns a claim, by key, each with what every word on it gives.
    """

    keys: Mapping[str, tuple[Key, ...]]
    more: frozenset[str] = frozenset()
    turning: Mapping[Key, tuple[Statement, Mapping[Verdict, Turn]]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[str, Key]]:
        return ((kind, key) for kind in KINDS for key in self.keys.get(kind, ()))

    def count(self, kind: str) -> str:
        """How many there are of a kind, as shown."""
        n = len(self.keys.get(kind, ()))
        return f"{n:,}+" if kind in self.more else f"{n:,}"


@dataclass(slots=True)
class Item:
    """One item ready to show: a statement with its words, or a candidate; what a word would change; who is at it."""

    kind: str
    key: Key
    row: Any
    quote: QuoteView | None = None
    turns: Mapping[Verdict, Turn] = field(default_factory=dict)
    hold: Hold | None = None

    @property
    def if_confirmed(self) -> Turn | None:
        """What confirming it gives, if it is another status."""
        return self._turn(Verdict.CONFIRMED)

    @property
    def if_rejected(self) -> Turn | None:
        """What rejecting it gives, if it is another status."""
        return self._turn(Verdict.REJECTED)

    def _turn(self, verdict: Verdict) -> Turn | None:
        turn = self.turns.get(verdict)
        return turn if turn is not None and turn.differs else None


def find_items(asked: Asked, now: datetime, *, may: Collection[str] = KINDS, enough: int = PAGE + 1) -> Found:
    """The keys of what waits for an editor, of the kinds that may be seen; in few trips.

    Of readings on which a word turns a claim `enough` are looked for.
    """
    given = {
        "claim": asked.claim, "party": asked.party, "source": asked.source, "lang": asked.lang,
        "since": now - AGES[asked.age] if asked.age else None,
    }  # fmt: skip
    of_claims = [("claim", "c.id = %(claim)s"), ("party", "c.stakes @> " + _PARTY)]
    narrowly = [("claim", "s.claim_id = %(claim)s"), ("party", "s.party_id = %(party)s"), _SINCE]
    widely = [("source", "a.source_id = %(source)s"), ("lang", _LANG)]
    # The limits stand in the text: the plan depends on them.
    fixed = {
        "unreviewed": UNREVIEWED, "doubtful": DOUBTFUL_BELOW, "claims_most": LOOKED_AT,
        "doubts_most": DOUBTS_LOOKED_AT,
    }  # fmt: skip
    texts = {
        STAKES: STAKES_SQL.format(
            **fixed,
            most=ASKED_ABOUT + 1,
            claims=_where(of_claims, given),
            statements=_where([_PARTY_OF, _SINCE, *widely], given),
        ),
        DOUBTS: DOUBTS_SQL.format(
            **fixed, most=COUNTED + 1, narrowly=_where(narrowly, given), widely=_where(widely, given)
        ),
    }
    # The counts of all kinds are shown, whichever is looked at.
    wanted = [kind for kind in texts if kind in may]
    answers = run(*(Sql(texts[kind], given) for kind in wanted))
    keys: dict[str, tuple[Key, ...]] = {}
    seen: set[Key] = set()
    more: set[str] = set()
    turning: dict[Key, tuple[Statement, Mapping[Verdict, Turn]]] = {}
    for kind, rows in zip(wanted, answers, strict=True):
        if kind == STAKES:
            turning = _find_turning(rows[:ASKED_FIRST])
            asked_about = ASKED_FIRST
            if len(turning) < enough and len(rows) > ASKED_FIRST:
                turning |= _find_turning(rows[ASKED_FIRST:ASKED_ABOUT])
                asked_about = ASKED_ABOUT
            if len(rows) > asked_about:
                more.add(kind)
            rows = [row for row in rows if Key("statement", row[0]) in turning]
        keys[kind] = tuple(key for pk, *_ in rows if (key := Key("statement", pk)) not in seen)
        seen.update(keys[kind])
    if CANDIDATES in may:
        waiting = _waiting(asked, given["since"]).values_list("pk", flat=True)[: COUNTED + 1]
        keys[CANDIDATES] = tuple(Key("candidate", pk) for pk in waiting)
    more |= {kind for kind, found in keys.items() if len(found) > COUNTED}
    return Found({kind: found[:COUNTED] for kind, found in keys.items()}, frozenset(more), turning)


def _find_turning(rows: Sequence[Row]) -> dict[Key, tuple[Statement, Mapping[Verdict, Turn]]]:
    """Those statements on which a word does turn the claim, of those on which it may; asked of the policy."""
    if not rows:
        return {}
    told = [_read_statement(row) for row in rows]
    foreseen = foresee_each(told, [Verdict.CONFIRMED, Verdict.REJECTED], most=FORESEEN)
    turns = ((said, foreseen.get(said.pk, {})) for said in told)
    return {Key.of(said): (said, words) for said, words in turns if any(turn.differs for turn in words.values())}


def _read_statement(row: Row) -> Statement:
    """A statement that was answered to STAKES_SQL: who takes which stance on which claim, and no more of it."""
    pk, stance, party, slug, names, claim, about, kind, place, proposition, status, stakes, holder, held_by = row
    return Statement(
        pk=pk,
        stance=stance,
        party=Party(pk=party, slug=slug, names=names),
        claim=Claim(
            pk=claim,
            slug=about,
            kind=kind,
            place=place,
            proposition=proposition,
            status=status,
            stakes=stakes,
            holder=Party(slug=holder, names=held_by) if holder else None,
        ),
    )


_PARTY = "jsonb_build_array(jsonb_build_array((SELECT slug FROM claims_party WHERE id = %(party)s)))"
_PARTY_OF = ("party", "s.party_id = %(party)s")
_SINCE = ("since", "s.recorded_at >= %(since)s")
_LANG = "EXISTS (SELECT 1 FROM claims_revision r WHERE r.id = s.revision_id AND r.lang = %(lang)s)"


def _where(conditions: Iterable[tuple[str, str]], given: Mapping[str, Any]) -> str:
    """The conditions of which something is asked, to go on with."""
    return "".join(f" AND {condition}" for name, condition in conditions if given[name])


def _waiting(asked: Asked, since: datetime | None) -> Any:
    """The candidates that wait, best borne out first; those that a claim covers are dropped from the first so many."""
    if asked.claim is not None:
        return Candidate.objects.none()
    best = Candidate.objects.filter(state=Candidate.State.OPEN, stories__gt=0)
    if asked.party is not None:
        best = best.filter(Q(holder=asked.party) | Q(parties__contains=[_slug_of(asked.party)]))
    if asked.source is not None:
        best = best.filter(lead__article__source=asked.source)
    if asked.lang:
        best = best.filter(lead__revision__lang=asked.lang)
    if since is not None:
        best = best.filter(seen_at__gte=since)
    return Candidate.objects.waiting().filter(pk__in=best.values("pk")[:LOOKED_AT])


def _slug_of(party: int) -> str:
    return Party.objects.values_list("slug", flat=True).filter(pk=party).first() or ""


def lay_items(keys: Iterable[tuple[str, Key]], now: datetime) -> list[Item]:
    """Items ready to show, in their order but that of what is at stake those come first which a word does turn."""
    keys = list(keys)
    statements = [key.pk for _, key in keys if key.table == "statement"]
    candidates = [key.pk for _, key in keys if key.table == "candidate"]
    rows: dict[Key, Any] = {}
    quotes: dict[int, QuoteView] = {}
    if statements:
        shown = with_excerpt(with_verdict(Statement.objects.filter(pk__in=statements))).select_related("claim__holder")
        quotes = {quote.statement.pk: quote for quote in view_quotes(shown)}
        rows |= {Key("statement", pk): quote.statement for pk, quote in quotes.items()}
    if candidates:
        proposed = Candidate.objects.select_related("holder", "lead__article__source", "lead__revision")
        proposed = proposed.filter(pk__in=candidates).defer("lead__revision__text")
        rows |= {Key("candidate", row.pk): row for row in proposed}
    said = [quote.statement for quote in quotes.values()]
    turns = foresee_each(said, [Verdict.CONFIRMED, Verdict.REJECTED], most=FORESEEN) if said else {}
    holds = holds_on([key for _, key in keys], now)
    items = [
        Item(kind, key, rows[key], quotes.get(key.pk) if key.table == "statement" else None, hold=holds.get(key))
        for kind, key in keys
        if key in rows
    ]
    for item in items:
        if item.quote is not None:
            item.turns = turns.get(item.key.pk, {})
    order = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(items, key=lambda item: (order[item.kind], not (item.if_confirmed or item.if_rejected)))


def load_rows(keys: Iterable[Key]) -> dict[Key, Statement | Candidate]:
    """The rows of items, by key."""
    keys = list(keys)
    rows: dict[Key, Statement | Candidate] = {}
    for table, model in (("statement", Statement), ("candidate", Candidate)):
        wanted = [key.pk for key in keys if key.table == table]
        rows |= {Key(table, pk): row for pk, row in model.objects.in_bulk(wanted).items()} if wanted else {}
    return rows


def holds_on(keys: Collection[Key], now: datetime) -> dict[Key, Hold]:
    """Who is at which of these items."""
    if not keys:
        return {}
    statements = [key.pk for key in keys if key.table == "statement"]
    candidates = [key.pk for key in keys if key.table == "candidate"]
    standing = Hold.objects.standing(now).filter(Q(statement__in=statements) | Q(candidate__in=candidates))
    return {
        Key("statement", hold.statement_id) if hold.statement_id else Key("candidate", hold.candidate_id): hold
        for hold in standing.select_related("editor")
    }
