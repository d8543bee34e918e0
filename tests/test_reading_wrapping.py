"""Lines broken for width alone are read on; headlines, lists, posts and interviews keep their lines."""

import textwrap

import pytest

from claims.reading import Reader
from claims.reading.values import Reading, Text
from claims.reading.wrapping import find_wraps, join_wrapped
from tests.reading_worlds import catalogue

READER = Reader(catalogue())

STORIES = {
    "en": (
        "The Veltian Defence Ministry said on Monday that its forces had taken the town of Morvin after weeks "
        "of fighting.\n\n"
        "Norland rejected the claim. Its General Staff, which has run the defence of the region since the "
        "spring, told reporters that Norlandic forces still hold Morvin."
    ),
    "fr": (
        "Le ministère veltien de la Défense a affirmé lundi soir que ses troupes avaient pris la ville de "
        "Morvin après des semaines de combats.\n\n"
        "L'état-major norlandais a démenti cette annonce. Selon un communiqué diffusé dans la nuit, les "
        "forces norlandaises tiennent toujours Morvin."
    ),
    "uk": (
        "Міноборони Вельтії заявило в понеділок увечері, що його війська після тижнів боїв повністю захопили "
        "місто Морвін.\n\n"
        "У Генштабі Норландії це спростували. За словами речника, який говорив із журналістами вночі, "
        "норландські війська й далі утримують Морвін."
    ),
    "ru": (
        "Минобороны Вельтии сообщило в понедельник вечером, что его войска после недель боёв полностью "
        "захватили город Морвин.\n\n"
        "В Генштабе Норландии это опровергли. По словам представителя, который говорил с журналистами ночью, "
        "норландские войска удерживают Морвин."
    ),
    "es": (
        "El Ministerio de Defensa de Veltia afirmó el lunes por la noche que sus tropas habían tomado la "
        "ciudad de Morvin tras semanas de combates.\n\n"
        "El Estado Mayor de Norland lo desmintió. Según un comunicado difundido de madrugada, las fuerzas de "
        "Norland siguen controlando Morvin."
    ),
}


def rows(reading: Reading) -> list[tuple[str, str, str]]:
    return sorted((found.claim, found.party, found.stance) for found in reading.statements)


def wrap(text: str, width: int) -> str:
    return "\n\n".join(textwrap.fill(part, width, break_on_hyphens=False) for part in text.split("\n\n"))


@pytest.mark.parametrize("width", [48, 60, 72, 80])
@pytest.mark.parametrize("lang", STORIES)
def test_a_wrapped_story_reads_as_one_in_whole_lines(lang: str, width: int) -> None:
    """Its statements are the same, and their quotes are runs of the text as stored, newlines and all."""
    whole, wrapped = Text(body=STORIES[lang], lang=lang), Text(body=wrap(STORIES[lang], width), lang=lang)
    reading = READER.read(wrapped)
    assert rows(reading) == rows(READER.read(whole)) != []
    for found in reading.statements:
        assert found.quote == wrapped.words[found.span.start : found.span.end]


@pytest.mark.parametrize("end", ["\n", " \n", "\r\n"])
def test_two_lines_of_one_sentence(end: str) -> None:
    """Where the first is long and the second goes on in small letters, one pair is enough."""
    body = (
        f"The Veltian Defence Ministry said on Monday that its forces had taken the{end}town of Morvin after a siege."
    )
    assert rows(READER.read(Text(body=body, lang="en"))) == [("veltia-controls-morvin", "veltia", "affirms")]


@pytest.mark.parametrize("width", [60, 72])
@pytest.mark.parametrize("lang", STORIES)
def test_every_break_of_a_wrapped_story_goes_on(lang: str, width: int) -> None:
    """Also before a name and before a dash; the blank lines between paragraphs stay."""
    body = wrap(STORIES[lang], width)
    joined = join_wrapped(body, find_wraps(body))
    assert joined == STORIES[lang]
    assert len(joined) == len(body)


KEPT = [
    # A headline over its story.
    "Veltia claims a town, Norland says no\nThe Veltian Defence Ministry said on Monday that it had taken Morvin.",
    "Norland holds Morvin, says its army chief\nkarsk: nothing new\n",
    # Lists, with marks and without.
    "What is known of the fighting by this evening:\n- the bridge over the river is closed\n- the school is open",
    "What is known of the fighting by this evening\n• the bridge over the river is closed\n• the school is open",
    "Taken, as the ministry says in its report of today\n1. morvin and the villages around it\n2. karsk",
    "Orlo, army chief\nBrandt, spokeswoman\nthe mayor of Morvin\na driver",
    # Lines of a post.
    "Морвін: ворог зайшов на околиці, бої тривають\nКарськ: тихо, мости стоять\nВночі збито одинадцять дронів",
    "⚡️Морвин наш, передают бойцы с окраины\nПодробности позже\nСледите за каналом",
    # Two that talk, without full stops.
    "— Чи втримаємо ми Морвін до кінця цього місяця\n— Втримаємо, якщо привезуть снаряди\n— А Карськ\n— І Карськ",
    "Who holds Morvin this morning, General, you or they\nWe do, and you may write that down\nAnd Karsk\nWe do",
    # Each line a paragraph of its own.
    "The Veltian army said that it had taken Morvin, a town of ten thousand people on the river, after three weeks of "
    "siege and a night of fire, with its bridge whole\nnorland says it has not",
]


@pytest.mark.parametrize("body", KEPT)
def test_lines_that_end_where_they_end_stay_apart(body: str) -> None:
    assert find_wraps(body) == []
