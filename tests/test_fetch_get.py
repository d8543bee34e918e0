"""What is asked, what is taken for an answer, and what the errors tell a caller to do."""

import datetime
import random
import socket
import ssl
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import compress as gzip
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.fetch import Bounds, Fetched, GiveUp, RetryLater, connection, get, robots
from claims.fetch.waiting import asked_wait
from tests import hostile, loopback
from tests.loopback import Act, Loopback, answer, serving

AGENT = "Factcheck/1.0 (+mailto:desk@news.example)"
WORDS = "Слово за словом. ".encode() * 20_000


def open_to(*sites: Loopback, seconds: float = 10, most_bytes: int = 5 * 2**20, redirects: int = 5) -> Bounds:
    places = [urlsplit(site.address) for site in sites]
    also = frozenset((str(place.hostname), int(place.port or 0)) for place in places)
    return Bounds(also=also, seconds=seconds, most_bytes=most_bytes, redirects=redirects)


def ask(site: Loopback, path: str = "/", *, seconds: float = 10, **options: Any) -> Fetched:
    return get(site.address + path, bounds=open_to(site, seconds=seconds), agent=AGENT, **options)


def moved(location: str, status: int) -> Act:
    return answer(b"", status, Location=location)


def test_what_is_sent_and_what_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Neither a proxy of the environment nor a password file has a say in where it goes and with which key.
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, loopback.unused_address())
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    headers = {"ETag": 'W/"x"', "Last-Modified": "Tue, 02 Dec 2025 10:00:00 GMT", "Content-Type": "text/html"}
    with serving(answer(WORDS, **headers)) as site:
        got = ask(site, "/a b/ї?q=1#part", accept="text/html")
    assert got == Fetched(
        url=f"{site.address}/a b/ї?q=1#part", moved_to="", status=200, body=WORDS, content_type="text/html",
        etag='W/"x"', last_modified="Tue, 02 Dec 2025 10:00:00 GMT",
    )  # fmt: skip
    (asked,) = site.asked
    assert asked.path == "/a%20b/%D1%97?q=1"
    assert asked.headers == {
        "Host": urlsplit(site.address).netloc, "User-Agent": AGENT, "Accept": "text/html",
        "Accept-Encoding": "gzip, deflate, br",
    }  # fmt: skip


def test_no_cookie_is_kept_on_the_way() -> None:
    with serving(answer(b"", 302, Location="/b", Set_Cookie="a=b; Path=/"), answer(b"words")) as site:
        ask(site)
        ask(site)
    assert [set(asked.headers) & {"Cookie", "Authorization", "Referer"} for asked in site.asked] == [set()] * 3


# --- Asking again ---


def test_unchanged_costs_no_body_and_is_no_error() -> None:
    with serving(answer(b"", 304, ETag='"y"')) as site:
        got = ask(site, etag='"x"', last_modified="Tue, 02 Dec 2025 10:00:00 GMT")
    assert (got.status, got.body, got.etag) == (304, b"", '"y"')
    assert site.asked[0].headers["If-None-Match"] == '"x"'
    assert site.asked[0].headers["If-Modified-Since"] == "Tue, 02 Dec 2025 10:00:00 GMT"


def test_unchanged_from_what_we_never_named_is_no_answer() -> None:
    with serving(answer(b"", 304)) as site, pytest.raises(GiveUp, match="status 304"):
        ask(site)


def test_what_was_kept_is_named_behind_a_redirect_too() -> None:
    """A feed that is always sent elsewhere by 302 was last read at the end of that way."""
    with serving(moved("/b", 302), answer(b"", 304)) as site:
        assert ask(site, "/a", etag='"x"').status == 304
    assert [asked.headers.get("If-None-Match") for asked in site.asked] == ['"x"', '"x"']


# --- Statuses ---

LATER = [202, 408, 425, 429, 500, 501, 502, 503, 504, 520, 529, 599]
NEVER = [201, 204, 205, 206, 300, 304, 305, 306, 400, 401, 402, 403, 404, 405, 406, 410, 418, 421, 451, 600, 999]


@pytest.mark.parametrize("status", LATER)
def test_what_may_pass_is_to_be_retried(status: int) -> None:
    with serving(answer(b"", status, Retry_After="120")) as site, pytest.raises(RetryLater) as raised:
        ask(site)
    assert (raised.value.status, raised.value.wait, raised.value.reached) == (status, 120.0, True)


