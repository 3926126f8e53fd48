"""Kills of a whole Home Assistant process, at random moments.

    python -m tests.trials.kills --count 200 --seed 1

The simulated printer lives in this process and survives. After each kill Home Assistant goes
on with its folder, now and then after a foreign print, with a clock that stood still, or
after another boot. A relay stands between it and the printer. At the end no copy may have been started twice, printed and not booked,
booked and not printed, or lost, and the printer must not have seen a wrong start.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
import random
import signal
import sys
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from aiohttp import ClientError

from custom_components.bambu_batch.store.database import file_url
from custom_components.bambu_batch.store.repository import Repository
from demo.client import Client, RequestFailed
from demo.home_assistant import DidNotStart, HomeAssistant
from demo.scene import add_printer
from simulator import Entry, Farm, Printer, PrinterSpec, slicer
from tests.bambu.relay import HOST, Relay, Seen, relayed

from . import accounts
from .clock import Clock, boottime
from .hurry import LEAST_FRESH
from .mischief import Mischief
from .person import View, answer, put_right

SPEED: Final = 200.0
SLOW: Final = 5.0
"""Speed while Home Assistant is away, now and then: so that it comes back in mid-print."""
COOLDOWN: Final = 1
"""Real seconds."""
FILES: Final = 4
BACKLOG: Final = 3
"""Copies that should wait, so that there is always something to start."""
MOST_TASKS: Final = 90
"""More finished ones than a hundred would be tidied away before they can be counted."""
PATIENCE: Final = 30.0
"""Real seconds that a kill waits for its moment."""
STARTING: Final = 300.0
SETTLING: Final = 240.0
RACE: Final = 0.3
"""Real seconds for which a message may not have been read yet, on a busy computer."""
SET_BACK: Final = 6.0
"""Seconds by which a clock that stood may be behind even the time of the kill, at most: a
computer without a clock of its own remembers the time now and then."""
A_PRINT: Final = 700
"""Simulated seconds that a foreign print takes."""
TROUBLE: Final = (
    "health entry that stands",
    "health entry between prints",
    "card swapped",
    "update told in words",
    "relay breaks the data",
    "foreign print",
    "message dismissed",
)
"""What else may happen between two kills."""
IN_THE_CLEAR: Final = b"Metadata/plate_1"
"""Content of every file, so that a relay can look for it."""
AWAY: Final = (ClientError, ConnectionError, TimeoutError, RequestFailed, RuntimeError)
"""What a request to a killed process raises."""

CONFIGURATION: Final = """\
homeassistant:
  name: Trial
  time_zone: UTC
  country: DE
  language: en
  currency: EUR
  media_dirs:
    local: {media}
logger:
  default: warning
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """When to kill: after an entry in the printer's journal, and a little later."""

    name: str
    entry: Callable[[Entry], bool]
    later: float
    """At most so many real seconds."""
    weight: int


