#!/usr/bin/env python
"""The command line of the project: `.venv/bin/python manage.py help`."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "factcheck.settings")


def main() -> int:
    """Run one command; say in one line what to do when PostgreSQL or Redis does not answer."""
    if sys.argv[1:2] == ["migrate"]:
        os.environ.setdefault("DB_STATEMENT_TIMEOUT_MS", "0")  # a migration takes the time it takes
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        print(
            "Django is not installed for this Python: run script/setup, then .venv/bin/python manage.py",
            file=sys.stderr,
        )
        return 1

    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError
    from kombu.exceptions import OperationalError as BrokerError
    from redis.exceptions import ConnectionError as RedisError

    wants_traceback = "--traceback" in sys.argv
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as fault:
        if wants_traceback:
            raise
        print(fault, file=sys.stderr)
        return 1
    except OperationalError:
        if wants_traceback or _database_answers():
            raise
        print(_cure("DATABASE_URL", "PostgreSQL"), file=sys.stderr)
        return 1
    except (BrokerError, RedisError):
        if wants_traceback:
            raise
        print(_cure("REDIS_URL", "Redis"), file=sys.stderr)
        return 1
    return 0


def _database_answers() -> bool:
    """Whether a connection can be had: an error with the server up is not about the server."""
    from django.db import OperationalError, connection

    try:
        connection.close()
        connection.ensure_connection()
    except OperationalError:
        return False
    return True


def _cure(variable: str, server: str) -> str:
    if os.environ.get(variable):
        return f"{server} does not answer at {variable}: check the address, and that the server runs"
    return f"{server} does not answer: start the private services with script/services start"


if __name__ == "__main__":
    sys.exit(main())
