"""Which words were made up for demonstrations: those published under the domain that is reserved for examples."""

import re

# RFC 2606, section 2: nobody can own a name under `.example`. The authority of an address as RFC 3986 (3.2) has it.
EXAMPLE_HOST = re.compile(r"https?://(?:[^/?#]*@)?(?:[^/?#@:]+\.)?example\.?(?::\d*)?(?=[/?#]|$)", re.IGNORECASE)


def is_demonstration(*addresses: str) -> bool:
    """Whether any of the addresses of a text or of its publisher is a demonstration's."""
    return any(EXAMPLE_HOST.match(address) for address in addresses)
