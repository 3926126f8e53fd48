"""Diagnostics, system health: all that explains a queue, and no secret."""

from hashlib import sha256
import json
import ssl
from typing import Any

from .home import BOX, MARKS, Machine, eventually

pytestmark = MARKS


async def test_diagnostics_tell_the_state_and_no_secret(machine: Machine) -> None:
    await machine.enqueue(BOX)
    await machine.run()
    await machine.until("printer_state", "printing")
    answer = await machine.client.get(
        f"/api/diagnostics/config_entry/{machine.entry_id}"
    )
    data = answer["data"]
    assert {"options", "line", "status", "report"} <= set(data)
    assert data["options"]["plate_clearing"] == "automatic"
    assert data["line"]["running"] is True
    assert data["report"]["gcode_state"] in ("PREPARE", "RUNNING")
    text = json.dumps(data)
    pem = machine.printer.certificate_pem
    digest = sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()
    body = pem.splitlines()[1]
    for secret in (
        machine.printer.serial,
        machine.printer.access_code,
        machine.printer.host,
        digest,
        digest.upper(),
        ":".join(digest.upper()[at : at + 2] for at in range(0, 64, 2)),
        body,
    ):
        assert secret not in text
    assert BOX not in text


async def test_system_health(machine: Machine) -> None:
    said: list[Any] = []
    stop = await machine.client.subscribe(said.append, "system_health/info")

    async def is_told() -> bool:
        return any(event["type"] == "finish" for event in said)

    await eventually(is_told, "system health")
    ours = next(event for event in said if event["type"] == "initial")["data"]
    info = ours["bambu_batch"]["info"]
    for event in said:
        if event["type"] == "update" and event["domain"] == "bambu_batch":
            info[event["key"]] = event["data"]
    assert info["printers"] == info["connected"] == 1
    assert info["plates_to_print"] == 0
    assert info["queue_stored"] is True
    await stop()


async def test_a_printer_that_is_removed_leaves_nothing(machine: Machine) -> None:
    await machine.enqueue(BOX)
    printer = machine.printer
    await machine.home.remove(machine.entry_id)
    assert await machine.client.entities_of(printer.serial) == {}
    again = await machine.home.set_up(printer)
    assert await again.tasks() == []
    machine.entry_id = again.entry_id
