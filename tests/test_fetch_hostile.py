"""Whatever an address, a redirect or a name server says, nothing but public hosts is asked."""

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from claims.fetch import Bounds, Fetched, FetchError, Forbidden, RetryLater, get
from claims.fetch import guard as fetch_guard
from claims.fetch.guard import is_public
from tests import hostile, loopback
from tests.hostile import Canary
from tests.loopback import Act, Asked, Loopback, serving


@pytest.fixture
def canary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Canary]:
    """A canary that nobody may reach, a name server of ours, and no way off the machine."""
    strayed = hostile.nowhere_else(monkeypatch)
    hostile.resolving(monkeypatch)
    with hostile.listening() as listening:
        yield listening
    assert not strayed, "sockets were opened to where nobody may go"


def open_to(canary: Canary, *sites: Loopback, seconds: float = 10) -> Bounds:
    """The canary's port is open, so that only the host can be what is wrong; a site of the test may be asked."""
    return Bounds(ports=frozenset({80, 443, canary.port}), also=frozenset(map(place, sites)), seconds=seconds)


def place(site: Loopback) -> tuple[str, int]:
    parts = urlsplit(site.address)
    return str(parts.hostname), int(parts.port or 0)


def ask(url: str, bounds: Bounds, may: Callable[[str], None] | None = None) -> Fetched:
    return get(url, bounds=bounds, agent="tests (desk@news.example)", may=may)


def redirect(location: str, status: int = 302) -> Act:
    """Send elsewhere, in raw bytes: a Location may hold whatever somebody puts there."""
    head = f"HTTP/1.1 {status} Moved\r\nContent-Length: 0\r\nLocation: {location}\r\n\r\n"
    return lambda asked: asked.handler.wfile.write(head.encode("utf-8")) and None


def test_there_are_as_many_forms_as_we_say() -> None:
    assert len(set(hostile.FORMS)) == len(hostile.FORMS) > 100


@pytest.mark.parametrize("form", hostile.FORMS, ids=lambda form: ascii(form)[1:60])
def test_a_hostile_address_is_refused_before_any_connection(canary: Canary, form: str) -> None:
    with pytest.raises(FetchError) as raised:
        ask(form.replace("{port}", str(canary.port)), open_to(canary))
    assert not raised.value.reached
    assert isinstance(raised.value, Forbidden) != ("is not found" in str(raised.value))
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 600
    assert canary.heard == []


@pytest.mark.parametrize("hop", [1, 2, 3, 4, 5])
def test_no_redirect_leads_there_at_any_hop(canary: Canary, hop: int) -> None:
    forms = canary.forms()

    def lead(asked: Asked) -> None:
        left, _, number = asked.path.strip("/").partition("/")
        if not (left.isdecimal() and number.isdecimal()):
            asked.send(404, b"")  # what stayed on this site: a Location that was no other host's
        elif int(left) > 1:
            redirect(f"/{int(left) - 1}/{number}")(asked)
        else:
            redirect(forms[int(number)])(asked)

    with serving(lead) as site:
        for number, form in enumerate(forms):
            asked_before = len(site.asked)
            with pytest.raises(FetchError):
                ask(f"{site.address}/{hop}/{number}", open_to(canary, site))
            assert canary.heard == [], form
            # "http://" and the like lead back to where they stand, until there were too many.
            assert hop <= len(site.asked) - asked_before <= 6, form


