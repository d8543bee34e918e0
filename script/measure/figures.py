"""Figures: what was measured, how often, between what and what, and whether it is what was hoped for."""

import json
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was measured in each round; its median counts. A target is an upper or a lower bound for it."""

    name: str
    unit: str
    values: tuple[float, ...]
    at_least: float | None = None
    at_most: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def meets(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.at_least is None and self.at_most is None:
            return None
        return (self.at_least is None or self.median >= self.at_least) and (
            self.at_most is None or self.median <= self.at_most
        )

    @property
    def target(self) -> str:
        if self.at_least is not None:
            return f">= {self.at_least:g}"
        return f"<= {self.at_most:g}" if self.at_most is not None else ""


def ratios(above: Sequence[float], below: Sequence[float]) -> tuple[float, ...]:
    """The ratio of two series, round by round: what disturbs a round disturbs both of its halves."""
    return tuple(a / b for a, b in zip(above, below, strict=True))


def print_table(figures: Iterable[Figure]) -> None:
    """Print figures with median, spread and target, one a line."""
    heading = ("figure", "median", "min..max", "rounds", "target", "")
    rows = [
        (
            figure.name + (f" ({figure.unit})" if figure.unit else ""),
            _short(figure.median),
            f"{_short(min(figure.values))}..{_short(max(figure.values))}" if len(figure.values) > 1 else "",
            str(len(figure.values)),
            figure.target,
            {True: "met", False: "MISSED", None: ""}[figure.meets],
        )
        for figure in figures
    ]
    widths = [max(len(row[column]) for row in [heading, *rows]) for column in range(len(heading))]
    for row in [heading, *rows]:
        cells = [
            row[0].ljust(widths[0]),
            *(cell.rjust(width) for cell, width in zip(row[1:5], widths[1:5], strict=True)),
        ]
        print("  ".join([*cells, row[5]]).rstrip())


def as_json(figures: Iterable[Figure]) -> str:
    """The same for programs."""
    return json.dumps(
        [
            {
                "figure": figure.name,
                "unit": figure.unit,
                "median": figure.median,
                "min": min(figure.values),
                "max": max(figure.values),
                "values": figure.values,
                "target": figure.target or None,
                "met": figure.meets,
            }
            for figure in figures
        ],
        indent=1,
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
