"""script/start on a copy of the checkout: it serves, minds its processes, and leaves none behind."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import servers
from django.conf import settings

HOME = Path(settings.BASE_DIR)
SERVING = "Ctrl-C stops everything."
READY = ' ready.", '  # as a worker's log has it


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the checkout with nothing of its own yet but the environment; its servers are stopped afterwards."""
    yield from copy_checkout(tmp_path_factory.mktemp("copy") / "a b")  # a path with a space in it


@pytest.fixture
def fresh_checkout(tmp_path: Path) -> Iterator[Path]:
    """Another such copy, for one test that needs it fresh."""
    yield from copy_checkout(tmp_path / "copy")


def copy_checkout(copy: Path) -> Iterator[Path]:
    shutil.copytree(HOME, copy, ignore=shutil.ignore_patterns(".venv", ".run", ".git", "staticfiles", ".*_cache"))
    (copy / ".venv").symlink_to(HOME / ".venv")
    yield copy
    servers.stop(copy / ".run")


def bare_environment(checkout: Path) -> dict[str, str]:
    """What `env -i HOME=... PATH=...` leaves."""
    return {"HOME": str(checkout.parent), "PATH": "/usr/local/bin:/usr/bin:/bin"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(checkout: Path) -> list[int]:
    """Every process that has the checkout in its command line or works in it."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                works_in = str((entry / "cwd").readlink())
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if words and (str(checkout).encode() in words or works_in.startswith(str(checkout))):
                found.append(int(entry.name))
    return found


def child_of(parent: int, word: bytes) -> int:
    """The child of a process that has a word in its command line."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                is_child = f"PPid:\t{parent}\n" in (entry / "status").read_text()
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if is_child and word in words:
                return int(entry.name)
    raise AssertionError(f"process {parent} has no child with {word!r} in its command line")


@contextlib.contextmanager
def started(
    checkout: Path, said: Path, *options: str, preexec: Callable[[], None] | None = None, **variables: str
) -> Iterator[subprocess.Popen[bytes]]:
    """script/start in the background, with what it says in the file `said`; it is gone afterwards."""
    with said.open("wb") as output:
        process = subprocess.Popen(
            [str(checkout / "script" / "start"), *options],
            cwd="/",
            env=bare_environment(checkout) | variables,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=preexec,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()


def try_key(accounts: Path) -> int:
    """What the API answers to the example that the accounts come with."""
    example = next(line for line in accounts.read_text().splitlines() if line.startswith("Try the key "))
    words = shlex.split(example)
    name, _, value = words[words.index("-H") + 1].partition(": ")
    with urllib.request.urlopen(urllib.request.Request(words[-1], headers={name: value}), timeout=5) as answer:
        return int(answer.status)


def start(checkout: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run script/start to its end."""
    return subprocess.run(
        [str(checkout / "script" / "start"), *options],
        cwd="/",
        env=bare_environment(checkout),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.slow
def test_serves_until_told_to_stop_and_leaves_nothing_running(checkout: Path, tmp_path: Path) -> None:
    port = free_port()
    said = tmp_path / "said"
    with started(checkout, said, "--port", str(port)) as process:
        servers.wait_until(lambda: SERVING in said.read_text() or process.poll() is not None, 240)
        assert SERVING in said.read_text(), said.read_text()[-3000:]
        assert "russia-controls-pokrovsk: CONTESTED" in said.read_text()

        with urllib.request.urlopen(f"http://localhost:{port}/livez", timeout=5) as answer:
            assert answer.status == 200
        accounts = checkout / ".run" / "accounts.txt"
        assert accounts.stat().st_mode & 0o777 == 0o600
        assert accounts.read_text() in said.read_text()
        assert try_key(accounts) == 200

        second = start(checkout, "--port", str(free_port()))
        assert (second.returncode, second.stderr) == (
            1,
            f"script/start already runs in this folder (process {process.pid})\n",
        )

        os.kill(child_of(process.pid, b"worker@%h"), signal.SIGKILL)
        servers.wait_until(lambda: "starting it again" in said.read_text(), 10)
        assert "The worker process ended (SIGKILL): starting it again" in said.read_text()

        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert processes_of(checkout) == []


@pytest.mark.slow
def test_worker_killed_while_the_demonstration_loads(fresh_checkout: Path, tmp_path: Path) -> None:
    """Killed with its children and with messages in hand, it is started again, and everything is read."""
    said = tmp_path / "said"
    heard = fresh_checkout / ".run" / "log" / "worker.log"
    with started(
        fresh_checkout, said, "--once", "--port", str(free_port()), SWEEP_SECONDS="1", RING_SECONDS="2"
    ) as process:
        # The first text is read: the worker has more of them in hand, whose messages go down with it.
        assert servers.wait_until(
            lambda: heard.exists() and "read_revision" in heard.read_text().partition(READY)[2], 240
        ), said.read_text()[-3000:]
        os.killpg(child_of(process.pid, b"worker@%h"), signal.SIGKILL)
        assert process.wait(240) == 0, said.read_text()[-3000:]
    told = said.read_text()
    assert "The worker process ended (SIGKILL): starting it again" in told
    assert told.index("starting it again") < told.index("russia-controls-pokrovsk: CONTESTED")
    assert heard.read_text().count(READY) == 2
    assert processes_of(fresh_checkout) == []


@pytest.mark.slow
def test_minds_its_servers_and_hears_ctrl_c_where_the_shell_made_it_deaf(checkout: Path, tmp_path: Path) -> None:
    """A shell that runs a script starts `script/start &` with SIGINT ignored."""
    said = tmp_path / "said"
    port = free_port()
    with started(checkout, said, "--port", str(port), preexec=be_deaf) as process:
        servers.wait_until(lambda: SERVING in said.read_text() or process.poll() is not None, 240)
        for server in servers.servers_under(checkout / ".run"):
            killed = server.main_process()
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            servers.wait_until(lambda name=server.name: f"{name} ended" in said.read_text(), 10)
            assert servers.wait_until(server.answers, 30)
            assert server.main_process() != killed
        with urllib.request.urlopen(f"http://localhost:{port}/claims/", timeout=20) as answer:
            assert answer.status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert processes_of(checkout) == []


def be_deaf() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.parametrize(
    ("script", "variable", "told"),
    [
        ("start", "PORT=xx", "PORT=xx in the environment is not a number"),
        ("setup", "PYTHON=/nonexistent", "PYTHON=/nonexistent is not a Python 3.11 or newer"),
    ],
)
def test_variable_that_makes_no_sense_is_one_clear_line(tmp_path: Path, script: str, variable: str, told: str) -> None:
    bare = tmp_path / "c"
    shutil.copytree(HOME / "script", bare / "script")
    shutil.copy(HOME / "requirements.lock", bare)
    if script == "start":
        (bare / ".venv").symlink_to(HOME / ".venv")
    done = subprocess.run(
        [str(bare / "script" / script)],
        env=bare_environment(bare) | dict([variable.split("=")]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
    assert done.stderr.startswith(told)


@pytest.mark.slow
def test_once_more_keeps_the_data_and_the_accounts(checkout: Path) -> None:
    accounts = checkout / ".run" / "accounts.txt"
    before = accounts.read_text()
    again = start(checkout, "--once", "--port", str(free_port()))
    assert again.returncode == 0, again.stderr
    articles = next(line for line in again.stdout.splitlines() if line.startswith("articles.jsonl: "))
    assert articles.endswith(" repeated, 0 rejected")
    assert "created" not in articles
    assert "russia-controls-siversk: CONFIRMED" in again.stdout
    assert accounts.read_text() == before
    assert processes_of(checkout) == []


def test_taken_port_is_one_clear_line(checkout: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = start(checkout, "--port", str(port))
    assert refused.returncode == 1
    assert refused.stderr.startswith(f"Port {port} cannot be had (Address already in use)")
    assert len(refused.stderr.splitlines()) == 1
    assert processes_of(checkout) == []


def test_help_has_an_example(checkout: Path) -> None:
    for name in ("start", "test", "setup", "services"):
        helped = subprocess.run(
            [str(checkout / "script" / name), "--help"],
            env=bare_environment(checkout),
            capture_output=True,
            text=True,
            check=True,
        )
        assert f"script/{name}" in helped.stdout


@pytest.mark.parametrize(
    ("python", "told"),
    [
        ("exit 1", "Python 3.11 or newer is needed"),
        ('case "$2" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac', "apt install python3-venv"),
    ],
)
def test_unfit_python_is_one_clear_line(checkout: Path, tmp_path: Path, python: str, told: str) -> None:
    """A machine whose Python is too old, or comes without the venv module."""
    bare = tmp_path / "c"
    (bare / "script").mkdir(parents=True)
    shutil.copy(HOME / "script" / "setup", bare / "script")
    shutil.copy(HOME / "requirements.lock", bare)
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("sh", "dirname", "cmp", "sed", "df", "awk", "id", "mkdir", "chmod", "flock", "env"):
        (programs / name).symlink_to(shutil.which(name) or name)
    for name in ("python3.11", "python3"):
        (programs / name).write_text(f"#!/bin/sh\n{python}\n")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        [str(bare / "script" / "setup")], env={"PATH": str(programs)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert len(done.stderr.splitlines()) == 1
