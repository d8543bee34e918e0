"""A second reader: what a language model is asked about a text, what of its answer holds, where it and the rules agree.

Pure: the question is a value and the answer comes as bytes; who carries them is no concern of this module. Whatever a
model says is a guess until it is checked: the words must stand in the text, the claim must be named where they stand,
the party must be one that the text names. A text that speaks to the machine is not shown to it.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from claims.reading.folding import fold
from claims.reading.lexicon import WORD, Cues
from claims.reading.sentences import blank_markup
from claims.reading.shortlist import WHOLE, Sentence, Shortlist
from claims.reading.values import ClaimEntry, Found, PartyEntry, Reading, Span, Text
from claims.words import DISAGREEMENT, OWN_VOICE, ClaimKind, Stance, Strength

RULE = "second reader"
# How sure a row is: the quote's own sentences name claim and party; or what it is about is told by those around it.
NAMED, IMPLIED = 0.75, 0.6
# How sure a row is at most on which two readers differ: under what the policy takes for a plain reading.
DOUBTFUL = 0.4
LONGEST_QUOTE = 500
_MOST_ROWS = 200
_LONGEST_RULE = 120
_MOST_PLACES = 20
_BEFORE, _AFTER = 3, 1
_NAMES_SHOWN = 5
_FIELDS = ("quote", "claim", "party", "stance", "hedged")


class AddressedText(ValueError):
    """The text speaks to the machine that reads it, so no model is to see it; the message quotes what it says."""


class AnswerFormat(StrEnum):
    """How a server is told the form of its answer: as OpenAI has it, or with the schema beside `json_object`.

    The second is what llama.cpp's Python server takes (and refuses the first).
    """

    SCHEMA = "json_schema"
    OBJECT = "json_object"


class Flaw(StrEnum):
    """Why a row of an answer was dropped."""

    FORM = "not of the form asked for"
    CLAIM = "a claim that was not asked about"
    PARTY = "a party that the text does not name"
    STANCE = "no stance"
    QUOTE = "words that do not stand in the text"
    LENGTH = "a quote too short or too long to show anything"
    ELSEWHERE = "words that do not stand where the claim is named"
    REPEATED = "a row given twice"
    CONTRADICTED = "two stances for one party"
    SURPLUS = "more rows than a text can have"


@dataclass(frozen=True, slots=True)
class Question:
    """What a model is asked about one text; `claims` and `parties` are all the ids that an answer may use."""

    system: str
    user: str
    claims: tuple[str, ...]
    parties: tuple[str, ...]
    longest_answer: int
    """In tokens."""

    @property
    def cost(self) -> int:
        """How many tokens asking may cost at most: a careful guess of two bytes a token, and the longest answer."""
        return len((self.system + self.user).encode("utf-8", "replace")) // 2 + self.longest_answer

    def write(self, model: str, answer_format: AnswerFormat) -> bytes:
        """Return the body of a chat completion request (OpenAI's API). The same question is the same bytes."""
        row = {
            "quote": {"type": "string"},
            "claim": {"type": "string", "enum": list(self.claims)},
            "party": {"type": "string", "enum": list(self.parties)},
            "stance": {"type": "string", "enum": [stance.value for stance in Stance]},
            "hedged": {"type": "boolean"},
        }
        schema = _object({"statements": {"type": "array", "items": _object(row)}})
        forms: Mapping[AnswerFormat, Mapping[str, Any]] = {
            AnswerFormat.SCHEMA: {"json_schema": {"name": "statements", "strict": True, "schema": schema}},
            AnswerFormat.OBJECT: {"schema": schema},
        }
        document = {
            "model": model,
            "messages": [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}],
            "temperature": 0,
            "seed": 1,
            "max_tokens": self.longest_answer,
            "response_format": {"type": answer_format.value, **forms[answer_format]},
        }
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Dropped:
    """How many rows of an answer were dropped for one reason."""

    flaw: Flaw
    count: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What of an answer holds.

    `unusable` says in a few words why the answer as a whole is none ("" if it is one). `tokens` is what the server
    says it cost, if it says so.
    """

    reading: Reading
    dropped: tuple[Dropped, ...] = ()
    unusable: str = ""
    tokens: int | None = None


# --- Asking ---


def ask(text: Text, shortlist: Shortlist) -> Question | None:
    """Return what to ask a model about a text; None where it names no claim of the catalogue.

    Only the claims and parties of the shortlist go into the question, and of a long text only the sentences around
    them. Raises AddressedText for a text that speaks to the machine.
    """
    if not shortlist.claims:
        return None
    shown = _show(text, shortlist)
    address = find_address(shown)
    if address:
        raise AddressedText(address)
    told = _instructions()
    own = [] if shortlist.own != OWN_VOICE else [{"id": OWN_VOICE, "names": ["the publication itself"]}]
    parties = [{"id": party.slug, "names": _names(party.names, shortlist.lang)} for party in shortlist.parties] + own
    titles = {party.slug: party for party in shortlist.parties}
    claims = [{"id": claim.slug, "claim": _propose(claim, titles, shortlist.lang)} for claim in shortlist.claims]
    about = {
        "publication": text.source,
        "speaks for": shortlist.own,
        "published": text.published_at.isoformat() if text.published_at else "",
        "language": shortlist.lang,
    }
    fence = _fence(shown)
    return Question(
        system="\n".join([told["guide"].strip(), "", "Claims:", *_lines(claims), "Parties:", *_lines(parties)]),
        user="\n".join([told["frame"].strip(), json.dumps(about, ensure_ascii=False), fence, shown, fence]),
        claims=tuple(claim.slug for claim in shortlist.claims),
        parties=(*titles, *(OWN_VOICE for _ in own)),
        longest_answer=min(2_000, 300 + 300 * len(claims)),
    )


def find_address(shown: str) -> str:
    """Return the words by which a text speaks to a machine that reads it, shortened; "" where it does not."""
    lowered = shown.lower()
    for mark in _instructions()["marks"]:
        if mark in lowered:
            return str(mark)
    words = WORD.findall(fold(shown).text)
    for cue in _addresses().find(words):
        return " ".join(words[cue.first : cue.last])[:100]
    return ""


def _show(text: Text, shortlist: Shortlist) -> str:
    """Return what a model is to see of a text: what a person would, without the markup and what is hidden in it."""
    words = blank_markup(text.words)
    if len(words) <= WHOLE:
        return words
    pieces: list[str] = []
    previous: Sentence | None = None
    for sentence in shortlist.sentences:
        if previous is not None and sentence.number == previous.number + 1:
            pieces.append(words[previous.span.end : sentence.span.end])
        else:
            pieces += ["\n[...]\n"] * (previous is not None) + [words[sentence.span.start : sentence.span.end]]
        previous = sentence
    return "".join(pieces)


def _fence(shown: str) -> str:
    """Return a line that the text cannot hold: it is made of the text's own digest."""
    digest = hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()
    while digest[:16] in shown:
        digest = hashlib.sha256(digest.encode()).hexdigest()
    return f"===== article {digest[:16]} ====="


