"""What a sentence says about who holds a place: taken, held, given up, fought over, partly taken, not known.

An event is read without regard to who says it; what it means for a claim ("HOLDER controls PLACE") depends on
the speaker, for "we", "our" and "the enemy" do.
"""

from collections.abc import Sequence

from claims.reading.actors import actor_of, actors_of
from claims.reading.discourse import Voice
from claims.reading.lexicon import Cue
from claims.reading.passage import Named, Passage
from claims.reading.polarity import is_doubted, is_past, is_unreal, negations
from claims.reading.sides import ENEMY, OURS, SPEAKER, Event

ACTS = ("take", "hold", "lose", "fall", "expel")
# Without any of these a sentence tells at most whose a place is by a noun alone.
_TELLING = (*ACTS, "hold_out", "fight", "open", "present", "present_own", "theirs", "absent", "share")
# No sentence anybody writes has more cues of one kind, or says more; it bounds the work on one that a machine wrote.
_MOST_CUES = 16
_MOST_EVENTS = 24


def find_events(passage: Passage, place_before: str, voices: Sequence[Voice]) -> list[Event]:
    """Return the events of a sentence, left to right.

    `place_before` is the place last named before it, for "the town" and for sentences that go on about it.
    """
    if passage.cues.keys().isdisjoint(_TELLING):
        return _in_order(_equations(passage, place_before))
    events: list[Event] = []
    taken = {(voice.cue.first, voice.cue.last) for voice in voices}
    doubts = passage.of("open")
    for kind in (*ACTS, "hold_out"):
        for cue in passage.of(kind)[:_MOST_CUES]:
            if (cue.first, cue.last) in taken or is_unreal(passage, cue) or is_doubted(passage, cue, doubts):
                continue
            for place in _places_of(passage, cue, place_before):
                events.append(_act(passage, kind, cue, place, voices))
    events += _ellipses(passage, events, place_before)
    events += _fights(passage, place_before)
    events += _open(passage, place_before)
    events += _equations(passage, place_before)
    events += _absences(passage, place_before)
    events += _shares(passage, place_before)
    for cue in passage.of("present", "present_own")[:_MOST_CUES]:
        if is_unreal(passage, cue) or is_doubted(passage, cue, doubts):
            continue
        if any(passage.same_clause(fight.first, cue.first) for fight in passage.of("fight")):
            continue  # "our men still fight in the western quarters"
        for key, named in _places_of(passage, cue, place_before):
            words = (named.first, named.last) if named else None
            actor = SPEAKER if cue.kind == "present_own" else actor_of(passage, cue, named, voices)[0]
            if not negations(passage, cue):
                events.append(Event("present", key, cue.first, cue.last, words, actor, rule="still there"))
    for cue in passage.of("theirs"):
        for key, named in _places_of(passage, cue, place_before):
            words = (named.first, named.last) if named else None
            events.append(Event("hold", key, cue.first, cue.last, words, SPEAKER, rule="said to be theirs"))
    return _in_order(events)


def _in_order(events: list[Event]) -> list[Event]:
    return sorted(events, key=lambda event: (event.first, event.last, event.kind, event.place))[:_MOST_EVENTS]


_Where = tuple[str, Named | None]


def _places_of(passage: Passage, cue: Cue, place_before: str) -> list[_Where]:
    """Return the places a predicate is about: those named nearest to it, or the one meant by "the town"."""
    segment = passage.segment[cue.first]
    here = [place for place in passage.places() if passage.segment[place.first] == segment]
    near = [place for place in here[:_MOST_CUES] if not _is_nearby_only(passage, place, cue)]
    if here and not near:
        return []
    if not near:
        return _place_meant(passage, cue, place_before)
    antecedent = _antecedent(passage, cue, near)
    if antecedent:
        return [(antecedent.key, antecedent)]
    # "took X, not Y": it is not said of Y.
    near = [place for place in near if not passage.cue_at(place.first - 1, "neg")] or near
    groups: list[list[Named]] = []
    for place in near:
        if groups and not _parted(passage, groups[-1][-1], place):
            groups[-1].append(place)
        else:
            groups.append([place])
    best = min(groups, key=lambda group: min(_gap(passage, cue, place) for place in group))
    unique = {place.key: place for place in reversed(best)}
    return [(key, unique[key]) for key in sorted(unique)]


