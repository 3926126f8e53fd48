"""`python -m simulator`: printers on loopback, for trials and tests."""

import argparse
import asyncio
from dataclasses import asdict, fields, replace
import json
from pathlib import Path
import signal
import sys
from typing import Any, Self

from . import certificate, control
from .certificate import Credentials
from .control import Control
from .farm import Farm
from .journal import Entry
from .models import MODELS
from .spec import PrinterSpec

_DESCRIPTION = """Serves simulated Bambu Lab printers on 127.0.0.1: MQTT over TLS and FTPS.
Ends with SIGINT or SIGTERM: exit status 0, or 1 if a client broke a rule."""
_EPILOG = """examples:
  python -m simulator
  python -m simulator --printer N1,plates=5,swap_seconds=90 --printer N2S --speed 60
  python -m simulator --speed 200 --json --journal journal.jsonl --control 4000
  python -m simulator.control 4000 fault half_open
  python -m simulator.control 4000 print_foreign seconds=600 printer=1

every field of PrinterSpec may follow a model: """
_SETTABLE = tuple(
    field.name
    for field in fields(PrinterSpec)
    if field.name not in {"model", "credentials", "trays"}
)


def spec(text: str) -> PrinterSpec:
    """Read `MODEL[,field=value…]`. Raises `ValueError`."""
    model, *settings = text.split(",")
    if model not in MODELS:
        raise argparse.ArgumentTypeError(
            f"model {model!r} is none of {', '.join(MODELS)}"
        )
    values: dict[str, Any] = {}
    for setting in settings:
        name, _, value = setting.partition("=")
        if name not in _SETTABLE:
            raise argparse.ArgumentTypeError(
                f"{name!r} is none of {', '.join(_SETTABLE)}"
            )
        is_text = isinstance(getattr(PrinterSpec(), name), str)
        values[name] = value if is_text else json.loads(value)
    return PrinterSpec(model=model, **values)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulator",
        description=_DESCRIPTION,
        epilog=_EPILOG + ", ".join(_SETTABLE),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--printer",
        action="append",
        type=spec,
        metavar="MODEL[,FIELD=VALUE…]",
        help=f"one printer; may be repeated; default N1. Models: {', '.join(MODELS)}",
    )
    parser.add_argument(
        "--speed", type=float, default=1, help="simulated seconds in one real second"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print ports and certificates as one JSON object",
    )
    parser.add_argument(
        "--journal",
        type=Path,
        metavar="FILE",
        help="append what happens, one JSON object a line",
    )
    parser.add_argument(
        "--control",
        type=int,
        metavar="PORT",
        help="listen for requests, see simulator/control.py",
    )
    parser.add_argument(
        "--announce",
        metavar="HOST:PORT",
        help="send the printers' UDP announcements there",
    )
    parser.add_argument(
        "--keys",
        type=Path,
        metavar="FOLDER",
        help="keep certificates there, so that they outlive this process",
    )
    parser.add_argument("--quiet", action="store_true", help="print no journal")
    return parser.parse_args()


async def serve(options: argparse.Namespace) -> int:
    """Run until a signal; returns the exit status."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    target = None
    if options.announce:
        host, _, port = options.announce.rpartition(":")
        target = (host, int(port))
    specs = [
        replace(spec, serial=spec.serial or _own_serial(spec, number))
        for number, spec in enumerate(options.printer or [PrinterSpec()])
    ]
    if options.keys:
        specs = [
            replace(spec, credentials=_kept(options.keys, spec.serial))
            for spec in specs
        ]
    with _Journal(options) as journal:
        farm = Farm(specs, options.speed, announce_to=target, on_entry=journal.write)
        async with farm:
            access = Control(farm)
            if options.control is not None:
                await access.start("127.0.0.1", options.control)
            _say_ready(farm, access.port, as_json=options.json)
            await ended.wait()
            await access.stop()
    for entry in farm.violations:
        sys.stderr.write(f"{entry}\n")
    return 1 if farm.violations else 0


def _say_ready(farm: Farm, control_port: int, *, as_json: bool) -> None:
    printers = control.describe(farm)
    if as_json:
        print(
            json.dumps({"printers": printers, "control": control_port or None}),
            flush=True,
        )
        return
    for printer in printers:
        print(
            f"{MODELS[printer['model']].product} {printer['serial']}"
            f"  {printer['host']}  MQTT {printer['mqtt_port']}  FTPS {printer['ftps_port']}"
            f"  access code {printer['access_code']}"
        )
    if control_port:
        print(f"control port {control_port}")
    sys.stdout.flush()


class _Journal:
    """Where entries go: a file, and stderr for people."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._file = (
            options.journal.open("a", encoding="utf-8") if options.journal else None
        )
        self._aloud = not (options.quiet or options.json)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, entry: Entry) -> None:
        if self._file:
            self._file.write(entry.to_json() + "\n")
            self._file.flush()
        if self._aloud:
            sys.stderr.write(f"{entry}\n")


def _own_serial(spec: PrinterSpec, number: int) -> str:
    """Return a serial that no `Farm` makes up, so that this printer fits beside the demo's."""
    return f"{MODELS[spec.model].serial_prefix}00S{number + 1:09}"


def _kept(folder: Path, serial: str) -> Credentials:
    """Read a printer's certificate from a folder, or make one and leave it there."""
    file = folder / f"{serial}.json"
    if file.exists():
        return Credentials(**json.loads(file.read_text()))
    folder.mkdir(parents=True, exist_ok=True)
    credentials = certificate.make(serial)
    file.touch(mode=0o600)
    file.write_text(json.dumps(asdict(credentials)))
    return credentials


if __name__ == "__main__":
    sys.exit(asyncio.run(serve(arguments())))
