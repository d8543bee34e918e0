"""Asking the second reader about a text, within its time and its budget; where it cannot answer, the rules read alone.

The only module of the pipeline that reaches the network. It asks outside any transaction: what it counts is committed
before it asks, and a reading that comes of it is recorded later like any other.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest

from claims.fetch import FetchError, GiveUp, RetryLater, post_json
from claims.models import ReaderDay
from claims.reading import Reader
from claims.reading.second_reader import AddressedText, AnswerFormat, Dropped, Question, agree, ask, check, prefer
from claims.reading.shortlist import draw_shortlist
from claims.reading.values import Reading, Text
from claims.words import FELL_BACK, ReaderKind

log = structlog.get_logger(__name__)

ATTEMPTS = 3
PAUSE = 0.25  # seconds, doubled before each further attempt, where the server does not say how long to wait
LONGEST_ANSWER = 1_000_000  # bytes
# After so many questions in a row that brought no answer nobody asks for a while: each one holds a worker up.
REST_AFTER = 3
REST = timedelta(minutes=5)
# The form of answer that a server took, by address and model: asked for first from then on, in this process.
_taken: dict[tuple[str, str], AnswerFormat] = {}


class Unanswered(Exception):
    """The second reader gave nothing to go by; the message says why in a few words. The rules then read alone."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where the second reader is, which model it is to be, and how many seconds it has for one text."""

    url: str
    key: str
    model: str
    seconds: float


@dataclass(frozen=True, slots=True)
class ReadText:
    """What was read in a text, and by whom, in words for an editor: "rules", or "rules: " and why nobody else did.

    `dropped` counts the rows of the second reader's answer that did not hold.
    """

    reading: Reading
    read_by: str
    dropped: tuple[Dropped, ...] = ()

    @property
    def fell_back(self) -> str:
        """Why the rules read alone where the second reader was to; "" where it answered, or was not to."""
        return self.read_by.removeprefix(FELL_BACK) if self.read_by.startswith(FELL_BACK) else ""


def access_from_settings() -> Access:
    """The second reader that the environment names. Raises Unanswered, naming the variable, where it names none."""
    for name in ("READER_URL", "READER_MODEL"):
        if not getattr(settings, name):
            raise Unanswered(f"{name} is not set")
    return Access(settings.READER_URL, settings.READER_KEY, settings.READER_MODEL, settings.READER_TIMEOUT)


def read_text(text: Text, reader: Reader, kind: ReaderKind, now: datetime, *, counted: bool = True) -> ReadText:
    """Read a text by the rules, by the second reader, or by both.

    The second reader is asked only about a text that names a claim and does not speak to machines. `counted`: the
    question goes into the day's budget, which takes the database. Where there is no answer the rules read alone.
    """
    rules = reader.read(text)
    if kind is ReaderKind.RULES:
        return ReadText(rules, kind.value)
    shortlist = draw_shortlist(text, reader)
    budget = _Budget(now) if counted else _NoBudget()
    try:
        access = access_from_settings()
        question = ask(text, shortlist)
        if question is None:
            return ReadText(rules, f"{ReaderKind.RULES} (no claim named)")
        checked = check(_put(question, access, budget), text, shortlist)
        budget.settle(question.cost, checked.tokens)
        if checked.unusable:
            raise Unanswered(f"{access.model} gave {checked.unusable}")
    except AddressedText as address:
        log.warning("text_speaks_to_machines", words=str(address))
        return ReadText(rules, f'{FELL_BACK}the text speaks to machines ("{address}")')
    except Unanswered as error:
        log.warning("second_reader_failed", why=str(error))
        return ReadText(rules, f"{FELL_BACK}{error}")
    dropped = {dropped.flaw.value: dropped.count for dropped in checked.dropped}
    kept = len(checked.reading.statements)
    log.info("second_reader_answered", model=access.model, kept=kept, dropped=dropped, tokens=checked.tokens)
    told = ", ".join(f"{count} × {flaw}" for flaw, count in dropped.items())
    told = f"; dropped: {told}" if told else ""
    if kind is ReaderKind.LLM:
        return ReadText(prefer(checked.reading, rules), f"{access.model}{told}", checked.dropped)
    read_by = f"{ReaderKind.RULES} and {access.model}{told}"
    return ReadText(agree(rules, checked.reading), read_by, checked.dropped)


