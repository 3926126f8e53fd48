"""Watches the simulated printer work through the queue, and judges the result."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulator import Entry, Outcome

from .scene import Scene
from .tasks import TASKS

_UNSET = {"unknown", "unavailable"}


@dataclass(frozen=True, slots=True)
class Plate:
    """One physical print: times by the printer's journal, names by Home Assistant."""

    task: str
    copy: int
    copies: int
    seconds: float
    waited: float | None
    """From the end of the plate before to this start; None for the first plate."""
    outcome: Outcome

    def __str__(self) -> str:
        """One line for people."""
        after = (
            ""
            if self.waited is None
            else f", started {self.waited:.1f} s after the plate before"
        )
        return (
            f"{self.task}, copy {self.copy} of {self.copies}: "
            f"{self.outcome} in {self.seconds:.1f} s{after}"
        )


async def watch(scene: Scene) -> list[Plate]:
    """Print a line for each plate; return them when the queue is empty.

    Returns early when the printer counts a violation.
    """
    entries: asyncio.Queue[Entry] = asyncio.Queue()
    stop = scene.printer.journal.listen(entries.put_nowait)
    for entry in scene.printer.journal:
        entries.put_nowait(entry)
    plates: list[Plate] = []
    started: datetime | None = None
    ended: datetime | None = None
    task: dict[str, Any] = {}
    try:
        while not scene.printer.journal.violations:
            entry = await entries.get()
            if entry.kind == "start":
                started = entry.time
                task = await _next_task(scene, task)
            elif entry.kind == "job_ended" and started is not None:
                waited = (started - ended).total_seconds() if ended else None
                ended = entry.time
                plate = Plate(
                    task=task["name"],
                    copy=task["copy"],
                    copies=task["copies"],
                    seconds=(ended - started).total_seconds(),
                    waited=waited,
                    outcome=entry.detail["outcome"],
                )
                plates.append(plate)
                print(plate, flush=True)
                if await _is_empty(scene):
                    break
    finally:
        stop()
    return plates


async def _next_task(scene: Scene, before: dict[str, Any]) -> dict[str, Any]:
    """Wait until Home Assistant shows the plate that was just started."""
    while True:
        state = await scene.hass.client.state(scene.entities["current_task"])
        task = {"name": state["state"], **state["attributes"]}
        plate = (task.get("task_id"), task.get("copy"))
        if state["state"] not in _UNSET and plate != (
            before.get("task_id"),
            before.get("copy"),
        ):
            return task
        await asyncio.sleep(0.02)


async def _is_empty(scene: Scene) -> bool:
    """Give Home Assistant a moment to notice the end, then ask what is left to print."""
    for _ in range(50):
        await asyncio.sleep(0.1)
        state = await scene.hass.client.state(scene.entities["queue_state"])
        current = await scene.hass.client.state(scene.entities["current_task"])
        if current["state"] in _UNSET:
            break
    return bool(state["state"] == "0")


def faults(
    plates: Sequence[Plate], violations: Sequence[Entry], cooldown: float
) -> list[str]:
    """Return one line for each thing that went wrong."""
    expected = sum(task.copies for task in TASKS)
    wrong = [str(violation) for violation in violations]
    printed = sum(plate.outcome is Outcome.FINISHED for plate in plates)
    if printed != expected:
        wrong.append(f"{printed} plates were printed, {expected} were asked for")
    wrong += [
        f"too early: {plate}"
        for plate in plates
        if plate.waited is not None and plate.waited < cooldown
    ]
    return wrong