def _propose(claim: ClaimEntry, parties: Mapping[str, PartyEntry], lang: str) -> str:
    """Return a claim's sentence, in the text's language if it has one in it."""
    worded = claim.proposition.get(lang) or claim.proposition.get("en") or next(iter(claim.proposition.values()), "")
    if worded or claim.kind != ClaimKind.CONTROL or claim.place is None:
        return worded or claim.slug
    holder = parties.get(claim.holder)
    names = _names(holder.names, lang) if holder else []
    return f"{names[0] if names else claim.holder} controls {claim.place.name}."


def _names(names: Mapping[str, Sequence[str]], lang: str) -> list[str]:
    return list(dict.fromkeys([*names.get(lang, ()), *names.get("en", ())]))[:_NAMES_SHOWN]


def _lines(entries: Sequence[Mapping[str, object]]) -> list[str]:
    return [json.dumps(entry, ensure_ascii=False) for entry in entries]


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


@cache
def _instructions() -> Mapping[str, Any]:
    return tomllib.loads((files("claims.reading") / "second_reader.toml").read_text(encoding="utf-8"))


@cache
def _addresses() -> Cues:
    """The words said to machines, of all languages at once: whoever says them need not keep to the text's."""
    return Cues(_instructions()["addressed"])


# --- Checking ---


