"""What the integration costs, as one table; each figure beside its limit or its peer.

    python -m tests.benchmarks                        all, in less than ten minutes on two cores
    python -m tests.benchmarks --against FOLDER       and what ha-bambulab takes: FOLDER is a
                                                      checkout of it, with `custom_components`
    python -m tests.benchmarks history imports        only these
    python -m tests.benchmarks --short                tiny sizes: only whether everything works

Ends with 0 when all was measured, whether its goal was met or not, and with 1 where a benchmark
broke.
"""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from dataclasses import replace
import os
from pathlib import Path
import sys
from time import monotonic
import traceback

from . import peer
from .measure import alone, figures_of
from .table import HEADER, line

MODULES = (
    "reports",
    "deltas",
    "queue",
    "actions",
    "farm",
    "commits",
    "job",
    "pushes",
    "sliced_3mf",
    "history",
    "transfer",
    "imports",
)
"""In the order of the table. Each has `figures(short)`, and is a program too."""


def main() -> int:
    """Print the table."""
    parser = ArgumentParser(
        "python -m tests.benchmarks",
        description=__doc__,
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("modules", nargs="*", metavar="module", default=MODULES)
    parser.add_argument("--short", action="store_true", help="tiny sizes")
    parser.add_argument("--against", type=Path, help="a peer's checkout")
    options = parser.parse_args()
    # A host compiles once. What is measured here would compile in every process.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    peers: dict[str, float] = {}
    broken = False
    if options.against:
        peers = alone(peer.measure, options.against, options.short)
    print(HEADER)
    for name in options.modules:
        begun = monotonic()
        try:
            # In a process of its own: neither its memory nor its modules show in the others.
            for figure in alone(figures_of, name, options.short):
                print(line(replace(figure, peer=peers.get(figure.name))))
        except Exception:  # noqa: BLE001  # one that broke must not hide the others
            broken = True
            traceback.print_exc()
        print(f"  {name}: {monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    return int(broken)


if __name__ == "__main__":
    sys.exit(main())
