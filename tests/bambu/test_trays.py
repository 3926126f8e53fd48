"""Trays in all known shapes; a slot is empty only where that is known."""

from typing import Any

import pytest

from custom_components.bambu_batch.bambu.report import Report
from custom_components.bambu_batch.bambu.status import Tray
from custom_components.bambu_batch.bambu.trays import decode

from .messages import NOW, SERIAL, ams, delta, dump, full, spool


def numbers(trays: tuple[Tray, ...] | None) -> list[int]:
    return [tray.number for tray in trays or ()]


def only(document: Any) -> Tray:
    (tray,) = decode(document) or ()
    return tray


def test_a_report_without_any_tray_changes_nothing() -> None:
    assert decode({}) is None
    assert decode({"ams": None, "vt_tray": 5}) is None


def test_a_printer_without_an_ams_has_no_tray() -> None:
    assert decode({"ams": {"ams": []}}) == ()


def test_four_slots_of_an_ams_lite_and_the_external_spool() -> None:
    trays = decode(
        {"ams": ams(*(spool(slot) for slot in range(4))), "vt_tray": {"id": "254"}}
    )
    assert numbers(trays) == [0, 1, 2, 3, 254]


def test_the_second_unit_counts_on() -> None:
    unit = ams(spool(3), unit="1", bits="80")
    tray = only({"ams": unit})
    assert (tray.number, tray.loaded) == (7, True)


def test_an_ams_ht_is_its_own_tray() -> None:
    tray = only({"ams": ams(spool(0), unit="129", bits="20000")})
    assert (tray.number, tray.loaded) == (129, True)
    assert decode({"ams": ams(spool(1), unit="129")}) == ()


def test_an_a2l_counts_its_ams_lite_from_24() -> None:
    tray = only({"ams": ams(spool(1), unit="16", bits="2000000")})
    assert (tray.number, tray.loaded) == (25, True)


def test_new_firmware_lists_external_spools() -> None:
    slots: Any = [{"id": "254", "tray_type": "PLA"}, {"id": "255"}, {"id": "7"}, None]
    trays = decode({"vir_slot": slots})
    assert numbers(trays) == [254, 255]
    assert trays is not None
    assert trays[0].material == "PLA"
    assert trays[0].loaded is None


@pytest.mark.parametrize(
    ("bits", "power", "loaded"),
    [
        ("1", False, True),
        ("e", False, False),
        ("0", True, False),
        ("0", False, None),
        ("0", None, None),
    ],
)
def test_fm_095_no_power_is_not_empty(
    bits: str, power: bool | None, loaded: bool | None
) -> None:
    tray = only({"ams": ams(spool(0), bits=bits, power_on_flag=power)})
    assert tray.loaded is loaded


@pytest.mark.parametrize(("state", "loaded"), [(3, True), ("11", True), (9, None)])
def test_fm_096_without_bits_the_state_may_say_loaded_but_never_empty(
    state: Any, loaded: bool | None
) -> None:
    unit = ams(spool(0, state=state))
    del unit["tray_exist_bits"]
    assert only({"ams": unit}).loaded is loaded


def test_an_empty_slot_has_nothing_else() -> None:
    assert only({"ams": ams({"id": "1"}, bits="d")}) == Tray(1, loaded=False)


def test_what_is_known_of_a_spool() -> None:
    tagged = spool(
        0,
        material="PLA",
        tray_color="de4343ff",
        tray_info_idx="GFA01",
        tag_uid="0123456789ABCDEF",
        tray_uuid="00112233445566778899AABBCCDDEEFF",
    )
    assert only({"ams": ams(tagged)}) == Tray(
        number=0,
        loaded=True,
        material="PLA",
        colour="DE4343FF",
        brand_code="GFA01",
        tag="00112233445566778899AABBCCDDEEFF",
    )
    del tagged["tray_uuid"]
    assert only({"ams": ams(tagged)}).tag == "0123456789ABCDEF"


@pytest.mark.parametrize(
    ("info", "remain", "expected"),
    [
        ("2003", 31, 31),
        ("1001", "31", 31),
        ("1001", -1, None),
        ("1001", 101, None),
        ("1002", 100, None),
        ("30001005", 100, None),
        (None, 100, None),
    ],
)
def test_fm_105_only_larger_units_tell_an_honest_rest(
    info: str | None, remain: Any, expected: int | None
) -> None:
    unit = {"id": "0", "info": info, "tray": [spool(0, remain=remain)]}
    assert only({"ams": {"ams": [unit], "tray_exist_bits": "1"}}).remain == expected


@pytest.mark.parametrize(
    "unit",
    [
        None,
        {},
        {"id": "x"},
        {"id": "9", "tray": [{"id": "0"}]},
        {"id": "-1", "tray": [{"id": "0"}]},
        {"id": "0", "tray": [{"id": "4"}, {"id": None}, 5, {}]},
        {"id": "0", "tray": "many"},
    ],
)
def test_units_and_slots_that_make_no_sense_are_left_out(unit: Any) -> None:
    assert decode({"ams": {"ams": [unit], "tray_exist_bits": "f"}}) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"vt_tray": {"id": "254", "tray_type": "ABS"}},
        {"vt_tray": {"id": "3", "tray_type": "ABS"}},
        {"vt_tray": 5},
        {"vir_slot": [{"id": "255", "tray_type": "TPU"}, {"id": "254"}]},
        {"vir_slot": []},
        {"ams": ams(spool(0, "PETG"), bits="1"), "vt_tray": {"id": "255"}},
        {"ams": {"tray_now": "2"}, "vt_tray": {"id": "254", "tray_type": "PC"}},
        {"ams": None, "vt_tray": {"id": "254"}},
    ],
)
def test_a_delta_leaves_the_trays_that_a_whole_reading_finds(
    changed: dict[str, Any],
) -> None:
    report = Report(SERIAL)
    report.receive(dump(full()), NOW)
    report.receive(dump(delta(**changed)), NOW)
    assert report.status.trays == decode(report.document)


def test_places_outside_the_units_are_found_though_the_units_came_later() -> None:
    report = Report(SERIAL)
    report.receive(dump(full(ams=None, vt_tray=None)), NOW)
    report.receive(dump(delta(vt_tray={"id": "254", "tray_type": "PLA"})), NOW)
    report.receive(dump(delta(ams=ams(spool(0)))), NOW)
    report.receive(dump(delta(vt_tray={"id": "254", "tray_type": "ABS"})), NOW)
    trays = decode(report.document) or ()
    assert [(one.number, one.material) for one in trays] == [(0, "PLA"), (254, "ABS")]
    assert report.status.trays == trays