@pytest.mark.parametrize("status", NEVER)
def test_what_would_be_the_same_again_is_given_up(status: int) -> None:
    with serving(answer(b"", status)) as site, pytest.raises(GiveUp, match=f"status {status}") as raised:
        ask(site)
    assert (raised.value.status, raised.value.reached) == (status, True)


def test_a_copy_changed_on_the_way_is_an_answer() -> None:
    with serving(answer(b"words", 203)) as site:
        assert (ask(site).status, ask(site).body) == (200, b"words")


def test_a_status_is_told_in_words() -> None:
    with serving(answer(b"<html>", 404)) as site, pytest.raises(GiveUp) as raised:
        ask(site)
    assert str(raised.value) == "status 404 (Not Found)"


# --- Redirects ---

WAYS = [
    ([], ""),
    ([301], "/1"),
    ([308], "/1"),
    ([302], ""),
    ([303], ""),
    ([307], ""),
    ([301, 308], "/2"),
    ([301, 302], "/1"),
    ([301, 307, 301], "/1"),
    ([302, 301], ""),
    ([301] * 5, "/5"),
]


@pytest.mark.parametrize(("statuses", "moved_to"), WAYS)
def test_only_permanent_redirects_from_the_start_move_an_address(statuses: list[int], moved_to: str) -> None:
    acts = [moved(f"/{number}#there", status) for number, status in enumerate(statuses, 1)]
    heard: list[str] = []
    with serving(*acts, answer(b"words")) as site:
        got = ask(site, "/0", may=heard.append)
    ways = [f"{site.address}/{number}" for number in range(len(statuses) + 1)]
    assert (got.url, got.moved_to, got.body) == (ways[-1], moved_to and site.address + moved_to, b"words")
    assert [site.address + asked.path for asked in site.asked] == ways
    assert heard == ways[1:]


def test_may_may_ask_for_a_robots_txt_meanwhile() -> None:
    """A request within a request has a deadline of its own, and the outer one goes on as it was."""
    with serving(answer(b"User-agent: *")) as other, serving(moved("/b", 302), answer(b"words")) as site:
        read: list[bytes] = []
        assert ask(site, may=lambda url: read.append(ask(other, "/robots.txt").body)).body == b"words"
    assert read == [b"User-agent: *"]


def test_a_header_is_one_line_of_text() -> None:
    def fold(asked: loopback.Asked) -> None:
        asked.handler.wfile.write(b'HTTP/1.1 200 OK\r\nETag: "a\r\n b\0c"\nContent-Type: text/\n html\r\n\r\nwords')

    with serving(fold) as site:
        got = ask(site)
    assert (got.etag, got.content_type) == ('"a b c"', "text/  html")


@pytest.mark.parametrize("redirects", [0, 1, 5])
def test_redirects_have_an_end(redirects: int) -> None:
    heard: list[str] = []
    with serving(moved("/round", 301)) as site, pytest.raises(GiveUp, match=f"more than {redirects} redirects"):
        get(site.address, bounds=open_to(site, redirects=redirects), agent=AGENT, may=heard.append)
    assert (len(site.asked), len(heard)) == (redirects + 1, redirects)


def test_a_redirect_to_nowhere_is_given_up() -> None:
    with serving(answer(b"", 301)) as site, pytest.raises(GiveUp, match="does not say where to"):
        ask(site)


@pytest.mark.parametrize(
    ("location", "path"),
    [("../b", "/b"), ("?q=2", "/x/a?q=2"), ("b c", "/x/b%20c"), ("/ї", "/%D1%97"), ("//{netloc}/d", "/d")],
)
def test_where_a_redirect_leads(location: str, path: str) -> None:
    def lead(asked: loopback.Asked) -> None:
        said = location.replace("{netloc}", urlsplit(site.address).netloc)
        head = f"HTTP/1.1 302 Found\r\nLocation: {said}\r\nContent-Length: 0\r\n\r\n"
        asked.handler.wfile.write(head.encode())

    with serving(lead, answer(b"words")) as site:
        ask(site, "/x/a?q=1")
    assert site.asked[1].path == path


