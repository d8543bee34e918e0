"""The gazetteer: the populated places of the world, found by any form of their name or by their GeoNames id.

The places are in one file beside this module, made from GeoNames (geonames.org, CC BY 4.0) by the command
`build_gazetteer`. It is mapped into memory, never parsed: opening it costs nothing, a look-up touches a few of its
pages, and processes share them. Names carry no language there: its letters tell which language a name is of (`letters`
in the lexicons), so one written with letters that two languages share counts as both's.
"""

import json
import mmap
import re
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib.resources import as_file, files
from typing import Any

from claims.reading.folding import fold_spelling, fold_word
from claims.reading.forms import decline, without_article
from claims.reading.lexicon import LANGUAGES, Lexicon, load_lexicon
from claims.reading.values import GazetteerPlace

FILE = "gazetteer.bin"

# The file: a head, then four stretches. Numbers are little-endian whatever the machine.
#   places  one record each, in order of their ids: id, latitude and longitude in 1e-5 degrees, population,
#           country, and where its line of names begins
#   names   for each name, in order of its folded form, where it begins in the lines
#   lines   for each place a line of UTF-8: its own name, a tab before each other rendering of it, and a unit separator
#           before each name that is not (an older one, another language's own)
#   about   JSON: where the places come from, and what countries are called per language
_HEAD = struct.Struct("<8sIIII")
_MAGIC = b"PLACES01"
_PLACE = struct.Struct("<IiiI2sI")
_OFFSET = struct.Struct("<I")
_DEGREE = 100_000
_ALIKE, _OTHER, _LINE = b"\t", b"\x1f", b"\n"
_MARKS = re.compile(rb"[\t\x1f\n]")
# How much of a stem's end inflection may change (Кривий Ріг, Кривого Рогу), and what is left of a short one.
_CHANGED, _SHORTEST_STEM = 2, 2


class GazetteerError(ValueError):
    """The file of places cannot be used; build it anew with `manage.py build_gazetteer`. Do not retry."""


@dataclass(frozen=True, slots=True)
class RawPlace:
    """A place as it goes into the file. Its names carry no language yet.

    `names` are its own name and other renderings of it, `others` what it is called besides: older names, exonyms.
    """

    geonameid: int
    country: str
    latitude: float
    longitude: float
    population: int
    names: tuple[str, ...]
    others: tuple[str, ...] = ()


