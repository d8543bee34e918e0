"""What editors do: review, correct or add a statement, decide a claim, lift a decision, withdraw an article.

Each is one transaction under the claim's lock and takes effect in the ledger at once.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef

from claims.models import Article, Claim, Decision, Party, Review, Revision, Statement, Withdrawal
from claims.pipeline.assessing import TICK, lock_claims, settle
from claims.pipeline.sightings import recount_candidates
from claims.words import Origin, Stance, Status, Verdict

# What an editor sets is read by this rule.
EDITOR = "editor"


class RefusedEdit(ValueError):
    """An editor's act that cannot be done as asked; the message says what to do instead."""


def review_statement(statement_id: int, verdict: Verdict, *, editor: Any, reason: str = "", now: datetime) -> Review:
    """Confirm or reject a statement: from now on it weighs as vouched for, or not at all.

    Raises RefusedEdit for a correction, which needs what is right (see `correct_statement`), and for a statement that
    was corrected: it counts no more, and what replaced it is to be reviewed.
    """
    if verdict is Verdict.CORRECTED:
        raise RefusedEdit("To correct a statement, say which party, stance or claim is right.")
    if verdict is Verdict.UNDONE:
        return undo_review(statement_id, editor=editor, reason=reason, now=now)
    with transaction.atomic():
        statement = Statement.objects.select_related("party").get(pk=statement_id)
        claims, instant = lock_claims([statement.claim_id], now)
        if _last_verdict(statement) == Verdict.CORRECTED:
            raise RefusedEdit("This statement was corrected already: review the one that replaced it.")
        review = _put_word(statement, verdict, editor, reason, instant)
        settle(claims, instant, touched={statement.claim_id: {statement.party.slug}})
        return review


def undo_review(statement_id: int, *, editor: Any, reason: str = "", now: datetime) -> Review:
    """Take back the word that stands on a statement: from now on it weighs as if nobody had reviewed it.

    Nothing is removed: the taking back is on record too. Undoing a correction also rejects the statement that had come
    in its place. Raises RefusedEdit where no word stands, for a statement that an editor added, and where what came in
    its place has a word of its own by now.
    """
    with transaction.atomic():
        statement = Statement.objects.select_related("party").get(pk=statement_id)
        replacing = statement.corrections.select_related("party").order_by("-pk").first()
        concerned = [statement, *([replacing] if replacing is not None else [])]
        claims, instant = lock_claims({one.claim_id for one in concerned}, now)
        verdict = _last_verdict(statement)
        if replacing != statement.corrections.order_by("-pk").first():
            raise RefusedEdit("This statement was corrected a moment ago: look at it again first.")
        if verdict is None:
            raise RefusedEdit("No word stands on this statement: there is nothing to undo.")
        if verdict == Verdict.CONFIRMED and statement.origin == Origin.EDITOR:
            raise RefusedEdit("An editor set this statement: reject it if it is wrong.")
        touched: dict[int, set[str]] = {statement.claim_id: {statement.party.slug}}
        if verdict == Verdict.CORRECTED and replacing is not None and replacing.dropped_at is None:
            word = _last_verdict(replacing)
            if word in (Verdict.CONFIRMED, Verdict.CORRECTED):
                raise RefusedEdit(f"Statement {replacing.pk}, which replaced it, was {word} since: undo that first.")
            if word is None:
                _put_word(replacing, Verdict.REJECTED, editor, reason, instant)
                touched.setdefault(replacing.claim_id, set()).add(replacing.party.slug)
        review = _put_word(statement, Verdict.UNDONE, editor, reason, instant)
        settle(claims, instant, touched=touched)
        return review


def _last_verdict(statement: Statement) -> str | None:
    """The word that stands on a statement; to be asked under its claim's lock."""
    words = Statement.objects.annotate(verdict=Review.objects.filter(statement=OuterRef("pk")).last_verdict())
    return words.values_list("verdict", flat=True).get(pk=statement.pk)


