"""Stories of the exploration's world, replayed with a real Home Assistant and a printer.

    python -m tests.trials.replay --count 100 --seed 1

Each move becomes the real thing: a person's action over REST, a hand at the printer's screen,
trouble on the wire, SIGKILL. What the line and the printer do by themselves is waited for; a
story may take another way than in the small world, as far as time goes. After each story a
helpful person gets to its end, and the same laws are reckoned up: no wrong start in the
printer's eyes, no copy twice, lost, or booked and not printed.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
import random
import signal
import sys
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final

from demo.client import RequestFailed
from simulator import Farm, Fault

from . import accounts
from .kills import SPEED, Trial, home_assistant, printer_spec
from .person import accept_health, put_right
from .stories import Deed, story

LENGTH: Final = 16
"""Deeds of a story."""
WAIT: Final = 4.0
"""Real seconds for what Home Assistant and the printer do by themselves."""
COPIES: Final = 2
JAM: Final = 0x0300_8008
A_PRINT: Final = 700
"""Simulated seconds that a foreign print takes."""
FATES: Final = {
    "the start is refused": Fault.START_FAILS,
    "the start is refused for its signature": Fault.START_REFUSED,
    "the printer forgets the start": Fault.START_UNNOTICED,
    "the printer shows the name and an error": Fault.START_ERROR,
    "the job vanishes, it shows IDLE": Fault.START_ACCEPTED_ONLY,
    "the job vanishes, it shows FINISH": Fault.START_ACCEPTED_ONLY,
}
"""What becomes of a start must be set before it is sent: it cannot be held back."""
BLIND: Final = {
    "foreign",
    "another_client_starts",
    "is_stopped",
    "fails",
    "cycles_its_power",
    "is_dismissed",
}
"""These cannot be known in the first minute of a silence."""


@dataclass
class Replay(Trial):
    """A trial that follows stories instead of chance."""

    told: Counter[str] = field(default_factory=Counter)
    """Moves that were done."""
    not_told: Counter[str] = field(default_factory=Counter)
    """Moves that did not fit any more: the real thing had gone on."""
    _tasks: list[str] = field(default_factory=list)
    """Ids of the story's tasks: the story counts from 1."""
    _away: bool = False

    async def replay(self, seeds: Sequence[int]) -> list[str]:
        """Replay the stories of these seeds; returns what is wrong, a line each."""
        await self.set_up()
        await self._come_back()
        wrong: list[str] = []
        for seed in seeds:
            began, deeds = monotonic(), story(seed, LENGTH)
            wrong = await self._tell(seed, deeds)
            wrong += [str(entry) for entry in self.printer.journal.violations]
            jobs = len(accounts.ours(self.printer))
            self.say(f"story {seed}: {jobs} plates ({monotonic() - began:.1f} s)")
            if wrong:
                wrong += [f"story {seed}:", *(f"  {deed}" for deed in deeds)]
                break
        await self.hass.stop()
        return wrong + self._reckon()

    async def _tell(self, seed: int, deeds: Sequence[Deed]) -> list[str]:
        self.printer.journal.note("story", seed=seed)
        while put_right(self.printer):
            pass
        self.printer.world.clear_plate()
        self._tasks = []
        self._arm(deeds)
        await self._act("confirm_plate_clear")
        self._tasks.append(await self._enqueue(COPIES, 1))
        await self._desk.run_queue()
        for number, deed in enumerate(deeds):
            self.printer.journal.note("deed", deed=deed.label)
            done = await self._do(deed)
            (self.told if done else self.not_told)[deed.move] += 1
            if deed.move in ("sends_the_start", "loses_the_start"):
                self._arm(deeds[number + 1 :])
        self.printer.heal()
        if self._away:
            await self._return()
        return await self._finish()

    def _arm(self, deeds: Sequence[Deed]) -> None:
        """Prepare the fate that the story has for the next start and the next upload."""
        sent = False
        for deed in deeds:
            if deed.label in FATES and sent:
                self.printer.fault(FATES[deed.label], times=1)
                return
            if deed.move == "loses_the_start" and not sent:
                self.printer.fault(Fault.START_IGNORED, times=1)
                return
            if deed.label == "the upload fails" and not sent:
                self.printer.fault(Fault.FTPS_550, times=1)
            if deed.move == "sends_the_start":
                if sent:
                    return
                sent = True

    async def _do(self, deed: Deed) -> bool:
        """Let it happen; False: it does not fit any more."""
        if deed.move in BLIND and Fault.SILENT in self.printer.machine.faults:
            return False
        for part in (self._by_itself, self._on_the_wire, self._at_the_printer):
            if (done := await part(deed)) is not None:
                return done
        return await self._at_home_assistant(deed)

    async def _by_itself(self, deed: Deed) -> bool | None:
        """Wait for what the line and the printer do by themselves; None: another deed."""
        match deed.move:
            case "sends_the_start" | "loses_the_start":
                starts = len(self.printer.journal.of("start"))
                sent = deed.label.startswith("the start is sent")
                return not sent or await self._see(
                    lambda: (
                        self.printer.lifecycle.busy
                        or len(self.printer.journal.of("start")) > starts
                    )
                )
            case "works" | "loses_a_message":
                return await self._work(deed)
            case "passes":
                await self.farm.clock.sleep(60 * int(deed.label.split(" ")[0]))
                return True
            case "refuses_the_start" | "drops_the_start" | "vanishes":
                return True  # armed before
            case "uploads" | "uploads_badly" | "deletes":
                return True
        return None

    async def _on_the_wire(self, deed: Deed) -> bool | None:
        """Kill, cut, silence and connect; None: another deed."""
        printer = self.printer
        match deed.move:
            case "crashes":
                await self.hass.kill()
                self._away = True
            case "loses_the_connection":
                printer.fault(Fault.REFUSE_CONNECTIONS)
                printer.world.drop_connections()
            case "goes_silent":
                printer.fault(Fault.SILENT)
            case "connects":
                printer.heal(Fault.REFUSE_CONNECTIONS)
                printer.heal(Fault.SILENT)
                if self._away:
                    await self._return()
                return await self._see(lambda: printer.clients > 0)
            case "reports_fully":
                printer.machine.send_full_report()
            case _:
                return None
        return True

    async def _at_the_printer(self, deed: Deed) -> bool | None:
        """Do what happens at the printer; None: another deed."""
        printer, world = self.printer, self.printer.world
        busy = printer.lifecycle.busy
        match deed.move:
            case "fails" if busy:
                world.fail_with(JAM)
            case "is_stopped" if busy and "the stop leads" not in deed.label:
                world.press_stop()
            case "clears_its_error":
                world.set_error(0)
            case "foreign" if not printer.truth.print_error:
                return world.print_foreign(seconds=A_PRINT)
            case "another_client_starts" if not printer.truth.print_error:
                return world.print_foreign(seconds=A_PRINT, source="cloud")
            case "shows_a_code" if not busy:
                world.set_error(int(deed.label.split(" ")[-1], 16))
            case "health_changes":
                self._change_health(*deed.label.split(" "))
            case "is_dismissed" if not busy and printer.powered:
                world.dismiss()
            case "cycles_its_power":
                world.reboot()
            case "pauses_with_an_error" | "pauses_by_its_file" if (
                busy and "goes on" in deed.label
            ):
                world.press_resume()
            case "pauses_by_its_file" if busy:
                world.pause_with(0, attr=0)
            case "pauses_with_an_error" if busy:
                world.pause_with()
            case "reports_odd_things":
                self._report_oddly(deed.label)
            case _:
                return None
        return True

    async def _at_home_assistant(self, deed: Deed) -> bool:
        """Do what a person does there; False: it does not fit any more."""
        match deed.move:
            case "clears_the_plate":
                if self.printer.lifecycle.busy or not self.printer.powered:
                    return False
                self.printer.world.clear_plate()
                return await self._act("confirm_plate_clear")
            case "resolves" | "runs_the_queue":
                return await self._be_there()
            case "accepts_health":
                remember = {"True": True, "False": False}.get(deed.label.split(" ")[-1])
                return await self._try(
                    lambda: accept_health(self._desk, self.printer, remember)
                )
            case "closes_the_code":
                return await self._act("close_print_error")
            case "pauses_the_queue":
                return await self._try(self._switch_off)
            case "is_stopped" if self.printer.lifecycle.busy:
                return await self._act("stop_print")
            case "stops_the_print":
                said = deed.label.removeprefix("a person: ").removesuffix("Print")
                return await self._act(f"{said.lower()}_print")
            case "says_it_clears_nothing" | "edits_the_queue":
                return await self._edit_as(deed.label)
        return False

    async def _work(self, deed: Deed) -> bool:
        """Wait for the printer's own progress; now and then lose the message of it."""
        printer = self.printer
        if deed.move == "loses_a_message":
            printer.fault(Fault.SILENT, times=1)
        if "somebody starts" in deed.label:
            return printer.world.print_foreign(seconds=A_PRINT)
        if "prints" in deed.label:
            return await self._see(lambda: printer.truth.state == "RUNNING")
        if "finishes" in deed.label:
            if not printer.lifecycle.busy:
                return False
            return await self._see(
                lambda: not printer.lifecycle.busy or printer.lifecycle.paused
            )
        return await self._see(lambda: printer.lifecycle.busy)

    def _report_oddly(self, label: str) -> None:
        world = self.printer.world
        if label == "reports no card":
            world.set_card(present=False)
        elif label == "reports no spools":
            world.set_spools(None, None, None, None)
        else:
            world.set_hms((0x0300_0100, 0x0001_0001))

    def _change_health(self, code: str, how: str) -> None:
        digits = code.replace("-", "")
        entry = int(digits[:8], 16), int(digits[8:], 16)
        shown = {
            (one["attr"], one["code"]) for one in self.printer.machine.report["hms"]
        }
        self.printer.world.set_hms(
            *(shown | {entry} if how == "comes" else shown - {entry})
        )

    async def _edit_as(self, label: str) -> bool:
        """Edit the queue as the story says, and note what is asked for from then on."""
        words = label.split(" ")
        if label == "adds a task":
            if self._away:
                await self._return()
            self._tasks.append(await self._enqueue(1, 3))
            return True
        if label == "clears the queue":
            if done := await self._act("clear_queue"):
                for task_id in self._tasks:
                    self.asked.pop(task_id, None)
            return done
        place = int(next(word for word in reversed(words) if word.isdigit())) - 1
        if words[0] == "moves":
            place = int(words[2]) - 1
        if place >= len(self._tasks) or self._tasks[place] not in self.asked:
            return False
        task_id = self._tasks[place]
        match words[0]:
            case "removes":
                if done := await self._act("remove_task", task_id=task_id):
                    del self.asked[task_id]
                return done
            case "wants":
                copies = int(words[1])
                if done := await self._act(
                    "update_task", task_id=task_id, copies=copies
                ):
                    self.asked[task_id] = copies
                return done
            case "retries":
                return await self._act("retry_task", task_id=task_id)
            case "moves":
                return await self._act("move_task", task_id=task_id, position=1)
            case "says":
                return await self._act(
                    "update_task", task_id=task_id, clears_plate=False
                )
            case _:
                hold = words[0] == "holds"
                return await self._act("update_task", task_id=task_id, hold=hold)

    async def _act(self, action: str, **data: Any) -> bool:
        return await self._try(lambda: self._desk.act(action, **data))

    async def _switch_off(self) -> None:
        await self.hass.client.act(
            "switch.turn_off", entity_id=self.entities["queue_running"]
        )

    async def _be_there(self) -> bool:
        if self._away:
            await self._return()
        deeds = self.deeds.total()
        await self._attend()
        return self.deeds.total() > deeds

    async def _try(self, do: Callable[[], Any]) -> bool:
        """Do something in Home Assistant once it runs; False: it is refused."""
        if self._away:
            await self._return()
        with suppress(RequestFailed):
            await do()
            return True
        return False

    async def _return(self) -> None:
        self._away = False
        await self._come_back()

    async def _see(self, what: Callable[[], object]) -> bool:
        with suppress(TimeoutError):
            async with asyncio.timeout(WAIT):
                while not what():
                    await asyncio.sleep(0.02)
                return True
        return False