def _put(question: Question, access: Access, budget: "_NoBudget") -> bytes:
    """Put a question and return the answer, trying again while there is time. Raises Unanswered."""
    deadline = time.monotonic() + access.seconds
    known = _taken.get((access.url, access.model))
    # A server that knows only the other form says so in ways of its own: llama.cpp's Python server by status 500.
    forms = [known] if known else list(AnswerFormat)
    attempt = 0
    while True:
        form = forms[attempt % len(forms)]
        budget.take(question.cost)
        try:
            answer = post_json(
                f"{access.url}/chat/completions",
                question.write(access.model, form),
                headers={"Authorization": f"Bearer {access.key}"} if access.key else {},
                seconds=max(0.1, deadline - time.monotonic()),
                most_bytes=LONGEST_ANSWER,
            )
        except FetchError as error:
            if not error.reached or (error.status or 0) >= 400:
                budget.give_back(question.cost)  # nothing was read or written for it
            attempt += 1
            if isinstance(error, GiveUp):
                _taken.pop((access.url, access.model), None)  # another server may stand there now
                forms = [other for other in forms if other is not form] if error.status in (400, 422) else []
            wait = _wait(error, attempt)
            if not forms or attempt == ATTEMPTS or time.monotonic() + wait >= deadline:
                budget.note_failure(str(error))
                raise Unanswered(f"{access.model} did not answer: {error}") from error
            time.sleep(wait)
        else:
            _taken[access.url, access.model] = form
            return answer


def _wait(error: FetchError, attempt: int) -> float:
    """How many seconds to wait before the next attempt, after so many that failed."""
    if isinstance(error, RetryLater):
        return error.wait if error.wait is not None else PAUSE * 2**attempt
    return 0.0


class _NoBudget:
    """Questions that are not counted: a command's, which an operator gave."""

    def take(self, cost: int) -> None:
        """Count a question at what it may cost, in tokens. Raises Unanswered where it must not be put now."""

    def give_back(self, cost: int) -> None:
        """Count a question no more: it cost nothing."""

    def settle(self, cost: int, spent: int | None) -> None:
        """Count a question that was answered at what it did cost, where the answer says so."""

    def note_failure(self, why: str) -> None:
        """Count a question that brought no answer."""


class _Budget(_NoBudget):
    """The budget of a day (UTC), shared by all workers through one row.

    Each step is one statement, so that no two workers spend the same tokens, and is committed before anybody asks.
    """

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._today = ReaderDay.objects.filter(day=now.astimezone(UTC).date())

    def take(self, cost: int) -> None:
        ReaderDay.objects.get_or_create(day=self._now.astimezone(UTC).date())
        awake = Q(rests_until__isnull=True) | Q(rests_until__lte=self._now)
        room = Q(tokens__lte=settings.READER_DAILY_BUDGET - cost)
        if self._today.filter(awake, room).update(questions=F("questions") + 1, tokens=F("tokens") + cost):
            return
        told = self._today.get()
        if told.rests_until is not None and told.rests_until > self._now:
            until = f"{told.rests_until.astimezone(UTC):%H:%M} UTC"
            raise Unanswered(f"after {told.failures} failures in a row nobody asks before {until}")
        raise Unanswered(f"the day's budget of {settings.READER_DAILY_BUDGET} tokens is spent")

    def give_back(self, cost: int) -> None:
        self._today.update(questions=F("questions") - 1, tokens=F("tokens") - cost)

    def settle(self, cost: int, spent: int | None) -> None:
        over = Value(spent - cost) if spent is not None else Value(0)
        self._today.update(tokens=Greatest(F("tokens") + over, Value(0)), failures=0, rests_until=None)

    def note_failure(self, why: str) -> None:
        rest = Case(When(failures__gte=REST_AFTER - 1, then=Value(self._now + REST)), default=F("rests_until"))
        self._today.update(failures=F("failures") + 1, rests_until=rest, last_error=why[:2000])
