"""A second set of invented worlds: a war, a vaccine, a strike, a court case, an election. No real place or party."""

from typing import Any

from claims.reading.catalogue import parse_claim, parse_party
from claims.reading.values import Catalogue

PARTIES: list[dict[str, Any]] = [
    {
        "slug": "sardovia",
        "kind": "government",
        "names": {
            "en": [
                "Sardovia",
                "Sardovian army",
                "Sardovian Defence Ministry",
                "Ministry of Defence of Sardovia",
                "Ilian Droz",
                "Droz",
            ],
            "fr": ["la Sardovie", "armée sardovienne", "ministère sardovien de la Défense", "Ilian Droz", "Droz"],
            "uk": ["Сардовія", "сардовійська армія", "Міноборони Сардовії", "Дроз"],
            "ru": ["Сардовия", "сардовийская армия", "Минобороны Сардовии", "Дроз"],
        },
    },
    {
        "slug": "ilmaria",
        "kind": "government",
        "names": {
            "en": ["Ilmaria", "Ilmarian army", "Ilmarian General Staff", "Ilmarian forces", "Petra Vos", "Vos"],
            "fr": ["l'Ilmarie", "armée ilmarienne", "état-major ilmarien", "Petra Vos", "Vos"],
            "uk": ["Ільмарія", "ільмарська армія", "Генштаб Ільмарії", "Вос"],
            "ru": ["Ильмария", "ильмарская армия", "Генштаб Ильмарии", "Вос"],
        },
    },
    {
        "slug": "linemap",
        "kind": "monitor",
        "names": {"en": ["LineMap"], "fr": ["LineMap"], "uk": ["LineMap"], "ru": ["LineMap"]},
    },
    {
        "slug": "medreg",
        "kind": "government",
        "names": {
            "en": ["Medicines Agency", "Clara Nyberg"],
            "fr": ["Agence du médicament", "Clara Nyberg"],
            "uk": ["Агентство з ліків", "Клара Нюберг"],
            "ru": ["Агентство по лекарствам", "Клара Нюберг"],
        },
    },
    {
        "slug": "halden",
        "kind": "company",
        "names": {
            "en": ["Halden Pharma", "Halden"],
            "fr": ["Halden Pharma", "Halden"],
            "uk": ["Халден Фарма", "Халден"],
            "ru": ["Халден Фарма", "Халден"],
        },
    },
    {
        "slug": "patients",
        "kind": "party",
        "names": {
            "en": ["Patients First"],
            "fr": ["Patients d'abord"],
            "uk": ["Пацієнти передусім"],
            "ru": ["Пациенты прежде всего"],
        },
    },
    {
        "slug": "dockers",
        "kind": "party",
        "names": {
            "en": ["dockers' union", "Dockers' Union", "Otto Lenk", "Lenk"],
            "fr": ["syndicat des dockers", "Otto Lenk", "Lenk"],
            "uk": ["профспілка докерів", "Отто Ленк", "Ленк"],
            "ru": ["профсоюз докеров", "Отто Ленк", "Ленк"],
        },
    },
    {
        "slug": "port",
        "kind": "company",
        "names": {
            "en": ["Port Authority", "Mavra Port Authority"],
            "fr": ["Autorité portuaire"],
            "uk": ["Адміністрація порту"],
            "ru": ["Администрация порта"],
        },
    },
    {
        "slug": "prosecutor",
        "kind": "government",
        "names": {
            "en": ["Prosecutor's Office", "Attorney General"],
            "fr": ["parquet", "procureure générale"],
            "uk": ["Генпрокуратура", "прокуратура"],
            "ru": ["Генпрокуратура", "прокуратура"],
        },
    },
    {
        "slug": "rell",
        "kind": "person",
        "names": {
            "en": ["Marcus Rell", "Rell"],
            "fr": ["Marcus Rell", "Rell"],
            "uk": ["Маркус Релл", "Релл"],
            "ru": ["Маркус Релл", "Релл"],
        },
    },
    {
        "slug": "court",
        "kind": "government",
        "names": {"en": ["Supreme Court"], "fr": ["Cour suprême"], "uk": ["Верховний суд"], "ru": ["Верховный суд"]},
    },
    {
        "slug": "green",
        "kind": "party",
        "names": {
            "en": ["Green List", "Iva Tarn", "Tarn"],
            "fr": ["Liste verte", "Iva Tarn", "Tarn"],
            "uk": ["Зелений список", "Іва Тарн", "Тарн"],
            "ru": ["Зелёный список", "Ива Тарн", "Тарн"],
        },
    },
    {
        "slug": "civic",
        "kind": "party",
        "names": {
            "en": ["Civic Front", "Boris Hale", "Hale"],
            "fr": ["Front civique", "Boris Hale", "Hale"],
            "uk": ["Громадський фронт", "Борис Гейл", "Гейл"],
            "ru": ["Гражданский фронт", "Борис Хейл", "Хейл"],
        },
    },
    {
        "slug": "commission",
        "kind": "government",
        "names": {
            "en": ["Election Commission"],
            "fr": ["Commission électorale"],
            "uk": ["Виборча комісія", "ЦВК"],
            "ru": ["Избирательная комиссия", "ЦИК"],
        },
    },
    {"slug": "outlet", "kind": "outlet", "names": {}},
]

