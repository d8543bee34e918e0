"""What an editor saw when a page was opened, and whether it is still so when the editor acts on it.

Every form of the desk carries a token of the row it shows. Whoever acts or saves with a token of what is no longer so
is told who changed what and when, and may go on: nothing is undone and nothing is overwritten unseen.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.admin.fields import tell_languages
from claims.admin.history import read_message
from claims.models import (
    ApiKey,
    Article,
    Candidate,
    Change,
    Claim,
    Decision,
    Feed,
    Page,
    Party,
    Review,
    Revision,
    Source,
    Statement,
    Withdrawal,
)
from claims.pipeline import lock_claims, settle_alone
from claims.words import Rule

FIELD = "seen"
"""The name under which a form sends the token back."""

SALT = "claims.admin.seen"
# A change is written down a moment before it is committed, so it may be a little older than a page that lacks it.
SLACK = timedelta(minutes=1)

# What is watched of each kind of row: the columns and relations that editors change, or act upon. Secrets, and what
# workers write as they go, are not among them.
WATCHED: Mapping[type[models.Model], tuple[str, ...]] = {
    Claim: ("kind", "holder", "opposed", "place", "proposition", "keywords", "gains", "loses", "status", "rule"),
    Party: ("kind", "names", "reliability", "aligned_with", "note"),
    Source: ("name", "kind", "language", "homepage", "reliability", "speaks_as", "attribution", "attribution_url",
             "licence", "licence_url"),
    Feed: ("source", "url", "paused", "ended_at"),
    Page: ("state", "withdrawn"),
    Article: ("withdrawn",),
    Statement: ("dropped_at",),
    Decision: ("lifted_at",),
    Candidate: ("state", "claim"),
    ApiKey: ("name", "expires_at", "revoked_at"),
    User: ("username", "first_name", "last_name", "email", "is_active", "is_staff", "is_superuser", "groups",
           "user_permissions"),
    Group: ("name", "permissions"),
}  # fmt: skip

# What follows from what parties say, and is written by workers.
STATUS = frozenset({"status", "rule", "claim_status"})
LABELS: Mapping[str, str | Promise] = {
    "claim_status": _("status of the claim"),
    "last_review": _("last review"),
    "last_decision": _("last decision"),
    "last_lifted": _("decision lifted"),
    "last_withdrawal": _("last withdrawal"),
    "newest_edition": _("newest edition"),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was seen, in words: what, how it was, how it is now."""

    name: str
    label: str | Promise
    then: str
    now: str


class Overtaken(Exception):
    """Somebody or something changed the row after the editor saw it: who, what (in words) and when.

    `who` is empty where it was a worker, or nobody knows. `token` is that of the row as it is now: with it, and having
    been told, the editor may go on.
    """

    def __init__(
        self, who: str, what: str, when: datetime | None, token: str, differences: Sequence[Difference] = ()
    ) -> None:
        super().__init__(who, what, when)
        self.who, self.what, self.when, self.token, self.differences = who, what, when, token, differences


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a token says: when the row was seen, and what was so."""

    at: datetime
    facts: Mapping[str, Any]


def watch(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows that come with what surrounds them and is watched too: the last word on a statement, a claim's decision.

    Read in the same query as the row, so that a token never knows of more than the page shows.
    """
    model = rows.model
    if model is Statement:
        last = Review.objects.filter(statement=OuterRef("pk")).order_by("-recorded_at", "-pk")
        rows = rows.select_related("claim").defer("claim__document")
        return rows.annotate(seen_last_review=Subquery(last.values("pk")[:1]))
    if model is Decision:
        return rows.select_related("claim").defer("claim__document")
    if model is Claim:
        ruled = Decision.objects.filter(claim=OuterRef("pk")).order_by("-recorded_at", "-pk")
        return rows.annotate(
            seen_last_decision=Subquery(ruled.values("pk")[:1]),
            seen_last_lifted=Subquery(ruled.values("lifted_at")[:1]),
        )
    if model is Article:
        asked = Withdrawal.objects.filter(article=OuterRef("pk")).order_by("-pk")
        newest = Revision.objects.filter(article=OuterRef("pk")).order_by("-number")
        return rows.annotate(
            seen_last_withdrawal=Subquery(asked.values("pk")[:1]),
            seen_newest_edition=Subquery(newest.values("number")[:1]),
        )
    return rows


