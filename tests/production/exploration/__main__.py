"""Run the search and print what it has seen."""

import argparse
import sys

from .search import explore
from .themes import themes


def main() -> int:
    """Explore each theme; the exit code is the number of broken laws, at most 1."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.production.exploration", description=__doc__
    )
    parser.add_argument(
        "--depth", type=int, help="moves in a row; default: the theme's"
    )
    parser.add_argument("--theme", action="append", help="only these themes")
    parser.add_argument(
        "--long",
        action="store_true",
        help="as deep as --seconds allow, each theme an equal share",
    )
    parser.add_argument("--seconds", type=float, default=3600, help="budget of --long")
    options = parser.parse_args()
    chosen = [t for t in themes() if not options.theme or t.name in options.theme]
    share = options.seconds / max(1, len(chosen)) if options.long else None
    violations = states = moves = 0
    for theme in chosen:
        depth = options.depth or (None if options.long else theme.depth)
        found = explore(theme, depth, seconds=share)
        print(found, flush=True)
        for story in found.stories:
            print(story, flush=True)
        violations += len(found.stories)
        states += found.states
        moves += found.moves
    print(f"{states:,} states, {moves:,} moves, {violations} violations")
    return min(violations, 1)


if __name__ == "__main__":
    sys.exit(main())
