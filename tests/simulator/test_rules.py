"""What a client must never do is called out; what it may do is not."""

import asyncio

import pytest

from simulator import Fault, Printer, Rule

from .clients import Mqtt
from .conftest import NAME, Connect, Slice, Upload, swapping


def rules(printer: Printer) -> list[Rule | None]:
    return [entry.rule for entry in printer.journal.violations]


async def finished(printer: Printer, count: int = 1) -> None:
    await printer.until(lambda printer: len(printer.truth.jobs) == count)


@pytest.mark.printer(plates=5, cooldown_seconds=0.2, cooldown_bed_temperature=40)
async def test_a_careful_client_breaks_no_rule(
    printer: Printer, connect: Connect, upload: Upload, sliced: Slice
) -> None:
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
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[2])
    await finished(printer)

    assert rules(printer) == [Rule.WRONG_MATERIAL]


async def test_start_while_busy(printer: Printer, client: Mqtt, part: str) -> None:
    client.start(part, subtask_id=1)
    client.start(part, subtask_id=2)
    await finished(printer)

    assert rules(printer) == [Rule.START_WHILE_BUSY]


@pytest.mark.part(swap="pushoff")
async def test_start_during_a_swap(printer: Printer, client: Mqtt, part: str) -> None:
    client.start(part, subtask_id=1)
    await swapping(printer)
    await client.answer(client.start(part, subtask_id=2))
    printer.clock.speed = 300
    await finished(printer)

    assert rules(printer) == [Rule.START_DURING_SWAP]


async def test_start_on_an_occupied_plate(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, subtask_id=1)
    await finished(printer)
    client.start(part, subtask_id=2)
    await finished(printer, 2)

    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]
    assert printer.journal.of("collision")


@pytest.mark.printer(plates=0)
@pytest.mark.part(swap="swapmod")
async def test_start_without_a_plate(printer: Printer, client: Mqtt, part: str) -> None:
    client.start(part, subtask_id=1)
    await finished(printer)
    client.start(part, subtask_id=2)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.START_WITHOUT_PLATE]


@pytest.mark.printer(race_grace=0)
async def test_start_with_an_error_on_the_screen(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.world.set_error(0x03008016)
    client.start(part)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.START_WITH_ERROR]


async def test_a_blind_start_is_one_without_a_full_report_on_its_own_connection(
    printer: Printer, connect: Connect, part: str
) -> None:
    await connect(printer)
    async with Mqtt(printer) as second:
        await second.subscribe()
        await second.answer(second.start(part))

    assert rules(printer) == [Rule.BLIND_START]


async def test_a_full_report_that_lacks_keys_does_not_count(
    printer: Printer, connect: Connect, part: str
) -> None:
    printer.fault(Fault.MISSING_KEYS)
    client = await connect(printer)
    await client.answer(client.start(part))

    assert rules(printer) == [Rule.BLIND_START]


@pytest.mark.part(swap="swapmod")
async def test_two_starts_of_the_same_run(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, subtask_id=5)
    await finished(printer)
    client.start(part, subtask_id=5)
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.DUPLICATE_START]


@pytest.mark.parametrize("word", ["FLASHING", "DOWNLOADING", "UPGRADE_SUCCESS"])
@pytest.mark.printer(race_grace=0)
async def test_start_while_a_word_reports_an_update(
    printer: Printer, client: Mqtt, part: str, word: str
) -> None:
    printer.world.set_fields(upgrade_state={"status": word})
    client.start(part)
    await finished(printer)

    at_rest = word == "UPGRADE_SUCCESS"
    assert rules(printer) == ([] if at_rest else [Rule.START_WHILE_UPDATING])


@pytest.mark.printer(cooldown_seconds=30)
@pytest.mark.part(swap="swapmod")
async def test_start_within_the_promised_cooldown(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, subtask_id=1)
    await finished(printer)
    client.start(part, subtask_id=2)
    await finished(printer, 2)

    assert rules(printer) == [Rule.START_IN_COOLDOWN]


@pytest.mark.printer(cooldown_bed_temperature=40)
async def test_start_on_a_bed_hotter_than_promised(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.world.set_bed(60)
    client.start(part)
    await finished(printer)

    assert rules(printer) == [Rule.START_IN_COOLDOWN]


@pytest.mark.printer(upload_rate=1, speed=5)
async def test_start_of_a_file_that_is_still_coming(
    printer: Printer, client: Mqtt, upload: Upload, sliced: Slice
) -> None:
    sending = asyncio.ensure_future(upload(printer, f"/cache/{NAME}", sliced()))
    await printer.until(lambda printer: bool(printer.journal.of("upload_begins")))
    client.start(NAME)
    await client.until(lambda: 0x0500C010 in client.values("print_error"))
    printer.clock.speed = 10000
    await sending

    assert rules(printer) == [Rule.INCOMPLETE_FILE]


@pytest.mark.printer(speed=100)
async def test_start_before_226_is_too_early(
    printer: Printer, connect: Connect, upload: Upload, sliced: Slice
) -> None:
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
    printer: Printer, client: Mqtt, part: str
) -> None:
    await client.answer(client.start(part, qos=1))

    assert rules(printer) == [Rule.START_WITH_QOS]


