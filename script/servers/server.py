"""What PostgreSQL and Redis have in common: a folder, a socket in it, a process at work on the data."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
from pathlib import Path

from servers.processes import ServerError, servers_in, wait_until

_SOCKET_BYTES = 107  # what Linux takes for the path of a unix socket (unix(7): sun_path)
_DISK_NEEDED = 30 * 1024 * 1024  # with less, even its log would not say why it fails
_PATIENCE = 60.0  # seconds for a start or a stop; recovery after a crash is part of a start


class Server:
    """One private server. `folder` is its own; `log` is where it says what it does."""

    name: str

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.log = log

    @property
    def data(self) -> Path:
        """The folder the server works in."""
        raise NotImplementedError

    @property
    def socket(self) -> Path:
        """The unix socket it listens on."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        """The address as the project's settings take it."""
        raise NotImplementedError

    def main_process(self) -> int | None:
        """The process id of the server, if it runs."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it takes commands now."""
        raise NotImplementedError

    def disk_needed(self) -> int:
        """How many bytes must be free for a start."""
        return _DISK_NEEDED

    def _launch(self) -> subprocess.Popen[bytes]:
        raise NotImplementedError

    def start(self) -> bool:
        """Start the server unless it runs; true if it was started now. Raises ServerError."""
        if len(os.fsencode(self.socket)) > _SOCKET_BYTES:
            raise ServerError(
                f"The path {self.socket} is longer than the {_SOCKET_BYTES} bytes that a socket may have: "
                "move the checkout to a shorter path"
            )
        if self.main_process() is not None and not wait_until(self.socket.exists, 2):
            self.stop()  # its socket was removed under it: nobody can reach it any more
        if self.main_process() is not None:
            wait_until(lambda: self.answers() or self.main_process() is None, _PATIENCE)
            if self.answers():
                return False
            if self.main_process() is not None:
                raise ServerError(f"{self.name} runs but does not answer: see {self.log}")
        self._clear_remains()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.log.parent).free < (needed := self.disk_needed()):
            raise ServerError(
                f"{self.name} needs {needed >> 20} MB of disk space in {self.folder}: free some and start again"
            )
        written = self.log.stat().st_size if self.log.exists() else 0
        process = self._launch()
        wait_until(lambda: self.answers() or process.poll() is not None, _PATIENCE)
        if process.poll() is not None or not self.answers():
            self._clear_remains()
            raise ServerError(self._why_it_failed(written))
        process.returncode = 0  # it outlives us: Python need not warn of that
        return True

    def stop(self) -> bool:
        """Stop the server if it runs; true if it was stopped now. Raises ServerError."""
        process = self.main_process()
        if process is None:
            self._clear_remains()
            return False
        os.kill(process, signal.SIGINT)
        if not wait_until(lambda: not servers_in(self.data), _PATIENCE):
            raise ServerError(f"{self.name} (process {process}) does not stop: see {self.log}")
        with contextlib.suppress(ChildProcessError):  # started by another process, which sees to it
            os.waitpid(process, os.WNOHANG)
        return True

    def _clear_remains(self) -> None:
        """End what a killed server left at work on its data: a new one could not take it over."""
        for process in servers_in(self.data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if not wait_until(lambda: not servers_in(self.data), 5):
            raise ServerError(f"Processes {servers_in(self.data)} hold {self.data} and cannot be ended")

    def _why_it_failed(self, written: int) -> str:
        with self.log.open("rb") as log:
            log.seek(written)
            lines = log.read().decode("utf-8", "replace").splitlines()
        if any("No space left on device" in line for line in lines):
            return f"No disk space is left for {self.name} in {self.folder}: free some and start again"
        telling = [line for line in lines if re.search(r"FATAL|PANIC|error|can't|fail", line, re.I)] or lines
        said = telling[-1].strip() if telling else "it said nothing"
        return f"{self.name} did not start ({said}): see {self.log}"
