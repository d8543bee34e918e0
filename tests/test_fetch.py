"""The door to the network: one deadline, one largest answer, no redirects, and errors that say what to do."""

import socket
import threading
import time
from pathlib import Path

import pytest

from claims.fetch import FetchError, GiveUp, RetryLater, post_json
from tests import loopback
from tests.loopback import Act, serving

QUICKLY = 0.6
# A machine busy with other tests may be late, but not by this much.
LATE = 4.0


def send(address: str, *, seconds: float = 5.0, most_bytes: int = 10_000, **headers: str) -> bytes:
    return post_json(address, b'{"a": 1}', headers=headers, seconds=seconds, most_bytes=most_bytes)


def test_what_is_sent_and_what_comes_back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    # Neither a proxy of the environment nor a password file has a say in where it goes and with which key.
    monkeypatch.setenv("HTTP_PROXY", loopback.unused_address())
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    with serving(loopback.answer(b'{"b": 2}')) as server:
        assert send(f"{server.address}/v1/chat", Authorization="Bearer key") == b'{"b": 2}'
    (asked,) = server.asked
    assert (asked.path, asked.body) == ("/v1/chat", b'{"a": 1}')
    assert asked.headers["Authorization"] == "Bearer key"
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["Accept-Encoding"] == "identity"


WAIT = [
    (429, {"Retry-After": "7"}, 7.0),
    (503, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
    (500, {}, None),
    (502, {"Retry-After": "-1"}, None),
    (504, {"Retry-After": "9999999999"}, 86_400.0),
    (429, {"Retry-After": "99999999999999999999"}, 86_400.0),
    (429, {"Retry-After": "9" * 400}, 86_400.0),
    (503, {"Retry-After": "Fri, 21 Oct 9998 07:28:00 GMT"}, 86_400.0),
    (503, {"Retry-After": "Fri, 31 Dec 9999 23:59:59 -2300"}, 86_400.0),
    (503, {"Retry-After": "Fri, 21 Oct 99999 07:28:00 GMT"}, 86_400.0),
    (503, {"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, None),
    (503, {"Retry-After": "-99999999999999999999"}, None),
    (503, {"Retry-After": "soon"}, None),
]


@pytest.mark.parametrize(("status", "headers", "wait"), WAIT)
def test_what_may_pass_is_to_be_retried_when_the_other_side_says(
    status: int, headers: dict[str, str], wait: float | None
) -> None:
    with serving(loopback.answer(b"busy", status, **headers)) as server, pytest.raises(RetryLater) as raised:
        send(server.address)
    assert (raised.value.status, raised.value.wait, raised.value.reached) == (status, wait, True)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (400, b'{"error":\n "no such model"}', 'status 400: {"error": "no such model"}'),
        (404, b"", "status 404"),
        (422, b"x" * 3000, "status 422: " + "x" * 200),
        (401, b"the key sk-12*** is wrong", "status 401"),
        (301, b"", "status 301: it sends elsewhere"),
        (307, b"", "status 307: it sends elsewhere"),
    ],
)
def test_what_would_fail_again_is_given_up(status: int, body: bytes, said: str) -> None:
    with serving(loopback.answer(body, status, Location="http://127.0.0.1:9/")) as server, pytest.raises(GiveUp) as got:
        send(server.address)
    assert str(got.value).startswith(said)
    assert "\n" not in str(got.value)
    assert "sk-12" not in str(got.value)
    assert (got.value.status, len(server.asked)) == (status, 1)


@pytest.mark.parametrize("act", [loopback.flood(3_000_000), loopback.answer(b"x" * 10_001)])
def test_a_huge_answer_is_not_taken(act: Act) -> None:
    with serving(act) as server, pytest.raises(GiveUp, match="more than 10000 bytes"):
        send(server.address)


def test_the_largest_answer_allowed_is_taken() -> None:
    with serving(loopback.answer(b"x" * 10_000)) as server:
        assert len(send(server.address)) == 10_000


def test_a_compressed_answer_is_not_unpacked() -> None:
    act = loopback.answer(b"\x1f\x8b", Content_Encoding="gzip")
    with serving(act) as server, pytest.raises(GiveUp, match="compressed"):
        send(server.address)


SLOW: list[Act] = [
    loopback.drip(b"x" * 400),
    loopback.drip_unmeasured(b"x" * 400),
    loopback.drip_headers(),
    loopback.say_nothing(),
]


@pytest.mark.parametrize("act", SLOW, ids=["body", "body of no length", "headers", "nothing"])
def test_the_deadline_is_the_wall_clocks_however_slowly_bytes_come(act: Act) -> None:
    began = time.monotonic()
    with serving(act) as server, pytest.raises(RetryLater, match=r"no answer within 0\.6 seconds") as raised:
        send(server.address, seconds=QUICKLY)
    assert raised.value.reached
    assert QUICKLY * 0.9 <= time.monotonic() - began < LATE


PARTLY: list[Act] = [
    loopback.break_off(b'{"statements": []}', 5),
    loopback.break_off_chunked(b'{"statements": ['),
    loopback.hang_up,
]


@pytest.mark.parametrize("act", PARTLY, ids=["body", "chunks", "nothing"])
def test_half_an_answer_is_none(act: Act) -> None:
    with serving(act) as server, pytest.raises(RetryLater, match="broke off") as raised:
        send(server.address)
    assert raised.value.reached


def test_nobody_there_is_told_from_an_answer_that_broke_off() -> None:
    with pytest.raises(RetryLater, match="not to be reached: ConnectionRefusedError") as raised:
        send(loopback.unused_address())
    assert not raised.value.reached
    assert "0x" not in str(raised.value)


@pytest.mark.parametrize("address", ["", "127.0.0.1", "ftp://127.0.0.1/", "http://", "http://.example", "http://[::1"])
def test_an_address_that_is_none_is_given_up(address: str) -> None:
    with pytest.raises(FetchError) as raised:
        send(address)
    assert not raised.value.reached
    assert "\n" not in str(raised.value)


def test_a_server_without_tls_behind_https_is_no_endless_wait() -> None:
    """Its silence during the handshake is cut off too: there, TLS has taken the socket over."""
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def keep_silent() -> None:
            connection, _ = listening.accept()
            with connection:
                for _ in range(100):
                    if not connection.recv(65_536):
                        return

        thread = threading.Thread(target=keep_silent, daemon=True)
        thread.start()
        with pytest.raises(RetryLater, match="no answer within"):
            send(f"https://127.0.0.1:{listening.getsockname()[1]}/", seconds=QUICKLY)
        thread.join(5)
    assert time.monotonic() - began < LATE


def test_requests_side_by_side_have_each_their_own_deadline() -> None:
    slow, errors = loopback.drip(b"x" * 60, 0.02), []
    with serving(slow) as server:

        def ask(seconds: float) -> None:
            try:
                send(server.address, seconds=seconds)
            except RetryLater as error:
                errors.append((seconds, str(error)))

        threads = [threading.Thread(target=ask, args=(seconds,)) for seconds in (0.3, 0.5, 20.0)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert sorted(errors) == [(0.3, "no answer within 0.3 seconds"), (0.5, "no answer within 0.5 seconds")]
