"""What happens to a printer in a trial: people, power, network, card, spools; chosen by a die.

Only what can be noticed in time: a part laid on a clear plate behind everybody's back, or a
print that begins and ends while the printer is silent, no product could know about.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
import random
from typing import Final

from simulator import Fault, Printer, Spool

_JAM: Final = 0x0300_8008
_OTHER_SPOOLS: Final = (Spool("PETG", "18C241FF", "GFG99"), None, None, None)
_A_PRINT: Final = 700
"""Simulated seconds; no print is shorter than five minutes up to its first layer."""

ONCE: Final = (
    Fault.DROP_AFTER_START,
    Fault.START_IGNORED,
    Fault.START_REFUSED,
    Fault.START_FAILS,
    Fault.START_ACCEPTED_ONLY,
    Fault.START_UNNOTICED,
    Fault.START_WITHOUT_ECHO,
    Fault.SLOW_START,
    Fault.START_ERROR,
    Fault.PREPARE_FAILS,
    Fault.SKIP_IDLE,
    Fault.FTPS_REFUSE_LOGIN,
    Fault.FTPS_426,
    Fault.FTPS_TRUNCATE,
    Fault.FTPS_TRUNCATE_SILENTLY,
    Fault.FTPS_DROP,
    Fault.FTPS_550,
    Fault.FTPS_552,
    Fault.FTPS_553,
    Fault.FTPS_HANG,
    Fault.FTPS_SLOW_226,
    Fault.FTPS_REFUSE_CONNECTIONS,
)
"""Strike the next start or file."""
LASTING: Final = (
    Fault.REFUSE_CONNECTIONS,
    Fault.STALL,
    Fault.HALF_OPEN,
    Fault.NO_PUBACK,
    Fault.ONE_CLIENT,
    Fault.INVALID_UTF8,
    Fault.JUNK_FIELDS,
    Fault.MISSING_KEYS,
    Fault.PARTIAL_ONLY,
    Fault.FTPS_REFUSE_CONNECTIONS,
)
"""Last for a while."""


class Mischief:
    """Plays tricks on one printer."""

    def __init__(self, printer: Printer, chance: random.Random) -> None:
        self._printer = printer
        self._chance = chance
        self.done: Counter[str] = Counter()
        self._healing: list[asyncio.TimerHandle] = []
        world = printer.world
        self._tricks: tuple[tuple[int, str, Callable[[], object]], ...] = (
            (6, "connections dropped", world.drop_connections),
            (3, "reboot", world.reboot),
            (1, "power cut", world.power_off),
            (2, "power cut in a print", self._power_cut_in_a_print),
            (4, "stopped at the screen", world.press_stop),
            (2, "paused at the screen", world.press_pause),
            (2, "message dismissed", self._dismiss),
            (4, "foreign print", self._print_foreign),
            (1, "foreign print that swaps", lambda: self._print_foreign(swaps=True)),
            (1, "calibration", world.calibrate),
            (2, "pause by a fault", lambda: world.pause_with(resume_after=60)),
            (2, "pause until resumed", world.pause_with),
            (2, "print failed", lambda: world.fail_with(_JAM)),
            (1, "error at rest", self._error_at_rest),
            (1, "health entry", lambda: world.set_hms((0x0300_0100, 0x0001_0001))),
            (2, "plate taken off and cleaned", self._clean_plate),
            (1, "spools changed", lambda: world.set_spools(*_OTHER_SPOOLS)),
            (1, "card pulled out", lambda: world.set_card(present=False)),
            (1, "card cleaned", printer.card.files.clear),
        )

    def strike(self) -> None:
        """Let one thing happen."""
        chance = self._chance
        match chance.choices(("trick", "once", "lasting", "silence"), (50, 30, 15, 2))[
            0
        ]:
            case "trick":
                weights = [weight for weight, *_ in self._tricks]
                _, label, do = chance.choices(self._tricks, weights)[0]
                do()
            case "once":
                fault = chance.choice(ONCE)
                label = fault.value
                self._printer.fault(fault, times=1)
            case "lasting":
                fault = chance.choice(LASTING)
                label = fault.value
                self._last(fault, chance.uniform(0.3, 3))
            case _:
                label = "silence"
                self._last(Fault.SILENT, chance.uniform(0.3, 8))
        self.done[label] += 1

    @property
    def blind(self) -> bool:
        """Nobody could see now what people do."""
        return Fault.SILENT in self._printer.faults

    def cease(self) -> None:
        """Leave nothing behind that would still happen."""
        for healing in self._healing:
            healing.cancel()
        self._printer.heal()

    def _last(self, fault: Fault, seconds: float) -> None:
        self._printer.fault(fault)
        loop = asyncio.get_running_loop()
        self._healing.append(loop.call_later(seconds, self._printer.heal, fault))

    def _power_cut_in_a_print(self) -> None:
        if self._printer.lifecycle.busy:
            self._printer.world.power_off()
            self._printer.world.power_on(unfinished_print=True)

    def _dismiss(self) -> None:
        if not self._printer.lifecycle.busy and self._printer.powered:
            self._printer.world.dismiss()

    def _error_at_rest(self) -> None:
        if not self._printer.lifecycle.busy:
            self._printer.world.set_error(_JAM)

    def _clean_plate(self) -> None:
        if not self._printer.lifecycle.busy:
            self._printer.world.clear_plate()

    def _print_foreign(self, *, swaps: bool = False) -> None:
        if not self.blind and not self._printer.report["print_error"]:
            self._printer.world.print_foreign(
                seconds=_A_PRINT,
                source=self._chance.choice(("screen", "cloud")),
                clears_plate=swaps,
            )
