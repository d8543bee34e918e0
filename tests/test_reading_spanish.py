"""Spanish by classes of wording, what counts beside what looks alike: a lexicon of its own, the rules of all."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from claims.reading import Reader
from claims.reading.catalogue import load_catalogue
from claims.reading.values import Text

WORLD = Path(__file__).parent / "labelled" / "es"
READER = Reader(load_catalogue(WORLD / "claims.json", WORLD / "parties.json"))

DRAVIK, SOMLYN = "lusvania-controls-dravik", "lusvania-controls-somlyn"
PORT = "frente-controls-puerto-amaro"
RIVER, COUNT = "cobresur-polluted-river", "count-was-rigged"
VACCINE, BLACKOUT = "vaccine-killed-elderly", "cyberattack-caused-blackout"

Row = tuple[str, list[str]]

# Taking and holding, told before and behind what is said, in verbs, nouns and idioms.
TAKEN: list[Row] = [
    ("El ejército lusvano anunció el domingo la toma de Dravik.", [f"{DRAVIK} lusvania affirms"]),
    ("«Dravik es nuestra», proclamó Ion Barduk ante la prensa.", [f"{DRAVIK} lusvania affirms"]),
    ("Lusvania se atribuye la captura de Dravik.", [f"{DRAVIK} lusvania affirms"]),
    ("Lusvania da por conquistada Dravik.", [f"{DRAVIK} lusvania affirms"]),
    (
        "El Frente del Altiplano se hizo con el control de Puerto Amaro, según el Observatorio Andino.",
        [f"{PORT} observatorio-andino affirms"],
    ),
    (
        "Puerto Amaro quedó en manos del Frente del Altiplano, informó el Observatorio Andino.",
        [f"{PORT} observatorio-andino affirms"],
    ),
    ("Lusvania perdió en Dravik doscientos soldados, informó Morat.", []),
    ("Las fuerzas lusvanas tomaron la estación de Dravik, informó Cartografía Abierta.", []),
]

# Denials: with the subjunctive, in nouns, by what the other is called, by a bare verb.
DENIED: list[Row] = [
    ("El Estado Mayor kestrio negó que las tropas lusvanas hayan tomado Dravik.", [f"{DRAVIK} kestria denies"]),
    ("El Estado Mayor kestrio negó que Lusvania controle Dravik.", [f"{DRAVIK} kestria denies"]),
    (
        "Lusvania anunció la toma de Dravik, una afirmación desmentida por Kestria.",
        [f"{DRAVIK} lusvania affirms", f"{DRAVIK} kestria denies"],
    ),
    (
        "Kestria tacha de falso el anuncio lusvano de la toma de Dravik.",
        [f"{DRAVIK} lusvania affirms", f"{DRAVIK} kestria denies"],
    ),
    (
        "Lusvania anunció la toma de Dravik. Kestria lo negó.",
        [f"{DRAVIK} lusvania affirms", f"{DRAVIK} kestria denies"],
    ),
    ("Es mentira que hayamos perdido Dravik, afirmó Morat.", [f"{DRAVIK} kestria denies"]),
    ("Cartografía Abierta no cree que Lusvania controle Dravik.", [f"{DRAVIK} cartografia-abierta denies"]),
    ("Cobresur niega haber contaminado el río Yahuel.", [f"{RIVER} cobresur denies"]),
    ("El escrutinio fue limpio, insistió la Junta Nacional Electoral.", [f"{COUNT} junta-electoral denies"]),
    ("Lumen niega toda relación de su vacuna con los fallecimientos.", [f"{VACCINE} lumen denies"]),
    ("Orlec desmintió que sus tropas se hayan retirado de Dravik.", [f"{DRAVIK} lusvania affirms"]),
]

# What is admitted, and what is no longer denied.
ADMITTED: list[Row] = [
    ("El Estado Mayor kestrio reconoce la pérdida de Somlyn.", [f"{SOMLYN} kestria affirms"]),
    ("Kestria acabó por reconocer que ya no controla Somlyn.", [f"{SOMLYN} kestria affirms"]),
    ("Kestria no niega que Lusvania haya tomado Somlyn.", [f"{SOMLYN} kestria affirms"]),
    (
        'El ministro Rodrigo Iturbe admitió ante el Congreso que Puerto Amaro "ya no está bajo nuestro control".',
        [f"{PORT} quilmara affirms"],
    ),
]

# What is left open: fighting, a share, what cannot be known.
OPEN: list[Row] = [
    ("Cartografía Abierta indica que los combates continúan en Dravik.", [f"{DRAVIK} cartografia-abierta unsettled"]),
    (
        "El ejército lusvano controla el 70 % de Dravik, según Cartografía Abierta.",
        [f"{DRAVIK} cartografia-abierta unsettled"],
    ),
    (
        "Cartografía Abierta dijo que no podía confirmar que Dravik hubiera caído.",
        [f"{DRAVIK} cartografia-abierta unsettled"],
    ),
    (
        "El Gobierno de Almera no descarta un ciberataque como causa del apagón.",
        [f"{BLACKOUT} almera unsettled"],
    ),
    (
        "La Agencia Estatal del Medicamento no puede determinar si la vacuna causó las muertes.",
        [f"{VACCINE} agencia-medicamento unsettled"],
    ),
]

# Plans, conditions, what is to come, questions, silence.
NOTHING_SAID: list[Row] = [
    ("Lusvania quiere tomar Dravik antes del invierno, según Cartografía Abierta.", []),
    ("Si cae Dravik, caerá Somlyn, advierte Cartografía Abierta.", []),
    ("Lusvania tomará Dravik en cuestión de días, prometió Barduk.", []),
    ("El Estado Mayor kestrio ni confirma ni desmiente la toma de Dravik.", []),
    ("Kestria declinó hacer comentarios sobre la toma de Dravik.", []),
    ("¿Ha caído Dravik?", []),
    ("La oposición pregunta si un ciberataque causó el apagón.", []),
]

# A verb without a subject is whoever's was spoken of; behind one that nobody listed is spoken of it is nobody's.
WITHOUT_SUBJECT: list[Row] = [
    ("Barduk visitó el frente. Afirmó que Dravik había sido tomada.", [f"{DRAVIK} lusvania affirms"]),
    ('Barduk habló ante la prensa. "Dravik es nuestra", dijo.', [f"{DRAVIK} lusvania affirms"]),
    (
        "La Junta Nacional Electoral habló ayer. Dijo no tener constancia de fraude en el recuento.",
        [f"{COUNT} junta-electoral unsettled"],
    ),
    ("Un vecino dijo que Dravik ha caído. Añadió que las tropas lusvanas están en la plaza.", []),
]

# A people's name is told from an adjective by nothing but its article.
PEOPLES: list[Row] = [
    ("Los kestrios siguen en Dravik, según Cartografía Abierta.", [f"{DRAVIK} cartografia-abierta denies"]),
    ("Los lusvanos dicen que Dravik ha caído.", [f"{DRAVIK} lusvania affirms"]),
    ("Los medios lusvanos aseguran que Dravik ha caído.", []),
]

# Words that accents alone tell apart, or that mean something else beside others.
HOMONYMS: list[Row] = [
    ("El apagón se debió a un ciberataque, según Solís.", [f"{BLACKOUT} almera affirms"]),
    ("Sin embargo, Cobresur contaminó el río, según Ríos Vivos.", [f"{RIVER} rios-vivos affirms"]),
    ("Morat aseguró ayer por la mañana que Dravik resiste.", [f"{DRAVIK} kestria denies"]),
]

ALL = TAKEN + DENIED + ADMITTED + OPEN + NOTHING_SAID + WITHOUT_SUBJECT + PEOPLES + HOMONYMS


@pytest.mark.parametrize(("words", "expected"), ALL, ids=[row[0][:70] for row in ALL])
def test_a_spanish_wording_gives_its_rows(words: str, expected: list[str]) -> None:
    reading = READER.read(Text(body=words, lang="es"))
    assert sorted(f"{one.claim} {one.party} {one.stance}" for one in reading.statements) == sorted(expected)


MADRID = ZoneInfo("Europe/Madrid")
# Published on a Wednesday, 3 December 2025; the clock is that of where it was published.
WHEN = [
    ("anunció el lunes", "2025-12-01 23:59:59"),
    ("anunció el pasado lunes", "2025-12-01 23:59:59"),
    ("anunció el miércoles pasado", "2025-11-26 23:59:59"),
    ("anunció el 1 de diciembre de 2025 a las 14:30", "2025-12-01 14:30:00"),
    ("anunció el 12 de mayo de 2024", "2024-05-12 23:59:59"),
    ("anunció ayer por la tarde", "2025-12-02 18:00:00"),
    ("anunció hace dos días", "2025-12-01 23:59:59"),
    ("anunció en la madrugada del martes", "2025-12-02 12:00:00"),
    ("anunció el martes a las 14:30, hora de Moscú,", "2025-12-02 12:30:00"),
    ("anunció la semana pasada", None),
    ("afirma desde el lunes que es un hecho", None),
]


@pytest.mark.parametrize(("said", "expected"), WHEN, ids=[row[0] for row in WHEN])
def test_a_spanish_text_tells_when_it_was_said(said: str, expected: str | None) -> None:
    text = Text(
        body=f"El ejército lusvano {said} la toma de Dravik.",
        lang="es",
        published_at=datetime(2025, 12, 3, 18, 0, tzinfo=MADRID),
    )
    (found,) = READER.read(text).statements
    assert found.said_at == (datetime.fromisoformat(expected).replace(tzinfo=MADRID) if expected else None)