def token_of(row: models.Model, **related: Sequence[int]) -> str:
    """The token of a row as it was loaded, to be sent back by the form that acts on it.

    A row that was not loaded through `watch` costs one query more. `related` gives the ids that a form shows of a
    relation of many; without them, such relations are not watched.
    """
    glimpse = {"at": timezone.now(), "of": _name(row), "facts": {**_facts(row), **related}}
    return signing.dumps(json.loads(json.dumps(glimpse, cls=DjangoJSONEncoder)), salt=SALT, compress=True)


def tokens_of(rows: Sequence[models.Model]) -> list[str]:
    """The tokens of several rows of one kind, in their order, for one query at most."""
    if rows and not _watched(rows[0]):
        seen = watch(type(rows[0])._default_manager.all()).in_bulk([row.pk for row in rows])
        rows = [seen.get(row.pk, row) for row in rows]
    return [token_of(row) for row in rows]


def read_token(row: models.Model, token: str) -> Glimpse:
    """What the editor saw, by a token; raises Overtaken for one that is not of this row, or not ours."""
    try:
        told = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        told = {}
    if told.get("of") != _name(row):
        what = gettext("The page you acted from is too old to tell what has changed since.")
        raise Overtaken("", what, None, token_of(load(row), **related_of(row)))
    return Glimpse(datetime.fromisoformat(told["at"]), told["facts"])


def hold(row: models.Model, *others: Claim) -> None:
    """Keep others from changing a row until the transaction ends, so that what is checked stays so.

    Takes the locks that workers take, in their order; `others` are claims that are about to change with it.
    """
    claims = {claim.pk for claim in others}
    if isinstance(row, Claim):
        claims.add(row.pk)
    elif isinstance(row, Statement | Decision):
        claims.add(row.claim_id)
    if isinstance(row, Candidate):
        settle_alone()  # who accepts one waits for this lock, and must not hold the row's meanwhile
    if not claims or isinstance(row, Article):  # an article before the claims, as a reading has them
        type(row)._default_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).values("pk").get()
    if claims:
        lock_claims(claims, timezone.now())


def check(row: models.Model, token: str, *, besides: Collection[str] = ()) -> None:
    """Raise Overtaken unless everything watched of a row is now as it was seen; a form without a token saw nothing.

    To be called in the transaction that acts, after `hold`. `besides` names what may have changed all the same.
    """
    if not token:
        return
    seen = read_token(row, token)
    now = load(row)
    if differences := [found for found in differ(seen, now) if found.name not in besides]:
        raise _tell(now, seen.at, token_of(now, **related_of(now)), differences)


def glimpse(row: models.Model) -> Glimpse:
    """What is so of a row as it was loaded, to compare it with what it is later."""
    return Glimpse(timezone.now(), json.loads(json.dumps(_facts(row), cls=DjangoJSONEncoder)))


def check_each(rows: Sequence[models.Model], tokens: Mapping[int, str]) -> list[tuple[models.Model, Overtaken]]:
    """Which of several rows of one kind are not as they were seen, by their tokens; one query where all are."""
    present = watch(type(rows[0])._default_manager.all()).in_bulk([row.pk for row in rows]) if rows else {}
    found = []
    for row in rows:
        try:
            seen = read_token(row, tokens[row.pk]) if tokens.get(row.pk) else None
            if seen is not None and (differences := differ(seen, present[row.pk])):
                found.append((row, _tell(row, seen.at, token_of(present[row.pk]), differences)))
        except Overtaken as overtaken:
            found.append((row, overtaken))
    return found


def load(row: models.Model) -> models.Model:
    """The row as it is now in the database, with what surrounds it."""
    return watch(type(row)._default_manager.all()).get(pk=row.pk)


def related_of(row: models.Model) -> dict[str, list[int]]:
    """The ids of the rows that a row is related to by relations of many that are watched."""
    names = [name for name in WATCHED.get(type(row), ()) if _is_relation(row, name)]
    return {name: sorted(getattr(row, name).values_list("pk", flat=True)) for name in names}


def differ(seen: Glimpse, now: models.Model) -> list[Difference]:
    """What is not as it was seen, in words."""
    many = related_of(now) if any(_is_relation(now, name) for name in seen.facts) else {}
    facts = json.loads(json.dumps({**_facts(now), **many}, cls=DjangoJSONEncoder))
    return [
        Difference(name, _label(now, name), _word(now, name, then), _word(now, name, facts[name]))
        for name, then in seen.facts.items()
        if name in facts and facts[name] != then
    ]


