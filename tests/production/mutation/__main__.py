"""Put faults into the line's rules and count those that no test notices."""

import argparse
import random
import sys
from time import monotonic

from .mutants import Mutant, mutants
from .trial import source_of, try_all

MODULES = (
    "clock", "cooldown", "end", "files", "follow", "gate", "health", "job", "line",
    "patience", "plate", "queue", "removal", "reprint", "start", "trouble", "waiting",
)  # fmt: skip
ENOUGH = 0.97


def main() -> int:
    """Try every fault of the modules; the exit code is 1 if too many survive."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.production.mutation", description=__doc__
    )
    parser.add_argument("--files", nargs="+", default=MODULES, metavar="MODULE")
    parser.add_argument("--only", help="only faults whose text contains this")
    parser.add_argument("--list", action="store_true", help="show the faults only")
    parser.add_argument("--sample", type=int, help="so many of them, drawn by chance")
    parser.add_argument("--seed", type=int, default=1, help="of that chance")
    parser.add_argument(
        "--quick", action="store_true", help="without exploration and random walks"
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help="the search through all orders of events alone: what it sees without the tests",
    )
    options = parser.parse_args()
    faults = [
        (module, mutant)
        for module in options.files
        for mutant in mutants(source_of(module))
        if not options.only or options.only in mutant.fault
    ]
    if options.sample is not None and options.sample < len(faults):
        faults = random.Random(options.seed).sample(faults, options.sample)
    if options.list:
        for module, mutant in faults:
            print(f"{module}.py:{mutant.line} {mutant.fault}")
        return 0
    lived: list[str] = []

    def noticed(module: str, mutant: Mutant, was: bool) -> None:
        if not was:
            lived.append(module)
            print(f"SURVIVES {module}.py:{mutant.line} {mutant.fault}", flush=True)

    began = monotonic()
    if not try_all(faults, noticed, quick=options.quick, search=options.search):
        print("The tests do not pass without a fault.")
        return 1
    for module in sorted({module for module, _ in faults}):
        tried = sum(one == module for one, _ in faults)
        print(f"{module}: {tried - lived.count(module)} of {tried} noticed")
    killed = len(faults) - len(lived)
    share = killed / max(len(faults), 1)
    seconds = monotonic() - began
    print(f"{killed} of {len(faults)}: {share:.1%}, {seconds:.0f} s")
    return int(share < ENOUGH)


if __name__ == "__main__":
    sys.exit(main())
