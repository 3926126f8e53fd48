"""Put faults into the line's rules and count those that no test notices."""

import argparse
from functools import partial
import sys
from time import monotonic

from .mutants import Mutant, mutants
from .trial import PACKAGE, ROOT, order_of_tests, survives

MODULES = ("gate", "line")
ENOUGH = 0.95


def main() -> int:
    """Try every fault of the modules; the exit code is 1 if too many survive."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.production.mutation", description=__doc__
    )
    parser.add_argument("--files", nargs="+", default=MODULES, metavar="MODULE")
    parser.add_argument("--only", help="only faults whose text contains this")
    parser.add_argument("--list", action="store_true", help="show the faults only")
    parser.add_argument(
        "--quick", action="store_true", help="without exploration and random walks"
    )
    parser.add_argument(
        "--search",
        action="store_true",
        help="the search through all orders of events alone: what it sees without the tests",
    )
    options = parser.parse_args()
    tests = partial(order_of_tests, quick=options.quick, search=options.search)
    began = monotonic()
    if not options.list and not survives("", "", tests("line")):
        print("The tests do not pass without a fault.")
        return 1
    patience = 20 + 5 * (monotonic() - began)
    noticed = total = 0
    for module in options.files:
        path = ROOT.joinpath(*PACKAGE.split("."), "production", f"{module}.py")
        began = monotonic()
        faults = [
            mutant
            for mutant in mutants(path.read_text())
            if not options.only or options.only in mutant.fault
        ]
        tried = len(faults)
        if options.list:
            for mutant in faults:
                print(f"{module}.py:{mutant.line} {mutant.fault}")
        lived = 0 if options.list else _lived(module, faults, tests(module), patience)
        total += tried
        noticed += tried - lived
        seconds = monotonic() - began
        print(
            f"{module}: {tried - lived} of {tried} noticed, {seconds:.0f} s", flush=True
        )
    print(f"{noticed} of {total}: {noticed / max(total, 1):.1%}")
    return int(noticed < ENOUGH * total)


def _lived(module: str, faults: list[Mutant], tests: list[str], patience: float) -> int:
    """Try each fault and return how many no test noticed."""
    lived = 0
    for mutant in faults:
        if survives(module, mutant.source, tests, patience):
            lived += 1
            print(f"SURVIVES {module}.py:{mutant.line} {mutant.fault}", flush=True)
    return lived


if __name__ == "__main__":
    sys.exit(main())
