"""Articles sent by trusted software: stored at once, read by the queue, and to be followed until they were."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request

from claims import intake, tasks
from claims.api.claims import with_verdicts
from claims.api.examples import ARTICLE_EXAMPLE, RECEIPT_EXAMPLE
from claims.api.keys import MayFollowArticles, MayPushArticles
from claims.api.problems import Problem
from claims.api.shapes import (
    KEY_OR_NONE,
    ArrivingArticleShape,
    ArticleShape,
    ReceiptShape,
    document_answers,
    document_headers,
)
from claims.api.views import ApiView, answer
from claims.models import Article, Statement
from claims.pipeline.facts import name_stories
from claims.serializers import article_record, statement_line

# How many editions of an article, and how many statements in it, are shown with it.
SHOWN = 200


class PushArticle(ApiView):
    """Where articles are sent to."""

    permission_classes = (MayPushArticles,)

    @extend_schema(
        operation_id="push_article",
        tags=["articles"],
        summary="Send an article",
        description=(
            "Needs a key with the scope `push:articles`. The article is stored and waits to be read; `Location` says "
            "where to follow it. The same article sent again changes nothing (`repeated`), other words at the same "
            "address are a new edition (`revised`), and `pubstatus: canceled` withdraws it."
        ),
        request=ArrivingArticleShape,
        examples=[OpenApiExample("An article", value=ARTICLE_EXAMPLE, request_only=True)],
        parameters=document_headers("Location", code=202),
        responses=document_answers(ReceiptShape, 400, 401, 403, 406, 413, 415, 422, code=202, example=RECEIPT_EXAMPLE),
    )
    def post(self, request: Request) -> HttpResponse:
        """Take the article."""
        taken = _take(request.data, timezone.now())
        if taken.revision_id is not None:
            tasks.ring_readings([taken.revision_id])
        if taken.withdrawal_id is not None:
            tasks.ring_withdrawals([taken.withdrawal_id])
        address = request.build_absolute_uri(reverse("api:article", args=[taken.article_id]))
        receipt = {
            "article": taken.article_id,
            "revision": taken.revision_id,
            "outcome": taken.outcome,
            "notes": list(taken.notes),
            "links": {"article": address},
        }
        return answer(receipt, status=202, headers={"Location": address})


def _take(sent: Any, now: datetime) -> intake.Taken:
    """Store an article as sent. Raises Problem where it is refused, with the field, the reason and the cure."""
    if not isinstance(sent, dict) or not sent:
        raise Problem("malformed-body", "The body is empty; send the article as a JSON object.")
    for field, value in sent.items():
        # Each character is a byte or more: the exact count is only needed near the limit.
        if isinstance(value, str) and len(value) > intake.MAX_TEXT // 4:
            size = len(value.encode(errors="replace"))
            if size > intake.MAX_TEXT:
                detail = f"{field[:100]} is {size:,} bytes long; at most {intake.MAX_TEXT:,} are taken."
                raise Problem("too-large", detail, errors=[{"pointer": point_at(field), "detail": detail}])
    try:
        return intake.take_article(intake.parse_article(sent, now), now)
    except intake.Refused as refused:
        place = {"pointer": point_at(refused.field), "detail": refused.message, "cure": refused.cure}
        raise Problem("refused", f"{refused.field} {refused.message}: {refused.cure}.", errors=[place]) from None


def point_at(field: str) -> str:
    """A field of the body as a JSON Pointer in fragment form (RFC 6901, section 6)."""
    return f"#/{field[:100].replace('~', '~0').replace('/', '~1')}"


class ShowArticle(ApiView):
    """One article."""

    permission_classes = (MayFollowArticles,)

    @extend_schema(
        operation_id="article",
        tags=["articles"],
        auth=KEY_OR_NONE,
        summary="An article, and what became of it",
        description="Whether each edition was read, when, and the statements that stand; errors are shown with a key.",
        responses=document_answers(ArticleShape, 400, 401, 403, 404, 406),
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """The article."""
        article = Article.objects.select_related("source").filter(pk=pk).first()
        if article is None:
            raise Problem("not-found", f"There is no article with the number {pk}.")
        editions = list(article.revisions.defer("text").order_by("-number")[:SHOWN])
        stories = {edition.story_id for edition in editions[:1] if edition.story_id is not None}
        rows = with_verdicts(Statement.objects.carried().filter(article=article)).select_related("claim")
        return answer(
            {
                **article_record(article, editions, with_errors=request.auth is not None),
                "story": next(iter(name_stories(stories).values()), None),
                "statements": [statement_line(row, row.claim.slug, row.verdict) for row in rows[:SHOWN]],
                "links": {"self": request.build_absolute_uri(reverse("api:article", args=[pk]))},
            }
        )
