"""What goes into an assessment and what comes out: plain values, no framework.

All times carry a zone. Statements order the world by `said_at` (valid time); when we learned of
them (recorded time) is settled before they get here: the caller hands in what was known.
"""

from dataclasses import dataclass
from datetime import datetime

from claims.words import Origin, Rule, Stance, Status, Strength, Verdict


@dataclass(frozen=True, slots=True)
class Evidence:
    """One statement as the policy sees it: who took which stance when, in which story, and how it was read.

    `carried` is False once the newest revision of its article no longer carries it, or the article
    was withdrawn. `own_voice` marks an outlet speaking for itself, read by machine.
    """

    id: int
    party: str
    stance: Stance
    said_at: datetime
    story: str
    origin: Origin
    strength: Strength = Strength.PLAIN
    confidence: float = 1.0
    own_voice: bool = False
    verdict: Verdict | None = None
    carried: bool = True


@dataclass(frozen=True, slots=True)
class Ruling:
    """An editor's decision on a claim: its status from `effective_from` until it was lifted, if it was."""

    id: int
    status: Status
    effective_from: datetime
    lifted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a party is trusted, and whom it sides with."""

    party: str
    reliability: str
    aligned_with: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What the policy takes into account besides words: who gains, who loses, how each party stands."""

    gains: frozenset[str] = frozenset()
    loses: frozenset[str] = frozenset()
    standings: tuple[Standing, ...] = ()
    policy_version: int = 1


@dataclass(frozen=True, slots=True)
class Holding:
    """What a party holds from `begins` on, until its next holding begins.

    `stance` is None while it holds nothing yet. `since` says when it took this stance, `settled` which
    stance it last held firmly (rules 2 and 3 look at that one).
    """

    party: str
    begins: datetime
    stance: Stance | None = None
    since: datetime | None = None
    firm: bool = False
    settled: Stance | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """What has been added up for one stance of a party: the weight, over how many stories."""

    stance: Stance
    weight: float
    stories: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Where the count of one party's statements stands after the instant `heard`.

    `last_spoke` is the last time a statement that was not a copy counted. `offered` are stances that only
    machine readings of the outlet's own voice bear so far: they weigh nothing until an editor confirms one.
    """

    holding: Holding
    heard: datetime
    sums: tuple[Sum, ...] = ()
    last_spoke: datetime | None = None
    offered: frozenset[Stance] = frozenset()

    def sum_of(self, stance: Stance) -> Sum:
        """What stands added up for this stance (nothing: weight 0 over 0 stories)."""
        for one in self.sums:
            if one.stance is stance:
                return one
        return Sum(stance, 0.0, 0)

    @property
    def stories(self) -> int:
        """In how many independent stories the stance now held was carried since it last began to count."""
        return self.sum_of(self.holding.stance).stories if self.holding.stance else 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A story that was already added up for a party's stance, at its best weight, which it first had at `said_at`."""

    stance: Stance
    story: str
    weight: float
    said_at: datetime


@dataclass(frozen=True, slots=True, order=True)
class Voice:
    """A party and the stance for which it is named in an assessment."""

    party: str
    stance: Stance


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the policy concludes at a moment: the status, by which rule, resting on whom, against whom."""

    status: Status
    rule: Rule
    because: tuple[Voice, ...] = ()
    dissent: tuple[Voice, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """An assessment and the valid moment from which it was so (None: from the beginning of time).

    It lasts until the next period begins. `since` says when the *status* began: periods of one status
    may follow each other where the grounds changed.
    """

    begins: datetime | None
    assessment: Assessment
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Shift:
    """A party's change of stance that would give the claim another status."""

    party: str
    stance: Stance
    status: Status


@dataclass(frozen=True, slots=True)
class Pending:
    """A reading that would change the status if borne out; `needs` says by what: "story" or "editor".

    "story": a second independent story of the same weight is enough (an editor's word too);
    "editor": only an editor's confirmation is.
    """

    party: str
    stance: Stance
    status: Status
    needs: str


@dataclass(frozen=True, slots=True)
class Stake:
    """An editor's word, confirmed or rejected, on a party's reading of a stance that may turn the status.

    `status` is what follows in the likeliest case, which may be the status now.
    """

    party: str
    stance: Stance
    verdict: Verdict
    status: Status


@dataclass(frozen=True, slots=True)
class Record:
    """A statement that arrives as data, with no article to read: a monitor's row, an import, a push.

    `source` is the publisher's slug or name (may be empty), `line` where it stood in its file.
    """

    claim: str
    party: str
    stance: Stance
    said_at: datetime
    source: str = ""
    url: str = ""
    quote: str = ""
    line: int = 0
