"""The project's own web application with one more address, which does nothing: the limit of what a view can reach."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

from factcheck.wsgi import application

__all__ = ["application", "urlpatterns"]


def show_blank(request: HttpRequest) -> JsonResponse:
    """A constant."""
    return JsonResponse({"blank": True})


urlpatterns = [path("blank/", show_blank), path("", include("factcheck.urls"))]

settings.ROOT_URLCONF = __name__
