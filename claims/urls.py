"""Every address of the app in one table."""

from django.urls import URLPattern, URLResolver, include, path

from claims.syndication.urls import list_urls
from claims.web.pages import choose_claims

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("claims.web.urls")),
    path("", include("claims.syndication.urls")),
    # A list is exported as the page shows it: what chooses its claims is the page's own.
    *list_urls(choose_claims),
    path("", include("claims.api.urls")),
]
