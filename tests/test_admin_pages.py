"""The editors' desk as a visitor meets it: who may opens every page, nobody else does; hostile text stays text."""

from collections.abc import Iterator

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.acts import WithActs
from claims.admin.marking import Span, find_paragraph, mark_near, mark_words
from claims.models import ApiKey, Article, Claim, Party, ReaderDay, Revision, Source, Statement
from claims.reading.lexicon import LANGUAGES
from claims.words import Stance, Status, Verdict
from tests.desk_world import CUE, QUOTE, boss, enter, make_claim, propose, reader, say, silent_bells, watch, world

__all__ = ["boss", "reader", "silent_bells", "world"]  # fixtures

pytestmark = pytest.mark.django_db

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">\'"{{1187*1193}}'


def desk() -> Iterator[admin.ModelAdmin]:
    """Every list of ours on the desk."""
    for model, rows in admin.site._registry.items():
        if model._meta.app_label == "claims":
            yield rows


def pages_of(rows: admin.ModelAdmin) -> dict[str, str]:
    """The addresses of a list, of its form for a new row, and of its newest row's page and history."""
    name = f"admin:{rows.opts.app_label}_{rows.opts.model_name}"
    row = rows.model._default_manager.order_by("-pk").first()
    assert row is not None, f"the world has no {rows.opts.model_name}"
    pages = {"list": reverse(f"{name}_changelist"), "add": reverse(f"{name}_add")}
    pages |= {page: reverse(f"{name}_{page}", args=[row.pk]) for page in ("change", "history")}
    acts = rows.acts if isinstance(rows, WithActs) else ()
    return pages | {f"act {act.name}": reverse(f"{name}_{act.name}", args=[row.pk]) for act in acts}


EXPECTED = {
    "claim", "candidate", "statement", "article", "story", "party", "source", "decision", "review", "statusperiod",
    "change", "apikey", "withdrawal", "readerday", "feed", "page", "host",
}  # fmt: skip
ADDED_BY_FORM = {"claim", "party", "source", "apikey", "feed"}


def test_every_model_has_its_list() -> None:
    assert {rows.opts.model_name for rows in desk()} == EXPECTED


def test_every_page_opens_for_a_superuser(world: Claim, boss: User) -> None:
    client = enter(boss)
    assert client.get(reverse("admin:index")).status_code == 200
    for rows in desk():
        for page, address in pages_of(rows).items():
            if page == "add" and rows.opts.model_name not in ADDED_BY_FORM:
                assert client.get(address).status_code == 403, address
            elif page.startswith("act "):
                # An act that makes no sense on the row goes back to the row and says why.
                assert client.get(address).status_code in (200, 302), address
            else:
                assert client.get(address).status_code == 200, address


def test_no_page_opens_for_others(world: Claim) -> None:
    plain = enter(User.objects.create_user("plain", password="x"))
    staff = enter(User.objects.create_user("staff", password="x", is_staff=True))
    for rows in desk():
        for address in pages_of(rows).values():
            assert plain.get(address).status_code == 302
            assert plain.get(address)["Location"].startswith(reverse("admin:login"))
            assert staff.get(address).status_code == 403, address
            assert staff.post(address).status_code == 403, address


def test_who_may_only_look_sees_no_act_and_can_take_none(world: Claim, reader: User) -> None:
    client = enter(reader)
    assert client.get(reverse("admin:index")).status_code == 200
    before = list(Statement.objects.values_list("pk", "reviews"))
    for rows in desk():
        for page, address in pages_of(rows).items():
            if page == "add" or page.startswith("act "):
                assert client.get(address).status_code == 403, address
                assert client.post(address, {"reason": "no", "status": "confirmed"}).status_code == 403, address
                continue
            answer = client.get(address)
            if rows.opts.model_name == "apikey":
                assert answer.status_code == 403, address
                continue
            assert answer.status_code == 200, address
            html = answer.content.decode()
            assert 'name="_save"' not in html and 'name="action"' not in html, address
            for act in rows.acts if isinstance(rows, WithActs) else ():
                assert f"/{act.name}/" not in html, (address, act.name)
    assert client.post(reverse("admin:claims_claim_change", args=[world.pk]), {"kind": "general"}).status_code == 403
    assert list(Statement.objects.values_list("pk", "reviews")) == before