def pack_gazetteer(places: Iterable[RawPlace], countries: Mapping[str, Mapping[str, str]], source: str) -> bytes:
    """Return the bytes of a gazetteer file; the same places give the same bytes, in whatever order they come.

    `countries` maps ISO 3166-1 alpha-2 codes to names per language; `source` says where all this comes from.
    Of a place's names that fold alike the first is kept. Raises ValueError if two places have one id.
    """
    records, index, lines = bytearray(), [], bytearray()
    last = -1
    for place in sorted(places, key=lambda place: place.geonameid):
        if place.geonameid == last:
            raise ValueError(f"two places have the GeoNames id {last}")
        last = place.geonameid
        degrees = round(place.latitude * _DEGREE), round(place.longitude * _DEGREE)
        records += _PLACE.pack(last, *degrees, place.population, place.country.encode("ascii"), len(lines))
        kept: dict[str, tuple[bytes, str]] = {}
        for mark, names in ((_ALIKE, place.names), (_OTHER, place.others)):
            for name in names:
                kept.setdefault(fold_spelling(name), (mark, " ".join(name.split())))
        for number, (folded, (mark, name)) in enumerate(kept.items()):
            lines += mark if number else b""
            index.append((folded, len(lines)))
            lines += name.encode()
        lines += _LINE
    index.sort()
    offsets = b"".join(_OFFSET.pack(at) for _, at in index)
    about = json.dumps({"source": source, "countries": countries}, ensure_ascii=False, sort_keys=True).encode()
    head = _HEAD.pack(_MAGIC, len(records) // _PLACE.size, len(index), len(lines), len(about))
    return b"".join((head, records, offsets, lines, about))


class Gazetteer:
    """The places of one file. Reading it changes nothing, so any number of threads may share it."""

    def __init__(self, data: "bytes | mmap.mmap") -> None:
        """Take a file's bytes. Raises GazetteerError if they are none, or not all of them."""
        if len(data) < _HEAD.size:
            raise GazetteerError("the file of places is empty or cut short: build it anew with build_gazetteer")
        magic, places, names, lines, about = _HEAD.unpack_from(data)
        self._data = data
        self._places: int = places
        self._names: int = names
        self._index = _HEAD.size + places * _PLACE.size
        self._lines = self._index + names * _OFFSET.size
        self._about = self._lines + lines
        if magic != _MAGIC or len(data) != self._about + about:
            raise GazetteerError("the file of places is of another kind or cut short: build it anew")
        self._found = lru_cache(maxsize=4_096)(self._find)
        self._place = lru_cache(maxsize=4_096)(self._read_place)

    def __len__(self) -> int:
        return self._places

    @property
    def source(self) -> str:
        """Where the places come from and under which licence, to be shown with them."""
        return str(self._told["source"])

    @property
    def countries(self) -> dict[str, dict[str, str]]:
        """What a country is called: ISO 3166-1 alpha-2 code to its name per language."""
        return self._told["countries"]  # type: ignore[no-any-return]

    @cached_property
    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._data[self._about :])
        return told

    @cached_property
    def _country_codes(self) -> dict[tuple[str, str], str]:
        return {(lang, fold_word(name)): code for code, names in self.countries.items() for lang, name in names.items()}

    def country_called(self, name: str, lang: str) -> str:
        """Return the ISO 3166-1 alpha-2 code of the country with this name (not inflected), or ""."""
        return self._country_codes.get((lang, fold_word(without_article(name, lang))), "")

    def find(self, name: str, lang: str) -> tuple[GazetteerPlace, ...]:
        """Return the places that a name in a text of this language can mean.

        First those whose own name it renders, then those that are or were called so besides; the more populous first.
        `name` may be inflected ("Покровську") and lack its article ("Havre"); () where no place is called so.
        """
        return self._found(fold_spelling(name).strip(), lang) or self._found(fold_word(name).strip(), lang)

    def by_id(self, geonameid: int) -> GazetteerPlace | None:
        """Return the place with this GeoNames id, or None if the gazetteer has none."""
        low, high = 0, self._places
        while low < high:
            middle = (low + high) // 2
            if int(self._record(middle)[0]) < geonameid:
                low = middle + 1
            else:
                high = middle
        found = low < self._places and self._record(low)[0] == geonameid
        return self._place(low) if found else None

    def _find(self, plain: str, lang: str) -> tuple[GazetteerPlace, ...]:
        met = list(self._beginning(plain, whole=True))
        if lang in LANGUAGES:
            lexicon = load_lexicon(lang)
            for article in lexicon.articles:
                met += self._beginning(article + ("" if article.endswith("'") else " ") + plain, whole=True)
            if lexicon.declension:
                met += self._inflected(plain, lexicon)
        ranked: dict[int, bool] = {}
        for _, at in met:
            number = self._number(at)
            ranked[number] = ranked.get(number, False) or not self._is_other(at)
        order = sorted(
            ((not own, self._place(number)) for number, own in ranked.items()),
            key=lambda found: (found[0], -found[1].population, found[1].geonameid),
        )
        return tuple(place for _, place in order)

    def _inflected(self, plain: str, lexicon: Lexicon) -> Iterator[tuple[str, int]]:
        """Yield the names of which this is an oblique form in the lexicon's language."""
        words = _parted(plain)
        if not words:
            return
        stems = [lexicon.stem(word) for word in words]
        first = stems[0][: max(_SHORTEST_STEM, len(stems[0]) - _CHANGED)]
        if len(first) < _SHORTEST_STEM:
            return
        # Many places share a name: each name is declined once.
        fitting: dict[str, bool] = {}
        for folded, at in self._beginning(first):
            if folded not in fitting:
                name = self._name(at)
                likely = _may_be(folded, stems, lexicon) and _is_of(name, lexicon)
                fitting[folded] = likely and plain in decline(name, lexicon.lang)
            if fitting[folded]:
                yield folded, at

    def _beginning(self, start: str, whole: bool = False) -> Iterator[tuple[str, int]]:
        """Yield the names that begin so (or are so, if `whole`), folded, with where they stand in the lines."""
        low, high = 0, self._names
        while low < high:
            middle = (low + high) // 2
            if fold_spelling(self._name(self._offset(middle))) < start:
                low = middle + 1
            else:
                high = middle
        for number in range(low, self._names):
            at = self._offset(number)
            folded = fold_spelling(self._name(at))
            if folded != start and (whole or not folded.startswith(start)):
                return
            yield folded, at

    def _offset(self, number: int) -> int:
        return int(_OFFSET.unpack_from(self._data, self._index + number * _OFFSET.size)[0])

    def _name(self, at: int) -> str:
        begin = self._lines + at
        mark = _MARKS.search(self._data, begin)
        return self._data[begin : mark.start()].decode() if mark else ""

    def _is_other(self, at: int) -> bool:
        return self._data[self._lines + at - 1 : self._lines + at] == _OTHER

    def _number(self, at: int) -> int:
        """Return the number of the place whose line holds this offset."""
        low, high = 0, self._places
        while low < high:
            middle = (low + high) // 2
            if self._record(middle)[5] <= at:
                low = middle + 1
            else:
                high = middle
        return low - 1

    def _record(self, number: int) -> tuple[Any, ...]:
        return _PLACE.unpack_from(self._data, _HEAD.size + number * _PLACE.size)

    def _read_place(self, number: int) -> GazetteerPlace:
        geonameid, latitude, longitude, population, country, at = self._record(number)
        begin = self._lines + at
        line = self._data[begin : self._data.find(_LINE, begin)]
        names = line.replace(_OTHER, _ALIKE).decode().split("\t")
        return GazetteerPlace(
            geonameid=geonameid,
            name=names[0],
            country=country.decode("ascii"),
            latitude=latitude / _DEGREE,
            longitude=longitude / _DEGREE,
            population=population,
            names=_by_language(names),
        )


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer of this installation; its file is opened once per process and kept open.

    Raises GazetteerError, with the cure, if the file is missing or damaged.
    """
    try:
        with as_file(files("claims.reading") / FILE) as path, path.open("rb") as file:
            return Gazetteer(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise GazetteerError(f"{FILE} cannot be used: {error}; make it with manage.py build_gazetteer") from error


def is_written_in(name: str, letters: Iterable[str]) -> bool:
    """Tell whether a name is written with the letters of one alphabet (accents and capitals count)."""
    alphabet = frozenset(letters)
    return all(letter in alphabet for letter in name.lower() if letter.isalpha())


def _is_of(name: str, lexicon: Lexicon) -> bool:
    return is_written_in(name, lexicon.letters)


def _by_language(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Sort a place's names into languages by their letters; its own name is good in each that can write it."""
    own = names[0]
    given: dict[str, tuple[str, ...]] = {}
    for lang in LANGUAGES:
        lexicon = load_lexicon(lang)
        fitting = [name for name in names if _is_of(name, lexicon)]
        if own not in fitting and _is_of(fold_word(own), lexicon):
            fitting.insert(0, own)
        if fitting:
            given[lang] = tuple(fitting)
    return given


def _parted(plain: str) -> list[str]:
    return plain.replace("-", " ").split()


def _may_be(folded: str, stems: Sequence[str], lexicon: Lexicon) -> bool:
    """Tell cheaply whether a name is worth declining to see if it has a form with these stems."""
    parts = _parted(folded)
    return len(parts) == len(stems) and all(
        part[0] == stem[0] and _may_have(part, stem, lexicon) for part, stem in zip(parts, stems, strict=True)
    )


def _may_have(word: str, stem: str, lexicon: Lexicon) -> bool:
    """Tell whether a word may have a form with this stem: by what declining leaves as it is.

    A stem may have lost a letter too many, the word's or the form's.
    """
    frame, other = word.translate(lexicon.frame), stem.translate(lexicon.frame)
    if not frame.startswith(other[:-1] if len(other) > _CHANGED else other):
        return False
    short, long = sorted((lexicon.stem(word).translate(lexicon.frame), other), key=len)
    return long.startswith(short) and len(long) - len(short) <= 1
