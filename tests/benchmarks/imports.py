"""What the first printer makes Home Assistant import: processor time and number of modules.

python -m tests.benchmarks.imports [--short]

In a fresh process that has already imported what Home Assistant itself has at its start: its
components that we depend on, its recorder (SQLAlchemy), its platforms. What Home Assistant asks
for at the first config entry of ours is imported then.
"""

from collections.abc import Iterable
import json
import os
from pathlib import Path
import subprocess
import sys

from .figure import Figure, at_most
from .table import show_alone

NAMES = ("import of the integration, CPU", "modules of the integration at its start")
_ROOT = Path(__file__).parents[2]
_PROGRAM = """\
from importlib import import_module
import json, pathlib, sys, time
import homeassistant.bootstrap, homeassistant.components.recorder
for name in ("frontend", "http", "media_source", "websocket_api", "recorder.statistics",
             "repairs", "intent", "conversation", *sys.argv[2].split()):
    import_module("homeassistant.components." + name)
import_module("homeassistant.helpers.trigger"), import_module("homeassistant.helpers.condition")
sys.path.insert(0, sys.argv[3])
package, names = sys.argv[1], sys.argv[2].split()
before, begun = set(sys.modules), time.process_time()
module = import_module("custom_components." + package)
for name in names:
    import_module("custom_components." + package + "." + name)
spent = time.process_time() - begun
new = set(sys.modules) - before
print(json.dumps([spent, sorted(one for one in new if "." + package in one)]))
"""


def figures(short: bool) -> Iterable[Figure]:
    """Measure the shortest of some imports."""
    spent, modules = imported(_ROOT, "bambu_batch", tries=0 if short else 7)
    yield Figure(name=NAMES[0], value=spent * 1000, unit="ms", goals=(at_most(150),))
    yield Figure(name=NAMES[1], value=len(modules), unit="modules")


def imported(folder: Path, package: str, *, tries: int) -> tuple[float, list[str]]:
    """Return the processor seconds and the modules of an integration in a checkout."""
    platforms = [
        one.stem
        for one in (folder / "custom_components" / package).glob("*.py")
        if one.stem in _PLATFORMS
    ]
    # Once more than is counted: the first compiles.
    runs = [
        json.loads(
            subprocess.check_output(
                [
                    *(sys.executable, "-c", _PROGRAM, package, " ".join(platforms)),
                    str(folder),
                ],
                cwd="/",
                env=os.environ | {"PYTHONDONTWRITEBYTECODE": ""},
            )
        )
        for _ in range(tries + 1)
    ]
    return min(run[0] for run in runs), runs[-1][1]


_PLATFORMS = (
    *(
        "binary_sensor",
        "button",
        "calendar",
        "camera",
        "event",
        "fan",
        "image",
        "light",
    ),
    *("number", "select", "sensor", "switch", "todo", "update"),
)

if __name__ == "__main__":
    show_alone(figures)
