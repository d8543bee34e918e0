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
from claims.models.terms import ArticleTerms, ClaimTerms, Name, QuoteTerms, SearchMark, Term

__all__ = [
    "ApiKey", "Article", "ArticleTerms", "Candidate", "Change", "Claim", "ClaimTerms", "Decision", "Excerpt",
    "Feed", "Hold", "Host", "Job", "KeptAnswer", "Name", "Note", "Page", "Party", "Passage", "Position",
    "QuoteTerms", "ReaderDay", "Reprint", "Review", "Revision", "SearchMark", "Sighting", "Source", "Statement",
    "StatusPeriod", "Story", "Term", "TermsLine", "Withdrawal",
]  # fmt: skip
