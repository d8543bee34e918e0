"""Keep what words are looked for by: the terms of claims, quotes and articles, and what parties and places are called.

All of it is an index: it follows the rows in slices, some seconds behind them, and can be made anew from them. One
process writes it at a time, so that no two wait for each other.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import F, Func, Max, Q, TextField, Value
from django.db.models.functions import Coalesce

from claims.models import (
    ArticleTerms,
    Claim,
    ClaimTerms,
    Name,
    Party,
    QuoteTerms,
    Revision,
    SearchMark,
    Statement,
)
from claims.reading.forms import decline
from claims.reading.gazetteer import Gazetteer, load_gazetteer
from claims.reading.lexicon import LANGUAGES
from claims.reading.terms import find_terms, find_words

# So many rows of a kind are taken at a time, of revisions fewer, for they are long.
SLICE, REVISIONS_A_SLICE = 1_000, 200
# Of two rows the one with the lower number may be committed later: so many numbers before the mark are looked at again.
LOOKED_AT_AGAIN = 2_000
CHANGED_AGAIN = timedelta(minutes=10)
# More of a text, or of a name's forms, is not looked for.
LONGEST_TEXT, LONGEST_NAME = 200_000, 400
# How often a term must occur to count as written rightly: what names and claims hold counts so at once.
USED_ENOUGH = 3
_LOCK = 7_213_906


def follow_rows() -> int:
    """Index the next slice of what came or changed since the last one; how many rows: 0 if nothing is left.

    0 as well while another process does it.
    """
    with transaction.atomic():
        if not _locked():
            return 0
        mark, _ = SearchMark.objects.get_or_create(pk=1)
        done = _follow_catalogue(mark) + _follow_statements(mark) + _follow_revisions(mark)
        mark.save()
    return done


def rebuild_search() -> Iterator[int]:
    """Make the whole index anew, slice by slice; yields how many rows each took. Searches find less meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "TRUNCATE claims_claimterms, claims_quoteterms, claims_articleterms, claims_name, claims_term, "
            "claims_searchmark"
        )
    while done := follow_rows():
        yield done


def _locked() -> bool:
    """Whether this transaction has the index to itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        return bool(cursor.fetchone()[0])


def _follow_catalogue(mark: SearchMark) -> int:
    """Index the claims and parties that changed since the mark, if the catalogue did."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM claims_catalogue_version")
        number = cursor.fetchone()[0]
    if number == mark.catalogue:
        return 0
    begins = mark.catalogue_at
    parties = Party.objects.order_by("changed_at", "pk")
    claims = Claim.objects.order_by("changed_at", "pk")
    changed = Q() if begins is None else Q(changed_at__gt=begins - CHANGED_AGAIN)
    ended = Party.objects.aggregate(at=Max("changed_at"))["at"], Claim.objects.aggregate(at=Max("changed_at"))["at"]
    done = _index_parties(parties.filter(changed))
    row_ids = list(claims.filter(changed).values_list("pk", flat=True))
    gazetteer = load_gazetteer()
    for start in range(0, len(row_ids), SLICE):
        done += _index_claims(row_ids[start : start + SLICE], gazetteer)
    mark.catalogue = number
    mark.catalogue_at = max((at for at in ended if at is not None), default=None)
    return done


def _index_parties(parties: Iterable[Party]) -> int:
    done = 0
    for party in parties:
        subject = f"party:{party.slug}"
        Name.objects.filter(subject=subject).delete()
        _keep_names({subject: _forms(party.names)})
        done += 1
    return done


def _index_claims(row_ids: Sequence[int], gazetteer: Gazetteer) -> int:
    claims = list(Claim.objects.filter(pk__in=row_ids).select_related("holder", "opposed").defer("document", "stakes"))
    places = [claim.place for claim in claims if claim.place]
    numbers = {place["geonameid"] for place in places if place.get("geonameid")}
    plain = {place["name"] for place in places if not place.get("geonameid")}
    same = Claim.objects.filter(
        Q(place__geonameid__in=list(numbers)) | Q(place__geonameid__isnull=True, place__name__in=list(plain))
    )
    names: dict[str, set[str]] = defaultdict(set)
    for place in same.values_list("place", flat=True):
        names[subject_of(place)] |= _forms({"": [place["name"]], **place.get("names", {})})
    for number in numbers:
        known = gazetteer.by_id(number)
        if known is not None:
            names[f"place:{number}"] |= _forms(known.names)
    Name.objects.filter(subject__in=list(names)).delete()
    _keep_names(names)
    rows, told = [], []
    for claim in claims:
        terms = {term for lang, text in claim.proposition.items() for term in find_terms(str(text), lang)}
        terms.update(find_terms(claim.slug.replace("-", " "), ""))
        terms.update(
            term
            for lang, groups in claim.keywords.items()
            for group in groups
            for word in group
            for term in find_terms(word, lang)
        )
        if claim.place:
            subject = subject_of(claim.place)
            terms.add(subject)
            terms.update(term for words in names[subject] for term in words.split())
        for party in filter(None, (claim.holder, claim.opposed)):
            terms.add(f"party:{party.slug}")
        if claim.holder:
            terms.update(term for words in _forms(claim.holder.names) for term in words.split())
        rows.append(ClaimTerms(claim=claim, terms=_vector(terms)))
        told.append(terms)
    _keep_terms(told, rightly=True)
    ClaimTerms.objects.bulk_create(rows, update_conflicts=True, unique_fields=["claim"], update_fields=["terms"])
    return len(rows)


