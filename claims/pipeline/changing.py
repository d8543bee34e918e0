"""What an edition changed against the one before it, and how statements went with it: worked out when it is read."""

from dataclasses import dataclass

from claims.models import Revision, Statement
from claims.reading.editions import Difference, Wording, compare_editions, find_note
from claims.reading.values import Found
from claims.words import Departure, Had


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of an edition to the one before, and the sentence by which it says that it was corrected ("").

    `fuller` says that more of the article was had than before: its publisher need not have changed anything.
    """

    difference: Difference
    note: str
    fuller: bool = False


def compare_with_former(revision: Revision, lang: str) -> Change | None:
    """What an edition in a language changed against the one before; None for a first edition. One query."""
    if revision.number == 1:
        return None
    former = Revision.objects.filter(article=revision.article_id, number=revision.number - 1).first()
    if former is None:
        return None
    difference = compare_editions(Wording(former.title, former.text), Wording(revision.title, revision.text))
    fuller = Had(former.had).is_less_than(Had(revision.had))
    return Change(difference, find_note(difference.fresh, lang), fuller)


def tell_departure(
    statement: Statement, found: Found | None, revision: Revision, change: Change | None
) -> Departure | None:
    """How a statement comes to be dropped by an edition, in which `found` was read of its party on its claim.

    None where the edition was not compared with the one before, or more was had with it: nobody took it back.
    """
    # What an edition itself carries went by another reading of it, not by an edit; so did what stands as it stood.
    if statement.revision_id == revision.pk:
        return Departure.REREAD
    if change is None:
        return None
    if statement.quote in revision.words and not change.difference.takes(statement.quote):
        return Departure.REREAD
    if found is not None and found.stance == statement.stance:
        return Departure.REWORDED
    if change.fuller:
        return None
    return Departure.VANISHED if found is None else Departure.REVERSED


def note_change(revision: Revision, change: Change | None) -> tuple[str, ...]:
    """Write on a revision's row, unsaved, what it changed; returns the names of the columns.

    It is silent if statements or quotations went with it and it does not say that it was corrected or updated; never
    where it only comes in place of a part of the text.
    """
    if change is None:
        return ("statements_gone",)
    difference = change.difference
    revision.words_added, revision.words_removed = difference.words_added, difference.words_removed
    revision.title_changed = difference.title_changed
    revision.quotes_gone = 0 if change.fuller else len(difference.quotes_gone)
    revision.correction_note = change.note
    revision.silent = bool(revision.statements_gone or revision.quotes_gone) and not (change.note or change.fuller)
    return (
        "words_added", "words_removed", "title_changed", "quotes_gone", "correction_note", "statements_gone", "silent",
    )  # fmt: skip
