"""An article on the desk: its words with every statement marked, its editions, statements added and moved by hand."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.history import history_of
from claims.admin.marking import Span, mark_words
from claims.admin.selecting import find_chosen, find_typed
from claims.models import Article, Claim, Party, Revision, Source, Statement
from claims.pipeline import RefusedEdit
from claims.words import Origin, Stance, Verdict
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import QUOTE, boss, count_queries, enter, make_claim, publish, reader, say, silent_bells
from tests.test_admin_acts import act, history, told
from tests.test_admin_pages import HOSTILE

__all__ = ["_driver", "boss", "browser", "reader", "silent_bells"]  # fixtures

pytestmark = pytest.mark.django_db

# Characters of two UTF-16 units stand before, in and after the words, and a line that ends as on Windows.
SAID = f"A spokesman said on Monday that {QUOTE} \U0001d54f again, \U0001f600 and so on."
BODY = f"\U0001f3ed First.\r\n\r\n{SAID}\n\n{HOSTILE}"


def page_of(row: Any) -> str:
    return reverse(f"admin:claims_{row._meta.model_name}_change", args=[row.pk])


def add_by_hand(client: Client, revision: Revision, claim: Claim, **given: Any) -> Any:
    party = Party.objects.get(slug="blues")
    form = {"edition": revision.pk, "party": party.pk, "stance": "denies", "claim": claim.pk, "reason": "", **given}
    return act(client, revision.article, "add-statement", **form)


def read_in(article: Article, claim: Claim, party: str, stance: Stance, quote: str) -> Statement:
    """One more statement that was read in an article's first edition."""
    revision = article.revisions.get(number=1)
    start = revision.words.index(quote)
    return Statement.objects.create(
        claim=claim, party=Party.objects.get(slug=party), stance=stance, said_at=article.published_at,
        origin=Origin.READING, article=article, revision=revision, quote=quote, start=start, end=start + len(quote),
        confidence=0.9, rule="said-that", recorded_at=timezone.now(),
    )  # fmt: skip


def overlap(claim: Claim) -> tuple[Statement, Statement]:
    """Two parties' statements in one article, the quotes of which overlap."""
    first = say(claim, "reds", Stance.AFFIRMS, body=BODY)
    return first, read_in(first.article, claim, "blues", Stance.DENIES, "mill is ours \U0001d54f again")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("the mill", "the “mill”"), ("THE  'mill'", "the “mill”"), ("mill – ours", "mill”\xa0— ours"), ("a.c", "a.c"),
        ("is\r\nit", "is\nit"),
    ],
)  # fmt: skip
def test_typed_words_are_looked_up_whatever_marks_and_blanks_are_typed(typed: str, found: str) -> None:
    words = "So the “mill”\xa0— ours, abc or a.c; is\nit ours?"
    if found == "the “mill”" and "'" not in typed:
        with pytest.raises(RefusedEdit, match="do not stand"):
            find_typed(words, typed)
        return
    if typed == "mill – ours":
        typed = "mill” – ours"
    start, end = find_typed(words, typed)
    assert words[start:end] == found


def test_typed_words_that_stand_nowhere_or_twice_are_refused() -> None:
    with pytest.raises(RefusedEdit, match="do not stand in the text"):
        find_typed("one two", "three")
    with pytest.raises(RefusedEdit, match="stand 2 times"):
        find_typed("one two one", "One")
    # Selected, the second one is told from the first; with bounds of other words the typed ones are looked up.
    assert find_chosen("one two one", {"start": 8, "end": 11, "quote": "one"}) == (8, 11)
    assert find_chosen("one two one", {"start": 0, "end": 3, "quote": "two"}) == (4, 7)