def test_redirects_share_one_deadline() -> None:
    def dawdle(asked: loopback.Asked) -> None:
        time.sleep(0.3)
        asked.send(302, b"", Location="/again")

    began = time.monotonic()
    with serving(dawdle) as site, pytest.raises(RetryLater, match=r"no answer within 0\.7 seconds"):
        ask(site, seconds=0.7)
    assert time.monotonic() - began < 4


def test_nobody_there_is_told_from_an_answer_that_broke_off() -> None:
    nobody = loopback.unused_address()
    bounds = Bounds(also=frozenset({("127.0.0.1", int(urlsplit(nobody).port or 0))}))
    with pytest.raises(RetryLater, match="not to be reached: ConnectionRefusedError") as raised:
        get(nobody, bounds=bounds, agent=AGENT)
    assert not raised.value.reached
    with serving(loopback.hang_up) as site, pytest.raises(RetryLater, match="broke off") as raised:
        ask(site)
    assert raised.value.reached


# --- Packing ---


def bare(words: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(words) + packer.flush()


PACKED = [
    ("", WORDS),
    ("identity", WORDS),
    ("gzip", gzip(WORDS)),
    ("GZip", gzip(WORDS)),
    ("x-gzip", gzip(WORDS)),
    ("gzip", gzip(WORDS[:1000]) + gzip(b"") + gzip(WORDS[1000:])),
    ("gzip", gzip(WORDS) + b"\0" * 100),
    ("gzip", gzip(WORDS) + b"\x1f padding"),
    ("deflate", zlib.compress(WORDS)),
    ("deflate", zlib.compress(WORDS) + zlib.compress(WORDS)),
    ("deflate", bare(WORDS)),
    ("br", brotli.compress(WORDS)),
    ("br, identity", brotli.compress(WORDS)),
    ("gzip, br", brotli.compress(gzip(WORDS))),
    ("gzip, gzip", gzip(gzip(WORDS))),
]


@pytest.mark.parametrize(("coding", "sent"), PACKED, ids=lambda value: value if isinstance(value, str) else "")
@pytest.mark.parametrize("at_once", [True, False])
def test_each_packing_comes_off_whole(coding: str, sent: bytes, at_once: bool) -> None:
    def in_small_pieces(asked: loopback.Asked) -> None:
        head = f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: {coding}\r\n\r\n"
        asked.handler.wfile.write(head.encode())
        small = [sent[place : place + 1] for place in range(200)] + [sent[200:]]
        for piece in filter(None, small):
            asked.handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        asked.handler.wfile.write(b"0\r\n\r\n")

    act = answer(sent, Content_Encoding=coding) if at_once else in_small_pieces
    with serving(act) as site:
        assert ask(site).body == WORDS


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br", "gzip, br"])
def test_nothing_packed_is_nothing(coding: str) -> None:
    with serving(answer(b"", Content_Encoding=coding)) as site:
        assert ask(site).body == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_what_is_not_so_packed_is_given_up(coding: str) -> None:
    said = f"said to be packed as {coding}, which it is not"
    with (
        serving(answer(b"<html>words</html>" * 100, Content_Encoding=coding)) as site,
        pytest.raises(GiveUp, match=said),
    ):
        ask(site)


def test_a_spoilt_second_part_is_not_taken_for_padding() -> None:
    spoilt = bytearray(gzip(WORDS[:1000]) + gzip(random.Random(1).randbytes(1000)))
    spoilt[-300] ^= 255
    with (
        serving(answer(bytes(spoilt), Content_Encoding="gzip")) as site,
        pytest.raises(GiveUp, match="which it is not"),
    ):
        ask(site)


@pytest.mark.parametrize("coding", ["zstd", "compress", "gzip, zstd", "gzip, gzip, gzip", "br, deflate, gzip"])
def test_other_packings_and_more_than_two_are_not_opened(coding: str) -> None:
    with serving(answer(gzip(WORDS), Content_Encoding=coding)) as site, pytest.raises(GiveUp, match="answer packed"):
        ask(site)


@pytest.mark.parametrize(
    ("coding", "sent"), [("gzip", gzip(WORDS)), ("deflate", bare(WORDS)), ("br", brotli.compress(WORDS))]
)
def test_half_of_what_was_packed_is_none(coding: str, sent: bytes) -> None:
    act = answer(sent[: len(sent) // 2], Content_Encoding=coding)
    with serving(act) as site, pytest.raises(RetryLater, match="broke off"):
        ask(site)


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br"])
def test_the_largest_answer_allowed_is_taken_and_no_more(coding: str) -> None:
    packers = {"": bytes, "gzip": gzip, "deflate": zlib.compress, "br": brotli.compress}
    for more, size in ((False, 100_000), (True, 100_001)):
        with serving(answer(packers[coding](b"x" * size), Content_Encoding=coding)) as site:
            bounds = open_to(site, most_bytes=100_000)
            if more:
                with pytest.raises(GiveUp, match="more than 100000 bytes"):
                    get(site.address, bounds=bounds, agent=AGENT)
            else:
                assert len(get(site.address, bounds=bounds, agent=AGENT).body) == size


# --- How long to wait (RFC 9110, section 10.2.3) ---


@pytest.mark.parametrize(
    ("asked", "wait"),
    [("0", 0.0), ("7", 7.0), (" 120 ", 120.0), ("", None), ("-1", None), ("1.5", None), ("soon", None), ("٣", None),
     ("9999999999", 86_400.0), ("9" * 500, 86_400.0), ("Wed, 21 Oct 2015 07:28:00 GMT", None),
     ("Wed, 21 Oct 9999 07:28:00 GMT", 86_400.0), ("Wed, 99 Oct 2026 07:28:00 GMT", None)],
)  # fmt: skip
def test_what_is_asked_for_is_seconds(asked: str, wait: float | None) -> None:
    assert asked_wait(asked) == wait


@pytest.mark.parametrize("form", ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"])
def test_each_way_of_writing_a_date_is_read(form: str) -> None:
    until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=300)
    wait = asked_wait(until.strftime(form))
    assert wait is not None
    assert 290 < wait <= 300


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.from_regex(r"[A-Z][a-z]{2}, ?[0-9]{1,3} [A-Z][a-z]{2} [0-9]{1,6} [0-9:]{1,9} .{0,5}"))
def test_whatever_is_asked_for_is_read_or_left(asked: str) -> None:
    wait = asked_wait(asked)
    assert wait is None or 0 <= wait < 10_000_000


# --- Safe connections ---


@contextmanager
def serving_safely(
    folder: Path, name: str, leads_to: str = ""
) -> Iterator[tuple[int, list[tuple[str | None, str]], Path]]:
    """A server with a certificate for this name: its port, who was asked for (by TLS and by HTTP), its authority."""
    if which("openssl") is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    asked: list[tuple[str | None, str]] = []
    named: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((named[-1], self.headers["Host"]))
            self.send_response(301 if leads_to else 200)
            if leads_to:
                self.send_header("Location", leads_to)
            self.end_headers()
            self.wfile.write(b"words")

        def log_message(self, format: str, *args: Any) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            return  # whoever asks hangs up on a certificate it does not believe

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    context.sni_callback = lambda _socket, sent, _context: named.append(sent)
    server = Server(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_port, asked, certificate
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Make one certificate the only one believed."""

    def trust(certificate: Path) -> None:
        monkeypatch.setattr(connection.certifi, "where", lambda: str(certificate))
        connection._trust.cache_clear()

    yield trust
    connection._trust.cache_clear()


def test_a_pinned_connection_is_checked_for_the_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusting: Any
) -> None:
    """The connection goes to a number, yet TLS is told the name, the certificate is held against it, and so is Host."""
    hostile.resolving(monkeypatch, safe_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    with serving_safely(tmp_path, "safe.example") as (port, asked, certificate):
        bounds = Bounds(also=frozenset({("127.0.0.1", port)}))
        with pytest.raises(GiveUp, match=r"no safe connection.*self.signed") as raised:
            get(f"https://safe.example:{port}/", bounds=bounds, agent=AGENT)
        assert not raised.value.reached
        trusting(certificate)
        assert get(f"https://safe.example:{port}/", bounds=bounds, agent=AGENT).body == b"words"
        assert get(f"https://safe.example.:{port}/", bounds=bounds, agent=AGENT).body == b"words"
        with pytest.raises(GiveUp, match=r"no safe connection.*other\.example"):
            get(f"https://other.example:{port}/", bounds=bounds, agent=AGENT)
        with pytest.raises(GiveUp, match="no safe connection"):
            get(f"https://127.0.0.1:{port}/", bounds=bounds, agent=AGENT)
    assert [name for name, _ in asked] == ["safe.example"] * 2
    assert asked[0][1] == f"safe.example:{port}"


def test_a_redirect_to_an_unsafe_connection_is_followed_and_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, trusting: Any
) -> None:
    hostile.resolving(monkeypatch, safe_example=[["127.0.0.1"]])
    with serving(answer(b"words")) as site:
        plain = f"{site.address}/plain"
        with serving_safely(tmp_path, "safe.example", leads_to=plain) as (port, _, certificate):
            trusting(certificate)
            bounds = Bounds(also=frozenset({("127.0.0.1", port)}) | open_to(site).also)
            got = get(f"https://safe.example:{port}/", bounds=bounds, agent=AGENT)
    assert (got.url, got.moved_to, got.body) == (plain, plain, b"words")


def test_a_server_without_tls_behind_https_is_given_up() -> None:
    with serving(answer(b"words")) as site, pytest.raises(GiveUp, match="no safe connection"):
        get(site.address.replace("http:", "https:"), bounds=open_to(site), agent=AGENT)


def test_who_hangs_up_while_a_connection_is_made_safe_may_answer_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def hang_up() -> None:
            connected, _ = listening.accept()
            with connected:
                connected.recv(65_536)

        thread = Thread(target=hang_up, daemon=True)
        thread.start()
        port = listening.getsockname()[1]
        with pytest.raises(RetryLater, match="broke off") as raised:
            get(f"https://127.0.0.1:{port}/", bounds=Bounds(also=frozenset({("127.0.0.1", port)})), agent=AGENT)
        thread.join(5)
    assert raised.value.reached


# --- robots.txt ---

ROBOTS = """
User-agent: *
Disallow: /private/
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 10

User-agent: OtherBot
User-agent: Factcheck
Disallow: /drafts
Crawl-delay: 2.5
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [("Someone/1.0", "/", True), ("Someone/1.0", "/private/a", False), ("Someone/1.0", "/private/open/a", True),
     ("Someone/1.0", "/a.pdf", False), ("Someone/1.0", "/a.pdf?x", True), ("Someone/1.0", "/drafts/1", True),
     ("Some/1.0 (+mailto:factcheck@otherbot)", "/drafts/1", True),
     (AGENT, "/drafts/1", False), (AGENT, "/private/a", True), ("Someone/1.0", "/robots.txt", True)],
)  # fmt: skip
def test_a_site_says_who_may_ask_for_what(agent: str, path: str, allowed: bool) -> None:
    assert robots.allows(ROBOTS, agent, f"https://news.example{path}") is allowed


@pytest.mark.parametrize("text", ["", "\ufeff", "<html>Not found</html>", "\0\0\0", "User-agent: *\nDisallow:\n"])
def test_what_forbids_nothing_allows_everything(text: str) -> None:
    assert robots.allows(text, AGENT, "https://news.example/a")
    assert robots.delay(text, AGENT) is None


def test_a_site_says_how_often() -> None:
    assert robots.delay(ROBOTS, "Someone/1.0") == 10.0
    assert robots.delay(ROBOTS, AGENT) == 2.5


@pytest.mark.parametrize("delay", ["soon", "-5", "inf", "nan", "1e400", ""])
def test_a_delay_that_is_none_is_none(delay: str) -> None:
    assert robots.delay(f"User-agent: *\nCrawl-delay: {delay}\n", AGENT) is None


PUZZLES = [
    f"User-agent: *\nDisallow: /{'*a' * 100_000}*b",
    "User-agent: *\n" + "Disallow: /*a*a*a*a*a*a*b\n" * 15_000,
    "User-agent: *\n" * 30_000,
    "x" * 500_000,
]


@pytest.mark.parametrize("text", PUZZLES, ids=["stars", "rules", "agents", "one line"])
def test_no_robots_txt_keeps_us_busy(text: str) -> None:
    began = time.process_time()
    robots.allows(text, AGENT, f"https://news.example/{'a' * 8_000}")
    assert time.process_time() - began < 5
