"""Many plates on several printers at high speed, with random faults of every kind.

    python -m tests.trials.soak --plates 1000 --seed 1

Home Assistant and the simulated printers share this process and talk over real sockets. A
person comes when Home Assistant calls, and acts by what is true. At the end the printers must
have seen no wrong start, every copy must be accounted for, and nobody may have waited for
long without a reason that was announced.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from functools import partial
from pathlib import Path
import random
import sys
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final
from unittest.mock import patch

from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.common import async_test_home_assistant
import voluptuous as vol

import custom_components  # noqa: F401  # before the test plugin's package of this name
from custom_components.bambu_batch.bambu.connection import Connection, ProjectFile
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.runtime.database import async_close, async_open
from simulator import Entry, Farm, Printer, PrinterSpec
from tests.bambu.relay import HOST, Relay, Seen, relayed
from tests.shop import Shop, entry_of, slice_file

from . import accounts
from .hurry import LEAST_FRESH, hurry
from .mischief import Mischief
from .person import FULL, View, answer, put_right

SPEED: Final = 500.0
RACE: Final = 0.3
"""Real seconds for which a message may not have been read yet, on a busy computer."""
HOP: Final = 0.1
"""Real seconds of those that a relay takes."""
STALL: Final = 120.0
"""Real seconds without any change, not even by the person."""
BARREN: Final = 400.0
"""Real seconds without a plate."""
IDLE: Final = 20.0
"""Real seconds for which nothing may stand against a start that is not made."""

CALLS: Final = {
    "plate_not_clear": {News.PLATE_NEEDS_CLEARING},
    "print_failed": {News.PLATE_NEEDS_CLEARING},
    "task_uncertain": {News.TASK_UNCERTAIN},
    "queue_paused": {News.QUEUE_PAUSED, News.PRINT_ERROR},
    "plates_empty": {News.PLATES_EMPTY, News.PERSON_NEEDED},
    "task_held": {News.PERSON_NEEDED},
    "developer_mode_off": {News.PERSON_NEEDED},
    "hms_error": {News.PERSON_NEEDED},
    "print_error": {
        News.PRINT_ERROR,
        News.QUEUE_PAUSED,
        News.PLATE_NEEDS_CLEARING,
        News.PERSON_NEEDED,
    },
}
"""The news with which Home Assistant calls a person for a reason; without it nobody comes."""

FARM: Final[tuple[tuple[dict[str, Any], dict[str, Any]], ...]] = (
    ({"cooldown_seconds": 1}, {"cooldown_seconds": 1}),
    (
        {"cooldown_bed_temperature": 45, "reports_ids": False},
        {
            "cooldown_seconds": 0,
            "cooldown_bed_temperature": 45,
            "cooldown_timeout_minutes": 1,
            "on_failure": "retry",
            "upload_while_printing": True,
        },
    ),
    (
        {"plates": FULL, "cooldown_seconds": 1},
        {"plate_stack": FULL + 1, "on_failure": "next"},
    ),
    ({"state": "FINISH"}, {"plate_clearing": "manual", "cooldown_seconds": 0}),
)
"""Printers and the options of their entries. The first is reached through a relay."""
IN_THE_CLEAR: Final = b"Metadata/plate_1"
"""Content of every file, so that a relay can look for it."""


class Faulty(Exception):
    """Something waits forever."""


class Sendings:
    """When each start was sent: in one process, an earlier message is not a race."""

    def __init__(self) -> None:
        self._sent: dict[str, float] = {}
        self.late: list[str] = []
        """Starts that were sent although the printer had reported what forbids them."""
        self.races = 0

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note the starts of this process."""
        send = Connection.start_print

        def start_print(
            connection: Connection, job: ProjectFile, *guard: Any
        ) -> str | None:
            sent = asyncio.get_running_loop().time()
            if (sequence_id := send(connection, job, *guard)) is not None:
                self._sent[str(job.run_id)] = sent
            return sequence_id

        with patch.object(Connection, "start_print", start_print):
            yield

    def judge(self, printer: Printer, hop: float) -> None:
        """Look at each race of a printer; `hop`: how long messages are on their way."""
        starts: list[Entry] = []

        def hear(entry: Entry) -> None:
            if entry.kind == "start":
                starts[:] = [entry]
            if entry.kind != "race":
                return
            self.races += 1
            if (ago := entry.detail["told"]) is None:
                return
            told = asyncio.get_running_loop().time() - ago
            sent = self._sent[starts[0].detail["subtask_id"]]
            if told + hop < sent:
                self.late.append(
                    f"told {sent - told:.3f} s before it was sent: {entry}"
                )

        printer.journal.listen(hear)


