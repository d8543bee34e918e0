"""What a site's robots.txt asks of those who come by machine (RFC 9309)."""

from protego import Protego


def allows(robots_txt: str, agent: str, url: str) -> bool:
    """Whether a site lets a visitor of this name ask for an address; an empty text allows everything.

    `agent` is the whole User-Agent; the rules for its product name apply, else those for everybody. The text should
    be bounded by the caller (RFC 9309 wants at least 500 KiB read).
    """
    return Protego.parse(robots_txt).can_fetch(url, _product(agent))


def delay(robots_txt: str, agent: str) -> float | None:
    """How many seconds a site wants between two visits of this visitor (Crawl-delay); None where it does not say."""
    return Protego.parse(robots_txt).crawl_delay(_product(agent))


def _product(agent: str) -> str:
    """The name before the version and the contact: rules are not to be found in somebody's mail address."""
    return agent.partition("/")[0].partition(" ")[0]
