"""Invented worlds for the reader's tests: a border war, a spill, an election count. No real place or party."""

from claims.reading.catalogue import parse_claim, parse_party
from claims.reading.values import Catalogue

PARTIES = [
    {
        "slug": "veltia",
        "kind": "government",
        "names": {
            "en": ["Veltia", "Veltian army", "Veltian Defence Ministry", "Tamsin Orlo", "Orlo"],
            "fr": ["la Veltie", "armée veltienne", "ministère veltien de la Défense", "les Veltiens", "Tamsin Orlo"],
            "uk": ["Вельтія", "вельтійські війська", "Міноборони Вельтії", "Орлов"],
            "ru": ["Вельтия", "вельтийские войска", "Минобороны Вельтии", "Орлов"],
        },
    },
    {
        "slug": "norland",
        "kind": "government",
        "names": {
            "en": ["Norland", "Norlandic forces", "Norlandic General Staff", "Ada Brandt", "Brandt"],
            "fr": ["le Norland", "forces norlandaises", "état-major norlandais", "les Norlandais", "Ada Brandt"],
            "uk": ["Норландія", "Генштаб Норландії", "норландські війська", "Брандт"],
            "ru": ["Норландия", "Генштаб Норландии", "норландские войска", "Брандт"],
        },
    },
    {
        "slug": "frontwatch",
        "kind": "monitor",
        "names": {
            "en": ["FrontWatch", "FrontWatch analysts"],
            "fr": ["FrontWatch", "projet FrontWatch"],
            "uk": ["FrontWatch", "аналітики FrontWatch"],
            "ru": ["FrontWatch", "аналитики FrontWatch"],
        },
    },
    {
        "slug": "orvex",
        "kind": "company",
        "names": {"en": ["Orvex"], "fr": ["Orvex"], "uk": ["Орвекс"], "ru": ["Орвекс"]},
    },
    {
        "slug": "river-agency",
        "kind": "monitor",
        "names": {
            "en": ["River Agency"],
            "fr": ["Agence du fleuve"],
            "uk": ["Річкове агентство"],
            "ru": ["Речное агентство"],
        },
    },
    {
        "slug": "electoral-board",
        "kind": "government",
        "names": {
            "en": ["Electoral Board"],
            "fr": ["Commission électorale"],
            "uk": ["Виборча комісія"],
            "ru": ["Избирательная комиссия"],
        },
    },
    {
        "slug": "blue-union",
        "kind": "party",
        "names": {"en": ["Blue Union"], "fr": ["Union bleue"], "uk": ["Синій союз"], "ru": ["Синий союз"]},
    },
    {"slug": "outlet", "kind": "outlet", "names": {}},
]

CLAIMS = [
    {
        "slug": "veltia-controls-morvin",
        "kind": "control",
        "holder": "veltia",
        "opposed": "norland",
        "place": {
            "name": "Morvin",
            "names": {"en": ["Morvin"], "fr": ["Morvin"], "uk": ["Морвін"], "ru": ["Морвин"]},
        },
    },
    {
        "slug": "veltia-controls-karsk",
        "kind": "control",
        "holder": "veltia",
        "opposed": "norland",
        "place": {"name": "Karsk", "names": {"en": ["Karsk"], "fr": ["Karsk"], "uk": ["Карськ"], "ru": ["Карск"]}},
    },
    {
        "slug": "orvex-poisoned-river",
        "kind": "general",
        "proposition": {
            "en": "The Orvex plant polluted the Delma river.",
            "fr": "L'usine Orvex a pollué la rivière Delma.",
            "uk": "Завод «Орвекс» забруднив річку Дельма.",
            "ru": "Завод «Орвекс» загрязнил реку Дельма.",
        },
        "keywords": {
            "en": [["Delma", "river"], ["pollute", "pollution", "contaminate", "poison", "spill", "leak"]],
            "fr": [["Delma", "rivière", "fleuve"], ["polluer", "pollution", "contaminer", "empoisonner", "fuite"]],
            "uk": [["Дельма", "річка"], ["забруднити", "забруднення", "отруїти", "витік"]],
            "ru": [["Дельма", "река"], ["загрязнить", "загрязнение", "отравить", "утечка"]],
        },
        "loses": ["orvex"],
    },
    {
        "slug": "count-was-rigged",
        "kind": "general",
        "proposition": {
            "en": "The vote count in Tolmar was rigged.",
            "fr": "Le dépouillement à Tolmar a été truqué.",
            "uk": "Підрахунок голосів у Толмарі сфальсифіковано.",
            "ru": "Подсчёт голосов в Толмаре сфальсифицирован.",
        },
        "keywords": {
            "en": [["count", "vote", "ballot", "election"], ["rig", "rigged", "fraud", "falsify", "manipulate"]],
            "fr": [["dépouillement", "vote", "scrutin", "élection"], ["truquer", "fraude", "falsifier", "manipuler"]],
            "uk": [["підрахунок", "голосування", "вибори"], ["сфальсифікувати", "фальсифікація", "підтасувати"]],
            "ru": [["подсчет", "голосование", "выборы"], ["сфальсифицировать", "фальсификация", "подтасовать"]],
        },
    },
    {
        "slug": "brandt-wants-to-end-the-siege",
        "kind": "general",
        "proposition": {
            "en": "Brandt wants to end the siege.",
            "fr": "Brandt veut mettre fin au siège.",
            "uk": "Брандт хоче закінчити облогу.",
            "ru": "Брандт хочет закончить осаду.",
        },
        "keywords": {
            "en": [["Brandt"], ["end", "lift"], ["siege"]],
            "fr": [["Brandt"], ["fin", "lever", "terminer"], ["siège"]],
            "uk": [["Брандт"], ["закінчити", "завершити", "зняти"], ["облога"]],
            "ru": [["Брандт"], ["закончить", "завершить", "снять"], ["осада"]],
        },
    },
]


def catalogue() -> Catalogue:
    """Return the catalogue of the invented worlds."""
    return Catalogue(
        claims=tuple(parse_claim(record) for record in CLAIMS),
        parties=tuple(parse_party(record) for record in PARTIES),
    )