def test_quotes_of_several_parties_are_told_apart_by_line_sign_and_name() -> None:
    words = "a <b> c & d\re"
    spans = [
        Span(2, 9, "quote", "affirms", "1+ Reds", "/1", 1, "Reds affirm"),
        Span(6, 11, "quote", "denies", "2− Blues", "/2", 2, "Blues deny", True),
    ]
    marked = mark_words(words, spans)
    assert '<mark class="fc-quote fc-affirms fc-line fc-line-1 fc-deep-1">&lt;b&gt; </mark>' in marked
    assert (
        '<mark class="fc-quote fc-mixed fc-line fc-line-1 fc-deep-2"><span class="fc-line fc-line-2">c &amp;</span>'
        in marked
    )
    assert '<mark class="fc-quote fc-denies fc-void fc-line fc-line-2 fc-deep-1"> d</mark>' in marked
    assert (
        '<a class="fc-ref" href="/2" title="Blues deny">2− Blues<span class="fc-unseen"> (Blues deny)</span>' in marked
    )
    assert marked.endswith("&#13;e") and marked.count("data-aside") == 2


def test_every_statement_is_marked_and_leads_to_its_page(boss: User) -> None:
    first, second = overlap(make_claim())
    pipeline.review_statement(second.pk, Verdict.REJECTED, editor=boss, reason="No.", now=timezone.now())
    answer = enter(boss).get(page_of(first.article))
    html = answer.content.decode()
    for statement, ref in ((first, "1+ The Reds"), (second, "2− The Blues")):
        assert f'<a class="fc-ref" href="{page_of(statement)}" title="' in html and f">{ref}<span" in html
        assert f'id="statement-{statement.pk}"' in html
    assert 'fc-mixed fc-line fc-line-1 fc-deep-2">' in html
    assert '<sup class="fc-chip fc-void"' in html and "<script>alert" not in html
    assert [(line, party.title) for line, party in answer.context["marked"].parties] == [
        (1, "The Reds"), (2, "The Blues"),
    ]  # fmt: skip


def test_earlier_editions_are_shown_as_they_were_read(boss: User) -> None:
    claim = make_claim()
    gone = say(claim, "reds", Stance.AFFIRMS)
    newest = Revision.objects.create(
        article=gone.article, number=2, lang="en", text="Nothing of the kind.", digest="x", recorded_at=timezone.now(),
        published_at=timezone.now(), read_at=timezone.now(), words_added=4, words_removed=20, silent=True,
    )  # fmt: skip
    Statement.objects.filter(pk=gone.pk).update(
        dropped_at=timezone.now(), dropped_by=newest, dropped_how="vanished", dropped_why="edition 2"
    )
    client, address = enter(boss), page_of(gone.article)
    now, then = client.get(address), client.get(f"{address}?edition=1")
    assert now.context["marked"].statements == () and "Nothing of the kind." in now.content.decode()
    assert [one.statement for one in then.context["marked"].statements] == [gone]
    assert "A later edition stands" in then.content.decode() and "data-selected-link" not in then.content.decode()
    assert "What edition 2 changed in edition 1" in now.content.decode()
    for odd in ("0", "3", "x", "²", "9" * 50, "-1"):
        assert client.get(address, {"edition": odd}).context["shown"] == newest


def test_a_statement_is_added_in_typed_words(boss: User) -> None:
    claim = make_claim()
    now = timezone.now()
    revision = publish(BODY, "News", now, now - timedelta(hours=2))
    client = enter(boss)
    answer = add_by_hand(client, revision, claim, quote="spokesman", stance="")
    assert answer.status_code == 200 and not Statement.objects.exists()
    answer = add_by_hand(client, revision, claim, quote="no such words", reason="Typed with care.")
    assert "do not stand in the text" in told(answer)[0] and "Typed with care." in answer.content.decode()

    answer = add_by_hand(client, revision, claim, quote=f"{QUOTE.upper()} \U0001d54f", reason="It says so.")

    statement = Statement.objects.get()
    assert (statement.quote, statement.stance) == (f"{QUOTE} \U0001d54f", "denies")
    assert revision.words[statement.start : statement.end] == statement.quote
    said = f"Added by hand, statement {statement.pk}: blues denies {claim.slug}, in the words “{statement.quote}”."
    assert history(revision.article) == [("boss", f"{said} It says so.")]
    added = history_of(statement)[0]
    assert (added.who, added.what, added.why) == ("boss", said, "It says so.")
    assert answer.redirect_chain[-1][0] == page_of(revision.article)
    assert "carries this already" in told(add_by_hand(client, revision, claim, quote="again"))[0]


