"""What became of what was sent: each step of each article, told from the rows that it left."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from claims.api.examples import JOB_EXAMPLE
from claims.api.keys import MayFollowJobs
from claims.api.problems import Problem
from claims.api.push_shapes import JobShape
from claims.api.pushes import article_address, count_outcomes, job_address
from claims.api.shapes import document_answers
from claims.api.views import ApiView, answer
from claims.models import Change, Job, Revision, Statement, Withdrawal
from claims.pipeline.reading import word_drop
from claims.serializers import iso

Data = dict[str, Any]
# How many statements, and how many changes, are told of one article.
SHOWN = 200


class ShowJob(ApiView):
    """One job."""

    permission_classes = (MayFollowJobs,)

    @extend_schema(
        operation_id="job",
        tags=["articles"],
        summary="What became of what was sent",
        description=(
            "Each article that was sent with its steps so far: received, stored, read (when, and by which reader), "
            "assessed; the statements found in it and the claims that changed by it; or why it was refused, or what "
            "went wrong. `done` once nothing is waiting. A job is shown to the key that made it, and to the other keys "
            "of its user where that is a member of staff; it is kept 30 days."
        ),
        parameters=[OpenApiParameter("job", UUID, OpenApiParameter.PATH)],
        responses=document_answers(JobShape, 400, 401, 403, 404, 406, example=JOB_EXAMPLE),
    )
    def get(self, request: Request, job: UUID) -> HttpResponse:
        """The job."""
        found = Job.objects.visible_to(request.auth).filter(pk=job).first()
        if found is None:
            raise Problem("not-found", "There is no job of yours at this address; jobs are kept 30 days.")
        rows = _find_rows(found.items)
        items = [_tell_item(request, found, index, rows) for index in range(len(found.items))]
        return answer(
            {
                "id": str(found.pk),
                "received_at": iso(found.received_at),
                "done": all(item["state"] != "due" for item in items),
                "counts": count_outcomes(found.items),
                "items": items,
                "links": {"self": job_address(request, found)},
            }
        )


@dataclass(slots=True)
class _Rows:
    """The rows that the items of a job left: by id, statements by article, changes by claim and recorded moment."""

    revisions: Mapping[int, Revision]
    withdrawals: Mapping[int, Withdrawal]
    statements: dict[int, list[Statement]] = field(default_factory=dict)
    changes: dict[tuple[int, datetime], list[Change]] = field(default_factory=dict)


def _find_rows(items: Iterable[Data]) -> _Rows:
    """All rows of a job, in five questions however many items it has."""
    items = list(items)
    revisions = Revision.objects.defer("text", "title").in_bulk(
        [item["revision"] for item in items if item["revision"]]
    )
    withdrawals = Withdrawal.objects.in_bulk([item["withdrawal"] for item in items if item["withdrawal"]])
    rows = _Rows(revisions, withdrawals)
    articles = {row.article_id for row in (*revisions.values(), *withdrawals.values())}
    said = Statement.objects.filter(article__in=articles).select_related("claim", "party", "revision")
    for statement in said.defer("revision__text", "revision__title").order_by("claim__slug", "party__slug", "pk"):
        rows.statements.setdefault(statement.article_id, []).append(statement)
    told = [statement for statements in rows.statements.values() for statement in statements]
    moments = {statement.recorded_at for statement in told} | {row.recorded_at for row in withdrawals.values()}
    moments |= {statement.dropped_at for statement in told}
    changed = Change.objects.filter(claim__in={s.claim_id for s in told}, recorded_at__in=moments - {None})
    for change in changed.select_related("claim").order_by("pk"):
        rows.changes.setdefault((change.claim_id, change.recorded_at), []).append(change)
    return rows


def _tell_item(request: Request, job: Job, index: int, rows: _Rows) -> Data:
    """One item of a job: what it came to at once, its steps since, and what was found in it."""
    item = job.items[index]
    steps = [_step("received", job.received_at, "")]
    told: Data = {"state": "done", "edition": None, "statements": [], "changes": [], "error": None}
    if item["outcome"] == "refused":
        told["state"] = "refused"
        steps.append(_step("refused", job.received_at, "; ".join(place["detail"] for place in item["errors"])))
    elif item["revision"] in rows.revisions:
        told |= _tell_revision(rows.revisions[item["revision"]], rows, steps)
    elif item["withdrawal"] in rows.withdrawals:
        told |= _tell_withdrawal(rows.withdrawals[item["withdrawal"]], rows, steps)
    else:
        steps.append(_step("repeated", job.received_at, f"article {item['article']} stands as it was"))
    return {
        "index": index,
        **{name: item[name] for name in ("outcome", "article", "revision", "notes", "errors")},
        **told,
        "steps": steps,
        "links": {"article": article_address(request, item["article"])},
    }


def _tell_revision(revision: Revision, rows: _Rows, steps: list[Data]) -> Data:
    """An edition: stored, then read or given up; what it carries, and what changed by its being read."""
    steps.append(_step("stored", revision.recorded_at, f"edition {revision.number} of article {revision.article_id}"))
    state = "done" if revision.read_at else "failed" if revision.failed else "due"
    told: Data = {"state": state, "edition": revision.number, "error": revision.last_error or None}
    if state == "failed":
        steps.append(_step("failed", None, revision.last_error))
    if revision.read_at is None:
        return told
    steps.append(_step("read", revision.read_at, revision.read_by))
    ours = rows.statements.get(revision.article_id, [])
    drop = word_drop(revision.number)
    by_it = {(s.claim_id, s.recorded_at) for s in ours if s.revision_id == revision.pk}
    by_it |= {(s.claim_id, s.dropped_at) for s in ours if s.dropped_at is not None and s.dropped_why == drop}
    # What an earlier edition said in the same words goes on; what a later one dropped was here nevertheless.
    carried = [
        s for s in ours if s.revision is not None and s.revision.number <= revision.number and _in_it(s, revision)
    ]
    found = _tell_found(carried, by_it, rows)
    moment = max((moment for _, moment in by_it), default=None)
    summary = f"statements found: {len(carried)}; changes of claims: {len(found['changes'])}"
    steps.append(_step("assessed", moment or revision.read_at, summary))
    return told | found


def _in_it(statement: Statement, revision: Revision) -> bool:
    """Whether an edition carried a statement of its article, as it was read."""
    if statement.dropped_at is None:
        return True
    return statement.dropped_why not in {word_drop(number) for number in range(1, revision.number + 1)}


def _tell_withdrawal(withdrawal: Withdrawal, rows: _Rows, steps: list[Data]) -> Data:
    """A withdrawal: asked for, then held; the statements that count no more, and what changed by it."""
    steps.append(_step("stored", withdrawal.asked_at, f"the withdrawal of article {withdrawal.article_id}"))
    if withdrawal.recorded_at is None:
        return {"state": "due"}
    steps.append(_step("withdrawn", withdrawal.recorded_at, withdrawal.why))
    ours = [s for s in rows.statements.get(withdrawal.article_id, []) if s.dropped_at is None]
    return _tell_found(ours, {(s.claim_id, withdrawal.recorded_at) for s in ours}, rows)


def _tell_found(found: Iterable[Statement], by_it: Iterable[tuple[int, datetime]], rows: _Rows) -> Data:
    """Statements, and the changes that were recorded on a claim at the moment at which they were."""
    changes = sorted((change for key in set(by_it) for change in rows.changes.get(key, [])), key=lambda c: c.pk)
    return {
        "statements": [
            {"id": s.pk, "claim": s.claim.slug, "party": s.party.slug, "stance": s.stance, "said_at": iso(s.said_at),
             "quote": s.quote}
            for s in list(found)[:SHOWN]
        ],
        "changes": [
            {"claim": c.claim.slug, "kind": c.kind, "from_status": c.from_status, "to_status": c.to_status,
             "recorded_at": iso(c.recorded_at)}
            for c in changes[:SHOWN]
        ],
    }  # fmt: skip


def _step(step: str, at: datetime | None, told: str) -> Data:
    return {"step": step, "at": iso(at), "told": told}
