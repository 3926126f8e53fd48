"""The rooms of the product and which of them import which, drawn from the imports.

`scripts/picture` writes it as an SVG. A line that follows from others is left out: what a room
reaches through another one, it may import too.
"""

import ast
from collections.abc import Mapping
from graphlib import TopologicalSorter
from html import escape
from itertools import pairwise
from pathlib import Path
import re
from statistics import mean
from textwrap import wrap
from typing import Final

from grimp import ImportGraph, build_graph

PACKAGE: Final = "custom_components.bambu_batch"
ROOT: Final = Path(__file__).parents[1]
PICTURE: Final = ROOT / "docs" / "pictures" / "rooms.svg"

COORDINATOR: Final = "coordinator.py"
PLATFORMS: Final = "Home Assistant's own names"
ABOVE: Final = "for the rooms above"
BELOW: Final = "for the rooms below"
WORDS: Final = "for all rooms"

type Arrows = Mapping[str, set[str]]
"""Which rooms each room imports."""


def picture() -> str:
    """Return the picture of today's imports. Raises CycleError where rooms import each other."""
    graph = build_graph(PACKAGE, exclude_type_checking_imports=True, cache_dir=None)
    room_of = {module: _room(graph, module) for module in sorted(graph.modules)}
    files: dict[str, list[str]] = {}
    arrows: dict[str, set[str]] = {}
    for module, room in room_of.items():
        files.setdefault(room, []).append(module.removeprefix(PACKAGE)[1:])
        imported = graph.find_modules_directly_imported_by(module)
        arrows.setdefault(room, set()).update(room_of[one] for one in imported)
    for room, to in arrows.items():
        to.discard(room)
    about = {room: _about(room, names) for room, names in files.items()}
    return _svg(about, _reduced(arrows))


# What is drawn


def _room(graph: ImportGraph, module: str) -> str:
    """Return a module's folder, or for files beside the folders who needs them and what they need."""
    if folder := _folder(graph, module):
        return f"{folder}/"
    coordinator = f"{PACKAGE}.coordinator"
    if module == coordinator:
        return COORDINATOR
    users = graph.find_downstream_modules(module)
    if not any(_folder(graph, one) for one in users):
        return PLATFORMS
    needs = graph.find_upstream_modules(module)
    if coordinator in needs:
        return ABOVE
    return BELOW if any(_folder(graph, one) for one in needs) else WORDS


def _folder(graph: ImportGraph, module: str) -> str | None:
    first = module.removeprefix(PACKAGE)[1:].partition(".")[0]
    return first if first and graph.find_children(f"{PACKAGE}.{first}") else None


def _about(room: str, files: list[str]) -> list[str]:
    """Return what stands below a room's name: what it is for, or its files."""
    if room == COORDINATOR:
        return ["where all of it meets"]
    if not room.endswith("/"):
        return wrap(
            ", ".join(filter(None, files)), 136 if room == PLATFORMS else LETTERS
        )
    init = ROOT / PACKAGE.replace(".", "/") / room / "__init__.py"
    said = ast.get_docstring(ast.parse(init.read_text())) or ""
    return wrap(re.split(r"[.:]", said)[0], LETTERS)


def _reduced(arrows: Arrows) -> Arrows:
    """Return the arrows that do not follow from others."""
    reached: dict[str, set[str]] = {}
    for room in TopologicalSorter(arrows).static_order():
        reached[room] = set().union(*({one} | reached[one] for one in arrows[room]))
    return {
        room: {one for one in to if not any(one in reached[other] for other in to)}
        for room, to in arrows.items()
    }


# How it is drawn: in rows, each room as low as what it imports allows

ROW: Final = 84
BOX: Final = 58
"""Height of a box."""
WIDTH: Final = 178
WIDE: Final = 900
"""Width of the box of Home Assistant's own names."""
GAP: Final = 24
LETTERS: Final = 28
"""In one line of a box."""