def test_the_outlet_itself_can_say_so_and_nobody_cannot(boss: User) -> None:
    claim = make_claim()
    now = timezone.now()
    revision = publish(BODY, "News", now, now)
    client = enter(boss)
    for given in ({"party": ""}, {"own_voice": "on"}):
        answer = add_by_hand(client, revision, claim, quote="again", **given)
        assert "one party, or the outlet itself" in answer.content.decode()
    add_by_hand(client, revision, claim, quote="again", party="", own_voice="on")
    assert Statement.objects.get().party == Source.objects.get().voice


def test_words_selected_in_an_edition_that_is_no_longer_the_newest_are_looked_at_again(boss: User) -> None:
    claim = make_claim()
    now = timezone.now()
    revision = publish(BODY, "News", now, now)
    newest = Revision.objects.create(
        article=revision.article, number=2, text="It went \U0001f600 and so on.", digest="x", published_at=now,
        recorded_at=now,
    )  # fmt: skip
    start = revision.words.index("and so on")
    chosen = {"quote": "and so on", "start": start, "end": start + 9}
    answer = add_by_hand(enter(boss), revision, claim, **chosen)
    assert "newer edition (2)" in told(answer)[0] and not Statement.objects.exists()
    assert f'name="edition" value="{newest.pk}"' in answer.content.decode()
    add_by_hand(enter(boss), newest, claim, **chosen)
    statement = Statement.objects.get()
    assert (statement.revision, statement.quote) == (newest, "and so on")


def test_a_quote_is_moved_and_the_misreading_stays_on_record(boss: User) -> None:
    wrong = say(make_claim(), "blues", Stance.DENIES)
    client = enter(boss)
    address = reverse("admin:claims_statement_move-quote", args=[wrong.pk])
    assert f'<mark class="fc-quote fc-denies">{QUOTE}</mark>' in client.get(address).content.decode()
    form = client.get(address, {"start": 2, "end": 9}).context["form"]
    assert form.initial == {"start": 2, "end": 9, "quote": wrong.revision.words[2:9].strip()}
    assert client.get(address, {"start": "x", "end": 10**9}).context["form"].initial == {"quote": QUOTE}
    act(client, wrong, "move-quote", quote="spokesman said on Monday", reason="Better.")
    right = wrong.corrections.get()
    assert right.quote == "spokesman said on Monday" and wrong.reviews.get().verdict == Verdict.CORRECTED
    said = f"Quote moved, by statement {right.pk}: from “{QUOTE}” to “spokesman said on Monday”. Better."
    assert history(wrong) == [("boss", said)]
    assert "corrected" in told(act(client, wrong, "move-quote", quote="spokesman"))[0]


def test_who_may_only_look_can_neither_add_nor_move(reader: User) -> None:
    statement = say(make_claim(), "blues", Stance.DENIES)
    client = enter(reader)
    for row, name in ((statement, "move-quote"), (statement.article, "add-statement")):
        address = reverse(f"admin:claims_{row._meta.model_name}_{name}", args=[row.pk])
        assert client.get(address).status_code == client.post(address, {"quote": "x"}).status_code == 403
        assert name not in client.get(page_of(row)).content.decode()


def test_an_articles_pages_cost_at_most_twelve_queries(boss: User) -> None:
    claim = make_claim()
    first, _second = overlap(claim)
    add = reverse("admin:claims_article_add-statement", args=[first.article_id])
    move = reverse("admin:claims_statement_move-quote", args=[first.pk])
    client = enter(boss)
    few = [count_queries(client, address) for address in (page_of(first.article), add, move)]
    for number in range(8):
        other = make_claim(f"claim-{number}", wording="")
        Claim.objects.filter(pk=other.pk).update(proposition={})
        Revision.objects.create(
            article=first.article, number=number + 2, text=BODY, digest="x", published_at=timezone.now(),
            recorded_at=timezone.now(), story=first.revision.story,
        )  # fmt: skip
        read_in(first.article, other, "reds", Stance.DENIES, "spokesman")
        copy = publish(BODY, "Copy", timezone.now(), timezone.now())
        Revision.objects.filter(pk=copy.pk).update(story=first.revision.story)
    many = [count_queries(client, address) for address in (page_of(first.article), add, move)]
    assert max(many) <= 12, many
    assert all(after <= before + 1 for before, after in zip(few, many, strict=True)), (few, many)


