"""The way of a print: what is said, and what is true."""

import asyncio
import hashlib
from io import BytesIO
from itertools import pairwise
import json
from pathlib import Path
from typing import Any
import zipfile

import pytest

from simulator import Fault, Outcome, Printer, Source, Spool, slicer
from simulator.mqtt import Session

from .clients import Json, Mqtt, context
from .conftest import NAME, Connect, OpenPrinter, Slice, printing, swapping


def states(client: Mqtt) -> list[str]:
    return client.values("gcode_state")


async def finish(client: Mqtt, state: str = "FINISH") -> None:
    if state == "FINISH":
        client.printer.clock.speed = 1000
    await client.until(lambda: state in states(client)[-1:])


@pytest.mark.printer(state="FINISH")
async def test_a_lan_start_from_finish_goes_the_recorded_way(
    printer: Printer, client: Mqtt, part: str
) -> None:
    answer = await client.answer(client.start(part, subtask_id=77))
    assert (answer["result"], answer["subtask_id"]) == ("success", "77")
    await finish(client)

    assert states(client) == ["IDLE", "PREPARE", "RUNNING", "FINISH"]
    assert client.values("stg_cur") == [2, 13, 24, 4, 3, 14, 13, 0, 255]
    assert client.values("mc_print_stage") == ["2", "1"]
    assert client.values("print_type") == ["local", "idle"]
    assert client.values("gcode_file") == [NAME, ""]
    assert client.values("subtask_name") == ["run_77"]
    assert client.values("subtask_id") == ["77"]
    assert client.values("stg") == [[2, 13, 24, 4, 3, 14, 13], []]
    idle = next(delta for delta in client.deltas if delta.get("gcode_state") == "IDLE")
    assert idle["gcode_file"] == NAME
    assert idle["upgrade_state"] == {"dis_state": 0, "cur_state_code": 1}
    assert printer.truth.jobs[0].outcome is Outcome.FINISHED
    assert not printer.journal.violations


@pytest.mark.part(layers=60)
async def test_layers_and_percent_only_rise_and_end_as_recorded(
    client: Mqtt, part: str
) -> None:
    client.start(part)
    await finish(client)

    layers, percent = client.values("layer_num"), client.values("mc_percent")
    assert layers == sorted(layers)
    assert (layers[0], layers[-1]) == (1, 60)
    assert percent == sorted(percent)
    assert percent[-2:] == [96, 100]
    assert client.values("total_layer_num") == [60]


@pytest.mark.part(seconds=400)
async def test_finish_comes_34_seconds_after_stage_255_and_stays(
    printer: Printer, client: Mqtt, part: str
) -> None:
    moments: dict[object, float] = {}
    publish = printer.machine._publish

    def timed(message: Json) -> list[Session]:
        said = message.get("print", {})
        for word in (said.get("stg_cur"), said.get("gcode_state")):
            moments.setdefault(word, printer.clock.now())
        return publish(message)

    client.start(part)
    await printer.until(lambda printer: printer.truth.layer > 25)
    printer.machine._publish = timed  # type: ignore[method-assign]
    printer.clock.speed = 100
    await client.until(lambda: 255 in client.values("stg_cur"))
    assert printer.truth.state == "RUNNING"
    await client.until(lambda: "FINISH" in states(client)[-1:])

    assert 33 < moments["FINISH"] - moments[255] < 60
    printer.clock.speed = 3000
    await printer.clock.sleep(3600)
    assert printer.truth.state == "FINISH"
    assert states(client)[-1] == "FINISH"


@pytest.mark.printer(state="FINISH", model="N2S")
@pytest.mark.part(model="N2S")
async def test_a_recorded_print_has_the_same_words_in_the_same_order(
    printer: Printer, connect: Connect, part: str, samples: Path
) -> None:
    def words(deltas: list[Json]) -> list[Any]:
        keys = ("gcode_state", "mc_print_stage", "stg_cur", "print_type", "gcode_file")
        said = [
            (key, delta[key] if key != "gcode_file" else bool(delta[key]))
            for delta in deltas
            for key in keys
            if key in delta
        ]
        return [word for word, after in pairwise([*said, None]) if word != after]

    log = samples / "mqtt" / "openspoolman__A1_01.07.00.00_Testqube_local.log"
    lines = log.read_text().splitlines()
    recorded = [json.loads(line.partition(" :: ")[2])["print"] for line in lines]

    printer.world.set_fields(stg_cur=255)
    client = await connect(printer)
    client.start(part)
    await finish(client)

    ours = [word for word in words(client.deltas) if word != ("stg_cur", 13)]
    theirs = words([body for body in recorded if body.get("msg") == 1])
    # The recording misses the second homing: reports come every two seconds.
    assert ours == [word for word in theirs if word != ("stg_cur", 13)]


