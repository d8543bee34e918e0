"""The project: wiring only. No rule about claims lives here."""

from factcheck.celery import app as celery_app

__all__ = ["celery_app"]
