"""One line of the table: what was measured, beside what, and how good it has to be."""

from dataclasses import dataclass
from enum import StrEnum


class Of(StrEnum):
    """What a goal is about."""

    VALUE = "value"
    REFERENCE = "reference"
    """The value as a multiple of the reference, measured in the same run."""
    PEER = "peer"
    """The value as a multiple of the other integration's, measured in the same run."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A limit, or with `least` the other way round."""

    limit: float
    of: Of = Of.VALUE
    least: bool = False

    def __str__(self) -> str:
        """Return it as the table shows it."""
        sign = "≥" if self.least else "≤"
        return f"{sign} {number(self.limit)}{'' if self.of is Of.VALUE else f' × {self.of}'}"


def at_most(limit: float, of: Of = Of.VALUE) -> Goal:
    """Less is better."""
    return Goal(limit, of)


def at_least(limit: float, of: Of = Of.VALUE) -> Goal:
    """More is better."""
    return Goal(limit, of, least=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one benchmark has measured. All that is compared has one unit.

    Times are the process's own where that is possible: other programs on the machine do not
    show in them.
    """

    name: str
    value: float
    unit: str
    goals: tuple[Goal, ...] = ()
    reference: float | None = None
    """The least that has to be done, or another limit, measured in the same run."""
    beside: str = ""
    """What the reference is."""
    peer: float | None = None
    """What the other integration takes (`--against`), measured in the same run."""

    def share(self, of: Of) -> float | None:
        """Return what a goal is compared with; None: it was not measured."""
        match of:
            case Of.VALUE:
                return self.value
            case Of.REFERENCE:
                return self.reference and self.value / self.reference
            case Of.PEER:
                return self.peer and self.value / self.peer

    def meets(self, goal: Goal) -> bool | None:
        """Tell whether a goal is met; None: what it compares with was not measured."""
        share = self.share(goal.of)
        if share is None:
            return None
        return share >= goal.limit if goal.least else share <= goal.limit


def number(value: float) -> str:
    """Return three digits of it, or a fraction: nobody reads 0.0455."""
    if 0 < value <= 0.2:
        inverse = 1 / value
        if inverse >= 5 and abs(inverse - round(inverse)) < 1e-6:
            return f"1/{round(inverse)}"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"