def check(answer: bytes, text: Text, shortlist: Shortlist) -> Checked:
    """Return what of a server's answer holds, and count what does not. Never raises, whatever the bytes.

    A row holds if its quote is an exact run of whole words of the text, standing where its claim is named (in the same
    sentence; or within a few sentences of it, in one that tells of doing or saying); its party is named in the text or
    is the publication itself; its stance is one; and no other row says otherwise for the same claim and party.
    """
    rows, unusable, tokens = _open(answer)
    flaws: list[Flaw] = [Flaw.SURPLUS] * max(0, len(rows) - _MOST_ROWS)
    kept: dict[tuple[str, str], Found] = {}
    contradicted: set[tuple[str, str]] = set()
    for row in rows[:_MOST_ROWS]:
        found = _hold(row, text, shortlist)
        if isinstance(found, Flaw):
            flaws.append(found)
            continue
        key = (found.claim, found.party)
        if key not in kept:
            kept[key] = found
        elif kept[key].stance == found.stance:
            flaws.append(Flaw.REPEATED)
        else:
            contradicted.add(key)
            flaws.append(Flaw.CONTRADICTED)
    for key in contradicted:
        del kept[key]
        flaws.append(Flaw.CONTRADICTED)
    statements = tuple(sorted(kept.values(), key=lambda f: (f.span.start, f.span.end, f.claim, f.party)))
    dropped = tuple(Dropped(flaw, flaws.count(flaw)) for flaw in Flaw if flaw in flaws)
    return Checked(Reading(shortlist.lang, statements), dropped, unusable, tokens)


def _open(answer: bytes) -> tuple[list[object], str, int | None]:
    """Return the rows of an answer, why there are none ("" if it is an answer), and what it cost."""
    envelope = _parse(answer)
    if not isinstance(envelope, dict):
        return [], "no chat completion", None
    usage = envelope.get("usage")
    spent = usage.get("total_tokens") if isinstance(usage, dict) else None
    tokens = spent if isinstance(spent, int) and not isinstance(spent, bool) and 0 <= spent < 10**9 else None
    choices = envelope.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(choice, dict) or not isinstance(content, str):
        return [], "no chat completion", tokens
    if choice.get("finish_reason") == "length":
        return [], "an answer that was cut short", tokens
    document = _parse(content)
    rows = document.get("statements") if isinstance(document, dict) else None
    if not isinstance(rows, list):
        return [], "not the JSON asked for", tokens
    return rows, "", tokens


def _parse(document: bytes | str) -> object:
    """Return a JSON document's value, None if it is none (or one that no honest answer is: endless, bottomless)."""
    try:
        value: object = json.loads(document)
    except (ValueError, RecursionError):
        return None
    return value


