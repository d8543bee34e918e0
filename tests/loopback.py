"""A server on this machine that answers as a test tells it to: well, badly, slowly, partly, not at all."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Act = Callable[["Asked"], None]


@dataclass
class Asked:
    """One request as it came, and the means to answer it."""

    path: str
    headers: dict[str, str]
    body: bytes
    handler: BaseHTTPRequestHandler

    @property
    def document(self) -> dict[str, Any]:
        """The JSON document that was sent."""
        return dict(json.loads(self.body))

    def send(self, status: int, body: bytes, **headers: str) -> None:
        """Answer with a status and a body."""
        self.handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()
        self.handler.wfile.write(body)


@dataclass
class Loopback:
    """A running server: its address, what it was asked, and how it acts on each request (the last act goes on)."""

    address: str
    acts: list[Act]
    asked: list[Asked] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


@contextlib.contextmanager
def serving(*acts: Act) -> Iterator[Loopback]:
    """Run a server until the block ends; nothing it does outlasts the block by more than a moment."""
    running: Loopback

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.path, dict(self.headers), body, self)
            running.asked.append(asked)
            act = running.acts[min(len(running.asked), len(running.acts)) - 1]
            self.close_connection = True
            with contextlib.suppress(OSError):  # who asked has hung up
                act(asked)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running = Loopback(f"http://127.0.0.1:{server.server_port}", list(acts))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        running.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def unused_address() -> str:
    """An address on this machine where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# --- Acts ---


def answer(body: bytes, status: int = 200, **headers: str) -> Act:
    """Answer at once."""
    return lambda asked: asked.send(status, body, **headers)


def drip(body: bytes, seconds_a_byte: float = 0.05) -> Act:
    """Answer one byte at a time."""

    def act(asked: Asked) -> None:
        asked.handler.send_response(200)
        asked.handler.send_header("Content-Length", str(len(body)))
        asked.handler.end_headers()
        for number in range(len(body)):
            asked.handler.wfile.write(body[number : number + 1])
            time.sleep(seconds_a_byte)

    return act


def drip_headers(seconds_a_byte: float = 0.05) -> Act:
    """Send a header that never ends, one byte at a time."""

    def act(asked: Asked) -> None:
        asked.handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        for _ in range(400):
            asked.handler.wfile.write(b"a")
            time.sleep(seconds_a_byte)

    return act


def drip_unmeasured(body: bytes, seconds_a_byte: float = 0.05) -> Act:
    """Answer one byte at a time without saying how long the answer is: its end is the connection's."""

    def act(asked: Asked) -> None:
        asked.handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        for number in range(len(body)):
            asked.handler.wfile.write(body[number : number + 1])
            time.sleep(seconds_a_byte)

    return act


def break_off(body: bytes, after: int) -> Act:
    """Promise a whole answer, send its beginning, and hang up."""

    def act(asked: Asked) -> None:
        asked.handler.send_response(200)
        asked.handler.send_header("Content-Length", str(len(body)))
        asked.handler.end_headers()
        asked.handler.wfile.write(body[:after])

    return act


def break_off_chunked(body: bytes) -> Act:
    """Send a piece of a chunked answer, and hang up before the last one."""

    def act(asked: Asked) -> None:
        asked.handler.send_response(200)
        asked.handler.send_header("Transfer-Encoding", "chunked")
        asked.handler.end_headers()
        asked.handler.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))

    return act


def say_nothing(running_for: float = 10.0) -> Act:
    """Take the request and never answer."""
    return lambda asked: time.sleep(running_for)


def hang_up(asked: Asked) -> None:
    """End the connection without a word."""
    asked.handler.connection.close()


def flood(size: int) -> Act:
    """Answer with more than anybody wants, without saying how much."""

    def act(asked: Asked) -> None:
        asked.handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        for _ in range(0, size, 65_536):
            asked.handler.wfile.write(b" " * 65_536)

    return act


def chat(content: object, *, tokens: int | None = 100, finish: str = "stop") -> bytes:
    """A chat completion as an OpenAI-compatible server sends it; a content that is no text is sent as JSON."""
    words = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    document: dict[str, Any] = {
        "id": "chatcmpl-1", "object": "chat.completion", "model": "loopback",
        "choices": [{"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": finish}],
    }  # fmt: skip
    if tokens is not None:
        document["usage"] = {"prompt_tokens": tokens - 10, "completion_tokens": 10, "total_tokens": tokens}
    return json.dumps(document).encode()


def rows(*statements: Sequence[object]) -> dict[str, Any]:
    """A model's answer: (quote, claim, party, stance) or (quote, claim, party, stance, hedged) each."""
    names = ("quote", "claim", "party", "stance", "hedged")
    return {"statements": [dict(zip(names, (*row, False)[:5], strict=True)) for row in statements]}