def subject_of(place: Mapping[str, Any]) -> str:
    """The subject that a claim's place is in the index: by its number, else by its name."""
    return f"place:{place.get('geonameid') or place['name'].casefold()}"[:200]


def _forms(names: Mapping[str, Sequence[str]]) -> set[str]:
    """Every form of every name as terms with a blank between them."""
    return {
        words
        for lang, called in names.items()
        for name in called
        for form in {name, *(decline(name, lang) if lang in LANGUAGES else ())}
        if 0 < len(words := " ".join(word.terms[0] for word in find_words(form, lang))) <= LONGEST_NAME
    }


def _keep_names(names: Mapping[str, set[str]]) -> None:
    Name.objects.bulk_create(
        [Name(words=words, subject=subject) for subject in sorted(names) for words in sorted(names[subject])],
        ignore_conflicts=True,
    )
    _keep_terms((words.split() for called in names.values() for words in called), rightly=True)


def _follow_statements(mark: SearchMark) -> int:
    after = max(0, mark.statement - LOOKED_AT_AGAIN)
    fields = ("pk", "claim", "party", "party__slug", "said_at", "quote")
    rows = list(
        Statement.objects.filter(pk__gt=after, searched__isnull=True)
        .order_by("pk")
        .annotate(by=Coalesce("article__source", F("source")), lang=F("revision__lang"))
        .values(*fields, "by", "lang")[:SLICE]
    )
    kept, told = [], []
    for row in rows:
        terms = find_terms(row["quote"][:LONGEST_TEXT], row["lang"] or "")
        kept.append(
            QuoteTerms(
                statement_id=row["pk"],
                claim_id=row["claim"],
                party_id=row["party"],
                source_id=row["by"],
                lang=row["lang"] or "",
                said_at=row["said_at"],
                terms=_vector({*terms, f"party:{row['party__slug']}"}),
            )
        )
        told.append(terms)
    _keep_terms(told)
    QuoteTerms.objects.bulk_create(kept, ignore_conflicts=True)
    if rows:
        mark.statement = max(mark.statement, rows[-1]["pk"])
    return len(rows)


def _follow_revisions(mark: SearchMark) -> int:
    """Index the newest edition of each article that got one."""
    after = max(0, mark.revision - LOOKED_AT_AGAIN)
    rows = list(
        Revision.objects.filter(pk__gt=after)
        .exclude(article__searched__revision__gte=F("pk"))
        .select_related("article")
        .only("pk", "title", "text", "lang", "article__published_at")
        .order_by("pk")[:REVISIONS_A_SLICE]
    )
    kept, told = {}, []
    for row in rows:
        terms = find_terms(row.words[:LONGEST_TEXT], row.lang)
        kept[row.article_id] = ArticleTerms(
            article_id=row.article_id, revision=row, published_at=row.article.published_at, terms=_vector(terms)
        )
        told.append(terms)
    _keep_terms(told)
    fields = ["revision", "published_at", "terms"]
    ArticleTerms.objects.bulk_create(
        kept.values(), update_conflicts=True, unique_fields=["article"], update_fields=fields
    )
    if rows:
        mark.revision = max(mark.revision, rows[-1].pk)
    return len(rows)


def _vector(terms: Iterable[str]) -> Func:
    texts = Value(sorted(terms), output_field=ArrayField(TextField()))
    return Func(texts, function="array_to_tsvector")


def _keep_terms(texts: Iterable[Iterable[str]], *, rightly: bool = False) -> None:
    """Keep that terms occur in texts; `rightly`: in the catalogue's, which are taken to be written without slips."""
    counts = Counter(term for terms in texts for term in terms if term.isalpha())
    told = sorted(counts)
    uses = [USED_ENOUGH if rightly else min(counts[term], USED_ENOUGH) for term in told]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO claims_term AS kept (key, uses) SELECT * FROM unnest(%s::varchar[], %s::smallint[]) "
            "ON CONFLICT (key) DO UPDATE SET uses = kept.uses + excluded.uses WHERE kept.uses < %s",
            [told, uses, USED_ENOUGH],
        )
