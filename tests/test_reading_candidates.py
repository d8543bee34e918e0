"""What a text contests that no claim covers: found where it is plain, and not where it only looks so."""

import pytest

from claims.reading import Reader
from claims.reading.catalogue import parse_claim, parse_party
from claims.reading.gazetteer import load_gazetteer
from claims.reading.values import Candidate, Catalogue, Text
from claims.words import ClaimKind
from tests.reading_worlds import CLAIMS, PARTIES

# Two parties that go by the names of countries, so that the towns of these countries are theirs to fight for; the
# words are made up. The invented parties of the other tests have theirs about everything else.
BORDER = [
    {
        "slug": "sudan",
        "kind": "government",
        "names": {"en": ["Sudan", "Sudanese army"], "fr": ["le Soudan", "armée soudanaise"],
                  "uk": ["Судан", "армія Судану"], "ru": ["Судан", "армия Судана"]},
    },
    {
        "slug": "chad",
        "kind": "government",
        "names": {"en": ["Chad", "Chadian army"], "fr": ["le Tchad", "armée tchadienne"],
                  "uk": ["Чад", "армія Чаду"], "ru": ["Чад", "армия Чада"]},
    },
]  # fmt: skip
NYALA = {
    "slug": "chad-controls-nyala",
    "kind": "control",
    "holder": "chad",
    "opposed": "sudan",
    "place": {
        "geonameid": 369004,
        "name": "Nyala",
        "names": {"en": ["Nyala"], "fr": ["Nyala"], "uk": ["Ньяла"], "ru": ["Ньяла"]},
    },
}
CATALOGUE = Catalogue(
    claims=tuple(parse_claim(record) for record in (*CLAIMS, NYALA)),
    parties=tuple(parse_party(record) for record in (*PARTIES, *BORDER)),
)
READER = Reader(CATALOGUE, load_gazetteer())
EL_FASHER, KASSALA = "chad@379555", "chad@372753"


def read(lang: str, text: str, reader: Reader = READER) -> tuple[Candidate, ...]:
    return reader.read(Text(body=text, lang=lang)).candidates


# --- Who holds a place no claim is about ---

HELD = [
    ("en", "The Chadian army said its troops had captured El Fasher.", f"{EL_FASHER} chad"),
    ("en", "Chad said its troops had taken El Fasher. Sudan denied it.", f"{EL_FASHER} chad sudan"),
    ("en", "Chad's troops have taken El Fasher. Sudan denied it.", f"{EL_FASHER} sudan"),
    ("en", "The Sudanese army denied that Chad had seized Kassala.", f"{KASSALA} sudan"),
    ("en", "Sudan says it still holds El Fasher.", f"{EL_FASHER} sudan"),
    ("en", "Sudan admitted that its army had withdrawn from Kassala.", f"{KASSALA} sudan"),
    ("fr", "L'armée tchadienne annonce la prise d'El Fasher.", f"{EL_FASHER} chad"),
    ("fr", "Le Tchad affirme avoir pris El Fasher. L'armée soudanaise dément.", f"{EL_FASHER} chad sudan"),
    ("fr", "Le Soudan affirme tenir toujours El Fasher.", f"{EL_FASHER} sudan"),
    ("uk", "Армія Чаду заявила про захоплення Ель-Фашира.", f"{EL_FASHER} chad"),
    ("uk", "Чад стверджує, що взяв Ель-Фашир. Судан це заперечує.", f"{EL_FASHER} chad sudan"),
    ("uk", "Судан заявив, що Ель-Фашир утримує його армія.", f"{EL_FASHER} sudan"),
    ("ru", "Армия Чада сообщила о взятии Эль-Фашира.", f"{EL_FASHER} chad"),
    ("ru", "Чад утверждает, что взял Эль-Фашир. Судан это отрицает.", f"{EL_FASHER} chad sudan"),
    ("ru", "Судан отрицает потерю Эль-Фашира.", f"{EL_FASHER} sudan"),
]


@pytest.mark.parametrize(("lang", "text", "expected"), HELD)
def test_a_place_without_a_claim_is_a_candidate_whichever_side_speaks(lang: str, text: str, expected: str) -> None:
    (found,) = read(lang, text)
    assert " ".join((found.key, *found.parties)) == expected
    assert found.kind == ClaimKind.CONTROL
    assert (found.holder, found.opposed) == ("chad", "sudan")
    assert found.place is not None
    assert found.key == f"{found.holder}@{found.place.geonameid}"
    assert found.quote == text[found.span.start : found.span.end]


