"""A real worker process for the tests, and how it is stopped, gently or not."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import servers
from django.conf import settings


class Worker:
    """A real Celery worker process on the tests' database and Redis; without options it serves all queues."""

    def __init__(
        self, environment: dict[str, str], log: Path, *, concurrency: int, beat: bool, options: Sequence[str] = ()
    ) -> None:
        self.log = log
        plain = ["--concurrency", str(concurrency), "--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        options = [*(options or plain), *(["--beat"] if beat else [])]
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "factcheck", "worker", *options],
                cwd=settings.BASE_DIR,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Wait until it takes tasks."""
        ready = servers.wait_until(lambda: b" ready." in self.log.read_bytes() or self.process.poll() is not None, 60)
        if not ready or self.process.poll() is not None:
            raise RuntimeError(f"the worker did not start:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """End it and its children as a power cut would: `kill -9`."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """End it as an operator would, letting it finish its tasks."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