def _antecedent(passage: Passage, cue: Cue, near: Sequence[Named]) -> Named | None:
    """Return the one place that a predicate's relative clause is about: "took X, not Y, which Z holds" is of Y."""
    clause = passage.clause[cue.first]
    opening = passage.clause.index(clause)
    if any(passage.clause[place.first] == clause for place in near):
        return None
    # Some languages open both kinds of clause with one word ("que", "що").
    opened = passage.cue_at(opening, "relative", "comp") and "," in passage.gaps[opening]
    named = next((place for place in near if opened and place.last == opening), None)
    # "X and Y, which ...": of both, for all one can tell.
    return None if named is None or passage.cue_at(named.first - 1, "and") else named


def _gap(passage: Passage, cue: Cue, place: Named) -> float:
    words = place.first - cue.last if place.first >= cue.last else cue.first - place.last + 0.5
    return words + 4 * abs(passage.clause[place.first] - passage.clause[cue.first])


def _parted(passage: Passage, one: Named, other: Named) -> bool:
    acts = passage.of(*ACTS, "say", "fight", "deny")
    return other.first - one.last > 8 or any(one.last <= cue.first < other.first for cue in acts)


def _is_nearby_only(passage: Passage, place: Named, cue: Cue) -> bool:
    for near in passage.of("near"):
        if 0 <= place.first - near.last <= 1 and near.last > cue.first - 8:
            return True
        if near.first == place.last:
            return True
    return False


def _is_around(passage: Passage, cue: Cue) -> bool:
    """Tell whether a predicate is of the land around a town: "on the Morvin axis six attacks were beaten off"."""
    return any(near.last - near.first > 2 and passage.same_clause(near.first, cue.first) for near in passage.of("near"))


def _place_meant(passage: Passage, cue: Cue, place_before: str) -> list[_Where]:
    earlier = [place for place in passage.places() if place.first < cue.first]
    if earlier:
        return [(earlier[-1].key, earlier[-1])]
    if not place_before or _names_another(passage, cue) or _is_around(passage, cue) or _is_of_others(passage, cue):
        return []
    ends = cue.last >= len(passage.words) or not passage.same_clause(cue.last, cue.first)
    if cue.kind.startswith("present") or passage.of("town", "here", "its", "partial") or _is_short(passage) or ends:
        return [(place_before, None)]
    return []


def _is_of_others(passage: Passage, cue: Cue) -> bool:
    """Tell whether other settlements are beside a predicate: "its units cleared two villages to the north"."""
    return any(
        passage.same_clause(other.first, cue.first) and -3 <= other.first - cue.last <= 3
        for other in passage.of("other_towns")
    )


def _names_another(passage: Passage, cue: Cue) -> bool:
    """Tell whether a name nobody listed stands beside a predicate: "Sake fell yesterday" is not about the town."""
    if any(passage.same_clause(town.first, cue.first) for town in passage.of("town", "here")):
        return False
    known = {at for named in passage.named for at in range(named.first, named.last)}
    beside = [*range(max(0, cue.first - 2), cue.first), *range(cue.last, min(cue.last + 2, len(passage.words)))]
    return any(
        passage.capital[at] and at not in known and passage.same_clause(at, cue.first) and not _is_cue(passage, at)
        for at in beside
    )


def _is_cue(passage: Passage, index: int) -> bool:
    return any(cue.first <= index < cue.last for cues in passage.cues.values() for cue in cues)


def _is_short(passage: Passage) -> bool:
    return len(passage.words) <= 14


def _act(passage: Passage, kind: str, cue: Cue, where: _Where, voices: Sequence[Voice]) -> Event:
    key, place = where
    negated = negations(passage, cue) % 2 == 1
    actor, behind = actor_of(passage, cue, place, voices)
    if kind in ("lose", "fall") and behind:
        # "fell to X", "lost to X": who follows has it now.
        kind = "take"
    elif kind == "expel":
        # "X drove Y out": Y has lost it; "Y was driven out" likewise.
        kind = "lose"
    partial = _is_partial(passage, cue, place)
    return Event(
        kind=kind,
        place=key,
        first=cue.first,
        last=cue.last,
        place_words=(place.first, place.last) if place else None,
        actor=actor,
        negated=negated,
        partial=partial,
        feature=_is_of_feature(passage, cue, place),
        hedged=any(passage.same_clause(hedge.first, cue.first) for hedge in passage.of("hedge")),
        past=is_past(passage, cue),
        freeing=_is_own_taking(passage, kind, cue, negated),
        rule={"take": "taken", "hold": "held", "lose": "given up", "fall": "fallen", "hold_out": "holds out"}[kind],
    )


