"""Reports have the shape of recorded ones."""

from collections.abc import Iterator
import json
from pathlib import Path
from typing import Any

import pytest

from simulator import Fault, Spool

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


async def print_one(
    open_printer: OpenPrinter, connect: Connect, **spec: Any
) -> list[Json]:
    """Everything a client hears of a foreign print with a pause in it."""
    printer = await open_printer(**spec)
    client = await connect(printer)
    printer.world.print_foreign(seconds=400)
    await printing(printer)
    printer.world.pause_with(resume_after=60)
    printer.clock.speed = 1000
    await client.until(lambda: "FINISH" in client.values("gcode_state"))
    return client.full + client.deltas


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
    open_printer: OpenPrinter, connect: Connect, samples: Path
) -> None:
    file = samples / "mqtt" / "bambu-rs__pushall-n1-idle.json"
    recording = shape(json.loads(file.read_text())["message"]["print"])
    client = await connect(await open_printer())

    ours = shape(client.full[0])
    redacted = {"net._redacted"}
    assert {path: ours[path] for path in recording.keys() - redacted} == {
        path: recording[path] for path in recording.keys() - redacted
    }


async def test_every_delta_of_a_print_has_only_recorded_keys_and_types(
    open_printer: OpenPrinter, connect: Connect, samples: Path
) -> None:
    allowed: dict[str, set[str]] = {}
    for body in recorded(samples):
        if body["msg"] == 1:
            for path, kind in shape(body).items():
                allowed.setdefault(path, set()).add(kind)

    said = [body for body in await print_one(open_printer, connect) if body["msg"] == 1]
    assert len(said) > 20
    for body in said:
        for path, kind in shape(body).items():
            assert kind in allowed.get(path, ()), f"{path}: {kind}"


async def test_get_version_has_the_recorded_shape(
    open_printer: OpenPrinter, connect: Connect, samples: Path
) -> None:
    file = samples / "mqtt" / "bambu-rs__get_version-a1mini.json"
    recording = json.loads(file.read_text())["message"]["info"]
    client = await connect(await open_printer())

    answer = await client.answer(client.send("info", "get_version"))
    assert shape(answer) == shape(recording)
    modules = [module["name"] for module in answer["module"]]
    assert modules == [module["name"] for module in recording["module"]]


async def test_get_version_tells_model_firmware_and_echoes_the_sequence_id(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    printer = await open_printer(model="N2S", firmware="01.06.00.00")
    client = await connect(printer)

    answer = await client.answer(client.send("info", "get_version"))
    assert answer["module"][0] | {"flag": 3} == answer["module"][0]
    assert answer["module"][0]["product_name"] == "Bambu Lab A1"
    assert answer["module"][0]["sw_ver"] == "01.06.00.00"
    assert answer["module"][0]["sn"] == printer.serial


async def test_sequence_ids_rise_by_one_over_full_reports_and_deltas(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    client = await connect(await open_printer())
    await client.until(lambda: len(client.deltas) > 10)
    client.send("pushing", "pushall")
    await client.until(lambda: len(client.full) == 2)
    await client.until(lambda: len(client.deltas) > 20)

    numbers = [int(message["print"]["sequence_id"]) for message in client.messages]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_an_idle_printer_reports_little(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    client = await connect(await open_printer())
    await client.until(lambda: len(client.deltas) > 5)

    envelope = {"command", "msg", "sequence_id"}
    for delta in client.deltas:
        assert delta.keys() - envelope <= {"wifi_signal", "bed_temper", "nozzle_temper"}


async def test_pushing_stop_silences_everybody_until_start(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    printer = await open_printer()
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


async def test_the_full_report_of_the_h2_family_has_no_msg(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    printer = await open_printer(model="O1S")
    async with Mqtt(printer) as client:
        await client.subscribe()
        client.send("pushing", "pushall")
        await client.until(
            lambda: any(len(m.get("print", {})) > 50 for m in client.messages)
        )
        full = next(m["print"] for m in client.messages if len(m.get("print", {})) > 50)
        assert "msg" not in full


async def test_invalid_bytes_junk_and_missing_keys_on_demand(
    open_printer: OpenPrinter, connect: Connect
) -> None:
    printer = await open_printer(speed=0.01)
    client = await connect(printer)

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