def _put_word(statement: Statement, verdict: Verdict, editor: Any, reason: str, instant: datetime) -> Review:
    """Enter a word on a statement, and on the statement whether one stands."""
    stands = None if verdict is Verdict.UNDONE else instant
    Statement.objects.filter(pk=statement.pk).update(reviewed_at=stands)
    return Review.objects.create(
        statement=statement, verdict=verdict, reason=reason, editor=editor, recorded_at=instant
    )


def correct_statement(
    statement_id: int,
    *,
    editor: Any,
    now: datetime,
    stance: Stance | None = None,
    party: Party | None = None,
    claim: Claim | None = None,
    reason: str = "",
) -> Statement:
    """Replace a statement by what the words really say; the misreading stays on record and counts no more.

    Returns the new statement, which is the editor's and weighs as such. Raises RefusedEdit where nothing differs.
    """
    wrong = Statement.objects.select_related("party").get(pk=statement_id)
    right = _same_words(wrong)
    right.claim_id = claim.pk if claim else wrong.claim_id
    right.party_id = party.pk if party else wrong.party_id
    right.stance = stance or wrong.stance
    if (right.claim_id, right.party_id, right.stance) == (wrong.claim_id, wrong.party_id, wrong.stance):
        raise RefusedEdit("Nothing is different: change the stance, the party or the claim, or confirm it.")
    return _replace(wrong, right, editor=editor, reason=reason, now=now)


def move_quote(statement_id: int, start: int, end: int, *, editor: Any, reason: str = "", now: datetime) -> Statement:
    """Let a statement rest on other words of the same edition: characters `start` to `end` (code points) of its words.

    It is a correction: returns the statement that replaces it, an editor's, alike in all but the words; what was read
    stays on record and counts no more. Blanks around the words are left off. Raises RefusedEdit where there are no
    such words, where they are those that it rests on, or where the article's newest edition does not carry them.
    """
    wrong = Statement.objects.select_related("party", "revision__article").get(pk=statement_id)
    right = _same_words(wrong)
    if wrong.revision is not None:
        right.start, right.end = _find_words(wrong.revision.words, start, end)
        right.quote = wrong.revision.words[right.start : right.end]
        if (right.start, right.end) == (wrong.start, wrong.end):
            raise RefusedEdit("These are the words it rests on already: select others, or confirm it.")
        newest = wrong.revision.article.newest
        if newest != wrong.revision and right.quote not in newest.words:
            raise RefusedEdit(f"The newest edition ({newest.number}) does not carry these words: select others.")
    return _replace(wrong, right, editor=editor, reason=reason, now=now)


def _same_words(wrong: Statement) -> Statement:
    """What replaces a statement, unsaved: the editor's, and so far the same."""
    return Statement(
        claim_id=wrong.claim_id,
        party_id=wrong.party_id,
        stance=wrong.stance,
        said_at=wrong.said_at,
        origin=Origin.EDITOR,
        article_id=wrong.article_id,
        revision_id=wrong.revision_id,
        quote=wrong.quote,
        start=wrong.start,
        end=wrong.end,
        cue_start=wrong.cue_start,
        cue_end=wrong.cue_end,
        rule=EDITOR,
        corrects=wrong,
    )


def _replace(wrong: Statement, right: Statement, *, editor: Any, reason: str, now: datetime) -> Statement:
    """Put an editor's statement in the place of a misreading, which stays on record and counts no more."""
    if wrong.revision_id is None:
        raise RefusedEdit("A record has no article to correct it from: reject it and import the right one.")
    with transaction.atomic():
        claims, instant = lock_claims({wrong.claim_id, right.claim_id}, now)
        wrong.refresh_from_db(fields=["dropped_at"])
        if wrong.dropped_at is not None:
            raise RefusedEdit("The article no longer carries these words, so they count no more: nothing to correct.")
        if _last_verdict(wrong) == Verdict.CORRECTED:
            raise RefusedEdit("This statement was corrected already: correct the one that replaced it.")
        _put_word(wrong, Verdict.CORRECTED, editor, reason, instant)
        right.recorded_at = instant
        right.save()
        touched: dict[int, set[str]] = {wrong.claim_id: {wrong.party.slug}}
        touched.setdefault(right.claim_id, set()).add(Party.objects.get(pk=right.party_id).slug)
        settle(claims, instant, touched=touched)
        return right


