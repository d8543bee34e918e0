"""Two hundred hostile strings through everything that people and publishers write: none runs, none breaks a page.

The pages are opened in Chromium, so this also holds that none breaks its content security policy, says an error on the
console, or asks anybody else for anything.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from claims import pipeline
from claims.admin.acts import WithActs
from claims.models import (
    ApiKey,
    Article,
    Candidate,
    Claim,
    Feed,
    Host,
    Note,
    Page,
    Party,
    ReaderDay,
    Revision,
    Source,
    Statement,
)
from claims.words import Stance, Status, Verdict
from tests.browser import Browser, _driver, browser, sign_in
from tests.desk_world import CUE, boss, make_claim, propose, say, silent_bells, watch
from tests.hostile_strings import STRINGS, pack

__all__ = ["_driver", "boss", "browser", "silent_bells"]  # fixtures

ALL = " ".join(STRINGS).replace("\x00", "")
# What would be there if a string had been taken for markup, run, or followed; and what is always there.
RAN = """
const bad = [];
if (window.ran) bad.push('ran');
for (const found of document.querySelectorAll('[data-ran], base, [onerror], [onload], [onfocus], plaintext, xmp'))
    bad.push(found.outerHTML.slice(0, 120));
for (const found of document.querySelectorAll('[href], [src], [action], [formaction]'))
    for (const name of ['href', 'src', 'action', 'formaction'])
        if (/^[\\s\\x00-\\x1f]*(javascript|vbscript|data:text)/i.test(found.getAttribute(name) || ''))
            bad.push(name + ': ' + found.getAttribute(name).slice(0, 80));
if (/1416091/.test(document.body.innerText.replace(/1187\\*1193/g, ''))) bad.push('an expression was worked out');
for (const asked of performance.getEntriesByType('resource'))
    if (!asked.name.startsWith(location.origin)) bad.push('asked for ' + asked.name);
