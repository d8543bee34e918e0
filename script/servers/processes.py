"""As whom a server runs, and which processes are ours."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent  # the checkout
_PROGRAMS = ("postgres", "valkey-server", "redis-server")


class ServerError(Exception):
    """A server cannot be had; the text says in one line why, and what to do."""


@dataclass(frozen=True, slots=True)
class Runner:
    """Starts programs as one user: ourselves, or somebody unprivileged when we are root."""

    uid: int
    gid: int

    @classmethod
    def for_data(cls, folder: Path) -> "Runner":
        """Whoever may own `folder`: its owner, else the owner of the checkout, else `nobody`, and never root."""
        if os.geteuid() != 0:
            if folder.exists() and (owner := folder.stat().st_uid) != os.geteuid():
                raise ServerError(f"{folder} belongs to user {owner}: run this as that user or as root")
            return cls(os.geteuid(), os.getegid())
        for known in (folder, HOME):
            if known.exists() and (found := known.stat()).st_uid != 0:
                return cls(found.st_uid, found.st_gid)
        with contextlib.suppress(KeyError):
            return cls(pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)
        return cls(65534, 65534)

    @property
    def is_other(self) -> bool:
        """Whether programs run as somebody else than ourselves."""
        return self.uid != os.geteuid()

    def make_folder(self, folder: Path) -> None:
        """Make `folder` this user's own and closed to all others; folders above it only let pass."""
        for parent in reversed(folder.parents):
            if not parent.exists():
                parent.mkdir(mode=0o711 if self.is_other else 0o700)
        folder.mkdir(exist_ok=True)
        if self.is_other:
            os.chown(folder, self.uid, self.gid)
        folder.chmod(0o700)

    def launch(self, line: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
        """Start a server that outlives us and hears none of our signals; what it says is added to `log`."""
        with log.open("ab") as said:
            return subprocess.Popen(
                self._command(line),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env=plain_environment(),
                start_new_session=True,
            )

    def run(self, line: Sequence[str | Path], given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a program to its end; what it says, errors too, is in `stdout`."""
        return subprocess.run(
            self._command(line),
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd="/",
            env=plain_environment(),
            check=False,
        )

    def _command(self, line: Sequence[str | Path]) -> list[str]:
        """The command line that runs `line` as this user.

        A checkout below a folder that only root may enter (`mktemp -d` by root) is out of reach of any other user. The
        server is then given the one right to pass through folders, and nothing around the checkout is changed.
        """
        arguments = [str(argument) for argument in line]
        if not self.is_other:
            return arguments
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerError("root hands the servers to another user and needs `setpriv` (of util-linux) for it")
        out_of_reach = [part for part in line if isinstance(part, Path) and not self._can_reach(part)]
        rights = _right_to_pass(out_of_reach[0]) if out_of_reach else []
        return [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", *rights, "--", *arguments]

    def _can_reach(self, path: Path) -> bool:
        for folder in path.resolve().parents:
            found = folder.stat()
            needed = 0o100 if found.st_uid == self.uid else 0o010 if found.st_gid == self.gid else 0o001
            if not found.st_mode & needed:
                return False
        return True


def _right_to_pass(path: Path) -> list[str]:
    """The options of setpriv that let a process through closed folders, by the smallest right that we hold."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    held = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapPrm:"))
    # Bits of <linux/capability.h>. A container may hold only the second, which would also let it write.
    for name, bit in (("dac_read_search", 2), ("dac_override", 1)):
        if held >> bit & 1:
            # Without the secure bit access(2) leaves the right out of account, and initdb finds its programs by access.
            return [f"--inh-caps=-all,+{name}", f"--ambient-caps=-all,+{name}", "--securebits=+no_setuid_fixup"]
    raise ServerError(f"Only root may enter a folder above {path}: move the checkout, or let others pass (chmod o+x)")


def servers_in(folder: Path) -> list[int]:
    """The server processes at work in `folder`: a server goes to its data, so no other's can be mistaken for ours."""
    found = []
    wanted = folder.resolve()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended, or is another user's
                if (entry / "cwd").readlink() == wanted and (entry / "comm").read_text().strip() in _PROGRAMS:
                    found.append(int(entry.name))
    return found


def wait_until(over: Callable[[], bool], seconds: float) -> bool:
    """Look again and again until `over` says so; false when it has not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not over():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def output_of(program: Path, *options: str) -> str:
    """What a program prints, or nothing when it is not here or cannot run here."""
    try:
        done = subprocess.run(
            [program, *options], capture_output=True, text=True, timeout=20, env=plain_environment(), check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def plain_environment() -> dict[str, str]:
    """All that a server is told of our environment, which may hold secrets, or settings meant for another server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def package_folders() -> list[Path]:
    """Where wheels may be installed: this Python's own packages, and those of the checkout's environment."""
    ours = [Path(entry) for entry in sys.path if entry.endswith("site-packages")]
    return [*ours, *sorted((HOME / ".venv" / "lib").glob("python3.*/site-packages"))]