class Stand:
    """One printer with its entry, its person and its trouble."""

    def __init__(
        self,
        shop: Shop,
        printer: Printer,
        media: Path,
        quota: int,
        seed: int,
        relay: Seen | None = None,
    ) -> None:
        self.shop = shop
        self.printer = printer
        self._media = media
        self._quota = quota
        self._chance = random.Random(seed)
        self.mischief = Mischief(printer, self._chance, relay)
        self.asked: dict[str, int] = {}
        self.news: Counter[str] = Counter()
        self.deeds: Counter[str] = Counter()
        self.waits: Counter[str] = Counter()
        self._called: set[News] = set()
        self._files = 0
        self._moved = self._printed = self._ready = monotonic()
        self._before: object = None

    async def run(self) -> None:
        """Print all plates. Raises `Faulty`."""
        stop = self.shop.coordinator.on_news(self._hear)
        calm = self.mischief.aim()
        trouble = asyncio.create_task(self._make_trouble())
        await self.run_queue()
        try:
            while not self._done:
                await self._queue_up()
                await self._attend()
                self._mind_the_time()
                await asyncio.sleep(self._chance.uniform(0.02, 0.1))
        finally:
            calm()
            trouble.cancel()
            await asyncio.gather(trouble, return_exceptions=True)
            self.mischief.cease()
            stop()

    # What the person's `Desk` asks for

    async def look(self) -> View:
        """Look at the queue."""
        coordinator = self.shop.coordinator
        return View(
            coordinator.waiting_for,
            coordinator.line.running,
            [dict(task) for task in coordinator.tasks],
        )

    async def act(self, action: str, **data: Any) -> Any:
        """Call an action."""
        return await self.shop.act(action, **data)

    async def ended(self) -> set[str]:
        """Ask for the history."""
        history = await self.act("get_history", response=True, limit=1000)
        return {str(run["run_id"]) for run in history["runs"]}

    async def run_queue(self) -> None:
        """Switch the queue on."""
        await self.shop.switch("queue_running", on=True)

    async def fill_changer(self, plates: int) -> None:
        """Set the number."""
        await self.shop.hass.services.async_call(
            "number",
            "set_value",
            {
                "entity_id": self.shop.entity_id("number", "plates_left"),
                "value": plates,
            },
            blocking=True,
        )

    # Inside

    @property
    def _done(self) -> bool:
        done = self.shop.coordinator.line.queue_done
        return self._left <= 0 and done and not self.printer.lifecycle.busy

    @property
    def _left(self) -> int:
        """Plates that are still to be asked for: what is removed is not printed."""
        line = self.shop.coordinator.line
        waiting = sum(line.waiting_copies(task) for task in line.tasks)
        in_flight = line.run is not None
        return self._quota - len(accounts.ours(self.printer)) - waiting - in_flight

    def _hear(self, news: Announce) -> None:
        self.news[news.news] += 1
        self._called.add(news.news)

    async def _make_trouble(self) -> None:
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / 3))
            self.mischief.strike()

    async def _queue_up(self) -> None:
        """See that something waits; now and then edit the queue."""
        view = await self.look()
        left = self._left
        if view.open_copies < 3 and left > 0:
            copies = min(self._chance.randint(1, 8), left)
            name = f"part-{self.printer.serial[-2:]}-{self._files}.gcode.3mf"
            slice_file(self._media, name, seconds=600, layers=20 + self._files % 30)
            self._files += 1
            extra = {}
            if self._manual:
                extra["clears_plate"] = False
            answered = await self.shop.act(
                "enqueue",
                response=True,
                file=name,
                copies=copies,
                position=self._chance.randint(1, 2),
                **extra,
            )
            self.asked[answered["tasks"][0]["task_id"]] = copies
        elif view.tasks and self._chance.random() < 0.01:
            await self._edit(self._chance.choice(view.tasks))

    @property
    def _manual(self) -> bool:
        return bool(self.shop.entry.options["plate_clearing"] == "manual")

    async def _edit(self, task: dict[str, Any]) -> None:
        task_id = task["task_id"]
        edit = self._chance.randrange(6)
        self.printer.journal.note("edit", edit=edit, task=task_id)
        with suppress(HomeAssistantError):
            match edit:
                case 0:
                    await self.act("move_task", task_id=task_id, position=1)
                case 1:
                    await self.act("retry_task", task_id=task_id)
                case 2:
                    copies = task["copies"] + 1
                    await self.act("update_task", task_id=task_id, copies=copies)
                    self.asked[task_id] = copies
                case 3:
                    await self.act("stop_print")
                case 4:
                    await self.act("pause_print")
                case 5:
                    await self.act("remove_task", task_id=task_id)
                    self.asked.pop(task_id, None)

    async def _attend(self) -> None:
        """Be the person for a moment."""
        view = await self.look()
        self.waits[view.waiting_for] += 1
        if self._chance.random() < 0.2 and (deed := put_right(self.printer)):
            self.deeds[deed] += 1
            return
        if view.waiting_for == "queue_paused" and not view.open_copies:
            return
        calls = CALLS.get(view.waiting_for)
        if self._chance.random() < 0.5 or (calls and not calls & self._called):
            return
        # Who closes a code has not yet cleared the plate, nor resumed the queue.
        done = set() if view.waiting_for == "print_error" else calls or set()
        heard = self._called & done
        self._called -= heard  # before acting: a new call may come meanwhile
        with suppress(HomeAssistantError, vol.Invalid):
            if deed := await answer(self, view, self.printer):
                self.deeds[deed] += 1
                return
        self._called |= heard

    def _mind_the_time(self) -> None:
        """Raise `Faulty` where waiting has no end."""
        now, coordinator = monotonic(), self.shop.coordinator
        changes = (
            coordinator.waiting_for,
            len(self.printer.truth.jobs),
            self.deeds.total(),
            self.asked.keys(),
        )
        if changes != self._before:
            if self._before is None or changes[1] != self._before[1]:  # type: ignore[index]
                self._printed = now
            self._before, self._moved = changes, now
        if coordinator.waiting_for != "nothing":
            self._ready = now
        for what, since, limit in (
            ("no change", self._moved, STALL),
            ("no plate", self._printed, BARREN),
            ("no reason, and no start", self._ready, IDLE),
        ):
            if now - since > limit:
                raise Faulty(f"{self.printer.serial}: {what} for {limit} s; {self}")

    def __str__(self) -> str:
        """What there is to see, for the report of a fault."""
        coordinator = self.shop.coordinator
        last = "\n".join(str(entry) for entry in self.printer.journal[-30:])
        return (
            f"{coordinator.reasons}; heard {self._called}\n{self.printer.truth.state} "
            f"{self.printer.truth.job} {self.printer.machine.faults.names()}\n"
            f"{coordinator.line}\n{coordinator.status}\n{last}"
        )