def _facts(row: Any) -> dict[str, Any]:
    """What is watched of a row, by name; relations of many are left to forms, which read them anyway."""
    names = [name for name in WATCHED.get(type(row), ()) if not _is_relation(row, name)]
    facts = {name: row._meta.get_field(name).value_from_object(row) for name in names}
    if not _watched(row):
        row = load(row)
    if isinstance(row, Statement | Decision):
        facts["claim_status"] = row.claim.status
    return facts | {name: getattr(row, f"seen_{name}") for name in LABELS if hasattr(row, f"seen_{name}")}


def _watched(row: Any) -> bool:
    """Whether a row was loaded with what surrounds it."""
    if isinstance(row, Statement):
        return hasattr(row, "seen_last_review")
    if isinstance(row, Claim):
        return hasattr(row, "seen_last_decision")
    return not isinstance(row, Article) or hasattr(row, "seen_last_withdrawal")


def _is_relation(row: models.Model, name: str) -> bool:
    return any(field.name == name for field in row._meta.many_to_many)


def _name(row: models.Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"


def _label(row: models.Model, name: str) -> str | Promise:
    if name in LABELS:
        return LABELS[name]
    label: str | Promise = row._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return label


def _word(row: models.Model, name: str, value: Any) -> str:
    """A watched value as an editor reads it; rows that it names are looked up."""
    if value in (None, "", [], {}):
        return "—"
    if name == "last_review":
        review = Review.objects.select_related("editor").get(pk=value)
        return f"{review.verdict} · {review.editor or '—'} · {_moment(review.recorded_at)} {review.reason}".strip()
    if name == "last_decision":
        decision = Decision.objects.select_related("author").get(pk=value)
        said = f"{decision.status} · {decision.author or '—'} · {_moment(decision.recorded_at)}"
        return f"{said} {decision.rationale}"
    if name == "last_withdrawal":
        asked = Withdrawal.objects.get(pk=value)
        said = gettext("withdrawn") if asked.withdrawn else gettext("restored")
        return f"{said} · {_moment(asked.asked_at)} {asked.why}".strip()
    if name in LABELS:
        return _plain(value)
    field: Any = row._meta.get_field(name)
    if field.many_to_many:
        return ", ".join(str(other) for other in field.related_model._default_manager.filter(pk__in=value))
    if field.is_relation:
        return str(field.related_model._default_manager.filter(pk=value).first() or value)
    if isinstance(value, dict):
        return _place(value) if name == "place" else tell_languages(value)
    return str(dict(field.flatchoices).get(value, "") or _plain(value))


def _place(place: Mapping[str, Any]) -> str:
    number = str(place.get("geonameid", ""))
    return " · ".join(part for part in (place.get("name", ""), number, tell_languages(place.get("names"))) if part)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    moment = parse_datetime(value) if isinstance(value, str) else None
    return _moment(moment) if moment else str(value)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _tell(row: Any, since: datetime, token: str, differences: Sequence[Difference]) -> Overtaken:
    """Who made the difference: the editor who last acted on the row since, or what changed its claim's status."""
    names = {difference.name for difference in differences}
    if names - STATUS:
        of = {"content_type": ContentType.objects.get_for_model(row), "object_id": str(row.pk)}
        entries = LogEntry.objects.filter(**of, action_time__gte=since - SLACK).select_related("user")
        entry = entries.order_by("-action_time", "-pk").first()
        if entry is not None:
            who, what = entry.user.get_username(), read_message(entry).said
            return Overtaken(who, what, entry.action_time, token, differences)
    claim = row.pk if isinstance(row, Claim) else getattr(row, "claim_id", None)
    change = Change.objects.filter(claim=claim).order_by("-pk").first() if names & STATUS else None
    if change is not None:
        ruled = Decision.objects.filter(claim=claim).select_related("author").order_by("-recorded_at", "-pk").first()
        who = str(ruled.author or "") if change.rule == Rule.DECISION and ruled else ""
        what = f"{change.from_status} → {change.to_status}: {change.reason}"
        return Overtaken(who, what, change.recorded_at, token, differences)
    when = getattr(row, "dropped_at", None) or getattr(row, "changed_at", None)
    return Overtaken("", getattr(row, "dropped_why", ""), when, token, differences)
