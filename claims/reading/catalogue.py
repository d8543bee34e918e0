"""Turn the catalogue's JSON (claims and parties, as in the gold guide) into values, or say what is wrong with it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from claims.reading.values import Catalogue, ClaimEntry, Names, PartyEntry, PlaceEntry
from claims.words import GRADES, ClaimKind


class _Named(Protocol):
    @property
    def slug(self) -> str: ...


Entry = TypeVar("Entry", bound=_Named)

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\Z")
_LANG = re.compile(r"[a-z]{2,3}\Z")


class CatalogueError(ValueError):
    """The catalogue cannot be used as it stands; the message says where and what to change. Do not retry."""


def parse_party(record: Mapping[str, Any]) -> PartyEntry:
    """Read one party of `parties.json`; keys the reader has no use for are checked for form and left out.

    Raises CatalogueError, whose message begins with the field at fault.
    """
    _require_object(record)
    slug = _slug(record, "slug", required=True)
    grade = record.get("reliability")
    if grade is not None and (not isinstance(grade, str) or len(grade) != 1 or grade not in GRADES):
        raise CatalogueError(f"reliability must be one of {GRADES[0]}-{GRADES[-1]}, got {_shown(grade)}")
    return PartyEntry(
        slug=slug,
        kind=_string(record, "kind"),
        names=_names(record.get("names", {}), "names"),
        aligned_with=_slug(record, "aligned_with"),
    )


def parse_claim(record: Mapping[str, Any]) -> ClaimEntry:
    """Read one claim of `claims.json`: a control claim with place and holder, or a general one with a proposition.

    Raises CatalogueError, whose message begins with the field at fault.
    """
    _require_object(record)
    slug = _slug(record, "slug", required=True)
    kind = record.get("kind")
    if kind not in list(ClaimKind):
        raise CatalogueError(f"kind must be one of {', '.join(ClaimKind)}, got {_shown(kind)}")
    for key in ("gains", "loses"):
        _slugs(record, key)
    if kind == ClaimKind.CONTROL:
        return ClaimEntry(
            slug=slug,
            kind=ClaimKind.CONTROL,
            holder=_slug(record, "holder", required=True),
            opposed=_slug(record, "opposed"),
            place=_place(record.get("place")),
            proposition=_texts(record.get("proposition", {}), "proposition"),
        )
    proposition = _texts(record.get("proposition", {}), "proposition")
    if not proposition:
        raise CatalogueError("proposition is missing: a general claim needs its sentence in at least one language")
    return ClaimEntry(
        slug=slug,
        kind=ClaimKind.GENERAL,
        holder=_slug(record, "holder"),
        opposed=_slug(record, "opposed"),
        proposition=proposition,
        keywords=_keywords(record.get("keywords", {})),
        loses=_slugs(record, "loses"),
    )


def load_catalogue(claims_file: Path, parties_file: Path) -> Catalogue:
    """Read both files and check them against each other (every holder and opposed party must be listed).

    Raises CatalogueError naming the file, the entry (counted from 1) with its slug, the field and the cure.
    """
    parties = load_entries(parties_file, parse_party)
    claims = load_entries(claims_file, parse_claim)
    known = {party.slug for party in parties}
    for number, party in enumerate(parties, 1):
        if party.aligned_with and party.aligned_with not in known:
            raise CatalogueError(
                f"{_where(parties_file, number, party.slug)}: aligned_with names no listed party: "
                f"{_shown(party.aligned_with)}; add that party or correct the slug"
            )
    for number, claim in enumerate(claims, 1):
        for key, slug in (("holder", claim.holder), ("opposed", claim.opposed)):
            if slug and slug not in known:
                raise CatalogueError(
                    f"{_where(claims_file, number, claim.slug)}: {key} names no party of {parties_file.name}: "
                    f"{_shown(slug)}; add that party or correct the slug"
                )
    return Catalogue(claims=claims, parties=parties)


def read_text_file(path: Path, *, limit: int) -> str:
    """Return a UTF-8 file's text (a byte-order mark is dropped).

    `limit` is in bytes. Raises CatalogueError with the cure: missing, too long, NUL bytes, or not UTF-8.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read: {error.strerror}") from error
    if len(data) > limit:
        raise CatalogueError(f"{path}: longer than {limit // 1_000_000} MB; split it, or take out what is not text")
    if b"\0" in data:
        raise CatalogueError(f"{path}: has NUL bytes (byte {data.index(0) + 1}); save it as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError(f"{path}: line {line} is not UTF-8 (byte {error.start + 1}); save it as UTF-8") from error


_CATALOGUE_LIMIT = 50_000_000


def load_entries(path: Path, parse: Callable[[Mapping[str, Any]], Entry]) -> tuple[Entry, ...]:
    """Read a JSON list of entries, each parsed by `parse`, and check that no slug comes twice.

    Raises CatalogueError naming the file, the entry (counted from 1) with its slug, the field and the cure.
    """
    text = read_text_file(path, limit=_CATALOGUE_LIMIT)
    try:
        records = json.loads(text)
    except json.JSONDecodeError as error:
        raise CatalogueError(
            f"{path.name}: line {error.lineno}, column {error.colno} is not JSON: {error.msg}"
        ) from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise CatalogueError(f"{path.name}: cannot be read as JSON: {error}") from error
    if not isinstance(records, list):
        raise CatalogueError(f"{path.name}: must hold a list of entries, got {type(records).__name__}")
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for number, record in enumerate(records, 1):
        slug = record.get("slug") if isinstance(record, dict) else None
        try:
            entry = parse(record)
        except CatalogueError as error:
            raise CatalogueError(f"{_where(path, number, slug)}: {error}") from error
        if entry.slug in seen:
            raise CatalogueError(
                f"{_where(path, number, slug)}: slug is used already by entry {seen[entry.slug]}; give it another"
            )
        seen[entry.slug] = number
        entries.append(entry)
    return tuple(entries)


def _where(path: Path, number: int, slug: object) -> str:
    return f"{path.name}: entry {number}" + (f' ("{slug}")' if isinstance(slug, str) and slug else "")


def _shown(value: object) -> str:
    shown = json.dumps(value, ensure_ascii=False, default=str)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _require_object(record: object) -> None:
    if not isinstance(record, Mapping):
        raise CatalogueError(f"must be an object with fields, got {_shown(record)}")


def _string(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise CatalogueError(f"{key} must be text, got {_shown(value)}")
    return value


def _slug(record: Mapping[str, Any], key: str, *, required: bool = False) -> str:
    value = _string(record, key)
    if not value:
        if required:
            raise CatalogueError(f"{key} is missing")
        return ""
    if not _SLUG.match(value):
        raise CatalogueError(f"{key} must be lower-case letters a-z, digits and single hyphens, got {_shown(value)}")
    return value


def _slugs(record: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = record.get(key, [])
    if not isinstance(value, list) or not all(isinstance(slug, str) for slug in value):
        raise CatalogueError(f"{key} must be a list of party slugs, got {_shown(value)}")
    return tuple(value)


def _texts(value: object, field: str) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise CatalogueError(f'{field} must be an object by language such as {{"en": "..."}}, got {_shown(value)}')
    for lang, text in value.items():
        _check_lang(lang, field)
        if not isinstance(text, str) or not text.strip():
            raise CatalogueError(f"{field}.{lang} must be text, got {_shown(text)}")
    return dict(value)


def _names(value: object, field: str) -> Names:
    if not isinstance(value, Mapping):
        raise CatalogueError(f'{field} must be an object by language such as {{"en": ["..."]}}, got {_shown(value)}')
    names: dict[str, tuple[str, ...]] = {}
    for lang, given in value.items():
        _check_lang(lang, field)
        names[lang] = _word_list(given, f"{field}.{lang}")
    return names


def _place(value: object) -> PlaceEntry:
    if value is None:
        raise CatalogueError("place is missing: a control claim needs place and holder")
    if not isinstance(value, Mapping):
        raise CatalogueError(f"place must be an object with a name, got {_shown(value)}")
    name = value.get("name")
    if not isinstance(name, str) or not name.strip():
        raise CatalogueError(f"place.name must be text, got {_shown(name)}")
    geonameid = value.get("geonameid")
    if geonameid is not None and (isinstance(geonameid, bool) or not isinstance(geonameid, int)):
        raise CatalogueError(f"place.geonameid must be a whole number, got {_shown(geonameid)}")
    return PlaceEntry(name=name, names=_names(value.get("names", {}), "place.names"), geonameid=geonameid)


def _keywords(value: object) -> dict[str, tuple[tuple[str, ...], ...]]:
    if not isinstance(value, Mapping):
        raise CatalogueError(f'keywords must be an object such as {{"en": [["..."]]}}, got {_shown(value)}')
    keywords: dict[str, tuple[tuple[str, ...], ...]] = {}
    for lang, groups in value.items():
        _check_lang(lang, "keywords")
        if not isinstance(groups, Sequence) or isinstance(groups, str):
            raise CatalogueError(f"keywords.{lang} must be a list of groups of words, got {_shown(groups)}")
        read = []
        for number, group in enumerate(groups, 1):
            words = _word_list(group, f"keywords.{lang} group {number}")
            if not words:
                raise CatalogueError(f"keywords.{lang} group {number} is empty: give it a word or take it out")
            read.append(words)
        keywords[lang] = tuple(read)
    return keywords


def _word_list(value: object, field: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise CatalogueError(f"{field} must be a list of words, got {_shown(value)}")
    for word in value:
        if not isinstance(word, str) or not word.strip():
            raise CatalogueError(f"{field} must hold words, got {_shown(word)}")
    return tuple(value)


def _check_lang(lang: object, field: str) -> None:
    if not isinstance(lang, str) or not _LANG.match(lang):
        raise CatalogueError(f'{field} must be keyed by language codes such as "en", got {_shown(lang)}')


__all__ = ["CatalogueError", "load_catalogue", "load_entries", "parse_claim", "parse_party", "read_text_file"]
