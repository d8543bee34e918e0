"""What a site's robots.txt asks of those who come by machine (RFC 9309)."""

from protego import Protego


def allows(robots_txt: str, agent: str, url: str) -> bool:
    """Whether a site lets a visitor of this name ask for an address; an empty text allows everything.

    `agent` is the whole User-Agent; rules for its product name apply, else those for everybody. The text should be
    bounded by the caller (RFC 9309 wants at least 500 KB read).
    """
    return bool(Protego.parse(robots_txt).can_fetch(url, agent))


def delay(robots_txt: str, agent: str) -> float | None:
    """How many seconds a site wants between two visits of this visitor (Crawl-delay); None where it does not say."""
    asked = Protego.parse(robots_txt).crawl_delay(agent)
    return None if asked is None else float(asked)
