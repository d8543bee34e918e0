"""The words of the field that every layer shares: stances, statuses, grades.

The lowest layer of the house. It imports nothing of ours, so the pure packages and the
models can both speak it.
"""

from enum import StrEnum


class Stance(StrEnum):
    """What a party says of a claim."""

    AFFIRMS = "affirms"
    DENIES = "denies"
    UNSETTLED = "unsettled"


class Status(StrEnum):
    """What follows from all that was said of a claim."""

    UNVERIFIED = "unverified"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    REFUTED = "refuted"


class Rule(StrEnum):
    """The policy rule that gave a status, in the order in which they are tried."""

    DECISION = "decision"
    ADMISSION = "admission"
    CONSENSUS = "consensus"
    CONTESTED = "contested"
    UNVERIFIED = "unverified"


class ClaimKind(StrEnum):
    """How a claim is worded: who holds a place, or a proposition with keywords."""

    CONTROL = "control"
    GENERAL = "general"


class Strength(StrEnum):
    """How firmly a reading bears a stance out."""

    PLAIN = "plain"
    HEDGED = "hedged"


class Origin(StrEnum):
    """Where a statement comes from: read by machine, sent as a record, or set by an editor."""

    READING = "reading"
    RECORD = "record"
    EDITOR = "editor"


class Verdict(StrEnum):
    """An editor's word on a statement; the last one counts, and `undone` takes it back as if there had been none."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    CORRECTED = "corrected"
    UNDONE = "undone"


class Had(StrEnum):
    """How much of an article's text an edition carries, least first."""

    TOLD = "told"  # only what its feed carries of it
    BEGINNING = "beginning"  # only what of its page is public
    WHOLE = "whole"

    def is_less_than(self, other: "Had") -> bool:
        """Whether less of the text was had than that."""
        return list(Had).index(self) < list(Had).index(other)


class Departure(StrEnum):
    """How a later edition of its article came to carry a statement no more."""

    VANISHED = "vanished"  # its words went
    REVERSED = "reversed"  # the article now has its party say otherwise
    REWORDED = "reworded"  # the article goes on saying so in other words, which count in its stead
    REREAD = "reread"  # its words still stand; they were read otherwise later


# Statements that are there no more, as against those that were worded or read otherwise.
GONE = frozenset({Departure.VANISHED, Departure.REVERSED})


class ReaderKind(StrEnum):
    """Who reads articles: the rules, a language model, or both, so that only what they agree on is plain."""

    RULES = "rules"
    LLM = "llm"
    BOTH = "both"


# How the rule of a statement begins on which the two readers differ; editors look for it.
DISAGREEMENT = "readers disagree"
# How it is said of an edition that the rules read it alone where the second reader was to; why, follows.
FELL_BACK = "rules: "

# Admiralty grades of reliability, best first (NATO AJP-2.1: A reliable ... E unreliable, F cannot be judged).
GRADES = "ABCDEF"

# The slug by which a reading names the publication's own voice (gold/GUIDE: party `outlet`).
OWN_VOICE = "outlet"
