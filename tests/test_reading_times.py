# ruff: noqa: E501 - each text stands on one line beside its moment
"""When a party said something is taken from the text where the text tells, and from nowhere else."""

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

import pytest

from claims.reading import Reader
from claims.reading.values import Text
from tests.reading_worlds import catalogue

READER = Reader(catalogue())
KYIV, PARIS, MOSCOW, LONDON = (ZoneInfo(f"Europe/{city}") for city in ("Kyiv", "Paris", "Moscow", "London"))

# A Wednesday.
DEFAULT = datetime(2025, 12, 3, 18, 0)
ZONES: dict[str, tzinfo] = {"en": LONDON, "fr": PARIS, "uk": KYIV, "ru": MOSCOW}

# Language, text, the clock and calendar's word for when the party said it where it was published, or None.
ON_3_DECEMBER = [
    # --- English: days ---
    ("en", "The Veltian army said on Monday that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "On Monday, the Veltian army said that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "On Monday the Veltian army announced that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army on Tuesday claimed it had captured Morvin.", "2025-12-02 23:59:59"),
    ("en", '"We have captured Morvin," the Veltian army said on 1 December.', "2025-12-01 23:59:59"),
    ("en", '"We have captured Morvin," the Veltian army said on December 1, 2025.', "2025-12-01 23:59:59"),
    ("en", "The Veltian army said on Dec. 1 that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army said late on Monday, 1 December, that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army told reporters on Monday that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army said in a statement on Monday that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army said yesterday that it had captured Morvin.", "2025-12-02 23:59:59"),
    ("en", "The Veltian army said the day before yesterday that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army said two days ago that it had captured Morvin.", "2025-12-01 23:59:59"),
    ("en", "The Veltian army said last Wednesday that it had captured Morvin.", "2025-11-26 23:59:59"),
    ("en", "Norland denied on Tuesday that Veltia had captured Morvin.", "2025-12-02 23:59:59"),
    ("en", "Veltia's claim of 1 December to have captured Morvin has not been confirmed.", "2025-12-01 23:59:59"),
    # --- English: hours and parts of days ---
    ("en", "The Veltian army said on Monday morning that it had captured Morvin.", "2025-12-01 12:00:00"),
    ("en", "The Veltian army said this morning that it had captured Morvin.", "2025-12-03 12:00:00"),
    ("en", "The Veltian army said at 14:30 on Tuesday that it had captured Morvin.", "2025-12-02 14:30:00"),
    ("en", "The Veltian army said on Tuesday at 2:30 p.m. that it had captured Morvin.", "2025-12-02 14:30:00"),
    ("en", "The Veltian army said at 9.15am on Tuesday that it had captured Morvin.", "2025-12-02 09:15:00"),
    ("en", "The Veltian army said at 14:30 Moscow time on Tuesday that it had captured Morvin.", "2025-12-02 11:30:00"),
    ("en", "The Veltian army said on Tuesday at 14:30 (UTC+2) that it had captured Morvin.", "2025-12-02 12:30:00"),
    ("en", "The Veltian army said at 09:00 GMT that it had captured Morvin.", "2025-12-03 09:00:00"),
    ("en", "The Veltian army said three hours ago that it had captured Morvin.", "2025-12-03 15:00:00"),
    # --- English: counted from the day last spoken of ---
    (
        "en",
        "Norland shelled the bridge on 20 November. Two days earlier the Veltian army had announced that it had captured Morvin.",
        "2025-11-18 23:59:59",
    ),
    (
        "en",
        "Morvin's bridge fell on Thursday. The next day the Veltian army said it had captured Morvin.",
        "2025-11-28 23:59:59",
    ),
    # --- English: none ---
    ("en", "The Veltian army said that it had captured Morvin on Monday.", None),
    ("en", "The Veltian army said Morvin was captured on 30 November.", None),
    ("en", "Captured on Monday, Morvin is ours, the Veltian army said.", None),
    ("en", "On Monday, Veltian troops captured Morvin, the Veltian army said.", None),
    ("en", "The Veltian army said last week that it had captured Morvin.", None),
    ("en", "The Veltian army said in November that it had captured Morvin.", None),
    ("en", "The Veltian army has said since Monday that it has captured Morvin.", None),
    ("en", "The Veltian army said today that it had captured Morvin.", None),
    ("en", "The Veltian army said on Wednesday that it had captured Morvin.", None),
    ("en", "The Veltian army said on 03/04/2025 that it had captured Morvin.", None),
    ("en", "The Veltian army said on 5 December that it had captured Morvin.", None),
    ("en", "The Veltian army said on Monday and again on Tuesday that it had captured Morvin.", None),
    ("en", "The Veltian army said on Friday, 1 December, that it had captured Morvin.", None),
    ("en", 'The Veltian army said: "On Monday we captured Morvin."', None),
    ("en", "The Veltian army said that it had captured Morvin. Residents were told on Monday to leave.", None),
    ("en", "The Veltian army said two days earlier that it had captured Morvin.", None),
    # --- French ---
    ("fr", "L'armée veltienne a annoncé lundi avoir pris Morvin.", "2025-12-01 23:59:59"),
    ("fr", "L'armée veltienne a annoncé, lundi 1er décembre, avoir pris Morvin.", "2025-12-01 23:59:59"),
    ("fr", "Lundi, l'armée veltienne a annoncé la prise de Morvin.", "2025-12-01 23:59:59"),
    ("fr", "L'armée veltienne a annoncé le 1er décembre 2025 à 14 h 30 la prise de Morvin.", "2025-12-01 14:30:00"),
    ("fr", "L'armée veltienne a annoncé mardi à 14h30, heure de Moscou, la prise de Morvin.", "2025-12-02 12:30:00"),
    ("fr", "L'armée veltienne a annoncé mardi dernier la prise de Morvin.", "2025-12-02 23:59:59"),
    ("fr", "L'armée veltienne a annoncé mercredi dernier la prise de Morvin.", "2025-11-26 23:59:59"),
    ("fr", "L'armée veltienne a annoncé ce matin la prise de Morvin.", "2025-12-03 12:00:00"),
    ("fr", "L'armée veltienne a annoncé hier soir la prise de Morvin.", "2025-12-02 23:59:59"),
    ("fr", "L'armée veltienne a annoncé avant-hier la prise de Morvin.", "2025-12-01 23:59:59"),
    ("fr", "L'armée veltienne a annoncé il y a deux jours la prise de Morvin.", "2025-12-01 23:59:59"),
    ("fr", "« Morvin est à nous », a déclaré lundi soir l'armée veltienne.", "2025-12-01 23:59:59"),
    (
        "fr",
        "Morvin est libérée, a indiqué l'armée veltienne dans un communiqué publié dimanche.",
        "2025-11-30 23:59:59",
    ),
    ("fr", "La prise de Morvin a été démentie par le Norland mardi.", "2025-12-02 23:59:59"),
    (
        "fr",
        "Le pont a sauté jeudi. Le lendemain, l'armée veltienne a annoncé la prise de Morvin.",
        "2025-11-28 23:59:59",
    ),
    ("fr", "L'armée veltienne a annoncé que Morvin avait été prise lundi.", None),
    ("fr", "L'armée veltienne a annoncé la prise, lundi, de Morvin.", None),
    ("fr", "L'armée veltienne affirme depuis lundi avoir pris Morvin.", None),
    ("fr", "L'armée veltienne a annoncé la semaine dernière avoir pris Morvin.", None),
    ("fr", "Selon l'armée veltienne, lundi Morvin a été prise.", None),
    ("fr", "L'armée veltienne a annoncé avoir pris Morvin. Le maire parlera vendredi.", None),
    # --- Ukrainian ---
    ("uk", "Міноборони Вельтії заявило в понеділок, що захопило Морвін.", "2025-12-01 23:59:59"),
    ("uk", "У понеділок Міноборони Вельтії заявило про захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("uk", "Міноборони Вельтії у понеділок заявило про захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("uk", "1 грудня Міноборони Вельтії заявило про захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("uk", "Міноборони Вельтії 01.12.2025 заявило про захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("uk", "Міноборони Вельтії 1 грудня 2025 року о 14:30 заявило про захоплення Морвіна.", "2025-12-01 14:30:00"),
    (
        "uk",
        "Міноборони Вельтії заявило у вівторок о 14:30 за московським часом, що захопило Морвін.",
        "2025-12-02 13:30:00",
    ),
    ("uk", "Генштаб Норландії вчора спростував захоплення Морвіна.", "2025-12-02 23:59:59"),
    ("uk", "Генштаб Норландії два дні тому спростував захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("uk", "Генштаб Норландії сьогодні вранці спростував захоплення Морвіна.", "2025-12-03 12:00:00"),
    ("uk", "У вчорашній заяві Міноборони Вельтії повідомило про захоплення Морвіна.", "2025-12-02 23:59:59"),
    ("uk", "Напередодні Міноборони Вельтії повідомило про захоплення Морвіна.", "2025-12-02 23:59:59"),
    ("uk", "Минулої п'ятниці Міноборони Вельтії повідомило про захоплення Морвіна.", "2025-11-28 23:59:59"),
    ("uk", "Міноборони Вельтії заявило, що захопило Морвін у понеділок.", None),
    ("uk", "Генштаб Норландії спростував захоплення Морвіна 30 листопада.", None),
    ("uk", "Міноборони Вельтії з понеділка заявляє, що захопило Морвін.", None),
    ("uk", "Минулого тижня Міноборони Вельтії заявило про захоплення Морвіна.", None),
    ("uk", "Міноборони Вельтії сьогодні заявило про захоплення Морвіна.", None),
    # --- Russian ---
    ("ru", "Минобороны Вельтии заявило в понедельник, что захватило Морвин.", "2025-12-01 23:59:59"),
    ("ru", "В понедельник Минобороны Вельтии заявило о взятии Морвина.", "2025-12-01 23:59:59"),
    ("ru", "Минобороны Вельтии 1 декабря сообщило о взятии Морвина.", "2025-12-01 23:59:59"),
    (
        "ru",
        "Минобороны Вельтии сообщило во вторник в 14:30 по московскому времени, что захватило Морвин.",
        "2025-12-02 14:30:00",
    ),
    ("ru", "Минобороны Вельтии вчера вечером сообщило о взятии Морвина.", "2025-12-02 23:59:59"),
    ("ru", "Накануне Минобороны Вельтии сообщило о взятии Морвина.", "2025-12-02 23:59:59"),
    (
        "ru",
        "Мост рухнул в четверг. Двумя днями ранее Минобороны Вельтии сообщило о взятии Морвина.",
        "2025-11-25 23:59:59",
    ),
    ("ru", "Генштаб Норландии опроверг в пятницу взятие Морвина.", "2025-11-28 23:59:59"),
    ("ru", "Генштаб Норландии 2 дня назад опроверг взятие Морвина.", "2025-12-01 23:59:59"),
    ("ru", "В минувшую пятницу Генштаб Норландии опроверг взятие Морвина.", "2025-11-28 23:59:59"),
    ("ru", "Морвин освобождён, сообщило Минобороны Вельтии в сводке от 1 декабря.", "2025-12-01 23:59:59"),
    ("ru", "Минобороны Вельтии заявило, что захватило Морвин в понедельник.", None),
    ("ru", "Минобороны Вельтии с 1 декабря заявляет, что захватило Морвин.", None),
    ("ru", "На прошлой неделе Минобороны Вельтии заявило о взятии Морвина.", None),
    ("ru", "Минобороны Вельтии сегодня заявило о взятии Морвина.", None),
]


def said_at(lang: str, body: str, published_at: datetime | None, title: str = "") -> datetime | None:
    """When the one statement in a text was made."""
    statements = READER.read(Text(body=body, title=title, lang=lang, published_at=published_at)).statements
    assert len({found.said_at for found in statements}) == 1, statements
    return statements[0].said_at


@pytest.mark.parametrize(("lang", "body", "expected"), ON_3_DECEMBER, ids=[f"{c[0]}: {c[1]}" for c in ON_3_DECEMBER])
def test_a_text_of_3_december_tells_when_it_was_said(lang: str, body: str, expected: str | None) -> None:
    zone = ZONES[lang]
    said = said_at(lang, body, DEFAULT.replace(tzinfo=zone))
    assert said == (datetime.fromisoformat(expected).replace(tzinfo=zone) if expected else None)
