"""What happens to a printer in a trial: people, power, network, card, spools; at random.

Only what can be noticed in time: a part laid on a clear plate unseen, or a
print that begins and ends while the printer is silent on a connection that stands, no product
could know about.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
import random
from typing import Any, Final

from simulator import Entry, Fault, Printer, Source, Spool
from tests.bambu.relay import Relay, Seen

_JAM: Final = 0x0300_8008
_OTHER_SPOOLS: Final = (Spool("PETG", "18C241FF", "GFG99"), None, None, None)
_A_PRINT: Final = 700
"""Simulated seconds; no print is shorter than five minutes up to its first layer."""

_PARSED_FOR: Final = (200, 2000)
"""Simulated seconds between another client's start and the first sign of its job, at most: a
large file takes minutes."""
STANDING: Final = (
    "0500-0400-0001-0044",
    "0300-0D00-0002-0003",
    "0300-0100-0001-0001",
    "0C00-0100-0001-0004",
    "1200-2000-0002-0001,0500-0400-0001-0044",
)
"""Health entries: of a third-party AMS, of the plate, of the heater, one that printers print
with for weeks, and two at once."""
UPDATES: Final = ("FLASHING", "DOWNLOADING")
COMMANDS: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("gcode_line", {"param": "G28\n"}),
    ("calibration", {"option": 2}),
    ("unload_filament", {}),
    ("nobody_knows_this", {}),
)
"""Commands of other clients."""
BREAKS: Final = (
    Relay.CUT,
    Relay.ANSWER_NO,
    Relay.SILENT,
    Relay.NOISE,
    Relay.SWAP,
)
"""What a relay does to files. A stranger's certificate is left out: only a person ends that."""

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


AIMED: Final = (
    "print while nobody looks",
    "another client starts",
    "another client starts",
    "health entry that stands",
    "card swapped",
    "card swapped without power",
    "update told in words",
    "reboot",
    "connections dropped",
    "foreign print",
)
"""What may happen between two plates, when the next start is near."""
AIM: Final = 0.3
"""How often."""
NEAR: Final = 1.5
"""Real seconds after a FINISH in which the next start may come."""


