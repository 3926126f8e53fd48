"""Requests on the request topic, and their answers."""

import asyncio
from collections.abc import Callable

from .document import version
from .faults import Fault
from .journal import Rule
from .machine import Machine
from .mqtt import Session
from .report import Json
from .start import Start

_STORM = 3.0
"""Real seconds between two `pushall` on one connection."""
_SUCCESS = {"reason": "success", "result": "success"}


class Commands:
    """Carries out what clients ask of one machine."""

    def __init__(self, machine: Machine) -> None:
        """Reports are pushed from the beginning."""
        self._machine = machine
        self._start = Start(machine)
        self._print: dict[str, Callable[[Json], bool]] = {
            "pause": lambda _: machine.lifecycle.pause(),
            "resume": lambda _: machine.lifecycle.resume(),
            "stop": lambda _: machine.lifecycle.cancel(who="client"),
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
        machine = self._machine
        if (category, name) != ("print", "project_file"):
            machine.journal.note(
                "request", session=session.number, command=f"{category}.{name}", qos=qos
            )
        match category, name:
            case "info", "get_version":
                answer = version(machine.model, machine.firmware, machine.serial)
                machine.send({"info": answer | {"sequence_id": _sequence(command)}})
            case "pushing", "pushall":
                self._pushall(session)
            case "pushing", "start":
                machine.pushing = True
            case "pushing", "stop":
                machine.pushing = False
            case "print", "project_file":
                self._start.take(session, command, qos)
            case "print", _ if not machine.spec.developer_mode:
                pass
            case "print", "gcode_line":
                # Recorded of an A1 mini: the answer has no `command`.
                answer = {key: command.get(key) for key in ("sequence_id", "param")}
                machine.send({"print": answer | _SUCCESS})
            case "print", _:
                if do := self._print.get(name):
                    do(command)
                machine.echo(command | _SUCCESS)
            case "system", _:
                machine.send({"system": command | {"result": "success"}})

    def _pushall(self, session: Session) -> None:
        now = asyncio.get_running_loop().time()
        if session.last_pushall is not None and now - session.last_pushall < _STORM:
            self._machine.journal.violation(
                Rule.PUSHALL_STORM,
                session=session.number,
                seconds=round(now - session.last_pushall, 3),
            )
        session.last_pushall = now
        if not self._machine.faults.happens(Fault.PARTIAL_ONLY):
            self._machine.send_full_report()

    def _clean_print_error(self, _: Json) -> bool:
        """Clears the error; FAILED stays."""
        self._machine.report.say(print_error=0)
        return True

    def _skip_objects(self, command: Json) -> bool:
        objects = command.get("obj_list")
        if not isinstance(objects, list):
            return False
        self._machine.report.say(s_obj=[*self._machine.report["s_obj"], *objects])
        return True


def _sequence(command: Json) -> str:
    return str(command.get("sequence_id", "0"))
