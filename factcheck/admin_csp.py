"""The looser content security policy of the editors' desk, and of nothing else."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Callable
from functools import cache
from io import BytesIO

from csp.constants import SELF
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse


class AdminPolicyMiddleware:
    """Lets pages under the admin's address do what the theme cannot do without; stands inside CSPMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.address = reverse("admin:index")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(self.address) and not hasattr(response, "_csp_update"):
            # A browser that does not know `style-src-elem` falls back on `style-src`, where a hash allows the same.
            allowed = {"style-src-elem": [SELF, *hash_theme_styles()]}
            response._csp_update = {**settings.ADMIN_CONTENT_SECURITY_POLICY, **allowed}  # type: ignore[attr-defined]
        return response


@cache
def hash_theme_styles() -> tuple[str, ...]:
    """The hashes of the style elements that the theme puts into every page, its colours, as the policy names them."""
    request = WSGIRequest({"REQUEST_METHOD": "GET", "PATH_INFO": "/", "SCRIPT_NAME": "", "wsgi.input": BytesIO()})
    request.user = AnonymousUser()  # type: ignore[assignment]
    page = render_to_string("unfold/layouts/skeleton.html", admin.site.each_context(request))
    styles = re.findall(r"<style[^>]*>(.*?)</style>", page, re.DOTALL)
    return tuple(f"'sha256-{b64encode(hashlib.sha256(style.encode()).digest()).decode()}'" for style in styles)