return bad;
"""
# An unclosed comment, box or title would swallow what the theme puts last.
WHOLE = (
    "return document.querySelectorAll('body > script[src*=simplebar]').length === 1 && !!document.querySelector('h1')"
)


def fill(boss: User) -> tuple[Claim, Statement]:
    """A world in which everything that can be written is hostile, wherever a column has room for it."""
    now = timezone.now()
    claim = make_claim(wording=ALL)
    Claim.objects.filter(pk=claim.pk).update(
        keywords={"en": [[s] for s in STRINGS]}, place={"name": ALL, "names": {"en": list(STRINGS)}}
    )
    Party.objects.update(names={"en": [ALL, *STRINGS]}, note=ALL)
    Party.objects.bulk_create(Party(slug=f"p{n}", names={"en": [s]}) for n, s in enumerate(STRINGS[:40]))
    body = f"Before.\n\n{ALL} {CUE} that {ALL}. After.\n\n{ALL}"
    statement = say(claim, "reds", Stance.AFFIRMS, title=ALL, body=body, quote=ALL)
    say(claim, "blues", Stance.DENIES, title=ALL)
    pipeline.review_statement(statement.pk, Verdict.CONFIRMED, editor=boss, reason=ALL, now=now)
    decision = pipeline.decide_claim(claim.pk, Status.REFUTED, ALL, author=boss, now=now)
    pipeline.lift_decision(decision.pk, ALL, author=boss, now=now)
    pipeline.decide_claim(claim.pk, Status.CONFIRMED, ALL, author=boss, now=now + timedelta(seconds=1))
    pipeline.ask_withdrawal(statement.article_id, withdrawn=True, why=ALL, now=now)
    Note.objects.create(claim=claim, author=boss, text=ALL, recorded_at=now)
    propose(ALL[:200], title=ALL, quote=ALL, wording=ALL)
    watch("https://post.example", said=ALL)
    Host.objects.update(wait_until=now + timedelta(days=1), wait_why=ALL, robots=ALL)
    Revision.objects.update(last_error=ALL, read_by=ALL[:300])
    Source.objects.update(attribution=ALL[:300], licence=ALL[:100])
    ReaderDay.objects.create(day=now.date(), last_error=ALL)
    feed, source, host = Feed.objects.latest("pk"), Source.objects.latest("pk"), Host.objects.latest("pk")
    Feed.objects.update(last_error=ALL, note=ALL, ended_why=ALL, moved_to=ALL[:2000])
    Source.objects.bulk_create(Source(slug=f"s{n}", name=s) for n, s in enumerate(pack(200)))
    Page.objects.bulk_create(
        Page(url=s, told_title=s, last_error=s, source=source, host=host, feed=feed, found_at=now)
        for s in dict.fromkeys((*pack(500), *(s for s in STRINGS if "script" in s[:24])))
    )
    Article.objects.bulk_create(
        Article(url=s, source=source, published_at=now, recorded_at=now) for s in dict.fromkeys(STRINGS)
    )
    for name in pack(150):
        User.objects.create(username=name, first_name=name, last_name=name, is_staff=True)
    Group.objects.bulk_create(Group(name=name) for name in pack(150))
    ApiKey.objects.bulk_create(
        ApiKey(user=boss, name=s, prefix=s[:12], digest=f"{n:064}", scopes=["read"]) for n, s in enumerate(pack(200))
    )
    named = User.objects.exclude(pk=boss.pk).latest("pk")
    content = ContentType.objects.get_for_model(Claim)
    LogEntry.objects.bulk_create(
        LogEntry(user=named, content_type=content, object_id=str(claim.pk), object_repr=s, action_flag=2,
                 change_message=message)
        for s in pack(200) for message in (s, json.dumps({"said": s, "why": s, "old": {s: s}, "new": {s: s}}))
    )  # fmt: skip
    claim.refresh_from_db()
    statement.refresh_from_db()
    return claim, statement


def pages(claim: Claim, statement: Statement) -> Iterator[str]:
    """Every list, the page and history of one row of each, each act that asks something; and pages for readers."""
    yield from (reverse("admin:index"), reverse("admin:password_change"), reverse("admin:claims_claim_add"))
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        row = model._default_manager.order_by("-pk").first()
        yield reverse(f"{name}_changelist")
        if row is not None:
            yield reverse(f"{name}_change", args=[row.pk])
    for named, row in (("claim", claim), ("statement", statement), ("article", statement.article)):
        yield reverse(f"admin:claims_{named}_change", args=[row.pk])
        yield reverse(f"admin:claims_{named}_history", args=[row.pk])
        rows = admin.site._registry[type(row)]
        for act in rows.acts if isinstance(rows, WithActs) else ():
            yield reverse(f"admin:claims_{named}_{act.name}", args=[row.pk])
    yield reverse("admin:claims_candidate_change", args=[Candidate.objects.latest("pk").pk])
    yield from (claim.get_absolute_url(), "/", f"/articles/{statement.article_id}/")


def test_there_are_two_hundred_of_them() -> None:
    assert len(STRINGS) >= 200 and len(set(STRINGS)) == len(STRINGS)
    assert " ".join(pack(500)).replace(" ", "") == ALL.replace(" ", "")
    assert all(len(text) <= 150 for text in pack(150))


@pytest.mark.slow
def test_no_string_runs_or_breaks_a_page_whatever_it_stands_in(browser: Browser, boss: User) -> None:
    claim, statement = fill(boss)
    sign_in(browser, boss)
    wrong: dict[str, Any] = {}

    def look(where: str) -> None:
        found = browser.run(RAN) + browser.take_offences()
        if reverse("admin:index") in where and not browser.run(WHOLE):
            found.append("the page is not whole")
        if found:
            wrong[where] = found

    opened = list(dict.fromkeys(pages(claim, statement)))
    for address in opened:
        browser.open(address)
        look(address)
    # Strings in an address (a search, a filter, the way back), and in what a chooser fetches.
    for query in ("q", "_changelist_filters", "next", "queue"):
        browser.open(f"{reverse('admin:claims_statement_changelist')}?{query}={quote(ALL[:3000], safe='')}")
        look(f"{reverse('admin:index')} ?{query}")
    browser.open(reverse("admin:claims_statement_correct", args=[statement.pk]))
    browser.find(".select2-selection").click()
    browser.wait_for(lambda: len(browser.find_all(".select2-results__option")) > 10, "the chooser's rows")
    look(f"{reverse('admin:index')} chooser")
    # What an editor types comes back: in a form with errors, in a message, and where somebody else was quicker.
    browser.open(reverse("admin:claims_statement_reject", args=[statement.pk]))
    pipeline.review_statement(statement.pk, Verdict.REJECTED, editor=boss, reason=ALL, now=timezone.now())
    browser.run("document.querySelector('[name=reason]').value = arguments[0]", ALL[:1900])
    browser.allow("409")
    browser.run("document.querySelector('form:has([name=reason])').submit()")
    browser.wait_for(lambda: browser.find_all(".fc-overtaken"), "the page of who was overtaken")
    look(f"{reverse('admin:index')} overtaken")
    assert wrong == {}
    assert len(opened) > 45
