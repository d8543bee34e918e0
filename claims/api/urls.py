"""Every address of the API in one table."""

from django.urls import path, re_path

from claims.api.articles import ShowArticle
from claims.api.claims import ListClaims, ListPositions, ListStatements, ShowClaim, ShowTimeline
from claims.api.jobs import ShowJob
from claims.api.pushes import PushArticle
from claims.api.schema import ShowDocs, ShowProblem, ShowRoot, ShowSchema
from claims.api.status import show_status
from claims.api.views import answer_unknown

app_name = "api"

urlpatterns = [
    path("api/v1/", ShowRoot.as_view(), name="root"),
    path("api/v1/claims/<slug:slug>/status/", show_status, name="status"),
    path("api/v1/claims/", ListClaims.as_view(), name="claims"),
    path("api/v1/claims/<slug:slug>/", ShowClaim.as_view(), name="claim"),
    path("api/v1/claims/<slug:slug>/timeline/", ShowTimeline.as_view(), name="timeline"),
    path("api/v1/claims/<slug:slug>/positions/", ListPositions.as_view(), name="positions"),
    path("api/v1/claims/<slug:slug>/statements/", ListStatements.as_view(), name="statements"),
    path("api/v1/articles/", PushArticle.as_view(), name="articles"),
    path("api/v1/articles/<int:pk>/", ShowArticle.as_view(), name="article"),
    path("api/v1/jobs/<uuid:job>/", ShowJob.as_view(), name="job"),
    path("api/problems/<slug:code>/", ShowProblem.as_view(), name="problem"),
    path("api/schema/", ShowSchema.as_view(), name="schema"),
    path("api/docs/", ShowDocs.as_view(), name="docs"),
    # Last: whatever else is asked for under /api/ gets a problem document too.
    re_path(r"^api/", answer_unknown, name="unknown"),
]
