"""What words are looked for by: an index made from claims, quotes and articles, which can always be made anew."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.lookups import Lookup

from claims.models.articles import Article, Revision
from claims.models.claims import Claim, Statement
from claims.models.sources import Party, Source


class TermsField(SearchVectorField):
    """The terms of a text (`claims.reading.terms`), as PostgreSQL's `tsvector` without places."""


@TermsField.register_lookup
class Holds(Lookup):
    """`terms__holds=QUERY`: the terms satisfy a `tsquery` whose words are terms already."""

    lookup_name = "holds"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """The condition, and its parameters."""
        field, given = self.process_lhs(compiler, connection)
        query, asked = self.process_rhs(compiler, connection)
        return f"{field} @@ {query}::tsquery", [*given, *asked]


def leads_to(model: type[models.Model], **options: Any) -> models.ForeignKey:
    """A reference that no constraint keeps: what is lost of the index is made anew, what is left over leads nowhere."""
    return models.ForeignKey(model, models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False, **options)


class ClaimTerms(models.Model):
    """The terms of a claim: of its propositions, keywords and names, and the subjects that it is about."""

    claim = models.OneToOneField(
        Claim, models.DO_NOTHING, primary_key=True, related_name="searched", db_constraint=False
    )
    terms = TermsField()

    class Meta:
        indexes = (GinIndex(fields=["terms"], name="claim_terms"),)

    def __str__(self) -> str:
        return f"terms of claim {self.pk}"


class QuoteTerms(models.Model):
    """The terms of a statement's words, and the party that says them; beside them what lists are filtered by."""

    statement = models.OneToOneField(
        Statement, models.DO_NOTHING, primary_key=True, related_name="searched", db_constraint=False
    )
    claim = leads_to(Claim)
    party = leads_to(Party)
    source = leads_to(Source, null=True)
    lang = models.CharField(max_length=8, blank=True)
    said_at = models.DateTimeField()
    terms = TermsField()

    class Meta:
        indexes = (
            GinIndex(fields=["terms"], name="quote_terms"),
            # Does a claim have a statement by this party, of this source, in this language, of these days?
            models.Index(fields=["party", "claim", "said_at"], name="quote_by_party"),
            models.Index(fields=["source", "claim", "said_at"], name="quote_by_source"),
            models.Index(fields=["lang", "claim", "said_at"], name="quote_by_language"),
            models.Index(fields=["claim", "said_at"], name="quote_by_day"),
            # The newest that hold words which are in many.
            models.Index(fields=["-said_at", "-statement"], name="quote_newest"),
        )

    def __str__(self) -> str:
        return f"terms of statement {self.pk}"


class ArticleTerms(models.Model):
    """The terms of the newest edition of an article."""

    article = models.OneToOneField(
        Article, models.DO_NOTHING, primary_key=True, related_name="searched", db_constraint=False
    )
    revision = leads_to(Revision)
    published_at = models.DateTimeField()
    terms = TermsField()

    class Meta:
        indexes = (
            GinIndex(fields=["terms"], name="article_terms"),
            # The newest that hold words which are in many.
            models.Index(fields=["-published_at", "-article"], name="article_terms_newest"),
        )

    def __str__(self) -> str:
        return f"terms of article {self.pk}"


class Name(models.Model):
    """What a party or a place is called in any form, as terms: two names of one subject are looked for as one."""

    pk = models.CompositePrimaryKey("words", "subject")
    # The terms of its words, with a blank between them.
    words = models.CharField(max_length=400)
    # "party:SLUG", "place:GEONAMEID", or "place:" and the name of a place that has no number.
    subject = models.CharField(max_length=200)

    class Meta:
        indexes = (models.Index(fields=["subject"], name="name_of_subject"),)

    def __str__(self) -> str:
        return f"{self.subject}: {self.words}"


class Term(models.Model):
    """A term that occurs, so that a slip of the pen finds what was meant; `uses` is counted no further than needed."""

    key = models.CharField(max_length=40, primary_key=True)
    uses = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (GinIndex(fields=["key"], opclasses=["gin_trgm_ops"], name="term_alike"),)

    def __str__(self) -> str:
        return self.key


class SearchMark(models.Model):
    """How far the index has come: the newest statement and revision in it, and the catalogue its names are of."""

    statement = models.BigIntegerField(default=0)
    revision = models.BigIntegerField(default=0)
    catalogue = models.BigIntegerField(default=0)
    catalogue_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"statement {self.statement}, revision {self.revision}"