def _kind(*kinds: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind in kinds


def _state(state: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind == "state" and entry.detail["state"] == state


MOMENTS: Final = (
    Moment("connected", _kind("connected"), 1.0, 3),
    Moment("upload", _kind("upload_begins"), 0.2, 3),
    Moment("uploaded", _kind("upload"), 0.2, 2),
    Moment("start", _kind("start"), 0.05, 5),
    Moment("start, later", _kind("start"), 0.5, 3),
    Moment("running", _state("RUNNING"), 2.0, 2),
    Moment("swap", _kind("swap_begins"), 0.3, 1),
    Moment("finish", _state("FINISH"), 0.1, 4),
    Moment("cooldown", _state("FINISH"), COOLDOWN + 0.3, 5),
    Moment("delete", _kind("delete"), 0.1, 1),
)


class HaDesk:
    """The queue over REST and WebSocket."""

    def __init__(self, client: Client, entities: dict[str, str]) -> None:
        self._client = client
        self._entities = entities

    async def look(self) -> View:
        """Ask for the queue."""
        queue = await self.act("get_queue")
        return View(queue["waiting_for"], queue["running"], queue["tasks"])

    async def act(self, action: str, **data: Any) -> Any:
        """Call one of our actions."""
        return await self._client.act(
            f"bambu_batch.{action}",
            data,
            entity_id=self._entities["queue"],
            response=action in ("get_queue", "get_history", "enqueue"),
        )

    async def ended(self) -> set[str]:
        """Ask for the history."""
        history = await self.act("get_history", limit=1000)
        return {str(run["run_id"]) for run in history["runs"]}

    async def run_queue(self) -> None:
        """Turn the switch."""
        await self._client.act(
            "switch.turn_on", entity_id=self._entities["queue_running"]
        )

    async def fill_changer(self, plates: int) -> None:
        """Set the number."""
        await self._client.act(
            "number.set_value",
            {"value": plates},
            entity_id=self._entities["plates_left"],
        )


@dataclass
class Trial:
    """One Home Assistant, one printer, and what happens to them."""

    hass: HomeAssistant
    printer: Printer
    farm: Farm
    chance: random.Random
    say: Callable[[str], object] = print
    entities: dict[str, str] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)
    """Copies by task id."""
    perhaps: list[tuple[str, int]] = field(default_factory=list)
    """Name and copies of tasks whose answer was lost."""
    kills: Counter[str] = field(default_factory=Counter)
    deeds: Counter[str] = field(default_factory=Counter)

    absences: Counter[str] = field(default_factory=Counter)
    clock: Clock = field(default_factory=Clock)
    killed: float = field(default_factory=monotonic)
    relay: Seen | None = None
    mischief: Mischief | None = None

    async def run(self, count: int) -> list[str]:
        """Kill `count` times; returns what is wrong in the end, a line each."""
        self.mischief = Mischief(self.printer, self.chance, self.relay)
        await self.set_up(HOST)
        for number in range(1, count + 1):
            began = monotonic()
            name = await self._live_and_die()
            self.killed = monotonic()
            self.kills[name] += 1
            await self._be_away()
            jobs = len(accounts.ours(self.printer))
            violations = self.printer.journal.violations
            self.say(
                f"kill {number}: {name}; {jobs} plates, "
                f"{len(violations)} violations "
                f"({monotonic() - began:.1f} s)"
            )
        self.mischief.cease()
        await self._come_back()
        wrong = await self._finish()
        await self.hass.stop()
        if self.relay and IN_THE_CLEAR in self.relay.data:
            wrong.append("the relay has read a file")
        return wrong + self._reckon()

    async def set_up(self, host: str | None = None) -> None:
        """Add the printer. Home Assistant itself writes its entries down late: end it well."""
        await self.hass.start(timeout=STARTING)
        await add_printer(self.hass.client, self.printer, COOLDOWN, host=host)
        self.entities = await self.hass.client.entities_of(self.printer.serial)
        await self.hass.stop()

    async def _live_and_die(self) -> str:
        """Let Home Assistant work until the moment of the kill; returns which one it was."""
        moment = self.chance.choices(MOMENTS, [m.weight for m in MOMENTS])[0]
        came = asyncio.Event()
        deaf = self.printer.journal.listen(
            lambda entry: came.set() if moment.entry(entry) else None
        )
        life = asyncio.create_task(self._live())
        name = moment.name
        try:
            async with asyncio.timeout(STARTING):
                waiting = asyncio.create_task(came.wait())
                await asyncio.wait({life, waiting}, return_when="FIRST_COMPLETED")
                waiting.cancel()
                if not came.is_set():
                    name = "at any time"
                    life.result()
            # Mostly soon: what is written, and what is sent, is a matter of milliseconds.
            await asyncio.sleep(self.chance.uniform(0, 1) ** 2 * moment.later)
        finally:
            deaf()
            await self.hass.kill()
            await asyncio.gather(life, return_exceptions=True)
        return name

    async def _live(self) -> None:
        """Start, queue, and be there as a person, for a while."""
        with suppress(DidNotStart, *AWAY):
            await self._come_back()
            trouble = monotonic() + self.chance.uniform(0, PATIENCE)
            async with asyncio.timeout(PATIENCE):
                while True:
                    if self.mischief and monotonic() > trouble:
                        self.mischief.do(self.chance.choice(TROUBLE))
                        trouble += PATIENCE / 2
                    await self._edit()
                    await self._attend()
                    await asyncio.sleep(0.2)

    async def _be_away(self) -> None:
        """Let something happen while Home Assistant is away, perhaps with a clock that stands."""
        printer, world = self.printer, self.printer.world
        rests = printer.powered and not printer.lifecycle.busy
        if self.chance.random() < 0.4 and rests and not printer.truth.print_error:
            world.print_foreign(seconds=A_PRINT)
            self.absences["a foreign print"] += 1
            with suppress(TimeoutError):
                await printer.until(lambda printer: not printer.lifecycle.busy, 20)
            if self.chance.random() < 0.7:
                self.chance.choice((world.dismiss, world.reboot))()
        match self.chance.choice(("goes on", "stands", "stands", "is right")):
            case "stands":
                away = monotonic() - self.killed
                back = self.chance.uniform(0, SET_BACK)
                self.clock = replace(self.clock, behind=self.clock.behind + away + back)
                self.absences["a clock that stood"] += 1
            case "is right":
                self.clock = replace(self.clock, behind=0)
        if self.chance.random() < 0.5:
            boot = f"boot after kill {self.kills.total()}"
            booted = boottime() - self.chance.uniform(0, 3)
            self.clock = replace(self.clock, boot=boot, booted=booted)
            self.absences["another boot"] += 1
        self.clock.write(self.hass.folder)

    async def _come_back(self) -> None:
        """Start again; the printer may be slow meanwhile, so that it is still at work."""
        self.farm.clock.speed = self.chance.choice((SLOW, SPEED))
        try:
            await self.hass.start(timeout=STARTING)
        finally:
            self.farm.clock.speed = SPEED

    @property
    def _desk(self) -> HaDesk:
        return HaDesk(self.hass.client, self.entities)

    async def _attend(self) -> View:
        """Be the person for a moment."""
        view = await self._desk.look()
        deed = put_right(self.printer) if self.chance.random() < 0.5 else None
        if deed is None:
            with suppress(RequestFailed):  # it may have changed meanwhile
                deed = await answer(self._desk, view, self.printer)
        if deed:
            self.deeds[deed] += 1
        return view

    async def _edit(self) -> None:
        """See that something waits; now and then move a task."""
        view = await self._desk.look()
        if view.open_copies <= BACKLOG and len(view.tasks) < MOST_TASKS:
            await self._enqueue()
        waiting = [*view.status("waiting"), *view.status("uploading")]
        if len(waiting) > 1 and self.chance.random() < 0.2:
            task = self.chance.choice(waiting)
            position = self.chance.randint(1, len(waiting))
            with suppress(RequestFailed):
                await self._desk.act(
                    "move_task", task_id=task["task_id"], position=position
                )
                self.deeds["moves a task"] += 1

    async def _enqueue(
        self, copies: int | None = None, position: int | None = None
    ) -> str:
        """Queue a file; returns the task's id. Numbers that are not given are random."""
        number = self.chance.randrange(FILES)
        copies = copies or self.chance.randint(1, 8)
        doubt = (_name(number), copies)
        self.perhaps.append(doubt)
        answered = await self._desk.act(
            "enqueue",
            file=f"media-source://media_source/local/{_name(number)}.gcode.3mf",
            copies=copies,
            position=position or self.chance.randint(1, 3),
        )
        self.perhaps.remove(doubt)
        task_id: str = answered["tasks"][0]["task_id"]
        self.asked[task_id] = copies
        self.deeds["adds a task"] += 1
        return task_id

    async def _finish(self) -> list[str]:
        """Work through the queue; returns what prevents that."""
        view: View | None = None
        try:
            async with asyncio.timeout(SETTLING):
                while view is None or view.open_copies or self.printer.lifecycle.busy:
                    await asyncio.sleep(0.3)
                    view = await self._attend()
        except TimeoutError:
            return [f"the queue does not end: {view}"]
        return []

    def _reckon(self) -> list[str]:
        url = file_url(self.hass.folder / "bambu_batch.db")
        with Repository(url) as repository:
            line = repository.load(self.printer.serial)
            history = repository.history(self.printer.serial, limit=None)
        assert line is not None
        wrong = accounts.faults(self.printer, line, history, self.asked, self.perhaps)
        complaints = self.hass.complaints("bambu_batch")
        return wrong + [text for text in complaints if "Traceback" in text]


def _name(number: int) -> str:
    return f"part-{number}"


def home_assistant(folder: Path) -> HomeAssistant:
    """Return one in a hurry, not started yet, with files to print."""
    hass = HomeAssistant(
        folder,
        program=(str(Path(__file__).with_name("home_assistant.py")), str(SPEED)),
        configuration=CONFIGURATION,
    )
    hass.media.mkdir(parents=True)
    for number in range(FILES):
        plate = slicer.SlicedPlate(seconds=600, swap="swapmod", layers=20 + number)
        slicer.write(hass.media / f"{_name(number)}.gcode.3mf", [plate], model="N1")
    return hass


def printer_spec() -> PrinterSpec:
    """Return a printer that knows what the product promises."""
    return PrinterSpec(
        cooldown_seconds=COOLDOWN, race_grace=RACE, silence=LEAST_FRESH + RACE
    )


async def try_out(
    folder: Path, count: int, seed: int, say: Callable[[str], object] = print
) -> tuple[Trial, list[str]]:
    """Run the whole trial in a folder."""
    hass = home_assistant(folder)
    async with (
        Farm([printer_spec()], speed=SPEED) as farm,
        relayed(farm.printers[0], Relay.HAND_ON) as relay,
    ):
        chance = random.Random(seed)
        trial = Trial(hass, farm.printers[0], farm, chance, say, relay=relay)
        try:
            return trial, await trial.run(count)
        finally:
            await hass.kill()


def main() -> int:
    """Run from the command line; the exit code is 0 if all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.kills")
    parser.add_argument("--count", type=int, default=200, help="kills")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--keep", type=Path, help="work in this new folder, and keep it"
    )
    arguments = parser.parse_args()
    # Home Assistant must not outlive us, even where Ctrl-C is switched off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = monotonic()
    with TemporaryDirectory(prefix="bambu-batch-") as passing:
        folder = arguments.keep or Path(passing)
        trial, wrong = asyncio.run(try_out(folder, arguments.count, arguments.seed))
        log = trial.hass.last_lines(40)
        journal = "".join(f"{entry}\n" for entry in trial.printer.journal)
        (folder / "journal.txt").write_text(journal)
    jobs = accounts.ours(trial.printer)
    print(
        f"\nseed {arguments.seed}, {arguments.count} kills in {monotonic() - began:.0f} s:"
    )
    print(*(f"  {n:4} {name}" for name, n in trial.kills.most_common()), sep="\n")
    print(f"{len(trial.printer.journal.of('start'))} starts, {len(jobs)} plates:")
    outcomes = Counter(job.outcome for job in jobs)
    print(*(f"  {n:4} {outcome}" for outcome, n in outcomes.most_common()), sep="\n")
    assert trial.mischief
    for title, counts in (
        ("after it:", trial.absences),
        ("before it:", trial.mischief.done),
        ("the person:", trial.deeds),
    ):
        print(title, *(f"  {n:4} {deed}" for deed, n in counts.most_common()), sep="\n")
    print(f"{sum(trial.asked.values())} copies asked; {len(wrong)} faults")
    if wrong:
        print(*wrong, "Home Assistant's last lines:", log, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
