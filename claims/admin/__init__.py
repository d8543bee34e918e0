"""The editors' desk: lists, evidence, and the acts by which an editor has a say. One module per stage of the flow."""

from claims.admin import articles, candidates, claims, delivery, feeds, ledger, people, reading, sources, statements

__all__ = [
    "articles", "candidates", "claims", "delivery", "feeds", "ledger", "people", "reading", "sources", "statements",
]  # fmt: skip
