"""The tables, by stage of the flow: sources, intake, articles, claims, candidates, ledger, delivery."""

from claims.models.articles import Article, Passage, ReaderDay, Revision, Story, Withdrawal
from claims.models.candidates import Candidate, Sighting
from claims.models.claims import Claim, Decision, Position, Review, Statement, TermsLine
from claims.models.delivery import ApiKey
from claims.models.intake import Feed, Host, Page
from claims.models.ledger import Change, StatusPeriod
from claims.models.pushes import Job, KeptAnswer
from claims.models.sources import Party, Source

__all__ = [
    "ApiKey", "Article", "Candidate", "Change", "Claim", "Decision", "Feed", "Host", "Job", "KeptAnswer", "Page",
    "Party", "Passage",
    "Position", "ReaderDay", "Review", "Revision", "Sighting", "Source", "Statement", "StatusPeriod", "Story",
    "TermsLine", "Withdrawal",
]  # fmt: skip
