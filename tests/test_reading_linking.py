"""Which listed place a name means where it is not the only one so called: by what the text says around it, or none."""

from collections.abc import Sequence

import pytest

from claims.reading import Reader
from claims.reading.catalogue import parse_claim, parse_party
from claims.reading.gazetteer import Gazetteer, load_gazetteer
from claims.reading.values import Catalogue, PartyEntry, Text

REDS = {"en": ["Red Front"], "fr": ["Front rouge"], "uk": ["Червоний фронт"], "ru": ["Красный фронт"]}
BLUES = {"en": ["Blue Guard"], "fr": ["Garde bleue"], "uk": ["Синя гвардія"], "ru": ["Синяя гвардия"]}
GREENS = {"en": ["Green Front"], "fr": ["Front vert"], "uk": ["Зелений фронт"], "ru": ["Зелёный фронт"]}
GOLDS = {"en": ["Golden Guard"], "fr": ["Garde dorée"], "uk": ["Золота гвардія"], "ru": ["Золотая гвардия"]}
WATCH = {"en": ["FrontWatch"], "fr": ["FrontWatch"], "uk": ["FrontWatch"], "ru": ["FrontWatch"]}
VICTORIA = {"en": ["Victoria"], "fr": ["Victoria"], "uk": ["Вікторія"], "ru": ["Виктория"]}
PARTIES = [
    parse_party({"slug": slug, "kind": kind, "names": names})
    for slug, kind, names in (
        ("reds", "army", REDS),
        ("blues", "army", BLUES),
        ("greens", "army", GREENS),
        ("golds", "army", GOLDS),
        ("watch", "monitor", WATCH),
    )
]
PLACES = load_gazetteer()
# The name of two cities, in Libya and in Lebanon.
TRIPOLI = {"en": ["Tripoli"], "fr": ["Tripoli"], "uk": ["Триполі"], "ru": ["Триполи"]}


def control(
    slug: str, holder: str, opposed: str, geonameid: int | None, names: dict[str, list[str]]
) -> dict[str, object]:
    place = {"name": names["en"][0], "names": names, **({"geonameid": geonameid} if geonameid else {})}
    return {"slug": slug, "kind": "control", "holder": holder, "opposed": opposed, "place": place}


LIBYAN = control("libyan-tripoli", "reds", "blues", 2210247, TRIPOLI)
LEBANESE = control("lebanese-tripoli", "greens", "golds", 266826, TRIPOLI)


def reader(
    *claims: dict[str, object], parties: Sequence[PartyEntry] = PARTIES, places: Gazetteer | None = PLACES
) -> Reader:
    return Reader(Catalogue(tuple(parse_claim(claim) for claim in claims), tuple(parties)), places)


BOTH, BOTH_PLAIN = reader(LIBYAN, LEBANESE), reader(LIBYAN, LEBANESE, places=None)
ONE = reader(LEBANESE)


def rows(reading_by: Reader, lang: str, text: str) -> list[str]:
    found = reading_by.read(Text(body=text, lang=lang)).statements
    return sorted(f"{row.claim} {row.party} {row.stance}" for row in found)


# --- Two listed places of one name ---

BY_PARTIES = [
    ("en", "The Red Front said it had captured Tripoli.", "libyan-tripoli reds"),
    ("en", "The Green Front said it had captured Tripoli.", "lebanese-tripoli greens"),
    ("fr", "Le Front rouge affirme avoir pris Tripoli.", "libyan-tripoli reds"),
    ("fr", "Le Front vert affirme avoir pris Tripoli.", "lebanese-tripoli greens"),
    ("uk", "Червоний фронт заявив, що захопив Триполі.", "libyan-tripoli reds"),
    ("uk", "Зелений фронт заявив, що захопив Триполі.", "lebanese-tripoli greens"),
    ("ru", "Красный фронт заявил, что захватил Триполи.", "libyan-tripoli reds"),
    ("ru", "Зелёный фронт заявил, что захватил Триполи.", "lebanese-tripoli greens"),
]


@pytest.mark.parametrize(("lang", "text", "expected"), BY_PARTIES)
def test_of_two_listed_places_the_one_whose_parties_the_text_names_is_meant(
    lang: str, text: str, expected: str
) -> None:
    assert rows(BOTH, lang, text) == [f"{expected} affirms"]
    assert rows(BOTH_PLAIN, lang, text) == [f"{expected} affirms"]  # this much needs no gazetteer


BY_COUNTRY = [
    ("en", "War in Libya: Tripoli has been captured, FrontWatch said.", ["libyan-tripoli watch affirms"]),
    ("en", "War in Lebanon: Tripoli has been captured, FrontWatch said.", ["lebanese-tripoli watch affirms"]),
    ("en", "Tripoli has been captured, FrontWatch said.", []),
    ("en", "From Libya to Lebanon, war: Tripoli has been captured, FrontWatch said.", []),
    ("fr", "Guerre en Libye : Tripoli a été prise, affirme FrontWatch.", ["libyan-tripoli watch affirms"]),
    ("fr", "Guerre au Liban : Tripoli a été prise, affirme FrontWatch.", ["lebanese-tripoli watch affirms"]),
    ("fr", "Tripoli a été prise, affirme FrontWatch.", []),
    ("uk", "Війна в Лівії. FrontWatch повідомляє, що Триполі захоплено.", ["libyan-tripoli watch affirms"]),
    ("uk", "Війна в Лівані. FrontWatch повідомляє, що Триполі захоплено.", ["lebanese-tripoli watch affirms"]),
    ("uk", "FrontWatch повідомляє, що Триполі захоплено.", []),
    ("ru", "Война в Ливии. FrontWatch сообщает, что Триполи захвачен.", ["libyan-tripoli watch affirms"]),
    ("ru", "Война в Ливане. FrontWatch сообщает, что Триполи захвачен.", ["lebanese-tripoli watch affirms"]),
    ("ru", "FrontWatch сообщает, что Триполи захвачен.", []),
]


