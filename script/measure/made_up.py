"""A made-up quarrel over made-up towns, and any number of articles about it in four languages.

For measuring and for tests under load: the sentences are plain ones that the reader reads, the rest of each article
is there to give it the length of a real one. The same seed gives the same articles.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from claims.pipeline import parse_claim_record, parse_party_record, put_claims, put_parties

LANGUAGES = ("en", "fr", "uk", "ru")
BEGINS = datetime(2024, 3, 1, 6, tzinfo=UTC)

PARTIES = (
    ("veldania", "government", "C", ("Veldania", "la Veldanie", "Велданія", "Велдания")),
    ("morvia", "government", "C", ("Morvia", "la Morvie", "Морвія", "Морвия")),
    ("meridian", "monitor", "B", ("Meridian Atlas", "Atlas Méridien", "Меридіан", "Меридиан")),
    ("harrow", "monitor", "A", ("Harrow Institute", "Institut Harrow", "Інститут Гарроу", "Институт Харроу")),
)
TOWNS = (
    ("Brelsk", "Брельськ", "Брельск"),
    ("Dorvansk", "Дорванськ", "Дорванск"),
    ("Kelminsk", "Кельмінськ", "Кельминск"),
    ("Ostravelsk", "Остравельськ", "Остравельск"),
    ("Tervinsk", "Тервінськ", "Тервинск"),
    ("Varnolsk", "Варнольськ", "Варнольск"),
)
# What each party may be said to say of a town, by language; `{town}` stands in its basic form everywhere.
SENTENCES = {
    "veldania": {
        "en": ("Veldania said that its troops had captured {town}.", "Veldania claims to control {town}."),
        "fr": ("La Veldanie a annoncé la prise de {town}.", "La Veldanie affirme contrôler {town}."),
        "uk": ("Велданія заявила, що її війська захопили {town}.", "Велданія стверджує, що контролює {town}."),
        "ru": ("Велдания заявила, что её войска взяли {town}.", "Велдания утверждает, что контролирует {town}."),
    },
    "morvia": {
        "en": ("Morvia denied the capture of {town}.", "Morvia admitted that it had lost {town}."),
        "fr": ("La Morvie a démenti la prise de {town}.", "La Morvie a reconnu avoir perdu {town}."),
        "uk": (
            "Морвія заперечує, що війська Велданії захопили {town}.",
            "Морвія визнала, що втратила {town}.",
        ),
        "ru": ("Морвия отрицает, что войска Велдании взяли {town}.", "Морвия признала, что потеряла {town}."),
    },
    "meridian": {
        "en": ("Meridian Atlas said that fighting for {town} continued.", "{town} has fallen, said Meridian Atlas."),
        "fr": (
            "Selon l'Atlas Méridien, les combats pour {town} se poursuivent.",
            "La Veldanie contrôle {town}, selon l'Atlas Méridien.",
        ),
        "uk": (
            "Бої за {town} тривають, повідомляє Меридіан.",
            "Війська Велданії взяли {town}, повідомляє Меридіан.",
        ),
        "ru": (
            "Бои за {town} продолжаются, сообщает Меридиан.",
            "Войска Велдании взяли {town}, сообщает Меридиан.",
        ),
    },
    "harrow": {
        "en": (
            "The Harrow Institute said that it could not confirm the capture of {town}.",
            "Veldanian troops do not control {town}, the Harrow Institute said.",
        ),
        "fr": (
            "L'Institut Harrow a dit ne pas pouvoir confirmer la prise de {town}.",
            "La Veldanie ne contrôle pas {town}, a indiqué l'Institut Harrow.",
        ),
        "uk": (
            "Інститут Гарроу не може підтвердити, що {town} захоплено.",
            "Війська Велданії не контролюють {town}, повідомив Інститут Гарроу.",
        ),
        "ru": (
            "Институт Харроу не может подтвердить, что {town} взят.",
            "Войска Велдании не контролируют {town}, сообщил Институт Харроу.",
        ),
    },
}
# Life goes on: paragraphs without a claim. Numbers make each one different, or all articles would be one story.
SURROUNDINGS = {
    "en": (
        "The bakery on Mill Street opened at {a} in the morning and had sold {b} loaves by noon, its owner said.",
        "Snow fell for {a} hours, {b} households were without light, and the buses ran {c} minutes late.",
        "The school choir has {a} members this year; it gave {b} concerts and plans another {c} before summer.",
    ),
    "fr": (
        "La boulangerie de la rue du Moulin a ouvert à {a} heures et vendu {b} pains avant midi, dit sa patronne.",
        "La neige est tombée pendant {a} heures, {b} foyers sont sans lumière et les bus ont {c} minutes de retard.",
        "La chorale de l'école compte {a} membres cette année ; elle a donné {b} concerts et en prévoit {c} autres.",
    ),
    "uk": (
        "Пекарня на Млиновій вулиці відчинилася о {a} ранку і до полудня продала {b} хлібин, каже господиня.",
        "Сніг падав {a} годин, {b} осель лишилися без світла, автобуси запізнювалися на {c} хвилин.",
        "У шкільному хорі цього року {a} учасників; він дав {b} концертів і готує ще {c} до літа.",
    ),
    "ru": (
        "Пекарня на Мельничной улице открылась в {a} утра и к полудню продала {b} буханок, говорит хозяйка.",
        "Снег шёл {a} часов, {b} домов остались без света, автобусы опаздывали на {c} минут.",
        "В школьном хоре в этом году {a} участников; он дал {b} концертов и готовит ещё {c} до лета.",
    ),
}


def slug_of(town: str) -> str:
    """The claim about a town."""
    return f"veldania-controls-{town.lower()}"


def put_catalogue() -> None:
    """Put the made-up parties and claims into the catalogue."""
    parties = [
        parse_party_record(
            {
                "slug": slug,
                "kind": kind,
                "reliability": grade,
                "names": {lang: [name] for lang, name in zip(LANGUAGES, names, strict=True)},
            }
        )
        for slug, kind, grade, names in PARTIES
    ]
    claims = [
        parse_claim_record(
            {
                "slug": slug_of(latin),
                "kind": "control",
                "holder": "veldania",
                "opposed": "morvia",
                "place": {"name": latin, "names": {"en": [latin], "fr": [latin], "uk": [uk], "ru": [ru]}},
            }
        )
        for latin, uk, ru in TOWNS
    ]
    put_parties(parties, timezone.now())
    put_claims(claims, timezone.now())


def write_articles(number: int, seed: int = 1) -> Iterator[dict[str, object]]:
    """So many articles as `import_articles` takes them, each of another text, of two to four statements each.

    Those of a higher seed were published later.
    """
    chance = random.Random(seed)  # noqa: S311
    for count in range(number):
        lang = LANGUAGES[count % len(LANGUAGES)]
        town = chance.choice(TOWNS)
        name = {"uk": town[1], "ru": town[2]}.get(lang, town[0])
        speakers = chance.sample(sorted(SENTENCES), chance.randint(2, 4))
        # The first of a party's two sentences is its usual one.
        said = [SENTENCES[party][lang][chance.random() < 0.2].format(town=name) for party in speakers]
        around = [
            text.format(**{x: f"{seed}{count}{chance.randint(10, 99)}" for x in "abc"})
            for text in SURROUNDINGS[lang] * 2
        ]
        yield {
            "url": f"https://made-up-{lang}.example/{seed}/{count}",
            "source": f"Made-up {lang}",
            "lang": lang,
            "published_at": (BEGINS + timedelta(days=2 * seed, minutes=7 * count)).isoformat(),
            "title": "",
            "text": "\n\n".join([" ".join(said), *around]),
        }