def add_statement(
    revision_id: int,
    start: int,
    end: int,
    *,
    claim: Claim,
    party: Party,
    stance: Stance,
    editor: Any,
    reason: str = "",
    said_at: datetime | None = None,
    now: datetime,
) -> Statement:
    """Add what the reader missed: in characters `start` to `end` (code points) of an edition a party takes a stance.

    Blanks around the words are left off; `said_at` is when the text says it was said, by default when the edition was
    published. Returns the statement, which is the editor's and vouched for. Raises RefusedEdit where there are no such
    words, where the edition is not the article's newest or the article is withdrawn, for a moment in the future, and
    where the article carries a statement of this party on this claim already, whatever its stance.
    """
    if said_at is not None and said_at > now:
        raise RefusedEdit("Nobody has said anything in the future: choose a moment up to now, or leave it empty.")
    with transaction.atomic():
        # As a reading does: the article first, then the claims.
        revision = Revision.objects.get(pk=revision_id)
        article = Article.objects.select_for_update(no_key=True).get(pk=revision.article_id)
        if article.newest != revision:
            raise RefusedEdit(f"There is a newer edition ({article.newest.number}): select the words in that one.")
        if article.withdrawn:
            raise RefusedEdit("The article is withdrawn, so nothing it says counts: put it back first.")
        start, end = _find_words(revision.words, start, end)
        claims, instant = lock_claims([claim.pk], now)
        _refuse_second(article, claim, party, stance)
        published = article.published_at if revision.number == 1 else revision.published_at
        statement = Statement.objects.create(
            claim=claim,
            party=party,
            stance=stance,
            said_at=min(said_at or published, instant),
            origin=Origin.EDITOR,
            article=article,
            revision=revision,
            quote=revision.words[start:end],
            start=start,
            end=end,
            rule=EDITOR,
            recorded_at=instant,
        )
        # Its first review says who added it and why.
        _put_word(statement, Verdict.CONFIRMED, editor, reason, instant)
        settle(claims, instant, touched={claim.pk: {party.slug}})
        return statement


def _find_words(words: str, start: int, end: int) -> tuple[int, int]:
    """The bounds of what was selected without the blanks around it; raises RefusedEdit where no word is left."""
    if not 0 <= start < end <= len(words):
        raise RefusedEdit("These words do not stand in the text: select them again.")
    selected = words[start:end]
    start, end = end - len(selected.lstrip()), start + len(selected.rstrip())
    if start >= end or not any(character.isalnum() for character in words[start:end]):
        raise RefusedEdit("There is no word among what was selected: select the words that say it.")
    return start, end


def _refuse_second(article: Article, claim: Claim, party: Party, stance: Stance) -> None:
    """Refuse a second statement of a party on a claim in one article, where the first one stands."""
    same = Statement.objects.carried().filter(article=article, claim=claim, party=party)
    for standing in same.annotate(verdict=Review.objects.filter(statement=OuterRef("pk")).last_verdict()).order_by(
        "pk"
    ):
        if standing.verdict in (Verdict.REJECTED, Verdict.CORRECTED):
            continue
        if standing.stance == stance:
            raise RefusedEdit(
                f"The article carries this already, as statement {standing.pk}: confirm that one, or move its quote."
            )
        raise RefusedEdit(
            f"In an article a party takes one stance on a claim, and here it {standing.stance}, by statement"
            f" {standing.pk}: correct that one, or reject it first."
        )