NOT_HELD = [
    ("a plan", "en", "Chad wants to capture El Fasher, the Sudanese army said."),
    ("a question", "en", "Has Chad captured El Fasher? Sudan did not say."),
    ("a condition", "en", "If Chad takes El Fasher, the war is lost, the Sudanese army said."),
    ("nobody listed says it", "en", "Residents said Chadian troops had captured El Fasher."),
    ("near it", "en", "The Chadian army said it had taken positions near El Fasher."),
    ("its region", "en", "The Chadian army said it had taken villages in Kassala district."),
    ("something else fell", "en", "Sudan said a drone fell in El Fasher."),
    ("something else was held", "en", "Sudan held a conference in El Fasher, the Sudanese army said."),
    ("only fighting", "en", "The Chadian army says fighting continues in El Fasher."),
    ("a place of other countries", "en", "Chad said it had taken Florida."),
    ("a person", "en", "Chad said Paris Hilton had taken over."),
    ("a plan", "fr", "Le Tchad veut prendre El Fasher, affirme l'armée soudanaise."),
    ("its region", "fr", "L'armée tchadienne affirme avoir pris des villages dans la région d'El Fasher."),
    ("a plan", "uk", "Чад хоче захопити Ель-Фашир, заявила армія Судану."),
    ("people are lost", "uk", "Судан заявив, що Чад втратив 300 солдатів під Ель-Фаширом."),
    ("a plan", "ru", "Чад хочет взять Эль-Фашир, заявила армия Судана."),
    ("another thing is denied", "en", "Chad took El Fasher for its base. Sudan denied the rumours of a merger."),
    ("another thing is denied", "fr", "Le Tchad a pris El Fasher pour base. Le Soudan dément les rumeurs de fusion."),
    ("another thing is denied", "uk", "Судан втратив Ель-Фашир як торгового партнера. Чад спростував чутки."),
    ("another thing is denied", "ru", "Судан взял Эль-Фашир за основу. Чад отверг обвинения."),
    ("people are lost", "ru", "Чад потерял 300 солдат под Эль-Фаширом, сообщила армия Судана."),
]


@pytest.mark.parametrize(("why", "lang", "text"), NOT_HELD)
def test_what_says_nothing_of_who_holds_a_place_is_no_candidate(why: str, lang: str, text: str) -> None:
    assert read(lang, text) == (), why


LISTED = [
    ("en", "The Chadian army said its troops had captured Nyala."),
    ("fr", "L'armée tchadienne annonce la prise de Nyala."),
    ("uk", "Армія Чаду заявила про захоплення Ньяли."),
    ("ru", "Армия Чада сообщила о взятии Ньялы."),
]


@pytest.mark.parametrize(("lang", "text"), LISTED)
def test_a_place_with_a_claim_is_a_statement_and_no_candidate(lang: str, text: str) -> None:
    reading = READER.read(Text(body=text, lang=lang))
    assert [found.claim for found in reading.statements] == ["chad-controls-nyala"]
    assert reading.candidates == ()


def test_a_listed_place_called_by_a_name_the_catalogue_lacks_is_known_by_its_geonames_id() -> None:
    short = {**NYALA, "place": {**NYALA["place"], "name": "Nyala", "names": {"en": ["Nyala"]}}}  # type: ignore[dict-item]
    reader = Reader(Catalogue((parse_claim(short),), CATALOGUE.parties), load_gazetteer())
    text = Text(body="Армия Чада сообщила о взятии Ньялы.", lang="ru")
    assert [found.claim for found in reader.read(text).statements] == ["chad-controls-nyala"]
    assert Reader(Catalogue((parse_claim(short),), CATALOGUE.parties)).read(text).statements == ()


def test_what_is_said_of_an_unlisted_town_is_not_read_of_a_listed_one_beside_it() -> None:
    said = "The Chadian army said it had captured El Fasher and was now thirty kilometres away from the city of Nyala."
    reading = READER.read(Text(body=said, lang="en"))
    assert reading.statements == ()
    assert [found.key for found in reading.candidates] == [EL_FASHER]
    assert [found.claim for found in Reader(CATALOGUE).read(Text(body=said, lang="en")).statements] == [
        "chad-controls-nyala"  # what it was taken for before
    ]


