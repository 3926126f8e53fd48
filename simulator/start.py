"""`project_file`: was it right to send it, and what comes of it."""

import asyncio
from collections.abc import Callable
from functools import partial
import re
from typing import TYPE_CHECKING, Any

from .document import Spool
from .faults import Fault
from .job import EXTERNAL, Job, Source
from .journal import Rule
from .lifecycle import BUSY
from .mqtt import Session
from .print_file import BadFileError, PlateFile, read
from .report import Json

if TYPE_CHECKING:
    from .printer import Printer

_SIGNATURE = 84033543
"""0502-4007: unsigned commands are refused."""
_CARD_UNREADABLE = 0x0500C010
_UNREADABLE = 0x05004003
_WRONG_MODEL = 0x05004037
_NO_UPDATE = ("IDLE", "", "UPGRADE_SUCCESS")
"""Words at rest, in all recordings."""
_IN_ROOT = re.compile(r"ftp:///?([^/]+)")


_COMMON = re.compile(
    r"(?:PLA|PETG|PCTG|PET|ABS|ASA|TPU|PAHT|PA\d*|PC|PP|PPA|PPS|PVA|PVB|BVOH|HIPS)(?:-[A-Z]+)?"
)
"""Materials with a common name. What a `PLA+` or `BioFusion` is, only a person can say."""