def _hold(row: object, text: Text, shortlist: Shortlist) -> Found | Flaw:
    """Return the statement that a row of an answer makes, or what is wrong with it."""
    if not isinstance(row, dict) or not all(isinstance(row.get(name), str) for name in _FIELDS[:4]):
        return Flaw.FORM
    if not isinstance(row.get("hedged", False), bool):
        return Flaw.FORM
    quote, claim, party = row["quote"].strip(), row["claim"], row["party"]
    if claim not in {listed.slug for listed in shortlist.claims}:
        return Flaw.CLAIM
    if party == OWN_VOICE:
        party = shortlist.own
    elif party not in {listed.slug for listed in shortlist.parties}:
        return Flaw.PARTY
    if row["stance"] not in list(Stance):
        return Flaw.STANCE
    if len(WORD.findall(fold(quote[: LONGEST_QUOTE + 1]).text)) < 2 or len(quote) > LONGEST_QUOTE:
        return Flaw.LENGTH
    places = list(_places(quote, text.words))
    if not places:
        return Flaw.QUOTE
    sure, span = max(((_bear(span, claim, party, shortlist), span) for span in places), key=lambda place: place[0])
    if not sure:
        return Flaw.ELSEWHERE
    return Found(
        claim=claim,
        party=party,
        stance=Stance(row["stance"]),
        quote=quote,
        span=span,
        cue=None,
        strength=Strength.HEDGED if row.get("hedged") else Strength.PLAIN,
        confidence=sure,
        rule=RULE,
    )


def _places(quote: str, words: str) -> Iterator[Span]:
    """The places where a run of whole words stands in a text, the first ones of many."""
    at = words.find(quote)
    tried = 0
    while at >= 0 and tried < _MOST_PLACES:
        end = at + len(quote)
        joined = (at > 0 and words[at - 1].isalnum() and quote[0].isalnum()) or (
            end < len(words) and words[end].isalnum() and quote[-1].isalnum()
        )
        if not joined:
            yield Span(at, end)
        tried += 1
        at = words.find(quote, at + 1)


def _bear(span: Span, claim: str, party: str, shortlist: Shortlist) -> float:
    """How sure a quote is about a claim by where it stands; 0 where nothing ties it to the claim."""
    touched = shortlist.touched(span)
    if any(claim in sentence.claims for sentence in touched):
        spoken = party == shortlist.own or any(party in sentence.parties for sentence in touched)
        return NAMED if spoken else IMPLIED
    if not any(sentence.bearing for sentence in touched):
        return 0.0
    return IMPLIED if any(claim in near.claims for near in shortlist.near(touched, _BEFORE, _AFTER)) else 0.0


# --- Beside the rules ---


def prefer(second: Reading, rules: Reading) -> Reading:
    """Return what the second reader found, with what only the rules look for: cues, times of speaking, candidates."""
    known = {(found.claim, found.party, found.stance): found for found in rules.statements}
    statements = []
    for found in second.statements:
        same = known.get((found.claim, found.party, found.stance))
        statements.append(replace(found, said_at=same.said_at, cue=same.cue) if same else found)
    return replace(rules, statements=tuple(statements))


def agree(rules: Reading, second: Reading) -> Reading:
    """Return what two readers make of a text: as the rules read it where both agree, doubtful where they differ.

    They agree on a row when claim, party and stance are the same. A row that only one of them has, or that they read
    otherwise, is kept with little confidence under a rule that says how they differ, for an editor to look at.
    """
    theirs = {(found.claim, found.party): found for found in second.statements}
    statements = []
    for found in rules.statements:
        other = theirs.pop((found.claim, found.party), None)
        if other is not None and other.stance == found.stance:
            statements.append(replace(found, rule=f"{found.rule}, and the {RULE}"[:_LONGEST_RULE]))
        else:
            said = f"the {RULE} says {other.stance}" if other else f"the {RULE} does not find it"
            statements.append(_doubt(found, f"{said}; rules: {found.rule}"))
    statements += [_doubt(found, f"only the {RULE} finds it") for found in theirs.values()]
    statements.sort(key=lambda found: (found.span.start, found.span.end, found.claim, found.party))
    return replace(rules, statements=tuple(statements))


def _doubt(found: Found, why: str) -> Found:
    rule = f"{DISAGREEMENT}: {why}"[:_LONGEST_RULE]
    return replace(found, confidence=min(found.confidence, DOUBTFUL), rule=rule)
