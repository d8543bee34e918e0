"""The pages' sentences: statuses, stances, reasons and ages in words a reader understands, ready for translation."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils import formats, translation
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from claims.assessment import Assessment, Pending, Shift, Voice
from claims.models import Claim, Party
from claims.words import ClaimKind, Rule, Stance, Status

STATUS_WORDS = {
    Status.UNVERIFIED: gettext_lazy("unverified"),
    Status.CONTESTED: gettext_lazy("contested"),
    Status.CONFIRMED: gettext_lazy("confirmed"),
    Status.REFUTED: gettext_lazy("refuted"),
}
STATUS_MEANINGS = {
    Status.UNVERIFIED: gettext_lazy("one side only has spoken, or nobody"),
    Status.CONTESTED: gettext_lazy("parties say different things"),
    Status.CONFIRMED: gettext_lazy("established as true"),
    Status.REFUTED: gettext_lazy("established as false"),
}
STANCE_WORDS = {
    Stance.AFFIRMS: gettext_lazy("affirms"),
    Stance.DENIES: gettext_lazy("denies"),
    Stance.UNSETTLED: gettext_lazy("says it is not settled"),
}
RULE_WORDS = {
    Rule.DECISION: gettext_lazy("an editor's decision"),
    Rule.ADMISSION: gettext_lazy("a statement against interest"),
    Rule.CONSENSUS: gettext_lazy("independent parties agree"),
    Rule.CONTESTED: gettext_lazy("parties hold different stances"),
    Rule.UNVERIFIED: gettext_lazy("no other rule applies"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a page of its own: the slug in its address, and its name in the page's language."""

    slug: str
    name: str


def page_language() -> str:
    """The code of the language that the page's own words are in: English where there is no translation."""
    return pgettext("the code of the language you translate into", "en")


def name_party(party: Party) -> Named:
    """A party by its first name in the page's language, else as it is shown elsewhere."""
    names = party.names.get(page_language())
    return Named(party.slug, str(names[0]) if names else party.title)


def name_claim(claim: Claim) -> Named:
    """A claim by its proposition in the page's language, or by who holds which place."""
    if claim.proposition or claim.kind != ClaimKind.CONTROL or claim.holder is None or not claim.place:
        return Named(claim.slug, claim.title_in(page_language()))
    names = claim.place.get("names", {}).get(page_language())
    place = names[0] if names else claim.place["name"]
    return Named(
        claim.slug, _("%(holder)s controls %(place)s.") % {"holder": name_party(claim.holder).name, "place": place}
    )


def name_language(code: str) -> str:
    """A language by its name in the page's language; the code itself where nobody has named it."""
    if not code:
        return ""
    with translation.override(page_language()):
        try:
            return str(translation.get_language_info(code)["name_translated"])
        except KeyError:
            return code


def say_moment(moment: datetime) -> str:
    """A moment to the minute, in UTC, with its zone said."""
    return f"{say_day(moment)}, {moment.astimezone(UTC):%H:%M} UTC"


def say_day(moment: datetime) -> str:
    """The day of a moment, in UTC."""
    with translation.override(page_language()):
        return formats.date_format(moment.astimezone(UTC), "j F Y")


def say_age(moment: datetime, seen_from: datetime, *, past: bool = False) -> str:
    """How long ago a moment was, in hours or days; with `past`, seen from another moment than now."""
    age = max(seen_from - moment, timedelta(0))
    hours, days = age // timedelta(hours=1), age // timedelta(days=1)
    if past:
        if hours < 48:
            return ngettext("%(n)d hour earlier", "%(n)d hours earlier", hours) % {"n": hours}
        return ngettext("%(n)d day earlier", "%(n)d days earlier", days) % {"n": days}
    if hours < 1:
        return _("within the last hour")
    if hours < 48:
        return ngettext("%(n)d hour ago", "%(n)d hours ago", hours) % {"n": hours}
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def say_reason(assessment: Assessment, names: Mapping[str, Named]) -> str:
    """Why the status is what it is, in a sentence; `names` has every party the assessment rests on, by slug."""
    if assessment.rule is Rule.DECISION:
        return _("An editor decided it.")
    if not assessment.because:
        return _("Nobody has taken a position.")
    listed = list_parties((v.party for v in assessment.because), names)
    several = len(assessment.because)
    if assessment.rule is Rule.ADMISSION:
        if assessment.status is Status.CONFIRMED:
            text = ngettext(
                "%(parties)s affirms it, against its own interest.",
                "%(parties)s affirm it, against their own interest.",
                several,
            )
        else:
            text = ngettext(
                "%(parties)s denies it, against its own interest.",
                "%(parties)s deny it, against their own interest.",
                several,
            )
        return text % {"parties": listed}
    if assessment.rule is Rule.CONSENSUS:
        if assessment.status is Status.CONFIRMED:
            text = _("%(parties)s, independent of it and reliable, affirm it; no other such party says otherwise.")
        else:
            text = _("%(parties)s, independent of it and reliable, deny it; no other such party says otherwise.")
        return text % {"parties": listed}
    sides = say_sides(assessment.because, names)
    if assessment.rule is Rule.UNVERIFIED:
        return _("One side only: %(side)s.") % {"side": sides}
    return _("%(sides)s.") % {"sides": sides}