class Start:
    """Takes the starts of one printer."""

    def __init__(self, printer: Printer) -> None:
        """No start was seen yet."""
        self._printer = printer
        self._seen: set[str] = set()

    def take(self, session: Session, command: Json, qos: int) -> None:
        """Judge a start, then do what a printer would do."""
        printer, faults = self._printer, self._printer.faults
        path = self._path(command)
        printer.journal.note(
            "start",
            session=session.number,
            subtask_id=str(command.get("subtask_id")),
            subtask_name=command.get("subtask_name"),
            url=command.get("url"),
            param=command.get("param"),
            use_ams=command.get("use_ams"),
            ams_mapping=command.get("ams_mapping"),
        )
        self._judge(session, command, qos, path)
        if not printer.spec.developer_mode or faults.happens(Fault.START_IGNORED):
            return
        if (code := faults.number(Fault.START_REFUSED, _SIGNATURE)) is not None:
            printer.echo(command | {"err_code": int(code)})
            return
        if fail := faults.strike(Fault.START_FAILS):
            printer.echo(
                command | {"result": "fail", "reason": str(fail.value or "refused")}
            )
            return
        if not faults.happens(Fault.START_WITHOUT_ECHO):
            printer.echo(command | {"result": "success", "reason": "success"})
        if printer.lifecycle.busy:
            # FM-001: the second start kills the running print.
            printer.say(print_error=BUSY)
            printer.lifecycle.cancel(who="second project_file")
        elif faults.happens(Fault.START_UNNOTICED):
            return
        elif faults.happens(Fault.START_ACCEPTED_ONLY):
            printer.say(subtask_name=str(command.get("subtask_name", "")))
        else:
            self._begin(command, path)
        if faults.happens(Fault.DROP_AFTER_START):
            session.drop()

    def _begin(self, command: Json, path: str) -> None:
        printer = self._printer
        try:
            if (
                code := printer.faults.number(Fault.START_ERROR, _CARD_UNREADABLE)
            ) is not None:
                raise BadFileError(int(code), "a fault")  # noqa: TRY301
            plate = self._read(command, path)
        except BadFileError as err:
            printer.journal.note(
                "file_refused", path=path, code=f"{err.code:08X}", why=str(err)
            )
            printer.lifecycle.refuse(
                str(command.get("subtask_name", "")), path, err.code
            )
            return
        trays = _trays(command, plate)
        self._judge_material(plate, trays)
        printer.lifecycle.start(
            Job(
                source=Source.LAN,
                path=path,
                plate=plate,
                subtask_name=str(command.get("subtask_name", "")),
                subtask_id=str(command.get("subtask_id", "0")),
                task_id=str(command.get("task_id", "0")),
                project_id=str(command.get("project_id", "0")),
                profile_id=str(command.get("profile_id", "0")),
                reported_ids=printer.spec.reports_ids,
                trays=trays,
            )
        )

    def _path(self, command: Json) -> str:
        """Where on the card the url points to; "" if nowhere."""
        url, prefix = str(command.get("url", "")), self._printer.model.url
        if self._printer.model.takes_ftp_root and (name := _IN_ROOT.fullmatch(url)):
            return f"/{name[1]}"
        return "/" + url.removeprefix(prefix) if url.startswith(prefix) else ""

    def _read(self, command: Json, path: str) -> PlateFile:
        printer = self._printer
        file = printer.card.find(path)
        if file is None or file.uploading or " " in path:
            raise BadFileError(
                _CARD_UNREADABLE, f"no readable file at {path or 'that url'}"
            )
        param = str(command.get("param", ""))
        plate = read(bytes(file.content), param, core_xy=printer.model.core_xy)
        if command.get("md5", "") not in ("", plate.md5):
            raise BadFileError(_UNREADABLE, "not the G-code of that md5")
        if plate.model and plate.model not in printer.model.prints:
            raise BadFileError(_WRONG_MODEL, f"sliced for {plate.model}")
        return plate

    def _judge(self, session: Session, command: Json, qos: int, path: str) -> None:
        printer, broken = self._printer, self._printer.journal.violation
        lifecycle, physics, spec = printer.lifecycle, printer.physics, printer.spec
        now = asyncio.get_running_loop().time()
        subtask_id = str(command.get("subtask_id", "0"))
        if physics.swapping:
            broken(Rule.START_DURING_SWAP)
        elif job := lifecycle.job:
            running = job.subtask_name
            if job.source is Source.LAN:
                broken(Rule.START_WHILE_BUSY, running=running)
            else:
                self._if_told(
                    Rule.START_WHILE_BUSY,
                    "job",
                    lambda shown: shown is job,
                    running=running,
                )
        else:
            if physics.plate_occupied:
                broken(Rule.START_ON_OCCUPIED_PLATE)
            if not physics.plate_present:
                broken(Rule.START_WITHOUT_PLATE)
            if error := printer.report["print_error"]:
                self._if_told(
                    Rule.START_WITH_ERROR, "print_error", bool, error=f"{error:08X}"
                )
            update = printer.report["upgrade_state"]["status"]
            if update not in _NO_UPDATE:
                self._if_told(
                    Rule.START_WHILE_UPDATING,
                    "update",
                    lambda told: told not in _NO_UPDATE,
                    update=update,
                )
            self._judge_health()
            cooldown = spec.cooldown_seconds
            if cooldown and lifecycle.finished_at is not None:
                waited = now - lifecycle.finished_at
                if waited < cooldown:
                    broken(Rule.START_IN_COOLDOWN, waited=round(waited, 3))
            hottest, bed = spec.cooldown_bed_temperature, physics.bed.temperature
            if hottest is not None and bed > hottest + 0.1:
                broken(Rule.START_IN_COOLDOWN, bed=bed)
        if not session.saw_full_report:
            broken(Rule.BLIND_START)
        if (silent := now - printer.told.newest) > spec.silence:
            broken(Rule.BLIND_START, silent=round(silent, 3))
        if qos:
            broken(Rule.START_WITH_QOS, qos=qos)
        if subtask_id != "0" and subtask_id in self._seen:
            broken(Rule.DUPLICATE_START, subtask_id=subtask_id)
        self._seen.add(subtask_id)
        file = printer.card.find(path)
        doubted = [session.began, printer.told.card_away]
        seen = printer.card.seen.get(path, now)  # never here: not lost, just not there
        if not file and any(seen < then < now - spec.race_grace for then in doubted):
            broken(Rule.START_OF_LOST_FILE, path=path)
        if file and (file.uploading or file.truncated):
            broken(Rule.INCOMPLETE_FILE, path=path)

    def _judge_material(self, plate: PlateFile, trays: dict[int, int]) -> None:
        for slot, material in zip(plate.filaments, plate.materials, strict=True):
            differs = partial(_differs, trays.get(slot, EXTERNAL), material)
            if differs(self._printer.trays):
                self._if_told(
                    Rule.WRONG_MATERIAL, "trays", differs, slot=slot, wanted=material
                )

    def _judge_health(self) -> None:
        consent, standing = self._printer.consent, self._printer.health
        if codes := consent.forbidding(standing):
            self._if_told(
                Rule.START_IN_BAD_HEALTH,
                "hms",
                lambda told: not isinstance(told, list) or consent.forbidding(told),
                codes=codes,
            )
        consent.begin(standing)

    def _if_told(
        self, rule: Rule, fact: str, forbids: Callable[[Any], object], **detail: object
    ) -> None:
        """Write down a broken rule; what was told a moment ago may not have been read yet.

        What no message has told yet is nobody's fault; that nothing at all is told is
        against a rule of its own.
        """
        printer, now = self._printer, asyncio.get_running_loop().time()
        lately = printer.told.since(fact, now - printer.spec.race_grace)
        if lately and all(forbids(told) for _, told in lately):
            printer.journal.violation(rule, **detail)
            return
        since = next((then for then, told in lately if forbids(told)), None)
        told = None if since is None else round(now - since, 4)
        printer.journal.note("race", rule=rule, told=told, **detail)


def _differs(tray: int, material: str, trays: tuple[Spool | None, ...] | None) -> bool:
    """Tell whether a tray is known to hold another material."""
    spool = dict(enumerate(trays or ())).get(tray)
    return bool(
        spool
        and spool.material != material
        and _COMMON.fullmatch(material)
        and _COMMON.fullmatch(spool.material)
    )


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
