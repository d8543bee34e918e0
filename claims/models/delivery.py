"""Who may call: API keys."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

SCOPES = ("read", "push:articles", "push:statements", "webhooks")


def digest_key(plaintext: str) -> str:
    """The form in which a key is kept. Keys are 256 random bits, so a plain SHA-256 is enough (no need to slow it)."""
    return hashlib.sha256(plaintext.encode()).hexdigest()


class ApiKeyManager(models.Manager["ApiKey"]):
    """Makes and finds keys."""

    def issue(self, *, user: Any, name: str, scopes: Sequence[str]) -> "tuple[ApiKey, str]":
        """Make a key for a user; returns the row and the key itself, which is shown this once and never kept.

        Raises ValueError for a scope that does not exist.
        """
        unknown = sorted(set(scopes) - set(SCOPES))
        if unknown:
            raise ValueError(f"no such scope: {', '.join(unknown)} (there are: {', '.join(SCOPES)})")
        plaintext = f"fck_{secrets.token_urlsafe(32)}"
        row = self.create(
            user=user, name=name, prefix=plaintext[:12], digest=digest_key(plaintext), scopes=list(scopes)
        )
        return row, plaintext

    def find(self, plaintext: str, now: datetime) -> "ApiKey | None":
        """The key that is in force, with its user; None if there is none, or it expired or was revoked."""
        in_force = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=now)
        return (
            self.select_related("user")
            .filter(in_force, digest=digest_key(plaintext), revoked_at__isnull=True, user__is_active=True)
            .first()
        )


class ApiKey(models.Model):
    """A key by which a program calls the API on behalf of a user, within its scopes; kept only as a digest."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyManager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
