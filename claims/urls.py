"""Every address of the app in one table."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("claims.web.urls")),
    path("", include("claims.api.urls")),
]