def test_the_canary_would_hear(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the guard's judgements taken away, the plain forms do get through: the tests above can fail."""
    monkeypatch.setattr(fetch_guard, "is_public", lambda address: True)
    monkeypatch.setattr(fetch_guard, "_check_name", lambda url, host: None)
    plain = [f"http://{host}:{canary.port}/" for host in ("127.0.0.1", "localhost", "localhost.", "localtest.example")]
    for url in plain:
        with pytest.raises(RetryLater, match="broke off"):
            ask(url, open_to(canary))
    until = time.monotonic() + 5
    while len(canary.heard) < len(plain) and time.monotonic() < until:
        time.sleep(0.01)
    assert canary.heard == ["127.0.0.1"] * len(plain)


def test_what_others_may_do_is_asked_of_public_addresses_only(canary: Canary) -> None:
    """`may` hears each redirect's address before it is asked, and can stop it; it never hears of a forbidden one."""
    heard: list[str] = []

    class Busy(Exception):
        pass

    def may(url: str) -> None:
        heard.append(url)
        if url.endswith("/busy"):
            raise Busy

    with serving(redirect("/one"), redirect("/busy"), loopback.answer(b"never")) as site:
        with pytest.raises(Busy):
            ask(f"{site.address}/", open_to(canary, site), may)
        assert heard == [f"{site.address}/one", f"{site.address}/busy"]
        assert [asked.path for asked in site.asked] == ["/", "/one"]
    heard.clear()
    with serving(redirect(f"http://127.0.0.1:{canary.port}/")) as site, pytest.raises(Forbidden):
        ask(f"{site.address}/", open_to(canary, site), may)
    assert heard == []


# --- Name servers that change their mind ---


def test_a_name_is_looked_up_once_and_asked_where_it_was_then(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(loopback.answer(b"words")) as site:
        address, port = place(site)
        resolver = hostile.resolving(monkeypatch, rebinding_example=[[address], ["::1"], ["10.0.0.1"]])
        assert ask(f"http://rebinding.example:{port}/", open_to(canary, site)).body == b"words"
    assert resolver.asked == ["rebinding.example"]
    assert site.asked[0].headers["Host"] == f"rebinding.example:{port}"


def test_a_second_answer_of_the_name_server_is_never_heard(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first answer passes for public, whoever asks again gets loopback: only the first is gone for."""
    strayed = hostile.nowhere_else(monkeypatch)
    resolver = hostile.resolving(monkeypatch, rebinding_example=[["203.0.113.5"], ["127.0.0.1"], ["::1"]])
    bounds = Bounds(ports=frozenset({80, canary.port}), also=frozenset({("203.0.113.5", canary.port)}))
    with pytest.raises(RetryLater, match="not to be reached") as raised:
        ask(f"http://rebinding.example:{canary.port}/", bounds)
    assert not raised.value.reached
    assert strayed == [("203.0.113.5", canary.port)]
    assert resolver.asked == ["rebinding.example"]
    assert canary.heard == []


def test_a_name_is_looked_at_anew_at_each_redirect(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(redirect("/again"), loopback.answer(b"never")) as site:
        address, port = place(site)
        resolver = hostile.resolving(monkeypatch, rebinding_example=[[address], ["::1"]])
        with pytest.raises(Forbidden, match=r"rebinding\.example"):
            ask(f"http://rebinding.example:{port}/", open_to(canary, site))
    assert len(resolver.asked) == 2
    assert len(site.asked) == 1
    assert canary.heard == []


@pytest.mark.parametrize("inside", ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"])
@pytest.mark.parametrize("turned", [False, True])
def test_one_private_address_among_public_ones_is_one_too_many(
    canary: Canary, monkeypatch: pytest.MonkeyPatch, inside: str, turned: bool
) -> None:
    answer = ["203.0.113.5", inside][:: -1 if turned else 1]
    strayed = hostile.nowhere_else(monkeypatch)
    hostile.resolving(monkeypatch, mixed_example=[answer])
    bounds = Bounds(ports=frozenset({canary.port}), also=frozenset({("203.0.113.5", canary.port)}))
    with pytest.raises(Forbidden, match=r"mixed\.example"):
        ask(f"http://mixed.example:{canary.port}/", bounds)
    assert strayed == []
    assert canary.heard == []


def test_the_next_address_is_tried_where_one_does_not_answer(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(loopback.answer(b"words")) as site:
        address, port = place(site)
        hostile.resolving(monkeypatch, two_example=[["127.0.0.2", address]])
        bounds = Bounds(also=frozenset({("127.0.0.2", port), (address, port)}))
        strayed = hostile.nowhere_else(monkeypatch)
        assert ask(f"http://two.example:{port}/", bounds).body == b"words"
    assert strayed == [("127.0.0.2", port)]


def test_a_name_nobody_knows_may_be_known_later(canary: Canary) -> None:
    with pytest.raises(RetryLater, match=r"the name unknown\.example is not found") as raised:
        ask("http://unknown.example/", open_to(canary))
    assert not raised.value.reached


def test_a_slow_name_server_does_not_outlast_the_deadline(canary: Canary, monkeypatch: pytest.MonkeyPatch) -> None:
    def dawdle(*args: object, **options: object) -> list[object]:
        time.sleep(3)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", dawdle)
    began = time.monotonic()
    with pytest.raises(RetryLater, match=r"no answer within 0\.4 seconds") as raised:
        ask("http://slow.example/", open_to(canary, seconds=0.4))
    assert not raised.value.reached
    assert time.monotonic() - began < 2.5


def test_only_the_very_pair_named_is_let_through(canary: Canary) -> None:
    """`also` opens one address and port: not that port elsewhere, nor that address's other ports."""
    with serving(loopback.answer(b"words")) as site, serving(loopback.answer(b"other")) as other:
        address, port = place(site)
        bounds = Bounds(also=frozenset({(address, port)}))
        assert ask(site.address, bounds).body == b"words"
        for url in (other.address, f"http://127.0.0.2:{port}/", f"http://[::1]:{port}/", f"http://{address}/"):
            with pytest.raises(Forbidden):
                ask(url, bounds)
        assert not other.asked


PUBLIC = ["1.1.1.1", "8.8.8.8", "93.184.216.34", "172.15.255.255", "172.32.0.1", "100.63.255.255", "100.128.0.1",
          "223.255.255.255", "2606:4700::1111", "2a00:1450:4001::200e", "2001:200::1"]  # fmt: skip
PRIVATE = ["0.0.0.0", "10.1.2.3", "100.64.0.0", "100.127.255.255", "127.0.0.1", "127.255.255.255", "169.254.0.1",
           "172.16.0.0", "172.31.255.255", "192.0.0.9", "192.0.2.1", "192.88.99.2", "192.168.1.1", "198.19.255.255",
           "198.51.100.9", "203.0.113.9", "224.0.0.251", "233.252.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255",
           "::", "::1", "::1.1.1.1", "::ffff:1.1.1.1", "::ffff:0:1.1.1.1", "64:ff9b::1.1.1.1", "64:ff9b:1::1",
           "100::1", "2001::1", "2001:1::1", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:101:101::1",
           "2606:4700::5efe:1.1.1.1", "2606:4700::200:5efe:1.1.1.1", "3fff::1", "3fff:fff::1", "5f00::1", "fc00::1",
           "fd12::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "ff0e::1"]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    """The special-purpose registries of IANA, and every way of carrying an IPv4 address within an IPv6 one."""
    assert not is_public(ipaddress.ip_address(address))
