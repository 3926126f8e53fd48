"""How long the waiting plates take, one after the other, whenever the first of them starts.

A report moves at most that start (forecast.py). This changes only with the queue, with what is
loaded, and with the cooldown.

The cost grows with the tasks, not with their copies: people ask for 25,000.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from .equipment import Equipment
from .fit import fits_of
from .model import Task
from .tasks import Block, Tasks


class Pace(NamedTuple):
    """What the times depend on besides the tasks."""

    equipment: Equipment
    cooldown_seconds: int
    """Of tasks that have none of their own."""
    in_flight: str | None
    """Task of which one copy does not wait."""


class Turn(NamedTuple):
    """The waiting copies of one task. Seconds; None = unknown."""

    first_copy: int
    copies: int
    plate: int | None
    """Of one plate."""
    cooldown: int
    """After each."""
    held: bool
    """It is passed over: it takes time, but has no place."""
    begins: int | None = None
    """After the start of the first plate."""
    pause: int | None = None
    """Cooldown right before it; None: nothing is before it."""

    @property
    def seconds(self) -> int | None:
        """Of all copies, with the cooldowns between them."""
        if self.plate is None:
            return None
        return self.copies * self.plate + (self.copies - 1) * self.cooldown


@dataclass(frozen=True, slots=True)
class Stretch:
    """The turns of one block's tasks, as if its first plate were the first of all."""

    turns: Mapping[str, Turn] = field(default_factory=dict)
    """Those of the held tasks too."""
    seconds: int | None = 0
    """From the first start to the last finish."""
    pause: int | None = None
    """Cooldown after the last plate; None: no plate of these will start."""


@dataclass(frozen=True, slots=True)
class Course:
    """The turns of all tasks."""

    seconds: int | None = 0
    """From the first start to the last finish."""
    empty: bool = True
    """No plate will start."""
    _stretches: tuple[Stretch, ...] = ()
    _begins: tuple[tuple[int | None, int | None], ...] = ()
    """Where each stretch begins, and the cooldown before."""

    def turn(self, task_id: str) -> Turn | None:
        """Return the turn of this task; None: no copy of it waits."""
        for number, stretch in enumerate(self._stretches):
            if (turn := stretch.turns.get(task_id)) is not None:
                return self._placed(turn, number)
        return None

    def turns(self) -> Iterator[tuple[str, Turn]]:
        """Yield every turn, in order."""
        for number, stretch in enumerate(self._stretches):
            for task_id, turn in stretch.turns.items():
                yield task_id, self._placed(turn, number)

    def parts(self) -> Iterator[tuple[Stretch, int | None]]:
        """Yield each block's stretch, and the seconds until its first plate."""
        for stretch, (begins, _pause) in zip(
            self._stretches, self._begins, strict=True
        ):
            yield stretch, begins

    def _placed(self, turn: Turn, number: int) -> Turn:
        if turn.held:
            return turn
        begins, pause = self._begins[number]
        return turn._replace(
            begins=total(begins, turn.begins),
            pause=pause if turn.pause is None else turn.pause,
        )


NOTHING = Course()


def course(tasks: Tasks, pace: Pace) -> Course:
    """Return how long the queue takes. Ask for it by `Tasks.once`."""
    elsewhere = pace._replace(in_flight=None)
    stretches: list[Stretch] = []
    begins: list[tuple[int | None, int | None]] = []
    end: int | None = 0
    pause: int | None = None
    for block in tasks.blocks:
        here = pace if pace.in_flight in block.by_id else elsewhere
        stretch = block.once(_stretch, here)
        start = total(end, pause or 0)
        stretches.append(stretch)
        begins.append((start, pause))
        if stretch.pause is not None:
            end, pause = total(start, stretch.seconds), stretch.pause
    return Course(end, pause is None, tuple(stretches), tuple(begins))


def _stretch(block: Block, pace: Pace) -> Stretch:
    fits = block.once(fits_of, pace.equipment)
    turns: dict[str, Turn] = {}
    end: int | None = 0
    pause: int | None = None
    for task in block.wanted:
        copies = task.open - (task.task_id == pace.in_flight)
        if not copies:
            continue
        held = fits[task.task_id].hold is not None
        begins = None if held or end is None else end + (pause or 0)
        turn = turns[task.task_id] = Turn(
            task.copies - copies + 1,
            copies,
            task.plate_file.seconds,
            cooldown_after(task, pace.cooldown_seconds),
            held,
            begins,
            None if held else pause,
        )
        if not held:
            end, pause = total(begins, turn.seconds), turn.cooldown
    return Stretch(turns, end, pause)


def cooldown_after(task: Task, seconds: int) -> int:
    """Return the seconds between a plate of this task and the next one."""
    own = task.settings.cooldown_seconds
    return seconds if own is None else own


def total(*seconds: int | None) -> int | None:
    """Return the sum; what is unknown is not 0."""
    return None if None in seconds else sum(seconds)  # type: ignore[arg-type]
