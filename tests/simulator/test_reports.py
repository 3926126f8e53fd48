"""Reports have the shape of recorded ones."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import pytest

from simulator import Fault, Printer, Spool

from .clients import Json, Mqtt
from .conftest import Connect, OpenPrinter, printing

A1_LOGS = "openspoolman__*.log"
NUMBERS = {"bed_temper", "nozzle_temper", "temp"}
"""Written as 24 or 23.5, whatever fits."""


def shape(value: Any, path: str = "") -> dict[str, str]:
    """Map each path of a document to its JSON type."""
    found: dict[str, str] = {}
    if isinstance(value, dict):
        for key, inner in value.items():
            kind = "number" if key in NUMBERS and not isinstance(inner, str) else None
            found[f"{path}{key}"] = kind or type(inner).__name__
            found |= shape(inner, f"{path}{key}.")
    elif isinstance(value, list):
        for inner in value:
            found |= shape(inner, f"{path}[].")
    return found


def recorded(samples: Path) -> Iterator[Json]:
    for log in sorted(samples.glob(f"mqtt/{A1_LOGS}")):
        for line in log.read_text().splitlines():
            message: Json = json.loads(line.partition(" :: ")[2])
            if "msg" in (body := message.get("print", {})):
                yield body


@pytest.mark.parametrize("model", ["N1", "N2S"])
async def test_full_report_has_the_recorded_keys_and_types(
    open_printer: OpenPrinter, connect: Connect, samples: Path, model: str
) -> None:
    spools = (Spool(), None, Spool(), Spool())
    client = await connect(await open_printer(model=model, trays=spools))
    full = next(body for body in recorded(samples) if body["msg"] == 0)

    assert len(client.full[0]) == 64
    assert shape(client.full[0]) == shape(full)


async def test_a1_mini_full_report_has_the_recorded_keys_and_types(
    client: Mqtt, samples: Path
) -> None:
    file = samples / "mqtt" / "bambu-rs__pushall-n1-idle.json"
    recording = shape(json.loads(file.read_text())["message"]["print"])

    ours = shape(client.full[0])
    redacted = {"net._redacted"}
    assert {path: ours[path] for path in recording.keys() - redacted} == {
        path: recording[path] for path in recording.keys() - redacted
    }


async def test_every_delta_of_a_print_has_only_recorded_keys_and_types(
    printer: Printer, client: Mqtt, samples: Path
) -> None:
    allowed: dict[str, set[str]] = {}
    for body in recorded(samples):
        if body["msg"] == 1:
            for path, kind in shape(body).items():
                allowed.setdefault(path, set()).add(kind)

    printer.world.print_foreign(seconds=400)
    await printing(printer)
    printer.world.pause_with(resume_after=60)
    printer.clock.speed = 1000
    await client.until(lambda: "FINISH" in client.values("gcode_state"))
    assert len(client.deltas) > 20
    for body in client.deltas:
        for path, kind in shape(body).items():
            assert kind in allowed.get(path, ()), f"{path}: {kind}"


async def test_get_version_has_the_recorded_shape(client: Mqtt, samples: Path) -> None:
    file = samples / "mqtt" / "bambu-rs__get_version-a1mini.json"
    recording = json.loads(file.read_text())["message"]["info"]

    answer = await client.answer(client.send("info", "get_version"))
    assert shape(answer) == shape(recording)
    modules = [module["name"] for module in answer["module"]]
    assert modules == [module["name"] for module in recording["module"]]


@pytest.mark.printer(model="N2S", firmware="01.06.00.00")
async def test_get_version_has_model_and_firmware_and_echoes_the_sequence_id(
    printer: Printer, client: Mqtt
) -> None:
    answer = await client.answer(client.send("info", "get_version"))
    assert answer["module"][0] | {"flag": 3} == answer["module"][0]
    assert answer["module"][0]["product_name"] == "Bambu Lab A1"
    assert answer["module"][0]["sw_ver"] == "01.06.00.00"
    assert answer["module"][0]["sn"] == printer.serial


async def test_sequence_ids_rise_by_one_over_full_reports_and_deltas(
    client: Mqtt,
) -> None:
    await client.until(lambda: len(client.deltas) > 10)
    client.send("pushing", "pushall")
    await client.until(lambda: len(client.full) == 2)
    await client.until(lambda: len(client.deltas) > 20)

    numbers = [int(message["print"]["sequence_id"]) for message in client.messages]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_an_idle_printer_reports_little(
    client: Mqtt,
) -> None:
    await client.until(lambda: len(client.deltas) > 5)

    envelope = {"command", "msg", "sequence_id"}
    for delta in client.deltas:
        assert delta.keys() - envelope <= {"wifi_signal", "bed_temper", "nozzle_temper"}


async def test_pushing_stop_silences_everybody_until_start(
    printer: Printer, connect: Connect
) -> None:
    one, two = await connect(printer), await connect(printer)
    two.send("pushing", "stop")
    await printer.until(lambda printer: not printer.machine.pushing)
    await one.answer(one.send("info", "get_version"))
    heard = len(one.deltas)
    printer.world.set_fields(spd_lvl=3)
    await one.answer(one.send("info", "get_version"))
    assert len(one.deltas) == heard

    one.send("pushing", "start")
    await one.until(lambda: len(one.deltas) > heard)


@pytest.mark.printer(model="O1S")
async def test_the_full_report_of_the_h2_family_has_no_msg(printer: Printer) -> None:
    async with Mqtt(printer) as client:
        await client.subscribe()
        client.send("pushing", "pushall")
        await client.until(
            lambda: any(len(m.get("print", {})) > 50 for m in client.messages)
        )
        full = next(m["print"] for m in client.messages if len(m.get("print", {})) > 50)
        assert "msg" not in full


@pytest.mark.printer(speed=0.01)
async def test_invalid_bytes_junk_and_missing_keys_on_demand(
    printer: Printer, client: Mqtt
) -> None:
    printer.fault(Fault.INVALID_UTF8, times=1)
    printer.world.set_fields(spd_lvl=3)
    await client.until(lambda: client.deltas)
    with pytest.raises(UnicodeDecodeError):
        client.raw[-1].decode()

    printer.fault(Fault.JUNK_FIELDS, times=1)
    printer.world.set_fields(spd_lvl=2)
    await client.until(lambda: len(client.deltas) == 2)
    assert client.deltas[-1]["layer_num"] == "many"

    printer.fault(Fault.MISSING_KEYS, times=1, value="gcode_state, ams")
    client.send("pushing", "pushall")
    await client.until(lambda: len(client.full) == 2)
    assert client.full[0].keys() - client.full[1].keys() == {"gcode_state", "ams"}