async def test_two_pushall_at_once_are_a_storm_but_not_on_two_connections(
    printer: Printer, client: Mqtt, connect: Connect
) -> None:
    await connect(printer)
    assert not rules(printer)
    client.send("pushing", "pushall")
    await printer.until(lambda printer: bool(rules(printer)))

    assert rules(printer) == [Rule.PUSHALL_STORM]


@pytest.mark.printer(speed=10, race_grace=1)
async def test_what_was_reported_a_moment_ago_is_a_race_not_a_violation(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.world.print_foreign()
    await client.answer(client.start(part))
    assert not rules(printer)
    assert printer.journal.of("race")

    await asyncio.sleep(0.1)
    printer.world.press_stop()
    await asyncio.sleep(0.1)
    printer.world.print_foreign(source="cloud")
    await asyncio.sleep(1.1)
    await client.answer(client.start(part, subtask_id=2))
    assert rules(printer) == [Rule.START_WHILE_BUSY]


@pytest.mark.parametrize("source", ["screen", "cloud"])
@pytest.mark.printer(speed=100, race_grace=0.2)
async def test_fm_181_a_start_counts_from_when_it_was_told_not_from_when_it_was_made(
    printer: Printer, client: Mqtt, part: str, source: str
) -> None:
    """A person's start at the screen shows itself late, another client's by its echo."""
    printer.fault(Fault.SLOW_START, times=1, value=60)
    printer.world.print_foreign(source=source)
    await asyncio.sleep(0.4)
    await client.answer(client.start(part))
    told = source == "cloud"
    assert rules(printer) == ([Rule.START_WHILE_BUSY] if told else [])
    races = printer.journal.of("race")
    assert [race.detail["told"] for race in races] == ([] if told else [None])


@pytest.mark.printer(race_grace=0.2)
async def test_one_thing_that_happens_excuses_no_other(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.world.set_error(0x03008016)
    await asyncio.sleep(0.3)
    printer.world.set_spools(*printer.machine.trays)
    await client.answer(client.start(part))
    assert rules(printer) == [Rule.START_WITH_ERROR]


@pytest.mark.printer(race_grace=60)
async def test_no_moment_excuses_a_start_on_an_occupied_plate(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.world.print_foreign()
    await finished(printer)
    client.start(part)
    await finished(printer, 2)
    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]


@pytest.mark.parametrize("trouble", ["card", "connection"])
@pytest.mark.printer(race_grace=0)
async def test_fm_163_start_of_a_file_that_nobody_looked_for_on_another_card(
    printer: Printer, connect: Connect, upload: Upload, sliced: Slice, trouble: str
) -> None:
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


@pytest.mark.printer(race_grace=0)
async def test_a_file_that_was_there_a_moment_ago_is_not_lost_by_the_client(
    printer: Printer, client: Mqtt, upload: Upload, sliced: Slice
) -> None:
    await upload(printer, f"/cache/{NAME}", sliced())
    printer.card.files.clear()
    await client.answer(client.start(NAME))
    assert not rules(printer)


@pytest.mark.printer(silence=0.2)
async def test_a_start_after_a_long_silence_is_blind(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.SILENT)
    await asyncio.sleep(0.3)
    client.start(part)
    await printer.until(lambda printer: bool(rules(printer)))
    assert rules(printer) == [Rule.BLIND_START]


PLATE = (0x0300_0D00, 0x0002_0003)
AMS = (0x0500_0400, 0x0001_0044)
SEEN_FOR_WEEKS = (0x0C00_0100, 0x0001_0004)
MILD = (0x0700_0100, 0x0003_0001)


@pytest.mark.parametrize("entry", [PLATE, AMS])
@pytest.mark.printer(race_grace=0)
async def test_fm_156_start_with_a_health_entry_that_nobody_has_accepted(
    printer: Printer, client: Mqtt, part: str, entry: tuple[int, int]
) -> None:
    printer.world.set_hms(entry)
    await client.answer(client.start(part))
    assert rules(printer) == [Rule.START_IN_BAD_HEALTH]


@pytest.mark.parametrize("entry", [SEEN_FOR_WEEKS, MILD])
@pytest.mark.printer(race_grace=0)
async def test_fm_156_what_printers_print_with_forbids_nothing(
    printer: Printer, client: Mqtt, part: str, entry: tuple[int, int]
) -> None:
    printer.world.set_hms(entry)
    client.start(part)
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
@pytest.mark.printer(race_grace=0)
@pytest.mark.part(swap="swapmod")
async def test_fm_157_an_acceptance_ends_when_the_entry_clears_unless_it_is_remembered(
    printer: Printer,
    client: Mqtt,
    part: str,
    entry: tuple[int, int],
    remember: bool | None,
    lasts: bool,
) -> None:
    printer.world.set_hms(entry)
    printer.world.accept_health(remember=remember)
    client.start(part, subtask_id=1)
    await finished(printer)
    assert not rules(printer)

    printer.world.set_hms()
    printer.world.set_hms(entry)
    client.start(part, subtask_id=2)
    await finished(printer, 2)
    assert rules(printer) == ([] if lasts else [Rule.START_IN_BAD_HEALTH])


@pytest.mark.printer(plate_occupied=True, developer_mode=False)
async def test_a_start_that_the_printer_ignores_is_judged_all_the_same(
    printer: Printer, client: Mqtt
) -> None:
    client.start(NAME)
    await client.answer(client.send("info", "get_version"))

    assert rules(printer) == [Rule.START_ON_OCCUPIED_PLATE]
