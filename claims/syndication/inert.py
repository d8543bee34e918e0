"""Text of strangers made inert: no character XML cannot hold, no cell that a spreadsheet would calculate."""

import re

# What no XML 1.0 document may hold, written out or not (production 2, Char).
_UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What a spreadsheet may take for the beginning of a formula (OWASP, CSV Injection), in half and in full width; and what
# may stand before it unseen: spaces, controls, marks of direction and of byte order.
_FORMULA = re.compile(
    "[\\s\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20\u2212]"
)
_LEADING_CONTROL = ("\t", "\r", "\n")


def clean(text: str) -> str:
    """A text as an XML document can hold it: what it cannot is replaced by U+FFFD."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def guard(cell: str) -> str:
    """A text as a cell that no spreadsheet calculates: one that would begin a formula gets an apostrophe before it."""
    cell = clean(cell)
    if _FORMULA.match(cell) or cell.startswith(_LEADING_CONTROL):
        return f"'{cell}"
    return cell