type Place = tuple[int, str]
"""A row, and the room that stands there, or to which a line leads that passes there."""


def _svg(about: Mapping[str, list[str]], arrows: Arrows) -> str:
    row_of: dict[str, int] = {}
    for room in TopologicalSorter(arrows).static_order():
        row_of[room] = 1 + max((row_of[one] for one in arrows[room]), default=-1)
    boxes = {(row, room): _width(room) for room, row in row_of.items()}
    lines = [
        [(row_of[room], room)]
        + [(row, one) for row in range(row_of[room] - 1, row_of[one] - 1, -1)]
        for room in sorted(arrows)
        for one in sorted(arrows[room])
    ]
    x_of = _x_of(lines, boxes)
    left = min(x_of[box] - width / 2 for box, width in boxes.items()) - GAP
    right = max(x_of[box] + width / 2 for box, width in boxes.items()) + GAP
    top = max(row_of.values())

    def at(place: Place) -> tuple[int, int]:
        return round(x_of[place] - left), (top - place[0]) * ROW + GAP // 2

    drawn = [_line([(*at(place), place in boxes) for place in line]) for line in lines]
    for box, width in sorted(boxes.items()):
        drawn += _box(*at(box), width, [box[1], *about[box[1]]])
    size = f"{round(right - left)} {(top + 1) * ROW}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" '
        'font-family="sans-serif" font-size="12" text-anchor="middle">'
    )
    paper = '<rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, paper, *drawn, "</svg>\n"])


def _width(room: str) -> int:
    return WIDE if room == PLATFORMS else WIDTH


def _x_of(lines: list[list[Place]], boxes: Mapping[Place, int]) -> dict[Place, float]:
    """Return the middle of each place: above what it leads to, as near as its neighbours allow."""
    leads_to: dict[Place, set[Place]] = {place: set() for place in boxes}
    for line in lines:
        for one, other in pairwise(line):
            leads_to.setdefault(one, set()).add(other)
    x_of: dict[Place, float] = {}
    for row in range(max(boxes)[0] + 1):
        wanted = {
            place: mean(x_of[one] for one in below) if below else 0.0
            for place, below in leads_to.items()
            if place[0] == row
        }
        places = sorted(wanted, key=lambda place: (wanted[place], place))
        right = 0.0
        for place in places:
            width = boxes.get(place, 0)
            x_of[place] = right + width / 2
            right += width + GAP
        aside = mean(wanted[place] - x_of[place] for place in places)
        x_of |= {place: x_of[place] + aside for place in places}
    return x_of


def _line(points: list[tuple[int, int, bool]]) -> str:
    """Draw a line from box to box; where it passes a row it runs straight down."""
    x, y, _ = points[0]
    y += BOX
    way = f"M{x} {y}"
    for next_x, next_y, is_box in points[1:]:
        middle = (y + next_y) // 2
        way += f"C{x} {middle} {next_x} {middle} {next_x} {next_y}"
        x, y = next_x, next_y
        if not is_box:
            y += BOX
            way += f"V{y}"
    return (
        f'<path d="{way}" fill="none" stroke="#678" stroke-width="1.5"/>'
        f'<path d="M{x - 4} {y - 8}h8l-4 8z" fill="#678"/>'
    )


def _box(x: int, y: int, width: int, lines: list[str]) -> list[str]:
    name, *rest = map(escape, lines)
    size = f'x="{x - width // 2}" y="{y}" width="{width}" height="{BOX}"'
    return [
        f'<rect {size} rx="6" fill="#eef3f7" stroke="#678"/>',
        f'<text x="{x}" y="{y + 18}" font-weight="bold" font-size="13">{name}</text>',
        *(
            f'<text x="{x}" y="{y + 35 + 14 * number}" fill="#345">{line}</text>'
            for number, line in enumerate(rest)
        ),
    ]


if __name__ == "__main__":
    PICTURE.write_text(picture())
