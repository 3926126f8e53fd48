"""What a printer has reported to its clients, and since when: nobody can know more.

A fact counts from the message that reports it, not from the moment in which it happens:
another client's start shows itself seconds later. But once reported, it counts.
"""

from typing import Any, Final

from .document import Spool
from .job import Job
from .report import Json

_KEPT: Final = 10.0
"""Real seconds for which older facts are kept."""


class Reported:
    """The facts that reached any client, each with the time of the event loop."""

    def __init__(self) -> None:
        """Nothing was reported yet."""
        self._facts: dict[str, list[tuple[float, Any]]] = {}
        self.newest = float("-inf")
        """When the newest message was sent."""
        self.card_away = float("-inf")
        """When a message last said that there is no card."""

    def add(self, facts: Json, now: float) -> None:
        """Note the facts of a message that reached a client."""
        self.newest = now
        if facts.get("card") is False:
            self.card_away = now
        for fact, value in facts.items():
            known = self._facts.setdefault(fact, [])
            if not known or known[-1][1] != value:
                known.append((now, value))
            while len(known) > 1 and known[1][0] < now - _KEPT:
                del known[0]

    def since(self, fact: str, moment: float) -> list[tuple[float, Any]]:
        """Return every value that was the newest at some time since then, with its time."""
        known = self._facts.get(fact, [])
        older = [one for one in known if one[0] <= moment]
        return older[-1:] + [one for one in known if one[0] > moment]


def facts(message: Json, trays: tuple[Spool | None, ...], job: Job | None) -> Json:
    """Return the facts of a message that can forbid a start.

    `trays` and `job` are the printer's own: a message refers to them in other words.
    """
    body = message.get("print", {})
    said = {key: body[key] for key in ("print_error", "hms") if key in body}
    if "sdcard" in body:
        said["card"] = body["sdcard"]
    update = body.get("upgrade_state")
    if isinstance(update, dict) and "status" in update:
        said["update"] = update["status"]
    if isinstance(body.get("ams"), dict) and "ams" in body["ams"]:
        said["trays"] = trays
    if job is None:
        return said
    echoed = body.get("command") == "project_file" and (
        str(body.get("subtask_id")) == job.subtask_id
    )
    shown = job.announced and ("gcode_state" in body or "print_type" in body)
    return said | ({"job": job} if echoed or shown else {})
