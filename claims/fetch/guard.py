"""Which addresses may be asked: public ones, by http or https, so that no page can send us into a private network.

An address is read once, by one parser, and what that parser made of it is what is asked. A host's name is looked up
once; every address it has must be public, and the connection goes to one of the very addresses that were looked at, so
that a second answer of the name server, however different, is never heard.
"""

import ipaddress
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

from urllib3.exceptions import ConnectTimeoutError, LocationParseError
from urllib3.util import Url, parse_url

from claims.fetch.errors import Forbidden, RetryLater

_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 8_192
_SHOWN = 200
# What readers of addresses disagree about: some drop these, some end the host there, some keep them.
_DISPUTED = re.compile(r"[\x00-\x1f\x7f\\]|^\s|\s$")
_AUTHORITY = re.compile(r"\w+://([^/?#]*)", re.ASCII)
_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

# Of IPv6, only what is given out as global unicast (IANA); this leaves out every form in which an IPv4 address is
# carried (::/96, ::ffff:0:0/96, ::ffff:0:0:0/96, 64:ff9b::/96, 64:ff9b:1::/48) but those named below.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
# The IANA special-purpose registries (RFC 6890 and after it). The standard library knows most of them, not the same
# in every version, and counts some multicast and relay addresses as global.
_SPECIAL = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    )
)  # fmt: skip

# Names that only ever stand for something on one's own network (RFC 6761, 6762, 7686, 8375; ICANN on `internal`).
_OWN_NAMES = re.compile(r"(.+\.)?(localhost|local|internal|home\.arpa|invalid|onion)")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a request may go: which ports, how long, how much, through how many redirects.

    `also` are exact (address, port) pairs that may be asked though they are private or on another port: a test's own
    site on this machine. `seconds` is wall-clock time for everything, redirects included; `most_bytes` bounds the
    answer both as it is sent and as it is unpacked.
    """

    ports: frozenset[int] = frozenset({80, 443})
    also: frozenset[tuple[str, int]] = frozenset()
    seconds: float = 30
    most_bytes: int = 5 * 2**20
    redirects: int = 5

    def opens(self, address: Address, port: int) -> bool:
        """Whether this very address and port may be asked."""
        if any(ipaddress.ip_address(named) == address and port == opened for named, opened in self.also):
            return True
        return port in self.ports and is_public(address)


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet: not private, local, multicast, reserved or for examples.

    An IPv6 address that carries an IPv4 address (mapped, compatible, translated, 6to4, Teredo, NAT64, ISATAP) is not
    taken for public whatever it carries.
    """
    if isinstance(address, ipaddress.IPv6Address):
        isatap = (int(address) >> 32) & 0xFDFF_FFFF == 0x0000_5EFE  # RFC 5214, section 6.1
        if isatap or address not in _GLOBAL_V6:
            return False
    return address.is_global and not any(address in net for net in _SPECIAL)


def check_url(url: str, bounds: Bounds) -> Url:
    """Read an address and say whether it may be asked, as far as its text tells; the parts are given back.

    Only http and https, no user name or password, a port that is open, a host that is a public name or a plainly
    written address. At a port that `bounds.also` opens any name passes: what it stands for is looked at when it is
    asked. Raises Forbidden, with the reason in one line.
    """
    if len(url) > _LONGEST_URL:
        raise Forbidden(f"an address of more than {_LONGEST_URL} characters")
    if _DISPUTED.search(url):
        raise _forbidden(url, "it has blanks, control characters or backslashes where none belong")
    try:
        parts = parse_url(url)
    except (LocationParseError, UnicodeError) as error:
        raise _forbidden(url, "it cannot be read") from error
    if parts.scheme not in _PORTS:
        raise _forbidden(url, "only http and https are")
    authority = _AUTHORITY.match(url)
    if not parts.host or authority is None:
        raise _forbidden(url, "it names no host")
    if parts.auth is not None or "@" in authority[1]:
        raise _forbidden(url, "it carries a user name")
    port = parts.port or _PORTS[parts.scheme]
    if port not in bounds.ports and all(port != opened for _, opened in bounds.also):
        raise _forbidden(url, f"port {port} is not open")
    host = parts.host
    if host.startswith("["):
        _check_number(url, host[1:-1], port, bounds)
    elif "%" in authority[1]:
        raise _forbidden(url, "its host is written in code")
    elif _A_NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):  # so browsers tell a number from a name
        _check_number(url, host, port, bounds)
    elif all(port != opened for _, opened in bounds.also):
        _check_name(url, host)
    return parts._replace(port=port, fragment=None)


def dial(host: str, port: int, bounds: Bounds, left: Callable[[], float]) -> socket.socket:
    """Connect to a host by one of its addresses, once all of them are found to be public.

    `left` says how many seconds remain. Raises Forbidden where any address is not public; RetryLater where the name
    is not known; ConnectTimeoutError and OSError where nobody answers there.
    """
    found = _look_up(host, port, left())
    for _, place in found:
        address = ipaddress.ip_address(str(place[0]).partition("%")[0])
        if not bounds.opens(address, port):
            raise Forbidden(f"{host} port {port} must not be asked: {address} is not a public address")
    refused: OSError | None = None
    for number, (family, place) in enumerate(found):
        try:
            return _connect(family, place, left() / (len(found) - number))
        except OSError as error:
            refused = error
    if isinstance(refused, TimeoutError):
        raise ConnectTimeoutError(None, "nobody took the connection") from refused
    raise refused or RetryLater(f"the name {host} has no address", reached=False)


def _connect(family: socket.AddressFamily, place: tuple[Any, ...], seconds: float) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.settimeout(max(seconds, 0.001))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.connect(place)
    except OSError:
        made.close()
        raise
    return made


Place = tuple[socket.AddressFamily, tuple[Any, ...]]


def _look_up(host: str, port: int, seconds: float) -> list[Place]:
    """Every address of a host, asked for once.

    The machine's resolver has no deadline that we could set; where it is slower than `seconds`, it is left to itself.
    """
    answers: SimpleQueue[list[Place] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([(kind, place) for kind, _, _, _, place in found if kind in _FAMILIES])
        except Exception as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True, name="look up a name").start()
    try:
        answer = answers.get(timeout=max(seconds, 0.001))
    except Empty as error:
        raise ConnectTimeoutError(None, f"the name {host} was not looked up in time") from error
    if isinstance(answer, UnicodeError):
        raise Forbidden(f"{host[:_SHOWN]!r} is no name of a host") from answer
    if isinstance(answer, Exception):
        raise RetryLater(f"the name {host} is not found: {answer}", reached=False) from answer
    return answer


_FAMILIES = frozenset({socket.AF_INET, socket.AF_INET6})


def _check_number(url: str, host: str, port: int, bounds: Bounds) -> None:
    """Let an address in numbers pass only if it is written in the one usual way and is public."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError as error:
        raise _forbidden(url, "its host is a number written in an unusual way") from error
    if not bounds.opens(address, port):
        raise _forbidden(url, f"{address} port {port} is not public")


def _check_name(url: str, host: str) -> None:
    """Let a name pass only if it can be a public one."""
    name = host.rstrip(".").lower()
    if "." not in name or _OWN_NAMES.fullmatch(name):
        raise _forbidden(url, f"{host[:_SHOWN]} is a name on one's own network, not a public one")


def _forbidden(url: str, reason: str) -> Forbidden:
    shown = url if len(url) <= _SHOWN else f"{url[:_SHOWN]}..."
    return Forbidden(f"{shown!r} must not be asked: {reason}")
