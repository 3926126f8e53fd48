"""What the documents for the next person name is there: files, tests and names of the code."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError
from pathlib import Path
import re

import pytest

from . import picture

ROOT = Path(__file__).parents[1]
PRODUCT = ROOT / "custom_components" / "bambu_batch"
DOCUMENTS = ("CONTRIBUTING.md", "docs/design.md")
QUOTED = re.compile(r"`([^`]+)`")
IN_BLOCKS = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"[\w./*…-]+/[\w./*-]*|[\w-]+\.(?:py|md|json|toml|ambr|yaml)")
NAME = re.compile(r"_*[a-z]\w*(?:\.\w+)+")
MADE_BY_A_SCRIPT = (".venv/",)


def quoted(document: str) -> list[str]:
    """Return the words of a document that stand in code quotes."""
    text = IN_BLOCKS.sub("", (ROOT / document).read_text())
    return [word for words in QUOTED.findall(text) for word in words.split()]


def files(document: str) -> Iterator[str]:
    for word in quoted(document):
        word = word.partition("::")[0].rstrip(",")
        if FILE.fullmatch(word) and not word.startswith(MADE_BY_A_SCRIPT):
            yield word


def names(document: str) -> Iterator[str]:
    for word in quoted(document):
        if NAME.fullmatch(word) and not FILE.fullmatch(word):
            yield word


def is_there(file: str) -> bool:
    """Tell whether a path is there; one without folders may lie in any of ours."""
    path = file.removeprefix("…/").rstrip("/") or "."
    if any(any(folder.glob(path)) for folder in (ROOT, PRODUCT)):
        return True
    return "/" not in path and any(
        any(folder.rglob(path))
        for folder in (PRODUCT, ROOT / "tests", ROOT / "frontend/src")
    )


@cache
def defined() -> set[str]:
    """Return every name of the code, with as much of its way as anybody may write."""
    known: set[str] = set()
    for root in (PRODUCT, ROOT / "simulator", ROOT / "tests", ROOT / "demo"):
        for file in root.rglob("*.py"):
            way = file.relative_to(ROOT).with_suffix("").parts
            module = way[:-1] if way[-1] == "__init__" else way
            for inside in ((), *members(ast.parse(file.read_text()))):
                whole = (*module, *inside)
                known.update(".".join(whole[n:]) for n in range(len(module)))
    return known


def members(tree: ast.Module | ast.ClassDef) -> Iterator[tuple[str, ...]]:
    for node in tree.body:
        match node:
            case ast.ClassDef():
                yield (node.name,)
                yield from ((node.name, *member) for member in members(node))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield (node.name,)
            case ast.AnnAssign(target=ast.Name(name)):
                yield (name,)
            case ast.Assign(targets=[ast.Name(name)]):
                yield (name,)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_file_that_is_named_is_there(document: str) -> None:
    assert [file for file in files(document) if not is_there(file)] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_name_of_the_code_is_there(document: str) -> None:
    assert [name for name in names(document) if name not in defined()] == []


def test_a_name_that_is_gone_is_noticed() -> None:
    assert "gate.why_not_start" in defined()
    assert "gate.why_start" not in defined()
    assert "connection.Connection.start_print" in defined()
    assert not is_there("production/gates.py")


def test_the_design_names_much_of_the_code() -> None:
    assert len(list(files("docs/design.md"))) > 50
    assert len(list(names("docs/design.md"))) > 50


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_failure_that_is_named_is_in_the_table(document: str) -> None:
    table = (ROOT / "tests" / "failure_modes.md").read_text()
    named = set(re.findall(r"FM-\d{3}", (ROOT / document).read_text()))
    assert {one for one in named if f"| {one} " not in table} == set()


def test_the_picture_of_the_rooms_is_that_of_today_s_imports() -> None:
    assert picture.PICTURE.read_text() == picture.picture(), "run scripts/picture"


def test_a_line_that_follows_from_others_is_left_out_of_the_picture() -> None:
    arrows = {"roof": {"hall", "cellar"}, "hall": {"cellar"}, "cellar": set()}
    assert picture._reduced(arrows) == arrows | {"roof": {"hall"}}


def test_rooms_that_import_each_other_cannot_be_drawn() -> None:
    with pytest.raises(CycleError):
        picture._reduced({"hall": {"cellar"}, "cellar": {"hall"}})
