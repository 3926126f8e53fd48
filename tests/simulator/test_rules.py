"""What a client must never do is called out; what it may do is not."""

import asyncio
from typing import Any

import pytest

from simulator import Fault, Printer, Rule

from .clients import Mqtt
from .conftest import Connect, InThread, OpenPrinter, Slice, Upload

NAME = "part.gcode.3mf"


def rules(printer: Printer) -> list[Rule | None]:
    return [entry.rule for entry in printer.journal.violations]


async def finished(printer: Printer, count: int = 1) -> None:
    await printer.until(lambda printer: len(printer.truth.jobs) == count)


async def at_hand(
    open_printer: OpenPrinter, connect: Connect, content: bytes, **spec: Any
) -> tuple[Printer, Mqtt]:
    """Return a printer that has the file on its card, and a client of it."""
    printer = await open_printer(**spec)
    printer.card.put(f"/cache/{NAME}", content)
    return printer, await connect(printer)


async def test_a_careful_client_breaks_no_rule(
    open_printer: OpenPrinter, connect: Connect, upload: Upload, sliced: Slice
) -> None:
    printer = await open_printer(
        plates=5, cooldown_seconds=0.2, cooldown_bed_temperature=40
    )
    await upload(printer, f"/cache/{NAME}", sliced(swap="swapmod"))
    client = await connect(printer)
    for run in range(1, 4):
        client.start(NAME, subtask_id=run)
        await finished(printer, run)
        await asyncio.sleep(0.25)
        await printer.until(lambda printer: printer.truth.bed_temperature <= 40)

    assert printer.truth.plates_left == 2
    assert not rules(printer)


async def test_another_material_than_the_plate_was_sliced_for(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced())
    client.start(NAME, ams_mapping=[2])
    await finished(printer)

    assert rules(printer) == [Rule.WRONG_MATERIAL]


async def test_start_while_busy(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced())
    client.start(NAME, subtask_id=1)
    client.start(NAME, subtask_id=2)
    await finished(printer)

    assert rules(printer) == [Rule.START_WHILE_BUSY]


async def test_start_during_a_swap(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(swap="pushoff"))
    client.start(NAME, subtask_id=1)
    await printer.until(lambda printer: printer.truth.state == "RUNNING")
    printer.clock.speed = 30
    await printer.until(lambda printer: printer.truth.swapping)
    await client.answer(client.start(NAME, subtask_id=2))
    printer.clock.speed = 300
    await finished(printer)

    assert rules(printer) == [Rule.START_DURING_SWAP]


async def test_start_on_an_occupied_plate(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced())
    client.start(NAME, subtask_id=1)
    await finished(printer)
    client.start(NAME, subtask_id=2)
    await finished(printer, 2)

    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]
    assert printer.journal.of("collision")


async def test_start_without_a_plate(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(
        open_printer, connect, sliced(swap="swapmod"), plates=0
    )
    client.start(NAME, subtask_id=1)
    await finished(printer)
    client.start(NAME, subtask_id=2)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.START_WITHOUT_PLATE]


async def test_start_with_an_error_on_the_screen(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=0)
    printer.world.set_error(0x03008016)
    client.start(NAME)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.START_WITH_ERROR]