def say_sides(voices: Iterable[Voice], names: Mapping[str, Named]) -> str:
    """Who says what, stance by stance: "Russia affirms it; Ukraine and ISW deny it"."""
    by_stance: dict[Stance, list[str]] = {}
    for voice in voices:
        by_stance.setdefault(voice.stance, []).append(voice.party)
    sides = []
    for stance in Stance:
        parties = by_stance.get(stance)
        if not parties:
            continue
        if stance is Stance.AFFIRMS:
            text = ngettext("%(parties)s affirms it", "%(parties)s affirm it", len(parties))
        elif stance is Stance.DENIES:
            text = ngettext("%(parties)s denies it", "%(parties)s deny it", len(parties))
        else:
            text = ngettext("%(parties)s says it is not settled", "%(parties)s say it is not settled", len(parties))
        sides.append(text % {"parties": list_parties(parties, names)})
    return "; ".join(sides)


def say_pending(pending: Pending, names: Mapping[str, Named]) -> str:
    """What a reading that is not borne out yet would change, and what it would take."""
    if pending.needs == "story":
        text = {
            Stance.AFFIRMS: _(
                "%(party)s is read as affirming it; with a second independent story, or an editor's "
                "confirmation, the claim would be %(status)s."
            ),
            Stance.DENIES: _(
                "%(party)s is read as denying it; with a second independent story, or an editor's "
                "confirmation, the claim would be %(status)s."
            ),
            Stance.UNSETTLED: _(
                "%(party)s is read as saying it is not settled; with a second independent story, or an editor's "
                "confirmation, the claim would be %(status)s."
            ),
        }[pending.stance]
    else:
        text = {
            Stance.AFFIRMS: _(
                "%(party)s is read as affirming it; if an editor confirmed that, the claim would be %(status)s."
            ),
            Stance.DENIES: _(
                "%(party)s is read as denying it; if an editor confirmed that, the claim would be %(status)s."
            ),
            Stance.UNSETTLED: _(
                "%(party)s is read as saying it is not settled; if an editor confirmed that, the claim would "
                "be %(status)s."
            ),
        }[pending.stance]
    return text % {"party": name_of(pending.party, names), "status": STATUS_WORDS[pending.status]}


def say_shifts(shifts: Iterable[Shift], names: Mapping[str, Named]) -> tuple[str, ...]:
    """What would change the status, one sentence for each status and stance that would lead to it."""
    grouped: dict[tuple[Status, Stance], list[str]] = {}
    for shift in shifts:
        grouped.setdefault((shift.status, shift.stance), []).append(shift.party)
    return tuple(_say_shift(stance, parties, status, names) for (status, stance), parties in sorted(grouped.items()))


def _say_shift(stance: Stance, parties: Sequence[str], status: Status, names: Mapping[str, Named]) -> str:
    several = len(parties)
    if stance is Stance.AFFIRMS:
        text = ngettext(
            "%(status)s, if %(parties)s firmly affirmed it",
            "%(status)s, if any one of these firmly affirmed it: %(parties)s",
            several,
        )
    elif stance is Stance.DENIES:
        text = ngettext(
            "%(status)s, if %(parties)s firmly denied it",
            "%(status)s, if any one of these firmly denied it: %(parties)s",
            several,
        )
    else:
        text = ngettext(
            "%(status)s, if %(parties)s firmly said it is not settled",
            "%(status)s, if any one of these firmly said it is not settled: %(parties)s",
            several,
        )
    listed = list_parties(parties, names) if several == 1 else ", ".join(name_of(p, names) for p in parties)
    return text % {"status": STATUS_WORDS[status], "parties": listed}


def list_parties(parties: Iterable[str], names: Mapping[str, Named]) -> str:
    """Parties by name, as a list in a sentence."""
    return get_text_list([name_of(party, names) for party in parties], _("and"))


def name_of(party: str, names: Mapping[str, Named]) -> str:
    """A party's name by its slug; the slug itself for one that is not in the catalogue any more."""
    return names[party].name if party in names else party
