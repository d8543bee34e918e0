"""Files for the tests of the commands, and a way to run one."""

import io
import json
from collections.abc import Iterable
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError, call_command

REJECTED = "lines were rejected, each named above; the others are stored"
HEADING = "claim,party,stance,said_at,source,url,quote"
GOOD = "reds-hold-the-mill,{party},{stance},2025-12-0{day}T10:00:00Z,bulletin,https://bulletin.example/{day},said so"


def row(day: int = 1, party: str = "reds", stance: str = "affirms") -> str:
    return GOOD.format(day=day, party=party, stance=stance)


def article(number: int = 1, **changes: object) -> str:
    """One line of a file of articles (None: without the field)."""
    record = {
        "url": f"https://post.example/{number}", "source": "The Post", "lang": "en", "title": "The mill",
        "published_at": "2025-12-01T10:00:00Z", "text": f"Nothing happened, {number} times.", **changes,
    }  # fmt: skip
    return json.dumps({key: value for key, value in record.items() if value is not None})


def run(command: str, *args: object) -> tuple[str, list[str]]:
    """Run a command; returns what it said, and the lines of its complaints.

    It fails, and all the same does what it can, exactly where it rejects a line.
    """
    out, err = io.StringIO(), io.StringIO()
    rejects = False
    try:
        call_command(command, *map(str, args), stdout=out, stderr=err)
    except CommandError as error:
        if REJECTED not in str(error):
            raise
        rejects = True
    assert rejects == (": rejected: " in err.getvalue())
    return out.getvalue().strip(), err.getvalue().strip().splitlines()


def write(path: Path, lines: Iterable[str], encoding: str = "utf-8") -> Path:
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def count_rows() -> dict[str, int]:
    """How many rows each of our tables has."""
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("claims").get_models()}