async def test_a_blind_start_is_one_without_a_full_report_on_its_own_connection(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer = await open_printer()
    printer.card.put(f"/cache/{NAME}", sliced())
    await connect(printer)
    async with Mqtt(printer) as second:
        await second.subscribe()
        await second.answer(second.start(NAME))

    assert rules(printer) == [Rule.BLIND_START]


async def test_a_full_report_that_lacks_keys_does_not_count(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer = await open_printer()
    printer.card.put(f"/cache/{NAME}", sliced())
    printer.fault(Fault.MISSING_KEYS)
    client = await connect(printer)
    await client.answer(client.start(NAME))

    assert rules(printer) == [Rule.BLIND_START]


async def test_two_starts_of_the_same_run(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(swap="swapmod"))
    client.start(NAME, subtask_id=5)
    await finished(printer)
    client.start(NAME, subtask_id=5)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.DUPLICATE_START]


@pytest.mark.parametrize("word", ["FLASHING", "DOWNLOADING", "UPGRADE_SUCCESS"])
async def test_start_while_an_update_is_told_in_words(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice, word: str
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=0)
    printer.world.set_fields(upgrade_state={"status": word})
    client.start(NAME)
    await finished(printer)

    at_rest = word == "UPGRADE_SUCCESS"
    assert rules(printer) == ([] if at_rest else [Rule.START_WHILE_UPDATING])


async def test_start_within_the_promised_cooldown(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(
        open_printer, connect, sliced(swap="swapmod"), cooldown_seconds=30
    )
    client.start(NAME, subtask_id=1)
    await finished(printer)
    client.start(NAME, subtask_id=2)
    await finished(printer, 2)

    assert rules(printer) == [Rule.START_IN_COOLDOWN]


async def test_start_on_a_bed_hotter_than_promised(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(
        open_printer, connect, sliced(), cooldown_bed_temperature=40
    )
    printer.world.set_bed(60)
    client.start(NAME)
    await finished(printer)

    assert rules(printer) == [Rule.START_IN_COOLDOWN]


async def test_start_of_a_file_that_is_still_coming(
    open_printer: OpenPrinter, connect: Connect, upload: Upload, sliced: Slice
) -> None:
    printer = await open_printer(upload_rate=1, speed=5)
    client = await connect(printer)
    sending = asyncio.ensure_future(upload(printer, f"/cache/{NAME}", sliced()))
    await printer.until(lambda printer: bool(printer.journal.of("upload_begins")))
    client.start(NAME)
    await client.until(lambda: 0x0500C010 in client.values("print_error"))
    printer.clock.speed = 10000
    await sending

    assert rules(printer) == [Rule.INCOMPLETE_FILE]


async def test_start_before_226_is_too_early(
    open_printer: OpenPrinter, connect: Connect, upload: Upload, sliced: Slice
) -> None:
    printer = await open_printer(speed=100)
    printer.fault(Fault.FTPS_SLOW_226, value=100)
    client = await connect(printer)
    content = sliced()
    sending = asyncio.ensure_future(upload(printer, f"/cache/{NAME}", content))
    await printer.until(
        lambda printer: printer.truth.files.get(f"/cache/{NAME}") == len(content)
    )
    client.start(NAME)
    await printer.until(lambda printer: bool(rules(printer)))
    await sending

    assert rules(printer) == [Rule.INCOMPLETE_FILE]


async def test_a_start_at_qos_1_may_be_replayed(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced())
    await client.answer(client.start(NAME, qos=1))

    assert rules(printer) == [Rule.START_WITH_QOS]


async def test_two_pushall_at_once_are_a_storm_but_not_on_two_connections(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    printer = await open_printer()
    client = await connect(printer)
    await connect(printer)
    assert not rules(printer)
    client.send("pushing", "pushall")
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.PUSHALL_STORM]


async def test_what_was_told_a_moment_ago_is_a_race_not_a_violation(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(
        open_printer, connect, sliced(), speed=10, race_grace=1
    )
    printer.world.print_foreign()
    await client.answer(client.start(NAME))
    assert not rules(printer)
    assert printer.journal.of("race")

    await asyncio.sleep(0.1)
    printer.world.press_stop()
    await asyncio.sleep(0.1)
    printer.world.print_foreign(source="cloud")
    await asyncio.sleep(1.1)
    await client.answer(client.start(NAME, subtask_id=2))
    assert rules(printer) == [Rule.START_WHILE_BUSY]


@pytest.mark.parametrize("source", ["screen", "cloud"])
async def test_fm_181_a_start_counts_from_when_it_was_told_not_from_when_it_was_made(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice, source: str
) -> None:
    """A person's start at the screen shows itself late, another client's by its echo."""
    printer, client = await at_hand(
        open_printer, connect, sliced(), speed=100, race_grace=0.2
    )
    printer.fault(Fault.SLOW_START, times=1, value=60)
    printer.world.print_foreign(source=source)
    await asyncio.sleep(0.4)
    await client.answer(client.start(NAME))
    told = source == "cloud"
    assert rules(printer) == ([Rule.START_WHILE_BUSY] if told else [])
    races = printer.journal.of("race")
    assert [race.detail["told"] for race in races] == ([] if told else [None])


async def test_one_thing_that_happens_excuses_no_other(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=0.2)
    printer.world.set_error(0x03008016)
    await asyncio.sleep(0.3)
    printer.world.set_spools(*printer.machine.trays)
    await client.answer(client.start(NAME))
    assert rules(printer) == [Rule.START_WITH_ERROR]


async def test_no_moment_excuses_a_start_on_an_occupied_plate(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=60)
    printer.world.print_foreign()
    await finished(printer)
    client.start(NAME)
    await finished(printer, 2)
    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]


@pytest.mark.parametrize("trouble", ["card", "connection"])
async def test_fm_163_start_of_a_file_that_nobody_looked_for_on_another_card(
    open_printer: OpenPrinter,
    connect: Connect,
    upload: Upload,
    sliced: Slice,
    trouble: str,
) -> None:
    printer = await open_printer(race_grace=0)
    await upload(printer, f"/cache/{NAME}", sliced())
    client = await connect(printer)
    await upload(printer, f"/cache/{NAME}", sliced())
    if trouble == "card":
        printer.world.swap_card(seconds=0)
    else:
        printer.card.files.clear()
        client = await connect(printer)
    await client.answer(client.start(NAME))
    assert rules(printer) == [Rule.START_OF_LOST_FILE]


async def test_a_file_that_was_there_a_moment_ago_is_not_lost_by_the_client(
    open_printer: OpenPrinter, connect: Connect, upload: Upload, sliced: Slice
) -> None:
    printer = await open_printer(race_grace=0)
    client = await connect(printer)
    await upload(printer, f"/cache/{NAME}", sliced())
    printer.card.files.clear()
    await client.answer(client.start(NAME))
    assert not rules(printer)


async def test_a_start_after_a_long_silence_is_blind(
    open_printer: OpenPrinter, connect: Connect, sliced: Slice
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), silence=0.2)
    printer.fault(Fault.SILENT)
    await asyncio.sleep(0.3)
    client.start(NAME)
    await printer.until(lambda printer: bool(rules(printer)))
    assert rules(printer) == [Rule.BLIND_START]


PLATE = (0x0300_0D00, 0x0002_0003)
AMS = (0x0500_0400, 0x0001_0044)
SEEN_FOR_WEEKS = (0x0C00_0100, 0x0001_0004)
MILD = (0x0700_0100, 0x0003_0001)


@pytest.mark.parametrize("entry", [PLATE, AMS])
async def test_fm_156_start_with_a_health_entry_that_nobody_has_accepted(
    open_printer: OpenPrinter,
    connect: Connect,
    sliced: Slice,
    entry: tuple[int, int],
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=0)
    printer.world.set_hms(entry)
    await client.answer(client.start(NAME))
    assert rules(printer) == [Rule.START_IN_BAD_HEALTH]


@pytest.mark.parametrize("entry", [SEEN_FOR_WEEKS, MILD])
async def test_fm_156_what_printers_print_with_forbids_nothing(
    open_printer: OpenPrinter,
    connect: Connect,
    sliced: Slice,
    entry: tuple[int, int],
) -> None:
    printer, client = await at_hand(open_printer, connect, sliced(), race_grace=0)
    printer.world.set_hms(entry)
    client.start(NAME)
    await finished(printer)
    assert not rules(printer)


@pytest.mark.parametrize(
    ("entry", "remember", "lasts"),
    [
        (PLATE, None, False),
        (PLATE, True, True),
        (AMS, None, True),
        (AMS, False, False),
    ],
)
async def test_fm_157_an_acceptance_ends_when_the_entry_clears_unless_it_is_remembered(
    open_printer: OpenPrinter,
    connect: Connect,
    sliced: Slice,
    entry: tuple[int, int],
    remember: bool | None,
    lasts: bool,
) -> None:
    printer, client = await at_hand(
        open_printer, connect, sliced(swap="swapmod"), race_grace=0
    )
    printer.world.set_hms(entry)
    printer.world.accept_health(remember=remember)
    client.start(NAME, subtask_id=1)
    await finished(printer)
    assert not rules(printer)

    printer.world.set_hms()
    printer.world.set_hms(entry)
    client.start(NAME, subtask_id=2)
    await finished(printer, 2)
    assert rules(printer) == ([] if lasts else [Rule.START_IN_BAD_HEALTH])


async def test_a_start_that_the_printer_ignores_is_judged_all_the_same(
    open_printer: OpenPrinter, connect: Connect, in_thread: InThread
) -> None:
    printer = await open_printer(plate_occupied=True, developer_mode=False)
    client = await connect(printer)
    client.start(NAME)
    await client.answer(client.send("info", "get_version"))

    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]
