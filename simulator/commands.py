"""Requests on the request topic, and their answers."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from .document import version
from .faults import Fault
from .journal import Rule
from .mqtt import Session
from .report import Json
from .start import Start

if TYPE_CHECKING:
    from .printer import Printer

_STORM = 3.0
"""Real seconds between two `pushall` on one connection."""
_SUCCESS = {"reason": "success", "result": "success"}


class Commands:
    """Carries out what clients ask of one printer."""

    def __init__(self, printer: Printer) -> None:
        """Reports are pushed from the beginning."""
        self._printer = printer
        self._start = Start(printer)
        self._print: dict[str, Callable[[Json], bool]] = {
            "pause": lambda _: printer.lifecycle.pause(),
            "resume": lambda _: printer.lifecycle.resume(),
            "stop": lambda _: printer.lifecycle.cancel(who="client"),
            "clean_print_error": self._clean_print_error,
            "skip_objects": self._skip_objects,
        }

    def handle(self, session: Session, request: Json, qos: int) -> None:
        """Carry out one message, which may hold several commands."""
        for category, command in request.items():
            if isinstance(command, dict):
                self._one(session, category, command, qos)

    def _one(self, session: Session, category: str, command: Json, qos: int) -> None:
        name = str(command.get("command", ""))
        printer = self._printer
        if (category, name) != ("print", "project_file"):
            printer.journal.note(
                "request", session=session.number, command=f"{category}.{name}", qos=qos
            )
        match category, name:
            case "info", "get_version":
                answer = version(printer.model, printer.firmware, printer.serial)
                printer.send({"info": answer | {"sequence_id": _sequence(command)}})
            case "pushing", "pushall":
                self._pushall(session)
            case "pushing", "start":
                printer.pushing = True
            case "pushing", "stop":
                printer.pushing = False
            case "print", "project_file":
                self._start.take(session, command, qos)
            case "print", _ if not printer.spec.developer_mode:
                pass
            case "print", "gcode_line":
                # Recorded of an A1 mini: the answer has no `command`.
                answer = {key: command.get(key) for key in ("sequence_id", "param")}
                printer.send({"print": answer | _SUCCESS})
            case "print", _:
                if do := self._print.get(name):
                    do(command)
                printer.echo(command | _SUCCESS)
            case "system", _:
                printer.send({"system": command | {"result": "success"}})

    def _pushall(self, session: Session) -> None:
        now = asyncio.get_running_loop().time()
        if session.last_pushall is not None and now - session.last_pushall < _STORM:
            self._printer.journal.violation(
                Rule.PUSHALL_STORM,
                session=session.number,
                seconds=round(now - session.last_pushall, 3),
            )
        session.last_pushall = now
        if not self._printer.faults.happens(Fault.PARTIAL_ONLY):
            self._printer.send_full_report()

    def _clean_print_error(self, _: Json) -> bool:
        """Clears the error; FAILED stays."""
        self._printer.say(print_error=0)
        return True

    def _skip_objects(self, command: Json) -> bool:
        objects = command.get("obj_list")
        if not isinstance(objects, list):
            return False
        self._printer.say(s_obj=[*self._printer.report["s_obj"], *objects])
        return True


def _sequence(command: Json) -> str:
    return str(command.get("sequence_id", "0"))
