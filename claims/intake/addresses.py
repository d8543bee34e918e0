"""The one form of an address under which an article is kept."""

import re
from urllib.parse import unquote_plus, urlsplit, urlunsplit

from django.conf import settings
from url_normalize import url_normalize

from claims import fetch
from claims.intake.fields import Refused

MAX_URL = 2_000
# Query parameters that say how a reader came to a page, not which page it is.
TRACKING = re.compile(r"^(utm_\w+|fbclid|gclid|dclid|yclid|msclkid|mc_cid|mc_eid|igshid|_openstat|wt_mc)$", re.I)


def canonical_url(url: str, cure: str = "give the article's own http or https address, or leave it out") -> str:
    """The one form of an address under which an article is kept: normalised, without fragment and tracking.

    An empty one stays empty. Raises Refused, with this cure, for what is not an http or https address.
    """
    if not url:
        return ""
    if not re.match(r"https?://", url, re.IGNORECASE):
        raise Refused("url", f"{url[:200]!r} is not an http or https address", cure)
    if not re.match(r"\w+://[^/?#]", url):  # some readers of addresses take the path's first part for the host
        raise Refused("url", f"{url[:200]!r} is not an address: it names no host", cure)
    if re.search(r"[\x00-\x1f\x7f]", url):
        raise Refused("url", f"{url[:200]!r} holds control characters", cure)
    try:
        parts = urlsplit(url_normalize(url) or "")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or re.search(r"\s", parts.netloc):
        raise Refused("url", f"{url[:200]!r} is not an address", cure)
    if parts.username or parts.password:
        raise Refused("url", "carries a user name or password", cure)
    # What is left of the query stays as it was written: decoding it would make one of two addresses in cp1251.
    kept = [pair for pair in parts.query.split("&") if pair and not TRACKING.match(unquote_plus(pair.split("=")[0]))]
    query = "&".join(kept)
    canonical = urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
    if len(canonical) > MAX_URL:
        raise Refused("url", f"is longer than {MAX_URL} characters", cure)
    return canonical


def check_public(url: str) -> None:
    """Refuse the address of a machine that the public cannot reach, as far as its text tells; its port is not judged.

    `url` is canonical; what is no web address (a urn), and none at all, passes. Raises Refused.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        fetch.check_url(url, fetch.Bounds(ports=frozenset({port}), also=settings.FETCH_ALSO))
    except fetch.Forbidden as error:
        cure = "give the address at which the public reads the article, or leave it out"
        raise Refused("url", f"is no public address: {error}", cure) from error
