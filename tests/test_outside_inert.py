"""What a page or a feed declares is never followed: no entity blows up, no file is read, no address is asked."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from claims.reading.feed import read_feed
from claims.reading.outside import Unreadable
from claims.reading.page import read_page

SECRET = "canary-in-a-file"
PARAGRAPHS = "".join(f"<p>Sentence {n} tells at some length what the council said of the bridge.</p>" for n in range(9))


class Listener:
    """Listens on loopback and counts who comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.came = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.came += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


def declare(file: str, there: str) -> dict[str, tuple[str, str]]:
    """Document types that would blow up, or have a file or an address read, and what would set them off."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return {
        "laughs": (f'[<!ENTITY l0 "ha">{laughs}]', "&l9;"),
        "quadratic": (f'[<!ENTITY a "{"a" * 60_000}">]', "&a;" * 30_000),
        "recursive": ('[<!ENTITY a "&b;"><!ENTITY b "&a;">]', "&a;"),
        "file": (f'[<!ENTITY x SYSTEM "{file}">]', "&x;"),
        "file in an attribute": (f'[<!ENTITY x SYSTEM "{file}">]', '<b title="&x;">&x;</b>'),
        "address": (f'[<!ENTITY x SYSTEM "{there}">]', "&x;"),
        "public": (f'[<!ENTITY x PUBLIC "p" "{there}">]', "&x;"),
        "parameter": (f'[<!ENTITY % x SYSTEM "{there}"> %x;]', "words"),
        "parameter of a file": (f'[<!ENTITY % f SYSTEM "{file}"><!ENTITY % a "<!ENTITY b \'%f;\'>"> %a;]', "&b;"),
        "dtd": (f'SYSTEM "{there}"', "words"),
        "public dtd": (f'PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "{there}"', "words"),
        "notation": (f'[<!NOTATION n SYSTEM "{there}"><!ENTITY x SYSTEM "{there}" NDATA n>]', "&x;"),
        "included": (
            "SYSTEM 'x'",
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{there}" parse="text"/>'
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/>',
        ),
        "schema": (
            "SYSTEM 'x'",
            f'<b xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="a {there}">words</b>',
        ),
        "addresses of HTML": (
            "html",
            f'<base href="{there}"/><img src="{there}"/><iframe src="{file}"></iframe><script src="{there}"></script>'
            f'<link rel="stylesheet" href="{there}"/><object data="{file}"></object><meta http-equiv="refresh" '
            f'content="0;url={there}"/><style>@import url({there})</style>',
        ),
    }


@pytest.mark.parametrize("kind", ["rss", "atom", "page", "xhtml"])
@pytest.mark.parametrize("bomb", declare("", ""))
def test_nothing_declared_is_followed(tmp_path: Path, listener: Listener, kind: str, bomb: str) -> None:
    (tmp_path / "canary").write_text(SECRET)
    there = f"http://127.0.0.1:{listener.port}/canary"
    declared, inside = declare((tmp_path / "canary").as_uri(), there)[bomb]
    begin = f"<?xml version='1.0'?><?xml-stylesheet href='{there}'?><!DOCTYPE {kind} {declared}>"
    document = (
        begin
        + {
            "rss": f"<rss version='2.0'><channel><item><guid>1</guid><title>{inside}</title>"
            f"<description>{inside}</description></item></channel></rss>",
            "atom": f"<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id><title>{inside}</title>"
            f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>{inside}</div></content></entry></feed>",
            "page": f"<html><body>{PARAGRAPHS}<p>{inside}</p></body></html>",
            "xhtml": f"<html xmlns='http://www.w3.org/1999/xhtml'><body>{PARAGRAPHS}<p>{inside}</p></body></html>",
        }[kind]
    )
    began = time.process_time()
    try:
        read = read_feed if kind in ("rss", "atom") else read_page
        said = repr(read(document.encode(), url="https://www.river.example/x"))
    except Unreadable as refused:
        said = str(refused)
    assert time.process_time() - began < 5
    # An entity named 30,000 times may stay as its name; none becomes what it stands for.
    assert len(said) < 500_000
    assert SECRET not in said and "ha" * 5 not in said and "a" * 100 not in said
    assert listener.came == 0


def test_listener_would_tell(listener: Listener) -> None:
    """The test above can fail: who asks the canary's address is counted."""
    own = Listener()
    with socket.create_connection(("127.0.0.1", own.port), timeout=5):
        pass
    for _ in range(100):
        if own.came:
            break
        time.sleep(0.02)
    own.close()
    assert own.came == 1
