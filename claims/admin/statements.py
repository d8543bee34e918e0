"""Statements and the editors' word on them: confirm, reject, correct, one or many, with what that would change."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from claims.admin.acts import Act, WithActs
from claims.admin.filters import (
    CarriedFilter,
    DaysFilter,
    DepartureFilter,
    DoubtFilter,
    LanguageFilter,
    LastWordFilter,
    ReadersFilter,
    ReviewedFilter,
    ReviewLanguageFilter,
)
from claims.admin.foresight import foresee, foresee_each
from claims.admin.forms import ConfirmForm, CorrectForm, MoveQuoteForm, RejectForm, UndoForm
from claims.admin.history import Told
from claims.admin.kept import Seen
from claims.admin.marking import SAYS
from claims.admin.queue_pages import go_on, hold_opened
from claims.admin.quotes import view_quotes, with_excerpt, with_verdict
from claims.admin.seen import FIELD, Overtaken, check, check_each, hold, tokens_of
from claims.admin.selecting import TEMPLATE, move_by_hand, show_moving, start_moving
from claims.admin.side_by_side import CONFLICT
from claims.models import Review, Statement
from claims.pipeline import RefusedEdit, correct_statement, review_statement, undo_review
from claims.words import Stance, Verdict

STANCE_TONES = {"affirms": "success", "denies": "danger", "unsettled": "warning"}
# What a statement is shown with, wherever it is shown.
SHOWN_WITH = ("claim__holder", "party", "source", "article__source", "revision")
# So many statements of its party on its claim are gone through to foresee what a word on one gives.
FORESEEN = 5_000
# Why readings are rejected, nearly always; anything else is typed.
REJECTIONS = (
    _("It does not say so."), _("Somebody else says so."), _("It is about something else."),
    _("It says so of another time."), _("It is quoted to be denied."),
)  # fmt: skip
# More reviews than this in one go would hold claims locked for longer than others should wait.
REVIEWED_AT_ONCE = 200


def _review(verdict: Verdict, request: HttpRequest, statement: Statement, given: Mapping[str, Any]) -> str:
    review_statement(statement.pk, verdict, editor=request.user, reason=given["reason"], now=timezone.now())
    return _say_review(verdict, given["reason"])


def _say_review(verdict: Verdict, reason: str) -> str:
    said = gettext("Confirmed.") if verdict is Verdict.CONFIRMED else gettext("Rejected.")
    return f"{said} {reason}".strip()


def _correct(request: HttpRequest, statement: Statement, given: Mapping[str, Any]) -> str:
    right = correct_statement(
        statement.pk,
        editor=request.user,
        now=timezone.now(),
        stance=Stance(given["stance"]) if given["stance"] else None,
        party=given["party"],
        claim=given["claim"],
        reason=given["reason"],
    )
    said = gettext("Corrected by statement %(id)d: %(party)s %(stance)s %(claim)s") % {
        "id": right.pk, "party": right.party.slug, "stance": right.stance, "claim": right.claim.slug,
    }  # fmt: skip
    return f"{said}. {given['reason']}".strip()


def _closed_to(verdict: Verdict, statement: Any) -> str:
    if statement.verdict == Verdict.CORRECTED:
        return gettext("It was corrected: review the statement that replaced it.")
    if statement.verdict == verdict:
        return gettext("It is %(verdict)s already.") % {"verdict": statement.verdict}
    return ""


def _undo(request: HttpRequest, statement: Statement, given: Mapping[str, Any]) -> str:
    undo_review(statement.pk, editor=request.user, reason=given["reason"], now=timezone.now())
    return f"{gettext('Undone: as if nobody had reviewed it.')} {given['reason']}".strip()


def _closed_to_undoing(statement: Any) -> str:
    return "" if statement.verdict else gettext("No word stands on it: there is nothing to undo.")


def _closed_to_correction(statement: Any) -> str:
    if statement.revision_id is None:
        return gettext("A record has no article to correct it from: reject it and import the right one.")
    return _closed_to(Verdict.CORRECTED, statement)


@admin.register(Statement)
class StatementAdmin(WithActs, Seen):
    """What parties said, as it was read."""

    change_form_outer_after_template = "admin/claims/history_card.html"
    list_display = ("shown_party", "shown_stance", "words", "carrier", "said", "certainty", "review")
    list_display_links = ("words",)
    list_filter = (
        ReviewedFilter,
        ReadersFilter,
        ("claim", AutocompleteSelectFilter),
        ("party", AutocompleteSelectFilter),
        "stance",
        ("article__source", AutocompleteSelectFilter),
        LanguageFilter,
        "origin",
        "strength",
        CarriedFilter,
        DepartureFilter,
        DoubtFilter,
        ("said_at", DaysFilter),
        ("recorded_at", DaysFilter),
    )
    search_fields = ("quote", "claim__slug", "claim__proposition", "party__slug", "party__names")
    # What came last on top; no index serves any other order of a million rows.
    ordering = ("-pk",)
    sortable_by = ()
    list_per_page = 50
    actions = ("confirm_selected", "reject_selected")
    fields = ("claim", "party", "stance", "said_at", "origin", "rule", "confidence", "strength", "own_voice",
              "source", "url", "corrects", "recorded_at", "dropped_at", "dropped_how", "dropped_why")  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            name="confirm",
            label=_("Confirm"),
            permissions=("claims.add_review",),
            perform=partial(_review, Verdict.CONFIRMED),
            form=ConfirmForm,
            explanation=_("You vouch for it: from now on it weighs as much as a record."),
            closed=partial(_closed_to, Verdict.CONFIRMED),
            leads_to=go_on,
            tone="primary",
            icon="check",
        ),
        Act(
            name="reject",
            label=_("Reject"),
            permissions=("claims.add_review",),
            perform=partial(_review, Verdict.REJECTED),
            form=RejectForm,
            explanation=_("A misreading: from now on it weighs nothing. It stays on record."),
            closed=partial(_closed_to, Verdict.REJECTED),
            leads_to=go_on,
            tone="danger",
            icon="close",
        ),
        Act(
            name="correct",
            label=_("Correct"),
            permissions=("claims.add_review", "claims.add_statement"),
            perform=_correct,
            form=CorrectForm,
            explanation=_("Say what the words really say; your statement replaces the misreading."),
            closed=_closed_to_correction,
            leads_to=go_on,
            icon="edit",
        ),
        Act(
            name="move-quote",
            label=_("Move the quote"),
            permissions=("claims.add_review", "claims.add_statement"),
            perform=move_by_hand,
            form=MoveQuoteForm,
            explanation=_("Right but for the words: choose those that say it. Your statement replaces the misreading."),
            closed=_closed_to_correction,
            initial=start_moving,
            shows=show_moving,
            template=TEMPLATE,
            tone="primary",
            leads_to=go_on,
            icon="format_quote",
        ),
        Act(
            name="undo",
            label=_("Undo"),
            permissions=("claims.add_review",),
            perform=_undo,
            form=UndoForm,
            explanation=_("The last word on it is taken back, as if nobody had reviewed it. It stays on record."),
            closed=_closed_to_undoing,
            icon="undo",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        """Statements with the last word on each; texts and documents stay in the database."""
        shown = super().get_queryset(request).select_related(*SHOWN_WITH)
        return with_verdict(shown).defer("claim__document", "revision__text")

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """Doubtful ones have an index of their own, which goes by when they were recorded."""
        return ("-recorded_at", "-pk") if request.GET.get(DoubtFilter.parameter_name) else self.ordering

    def name_row(self, row: Statement) -> str:
        """Who says what of which claim."""
        return name_statement(row)

    @display(description=_("Said"), ordering="said_at")
    def said(self, statement: Statement) -> str:
        """When it was said, in UTC."""
        return f"{statement.said_at:%Y-%m-%d %H:%M}"

    @display(description=_("Party"), ordering="party__slug")
    def shown_party(self, statement: Statement) -> str:
        """Who says so."""
        return statement.party.title

    @display(description=_("Stance"), ordering="stance", label=STANCE_TONES)
    def shown_stance(self, statement: Statement) -> str:
        """The stance, in its colour."""
        return statement.stance

    @display(description=_("Claim and words"), ordering="claim__slug")
    def words(self, statement: Statement) -> str:
        """What it is about, and the quote, both shortened."""
        about, quote = Truncator(statement.claim.title).chars(90), Truncator(statement.quote or "—").chars(140)
        return format_html('<span class="fc-cell-words"><b>{}</b><br>{}</span>', about, quote)

    @display(description=_("Source"))
    def carrier(self, statement: Statement) -> str:
        """Who carried it, its grade, the language, and whom to credit for it."""
        source = statement.article.source if statement.article else statement.source
        carrier = f"{source.name} ({source.reliability})" if source else "—"
        lang = statement.revision.lang if statement.revision else ""
        credit = f"{source.attribution} {source.licence}".strip() if source else ""
        return " · ".join(part for part in (carrier, lang, credit) if part)

    @display(description=_("Read as"), ordering="confidence")
    def certainty(self, statement: Statement) -> str:
        """How sure the reading is, or where it comes from."""
        if statement.origin != "reading":
            return statement.origin
        return f"{statement.strength} {statement.confidence:.2f}"

    @display(description=_("Review"), label={"confirmed": "success", "rejected": "danger", "corrected": "warning"})
    def review(self, statement: Any) -> str:
        """The last word on it."""
        if statement.dropped_at is not None or (statement.article and statement.article.withdrawn):
            return statement.verdict or gettext("not carried")
        return statement.verdict or ""

    def has_review_permission(self, request: HttpRequest) -> bool:
        """Whether the user may have a word on statements."""
        return request.user.has_perm("claims.add_review")

    @admin.action(description=_("Confirm…"), permissions=["review"])
    def confirm_selected(self, request: HttpRequest, chosen: QuerySet[Statement]) -> HttpResponse | None:
        """Confirm the chosen statements, after showing what that would change."""
        return self._review_selected(request, chosen, Verdict.CONFIRMED)

    @admin.action(description=_("Reject…"), permissions=["review"])
    def reject_selected(self, request: HttpRequest, chosen: QuerySet[Statement]) -> HttpResponse | None:
        """Reject the chosen statements, after showing what that would change."""
        return self._review_selected(request, chosen, Verdict.REJECTED)

    def _review_selected(
        self, request: HttpRequest, chosen: QuerySet[Statement], verdict: Verdict
    ) -> HttpResponse | None:
        statements = list(chosen[: REVIEWED_AT_ONCE + 1])
        if len(statements) > REVIEWED_AT_ONCE:
            limit = {"limit": REVIEWED_AT_ONCE}
            messages.error(request, gettext("Choose at most %(limit)d statements at once.") % limit)
            return None
        form_class = ConfirmForm if verdict is Verdict.CONFIRMED else RejectForm
        form = form_class(request.POST if "really" in request.POST else None)
        overtaken: Sequence[tuple[Any, Overtaken]] = ()
        if "really" in request.POST and form.is_valid():
            tokens = {s.pk: request.POST.get(f"{FIELD}_{s.pk}", "") for s in statements}
            overtaken = check_each(statements, tokens)
            if not overtaken:
                self._review_all(request, statements, verdict, form.cleaned_data["reason"], tokens)
                return None
        confirming = verdict is Verdict.CONFIRMED
        return TemplateResponse(
            request,
            "admin/claims/statement/review_selected.html",
            {
                **self.admin_site.each_context(request),
                "title": gettext("Confirm statements") if confirming else gettext("Reject statements"),
                "opts": self.opts,
                "media": self.media + form.media,
                "form": form,
                "statements": statements,
                "tokens": list(zip(statements, tokens_of(statements), strict=True)),
                "overtaken": [(name_statement(s), error) for s, error in overtaken],
                "already": [s for s in statements if _closed_to(verdict, s)],
                "turns": [turn for turn in foresee(statements, [verdict])[verdict] if turn.differs],
                "action": "confirm_selected" if confirming else "reject_selected",
                "checkbox": ACTION_CHECKBOX_NAME,
                "button": gettext("Confirm") if confirming else gettext("Reject"),
                "tone": "primary" if confirming else "danger",
            },
            status=CONFLICT if overtaken else None,
        )

    def _review_all(
        self, request: HttpRequest, statements: list[Any], verdict: Verdict, reason: str, tokens: Mapping[int, str]
    ) -> None:
        done = 0
        for statement in statements:
            if closed := _closed_to(verdict, statement):
                messages.warning(request, f"{statement.party.title}, {statement.claim.title}: {closed}")
                continue
            try:
                # One by one: a refused one must not undo the others, and no claim stays locked for long.
                with transaction.atomic():
                    hold(statement)
                    # The status may be another by the words just given on other statements of the claim.
                    check(statement, tokens[statement.pk], besides={"claim_status"})
                    review_statement(statement.pk, verdict, editor=request.user, reason=reason, now=timezone.now())
                    self.log_change(request, statement, Told(_say_review(verdict, reason), reason))
            except RefusedEdit as refusal:
                messages.error(request, str(refusal))
            except Overtaken as error:
                told = {"row": name_statement(statement), "who": error.who or gettext("a worker"), "what": error.what}
                messages.warning(request, gettext("%(row)s: left as it is. %(who)s: %(what)s") % told)
            else:
                done += 1
        if done:
            said = ngettext("%(n)d statement %(verdict)s.", "%(n)d statements %(verdict)s.", done)
            messages.success(request, said % {"n": done, "verdict": verdict.value})

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """Show the words in their paragraph, and what confirming or rejecting would change."""
        statement = kwargs.get("obj")
        if statement is not None:
            context |= _lay_out(statement) | hold_opened(request, statement)
        return super().render_change_form(request, context, **kwargs)


def name_statement(statement: Statement) -> str:
    """Who says what of which claim, in one line."""
    return f"{statement.party.title} {statement.stance}: {statement.claim.title}"


def _lay_out(statement: Statement) -> dict[str, Any]:
    """What a statement's page shows besides its columns."""
    shown = with_excerpt(with_verdict(Statement.objects.filter(pk=statement.pk))).select_related(
        "claim__holder", "corrects"
    )
    quote = view_quotes(shown)[0]
    verdicts = (Verdict.CONFIRMED, Verdict.REJECTED)
    foreseen = foresee_each([quote.statement], verdicts, most=FORESEEN).get(statement.pk, {})
    corrections: Iterable[Statement] = ()
    if quote.verdict == Verdict.CORRECTED:
        corrections = statement.corrections.select_related("party", "claim__holder")
    return {
        "quote": quote,
        "reviews": statement.reviews.select_related("editor"),
        "corrections": corrections,
        "if_confirmed": foreseen.get(Verdict.CONFIRMED),
        "if_rejected": foreseen.get(Verdict.REJECTED),
        "rejections": REJECTIONS,
        "stances": [(stance.value, SAYS[stance]) for stance in Stance if stance != statement.stance],
    }


