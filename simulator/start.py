"""`project_file`: what a printer does with it."""

import re

from .faults import Fault
from .job import Job, Source
from .judge import Judge
from .lifecycle import BUSY
from .machine import Machine
from .mqtt import Session
from .print_file import BadFileError, PlateFile, read
from .report import Json

_SIGNATURE = 84033543
"""0502-4007: unsigned commands are refused."""
_CARD_UNREADABLE = 0x0500C010
_UNREADABLE = 0x05004003
_WRONG_MODEL = 0x05004037
_IN_ROOT = re.compile(r"ftp:///?([^/]+)")


class Start:
    """Takes the starts of one machine, and has each judged first."""

    def __init__(self, machine: Machine) -> None:
        """No start was seen yet."""
        self._machine = machine
        self._judge = Judge(machine)

    def take(self, session: Session, command: Json, qos: int) -> None:
        """Judge a start, then do what a printer would do."""
        machine, faults = self._machine, self._machine.faults
        path = self._path(command)
        machine.journal.note(
            "start",
            session=session.number,
            subtask_id=str(command.get("subtask_id")),
            subtask_name=command.get("subtask_name"),
            url=command.get("url"),
            param=command.get("param"),
            use_ams=command.get("use_ams"),
            ams_mapping=command.get("ams_mapping"),
        )
        self._judge.start(session, command, qos, path)
        if not machine.spec.developer_mode or faults.happens(Fault.START_IGNORED):
            return
        if (code := faults.number(Fault.START_REFUSED, _SIGNATURE)) is not None:
            machine.echo(command | {"err_code": int(code)})
            return
        if fail := faults.strike(Fault.START_FAILS):
            machine.echo(
                command | {"result": "fail", "reason": str(fail.value or "refused")}
            )
            return
        if not faults.happens(Fault.START_WITHOUT_ECHO):
            machine.echo(command | {"result": "success", "reason": "success"})
        if machine.lifecycle.busy:
            # FM-001: the second start kills the running print.
            machine.report.say(print_error=BUSY)
            machine.lifecycle.cancel(who="second project_file")
        elif faults.happens(Fault.START_UNNOTICED):
            return
        elif faults.happens(Fault.START_ACCEPTED_ONLY):
            machine.report.say(subtask_name=str(command.get("subtask_name", "")))
        else:
            self._begin(command, path)
        if faults.happens(Fault.DROP_AFTER_START):
            session.drop()

    def _begin(self, command: Json, path: str) -> None:
        machine = self._machine
        try:
            if (
                code := machine.faults.number(Fault.START_ERROR, _CARD_UNREADABLE)
            ) is not None:
                raise BadFileError(int(code), "a fault")  # noqa: TRY301
            plate = self._read(command, path)
        except BadFileError as err:
            machine.journal.note(
                "file_refused", path=path, code=f"{err.code:08X}", why=str(err)
            )
            machine.lifecycle.refuse(
                str(command.get("subtask_name", "")), path, err.code
            )
            return
        trays = _trays(command, plate)
        self._judge.material(plate, trays)
        machine.lifecycle.start(
            Job(
                source=Source.LAN,
                path=path,
                plate=plate,
                subtask_name=str(command.get("subtask_name", "")),
                subtask_id=str(command.get("subtask_id", "0")),
                task_id=str(command.get("task_id", "0")),
                project_id=str(command.get("project_id", "0")),
                profile_id=str(command.get("profile_id", "0")),
                reported_ids=machine.spec.reports_ids,
                trays=trays,
            )
        )

    def _path(self, command: Json) -> str:
        """Where on the card the url points to; "" if nowhere."""
        url, prefix = str(command.get("url", "")), self._machine.model.url
        if self._machine.model.takes_ftp_root and (name := _IN_ROOT.fullmatch(url)):
            return f"/{name[1]}"
        return "/" + url.removeprefix(prefix) if url.startswith(prefix) else ""

    def _read(self, command: Json, path: str) -> PlateFile:
        machine = self._machine
        file = machine.card.find(path)
        if file is None or file.uploading or " " in path:
            raise BadFileError(
                _CARD_UNREADABLE, f"no readable file at {path or 'that url'}"
            )
        param = str(command.get("param", ""))
        plate = read(bytes(file.content), param, core_xy=machine.model.core_xy)
        if command.get("md5", "") not in ("", plate.md5):
            raise BadFileError(_UNREADABLE, "not the G-code of that md5")
        if plate.model and plate.model not in machine.model.prints:
            raise BadFileError(_WRONG_MODEL, f"sliced for {plate.model}")
        return plate


def _trays(command: Json, plate: PlateFile) -> dict[int, int]:
    """Which tray feeds each filament in use; a short mapping feeds its first entry (FM-144)."""
    mapping = command.get("ams_mapping")
    if not command.get("use_ams") or not isinstance(mapping, list) or not mapping:
        return {}
    trays = {
        slot: mapping[slot - 1 if slot <= len(mapping) else 0]
        for slot in plate.filaments
    }
    return {
        slot: tray
        for slot, tray in trays.items()
        if isinstance(tray, int) and tray >= 0
    }