class Mischief:
    """Makes trouble at one printer."""

    def __init__(
        self, printer: Printer, chance: random.Random, relay: Seen | None = None
    ) -> None:
        """`relay`: who stands between the product and the printer."""
        self._printer = printer
        self._relay = relay
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
            (3, "print while nobody looks", self._print_unseen),
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
            (3, "card swapped", lambda: world.swap_card(seconds=chance.uniform(1, 90))),
            (1, "card swapped without power", self._swap_card_without_power),
            (5, "health entry that stands", self._let_health_stand),
            (2, "health entry between prints", self._health_between_prints),
            (2, "update told in words", self._update),
            (4, "another client starts", self._let_another_start),
            (2, "another client's command", self._let_another_command),
            (4 if relay else 0, "relay breaks the data", self._break_data),
        )

    def strike(self) -> None:
        """Let one thing happen."""
        if self._is_parsed:
            return  # a client that loses the echo could not know of it
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

    def aim(self) -> Callable[[], None]:
        """From now on, make trouble just before starts; returns what ends it."""

        def hear(entry: Entry) -> None:
            if entry.kind != "state" or entry.detail["state"] != "FINISH":
                return
            if self._chance.random() < AIM:
                when = self._chance.uniform(0, NEAR)
                self._later(when, self._strike_with, self._chance.choice(AIMED))

        return self._printer.journal.listen(hear)

    def _strike_with(self, label: str) -> None:
        if not self._is_parsed:
            self.do(label)

    def do(self, label: str) -> None:
        """Let this trick happen."""
        next(do for _, name, do in self._tricks if name == label)()
        self.done[label] += 1

    @property
    def blind(self) -> bool:
        """Whether the product cannot see now what people do."""
        return Fault.SILENT in self._printer.machine.faults

    def cease(self) -> None:
        """Leave nothing behind that would still happen."""
        for healing in self._healing:
            healing.cancel()
        self._printer.heal()
        self._tell_update("IDLE")
        if self._relay:
            self._relay.does = Relay.HAND_ON

    def _last(
        self, fault: Fault, seconds: float, value: float | str | None = None
    ) -> None:
        self._printer.fault(fault, value=value)
        self._later(seconds, self._printer.heal, fault)

    def _later(self, seconds: float, do: Callable[..., object], *what: object) -> None:
        loop = asyncio.get_running_loop()
        self._healing.append(loop.call_later(seconds, do, *what))

    @property
    def _is_parsed(self) -> bool:
        """Whether another client's file is being parsed: no report shows it yet."""
        job = self._printer.lifecycle.job
        return job is not None and job.source is Source.CLOUD and job.phase == "parsing"

    @property
    def _is_heard(self) -> bool:
        """Whether every client gets the printer's messages now."""
        return self._printer.clients > 0 and not (
            {*LASTING, Fault.SILENT}
            & {fault for fault in Fault if fault in self._printer.machine.faults}
        )

    def _let_health_stand(self) -> None:
        codes = self._chance.choice(STANDING)
        self._last(Fault.STANDING_HMS, self._chance.uniform(2, 20), codes)

    def _health_between_prints(self) -> None:
        self._last(Fault.HMS_BETWEEN_PRINTS, self._chance.uniform(10, 40))

    def _update(self) -> None:
        """Report an update in words alone, for a while."""
        if not self._printer.lifecycle.busy:
            self._tell_update(self._chance.choice(UPDATES))
            self._later(self._chance.uniform(0.5, 4), self._tell_update, "IDLE")

    def _tell_update(self, word: str) -> None:
        if self._printer.machine.report["upgrade_state"]["status"] != word:
            self._printer.world.set_fields(upgrade_state={"status": word})

    def _let_another_start(self) -> None:
        """Start a print whose file is large: only the echo shows it in time (FM-181)."""
        printer = self._printer
        if not self._is_heard or printer.truth.print_error:
            return
        if printer.lifecycle.busy or not printer.powered:
            return
        printer.fault(
            Fault.SLOW_START, times=1, value=self._chance.uniform(*_PARSED_FOR)
        )
        printer.world.print_foreign(seconds=_A_PRINT, source="cloud")

    def _let_another_command(self) -> None:
        command, fields = self._chance.choice(COMMANDS)
        self._printer.world.obey_another(command, **fields)

    def _swap_card_without_power(self) -> None:
        world = self._printer.world
        world.power_off()
        world.swap_card()
        world.power_on()

    def _break_data(self) -> None:
        """Let the relay do something to files for a while."""
        assert self._relay
        self._relay.does = self._chance.choice(BREAKS)
        self._printer.journal.note("relay", does=self._relay.does)
        self._later(self._chance.uniform(1, 8), self._hand_on)

    def _hand_on(self) -> None:
        assert self._relay
        self._relay.does = Relay.HAND_ON

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

    def _print_unseen(self) -> None:
        """Let somebody print unseen; after a power cycle nothing shows it."""
        printer, world = self._printer, self._printer.world
        if self.blind or printer.truth.print_error or not printer.powered:
            return
        if not world.print_foreign(seconds=_A_PRINT):
            return
        self._last(Fault.REFUSE_CONNECTIONS, printer.clock.real(1.2 * _A_PRINT))
        world.drop_connections()
        self._later(printer.clock.real(1.1 * _A_PRINT), world.reboot)

    def _print_foreign(self, *, swaps: bool = False) -> None:
        if not self.blind and not self._printer.truth.print_error:
            self._printer.world.print_foreign(
                seconds=_A_PRINT,
                source=self._chance.choice(("screen", "cloud")),
                clears_plate=swaps,
            )
