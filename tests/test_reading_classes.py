"""Classes of wording in English and French, each by a pair: where it counts and where something like it must not."""

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

Row = tuple[str, str, list[str]]

READER = Reader(catalogue())

MORVIN, KARSK = "veltia-controls-morvin", "veltia-controls-karsk"
RIVER, COUNT = "orvex-poisoned-river", "count-was-rigged"

# A word that is both verb and noun is a noun behind an article, a possessive or a country's adjective.
NOUNS: list[Row] = [
    (
        "en",
        "Norland denied Veltian claims to have captured Morvin.",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms"],
    ),
    ("en", "Veltia claims to have captured Morvin.", [f"{MORVIN} veltia affirms"]),
    (
        "en",
        "Norland slammed Veltian claims to have captured Morvin.",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms"],
    ),
    (
        "fr",
        "Le Norland conteste l'annonce veltienne de la prise de Morvin.",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms"],
    ),
]

# Denials are the same with particles around their object, and with whatever word for untrue.
DENIALS: list[Row] = [
    (
        "en",
        "Norland poured cold water on the claim that Morvin had fallen.",
        [f"{MORVIN} norland denies"],
    ),
    ("en", "Norland brushed the report aside. Morvin had never been taken, it said.", [f"{MORVIN} norland denies"]),
    (
        "en",
        "Norland dismissed Veltia's claim to have taken Morvin as preposterous.",
        [f"{MORVIN} norland denies", f"{MORVIN} veltia affirms"],
    ),
    ("fr", "Le Norland bat en brèche l'annonce de la prise de Morvin.", [f"{MORVIN} norland denies"]),
    ("fr", "Orvex s'inscrit en faux : aucune pollution de la Delma, dit l'entreprise.", [f"{RIVER} orvex denies"]),
    ("fr", "Orvex se targue de n'avoir jamais pollué la Delma.", [f"{RIVER} orvex denies"]),
    ("en", '"The plant has polluted the Delma," scoffed the Blue Union.', [f"{RIVER} blue-union affirms"]),
]

# An office stands for the one party named so far that can have it, one that none of them can have for nobody.
OFFICES: list[Row] = [
    (
        "en",
        "Orvex published its figures on Monday. Nobody was hurt. It rained all day. Fish were counted. "
        "The company denied that the plant had polluted the Delma.",
        [f"{RIVER} orvex denies"],
    ),
    ("en", "Veltia and Norland met. The army has held Morvin since May, FrontWatch says.", []),
    ("fr", "Orvex a publié ses chiffres. L'entreprise nie avoir pollué la Delma.", [f"{RIVER} orvex denies"]),
]

# "The town" is the place that the text is about, however far back its name is; not where it says it is elsewhere.
FAR: list[Row] = [
    (
        "en",
        "Morvin: a week of claims\n\nIt rained. Buses stood still. Nobody slept. Bread was short.\n\n"
        "On Friday Veltia said that its army had captured the town.",
        [f"{MORVIN} veltia affirms"],
    ),
    (
        "en",
        "Morvin: a week of claims\n\nIt rained. Buses stood still. Nobody slept. Bread was short.\n\n"
        "On Friday Veltia said that in Delft its army had captured the town.",
        [],
    ),
]

# What one admits or denies without naming who did it was done by the other side.
GRANTED: list[Row] = [
    ("en", "Norland conceded that Morvin was beyond its control.", [f"{MORVIN} norland affirms"]),
    ("en", "Norland said that Morvin was under its control.", [f"{MORVIN} norland denies"]),
    ("en", "Morvin is completely beyond our control, Norland wrote.", [f"{MORVIN} norland affirms"]),
    ("en", "Veltia admitted that its troops had captured Morvin.", [f"{MORVIN} veltia affirms"]),
    ("en", "Norland admitted that Morvin had been captured.", [f"{MORVIN} norland affirms"]),
    ("en", "FrontWatch has no way of knowing who holds Morvin.", [f"{MORVIN} frontwatch unsettled"]),
    ("fr", "FrontWatch ignore qui contrôle Morvin.", [f"{MORVIN} frontwatch unsettled"]),
]

# What was said before is admitted or denied by a bare verb with a pronoun; a denial of another's word is not that.
BARE: list[Row] = [
    (
        "en",
        "Veltia said it had captured Morvin. Norland admitted it.",
        [f"{MORVIN} norland affirms", f"{MORVIN} veltia affirms"],
    ),
    (
        "fr",
        "La Veltie a annoncé la prise de Morvin. Le Norland ne la conteste pas.",
        [f"{MORVIN} norland affirms", f"{MORVIN} veltia affirms"],
    ),
    (
        "en",
        "Veltia said it had captured Morvin. Norland admitted that the winter had been hard.",
        [f"{MORVIN} veltia affirms"],
    ),
]