def test_without_a_gazetteer_no_place_is_proposed() -> None:
    assert read("en", HELD[0][1], Reader(CATALOGUE)) == ()


def test_names_are_looked_up_only_near_a_word_of_taking_or_holding() -> None:
    looked_up = load_gazetteer()._found.cache_info
    before = looked_up()
    read("en", "Chad said that Amdjarass and Tawila were quiet. Sudan's envoy flew to Bahai.")
    assert looked_up() == before
    read("en", "Chad said that its troops had captured Tawila.")
    assert looked_up() != before


# --- What is denied, or what somebody is accused of ---

DISPUTED = [
    (
        "orvex",
        "en",
        "Orvex denied that its drivers had dumped barrels in the quarry.",
        "its drivers had dumped barrels in the quarry",
    ),
    ("orvex", "en", "Orvex denies dumping barrels in the quarry.", "dumping barrels in the quarry"),
    (
        "orvex",
        "en",
        "Orvex rejected allegations that its drivers dumped barrels in the quarry.",
        "its drivers dumped barrels in the quarry",
    ),
    (
        "norland",
        "en",
        "Norland accused Veltia of shelling the children's hospital.",
        "Veltia of shelling the children's hospital",
    ),
    ("orvex", "fr", "Orvex dément avoir versé des fûts dans la carrière.", "avoir versé des fûts dans la carrière"),
    (
        "orvex",
        "fr",
        "Orvex nie que ses chauffeurs aient versé des fûts dans la carrière.",
        "ses chauffeurs aient versé des fûts dans la carrière",
    ),
    (
        "orvex",
        "fr",
        "Orvex rejette les accusations selon lesquelles ses chauffeurs ont versé des fûts.",
        "ses chauffeurs ont versé des fûts",
    ),
    (
        "norland",
        "fr",
        "Le Norland accuse la Veltie d'avoir bombardé l'hôpital des enfants.",
        "la Veltie d'avoir bombardé l'hôpital des enfants",
    ),
    ("orvex", "uk", "Орвекс заперечує, що його водії скидали бочки в кар'єр.", "його водії скидали бочки в кар'єр"),
    (
        "orvex",
        "uk",
        "Орвекс спростував повідомлення про те, що його водії скидали бочки в кар'єр.",
        "його водії скидали бочки в кар'єр",
    ),
    (
        "norland",
        "uk",
        "Норландія звинуватила Вельтію в обстрілі дитячої лікарні.",
        "Вельтію в обстрілі дитячої лікарні",
    ),
    (
        "orvex",
        "ru",
        "Орвекс отрицает, что его водители сбрасывали бочки в карьер.",
        "его водители сбрасывали бочки в карьер",
    ),
    (
        "orvex",
        "ru",
        "Орвекс опроверг сообщения о том, что его водители сбрасывали бочки.",
        "его водители сбрасывали бочки",
    ),
    (
        "norland",
        "ru",
        "Норландия обвинила Вельтию в обстреле детской больницы.",
        "Вельтию в обстреле детской больницы",
    ),
]


@pytest.mark.parametrize(("party", "lang", "text", "proposition"), DISPUTED)
def test_a_denial_or_accusation_of_something_unknown_is_a_candidate(
    party: str, lang: str, text: str, proposition: str
) -> None:
    (found,) = read(lang, text)
    assert (found.kind, found.parties, found.proposition) == (ClaimKind.GENERAL, (party,), proposition)
    assert found.quote == text[found.span.start : found.span.end]
    assert proposition in found.quote
    assert 2 <= len(found.keywords) <= 4
    assert all(keyword in proposition for group in found.keywords for keyword in group)


DISPUTED += [
    ("orvex", "en", "Orvex rejected accusations of dumping barrels in the quarry.", "dumping barrels in the quarry"),
    ("orvex", "en", "Orvex denied it had bribed inspectors, saying they were paid.", "it had bribed inspectors"),
    ("orvex", "en", "Orvex denied reports about a secret leak in a tunnel.", "a secret leak in a tunnel"),
    ("orvex", "fr", "Orvex rejette l'accusation d'avoir corrompu des inspecteurs.", "avoir corrompu des inspecteurs"),
    ("orvex", "uk", "Орвекс спростував інформацію про таємний витік у тунелі.", "таємний витік у тунелі"),
    ("orvex", "ru", "Орвекс опроверг информацию о тайной утечке в тоннеле.", "тайной утечке в тоннеле"),
]