def _is_own_taking(passage: Passage, kind: str, cue: Cue, negated: bool) -> bool:
    """Tell whether a taking is told in a word that its own side uses ("liberated").

    In a language that has a word for seizing it is any other; but who says that a town was not taken speaks of the
    other side's attempt.
    """
    if passage.cue_at(cue.first, "freed"):
        return True
    return kind == "take" and not negated and passage.subject_after and not passage.cue_at(cue.first, "seized")


def _is_partial(passage: Passage, cue: Cue, place: Named | None) -> bool:
    for partial in passage.of("partial", "share"):
        if any(0 <= partial.first - every.last <= 1 for every in passage.of("every")):
            continue  # "not one district is lost"
        if _is_where_it_lies(passage, partial):
            continue
        # A capital makes it part of a name (the group "North"), not a part of the town.
        if passage.capital[partial.first] and partial.first:
            continue
        if passage.same_clause(partial.first, cue.first) and abs(partial.first - cue.first) <= 8:
            return True
    return False


def _is_where_it_lies(passage: Passage, partial: Cue) -> bool:
    """Tell whether a word of direction says where the town lies: "the eastern town of X", "la ville du nord"."""
    for town in passage.of("town"):
        between = range(partial.last, town.first)
        near = partial.last - partial.first == 1 and 0 <= town.first - partial.last <= 2
        if near and not passage.subject_after and not any(passage.cue_at(at, "prep") for at in between):
            return True
        if partial.first - town.last == 1 and passage.cue_at(town.last, "prep"):
            return True
    return False


def _is_of_feature(passage: Passage, cue: Cue, place: Named | None) -> bool:
    """Tell whether the predicate's object is a feature of the place: "hold the bridge at X", "took X station"."""
    for feature in passage.of("feature"):
        beside = place is not None and (0 <= place.first - feature.last <= 2 or 0 <= feature.first - place.last <= 1)
        if beside and 0 <= feature.first - cue.last <= 4 and passage.same_clause(feature.first, cue.first):
            return True
    return False


def _ellipses(passage: Passage, events: Sequence[Event], place_before: str) -> list[Event]:
    """Find "holds the bridge but not the town": what is said before is denied of the town without its verb."""
    found = []
    for neg in passage.of("neg"):
        segment = passage.segment[neg.first]
        before = [event for event in events if passage.segment[event.first] == segment - 1 and not event.negated]
        if not before or passage.segment.index(segment) < neg.first - 1:
            continue
        if any(passage.segment[cue.first] == segment for cue in passage.of(*ACTS, "hold_out")):
            continue
        named = next((place for place in passage.places() if 0 <= place.first - neg.last <= 3), None)
        town = any(0 <= town.first - neg.last <= 2 for town in passage.of("town"))
        key = named.key if named else before[-1].place if town else ""
        if key:
            last = named.last if named else neg.last + 1
            rule = "denied of the town itself"
            words = (named.first, named.last) if named else None
            last = min(last, len(passage.words))
            event = Event(before[-1].kind, key, neg.first, last, words, before[-1].actor, negated=True, rule=rule)
            found.append(event)
    return found


def _fights(passage: Passage, place_before: str) -> list[Event]:
    events = []
    for cue in passage.of("fight")[:_MOST_CUES]:
        going = [
            other
            for other in passage.of("go_on", "present", "present_own")
            if passage.segment[other.first] == passage.segment[cue.first]
            and abs(passage.clause[other.first] - passage.clause[cue.first]) <= 1
        ]
        if not going or is_unreal(passage, cue):
            continue
        for key, place in _places_of(passage, cue, place_before):
            words = (place.first, place.last) if place else None
            first, last = min(cue.first, going[0].first), max(cue.last, going[0].last)
            events.append(Event("fight", key, first, last, words, "", rule="fighting goes on"))
    return events


def _open(passage: Passage, place_before: str) -> list[Event]:
    events = []
    for cue in passage.of("open")[:_MOST_CUES]:
        for key, place in _places_of(passage, cue, place_before) or ([(place_before, None)] if place_before else []):
            words = (place.first, place.last) if place else None
            events.append(Event("open", key, cue.first, cue.last, words, "", rule="left open"))
    return events