# A party's name alone is no word about the claim that it is a keyword of.
NAMES: list[Row] = [
    ("en", "The leak has been found. Orvex says it thanks everybody.", []),
    ("en", "Orvex says a leak into the Delma was found.", [f"{RIVER} orvex affirms"]),
]

# Those who write to us are not we.
OURSELVES: list[Row] = [
    ("fr", "La Veltie n'en dit rien. Ceux qui nous écrivent que Morvin est tombée rêvent.", []),
    ("fr", "Nous affirmons que Morvin est tombée.", [f"{MORVIN} outlet affirms"]),
]

# In a text about one general claim it need not be named again: to leave it open, to deny it, or, for whom it would
# harm, to say flatly no.
ABOUT: list[Row] = [
    (
        "en",
        "Was the Delma polluted by a leak?\n\nIt rained for days. Nobody fished. Children stayed at home. Shops shut. "
        "Prices rose.\n\nThe River Agency is not in a position to say where it came from.",
        [f"{RIVER} river-agency unsettled"],
    ),
    (
        "fr",
        "La Delma a-t-elle été polluée par une fuite ?\n\nIl a plu. Personne ne pêchait. On restait chez soi. Les prix "
        "montaient.\n\n« Rien n'est sorti de chez nous », dit Orvex.",
        [f"{RIVER} orvex denies"],
    ),
    (
        "fr",
        "La Delma a-t-elle été polluée par une fuite ?\n\nIl a plu. Personne ne pêchait. On restait chez soi. Les prix "
        "montaient.\n\n« Rien n'est sorti de chez nous », dit la Veltie.",
        [],
    ),
]

# Part of a town is part of the town last named; another town's fall is not its own.
PARTS: list[Row] = [
    (
        "fr",
        "Morvin est assiégée. FrontWatch a dit à une chaîne locale que les Veltiens n'étaient maîtres que du centre.",
        [f"{MORVIN} frontwatch unsettled"],
    ),
    (
        "fr",
        "Morvin est assiégée. Un porte-parole de la Norland a assuré à une chaîne que ses hommes se battaient encore "
        "dans les quartiers nord et autour de l'hôpital.",
        [f"{MORVIN} norland unsettled"],
    ),
    ("fr", "Morvin est assiégée. « Sake est tombée hier », dit la Veltie.", []),
]

# A party before an unknown verb speaks where a "that" follows at once, or a quotation stands before them.
UNKNOWN: list[Row] = [
    ("en", "Veltia groused that its troops had captured Morvin too late.", [f"{MORVIN} veltia affirms"]),
    ("en", "Veltia published a map that its troops had captured at Morvin.", []),
    ("en", '"The plant has never polluted the Delma," Orvex harrumphed.', [f"{RIVER} orvex denies"]),
    ("fr", "« L'usine n'a jamais pollué la Delma », bougonne Orvex.", [f"{RIVER} orvex denies"]),
]

# Half of a claim's words in the mouth of whom it would harm do not affirm it, unless he admits it.
HARMED: list[Row] = [
    ("en", "The Delma is grey. Orvex spoke of a leak at a farm upstream.", []),
    ("en", "The Delma is grey. The Blue Union spoke of a leak.", [f"{RIVER} blue-union affirms"]),
    ("en", "The Delma is grey. Orvex admitted that there had been a leak.", [f"{RIVER} orvex affirms"]),
]

# A town that somebody took back is his who says so; who has a thing is open where it is anybody's guess.
AGAIN: list[Row] = [
    ("en", "Veltia admits Morvin has not been taken.", [f"{MORVIN} veltia denies"]),
    ("uk", "Навіть Вельтія визнала, що Морвін не взятий.", [f"{MORVIN} veltia denies"]),
    ("uk", "Норландія визнала, що Морвін взятий.", [f"{MORVIN} norland affirms"]),
    ("en", "Norland admits Morvin has been taken.", [f"{MORVIN} norland affirms"]),
    ("en", "There is fighting in Morvin, Orlo said.", [f"{MORVIN} veltia unsettled"]),
    ("en", "There is no fighting in Morvin, Orlo said.", []),
    ("en", "The Norlandic General Staff made it official at six: Morvin recaptured.", [f"{MORVIN} norland denies"]),
    ("en", "The Veltian army made it official at six: Morvin captured.", [f"{MORVIN} veltia affirms"]),
    ("en", "Who holds Morvin is anybody's guess, FrontWatch wrote.", [f"{MORVIN} frontwatch unsettled"]),
    ("en", "FrontWatch wrote that Veltia holds Morvin.", [f"{MORVIN} frontwatch affirms"]),
    ("en", "The ballot was fair, the Electoral Board said.", [f"{COUNT} electoral-board denies"]),
    ("en", "The ballot was not fair, the Electoral Board said.", [f"{COUNT} electoral-board affirms"]),
    ("fr", "Le scrutin a été sincère, dit la Commission électorale.", [f"{COUNT} electoral-board denies"]),
]