NOT_DISPUTED = [
    ("no word on it", "en", "Orvex declined to comment on reports that its drivers dumped barrels."),
    ("not a fact", "en", "Norland denied Veltia access to the northern grain depot."),
    ("nothing in particular", "en", "Orvex rejected claims of the opposition."),
    ("nothing in particular", "fr", "Orvex dément toute implication dans l'affaire."),
    ("no word on it", "uk", "Орвекс відмовився коментувати повідомлення про те, що його водії скидали бочки."),
    ("no word on it", "ru", "Орвекс отказался комментировать сообщения о том, что его водители сбрасывали бочки."),
    ("nothing in particular", "en", "Orvex denied the report."),
    ("not a fact", "en", "Orvex rejected the plan to build a road through the valley."),
    ("not denied", "en", "Orvex did not deny that its drivers had dumped barrels in the quarry."),
    ("a condition", "en", "If Orvex denied that its drivers dumped barrels, nobody would believe it."),
    ("nobody listed", "en", "Residents denied that the drivers had dumped barrels in the quarry."),
    ("of nothing", "en", "Norland accused Veltia."),
    ("a question", "en", "Did Orvex deny that its drivers had dumped barrels in the quarry?"),
    ("a claim covers it", "en", "Orvex denied that its plant had polluted the Delma river."),
    ("a claim covers it", "en", "Norland denied that Veltia had captured Morvin."),
    ("nothing in particular", "fr", "Orvex dément."),
    ("not denied", "fr", "Orvex n'a pas démenti que ses chauffeurs avaient versé des fûts."),
    ("a claim covers it", "fr", "Orvex dément avoir pollué la rivière Delma."),
    ("not denied", "uk", "Орвекс не заперечує, що його водії скидали бочки в кар'єр."),
    ("a claim covers it", "uk", "Орвекс заперечує, що завод забруднив річку Дельма."),
    ("not denied", "ru", "Орвекс не отрицает, что его водители сбрасывали бочки."),
    ("a claim covers it", "ru", "Орвекс отрицает, что завод загрязнил реку Дельма."),
]


@pytest.mark.parametrize(("why", "lang", "text"), NOT_DISPUTED)
def test_what_is_no_plain_dispute_of_something_new_is_no_candidate(why: str, lang: str, text: str) -> None:
    assert read(lang, text) == (), why


ALIKE = [
    ("en", "Norland accused Veltia of shelling the children's hospital.",
     "Veltia denied shelling the children's hospital.",
     "Veltia denies that it had shelled the hospital of the children."),
    ("uk", "Норландія звинуватила Вельтію в обстрілі дитячої лікарні.",
     "Вельтія заперечує, що дитяча лікарня була під обстрілом."),
    ("ru", "Норландия обвинила Вельтию в обстреле детской больницы.",
     "Вельтия отрицает, что детская больница была под обстрелом."),
    ("fr", "Le Norland accuse la Veltie d'avoir bombardé l'hôpital des enfants.",
     "La Veltie dément avoir bombardé l'hôpital des enfants."),
]  # fmt: skip


@pytest.mark.parametrize("texts", ALIKE, ids=[texts[0] for texts in ALIKE])
def test_the_same_dispute_has_the_same_key_whoever_speaks_of_it_in_whatever_forms(texts: tuple[str, ...]) -> None:
    lang, *bodies = texts
    assert len({read(lang, body)[0].key for body in bodies}) == 1


def test_accuser_and_accused_in_one_text_are_one_candidate() -> None:
    text = "Norland accused Veltia of shelling the children's hospital. Veltia denied shelling the children's hospital."
    (found,) = read("en", text)
    assert found.parties == ("norland", "veltia")


def test_a_candidate_accepted_as_a_claim_finds_its_own_words_again() -> None:
    """The keywords drafted for a claim are those by which the reader then reads the article that gave rise to it."""
    for _, lang, text, _ in DISPUTED:
        (found,) = read(lang, text)
        claim = parse_claim(
            {
                "slug": "new",
                "kind": "general",
                "proposition": {lang: found.proposition},
                "keywords": {lang: [list(group) for group in found.keywords]},
            }
        )
        reading = Reader(Catalogue((*CATALOGUE.claims, claim), CATALOGUE.parties)).read(Text(body=text, lang=lang))
        assert {row.claim for row in reading.statements} == {"new"}, text
        assert reading.candidates == (), text
