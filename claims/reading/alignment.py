"""Two lists lined up: which of their items are the same, in the order of both, at a cost that stays bounded."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

# difflib's cost grows with the product of the two lengths: longer lists without an anchor are not matched.
_PAIRS = 20_000
_DEPTH = 6


def align(former: Sequence[str], later: Sequence[str]) -> tuple[list[tuple[int, int]], bool]:
    """Return which sentences of two texts are the same, in order, and whether that is all there is to find.

    What stands once in both anchors the rest (patience, after B. Cohen); what stands often is matched as it can be.
    """
    found: list[tuple[int, int]] = []
    complete = True
    blocks = [(0, len(former), 0, len(later), 0)]
    while blocks:
        a, i, b, j, depth = blocks.pop()
        head = count_same(former[a:i], later[b:j])
        found += [(a + n, b + n) for n in range(head)]
        a, b = a + head, b + head
        tail = count_same(former[a:i][::-1], later[b:j][::-1])
        found += [(i - n - 1, j - n - 1) for n in range(tail)]
        i, j = i - tail, j - tail
        if a == i or b == j:
            continue
        anchors = _find_anchors(former[a:i], later[b:j]) if depth < _DEPTH else []
        if anchors:
            edges = [(a + one, b + other) for one, other in anchors]
            found += edges
            starts = [(a, b), *((one + 1, other + 1) for one, other in edges)]
            blocks += [
                (*_interleave(start, end), depth + 1) for start, end in zip(starts, [*edges, (i, j)], strict=True)
            ]
        elif (i - a) * (j - b) <= _PAIRS:
            matcher = SequenceMatcher(None, former[a:i], later[b:j], autojunk=False)
            found += [
                (a + one + n, b + other + n) for one, other, size in matcher.get_matching_blocks() for n in range(size)
            ]
        else:
            complete = False
    return sorted(found), complete


def _interleave(start: tuple[int, int], end: tuple[int, int]) -> tuple[int, int, int, int]:
    return start[0], end[0], start[1], end[1]


def _find_anchors(former: Sequence[str], later: Sequence[str]) -> list[tuple[int, int]]:
    """Return the longest run, in the order of both, of sentences that stand exactly once in each."""
    once, other_once = Counter(former), Counter(later)
    place = {key: n for n, key in enumerate(later) if other_once[key] == 1}
    pairs = [(n, place[key]) for n, key in enumerate(former) if once[key] == 1 and key in place]
    ends: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for index, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        back.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(at)
            last.append(index)
        else:
            ends[length], last[length] = at, index
    run = []
    index = last[-1] if last else -1
    while index >= 0:
        run.append(pairs[index])
        index = back[index]
    return run[::-1]


def count_same(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many items two lists begin with alike."""
    same = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        same += 1
    return same