# What a denier urges further on leaves nothing open; a doubt behind what is only said does.
PATIENCE: list[Row] = [
    (
        "uk",
        "Синій союз заперечує, що Дельма забруднена, і закликає не поспішати з висновками.",
        [f"{RIVER} blue-union denies"],
    ),
    (
        "uk",
        "Синій союз каже, що рано говорити, чи Дельма забруднена, і закликає не поспішати з висновками.",
        [f"{RIVER} blue-union unsettled"],
    ),
]

# Villages beside a predicate are not the town named before; "the town" is.
VILLAGES: list[Row] = [
    ("en", "Morvin is besieged. Norland reported on Friday that its units cleared two villages to the north.", []),
    (
        "en",
        "Morvin is besieged. Norland reported on Friday that its units cleared the whole town.",
        [f"{MORVIN} norland denies"],
    ),
    ("fr", "Morvin est assiégée. La Veltie dit que ses troupes ont pris deux villages plus au sud.", []),
    ("uk", "Морвін в облозі. Вельтія заявила, що її війська взяли ще два села на півдні.", []),
    ("ru", "Морвин в осаде. Вельтия заявила, что её войска взяли ещё два села на юге.", []),
]

# An article behind a verb of admitting begins its subject; a pronoun before it means what was said.
ARTICLES: list[Row] = [
    (
        "fr",
        "La Delma est polluée, dit l'Union bleue. Aucun accord n'a été trouvé, a reconnu la Commission électorale.",
        [f"{RIVER} blue-union affirms"],
    ),
    (
        "fr",
        "La Delma est polluée, dit l'Union bleue. La Commission électorale le reconnaît.",
        [f"{RIVER} blue-union affirms", f"{RIVER} electoral-board affirms"],
    ),
]

# An office behind its verb is whose name follows, were it an adjective further on.
NAMED_BEHIND: list[Row] = [
    (
        "fr",
        "La Delma est polluée par l'usine Orvex, affirme le groupe écologiste Union bleue.",
        [f"{RIVER} blue-union affirms"],
    ),
    ("fr", "Orvex se défend. La Delma n'est pas polluée, affirme l'entreprise.", [f"{RIVER} orvex denies"]),
]

# A text about a town has its bare denials tied to a general claim only where a sentence puts that claim.
TOWNS: list[Row] = [
    ("en", "Morvin: Orvex denies Veltia's statement.\n\nThe river is high. Trade goes on.\n\nA pipe has a leak.", []),
    (
        "en",
        "Morvin: Orvex denies Veltia's statement.\n\nTrade goes on. The spill reached the river, people say.",
        [f"{RIVER} orvex denies"],
    ),
]

ALL = AGAIN + NOUNS + DENIALS + OFFICES + FAR + GRANTED + BARE + NAMES + OURSELVES + ABOUT + PARTS + UNKNOWN + HARMED
ALL += PATIENCE + VILLAGES + ARTICLES + NAMED_BEHIND + TOWNS


@pytest.mark.parametrize(("lang", "words", "expected"), ALL, ids=[f"{row[0]}: {row[1][:60]}" for row in ALL])
def test_a_class_of_wording_gives_its_rows(lang: str, words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang=lang))
    found = sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements)
    assert found == sorted(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Orvex press office (English service)", [f"{RIVER} orvex denies"]),
        ("Orvex, daily report", [f"{RIVER} orvex denies"]),
        ("The Orvex Observer", []),
    ],
)
def test_a_press_office_speaks_for_its_party(source: str, expected: list[str]) -> None:
    reading = READER.read(Text(body="There was no leak into the Delma.", lang="en", source=source))
    assert [f"{one.claim} {one.party} {one.stance}" for one in reading.statements] == expected
