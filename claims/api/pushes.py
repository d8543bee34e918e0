"""Articles sent by trusted software, one or many: stored at once, read by the queue, followed as a job until then."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request

from claims import intake, tasks
from claims.api.examples import (
    ARTICLE_EXAMPLE,
    BATCH_EXAMPLE,
    BATCH_RECEIPT_EXAMPLE,
    NINJS_EXAMPLE,
    RECEIPT_EXAMPLE,
)
from claims.api.idempotency import IDEMPOTENCY_KEY, Keep, answer_once
from claims.api.keys import MayPushArticles
from claims.api.problems import Problem
from claims.api.push_shapes import (
    ArrivingArticleShape,
    ArrivingBatchShape,
    BatchReceiptShape,
    NinjsShape,
    ReceiptShape,
)
from claims.api.shapes import document_answers, document_headers
from claims.api.views import ApiView, JsonObjectParser, answer
from claims.models import Job

Outcome = intake.Taken | intake.Refused


class NinjsParser(JsonObjectParser):
    """The same for a body that says of itself that it is ninjs."""

    media_type = intake.NINJS


class PushArticle(ApiView):
    """Where articles are sent to."""

    permission_classes = (MayPushArticles,)
    parser_classes = (JsonObjectParser, NinjsParser)

    @extend_schema(
        operation_id="push_article",
        tags=["articles"],
        summary="Send an article, or up to 100",
        description=(
            "Needs a key with the scope `push:articles`. Send one article, or `{\"articles\": [...]}` with up to "
            f"{intake.MAX_BATCH} of them; each may be in our own form or an IPTC ninjs item (1.x, 2.x, 3.x), known by "
            f"its `uri`, or all of them by the content type `{intake.NINJS}`. What is taken is stored and waits to be "
            "read; `Location` says where to follow it. The same article sent again changes nothing (`repeated`), other "
            "words at the same address are a new edition (`revised`), and `pubstatus: canceled` withdraws it. One "
            "article that cannot be taken is answered by 422; of many, each has its own result, and one that is "
            "`refused` loses no other. The answer to many is 202 even where none could be taken: look at `counts`. "
            "Those of the first form are checked strictly; members of ninjs items that are not known are passed over."
        ),
        request={
            "application/json": PolymorphicProxySerializer(
                "Arriving", [ArrivingArticleShape, ArrivingBatchShape, NinjsShape], resource_type_field_name=None
            ),
            intake.NINJS: NinjsShape,
        },
        examples=[
            OpenApiExample("An article", value=ARTICLE_EXAMPLE, request_only=True, media_type="application/json"),
            OpenApiExample("Several", value=BATCH_EXAMPLE, request_only=True, media_type="application/json"),
            OpenApiExample("A ninjs item", value=NINJS_EXAMPLE, request_only=True, media_type=intake.NINJS),
            OpenApiExample("One", value=RECEIPT_EXAMPLE, response_only=True, status_codes=["202"]),
            OpenApiExample("Many", value=BATCH_RECEIPT_EXAMPLE, response_only=True, status_codes=["202"]),
        ],
        parameters=[IDEMPOTENCY_KEY, *document_headers("Location", "Idempotent-Replayed", code=202)],
        responses=document_answers(
            PolymorphicProxySerializer("Received", [ReceiptShape, BatchReceiptShape], resource_type_field_name=None),
            400, 401, 403, 406, 409, 413, 415, 422, 503, code=202,
        ),
    )  # fmt: skip
    def post(self, request: Request) -> HttpResponse:
        """Take what was sent, and ring for what is to be read."""
        sent, outcomes = request.data, list[Outcome]()
        response = answer_once(request, lambda keep: self._push(request, sent, keep, outcomes))
        due = [outcome for outcome in outcomes if isinstance(outcome, intake.Taken)]
        tasks.ring_readings([taken.revision_id for taken in due if taken.revision_id is not None])
        tasks.ring_withdrawals([taken.withdrawal_id for taken in due if taken.withdrawal_id is not None])
        return response

    def _push(self, request: Request, sent: Any, keep: Keep, outcomes: list[Outcome]) -> HttpResponse:
        """Store what was sent and the job that follows it; `outcomes` learns what became of each."""
        now = timezone.now()
        if not sent:
            raise Problem("malformed-body", "The body is empty; send the article as a JSON object.")
        many = "articles" in sent and "uri" not in sent
        records = _read_batch(sent) if many else [sent]
        if not many:
            _refuse_large(sent)
        ninjs = (request.content_type or "").partition(";")[0].strip().lower() == intake.NINJS
        arrived = intake.parse_items(records, now, ninjs=ninjs)
        if not many:
            _refuse(arrived[0])
        sources = intake.find_sources(arrived)
        with transaction.atomic():
            taken = intake.take_articles(arrived, sources, now)
            if not many:
                _refuse(taken[0])
            items = [_note_item(outcome, f"#/articles/{i}" if many else "#") for i, outcome in enumerate(taken)]
            job = Job.objects.create(key=request.auth, received_at=now, items=items)
            receipt = _batch_receipt(request, job) if many else _receipt(request, job)
            response = answer(receipt, status=202, headers={"Location": job_address(request, job)})
            keep(response)
        outcomes.extend(taken)
        return response


def job_address(request: HttpRequest | Request, job: Job) -> str:
    """Where a job can be followed."""
    return request.build_absolute_uri(reverse("api:job", args=[job.pk]))


def article_address(request: HttpRequest | Request, article: int | None) -> str | None:
    """Where an article can be read; None for none."""
    return None if article is None else request.build_absolute_uri(reverse("api:article", args=[article]))


def count_outcomes(items: list[dict[str, Any]]) -> dict[str, int]:
    """How many items came to what."""
    outcomes = [item["outcome"] for item in items]
    return {outcome: outcomes.count(outcome) for outcome in dict.fromkeys(outcomes)}


def _read_batch(sent: Mapping[str, Any]) -> list[Any]:
    """The articles of a body that holds many."""
    records = sent["articles"]
    cure = f'send 1 to {intake.MAX_BATCH} articles at once, as in {{"articles": [...]}}'
    others = [name for name in sent if name != "articles"]
    if others:
        raise _refusal(intake.Refused(others[0], "is not a field beside articles", cure))
    if not isinstance(records, list):
        raise _refusal(intake.Refused("articles", f"is {intake.name_kind(records)}, not a list", cure))
    if not 1 <= len(records) <= intake.MAX_BATCH:
        raise _refusal(intake.Refused("articles", f"holds {len(records)} articles", cure))
    return records


def _refuse_large(sent: Mapping[str, Any]) -> None:
    """Refuse an article with a text larger than any is taken."""
    for field, value in sent.items():
        # Each character is a byte or more: the exact count is only needed near the limit.
        if isinstance(value, str) and len(value) > intake.MAX_TEXT // 4:
            size = len(value.encode(errors="replace"))
            if size > intake.MAX_TEXT:
                detail = f"{field[:100]} is {size:,} bytes long; at most {intake.MAX_TEXT:,} are taken."
                raise Problem("too-large", detail, errors=[{"pointer": point_at(field), "detail": detail}])


def _refuse(outcome: object) -> None:
    """Answer by a problem where the one article that was sent is refused."""
    if isinstance(outcome, intake.Refused):
        raise _refusal(outcome)


def _refusal(refused: intake.Refused) -> Problem:
    return Problem("refused", f"{refused}.", errors=[_place(refused, "#")])


def _place(refused: intake.Refused, at: str) -> dict[str, str]:
    pointer = point_at(refused.field, at) if refused.field else at
    return {"pointer": pointer, "detail": refused.message, "cure": refused.cure}


def point_at(field: str, at: str = "#") -> str:
    """A field of an object in the body as a JSON Pointer in fragment form (RFC 6901, section 6)."""
    return f"{at}/{field[:100].replace('~', '~0').replace('/', '~1')}"


def _note_item(outcome: Outcome, at: str) -> dict[str, Any]:
    """What a job keeps of an item: by which rows it can be followed, or why it was refused."""
    if isinstance(outcome, intake.Refused):
        place = {
            name: words.encode(errors="replace").decode().replace("\x00", "?")
            for name, words in _place(outcome, at).items()
        }
        return {"outcome": "refused", "article": None, "revision": None, "withdrawal": None, "notes": [],
                "errors": [place]}  # fmt: skip
    return {
        "outcome": outcome.outcome,
        "article": outcome.article_id,
        "revision": outcome.revision_id,
        "withdrawal": outcome.withdrawal_id,
        "notes": list(outcome.notes),
        "errors": [],
    }


def _receipt(request: Request, job: Job) -> dict[str, Any]:
    item = job.items[0]
    links = {"article": article_address(request, item["article"]), "job": job_address(request, job)}
    return {name: item[name] for name in ("article", "revision", "outcome", "notes")} | {"links": links}


def _batch_receipt(request: Request, job: Job) -> dict[str, Any]:
    results = [
        {
            "index": index,
            **{name: item[name] for name in ("outcome", "article", "revision", "notes", "errors")},
            "links": {"article": article_address(request, item["article"])},
        }
        for index, item in enumerate(job.items)
    ]
    return {"counts": count_outcomes(job.items), "results": results, "links": {"job": job_address(request, job)}}
