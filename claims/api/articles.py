"""One article: its editions, whether each was read, and the statements found in it that stand."""

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from claims.api.claims import with_verdicts
from claims.api.keys import MayFollowArticles
from claims.api.problems import Problem
from claims.api.shapes import KEY_OR_NONE, ArticleShape, document_answers
from claims.api.views import ApiView, answer
from claims.models import Article, Statement
from claims.pipeline.facts import name_stories
from claims.serializers import article_record, statement_line

# How many editions of an article, and how many statements in it, are shown with it.
SHOWN = 200


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
