"""Addresses that try to lead us into our own network, and a canary there that hears whoever was led.

All of them aim at this machine's loopback, at addresses kept for examples (TEST-NET), or at ranges that are refused by
their number alone; nothing here ever leaves the machine, for `nowhere_else` stops whatever would.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

# A public host as far as its name goes; the stub resolver gives it an address for examples.
_OTHER = "news.example"

# What a name is said to stand for, by `Resolver`.
NAMES: dict[str, list[str]] = {
    _OTHER: ["192.0.2.1"],
    "localtest.example": ["127.0.0.1"],
    "localtest6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "metadata.example": ["169.254.169.254"],
    "lan.example": ["192.168.1.1"],
    "several.example": ["203.0.113.7", "127.0.0.1"],
    "127.0.0.1.example": ["127.0.0.1"],
    "xn--80ak6aa92e.example": ["127.0.0.1"],
}

# {port} is the canary's; it is among the open ports, so that only the host can be what is wrong.
FORMS: tuple[str, ...] = (
    # This machine, plainly
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "HTTP://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://LocalHost:{port}/",
    "http://localhost.:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.8.8.8:{port}/",
    # Numbers written as the C library reads them
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7F.0x0.0x0.0x1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.000.000.001:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://4294967295:{port}/",
    "http://0x:{port}/",
    # IPv6, and IPv4 within it
    "http://[::1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::127.0.0.1]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[2002:7f00:1::1]:{port}/",
    "http://[2001:0:7f00:1:0:0:80ff:fffe]:{port}/",
    "http://[2001:db8::5efe:127.0.0.1]:{port}/",
    "http://[fe80::1]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://[fd00::1]:{port}/",
    "http://[ff02::1]:{port}/",
    "http://[100::1]:{port}/",
    "http://[2001:db8::1]:{port}/",
    "http://[3fff::1]:{port}/",
    "http://[5f00::1]:{port}/",
    "http://[127.0.0.1]:{port}/",
    "http://[::1:{port}/",
    # Networks that are nobody's or somebody's own
    "http://10.0.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1:{port}/",
    "http://192.0.0.1:{port}/",
    "http://192.0.2.1:{port}/",
    "http://192.88.99.1:{port}/",
    "http://198.18.0.1:{port}/",
    "http://198.51.100.1:{port}/",
    "http://203.0.113.1:{port}/",
    "http://224.0.0.1:{port}/",
    "http://240.0.0.1:{port}/",
    "http://255.255.255.255:{port}/",
    # Names that stand for them
    *(f"http://{name}:{{port}}/" for name in NAMES if name != _OTHER),
    "http://аррӏе.example:{port}/",
    "http://unknown.example:{port}/",
    # Where does the host end?
    "http://user@127.0.0.1:{port}/",
    "http://user:word@127.0.0.1:{port}/",
    "http://@127.0.0.1:{port}/",
    f"http://{_OTHER}@127.0.0.1:{{port}}/",
    f"http://{_OTHER}:80@127.0.0.1:{{port}}/",
    f"http://{_OTHER}#@127.0.0.1:{{port}}/",
    f"http://{_OTHER}?@127.0.0.1:{{port}}/",
    f"http://{_OTHER}/@127.0.0.1:{{port}}/",
    f"http://127.0.0.1:{{port}}#@{_OTHER}/",
    f"http://127.0.0.1:{{port}}?@{_OTHER}/",
    f"http://{_OTHER}\\@127.0.0.1:{{port}}/",
    f"http://127.0.0.1:{{port}}\\@{_OTHER}/",
    f"http://{_OTHER}:80:{{port}}@127.0.0.1/",
    f"http://{_OTHER} @127.0.0.1:{{port}}/",
    f"http://1.1.1.1 &@127.0.0.1:{{port}}# @{_OTHER}/",
    "http:\\\\127.0.0.1:{port}\\",
    "http:/127.0.0.1:{port}/",
    "http:127.0.0.1:{port}/",
    "http:///127.0.0.1:{port}/",
    "///127.0.0.1:{port}/",
    "//127.0.0.1:{port}/",
    "/\\127.0.0.1:{port}/",
    "127.0.0.1:{port}/",
    # Blanks, controls, codes and letters that look like others
    " http://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/ ",
    "http:// 127.0.0.1:{port}/",
    "http://127.0.0.1\t:{port}/",
    "ht\ttp://127.0.0.1:{port}/",
    "http://127.0.\n0.1:{port}/",
    "http://127.0.0.1:{port}/\r\nHost: news.example\r\n",
    "http://127.0.0.1\x00.news.example:{port}/",
    "http://%31%32%37.0.0.1:{port}/",
    "http://127%2e0%2e0%2e1:{port}/",
    "http://localhost%00.news.example:{port}/",
    "http://%6c%6f%63%61%6c%68%6f%73%74:{port}/",
    "http://127。0。0。1:{port}/",
    "http://１２７.０.０.１:{port}/",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://١٢٧.٠.٠.١:{port}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/",
    "http://local\u00adhost:{port}/",
    "http://localhost\u2024:{port}/",
    "http://local\u200bhost:{port}/",
    # Another way of talking, another door
    "file:///etc/hostname",
    "file://127.0.0.1/etc/hostname",
    "gopher://127.0.0.1:{port}/_GET%20/",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/d:word",
    "ldap://127.0.0.1:{port}/",
    "ws://127.0.0.1:{port}/",
    "unix:///run/some.sock",
    "http+unix://%2Frun%2Fsome.sock/",
    "data:text/html,words",
    "javascript:alert(1)",
    "jar:http://127.0.0.1:{port}!/",
    "view-source:http://127.0.0.1:{port}/",
    "feed://127.0.0.1:{port}/",
    "feed:http://127.0.0.1:{port}/",
    f"http://{_OTHER}:22/",
    f"http://{_OTHER}:6379/",
    f"http://{_OTHER}:0/",
    f"http://{_OTHER}:-1/",
    f"http://{_OTHER}:65616/",
    f"http://{_OTHER}:４４３/",
    # Nothing of a host, or too much of it
    "http://",
    "http:///",
    "http://:{port}/",
    "http://.:{port}/",
    "http://..:{port}/",
    f"http://{'a' * 64}.example:{{port}}/",
    f"http://{'a.' * 200}example:{{port}}/",
    f"http://127.0.0.1:{{port}}/{'a' * 9_000}",
)


@dataclass
class Canary:
    """A port on loopback (IPv4, and IPv6 where there is one) that counts who connects."""

    port: int
    heard: list[str] = field(default_factory=list)

    def forms(self) -> list[str]:
        """Every hostile address, aimed at this canary where it has an aim."""
        return [form.replace("{port}", str(self.port)) for form in FORMS]


@contextlib.contextmanager
def listening() -> Iterator[Canary]:
    """Listen on one port of ::1 and 127.0.0.1 until the block ends."""
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        canary = Canary(first.getsockname()[1])
        listeners = [first]
        with contextlib.suppress(OSError):  # a machine without IPv6, or the port is taken there
            listeners.append(stack.enter_context(socket.create_server(("::1", canary.port), family=socket.AF_INET6)))
        over = threading.Event()

        def hear(listener: socket.socket) -> None:
            listener.settimeout(0.01)
            while not over.is_set():
                try:
                    connection, peer = listener.accept()
                except TimeoutError:
                    continue
                canary.heard.append(str(peer[0]))
                connection.close()

        threads = [threading.Thread(target=hear, args=(listener,), daemon=True) for listener in listeners]
        for thread in threads:
            thread.start()
        try:
            yield canary
        finally:
            over.set()
            for thread in threads:
                thread.join(5)


class Resolver:
    """A name server of our own making: each name's answers in turn, the last one again and again.

    Numbers and localhost go to the machine's own resolver, which reads 127.1 and 0x7f000001 as the C library does.
    """

    def __init__(self, answers: dict[str, list[list[str]]]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self._real = socket.getaddrinfo

    def __call__(self, host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        """Stand in for `socket.getaddrinfo`."""
        name = host.rstrip(".").lower()
        self.asked.append(name)
        if name in self.answers:
            turn = min(self.asked.count(name), len(self.answers[name])) - 1
            found = [self._real(address, port, *args, **options) for address in self.answers[name][turn]]
            return [entry for entries in found for entry in entries]
        if name.rpartition(".")[2][:1].isdigit() or ":" in name or name == "localhost":
            return self._real(name, port, *args, **options)
        host.encode("idna")  # raises for what is no name, as the real one does
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


def resolving(monkeypatch: pytest.MonkeyPatch, **names: list[list[str]]) -> Resolver:
    """Put a resolver in place that knows NAMES and these (`news_example` stands for news.example)."""
    answers = {name: [addresses] for name, addresses in NAMES.items()}
    resolver = Resolver(answers | {name.replace("_", "."): turns for name, turns in names.items()})
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver


def nowhere_else(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let sockets connect to loopback only; where else one would have gone is noted in the list handed back."""
    strayed: list[Any] = []
    real = socket.socket.connect

    def connect(self: socket.socket, place: Any) -> None:
        if self.family != socket.AF_UNIX and place[0] not in ("127.0.0.1", "::1"):
            strayed.append(place)
            raise ConnectionRefusedError(f"a test went for {place}")
        real(self, place)

    monkeypatch.setattr(socket.socket, "connect", connect)
    return strayed