async def try_out(
    hass: HomeAssistant,
    media: Path,
    plates: int,
    seed: int,
    say: Callable[[str], object] = print,
) -> tuple[list[Stand], list[str]]:
    """Print so many plates; returns what there was, and what is wrong, a line each."""
    silence = LEAST_FRESH + RACE
    specs = [PrinterSpec(race_grace=RACE, silence=silence, **spec) for spec, _ in FARM]
    sendings = Sendings()
    with hurry(SPEED), sendings.noted():
        async with (
            Farm(specs, speed=SPEED) as farm,
            relayed(farm.printers[0], Relay.HAND_ON) as relay,
        ):
            for printer in farm.printers:
                sendings.judge(printer, HOP if printer is farm.printers[0] else 0)
            quota = plates // len(FARM)
            stands, wrong = await _soak(hass, farm, relay, media, quota, seed, say)
            if IN_THE_CLEAR in relay.data:
                wrong.append("the relay has read a file")
            say(f"{sendings.races} races")
            return stands, wrong + sendings.late


async def _soak(
    hass: HomeAssistant,
    farm: Farm,
    relay: Seen,
    media: Path,
    quota: int,
    seed: int,
    say: Callable[[str], object],
) -> tuple[list[Stand], list[str]]:
    stands = []
    for number, (printer, (_, options)) in enumerate(
        zip(farm.printers, FARM, strict=True)
    ):
        between = relay if printer is farm.printers[0] else None
        host = HOST if between else printer.host
        shop = Shop(hass, entry_of(printer, host=host, **options))
        await shop.open()
        stands.append(Stand(shop, printer, media, quota, seed * 100 + number, between))
    talk = asyncio.create_task(_report(stands, say))
    wrong = []
    try:
        async with asyncio.TaskGroup() as group:
            for stand in stands:
                group.create_task(stand.run())
    except* Faulty as faulty:
        wrong = [str(fault) for fault in faulty.exceptions]
    finally:
        talk.cancel()
    for stand in stands:
        say(f"{stand.printer.serial} is done; the integration ends")
        await stand.shop.close()
        wrong += await _reckon(hass, stand)
    return stands, wrong


