"""What a printer has told its clients, and since when: nobody can know more.

What is told counts from the message that tells it, not from the moment in which it happens:
another client's start shows itself seconds later. But once it was told, it counts.
"""

from typing import TYPE_CHECKING, Any, Final

from .report import Json

if TYPE_CHECKING:
    from .printer import Printer

_KEPT: Final = 10.0
"""Real seconds for which older facts are kept."""


class Told:
    """The facts that any client was told, each with the time of the event loop."""

    def __init__(self) -> None:
        """Nothing was said yet."""
        self._facts: dict[str, list[tuple[float, Any]]] = {}
        self.newest = float("-inf")
        """When anything was told."""
        self.card_away = float("-inf")
        """When it was told last that there is no card."""

    def take(self, facts: Json, now: float) -> None:
        """Note what a message says, that some client got."""
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
        """Return what was the newest at some time since then, each with when it was told."""
        known = self._facts.get(fact, [])
        older = [one for one in known if one[0] <= moment]
        return older[-1:] + [one for one in known if one[0] > moment]


def facts(printer: Printer, message: Json) -> Json:
    """Return what a message says of that which forbids a start."""
    body = message.get("print", {})
    said = {key: body[key] for key in ("print_error", "hms") if key in body}
    if "sdcard" in body:
        said["card"] = body["sdcard"]
    update = body.get("upgrade_state")
    if isinstance(update, dict) and "status" in update:
        said["update"] = update["status"]
    if isinstance(body.get("ams"), dict) and "ams" in body["ams"]:
        said["trays"] = printer.trays
    job = printer.lifecycle.job
    if job is None:
        return said
    echoed = body.get("command") == "project_file" and (
        str(body.get("subtask_id")) == job.subtask_id
    )
    shown = job.announced and ("gcode_state" in body or "print_type" in body)
    return said | ({"job": job} if echoed or shown else {})