SELECT = """
const [from, until] = arguments;
const nodes = [];
const walker = document.createTreeWalker(document.getElementById('fc-words'), NodeFilter.SHOW_TEXT);
while (walker.nextNode()) nodes.push(walker.currentNode);
const first = nodes.find((node) => node.data.includes(from));
const last = nodes.findLast((node) => node.data.includes(until));
document.getSelection().setBaseAndExtent(
  first, first.data.indexOf(from), last, last.data.indexOf(until) + until.length);
"""


@pytest.mark.django_db(transaction=True)
def test_words_selected_in_a_browser_become_a_statement_and_a_moved_quote(browser: Browser, boss: User) -> None:
    claim = make_claim()
    first, second = overlap(claim)
    words = first.revision.words
    sign_in(browser, boss)
    browser.open(page_of(first.article))
    assert browser.find("#fc-words").get_attribute("textContent").count("The Reds") > 0  # the marks are in the page
    box = browser.find("[data-selected]")
    assert not box.is_displayed()
    # From within the one quote to after the other: what the marks say between them is no part of the text.
    browser.run(SELECT, "is ours", ", \U0001f600")
    browser.wait_for(box.is_displayed, "the way to add a statement")
    chosen = words[words.index("is ours") : words.index("\U0001f600") + 1]
    assert browser.find("[data-selected-words]").text == chosen
    browser.press("a")
    browser.wait_for(lambda: "add-statement" in browser.address, "the form")
    form = browser.find("[data-selected-form]")
    start = words.index(chosen)
    assert browser.address.endswith(f"?start={start}&end={start + len(chosen)}#party")
    assert browser.run("return arguments[0].elements.quote.value", form) == chosen
    marked = browser.run("return String([...CSS.highlights.get('chosen')][0])")
    assert marked.startswith("is ours") and marked.endswith("\U0001f600")  # as on the page before

    # Other words are selected there: the form follows. A selection that begins within a character takes it whole.
    browser.run(SELECT, "\U0001d54f again", "so on")
    browser.run(
        "const s = document.getSelection();"
        "s.setBaseAndExtent(s.anchorNode, s.anchorOffset + 1, s.focusNode, s.focusOffset)"
    )
    chosen = words[words.index("\U0001d54f") : words.index("so on") + 5]
    browser.wait_for(
        lambda: browser.run("return arguments[0].elements.quote.value", form) == chosen, "the selected words"
    )
    third = Party.objects.create(slug="greens", names={"en": [HOSTILE]})
    fill = """const [form, party, claim] = arguments;
    for (const [name, value] of [['party', party], ['claim', claim]])
      form.elements[name].append(new Option('x', value, true, true));
    form.elements.stance.value = 'denies';"""
    browser.run(fill, form, third.pk, claim.pk)
    browser.run("arguments[0].requestSubmit()", form)
    browser.wait_for(lambda: browser.address.partition("#")[0] == page_of(first.article), "the article")
    added = Statement.objects.get(party=third)
    assert (added.start, added.end) == (words.index(chosen), words.index(chosen) + len(chosen))
    assert added.quote == chosen and browser.run("return window.alerted") is None

    # On a statement's page: select, "q" to see it in its text, Enter to have it so. The way back to the queue is kept.
    browser.open(f"{page_of(second)}?lang=en&queue=")
    browser.wait_for(lambda: browser.run("return document.documentElement.dataset.keys"), "the keys")
    browser.run(SELECT.replace("'fc-words'", "'fc-paragraph'"), "spokesman", "Monday")
    browser.wait_for(lambda: "start=" in browser.find("[data-key=q]").get_attribute("href"), "the selected words")
    browser.press("q")
    browser.wait_for(lambda: "move-quote" in browser.address, "the form")
    browser.wait_for(lambda: browser.run("return document.activeElement.type") == "submit", "the button")
    browser.press("\ue007")
    browser.wait_for(lambda: "move-quote" not in browser.address, "what comes next")
    right = second.corrections.get()
    assert right.quote == "spokesman said on Monday" and right.start == words.index("spokesman said")
    assert Article.objects.count() == 1
