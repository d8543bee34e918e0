"""Which of several places of one name a text means: by the countries and other places it speaks of, or none."""

import math
import re
from collections.abc import Iterable, Sequence
from functools import cache

from claims.reading.forms import name_forms
from claims.reading.gazetteer import Gazetteer
from claims.reading.names import Finder, Mention
from claims.reading.values import GazetteerPlace, PartyEntry

# Places so far apart may well stand in one report of a war or a flood.
NEAR_KM = 300
# How many times as many people make a town the one that is meant where nothing else tells.
_FAR_BIGGER = 4
_EARTH_KM = 6371.0

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class Surroundings:
    """Where a text is set: the countries it names, by themselves or by their parties, and places it surely means."""

    def __init__(self, atlas: "Atlas", text: str, lang: str, parties: Iterable[str], places: Iterable[str]) -> None:
        """`text` is folded; `parties` are those it mentions and their opponents, `places` the listed ones it names."""
        self._atlas = atlas
        self._text = text
        self._lang = lang
        self._party_countries = atlas.countries_of(parties)
        self._points = cache(lambda: atlas.points_of(places))
        self._named: dict[str, bool] = {}

    def speaks_of(self, country: str) -> bool:
        """Tell whether the text names a country, or a party that goes by its name."""
        return country in self._party_countries or self.names(country)

    def names(self, country: str) -> bool:
        """Tell whether the text calls a country (ISO 3166-1 alpha-2) by its name."""
        known = self._named.get(country)
        if known is None:
            name = self._atlas.gazetteer.countries.get(country, {}).get(self._lang, "")
            forms = name_forms(name, self._lang) if name else ()
            known = any(form in self._text and _is_word(form, self._text) for form in forms)
            self._named[country] = known
        return known

    def pick(self, places: Sequence[GazetteerPlace]) -> GazetteerPlace | None:
        """Return the place that is meant, of those a name can mean (the likeliest first); None where that is open.

        First by what else the text surely means nearby, then by the countries it speaks of, unless a far bigger place
        elsewhere has the name; a text that is set somewhere means no place elsewhere. Where nothing tells, a far bigger
        town is meant.
        """
        near = [place for place in places if self.is_near(place)]
        if near:
            return _outstanding(near)
        home = [place for place in places if self.speaks_of(place.country)]
        if home:
            best = _outstanding(home)
            return best if best and not _is_dwarfed(best, places) else None
        return None if self._points() or self._party_countries else _outstanding(places)

    def may_be_contested(self, place: GazetteerPlace, parties: Iterable[str]) -> bool:
        """Tell whether these parties may fight for a place: it is in one's country or near what the text is about."""
        countries = self._atlas.countries_of(parties)
        return not countries or place.country in countries or self.is_near(place)

    def place(self, geonameid: int | None) -> GazetteerPlace | None:
        """Return the place with a GeoNames id, if there is one."""
        return None if geonameid is None else self._atlas.gazetteer.by_id(geonameid)

    def has_neighbour(self, place: GazetteerPlace, names: Iterable[str]) -> bool:
        """Tell whether one of these names means some other place near this one."""
        for name in names:
            other = _outstanding(self._atlas.gazetteer.find(name, self._lang))
            if other and other.name != place.name and distance(position(other), position(place)) <= NEAR_KM:
                return True
        return False

    def is_near(self, place: GazetteerPlace) -> bool:
        """Tell whether a place lies near one that the text surely means."""
        return any(distance(point, position(place)) <= NEAR_KM for point in self._points())


