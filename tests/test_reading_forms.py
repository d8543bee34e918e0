"""A known name is known in all its cases, whether or not a dictionary has ever heard of it."""

import pytest

from claims.reading.forms import name_forms

NAMES = [
    ("ru", "Сардовия", "сардовии сардовию сардовией"),
    ("ru", "Остра", "остры остре остру острой"),
    ("ru", "Вос", "воса восу восом"),
    ("ru", "Велунь", "велуни велунью велуня"),
    ("ru", "Ива Тарн", "ивы тарн"),
    ("ru", "Министерство обороны", "министерства обороны"),
    ("uk", "Виборча комісія", "виборчої комісії"),
    ("uk", "Державна служба", "державної служби"),
    ("uk", "Олена Іваненко", "олени іваненко"),
    ("uk", "Зелений список", "зеленого списку"),
    ("uk", "Велунь", "велуні велуня"),
    ("fr", "la Veltie", "veltie"),
    ("en", "the Veltian army", "veltian army"),
]


@pytest.mark.parametrize(("lang", "name", "forms"), NAMES, ids=[f"{n[0]}: {n[1]}" for n in NAMES])
def test_a_name_is_declined(lang: str, name: str, forms: str) -> None:
    wanted = {forms} if " " in name else set(forms.split())
    assert wanted <= set(name_forms(name, lang))


@pytest.mark.parametrize(("lang", "name"), [("ru", "МИД"), ("uk", "Міноборони"), ("ru", "Оксфам UK")])
def test_what_does_not_decline_has_no_odd_forms(lang: str, name: str) -> None:
    assert all(len(form) <= len(name) + 3 for form in name_forms(name, lang))
    assert len(name_forms("МИД", "ru")) == 1