def decide_claim(
    claim_id: int,
    status: Status,
    rationale: str,
    *,
    author: Any,
    now: datetime,
    effective_from: datetime | None = None,
) -> Decision:
    """Rule on a claim: its status is this from `effective_from` (now, if not given) until the decision is lifted.

    Raises RefusedEdit without a rationale, or for a moment in the future.
    """
    if not rationale.strip():
        raise RefusedEdit("A decision needs a rationale: say what it rests on.")
    if effective_from is not None and effective_from > now:
        raise RefusedEdit("A decision cannot take effect in the future: choose a moment up to now.")
    with transaction.atomic():
        claims, instant = lock_claims([claim_id], now)
        decision = Decision.objects.create(
            claim_id=claim_id,
            status=status,
            rationale=rationale,
            author=author,
            effective_from=effective_from or instant,
            recorded_at=instant,
        )
        settle(claims, instant)
        return decision


def lift_decision(decision_id: int, rationale: str, *, author: Any, now: datetime) -> Decision:
    """Lift a decision: from now on the policy says again what the status is.

    Raises RefusedEdit if it was lifted before.
    """
    with transaction.atomic():
        claim_id = Decision.objects.values_list("claim", flat=True).get(pk=decision_id)
        claims, instant = lock_claims([claim_id], now)
        decision = Decision.objects.get(pk=decision_id)
        if decision.lifted_at is not None:
            raise RefusedEdit(f"This decision was lifted already, on {decision.lifted_at:%Y-%m-%d %H:%M} UTC.")
        decision.lifted_at = decision.lift_recorded_at = instant
        decision.lifted_by, decision.lift_rationale = author, rationale
        decision.save(update_fields=["lifted_at", "lift_recorded_at", "lifted_by", "lift_rationale"])
        settle(claims, instant)
        return decision


def ask_withdrawal(article_id: int, *, withdrawn: bool, why: str, now: datetime) -> Withdrawal | None:
    """Ask for an article to be withdrawn or put back; the row is then due. None where it is so already or asked for."""
    with transaction.atomic():
        article = Article.objects.select_for_update(no_key=True).get(pk=article_id)
        return article.ask_withdrawal(withdrawn=withdrawn, why=why, now=now)


def record_withdrawal(withdrawal_id: int, now: datetime) -> bool:
    """Make a withdrawal hold: the article's statements stop counting, or count again. False if it held already.

    What was asked for earlier on the same article is made to hold first, so that the last word is the last.
    """
    with transaction.atomic():
        article_id = Withdrawal.objects.values_list("article", flat=True).get(pk=withdrawal_id)
        article = Article.objects.select_for_update(no_key=True).get(pk=article_id)
        withdrawal = Withdrawal.objects.get(pk=withdrawal_id)
        if withdrawal.recorded_at is not None:
            return False
        touched: dict[int, set[str]] = {}
        for claim_id, party in Statement.objects.filter(article=article).values_list("claim", "party__slug"):
            touched.setdefault(claim_id, set()).add(party)
        claims, instant = lock_claims(touched, now)
        before = article.withdrawals.filter(recorded_at__isnull=False).values_list("recorded_at", flat=True)
        instant = max([instant, *(moment + TICK for moment in before)])
        article.withdrawals.filter(pk__lte=withdrawal_id, recorded_at__isnull=True).update(recorded_at=instant)
        article.withdrawn = withdrawal.withdrawn
        article.save(update_fields=["withdrawn"])
        if claims:
            settle(claims, instant, touched=touched)
        recount_candidates({"article": article})
        return True


def assess_claim(claim_id: int, now: datetime, *, anew: bool = False) -> None:
    """Assess a claim on today's terms: after its own or a party's terms changed, or when it was just made."""
    with transaction.atomic():
        claims, instant = lock_claims([claim_id], now)
        settle(claims, instant, anew=anew)