def _shares(passage: Passage, place_before: str) -> list[Event]:
    """Find a share of the town without a verb of holding: "reports two thirds of the town", "has 95 % of it"."""
    events = []
    acts = {passage.clause[cue.first] for cue in passage.of(*ACTS)}
    for cue in passage.of("share")[:_MOST_CUES]:
        if passage.clause[cue.first] in acts or is_unreal(passage, cue):
            continue
        towns = [p.first for p in passage.places()] + [town.first for town in passage.of("town", "sides")]
        if not any(cue.first - 2 <= at <= cue.last + 2 for at in towns):
            continue
        for key, place in _places_of(passage, cue, place_before):
            words = (place.first, place.last) if place else None
            events.append(Event("open", key, cue.first, cue.last, words, "", rule="a share of it"))
    return events


def _equations(passage: Passage, place_before: str) -> list[Event]:
    """Find "the town is ours", "Купянск украинский", "called X Veltian", "X is under Veltia": a side as predicate."""
    events = []
    for first, last, who in actors_of(passage)[:_MOST_CUES]:
        under = passage.cue_at(first - 1, "under") is not None
        again = any(passage.same_clause(now.first, first) and now.first < first for now in passage.of("now"))
        town = passage.cue_at(last, "town") if again else None  # "is now a Veltian town"
        if who == ENEMY or not (under or _closes_clause(passage, first, town.last if town else last)):
            continue
        if not under and any(n.first == first and n.kind == "party" for n in passage.named):
            continue
        for key, place in _subject_places(passage, first, place_before):
            words = (place.first, place.last) if place else None
            negated = negations(passage, Cue("hold", first, last)) % 2 == 1
            held = Cue("hold", first, last)
            rule = "said to be theirs"
            partial = _is_partial(passage, held, place)
            events.append(Event("hold", key, first, last, words, who, negated=negated, partial=partial, rule=rule))
    return events


def _closes_clause(passage: Passage, first: int, last: int) -> bool:
    """Tell whether a word ends its clause, but for a phrase of time or place ("Veltian since March")."""
    if last >= len(passage.words) or not passage.same_clause(last, first):
        return True
    return passage.cue_at(last, "contrast", "prep") is not None


def _subject_places(passage: Passage, first: int, place_before: str) -> list[_Where]:
    """Return the place right before a predicate, or the one that "the town" right before it means."""
    for place in reversed(passage.places()):
        if 0 <= first - place.last <= 4 and passage.same_clause(place.first, first):
            return [(place.key, place)]
    towns = passage.of("town")
    if place_before and any(0 <= first - t.last <= 2 and passage.same_clause(t.first, first) for t in towns):
        return [(place_before, None)]
    return []


def _absences(passage: Passage, place_before: str) -> list[Event]:
    """Find "no Veltians in the town", "росіян тут немає", "our troops are no longer there"."""
    events: list[Event] = []
    missing = passage.of("absent")[:_MOST_CUES]
    if not missing:
        return events
    held = {passage.clause[cue.first] for cue in passage.of("hold", "take")}
    men = [*actors_of(passage), *_own_men(passage)]
    for cue in missing:
        for first, last, who in men:
            near = 0 <= first - cue.last <= 2 or 0 <= cue.first - last <= 3
            if not near or not passage.same_clause(first, cue.first) or passage.clause[cue.first] in held:
                continue
            if who == OURS and passage.cue_at(first - 1, "prep"):
                continue  # "we have no ...", in languages that say "with us there is no ..."
            where: list[_Where] = [
                (place.key, place)
                for place in passage.places()
                if passage.segment[place.first] == passage.segment[cue.first]
            ]
            if not where and place_before and passage.of("town", "here"):
                where = [(place_before, None)]
            for key, place in where[:1]:
                words = (place.first, place.last) if place else None
                start, end = min(first, cue.first), max(last, cue.last)
                events.append(Event("absent", key, start, end, words, who, rule="none of them there"))
    return events


def _own_men(passage: Passage) -> list[tuple[int, int, str]]:
    """Return where somebody's own troops are named: "its forces", "свої війська"."""
    owned = {cue.last for cue in passage.of("possessive")}
    return [(role.first - 1, role.last, SPEAKER) for role in passage.of("role") if role.first in owned]