@pytest.mark.parametrize(("lang", "text", "expected"), BY_COUNTRY)
def test_of_two_listed_places_the_one_in_the_country_the_text_names_is_meant_else_none(
    lang: str, text: str, expected: list[str]
) -> None:
    assert rows(BOTH, lang, text) == expected


BY_NEIGHBOUR = [
    ("en", "The road from Misrata is open. Tripoli has been captured, FrontWatch said.", "libyan-tripoli"),
    ("en", "The road from Beirut is open. Tripoli has been captured, FrontWatch said.", "lebanese-tripoli"),
    ("fr", "La route de Beyrouth est ouverte. Tripoli a été prise, affirme FrontWatch.", "lebanese-tripoli"),
    ("uk", "Дорогу на Бейрут відкрито. FrontWatch повідомляє, що Триполі захоплено.", "lebanese-tripoli"),
    ("ru", "Дорога на Бейрут открыта. FrontWatch сообщает, что Триполи захвачен.", "lebanese-tripoli"),
]


@pytest.mark.parametrize(("lang", "text", "expected"), BY_NEIGHBOUR)
def test_of_two_listed_places_the_one_near_another_place_in_the_text_is_meant(
    lang: str, text: str, expected: str
) -> None:
    assert rows(BOTH, lang, text) == [f"{expected} watch affirms"]


def test_a_name_that_only_one_of_them_has_tells_the_other_name_too() -> None:
    named = control("libyan-tripoli", "reds", "blues", 2210247, {**TRIPOLI, "en": ["Tripoli", "Tarabulus"]})
    text = "FrontWatch wrote from Tarabulus. Tripoli has been captured, FrontWatch said."
    assert rows(reader(named, LEBANESE), "en", text) == ["libyan-tripoli watch affirms"]


def test_two_claims_on_one_place_are_no_homonyms() -> None:
    """One GeoNames id, or the same names and no id, is one place: what is said of it bears on both claims."""
    text = "The Red Front said it had captured Tripoli."
    reverse = control("blue-tripoli", "blues", "reds", 2210247, {"en": ["Tripoli", "Tarabulus"]})
    unnumbered = control("blue-tripoli", "blues", "reds", None, TRIPOLI)
    expected = ["blue-tripoli reds denies", "libyan-tripoli reds affirms"]
    assert rows(reader(LIBYAN, reverse), "en", text) == expected
    assert rows(reader(LIBYAN, unnumbered), "en", text) == expected
    assert rows(reader(unnumbered, LIBYAN), "en", text) == expected


# --- One listed place, and a far bigger one elsewhere that is not listed ---

ELSEWHERE = [
    ("en", "Tripoli has been captured, FrontWatch said.", True),
    ("en", "War in Libya: Tripoli has been captured, FrontWatch said.", False),
    ("en", "War in Lebanon, as in Libya: Tripoli has been captured, FrontWatch said.", True),
    ("fr", "Tripoli a été prise, affirme FrontWatch.", True),
    ("fr", "Guerre en Libye : Tripoli a été prise, affirme FrontWatch.", False),
    ("uk", "FrontWatch повідомляє, що Триполі захоплено.", True),
    ("uk", "Війна в Лівії. FrontWatch повідомляє, що Триполі захоплено.", False),
    ("ru", "FrontWatch сообщает, что Триполи захвачен.", True),
    ("ru", "Война в Ливии. FrontWatch сообщает, что Триполи захвачен.", False),
]


@pytest.mark.parametrize(("lang", "text", "meant"), ELSEWHERE)
def test_a_listed_place_is_not_meant_where_the_text_names_the_country_of_a_far_bigger_one(
    lang: str, text: str, meant: bool
) -> None:
    assert rows(ONE, lang, text) == (["lebanese-tripoli watch affirms"] if meant else [])


# --- A place and a party of one name ---

NAMESAKE = reader(
    control("reds-control-victoria", "reds", "blues", None, VICTORIA),
    parties=[*PARTIES, parse_party({"slug": "victoria", "kind": "company", "names": VICTORIA})],
)
NAMESAKES = [
    ("en", "The Red Front said it had captured Victoria.", ["reds affirms"]),
    ("en", "Victoria said the Red Front had taken the harbour.", []),
    ("en", "Victoria said the Red Front had captured the town of Victoria.", ["victoria affirms"]),
    ("fr", "Le Front rouge affirme avoir pris Victoria.", ["reds affirms"]),
    ("fr", "Victoria affirme que le Front rouge a pris le port.", []),
    ("fr", "Victoria affirme que le Front rouge a pris la ville de Victoria.", ["victoria affirms"]),
    ("uk", "Червоний фронт заявив, що захопив Вікторію.", ["reds affirms"]),
    ("uk", "Вікторія заявила, що Червоний фронт захопив порт.", []),
    ("uk", "Вікторія заявила, що Червоний фронт захопив місто Вікторія.", ["victoria affirms"]),
    ("ru", "Красный фронт заявил, что захватил Викторию.", ["reds affirms"]),
    ("ru", "Виктория заявила, что Красный фронт захватил порт.", []),
    ("ru", "Виктория заявила, что Красный фронт захватил город Виктория.", ["victoria affirms"]),
]


@pytest.mark.parametrize(("lang", "text", "expected"), NAMESAKES)
def test_a_name_of_a_place_and_a_party_is_the_one_as_which_it_stands(lang: str, text: str, expected: list[str]) -> None:
    assert rows(NAMESAKE, lang, text) == [f"reds-control-victoria {row}" for row in expected]