@pytest.mark.printer(reports_ids=False)
async def test_a_job_may_be_reported_without_our_ids(client: Mqtt, part: str) -> None:
    client.start(part, subtask_id=9)
    await finish(client)

    assert not client.values("subtask_id")
    assert client.values("subtask_name") == ["run_9"]


async def test_the_firmware_rewrites_the_name(client: Mqtt, part: str) -> None:
    client.start(part, subtask_name="a@b")

    await client.until(lambda: "a_b" in client.values("subtask_name"))


# Plate and changer


@pytest.mark.printer(plates=2)
@pytest.mark.part(swap="swapmod")
async def test_a_clearing_file_swaps_before_finish(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await finish(client)

    truth = printer.truth
    assert (truth.plate_present, truth.plate_occupied, truth.plates_left) == (
        True,
        False,
        1,
    )
    order = [entry.kind for entry in printer.journal]
    assert order.index("swap_begins") < order.index("swap") < order.index("job_ended")


@pytest.mark.printer(plates=2)
async def test_a_plain_file_leaves_the_plate_occupied(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await finish(client)

    assert printer.truth.plate_occupied
    assert printer.truth.plates_left == 2


@pytest.mark.printer(plates=0)
@pytest.mark.part(swap="jobox")
async def test_a_swap_with_an_empty_changer_leaves_no_plate_and_the_next_print_pauses(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await finish(client)
    assert not printer.truth.plate_present

    client.start(part, subtask_id=2)
    await finish(client, "PAUSE")
    assert printer.truth.print_error == 0x03008019


@pytest.mark.printer(plates=2)
@pytest.mark.part(swap="swapmod")
async def test_a_cancelled_swap_leaves_the_parts_where_they_were(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await swapping(printer)
    client.send("print", "stop", param="")
    await finish(client, "FAILED")

    assert printer.truth.plate_occupied
    assert not printer.truth.swapping


# Pauses


async def test_pause_and_resume_keep_the_rest_of_the_way(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await printing(printer)
    answer = await client.answer(client.send("print", "pause", qos=1, param=""))
    assert answer["result"] == "success"
    layer = printer.truth.layer
    printer.clock.speed = 2000
    await printer.clock.sleep(500)
    assert (printer.truth.state, printer.truth.layer) == ("PAUSE", layer)
    client.send("print", "resume", qos=1, param="")
    await finish(client)

    assert states(client)[-3:] == ["PAUSE", "RUNNING", "FINISH"]
    assert client.values("mc_print_stage") == ["2", "3", "2", "1"]
    layers = client.values("layer_num")
    assert layers == sorted(layers)


async def test_a_fault_pauses_and_the_print_goes_on_by_itself(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await printing(printer)
    printer.world.pause_with(0x12008006, resume_after=30)
    await finish(client)

    pause = next(
        delta for delta in client.deltas if delta.get("gcode_state") == "PAUSE"
    )
    assert pause["print_error"] == 302022662
    assert pause["hms"][0].keys() == {"attr", "code", "action", "timestamp"}
    assert client.values("print_error") == [302022662, 0]
    assert client.values("hms")[-1] == []


async def test_resume_and_pause_at_rest_change_nothing(
    printer: Printer, client: Mqtt
) -> None:
    for command in ("pause", "resume", "stop"):
        await client.answer(client.send("print", command, param=""))

    assert not states(client)
    assert printer.truth.state == "IDLE"


# Ends


@pytest.mark.parametrize("who", ["client", "screen"])
async def test_cancel_is_an_error_for_two_seconds_then_failed(
    printer: Printer, client: Mqtt, part: str, who: str
) -> None:
    client.start(part)
    await printing(printer)
    if who == "client":
        client.send("print", "stop", param="")
    else:
        printer.world.press_stop()
    printer.clock.speed = 1000
    await client.until(lambda: client.values("print_error") == [0x0300400C, 0])

    assert printer.truth.state == "FAILED"
    assert printer.truth.plate_occupied
    assert printer.truth.jobs[0].outcome is Outcome.CANCELLED
    assert client.values("layer_num")[-1] == client.values("mc_percent")[-1] == 0


@pytest.mark.printer(speed=100)
async def test_a_cancel_before_the_first_layer_leaves_the_plate_free(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await client.until(lambda: "PREPARE" in states(client))
    printer.world.press_stop()
    await finish(client, "FAILED")

    assert not printer.truth.plate_occupied


async def test_a_fault_that_ends_the_print_stays_until_it_is_cleaned(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await printing(printer)
    printer.world.fail_with(0x0300800B)
    await finish(client, "FAILED")
    printer.clock.speed = 1000
    await printer.clock.sleep(60)
    assert printer.truth.print_error == 0x0300800B

    client.send("print", "clean_print_error", print_error=0x0300800B)
    await client.until(lambda: client.values("print_error")[-1] == 0)
    assert printer.truth.state == "FAILED"


async def test_skipped_objects_are_reported(client: Mqtt, part: str) -> None:
    client.start(part)
    await finish(client, "RUNNING")
    client.send("print", "skip_objects", obj_list=[201, 202])

    await client.until(lambda: [201, 202] in client.values("s_obj"))


# Starts that do not become prints


async def test_a_start_of_a_busy_printer_kills_its_print(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await printing(printer)
    client.start(part, subtask_id=2)
    await finish(client, "FAILED")

    assert client.values("print_error")[:2] == [0x05004004, 0x0300400C]
    assert printer.truth.plate_occupied


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"url": "file:///sdcard/cache/other.gcode.3mf"}, 0x0500C010),
        ({"url": f"ftp:///cache/{NAME}"}, 0x0500C010),
        ({"url": f"file:///mnt/sdcard/cache/{NAME}"}, 0x0500C010),
        ({"param": "Metadata/plate_2.gcode"}, 0x05004003),
        ({"param": "plate_1.gcode"}, 0x05004003),
        ({"md5": hashlib.md5(b"").hexdigest().upper()}, 0x05004003),
        ({"md5": "x"}, 0x05004003),
        ({"md5": None}, 0x05004003),
        ({"url": "ftp://cache/part.gcode.3mf"}, 0x0500C010),
        ({"url": f"ftp://{NAME}"}, 0x0500C010),
        ({"url": f"http://{NAME}"}, 0x0500C010),
    ],
)
@pytest.mark.printer(state="FINISH")
async def test_an_unusable_file_is_acknowledged_then_an_error(
    printer: Printer, client: Mqtt, part: str, changes: dict[str, Any], code: int
) -> None:
    answer = await client.answer(client.start(part, **changes))
    assert answer["result"] == "success"
    await client.until(lambda: code in client.values("print_error"))

    assert not states(client)
    assert client.values("print_type") == ["local", "idle"]
    assert client.values("subtask_name") == ["run_1"]
    assert printer.truth.job is None


@pytest.mark.parametrize("spelling", ["upper", "lower"])
async def test_the_md5_is_that_of_the_gcode_in_upper_case(
    printer: Printer, client: Mqtt, part: str, spelling: str
) -> None:
    content = printer.card.files[f"/cache/{part}"].content
    with zipfile.ZipFile(BytesIO(content)) as archive:
        digest = hashlib.md5(archive.read("Metadata/plate_1.gcode")).hexdigest()
    client.start(part, md5=getattr(digest, spelling)())
    if spelling == "upper":
        await printing(printer)
    else:
        await client.until(lambda: 0x05004003 in client.values("print_error"))


@pytest.mark.parametrize("slashes", ["//", "///"])
@pytest.mark.parametrize("model", ["N1", "N2S"])
async def test_an_a1_takes_an_ftp_url_of_a_file_in_its_root(
    open_printer: OpenPrinter,
    connect: Connect,
    sliced: Slice,
    slashes: str,
    model: str,
) -> None:
    """Recorded of three A1 and an A1 mini, started by other programs."""
    printer = await open_printer(model=model)
    printer.card.put(f"/{NAME}", sliced(model=model))
    client = await connect(printer)
    client.start(NAME, url=f"ftp:{slashes}{NAME}")
    await printing(printer)


@pytest.mark.printer(model="C11")
async def test_a_p1_takes_no_ftp_url(
    printer: Printer, client: Mqtt, sliced: Slice
) -> None:
    printer.card.put(f"/{NAME}", sliced(model="C11"))
    client.start(NAME, url=f"ftp://{NAME}")
    await client.until(lambda: 0x0500C010 in client.values("print_error"))


@pytest.mark.printer(model="N1")
@pytest.mark.part(model="N2S")
async def test_another_models_file_is_refused(client: Mqtt, part: str) -> None:
    client.start(part)

    await client.until(lambda: 0x05004037 in client.values("print_error"))


async def test_a_truncated_file_is_refused(
    printer: Printer, client: Mqtt, part: str
) -> None:
    del printer.card.files[f"/cache/{part}"].content[-500:]
    client.start(part)

    await client.until(lambda: 0x05004003 in client.values("print_error"))


@pytest.mark.printer(developer_mode=False)
async def test_developer_mode_off_drops_commands_silently(
    printer: Printer, client: Mqtt, part: str
) -> None:
    start, stop = client.start(part), client.send("print", "stop", param="")
    await client.answer(client.send("info", "get_version"))

    assert not client.answers(start)
    assert not client.answers(stop)
    assert printer.truth.job is None
    assert len(printer.journal.of("start")) == 1


@pytest.mark.parametrize(
    ("fault", "value", "answer"),
    [
        (Fault.START_REFUSED, None, {"err_code": 84033543}),
        (Fault.START_FAILS, "no card", {"result": "fail", "reason": "no card"}),
        (Fault.START_UNNOTICED, None, {"result": "success", "reason": "success"}),
        (Fault.START_ACCEPTED_ONLY, None, {"result": "success", "reason": "success"}),
    ],
)
async def test_starts_that_are_answered_and_come_to_nothing(
    printer: Printer,
    client: Mqtt,
    part: str,
    fault: Fault,
    value: str | None,
    answer: Json,
) -> None:
    printer.fault(fault, times=1, value=value)
    echo = await client.answer(client.start(part))
    await printer.clock.sleep(300)

    said = {key: echo[key] for key in ("err_code", "result", "reason") if key in echo}
    assert said == answer
    assert not states(client)
    assert bool(client.values("subtask_name")) == (fault is Fault.START_ACCEPTED_ONLY)


async def test_a_start_may_be_ignored_once_and_work_the_next_time(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.START_IGNORED, times=1)
    lost = client.start(part)
    await client.answer(client.start(part, subtask_id=2))

    assert not client.answers(lost)


async def test_a_start_without_echo_prints(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.START_WITHOUT_ECHO)
    sequence = client.start(part)
    await finish(client, "RUNNING")

    assert not client.answers(sequence)


@pytest.mark.printer(state="FINISH")
async def test_a_slow_start_keeps_the_old_state_while_it_is_parsed(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.SLOW_START, value=240, times=1)
    began = printer.clock.now()
    client.start(part)
    await client.until(lambda: "IDLE" in states(client))
    assert printer.clock.now() - began >= 240

    await finish(client)


@pytest.mark.printer(state="FINISH")
async def test_an_error_instead_of_a_start_leaves_the_state_alone(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.START_ERROR, times=1, value=0x05004003)
    client.start(part)
    await client.until(lambda: 0x05004003 in client.values("print_error"))

    assert not states(client)


async def test_prepare_may_fail(printer: Printer, client: Mqtt, part: str) -> None:
    printer.fault(Fault.PREPARE_FAILS, times=1)
    client.start(part)
    await finish(client, "FAILED")

    assert "RUNNING" not in states(client)
    assert printer.truth.print_error == 0x05004038


@pytest.mark.printer(state="FINISH")
async def test_the_idle_at_a_start_may_be_missed(
    printer: Printer, client: Mqtt, part: str
) -> None:
    printer.fault(Fault.SKIP_IDLE)
    client.start(part)
    await finish(client, "RUNNING")

    assert states(client) == ["PREPARE", "RUNNING"]


# Filament


def trays(client: Mqtt) -> list[str]:
    return [
        delta["ams"]["tray_now"]
        for delta in client.deltas
        if "tray_now" in delta.get("ams", {})
    ]


@pytest.mark.printer(trays=(Spool(), None, Spool(), Spool()))
async def test_a_mapping_to_an_empty_tray_hangs_without_an_error(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[1])
    await client.until(lambda: 77 in client.values("stg_cur"))
    await printer.clock.sleep(600)
    assert (printer.truth.state, printer.truth.print_error) == ("RUNNING", 0)

    client.send("print", "stop", param="")
    await finish(client, "FAILED")


async def test_the_tray_in_use_is_reported(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[3])
    await finish(client)

    assert trays(client) == ["3", "255"]
    assert printer.truth.jobs[0].trays == {1: 3}


TWO = (slicer.Filament(slot=1), slicer.Filament(slot=3, brand_code="GFA01"))


@pytest.mark.part(filaments=TWO, layers=20)
async def test_trays_change_with_the_layers_as_recorded(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[3, -1, 1])
    await finish(client)

    assert trays(client) == ["3", "255", "1", "255"]
    layer = 0
    for delta in client.deltas:
        layer = delta.get("layer_num", layer)
        if delta.get("ams", {}).get("tray_now") == "1":
            break
    assert layer == 11
    assert printer.truth.jobs[0].trays == {1: 3, 3: 1}


@pytest.mark.part(filaments=TWO)
async def test_a_short_mapping_feeds_its_first_tray_to_all(
    client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[3])
    await finish(client)

    assert trays(client) == ["3", "255"]


async def test_without_ams_the_external_spool_is_used(client: Mqtt, part: str) -> None:
    client.start(part, use_ams=False, ams_mapping=[-1])
    await finish(client)

    assert trays(client) == ["254", "255"]


async def test_a_backup_spool_takes_over(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part, ams_mapping=[0])
    await printing(printer)
    printer.world.take_backup_spool(1)
    await finish(client)

    assert trays(client) == ["0", "255", "1", "255"]


@pytest.mark.printer(plates=9)
@pytest.mark.part(swap="swapmod", packed=3, last_clears=False)
async def test_a_packed_file_takes_a_plate_for_each_of_its_jobs(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await finish(client)

    assert printer.truth.plates_left == 7
    assert printer.truth.plate_occupied


# The world


async def test_a_foreign_print_is_reported_without_our_ids(
    printer: Printer, client: Mqtt
) -> None:
    assert printer.world.print_foreign("/model/benchy.3mf", seconds=300)
    await finish(client)

    assert client.values("subtask_name") == ["benchy.3mf"]
    assert not client.values("subtask_id")
    assert printer.truth.plate_occupied
    assert printer.truth.jobs[0].source is Source.SCREEN


@pytest.mark.printer(state="FINISH")
async def test_a_cloud_print_carries_ids_and_its_type(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.print_foreign(seconds=300, source="cloud")
    await finish(client)

    assert states(client) == ["PREPARE", "RUNNING", "FINISH"]
    assert client.values("print_type") == ["cloud", "idle"]
    assert client.values("gcode_file_prepare_percent") == ["100"]
    assert int(client.values("subtask_id")[0]) > 0


async def test_a_calibration_runs_and_ends_with_finish(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.calibrate()
    await finish(client)

    assert client.values("print_type") == ["system", "idle"]
    assert not printer.truth.plate_occupied


async def test_a_reboot_turns_finish_into_an_empty_state_then_idle(
    printer: Printer, client: Mqtt, connect: Connect, part: str
) -> None:
    client.start(part)
    await finish(client)
    printer.world.reboot()
    await client.until(client.lost.is_set)
    await printer.until(lambda printer: printer.powered)
    again = await connect(printer)
    await again.until(
        lambda: again.full[0]["gcode_state"] == "IDLE" or states(again) == ["IDLE"]
    )

    full = again.full[0]
    assert (full["stg_cur"], full["subtask_id"], full["subtask_name"]) == (0, "0", "")
    assert printer.truth.plate_occupied


async def test_a_power_cut_loses_the_job_and_leaves_the_plate_occupied(
    printer: Printer, client: Mqtt, part: str
) -> None:
    client.start(part)
    await printing(printer)
    printer.world.power_off()
    await client.until(client.lost.is_set)
    assert printer.truth.jobs[0].outcome is Outcome.LOST
    with pytest.raises(OSError):
        await asyncio.open_connection(
            printer.host, printer.mqtt_port, ssl=context(printer)
        )

    printer.world.power_on(unfinished_print=True)
    await printer.until(lambda printer: printer.truth.print_error == 0x03008007)
    assert printer.truth.state == "PAUSE"
    assert printer.truth.plate_occupied


async def test_a_file_in_the_root_starts_itself_after_a_reboot(
    printer: Printer, sliced: Slice
) -> None:
    printer.world.put_file("/old.gcode.3mf", sliced())
    printer.world.put_file("/cache/new.gcode.3mf", sliced())
    printer.world.reboot()
    await printer.until(lambda printer: printer.truth.state == "RUNNING")

    job = printer.truth.job
    assert job
    assert (job.source, job.path) == (Source.BOOT, "/old.gcode.3mf")


@pytest.mark.printer(state="FINISH")
async def test_dismissing_the_message_turns_finish_into_idle(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.dismiss()

    await client.until(lambda: states(client) == ["IDLE"])


async def test_health_messages_and_the_card_are_reported(
    printer: Printer, client: Mqtt
) -> None:
    printer.world.set_hms((0x05000500, 0x00010007))
    printer.world.set_card(present=False)
    await client.until(lambda: client.values("sdcard"))

    assert client.values("hms")[0][0]["attr"] == 0x05000500
    assert client.values("home_flag")[-1] >> 8 & 3 == 0
