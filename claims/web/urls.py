"""The addresses of the journalists' pages; they stay as they are, since others link to them."""

from django.urls import path

from claims.web import health, pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("claims/", pages.claims, name="claims"),
    path("claims/<slug:slug>/", pages.claim, name="claim"),
    path("articles/<int:pk>/", pages.article, name="article"),
    path("parties/<slug:slug>/", pages.party, name="party"),
    path("sources/<slug:slug>/", pages.source, name="source"),
    path("how/", pages.how, name="how"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
]
