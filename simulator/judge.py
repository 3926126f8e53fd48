"""Whether a start was right: every rule that a client must keep when it sends `project_file`."""

import asyncio
from collections.abc import Callable
from functools import partial
import re
from typing import Any

from .document import Spool
from .job import EXTERNAL, Source
from .journal import Rule
from .machine import Machine
from .mqtt import Session
from .print_file import PlateFile
from .report import Json

_NO_UPDATE = ("IDLE", "", "UPGRADE_SUCCESS")
"""Words at rest, in all recordings."""
_COMMON = re.compile(
    r"(?:PLA|PETG|PCTG|PET|ABS|ASA|TPU|PAHT|PA\d*|PC|PP|PPA|PPS|PVA|PVB|BVOH|HIPS)(?:-[A-Z]+)?"
)
"""Materials with a common name. What a `PLA+` or `BioFusion` is, only a person can say."""


class Judge:
    """Writes the broken rules into the journal of one machine."""

    def __init__(self, machine: Machine) -> None:
        """No start was seen yet."""
        self._machine = machine
        self._seen: set[str] = set()

    def start(self, session: Session, command: Json, qos: int, path: str) -> None:
        """Judge a start of the file at `path` on the card."""
        machine, broken = self._machine, self._machine.journal.violation
        now = asyncio.get_running_loop().time()
        subtask_id = str(command.get("subtask_id", "0"))
        if machine.physics.swapping:
            broken(Rule.START_DURING_SWAP)
        elif job := machine.lifecycle.job:
            running = job.subtask_name
            if job.source is Source.LAN:
                broken(Rule.START_WHILE_BUSY, running=running)
            else:
                self._if_reported(
                    Rule.START_WHILE_BUSY,
                    "job",
                    lambda shown: shown is job,
                    running=running,
                )
        else:
            self._start_when_idle(now)
        if not session.saw_full_report:
            broken(Rule.BLIND_START)
        if (silent := now - machine.reported.newest) > machine.spec.silence:
            broken(Rule.BLIND_START, silent=round(silent, 3))
        if qos:
            broken(Rule.START_WITH_QOS, qos=qos)
        if subtask_id != "0" and subtask_id in self._seen:
            broken(Rule.DUPLICATE_START, subtask_id=subtask_id)
        self._seen.add(subtask_id)
        file = machine.card.find(path)
        doubted = [session.began, machine.reported.card_away]
        seen = machine.card.seen.get(path, now)  # never here: not lost, just not there
        latest = now - machine.spec.race_grace
        if not file and any(seen < then < latest for then in doubted):
            broken(Rule.START_OF_LOST_FILE, path=path)
        if file and (file.uploading or file.truncated):
            broken(Rule.INCOMPLETE_FILE, path=path)

    def material(self, plate: PlateFile, trays: dict[int, int]) -> None:
        """Judge the tray that feeds each of a plate's filaments."""
        for slot, material in zip(plate.filaments, plate.materials, strict=True):
            differs = partial(_differs, trays.get(slot, EXTERNAL), material)
            if differs(self._machine.trays):
                self._if_reported(
                    Rule.WRONG_MATERIAL, "trays", differs, slot=slot, wanted=material
                )

    def _start_when_idle(self, now: float) -> None:
        machine, broken = self._machine, self._machine.journal.violation
        if machine.physics.plate_occupied:
            broken(Rule.START_ON_OCCUPIED_PLATE)
        if not machine.physics.plate_present:
            broken(Rule.START_WITHOUT_PLATE)
        if error := machine.report["print_error"]:
            self._if_reported(
                Rule.START_WITH_ERROR, "print_error", bool, error=f"{error:08X}"
            )
        update = machine.report["upgrade_state"]["status"]
        if update not in _NO_UPDATE:
            self._if_reported(
                Rule.START_WHILE_UPDATING,
                "update",
                lambda status: status not in _NO_UPDATE,
                update=update,
            )
        self._health()
        cooldown, finished = (
            machine.spec.cooldown_seconds,
            machine.lifecycle.finished_at,
        )
        if cooldown and finished is not None and (waited := now - finished) < cooldown:
            broken(Rule.START_IN_COOLDOWN, waited=round(waited, 3))
        hottest = machine.spec.cooldown_bed_temperature
        bed = machine.physics.bed.temperature
        if hottest is not None and bed > hottest + 0.1:
            broken(Rule.START_IN_COOLDOWN, bed=bed)

    def _health(self) -> None:
        consent, standing = self._machine.consent, self._machine.health
        if codes := consent.forbidding(standing):
            self._if_reported(
                Rule.START_IN_BAD_HEALTH,
                "hms",
                lambda hms: not isinstance(hms, list) or consent.forbidding(hms),
                codes=codes,
            )
        consent.begin(standing)

    def _if_reported(
        self, rule: Rule, fact: str, forbids: Callable[[Any], object], **detail: object
    ) -> None:
        """Write down a broken rule; what was reported a moment ago may not have been read yet.

        What no message has reported yet is nobody's fault; a start after no report at all
        breaks a rule of its own.
        """
        machine, now = self._machine, asyncio.get_running_loop().time()
        lately = machine.reported.since(fact, now - machine.spec.race_grace)
        if lately and all(forbids(value) for _, value in lately):
            machine.journal.violation(rule, **detail)
            return
        since = next((then for then, value in lately if forbids(value)), None)
        ago = None if since is None else round(now - since, 4)
        machine.journal.note("race", rule=rule, told=ago, **detail)


def _differs(tray: int, material: str, trays: tuple[Spool | None, ...] | None) -> bool:
    """Tell whether a tray is known to hold another material."""
    spool = dict(enumerate(trays or ())).get(tray)
    return bool(
        spool
        and spool.material != material
        and _COMMON.fullmatch(material)
        and _COMMON.fullmatch(spool.material)
    )
