"""Reading: from a text and a catalogue to who says what about which claim. Pure: no framework, no network, no clock."""

from claims.reading.reader import Reader

__all__ = ["Reader"]
