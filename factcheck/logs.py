"""What the program writes down: one JSON object per line, each with the request or task it belongs to.

JSON keeps a line a line: a carriage return in an article's title is written as `\\r`, so a text from outside cannot
forge a log entry.
"""

import logging
import re
import secrets
from collections.abc import Callable
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

# A proxy may name the request; anything longer or stranger is somebody's attempt to write in our log.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]


def drop_traceback(record: logging.LogRecord) -> bool:
    """Keep what a library says of a publisher's odd answer, without the way through its code."""
    record.exc_info = None
    return True


def configuration(level: str) -> dict[str, Any]:
    """Django's LOGGING for one level: our own lines and those of libraries in one shape, on standard error."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": _formatter}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "filters": {"short": {"()": lambda: drop_traceback}},
        "loggers": {
            "urllib3.connection": {"filters": ["short"]},  # says of each answer which of its headers it cannot read
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            "pymorphy3": {"level": "WARNING"},  # says at each start which dictionary it opens
            "celery.worker.strategy": {"level": "WARNING"},  # a task is told of when it is over: once is enough
        },
    }


def _formatter() -> logging.Formatter:
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=()), *_SHARED],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


class RequestIdMiddleware:
    """Gives every request a name, writes it into each log line of that request and returns it as X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response
