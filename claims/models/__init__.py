"""The tables, by stage of the flow: sources, intake, articles, claims, candidates, ledger, delivery, the desk."""

from claims.models.articles import Article, ReaderDay, Revision, Story, Withdrawal
from claims.models.candidates import Candidate, Sighting
from claims.models.claims import Claim, Decision, Position, Review, Statement, TermsLine
from claims.models.delivery import ApiKey
from claims.models.desk import Hold
from claims.models.intake import Feed, Host, Page
from claims.models.ledger import Change, StatusPeriod
from claims.models.notes import Note
from claims.models.pushes import Job, KeptAnswer
from claims.models.sources import Party, Source
from claims.models.stories import Excerpt, Passage, Reprint

__all__ = [
    "ApiKey", "Article", "Candidate", "Change", "Claim", "Decision", "Excerpt", "Feed", "Hold", "Host", "Job",
    "KeptAnswer", "Note", "Page", "Party", "Passage", "Position", "ReaderDay", "Reprint", "Review", "Revision",
    "Sighting",
    "Source", "Statement", "StatusPeriod", "Story", "TermsLine", "Withdrawal",
]  # fmt: skip
