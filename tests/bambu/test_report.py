"""Full reports replace, deltas are merged, echoes are not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import orjson
import pytest

from custom_components.bambu_batch.bambu.report import Kind, Report, merge, parse
from custom_components.bambu_batch.bambu.status import (
    Card,
    Hms,
    PrinterStatus,
    PrintState,
)
from custom_components.bambu_batch.production.gate import Reason, why_not_start
from custom_components.bambu_batch.production.job import is_at_rest
from tests.production.scene import Scene

from .messages import NOW, SERIAL, ams, delta, dump, full, spool


def report(serial: str = SERIAL, **changes: Any) -> Report:
    """A connection that has seen a full report."""
    result = Report(serial)
    assert result.receive(dump(full(**changes)), NOW).kind is Kind.FULL
    return result


def status_of(**changes: Any) -> PrinterStatus:
    return report(**changes).status


def test_a_new_connection_knows_only_the_model_of_the_serial() -> None:
    assert Report(SERIAL).status == PrinterStatus(connected=True, model="N2S")
    assert Report("XYZ").status == PrinterStatus(connected=True)


def test_a_full_report_has_everything_at_once() -> None:
    status = report().status
    assert status.complete
    assert status.received == NOW
    assert status.state is PrintState.IDLE
    assert (status.print_stage, status.stage, status.print_type) == (1, 0, "idle")
    assert (status.nozzle_temperature, status.bed_temperature) == (24.5, 23.25)
    assert (status.print_error, status.hms) == (0, ())
    assert status.card is Card.NORMAL
    assert status.trays is not None
    assert len(status.trays) == 5


def test_a_full_report_forgets_what_it_does_not_repeat() -> None:
    seen = report(g_st=3)
    seen.receive(dump(full()), NOW)
    assert seen.status.legacy_state is None


def test_a_delta_changes_only_what_it_names() -> None:
    seen = report()
    kind = seen.receive(
        dump(delta(gcode_state="PREPARE")), NOW + timedelta(seconds=2)
    ).kind
    assert kind is Kind.DELTA
    assert seen.status.state is PrintState.PREPARE
    assert seen.status.bed_temperature == 23.25
    assert seen.status.received == NOW + timedelta(seconds=2)


def test_fm_122_deltas_before_the_first_full_report_are_dropped() -> None:
    fresh = Report(SERIAL)
    assert (
        fresh.receive(dump(delta(gcode_state="FINISH", print_error=0)), NOW).kind
        is Kind.EARLY
    )
    assert not fresh.status.complete
    assert fresh.status.state is None


def test_a_null_replaces_a_value_by_unknown() -> None:
    seen = report()
    seen.receive(dump(delta(gcode_state=None, hms=None)), NOW)
    assert seen.status.state is None
    assert seen.status.hms is None


def test_objects_are_merged_and_everything_else_replaces() -> None:
    document: Any = {"a": {"b": 1, "c": [1, 2]}, "d": 4, "e": {"f": 1}}
    merge(document, {"a": {"c": [3], "g": {"h": 1}}, "d": {"i": 1}, "e": 5})
    assert document == {
        "a": {"b": 1, "c": [3], "g": {"h": 1}},
        "d": {"i": 1},
        "e": 5,
    }


def test_merging_ends_at_a_depth_that_no_report_has() -> None:
    def nest(leaf: Any) -> Any:
        for _ in range(400):
            leaf = {"x": leaf}
        return leaf

    document: Any = {"a": nest({"old": 1})}
    merge(document, {"a": nest({"new": 1})})
    inner = document["a"]
    while "x" in inner:
        inner = inner["x"]
    assert inner == {"new": 1}


def test_arrays_come_whole() -> None:
    seen = report()
    spools = [{"id": "0"}, spool(1), spool(2), spool(3)]
    seen.receive(dump(delta(ams={"ams": [{"id": "0", "tray": spools}]})), NOW)
    assert seen.status.trays is not None
    assert seen.status.trays[0].material is None
    seen.receive(dump(delta(hms=[{"attr": 0x0300_0100, "code": 0x0001_0001}])), NOW)
    assert seen.status.hms == (Hms(0x0300_0100, 0x0001_0001),)
    seen.receive(dump(delta(hms=[])), NOW)
    assert seen.status.hms == ()


@pytest.mark.parametrize(
    "echo",
    [
        {"command": "push_status", "msg": 0, "result": "success"},
        {"command": "extrusion_cali_get", "nozzle_diameter": "0.8"},
        {"sequence_id": "0", "param": "G28", "result": "success"},
        {"command": "project_file", "err_code": 84033543},
        {"gcode_state": "FINISH", "reason": "x"},
        {"gcode_state": "FINISH", "errno": 1},
    ],
)
def test_fm_078_echoes_are_never_merged(echo: dict[str, Any]) -> None:
    seen = report()
    before = seen.status
    message = seen.receive(
        dump({"nozzle_diameter": "0.8", "subtask_name": "other"} | echo), NOW
    )
    assert message.kind is Kind.ECHO
    assert message.reply is not None
    assert seen.status.nozzle_diameter == 0.4
    assert seen.status.subtask_name == before.subtask_name


def test_a_delta_may_lack_its_command() -> None:
    seen = report()
    assert (
        seen.receive(orjson.dumps({"print": {"msg": 1, "stg_cur": 13}}), NOW).kind
        is Kind.DELTA
    )
    assert seen.status.stage == 13


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (full(msg=None), Kind.FULL),
        (full(msg="0"), Kind.FULL),
        (full(msg=None, stg_cur=None), Kind.EARLY),
        (full(msg=None, command=None), Kind.EARLY),
        (full(msg=2), Kind.EARLY),
    ],
)
def test_without_msg_a_report_is_full_only_if_it_has_the_basic_fields(
    body: dict[str, Any], kind: Kind
) -> None:
    assert Report(SERIAL).receive(dump(body), NOW).kind is kind


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (b"", Kind.BROKEN),
        (b"{", Kind.BROKEN),
        (b"[1]", Kind.BROKEN),
        (b"[" * 100_000, Kind.BROKEN),
        (b'{"a":' * 100_000, Kind.BROKEN),
        (b" " * (1 << 20) + b"{}", Kind.BROKEN),
        (b"{}", Kind.OTHER),
        (b'{"print": []}', Kind.OTHER),
        (b'{"mc_print": {"command": "push_info"}}', Kind.OTHER),
        (b'{"system": {"command": "ledctrl", "result": "success"}}', Kind.ECHO),
        (b'{"info": {"command": "get_version"}}', Kind.ECHO),
        (b'{"info": {"command": "get_version", "module": [{}]}}', Kind.VERSION),
    ],
)
def test_every_message_is_of_some_kind(payload: bytes, kind: Kind) -> None:
    assert report().receive(payload, NOW).kind is kind


def test_torn_characters_do_not_lose_the_message() -> None:
    seen = report()
    payload = dump(delta(subtask_name="NAME", gcode_state="RUNNING"))
    assert (
        seen.receive(payload.replace(b"NAME", b"W\xfcrfel \xff"), NOW).kind
        is Kind.DELTA
    )
    assert seen.status.state is PrintState.RUNNING
    assert seen.status.subtask_name == "W\ufffdrfel \ufffd"


def test_odd_json_is_read_as_far_as_it_makes_sense() -> None:
    parsed = parse(b'{"print": {"bed_temper": NaN, "name": "a\nb", "x": "\\ud800"}}')
    assert parsed is not None
    assert parsed["print"]["name"] == "a\nb"  # type: ignore[index, call-overload]


def test_a_gap_in_the_printers_counting_shows_until_the_next_full_report() -> None:
    seen = report()
    seen.receive(dump(delta(sequence_id="11")), NOW)
    assert not seen.status.gap
    seen.receive(dump(delta(sequence_id="13")), NOW)
    assert seen.status.gap
    seen.receive(dump(delta(sequence_id="14")), NOW)
    assert seen.status.gap
    seen.receive(dump(full(sequence_id="15")), NOW)
    assert not seen.status.gap
    seen.receive(dump(delta(sequence_id="16")), NOW)
    assert not seen.status.gap


@pytest.mark.parametrize("number", [None, "FIXME"])
def test_a_message_without_a_number_is_not_a_gap(number: str | None) -> None:
    seen = report()
    seen.receive(dump(delta(sequence_id=number)), NOW)
    seen.receive(dump(delta(sequence_id="40")), NOW)
    assert not seen.status.gap


def test_an_unreadable_message_is_a_gap_and_makes_nothing_younger() -> None:
    seen = report()
    seen.receive(b"{", NOW + timedelta(seconds=9))
    assert seen.status.gap
    assert seen.status.received == NOW


def test_an_echo_makes_the_status_no_younger() -> None:
    seen = report()
    seen.receive(
        dump({"command": "pause", "result": "success"}), NOW + timedelta(seconds=9)
    )
    assert seen.status.received == NOW


def test_fm_080_each_field_is_read_alone() -> None:
    seen = report()
    junk: list[Any] = [None, True, -1, 1e300, "many", [], {}, [[]], {"a": {}}]
    keys = full().keys() | {"fun", "g_st", "job", "device", "vir_slot"}
    for value in junk:
        for key in keys - {"command", "msg", "sequence_id", "print_error"}:
            seen.receive(dump(full(sequence_id="11") | {key: value}), NOW)
            seen.receive(dump(delta(print_error=7) | {key: value}), NOW)
            assert seen.status.print_error == 7
            assert seen.status.complete


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        ("PAUSE", PrintState.PAUSE),
        ("pause", PrintState.PAUSE),
        ("PAUSED", PrintState.UNKNOWN),
        ("INIT", PrintState.UNKNOWN),
        ("OFFLINE", PrintState.UNKNOWN),
        ("", PrintState.UNKNOWN),
        (4, PrintState.UNKNOWN),
    ],
)
def test_fm_081_words_of_no_recording_are_unknown(raw: Any, state: PrintState) -> None:
    assert status_of(gcode_state=raw).state is state


@pytest.mark.parametrize(
    ("changes", "card"),
    [
        ({"home_flag": 0}, Card.ABSENT),
        ({"home_flag": 0x100}, Card.NORMAL),
        ({"home_flag": 0x200}, Card.ABNORMAL),
        ({"home_flag": 0x300}, Card.READ_ONLY),
        ({"home_flag": -0x3FFF_FF00}, Card.NORMAL),
        ({"home_flag": "x"}, None),
        ({"home_flag": None}, None),
        ({"home_flag": None, "sdcard": False}, Card.ABSENT),
        ({"home_flag": 0x100, "sdcard": False}, Card.ABSENT),
    ],
)
def test_the_card_needs_positive_evidence(
    changes: dict[str, Any], card: Card | None
) -> None:
    assert status_of(**changes).card is card


@pytest.mark.parametrize(
    ("state", "told", "inconsistent"),
    [
        ({"status": "IDLE", "consistency_request": False}, "IDLE", False),
        ({"status": "", "consistency_request": True}, "", True),
        ({"status": "FLASHING"}, "FLASHING", None),
        ({"status": 3, "consistency_request": "no"}, "?", True),
        ({"status": None, "consistency_request": None}, None, None),
        ({}, None, None),
    ],
)
def test_fm_182_an_update_in_words_is_read_and_what_cannot_be_read_is_no_rest(
    state: dict[str, Any], told: str | None, inconsistent: bool | None
) -> None:
    status = status_of(upgrade_state={"dis_state": 0, "force_upgrade": False} | state)
    assert status.upgrade_status == told
    assert status.inconsistent_firmware is inconsistent


@pytest.mark.parametrize(
    ("key", "named"),
    [
        ("gcode_state", "gcode_state"),
        ("stg_cur", "stg_cur"),
        ("print_type", "print_type"),
        ("gcode_file", "gcode_file"),
        ("print_error", "print_error"),
        ("hms", "hms"),
        ("upgrade_state", "upgrade_state.dis_state"),
    ],
)
def test_what_a_full_report_lacks_is_named(key: str, named: str) -> None:
    status = status_of(**{key: None})
    assert status.missing == (named,)
    assert not status.tells_of_rest


def test_what_cannot_be_read_is_named_as_well() -> None:
    assert status_of(hms=[{"attr": "x"}]).missing == ("hms",)
    assert status_of(force_upgrade="no").missing == ("force_upgrade",)
    assert status_of().missing == ()


@pytest.mark.parametrize(
    ("snow", "tray"),
    [
        (0x0103, 7),
        (3, 3),
        (0x8000, 128),
        (0x8001, None),
        (0xFE00, 254),
        (0xFF00, 254),
        (0xFEFF, 255),
        (0xFFFF, 255),
        (0x2000, None),
        (-1, None),
        ("many", None),
        (None, 0),
    ],
)
def test_the_tray_in_use_is_read_with_its_unit(snow: object, tray: int | None) -> None:
    """Recorded of an H2D: `tray_now` says 0, or 3, whatever the unit."""
    other = {"id": 1, "snow": 0x0002}
    info = [{"id": 0, "snow": snow}, other] if snow is not None else []
    device = {"extruder": {"state": 2, "info": info}}
    status = status_of(ams=ams(spool(0), tray_now="0"), device=device)
    assert status.tray_now == tray


def test_with_two_hot_ends_and_no_unit_the_tray_in_use_is_unknown() -> None:
    device = {"extruder": {"state": 2, "info": [{"id": 0}, {"id": 1}]}}
    assert status_of(ams=ams(spool(0)), device=device).tray_now is None


def test_a_change_of_the_hot_end_changes_the_tray_in_use() -> None:
    seen = Report("094")
    info = [{"id": 0, "snow": 0x0103}, {"id": 1, "snow": 0x8000}]
    extruder = {"state": 0x02, "info": info}
    seen.receive(dump(full(device={"extruder": extruder})), NOW)
    assert seen.status.tray_now == 7
    seen.receive(dump(delta(device={"extruder": {"state": 0x12}})), NOW)
    assert seen.status.tray_now == 128


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"force_upgrade": True}, True),
        ({"upgrade_state": {"force_upgrade": True}}, True),
        ({"force_upgrade": None, "upgrade_state": {}}, None),
        ({"force_upgrade": None}, False),
        ({"force_upgrade": 1}, None),
        ({"upgrade_state": {"force_upgrade": "yes"}}, None),
        ({"force_upgrade": "yes", "upgrade_state": {"force_upgrade": True}}, True),
    ],
)
def test_a_forced_upgrade_is_reported_in_two_places(
    changes: dict[str, Any], expected: bool | None
) -> None:
    assert status_of(**changes).forced_upgrade is expected


@pytest.mark.parametrize(
    ("fun", "expected"),
    [
        ("100d122002fbd", True),
        (0x2000_0000, True),
        ("1", False),
        (None, None),
        ("x", None),
    ],
)
def test_fm_083_signed_commands_are_told_by_a_number_or_hex_digits(
    fun: Any, expected: bool | None
) -> None:
    assert status_of(fun=fun).signed_commands_only is expected


def test_packed_temperatures_hold_the_target_in_the_high_word() -> None:
    device = {
        "bed": {"info": {"temp": 70 << 16 | 65}},
        "extruder": {"state": 2, "info": [{"id": 0, "temp": 245 << 16 | 240}]},
    }
    status = status_of(device=device)
    assert (status.bed_temperature, status.bed_target) == (65, 70)
    assert (status.nozzle_temperature, status.nozzle_target) == (240, 245)


def test_the_newest_report_of_a_temperature_counts() -> None:
    seen = report(device={"bed": {"info": {"temp": 70 << 16 | 65}}})
    seen.receive(dump(delta(bed_temper=30.5)), NOW)
    assert seen.status.bed_temperature == 30.5
    seen.receive(dump(delta(device={"bed": {"info": {"temp": 29}}})), NOW)
    assert (seen.status.bed_temperature, seen.status.bed_target) == (29, 0)


def test_the_active_nozzle_is_the_one_that_is_shown() -> None:
    info = [{"id": 0, "temp": 30}, {"id": 1, "temp": 220 << 16 | 219}]
    status = status_of(device={"extruder": {"state": 0x12, "info": info}})
    assert status.nozzle_temperature == 219
    gone = status_of(device={"extruder": {"state": 0x52, "info": info}})
    assert gone.nozzle_temperature == 24.5


@pytest.mark.parametrize(
    ("raw", "expected"), [(0, False), (1, True), (2, None), ("1", True), (None, None)]
)
def test_the_filament_switch_has_two_known_words(raw: Any, expected: Any) -> None:
    assert status_of(hw_switch_state=raw).filament_in_extruder is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("-48dBm", -48), (-48, -48), ("-48", -48), ("0dBm", None), ("dBm", None)],
)
def test_the_signal_is_in_dbm(raw: Any, expected: Any) -> None:
    assert status_of(wifi_signal=raw).wifi_signal == expected


@pytest.mark.parametrize("raw", ["0", 0, -0.4, "", None])
def test_a_nozzle_without_a_diameter_is_unknown(raw: Any) -> None:
    assert status_of(nozzle_diameter=raw).nozzle_diameter is None


def test_states_that_only_veto_are_read_where_they_are_reported() -> None:
    status = status_of(g_st="3", job={"job_state": 4})
    assert (status.legacy_state, status.job_state) == (3, 4)


@pytest.mark.parametrize("junk", ["printing", "", True, [], {}, 1e30])
@pytest.mark.parametrize(
    "place",
    [
        lambda value: {"mc_print_stage": value},
        lambda value: {"g_st": value},
        lambda value: {"job": {"job_state": value}},
    ],
)
def test_a_veto_that_cannot_be_read_is_one(
    place: Callable[[Any], dict[str, Any]], junk: Any
) -> None:
    scene = Scene()
    scene.begins()
    at_rest = replace(scene.line.without_run(), deferred=None)

    def reasons(**changes: Any) -> tuple[Reason, ...]:
        context = replace(scene.context, status=report("030", **changes).status)
        return why_not_start(at_rest, context, NOW)

    assert reasons() == ()
    assert reasons(**place(junk)) == (Reason.PRINTER_BUSY,)


@pytest.mark.parametrize("job", ["printing", 8, [], True])
def test_a_job_that_cannot_be_read_is_at_work(job: Any) -> None:
    assert not is_at_rest(status_of(job=job))


@pytest.mark.parametrize("value", [None, {}, {"job_state": None}])
def test_a_veto_that_is_not_reported_is_none(value: Any) -> None:
    seen = report(mc_print_stage=None, g_st=None, job=value)
    seen.receive(dump(delta(mc_print_stage=None, g_st=None, job=value)), NOW)
    assert is_at_rest(seen.status)


def test_health_entries_keep_all_16_digits() -> None:
    (entry,) = status_of(hms=[{"attr": 0x0500_0500, "code": 0x0001_0007}]).hms or ()
    assert str(entry) == "0500-0500-0001-0007"
    assert entry.severity == 1


def test_one_unreadable_health_entry_makes_the_list_unknown() -> None:
    assert status_of(hms=[{"attr": 1, "code": 2}, {"attr": 1}]).hms is None


def test_fm_079_the_total_of_layers_holds_for_its_job() -> None:
    seen = report(subtask_id="7", total_layer_num=50)
    seen.receive(dump(delta(total_layer_num=0)), NOW)
    assert seen.status.total_layers == 50
    seen.receive(dump(full(subtask_id="7", total_layer_num=None)), NOW)
    assert seen.status.total_layers == 50
    seen.receive(dump(delta(subtask_id="8", total_layer_num=0)), NOW)
    assert seen.status.total_layers is None
    seen.receive(dump(delta(total_layer_num=20)), NOW)
    assert seen.status.total_layers == 20


class TestSignature:
    """FM-015: the refusal of unsigned commands is recognised and remembered."""

    ENTRY = {"attr": 0x0500_0500, "code": 0x0001_0007}

    def test_fm_015_a_refused_command_tells_it(self) -> None:
        seen = report()
        message = seen.receive(
            dump({"command": "project_file", "err_code": 84033543}), NOW
        )
        assert message.reply is not None
        assert message.reply.accepted is False
        assert seen.status.signed_commands_only is True

    def test_fm_015_it_holds_for_this_connection(self) -> None:
        seen = report()
        seen.receive(dump({"command": "x", "err_code": "84033543"}), NOW)
        seen.receive(dump(delta(fun="0")), NOW)
        seen.receive(dump(full(fun="0")), NOW)
        assert seen.status.signed_commands_only is True
        assert report().status.signed_commands_only is None

    def test_fm_015_a_new_health_entry_tells_it(self) -> None:
        seen = report()
        seen.receive(dump(delta(hms=[self.ENTRY])), NOW)
        assert seen.status.signed_commands_only is True

    def test_an_old_health_entry_may_have_outlived_its_cause(self) -> None:
        seen = report(hms=[self.ENTRY])
        seen.receive(dump(delta(hms=[self.ENTRY])), NOW)
        assert seen.status.signed_commands_only is None

    def test_the_short_form_is_another_code(self) -> None:
        seen = report()
        seen.receive(dump(delta(hms=[{"attr": 0x0500_0600, "code": 0x0001_0007}])), NOW)
        assert seen.status.signed_commands_only is None


class TestReply:
    @pytest.mark.parametrize(
        ("echo", "accepted", "code"),
        [
            ({"result": "success"}, True, None),
            ({"result": "SUCCESS"}, True, None),
            ({"result": "fail", "reason": "no"}, False, None),
            ({"result": "success", "err_code": 5}, False, 5),
            ({"result": "success", "err_code": 0, "errno": 0}, True, None),
            ({"errno": -3}, False, 0xFFFF_FFFD),
            ({"result": "perhaps"}, None, None),
            ({"result": 1}, None, None),
            ({}, None, None),
        ],
    )
    def test_an_echo_says_yes_no_or_nothing(
        self, echo: dict[str, Any], accepted: bool | None, code: int | None
    ) -> None:
        message = report().receive(
            dump({"command": "pause", "sequence_id": 40001} | echo), NOW
        )
        reply = message.reply
        assert reply is not None
        assert (reply.sequence_id, reply.command) == ("40001", "pause")
        assert (reply.accepted, reply.error_code) == (accepted, code)


class TestVersion:
    def test_model_and_firmware_come_from_the_modules(self) -> None:
        seen = report()
        module = {"name": "ota", "product_name": "Bambu Lab A1 mini", "sw_ver": "01.07"}
        seen.receive(dump({"command": "get_version", "module": [module]}, "info"), NOW)
        assert (seen.status.model, seen.status.firmware) == ("N1", "01.07")

    def test_they_outlive_full_reports(self) -> None:
        seen = report()
        module = {"name": "ota", "product_name": "Bambu Lab A1 mini", "sw_ver": "01.07"}
        seen.receive(dump({"command": "get_version", "module": [module]}, "info"), NOW)
        seen.receive(dump(full()), NOW)
        assert (seen.status.model, seen.status.firmware) == ("N1", "01.07")

    def test_the_serial_gives_the_model_where_the_modules_do_not(self) -> None:
        seen = report()
        seen.receive(
            dump({"command": "get_version", "module": [{"name": "ota"}, 7]}, "info"),
            NOW,
        )
        assert (seen.status.model, seen.status.firmware) == ("N2S", None)


@pytest.mark.parametrize(
    "growth",
    [
        lambda number: {f"new_{number}": "x" * 1000},
        lambda number: {"device": {f"new_{number}": "x" * 1000}},
    ],
)
def test_a_document_that_grows_without_end_is_forgotten(
    growth: Callable[[int], dict[str, Any]],
) -> None:
    seen = report(device={}, fun="20000000")
    number = 0
    while seen.status.complete:
        seen.receive(dump(delta(**growth(number))), NOW)
        number += 1
        assert number < 10_000
    assert len(orjson.dumps(seen.document)) < 3 << 20
    assert seen.status.state is None
    assert seen.status.signed_commands_only is True
    seen.receive(dump(full()), NOW)
    assert seen.status.complete


def test_years_of_ordinary_deltas_forget_nothing() -> None:
    seen = report()
    for number in range(3000):
        seen.receive(dump(delta(wifi_signal=f"{number}dBm" * 100)), NOW)
    assert seen.status.complete


def test_trays_follow_a_change_of_the_active_tray() -> None:
    seen = report()
    seen.receive(dump(delta(ams={"tray_now": "2", "tray_tar": "2"})), NOW)
    assert seen.status.tray_now == 2
    assert seen.status.trays == report().status.trays
    seen.receive(dump(delta(ams=ams(bits="0"))), NOW)
    assert seen.status.tray_now == 255


@pytest.mark.parametrize("order", [("bed_temper", "device"), ("device", "bed_temper")])
def test_packed_temperatures_go_before_the_older_words_in_any_order(
    order: tuple[str, str],
) -> None:
    told = {"bed_temper": 20.0, "device": {"bed": {"info": {"temp": 60 << 16 | 55}}}}
    report = Report(SERIAL)
    report.receive(dump(full()), NOW)

    report.receive(dump(delta(**{key: told[key] for key in order})), NOW)

    assert (report.status.bed_temperature, report.status.bed_target) == (55, 60)