async def try_out(
    folder: Path, seeds: Sequence[int], say: Callable[[str], object] = print
) -> tuple[Replay, list[str]]:
    """Replay the stories in a folder."""
    hass = home_assistant(folder)
    async with Farm([printer_spec()], speed=SPEED) as farm:
        chance = random.Random(seeds[0])
        replay = Replay(hass, farm.printers[0], farm, chance, say)
        try:
            return replay, await replay.replay(seeds)
        finally:
            await hass.kill()


def main() -> int:
    """Run from the command line; the exit code is 0 if all was well."""
    parser = argparse.ArgumentParser(prog="python -m tests.trials.replay")
    parser.add_argument("--count", type=int, default=100, help="stories")
    parser.add_argument("--seed", type=int, default=1, help="of the first")
    parser.add_argument("--journal", type=Path, help="where to write the printer's")
    arguments = parser.parse_args()
    # Home Assistant must not outlive us, even where Ctrl-C is switched off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = monotonic()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    with TemporaryDirectory(prefix="bambu-batch-") as folder:
        replay, wrong = asyncio.run(try_out(Path(folder), seeds))
        log = replay.hass.last_lines(40)
    if arguments.journal:
        text = "".join(f"{entry}\n" for entry in replay.printer.journal)
        arguments.journal.write_text(text)
    jobs = accounts.ours(replay.printer)
    starts = len(replay.printer.journal.of("start"))
    print(f"\n{monotonic() - began:.0f} s; {starts} starts, {len(jobs)} plates")
    for title, counts in (
        ("", Counter(str(job.outcome) for job in jobs)),
        ("told:", replay.told),
        ("not told:", replay.not_told),
        ("the person:", replay.deeds),
    ):
        print(title, *(f"  {n:5} {what}" for what, n in counts.most_common()), sep="\n")
    print(f"{len(wrong)} faults")
    if wrong:
        print(*wrong, "Home Assistant's last lines:", log, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