CLAIMS: list[dict[str, Any]] = [
    {
        "slug": "velun",
        "kind": "control",
        "holder": "sardovia",
        "opposed": "ilmaria",
        "place": {"name": "Velun", "names": {"en": ["Velun"], "fr": ["Veloune"], "uk": ["Велунь"], "ru": ["Велунь"]}},
    },
    {
        "slug": "ostra",
        "kind": "control",
        "holder": "sardovia",
        "opposed": "ilmaria",
        "place": {"name": "Ostra", "names": {"en": ["Ostra"], "fr": ["Ostra"], "uk": ["Остра"], "ru": ["Остра"]}},
    },
    {
        "slug": "vaxora",
        "kind": "general",
        "proposition": {
            "en": "Vaxora caused the deaths.",
            "fr": "Le Vaxora a causé les décès.",
            "uk": "Ваксора спричинила смерті.",
            "ru": "Ваксора вызвала смерти.",
        },
        "keywords": {
            "en": [["Vaxora", "vaccine", "jab"], ["death", "deaths", "died", "kill", "killed"]],
            "fr": [["Vaxora", "vaccin"], ["mort", "morts", "décès", "tuer", "mourir"]],
            "uk": [["Ваксора", "вакцина", "щеплення"], ["смерть", "смерті", "померти", "вбити"]],
            "ru": [["Ваксора", "вакцина", "прививка"], ["смерть", "умереть", "убить", "гибель"]],
        },
    },
    {
        "slug": "strike",
        "kind": "general",
        "proposition": {
            "en": "The strike shut down the port of Mavra.",
            "fr": "La grève a paralysé le port de Mavra.",
            "uk": "Страйк зупинив порт Мавра.",
            "ru": "Забастовка остановила порт Мавра.",
        },
        "keywords": {
            "en": [["port", "Mavra", "terminal"], ["shut", "close", "closed", "paralyse", "halt", "standstill"]],
            "fr": [["port", "Mavra", "terminal"], ["paralyser", "fermer", "bloquer", "arrêt"]],
            "uk": [["порт", "Мавра", "термінал"], ["зупинити", "паралізувати", "закрити", "не працює"]],
            "ru": [["порт", "Мавра", "терминал"], ["остановить", "парализовать", "закрыть", "закрыт"]],
        },
    },
    {
        "slug": "bribes",
        "kind": "general",
        "proposition": {
            "en": "Rell took bribes.",
            "fr": "Rell a touché des pots-de-vin.",
            "uk": "Релл брав хабарі.",
            "ru": "Релл брал взятки.",
        },
        "keywords": {
            "en": [["Rell", "senator"], ["bribe", "bribes", "kickback", "bribery"]],
            "fr": [["Rell", "sénateur"], ["pots-de-vin", "corruption", "corrompre"]],
            "uk": [["Релл", "сенатор"], ["хабар", "хабарі", "підкуп"]],
            "ru": [["Релл", "сенатор"], ["взятка", "взятки", "подкуп"]],
        },
    },
    {
        "slug": "tarn-won",
        "kind": "general",
        "proposition": {
            "en": "Iva Tarn won the election in Corvin.",
            "fr": "Iva Tarn a remporté l'élection à Corvin.",
            "uk": "Іва Тарн виграла вибори в Корвіні.",
            "ru": "Ива Тарн выиграла выборы в Корвине.",
        },
        "keywords": {
            "en": [["Tarn", "Green List"], ["win", "won", "winner", "victory"]],
            "fr": [["Tarn", "Liste verte"], ["remporter", "gagner", "victoire", "élue"]],
            "uk": [["Тарн", "Зелений список"], ["виграти", "перемогти", "перемога"]],
            "ru": [["Тарн", "Зелёный список"], ["выиграть", "победить", "победа"]],
        },
    },
]


def catalogue() -> Catalogue:
    """Return the catalogue of these worlds."""
    return Catalogue(
        claims=tuple(parse_claim(record) for record in CLAIMS),
        parties=tuple(parse_party(record) for record in PARTIES),
    )
