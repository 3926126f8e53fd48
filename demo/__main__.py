"""`python -m demo`, started by `scripts/demo`."""

import argparse
import asyncio
from pathlib import Path
import signal
import sys
from tempfile import TemporaryDirectory

from .home_assistant import PASSWORD, USERNAME
from .once import faults, watch
from .scene import Scene, stage

_INTERRUPTED = 130
_PATIENCE = 240
"""Real seconds for all plates of `--once`."""


def main() -> int:
    """Run the demo; returns the exit code."""
    arguments = _arguments()
    # Home Assistant must not outlive us: a request to end is a Ctrl-C, which a shell may have
    # switched off for what runs in its background.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    with TemporaryDirectory(prefix="bambu-batch-") as folder:
        try:
            return asyncio.run(_run(Path(folder), arguments))
        except KeyboardInterrupt:
            return _INTERRUPTED if arguments.once else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Home Assistant with Bambu Batch Manager, a simulated A1 mini with a plate "
        "changer and three queued tasks (5 plates). Nothing is kept when it ends.",
    )
    parser.add_argument(
        "--once",
        action="store_true",
        help="run without a screen until the queue is empty; the exit code is 0 if every "
        "plate was printed, each after the cooldown, and no rule was broken",
    )
    parser.add_argument(
        "--port", type=int, help="of Home Assistant; 8124, with --once any"
    )
    parser.add_argument(
        "--speed",
        type=float,
        help="simulated seconds in one real second; 20, with --once 200",
    )
    parser.add_argument(
        "--cooldown", type=int, help="real seconds between plates; 15, with --once 2"
    )
    arguments = parser.parse_args()
    usual = (None, 200, 2) if arguments.once else (8124, 20, 15)
    for name, value in zip(("port", "speed", "cooldown"), usual, strict=True):
        if getattr(arguments, name) is None:
            setattr(arguments, name, value)
    return arguments


async def _run(folder: Path, arguments: argparse.Namespace) -> int:
    print("Starting Home Assistant ...", flush=True)
    async with stage(
        folder,
        speed=arguments.speed,
        cooldown=arguments.cooldown,
        port=arguments.port,
    ) as scene:
        if arguments.once:
            return await _once(scene, arguments.cooldown)
        await _serve(scene, arguments.speed)
        return 0


async def _once(scene: Scene, cooldown: float) -> int:
    try:
        async with asyncio.timeout(_PATIENCE):
            plates = await watch(scene)
    except TimeoutError:
        waiting = await scene.hass.client.state(scene.entities["waiting_for"])
        wrong = [f"not done after {_PATIENCE} s; waiting for: {waiting['state']}"]
    else:
        wrong = faults(plates, scene.printer.journal.violations, cooldown)
        wrong += scene.hass.complaints("bambu_batch")
    if wrong:
        print(*wrong, "Home Assistant's last lines:", scene.hass.last_lines(), sep="\n")
        return 1
    print(f"{len(plates)} plates, no violation, every start after the cooldown")
    return 0


async def _serve(scene: Scene, speed: float) -> None:
    print(
        f"\n    {scene.hass.url}{scene.dashboard}\n"
        f"    user {USERNAME}, password {PASSWORD}\n\n"
        f"The simulated A1 mini prints {speed:g} times faster than a real one. Ctrl-C ends it.",
        flush=True,
    )
    await asyncio.Event().wait()


if __name__ == "__main__":
    sys.exit(main())