def test_nothing_can_be_deleted_or_rewritten(world: Claim, boss: User) -> None:
    client = enter(boss)
    for rows in desk():
        row = rows.model._default_manager.order_by("-pk").first()
        name = f"admin:claims_{rows.opts.model_name}"
        assert client.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
        assert "delete_selected" not in client.get(reverse(f"{name}_changelist")).content.decode()
        if rows.opts.model_name not in ADDED_BY_FORM:
            assert client.post(reverse(f"{name}_change", args=[row.pk]), {"quote": "x"}).status_code == 403
        assert rows.model._default_manager.filter(pk=row.pk).exists()


def test_hostile_text_stays_text_on_every_page(boss: User) -> None:
    claim = make_claim(wording=HOSTILE)
    party = Party.objects.get(slug="reds")
    party.names, party.note = {"en": [HOSTILE]}, HOSTILE
    party.save()
    body = f"Before.\n\n{HOSTILE} {CUE} that {HOSTILE}{QUOTE}{HOSTILE}.\n\nAfter."
    statement = say(claim, "reds", Stance.AFFIRMS, title=HOSTILE, body=body, quote=f"{HOSTILE}{QUOTE}")
    Source.objects.update(name=HOSTILE)
    Article.objects.update(url="javascript:alert(3)//" + HOSTILE)
    say(claim, "blues", Stance.DENIES)
    pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=boss, reason=HOSTILE, now=timezone.now())
    decision = pipeline.decide_claim(claim.pk, Status.REFUTED, HOSTILE, author=boss, now=timezone.now())
    pipeline.lift_decision(decision.pk, HOSTILE, author=boss, now=timezone.now())
    pipeline.ask_withdrawal(statement.article_id, withdrawn=True, why=HOSTILE, now=timezone.now())
    ApiKey.objects.issue(user=boss, name=HOSTILE, scopes=["read"])
    propose(HOSTILE, title=HOSTILE, quote=HOSTILE, wording=HOSTILE)
    ReaderDay.objects.create(day=timezone.now().date(), last_error=HOSTILE)
    watch("javascript:alert(4)//" + HOSTILE, said=HOSTILE)
    Revision.objects.update(read_by=HOSTILE)
    client = enter(boss)
    addresses = [reverse("admin:index")]
    for rows in desk():
        pages = pages_of(rows)
        if rows.opts.model_name not in ADDED_BY_FORM:
            pages.pop("add")
        addresses += pages.values()
    addresses.append(reverse("admin:claims_statement_change", args=[statement.pk]))
    addresses.append(reverse("admin:claims_article_change", args=[statement.article_id]))
    seen = 0
    for address in addresses:
        html = client.get(address, follow=True).content.decode()
        for alive in ("<script>alert", "<img src=x", 'href="javascript:', "1416091"):
            assert alive not in html, (address, alive)
        seen += "&lt;script&gt;alert(1)" in html
    assert seen > 15  # the hostile text was there to be seen


def test_pages_keep_to_the_desks_content_policy(world: Claim, boss: User) -> None:
    """No script of ours stands in a page: the policy would not run it."""
    client = enter(boss)
    answer = client.get(reverse("admin:claims_claim_change", args=[world.pk]))
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "onclick=" not in answer.content.decode()


def test_a_claim_is_worded_in_every_language_that_is_read(world: Claim, boss: User) -> None:
    page = enter(boss).get(reverse("admin:claims_claim_add")).content.decode()
    for lang in LANGUAGES:
        assert f'name="proposition_{lang}"' in page
        assert f'name="keywords_{lang}"' in page
    assert "Español" in page
    listed = enter(boss).get(reverse("admin:claims_statement_changelist")).content.decode()
    assert all(f"lang={lang}" in listed for lang in LANGUAGES)


