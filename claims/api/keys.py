"""Who calls: an API key names its user, and its scopes say what the call may do.

A key is sent as `Authorization: Bearer fck_...` (RFC 6750), `Authorization: Api-Key fck_...` or `Api-Key: fck_...`.
Credentials of another kind (a proxy's password, say) are none of ours and are passed over.
"""

from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from claims.api.problems import Problem
from claims.models import ApiKey

READ, PUSH_ARTICLES = "read", "push:articles"
SCHEMES = ("bearer", "api-key")
NEEDED = "Send an API key, as in `Authorization: Bearer fck_...`."


def presented_key(meta: dict[str, Any]) -> str | None:
    """The key that a request carries, from its WSGI environment; None if it carries none."""
    scheme, _, key = meta.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
    if scheme.lower() in SCHEMES:
        return key.strip()
    key = meta.get("HTTP_API_KEY")
    return None if key is None else str(key)


def reads_are_open() -> bool:
    """Whether this installation lets anybody read."""
    return bool(getattr(settings, "API_ANONYMOUS_READS", True))


class KeyAuthentication(BaseAuthentication):
    """Finds the key that is in force; `request.user` is its user and `request.auth` the key."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        """The user and the key; None without a key. Raises AuthenticationFailed for one that is not in force."""
        given = presented_key(request.META)
        if given is None:
            return None
        key = ApiKey.objects.find(given, timezone.now())
        if key is None:
            raise AuthenticationFailed("This key is unknown, expired or revoked.")
        return key.user, key

    def authenticate_header(self, request: Request) -> str:
        """How to come in, for a 401."""
        return 'Bearer realm="api"'


class _Scoped(BasePermission):
    """Lets a key with one of some scopes through."""

    scopes: tuple[str, ...] = ()

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True, or a problem that says what is missing."""
        key: Any = request.auth
        if key is None:
            raise NotAuthenticated(NEEDED)
        if not set(self.scopes) & set(key.scopes):
            raise Problem(
                "insufficient-scope",
                f"This needs a key with the scope {' or '.join(self.scopes)}; this key has "
                f"{', '.join(key.scopes) or 'none'}.",
                headers={
                    "WWW-Authenticate": f'Bearer realm="api", error="insufficient_scope", scope="{self.scopes[0]}"'
                },
            )
        return True


class MayRead(_Scoped):
    """Anybody where reads are open, else a key with the scope `read`."""

    scopes: tuple[str, ...] = (READ,)

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True, or a problem that says what is missing."""
        return reads_are_open() or super().has_permission(request, view)


class MayPushArticles(_Scoped):
    """A key with the scope `push:articles`."""

    scopes = (PUSH_ARTICLES,)


class MayFollowJobs(_Scoped):
    """A key: nobody sees what somebody else sent."""

    scopes = (PUSH_ARTICLES, READ)


class MayFollowArticles(MayRead):
    """Who may read, and who sends articles and wants to know what became of them."""

    scopes = (READ, PUSH_ARTICLES)
