"""The table that people read, and how a benchmark runs alone."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable
import sys

from .figure import Figure, Of, number

HEADER = (
    f"{'figure':58}{'value':>14}  {'beside, same run':34}{'×':>8}{'× peer':>9}   goal"
)


def line(figure: Figure) -> str:
    """Return a figure as a line of the table."""
    beside = (
        f"{figure.beside} {number(figure.reference)} {figure.unit}"
        if figure.reference is not None
        else ""
    )
    goals = ", ".join(f"{goal} {_MARK[figure.meets(goal)]}" for goal in figure.goals)
    return (
        f"{figure.name:58}{f'{number(figure.value)} {figure.unit}':>14}  {beside:34}"
        f"{_share(figure, Of.REFERENCE):>8}{_share(figure, Of.PEER):>9}   {goals}"
    )


_MARK = {True: "met", False: "MISSED", None: "(not measured: --against)"}


def _share(figure: Figure, of: Of) -> str:
    share = figure.share(of)
    return "–" if share is None else number(share)


def show_alone(figures: Callable[[bool], Iterable[Figure]]) -> None:
    """Be the program of one benchmark."""
    parser = ArgumentParser(description=sys.modules[figures.__module__].__doc__)
    parser.add_argument(
        "--short", action="store_true", help="tiny sizes: does it work?"
    )
    print(HEADER)
    for figure in figures(parser.parse_args().short):
        print(line(figure), flush=True)
