"""How far a long command has come, on one line of a terminal; on anything else a line now and then, if it is long."""

import time
from typing import IO


class Progress:
    """Shows a bar with what is done, of how many, and the time left."""

    def __init__(self, what: str, out: IO[str], total: int = 0) -> None:
        self._what, self._out, self._total = what, out, total
        self._done = 0
        self._began = self._shown = time.monotonic()
        self._tty = out.isatty()
        self._told: int | None = None

    def step(self, by: int = 1) -> None:
        """So many more are done."""
        self._done += by
        self._show()

    def show(self, done: int, total: int) -> None:
        """So many of so many are done."""
        self._done, self._total = done, total
        self._show()

    def end(self) -> None:
        """The work is over; leaves the last state standing. What was over before a first line was due says nothing."""
        if self._done and (self._tty or self._told not in (None, self._done)):
            self._print()
            if self._tty:
                self._out.write("\n")

    def _show(self) -> None:
        if time.monotonic() - self._shown >= (0.1 if self._tty else 5):
            self._print()

    def _print(self) -> None:
        self._shown, self._told = time.monotonic(), self._done
        spent = self._shown - self._began
        told = f"{self._done}"
        if self._total:
            filled = round(20 * min(self._done / self._total, 1))
            left = spent / self._done * (self._total - self._done) if self._done else 0
            told = f"[{'#' * filled}{'.' * (20 - filled)}] {self._done}/{self._total}, {left:.0f} s left"
        self._out.write(f"\r{self._what} {told}\033[K" if self._tty else f"{self._what} {told}\n")
        self._out.flush()
