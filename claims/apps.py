"""The app's name for Django. Nothing happens at start: no signals, no hidden wiring."""

from django.apps import AppConfig


class ClaimsConfig(AppConfig):
    """Claims, and all that is kept of who says what about them."""

    name = "claims"
    verbose_name = "Claims"
    default_auto_field = "django.db.models.BigAutoField"
