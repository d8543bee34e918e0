"""Weigh the signs that a party takes a stance: how likely each stance is, and which rows follow.

The weights are those of a multinomial logistic regression, learned from labelled articles by `script/weigh` and kept
as data in `weights.json`. Reading only adds them up, so the same text reads the same on any machine, and the signs
that weighed most can be told to an editor.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from claims.reading.evidence import Bearing
from claims.reading.stance import Draft
from claims.words import Stance

STANCES = (Stance.AFFIRMS, Stance.DENIES, Stance.UNSETTLED)
OUTCOMES = (None, *STANCES)
"""What a bearing may come to; None where the party takes no stance there."""

_DIGITS = 3
_TOLD = 2


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign adds to the score of each outcome, in the order of OUTCOMES; `bias` is what each begins with.

    A row follows where the likelihood of its stance reaches `threshold`; a row of the rules falls where that of
    its stance stays below `veto`.
    `unheard` is the threshold for a party that is named in a sentence but not heard to speak in it.
    """

    bias: tuple[float, ...]
    signs: Mapping[str, tuple[float, ...]]
    threshold: float
    unheard: float
    veto: float


@cache
def load_weights() -> Weights:
    """Return the weights that come with the reader; they are read once per process."""
    told = json.loads((files(__package__) / "weights.json").read_text(encoding="utf-8"))
    return Weights(
        bias=tuple(told["bias"]),
        signs={sign: tuple(weights) for sign, weights in told["signs"].items()},
        threshold=told["threshold"],
        unheard=told["unheard"],
        veto=told["veto"],
    )


def likelihoods(signs: Mapping[str, float], weights: Weights) -> tuple[float, ...]:
    """Return how likely each outcome is given these signs, in the order of OUTCOMES; they add up to 1."""
    return _likely([weights.bias, _score(signs, weights)])


def _score(signs: Mapping[str, float], weights: Weights) -> tuple[float, ...]:
    """Return what signs add to the score of each outcome."""
    none = affirms = denies = unsettled = 0.0
    weight_of = weights.signs.get
    for sign, value in signs.items():
        known = weight_of(sign)
        if known is not None:
            none += value * known[0]
            affirms += value * known[1]
            denies += value * known[2]
            unsettled += value * known[3]
    return none, affirms, denies, unsettled


def _likely(scores: Iterable[tuple[float, ...]]) -> tuple[float, ...]:
    none = affirms = denies = unsettled = 0.0
    for score in scores:
        none += score[0]
        affirms += score[1]
        denies += score[2]
        unsettled += score[3]
    highest = max(none, affirms, denies, unsettled)
    raised = [math.exp(score - highest) for score in (none, affirms, denies, unsettled)]
    total = sum(raised)
    return tuple([one / total for one in raised])


def weigh(bearings: Sequence[Bearing], ruled: Iterable[Draft], weights: Weights) -> list[Draft]:
    """Return one row per claim and party, in the order of their sentences.

    `ruled` are the rows that the rules chose, one per claim and party. Such a row stands unless the signs of all its
    party's sentences speak against it; else a row follows from the sentence whose signs speak most for one, with the
    likelihood of its stance for its surety. Of a party that is not heard in that sentence, only named, more is asked.
    """
    best: dict[tuple[str, str], tuple[float, int, Bearing]] = {}
    stances: dict[tuple[str, str], list[float]] = {}
    weighed: dict[int, tuple[float, ...]] = {}
    for bearing in bearings:
        scores = [weights.bias]
        for part in bearing.parts:
            score = weighed.get(id(part))
            if score is None:
                score = weighed[id(part)] = _score(part, weights)
            scores.append(score)
        likely = _likely(scores)
        key = bearing.claim, bearing.party
        known = stances.setdefault(key, [0.0] * len(OUTCOMES))
        stances[key] = list(map(max, known, likely))
        chosen = max(range(1, len(OUTCOMES)), key=lambda at: likely[at])
        asked = weights.threshold if bearing.heard else weights.unheard
        if likely[chosen] >= asked and (key not in best or likely[chosen] > best[key][0]):
            best[key] = likely[chosen], chosen, bearing
    rows = {}
    for draft in ruled:
        key = draft.claim, draft.party
        if key not in stances or stances[key][OUTCOMES.index(draft.stance)] >= weights.veto:
            rows[key] = draft
    for key, (sure, chosen, bearing) in best.items():
        if key not in rows:
            rows[key] = Draft(
                claim=bearing.claim,
                party=bearing.party,
                stance=STANCES[chosen - 1],
                passage=bearing.passage,
                first=bearing.first,
                last=bearing.last,
                cue=bearing.cue,
                hedged="clause:hedge" in bearing.signs,
                sure=round(sure, _DIGITS),
                rule=f"signs: {', '.join(_tell(bearing.signs, chosen, weights))}",
            )
    return sorted(rows.values(), key=lambda row: (row.passage, row.first, row.last, row.claim, row.party))


def _tell(signs: Mapping[str, float], chosen: int, weights: Weights) -> list[str]:
    """Return the signs that spoke most for an outcome, the weightiest first."""
    gains = {
        sign: value * (known[chosen] - known[0]) for sign, value in signs.items() if (known := weights.signs.get(sign))
    }
    return sorted(gains, key=lambda sign: (-gains[sign], sign))[:_TOLD]
