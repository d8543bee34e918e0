# ruff: noqa: E501 - each text stands on one line beside its moment
"""When a party said something is taken from the text where the text tells, and from nowhere else."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    (
        "en",
        "The Veltian army said on Monday that the road was open, adding that it had captured Morvin.",
        "2025-12-01 23:59:59",
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


# Language, text, when it was published, when the party said it: round the turn of the year, leap days, summer time.
ELSEWHEN = [
    (
        "en",
        "The Veltian army said on 31 December that it had captured Morvin.",
        "2026-01-02T09:00+00:00",
        "2025-12-31T23:59:59+00:00",
    ),
    (
        "fr",
        "L'armée veltienne a annoncé le 31 décembre la prise de Morvin.",
        "2026-01-02T09:00+01:00",
        "2025-12-31T23:59:59+01:00",
    ),
    (
        "uk",
        "31 грудня Міноборони Вельтії заявило про захоплення Морвіна.",
        "2026-01-02T09:00+02:00",
        "2025-12-31T23:59:59+02:00",
    ),
    (
        "ru",
        "31 декабря Минобороны Вельтии заявило о взятии Морвина.",
        "2026-01-02T09:00+03:00",
        "2025-12-31T23:59:59+03:00",
    ),
    (
        "en",
        "The Veltian army said on Wednesday that it had captured Morvin.",
        "2026-01-01T00:05+00:00",
        "2025-12-31T23:59:59+00:00",
    ),
    ("en", "The Veltian army said on 2 January that it had captured Morvin.", "2025-12-31T09:00+00:00", None),
    (
        "en",
        "The Veltian army said on 1 August that it had captured Morvin.",
        "2026-03-01T09:00+00:00",
        "2025-08-01T23:59:59+00:00",
    ),
    (
        "en",
        "The Veltian army said on 29 February that it had captured Morvin.",
        "2024-03-02T09:00+00:00",
        "2024-02-29T23:59:59+00:00",
    ),
    (
        "en",
        "The Veltian army said on 29 February that it had captured Morvin.",
        "2025-03-02T09:00+00:00",
        "2024-02-29T23:59:59+00:00",
    ),
    ("en", "The Veltian army said on 29 February that it had captured Morvin.", "2026-03-02T09:00+00:00", None),
    ("en", "The Veltian army said on 29 February 2025 that it had captured Morvin.", "2026-03-02T09:00+00:00", None),
    (
        "ru",
        "Минобороны Вельтии вчера сообщило о взятии Морвина.",
        "2024-03-01T09:00+03:00",
        "2024-02-29T23:59:59+03:00",
    ),
    # Published in winter, said in summer: the clocks differ, the zone is the same.
    (
        "fr",
        "L'armée veltienne a annoncé le 1er octobre à 14h30 la prise de Morvin.",
        "2025-12-03T18:00+01:00",
        "2025-10-01T12:30:00+00:00",
    ),
    (
        "uk",
        "Міноборони Вельтії 1 жовтня о 14:30 заявило про захоплення Морвіна.",
        "2025-12-03T18:00+02:00",
        "2025-10-01T11:30:00+00:00",
    ),
    (
        "fr",
        "L'armée veltienne a annoncé lundi à 14h30, heure de Kiev, la prise de Morvin.",
        "2025-10-28T18:00+01:00",
        "2025-10-27T12:30:00+00:00",
    ),
    # What is published in another zone than most in its language keeps its own.
    (
        "fr",
        "L'armée veltienne a annoncé lundi à 14h30 la prise de Morvin.",
        "2025-12-03T18:00-05:00",
        "2025-12-01T14:30:00-05:00",
    ),
    (
        "ru",
        "Минобороны Вельтии заявило в понедельник, что захватило Морвин.",
        "2025-12-03T18:00+02:00",
        "2025-12-01T23:59:59+02:00",
    ),
    # A moment kept in UTC: Monday there, but Tuesday already where it was written.
    (
        "uk",
        "Міноборони Вельтії заявило в понеділок, що захопило Морвін.",
        "2025-12-01T22:30+00:00",
        "2025-12-01T23:59:59+02:00",
    ),
    (
        "uk",
        "Міноборони Вельтії вчора заявило про захоплення Морвіна.",
        "2025-12-01T22:30+00:00",
        "2025-12-01T23:59:59+02:00",
    ),
    ("ru", "Минобороны Вельтии заявило во вторник, что захватило Морвин.", "2025-12-01T22:30+00:00", None),
    # Publication unknown: only a full date tells.
    ("en", "The Veltian army said on 1 December 2025 that it had captured Morvin.", None, "2025-12-01T23:59:59+00:00"),
    ("en", "The Veltian army said on Monday that it had captured Morvin.", None, None),
    ("en", "The Veltian army said on 1 December that it had captured Morvin.", None, None),
]


@pytest.mark.parametrize(("lang", "body", "published_at", "expected"), ELSEWHEN)
def test_years_leap_days_and_summer_time(lang: str, body: str, published_at: str | None, expected: str | None) -> None:
    said = said_at(lang, body, datetime.fromisoformat(published_at) if published_at else None)
    assert said == (datetime.fromisoformat(expected) if expected else None)


# Text and when it was said, in London, published on Wednesday, 3 December 2025, 18:00 there.
AT_THE_HEAD = [
    ("14:05 The Veltian army says it has captured Morvin.", "14:05"),
    ("14:05 | The Veltian army says it has captured Morvin.", "14:05"),
    ("14:05\nThe Veltian army says it has captured Morvin.", "14:05"),
    (
        "17:40 A quiet evening.\n\n14:05 All change.\n\nThe Veltian army says it has captured Morvin.\n\n12:00 Rain.",
        "14:05",
    ),
    ("1 December, 09:30 — The Veltian army says it has captured Morvin.", "2025-12-01 09:30"),
    ("1 December\n\n09:30 The Veltian army says it has captured Morvin.", "2025-12-01 09:30"),
    ("02.12.2025\n\nThe Veltian army says it has captured Morvin.", None),
    ("30.11.2025\n\nThe Veltian army says it has captured Morvin.", "2025-11-30 23:59:59"),
    ("KARSK, Dec 1 — The Veltian army says it has captured Morvin.", "2025-12-01 23:59:59"),
    ("KARSK, 1 December (Wire) - The Veltian army says it has captured Morvin.", "2025-12-01 23:59:59"),
    ("Situation as of 22:00 on 1 December 2025\n\nThe Veltian army says it has captured Morvin.", "2025-12-01 22:00"),
    # Later than publication, or up and down: another day's hours, nobody says which.
    ("19:05 The Veltian army says it has captured Morvin.", None),
    ("09:00 Rain.\n\n14:05 The Veltian army says it has captured Morvin.\n\n12:00 Rain.", None),
    ("14:05 was the hour at which the Veltian army said it had captured Morvin.", None),
    ("5 December — The Veltian army says it has captured Morvin.", None),
    ("The Veltian army says it has captured Morvin.\n\n14:05 Rain.", None),
    # A time in the words of saying goes before that of the header.
    ("14:05 The Veltian army said on Monday it had captured Morvin.", "2025-12-01 23:59:59"),
    ("14:05 The Veltian army said today it had captured Morvin.", "14:05"),
]


@pytest.mark.parametrize(("body", "expected"), AT_THE_HEAD)
def test_the_time_at_the_head_of_an_entry_or_text(body: str, expected: str | None) -> None:
    expected = f"2025-12-03 {expected}" if expected and len(expected) == 5 else expected
    said = said_at("en", body, DEFAULT.replace(tzinfo=LONDON))
    assert said == (datetime.fromisoformat(expected).replace(tzinfo=LONDON) if expected else None)


LIVE = [
    ("fr", "14h05 | L'armée veltienne annonce avoir pris Morvin.", "2025-12-03 14:05"),
    ("fr", "Paris, le 1er décembre 2025 – L'armée veltienne annonce avoir pris Morvin.", "2025-12-01 23:59:59"),
    ("uk", "14:05. Міноборони Вельтії заявило про захоплення Морвіна.", "2025-12-03 14:05"),
    ("uk", "Станом на 22:00 01.12.2025\n\nМіноборони Вельтії заявило про захоплення Морвіна.", "2025-12-01 22:00"),
    ("uk", "КАРСЬК, 1 грудня — Міноборони Вельтії заявило про захоплення Морвіна.", "2025-12-01 23:59:59"),
    ("ru", "14:05 — Минобороны Вельтии сообщило о взятии Морвина.", "2025-12-03 14:05"),
    (
        "ru",
        "Сводка по состоянию на 22:00 1 декабря\n\nМинобороны Вельтии сообщило о взятии Морвина.",
        "2025-12-01 22:00",
    ),
]


@pytest.mark.parametrize(("lang", "body", "expected"), LIVE)
def test_the_time_at_the_head_in_other_languages(lang: str, body: str, expected: str) -> None:
    said = said_at(lang, body, DEFAULT.replace(tzinfo=ZONES[lang]))
    assert said == datetime.fromisoformat(expected).replace(tzinfo=ZONES[lang])


def test_the_day_of_a_live_page_stands_in_its_title() -> None:
    body = "22:10 The Veltian army says it has captured Morvin.\n\n09:00 Rain."
    said = said_at("en", body, datetime(2025, 12, 4, 1, 0, tzinfo=LONDON), "Live: the events of Wednesday 3 December")
    assert said == datetime(2025, 12, 3, 22, 10, tzinfo=LONDON)


def test_a_speech_that_goes_on_was_made_when_it_began() -> None:
    body = 'Orlo addressed the troops. "It is over," Orlo said on Monday. "We have captured Morvin."'
    assert said_at("en", body, DEFAULT.replace(tzinfo=LONDON)) == datetime(2025, 12, 1, 23, 59, 59, tzinfo=LONDON)


def test_each_party_said_it_when_it_did() -> None:
    body = (
        "The Veltian army said on Sunday that it had captured Morvin. The Norlandic General Staff denied on Monday that "
        "Morvin had been captured. FrontWatch says it is too early to say who holds Morvin."
    )
    statements = READER.read(Text(body=body, lang="en", published_at=DEFAULT.replace(tzinfo=LONDON))).statements
    assert {(found.party, found.said_at and found.said_at.day) for found in statements} == {
        ("veltia", 30),
        ("norland", 1),
        ("frontwatch", None),
    }


# fmt: off
PIECES = st.sampled_from([
    "The Veltian army", "said", "on Monday", "yesterday", "31 December", "29 February 2024", "at 14:30", "2:30 p.m.",
    "GMT", "UTC+14", "UTC-5", "Kyiv time", "two days earlier", "999 days ago", "900 hours ago", "next", "last", "this",
    "morning", "01.12.2025", "00.00.0000", "2025-13-40", "12/11/2025", "99:99", "24:00", "9999", "as of", "Dec", "1",
    "that it had captured Morvin", ",", ".", "\n", "|", "—", ":", '"', "since", "until", "the next day",
])
MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.one_of(
    st.timezones(), st.integers(-23, 23).map(lambda hours: timezone(timedelta(hours=hours))),
))
# fmt: on


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(PIECES, max_size=30), published_at=st.one_of(st.none(), MOMENTS))
def test_nothing_was_said_after_it_was_published(pieces: list[str], published_at: datetime | None) -> None:
    """Whatever a text says of times, and whenever it was published."""
    text = Text(body=" ".join(pieces), lang="en", published_at=published_at)
    reading = READER.read(text)
    for found in reading.statements:
        if found.said_at is not None:
            assert found.said_at.utcoffset() is not None
            assert published_at is None or found.said_at.astimezone(UTC) < published_at.astimezone(UTC)
    assert READER.read(text) == reading
