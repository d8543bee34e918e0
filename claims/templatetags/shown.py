"""How templates say a moment, a stance or a status: always with its words, and a moment with its zone."""

from datetime import UTC, datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from claims.serializers import iso
from claims.showing.wording import (
    RULE_WORDS,
    STANCE_WORDS,
    STATUS_MEANINGS,
    STATUS_WORDS,
    name_language,
    say_age,
    say_day,
    say_moment,
)
from claims.words import Rule, Stance, Status

register = template.Library()

# Signs beside the words, so that neither colour nor reading is needed to tell them apart.
SIGNS = {Stance.AFFIRMS: "+", Stance.DENIES: "−", Stance.UNSETTLED: "?"}
SHAPES = {Status.UNVERIFIED: "○", Status.CONTESTED: "◐", Status.CONFIRMED: "●", Status.REFUTED: "✕"}


@register.filter
def moment(value: datetime) -> SafeString:
    """A moment to the minute: "1 December 2025, 20:48 UTC", machine-readable beside."""
    return format_html('<time datetime="{}">{}</time>', iso(value), say_moment(value))


@register.filter
def day(value: datetime) -> SafeString:
    """The day of a moment, with the exact moment machine-readable beside."""
    return format_html('<time datetime="{}">{}</time>', iso(value), say_day(value))


@register.filter
def ago(value: datetime, seen_from: datetime) -> str:
    """How long before a moment: "74 days ago"."""
    return say_age(value, seen_from)


@register.filter
def earlier(value: datetime, seen_from: datetime) -> str:
    """How long before a moment that is not now: "74 days earlier"."""
    return say_age(value, seen_from, past=True)


@register.filter
def stance(value: Stance) -> SafeString:
    """A stance with its sign: "+ affirms"."""
    return format_html(
        '<span class="stance stance-{}"><span class="sign" aria-hidden="true">{}</span>\N{NO-BREAK SPACE}{}</span>',
        value.value,
        SIGNS[value],
        STANCE_WORDS[value],
    )


@register.filter
def status(value: Status) -> SafeString:
    """A status as a badge with its shape and its word."""
    return format_html(
        '<span class="status status-{}"><span class="sign" aria-hidden="true">{}</span>\N{NO-BREAK SPACE}{}</span>',
        value.value,
        SHAPES[value],
        STATUS_WORDS[value],
    )


@register.filter
def meaning(value: Status) -> str:
    """What a status means, in a few words."""
    return str(STATUS_MEANINGS[value])


@register.filter
def rule(value: Rule) -> str:
    """A rule of the policy, in a few words."""
    return str(RULE_WORDS[value])


@register.filter
def language(code: str) -> str:
    """A language by its name."""
    return name_language(code)


@register.filter
def field(value: datetime) -> str:
    """A moment as a form field of date and time takes it, in UTC."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