@admin.register(Review)
class ReviewAdmin(Seen):
    """Every word an editor had on a statement."""

    def name_row(self, row: Review) -> str:
        """The verdict, and on what."""
        return f"{row.verdict}: {name_statement(row.statement)}"

    list_display = ("recorded_at", "shown_verdict", "about", "reason", "editor")
    list_filter = (
        "verdict", LastWordFilter, ReviewLanguageFilter, "statement__origin", ("editor", AutocompleteSelectFilter),
        ("recorded_at", DaysFilter),
    )  # fmt: skip
    list_select_related = ("statement__party", "statement__claim__holder", "editor")
    search_fields = ("reason", "statement__quote", "statement__claim__slug", "statement__party__slug")
    sortable_by = ()
    fields = ("statement_link", "verdict", "reason", "editor", "recorded_at")
    readonly_fields = fields

    @display(description=_("Verdict"), ordering="verdict", label={
        "confirmed": "success", "rejected": "danger", "corrected": "warning",
    })  # fmt: skip
    def shown_verdict(self, review: Review) -> str:
        """The verdict, in its colour."""
        return review.verdict

    @display(description=_("Statement"))
    def about(self, review: Review) -> str:
        """Who says what."""
        return Truncator(name_statement(review.statement)).chars(110)

    @display(description=_("Statement"))
    def statement_link(self, review: Review) -> str:
        """The statement, to go to."""
        address = reverse("admin:claims_statement_change", args=[review.statement_id])
        return format_html('<a href="{}">{}</a>', address, self.about(review))
