"""Ten thousand damaged feeds, two thousand damaged pages, the worst that is known: all are read, or refused by name.

They are read by processes of their own, which may not take more than 512 MB nor open a connection.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parent.parent
# A fifth of them in every run; `HYPOTHESIS_PROFILE=long` tries all ten and two thousand.
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
RUNS = {"feeds": 10_000 if LONG else 2_000, "pages": 2_000 if LONG else 400, "hostile": 0}
LONGEST = 10.0


def start(kind: str, count: int, hashes: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.outside_mutations", kind, str(count)]
    environment = {**os.environ, "PYTHONHASHSEED": hashes}
    return subprocess.Popen(
        command, cwd=HOME, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def running() -> Iterator[dict[str, "subprocess.Popen[str]"]]:
    """All at once: what one takes must not keep the others waiting."""
    processes = {kind: start(kind, count, "1") for kind, count in RUNS.items()}
    yield processes
    for process in processes.values():
        process.kill()
        process.communicate()


def finish(process: "subprocess.Popen[str]") -> dict[str, Any]:
    said, wrong = process.communicate(timeout=600)
    assert process.returncode == 0, wrong[-2_000:]
    found: dict[str, Any] = json.loads(said)
    print(found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", RUNS)
def test_each_is_read_or_refused_within_time_and_memory(running: dict[str, "subprocess.Popen[str]"], kind: str) -> None:
    """The process ends well only if nothing but Unreadable was raised, and all that was read was plain and sane."""
    found = finish(running[kind])
    assert found["read"] + found["refused"] == RUNS[kind] or kind == "hostile"
    # Both ways are taken, and often: a damage that is small costs no feed.
    assert found["read"] > found["refused"] / 2 > 0
    seconds, slowest = found["slowest"]
    assert seconds < LONGEST, slowest
    assert found["peak_mb"] <= 512


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["feeds", "pages"])
def test_same_bytes_read_the_same_in_every_process(kind: str) -> None:
    first, second = (start(kind, 300, hashes) for hashes in ("2", "20251203"))
    assert finish(first)["digest"] == finish(second)["digest"]