def test_a_quote_is_marked_in_its_paragraph_with_its_cue(world: Claim, boss: User) -> None:
    statement = say(world, "blues", Stance.DENIES, body=f"Above.\nThe <b>blues</b> {CUE}: {QUOTE}.\nBelow.")
    html = enter(boss).get(reverse("admin:claims_statement_change", args=[statement.pk])).content.decode()
    assert (
        f'The &lt;b&gt;blues&lt;/b&gt; <span class="fc-cue">{CUE}</span>: '
        f'<mark class="fc-quote fc-denies">{QUOTE}</mark>.</blockquote>' in html
    )
    assert "Above." not in html


def test_marking_escapes_overlaps_and_cuts() -> None:
    words = "a <b> c & d e"
    spans = [Span(2, 9, "quote", "affirms", "1", "#one"), Span(6, 11, "quote", "denies"), Span(0, 3, "cue")]
    assert mark_words(words, spans, end=12) == (
        '<span class="fc-cue">a </span><mark class="fc-quote fc-affirms fc-cue">&lt;</mark>'
        '<mark class="fc-quote fc-affirms">b&gt; </mark><mark class="fc-quote fc-mixed">c &amp;</mark>'
        '<sup><a class="fc-ref" href="#one">1</a></sup><mark class="fc-quote fc-denies"> d</mark> '
    )
    assert find_paragraph("one\ntwo three\nfour", 5, 7) == (4, 13)
    assert find_paragraph("all of it", 2, 4) == (0, 9)


@pytest.mark.parametrize(
    ("around", "shown"),
    [
        (0, "… <mark>three</mark> …"),
        (3, "… <mark>three</mark> …"),
        (4, "… two <mark>three</mark> …"),
        (5, "… two <mark>three</mark> four …"),
        (9, "one two <mark>three</mark> four …"),
        (99, "one two <mark>three</mark> four &lt;five&gt;"),
    ],
)
def test_a_quote_in_a_line_stands_among_whole_words_of_its_paragraph(around: int, shown: str) -> None:
    text = "above\none two three four <five>\nbelow"
    marked = mark_near(text, Span(114, 119), offset=100, around=around)
    assert marked.replace(' class="fc-quote fc-mixed"', "") == shown


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("claim", "q=holds+the+Mühle", True),
        ("claim", "q=nowhere", False),
        ("claim", "q=Mill", True),
        ("claim", "status__exact=contested", True),
        ("claim", "status__exact=confirmed", False),
        ("statement", "q=mill+is+ours", True),
        ("statement", "q=The+Blues", True),
        ("statement", "review=none", True),
        ("statement", "review=rejected", False),
        ("statement", "readers=differ", False),
        ("statement", "readers=agree", True),
        ("statement", "lang=en", True),
        ("statement", "lang=fr", False),
        ("statement", "carried=no", False),
        ("statement", "stance__exact=unsettled", False),
        ("article", "q=News", True),
        ("article", "q=post.example", True),
        ("article", "reading=failed", False),
        ("article", "reading=read", True),
        ("article", "reading=alone", False),
        ("article", "lang=uk", False),
        ("candidate", "", True),
        ("candidate", "became=accepted", False),
        ("candidate", "became=gone", False),
        ("candidate", "became=all", True),
        ("candidate", "q=Velmora", True),
        ("candidate", "q=reds+took", True),
        ("candidate", "lang=fr", False),
        ("candidate", "kind__exact=general", False),
        ("decision", "force=yes", False),
        ("decision", "force=no", True),
        ("statusperiod", "stands=no", True),
    ],
)
def test_lists_find_and_filter(world: Claim, boss: User, model: str, query: str, found: bool) -> None:
    Claim.objects.update(proposition={"en": "Who holds the Mühle?"})
    answer = enter(boss).get(f"{reverse(f'admin:claims_{model}_changelist')}?{query}")
    assert answer.status_code == 200
    assert bool(answer.context["cl"].result_list) is found
