"""A spool of Spoolman's JSON, with and without what may be missing in it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from custom_components.bambu_batch.spoolman.errors import NoAnswer
from custom_components.bambu_batch.spoolman.spool import (
    Account,
    SpoolmanSpool,
    read_spool,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "id": 7,
    "registered": "2026-11-21T12:00:00Z",
    "filament": {"id": 3, "density": 1.24, "diameter": 1.75, "extra": {}},
    "used_weight": 0.0,
    "used_length": 0.0,
    "archived": False,
    "extra": {},
}


def with_filament(**fields: Any) -> dict[str, Any]:
    return LEAST | {"filament": LEAST["filament"] | fields}


def test_a_spool_of_which_nothing_more_is_known() -> None:
    assert read_spool(LEAST) == SpoolmanSpool(
        account=Account(7, NOON), name="#7", used=0.0
    )


def test_a_spool_of_which_everything_is_known() -> None:
    data = with_filament(
        name="Galaxy Black",
        vendor={"id": 1, "name": "Maker"},
        material="PLA",
        color_hex="3d3e3dff",
        weight=1000.0,
        price=25.0,
    ) | {"remaining_weight": 987.5, "used_weight": 12.5, "extra": {"tag": '"abCD "'}}
    assert read_spool(data) == SpoolmanSpool(
        account=Account(7, NOON),
        name="#7 Maker Galaxy Black",
        used=12.5,
        left=987.5,
        net_grams=1000.0,
        price=25.0,
        vendor="Maker",
        material="PLA",
        colour="3D3E3D",
        tag="ABCD",
    )


def test_what_a_spool_says_comes_before_its_filament() -> None:
    data = with_filament(weight=1000.0, price=25.0)
    spool = read_spool(data | {"initial_weight": 750.0, "price": 0.0})
    assert (spool.net_grams, spool.price) == (750.0, 0.0)


@pytest.mark.parametrize(
    "registered",
    [
        "2026-11-21T12:00:00",
        "2026-11-21T12:00:00.123456Z",
        "2026-11-21T13:00:00+01:00",
    ],
)
def test_however_its_time_is_written_it_is_the_same_spool(registered: str) -> None:
    spool = read_spool(LEAST | {"registered": registered})
    assert spool.account == Account(7, NOON)
    assert Account.parse(str(spool.account)) == spool.account


@pytest.mark.parametrize("tag", ["", "ABCD", "null", '""', "17", '["AB"]'])
def test_what_is_no_tag_is_none(tag: str) -> None:
    assert read_spool(LEAST | {"extra": {"tag": tag}}).tag is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"message": "hello"},
        LEAST | {"registered": "yesterday"},
        LEAST | {"used_weight": None},
        LEAST | {"filament": "PLA"},
    ],
    ids=str,
)
def test_what_is_no_spool_is_no_answer(data: Any) -> None:
    with pytest.raises(NoAnswer):
        read_spool(data)


@pytest.mark.parametrize(
    "fields",
    [
        {"used_weight": float("nan")},
        {"used_weight": float("inf")},
        {"used_weight": 10**400},
        {"remaining_weight": float("nan")},
        {"id": float("inf")},
        {"registered": "9999-12-31T23:59:59-12:00"},
    ],
)
def test_what_cannot_be_counted_with_is_no_spool(fields: dict[str, Any]) -> None:
    with pytest.raises(NoAnswer):
        read_spool(LEAST | fields)


@pytest.mark.parametrize("word", [["PLA"], {"a": 1}, 7, True])
def test_a_name_that_is_no_text_is_none(word: Any) -> None:
    spool = read_spool(
        with_filament(name=word, material=word, vendor={"name": word}, color_hex=word)
    )
    assert (spool.name, spool.material, spool.vendor) == ("#7", None, None)
    assert spool.colour is None


def test_names_are_cut_and_printable() -> None:
    spool = read_spool(with_filament(name="A\x07\n\u202eB " + "x" * 500))
    assert spool.name == f"#7 A B {'x' * 96}"
    hindi = "\u0915\u094d\u200d\u0937"
    assert read_spool(with_filament(name=hindi)).name == f"#7 {hindi}"