class Atlas:
    """What the gazetteer tells of a catalogue: where its places lie, and which of its parties are countries."""

    def __init__(self, gazetteer: Gazetteer, finder: Finder, parties: Iterable[PartyEntry]) -> None:
        """`finder` has the places of the catalogue, by number."""
        self.gazetteer = gazetteer
        self._places = finder.places
        self.listed: dict[int, str] = {}
        """The numbers of the catalogue's places by their GeoNames ids."""
        self._ids: dict[str, int] = {}
        self._opponents: dict[str, set[str]] = {}
        self._bigger: dict[tuple[str, str], frozenset[str]] = {}
        for number, (claims, geonameid) in enumerate(zip(finder.places, finder.place_ids, strict=True)):
            for claim in claims:
                self._opponents.setdefault(claim.holder, set()).add(claim.opposed)
                self._opponents.setdefault(claim.opposed, set()).add(claim.holder)
            if geonameid is not None:
                self.listed.setdefault(geonameid, str(number))
                self._ids[str(number)] = geonameid
        self._names = {party.slug: party.names for party in parties}
        self._countries: dict[str, frozenset[str]] = {}

    def surroundings(self, text: str, lang: str, mentions: Iterable[Mention]) -> Surroundings:
        """Return where a text (folded) is set, by what it mentions of the catalogue."""
        keys = {(mention.kind, mention.key) for mention in mentions}
        parties = {key for kind, key in keys if kind in ("party", "people", "quality")}
        parties |= {opponent for party in parties for opponent in self._opponents.get(party, ())}
        return Surroundings(self, text, lang, sorted(parties), sorted(key for kind, key in keys if kind == "place"))

    def place_at(self, number: str) -> GazetteerPlace | None:
        """Return the place that the catalogue has under a number, if its id is known."""
        return self.gazetteer.by_id(self._ids[number]) if number in self._ids else None

    def bigger_elsewhere(self, number: str, lang: str) -> frozenset[str]:
        """Return the countries in which a far bigger place has the name that a listed place has in a language."""
        known = self._bigger.get((number, lang))
        if known is None:
            own = self.place_at(number)
            entry = next((claim.place for claim in self._places[int(number)] if claim.place), None)
            names = entry.names.get(lang, ()) or (entry.name,) if entry else ()
            rivals = (other for name in names for other in self.gazetteer.find(name, lang)) if own else ()
            known = frozenset(
                rival.country
                for rival in rivals
                if own and rival.country != own.country and rival.population > _FAR_BIGGER * own.population
            )
            self._bigger[number, lang] = known
        return known

    def points_of(self, places: Iterable[str]) -> tuple[Point, ...]:
        """Return where the catalogue's places of these numbers lie, those of which that is known."""
        known = (self.gazetteer.by_id(self._ids[key]) for key in places if key in self._ids)
        return tuple(position(place) for place in known if place is not None)

    def countries_of(self, parties: Iterable[str]) -> frozenset[str]:
        """Return the countries (ISO 3166-1 alpha-2) that these parties go by the names of."""
        return frozenset[str]().union(*(self._country_of(party) for party in parties))

    def _country_of(self, party: str) -> frozenset[str]:
        known = self._countries.get(party)
        if known is None:
            names = self._names.get(party, {})
            codes = (self.gazetteer.country_called(name, lang) for lang, given in names.items() for name in given)
            known = self._countries[party] = frozenset(code for code in codes if code)
        return known


def _is_word(form: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text) is not None


def _outstanding(places: Sequence[GazetteerPlace]) -> GazetteerPlace | None:
    """Return the first place if it is alone or far bigger than those behind it.

    One behind it that is bigger goes by another name now: it is in the way only if it is bigger by far.
    """
    if not places or _is_dwarfed(places[0], places):
        return None
    first, *others = places
    rivals = [place.population for place in others if place.population <= first.population]
    return first if not rivals or first.population > _FAR_BIGGER * max(rivals) else None


def _is_dwarfed(place: GazetteerPlace, places: Sequence[GazetteerPlace]) -> bool:
    """Tell whether another place of the name is far bigger than this one."""
    return max(other.population for other in places) > _FAR_BIGGER * place.population


def position(place: GazetteerPlace) -> Point:
    """Return where a place lies."""
    return place.latitude, place.longitude


def distance(one: Point, other: Point) -> float:
    """Return the kilometres between two points along the earth's surface (a sphere's, by the haversine formula)."""
    (lat_1, lon_1), (lat_2, lon_2) = (map(math.radians, point) for point in (one, other))
    chord = math.sin((lat_2 - lat_1) / 2) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin((lon_2 - lon_1) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))