async def _reckon(hass: HomeAssistant, stand: Stand) -> list[str]:
    serial = stand.printer.serial
    repository = await async_open(hass, "trial")
    line = await hass.async_add_executor_job(repository.load, serial)
    history = await hass.async_add_executor_job(
        lambda: repository.history(serial, limit=None)
    )
    await async_close(hass, "trial")
    assert line is not None
    return accounts.faults(stand.printer, line, history, stand.asked)


async def _report(stands: list[Stand], say: Callable[[str], object]) -> None:
    """Print the progress now and then, and how late this process is on a busy computer."""
    began = monotonic()
    while True:
        late, told = 0.0, monotonic()
        while (now := monotonic()) < told + 20:
            await asyncio.sleep(0.1)
            late = max(late, monotonic() - now - 0.1)
        plates = [len(accounts.ours(stand.printer)) for stand in stands]
        wrong = sum(len(stand.printer.journal.violations) for stand in stands)
        waits = [stand.shop.coordinator.waiting_for for stand in stands]
        say(
            f"{monotonic() - began:.0f} s: {plates} plates, {wrong} violations, "
            f"at most {late:.1f} s late, {waits}"
        )


@contextmanager
def _on_loopback() -> Iterator[None]:
    """Serve no browser and look for no printers."""
    with ExitStack() as stack:
        for name in ("async_bind", "start"):
            stack.enter_context(
                patch(f"homeassistant.components.http.HomeAssistantHTTP.{name}")
            )
        listen = "custom_components.bambu_batch.discovery.discovery.listen"
        stack.enter_context(patch(listen, return_value=None))
        yield


@asynccontextmanager
async def _home_assistant(folder: Path) -> AsyncIterator[HomeAssistant]:
    with _on_loopback():
        async with async_test_home_assistant(config_dir=str(folder)) as hass:
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            hass.config.media_dirs = {"local": str(folder / "media")}
            yield hass
            await hass.async_stop(force=True)


async def _run(folder: Path, plates: int, seed: int) -> tuple[list[Stand], list[str]]:
    media = folder / "media"
    media.mkdir()
    async with _home_assistant(folder) as hass:
        ended = await try_out(hass, media, plates, seed, partial(print, flush=True))
        print("Home Assistant stops", flush=True)
    print("all is stopped", flush=True)
    return ended


def main() -> int:
    """Run from the command line; the exit code is 0 if all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.soak")
    parser.add_argument("--plates", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--journals", type=Path, help="folder for the printers' journals"
    )
    arguments = parser.parse_args()
    began = monotonic()
    with TemporaryDirectory(prefix="bambu-batch-") as folder:
        stands, wrong = asyncio.run(
            _run(Path(folder), arguments.plates, arguments.seed)
        )
    if arguments.journals:
        for stand in stands:
            text = "".join(f"{entry}\n" for entry in stand.printer.journal)
            (arguments.journals / f"{stand.printer.serial}.txt").write_text(text)
    print(f"\nseed {arguments.seed}, {monotonic() - began:.0f} s:")
    jobs = [job for stand in stands for job in accounts.ours(stand.printer)]
    starts = sum(len(stand.printer.journal.of("start")) for stand in stands)
    print(f"{starts} starts, {len(jobs)} plates:")
    for title, counts in (
        ("", Counter(str(job.outcome) for job in jobs)),
        ("what happened:", sum((s.mischief.done for s in stands), Counter())),
        ("the person:", sum((s.deeds for s in stands), Counter())),
        ("news:", sum((s.news for s in stands), Counter())),
        ("looks at the reason:", sum((s.waits for s in stands), Counter())),
    ):
        print(title, *(f"  {n:5} {what}" for what, n in counts.most_common()), sep="\n")
    asked = sum(sum(stand.asked.values()) for stand in stands)
    print(f"{asked} copies asked; {len(wrong)} faults")
    print(*wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
