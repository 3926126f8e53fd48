"""Why no plate starts: every reason, each from positive evidence, in the contract's order."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.bambu_batch.bambu.status import (
    Card,
    Hms,
    PrintState,
    Tray,
    Uptime,
)
from custom_components.bambu_batch.production.context import PlateClearing, StartWhen
from custom_components.bambu_batch.production.event import (
    ClearQueue,
    MoveTask,
    RemoveTasks,
    SetRunning,
    UpdateTask,
)
from custom_components.bambu_batch.production.gate import (
    HOLDS_WITH_A_REASON,
    Reason,
    is_fresh,
    may_publish,
)
from custom_components.bambu_batch.production.model import (
    HealthEntry,
    Hold,
    Phase,
    Transfer,
)

from .scene import AT_REST, START, Scene

FATAL = Hms(attr=0x0300_0100, code=0x0001_0001)
SERIOUS = Hms(attr=0x0500_0600, code=0x0002_0070)
COMMON = Hms(attr=0x0500_0600, code=0x0003_0070)
INFORMATION = Hms(attr=0x0500_0600, code=0x0004_0070)
UNHEARD_OF = Hms(attr=0x0500_0600, code=0x0005_0070)
NO_SEVERITY = Hms(attr=0x0500_0600, code=0x0000_0070)

CONTRACT = [
    "printing",
    "print_error",
    "queue_empty",
    "queue_paused",
    "offline",
    "no_full_report",
    "stale_report",
    "hms_error",
    "task_uncertain",
    "foreign_print",
    "printer_busy",
    "print_failed",
    "updating_firmware",
    "no_storage",
    "plate_not_clear",
    "plates_empty",
    "cooldown",
    "bed_hot",
    "interlock",
    "task_held",
    "file_missing",
    "file_changed",
    "wrong_printer_model",
    "filament_missing",
    "developer_mode_off",
    "uploading",
]


@pytest.fixture(name="scene")
def ready(request: pytest.FixtureRequest) -> Scene:
    """Return a line with nothing against a start: it has just decided one, which is taken back."""
    scene = Scene()
    scene.begins(copies=2)
    scene.line = scene.line.without_run()
    assert scene.reasons == ()
    return scene


def told(scene: Scene, **status: Any) -> tuple[Reason, ...]:
    """Return the reasons with these fields in the newest report."""
    changed = replace(scene.context.status, **status)
    scene.context = replace(scene.context, status=changed)
    return scene.reasons


def test_the_order_is_the_contract_s() -> None:
    assert [reason.value for reason in Reason] == CONTRACT


# The report


def test_without_a_connection_nothing_starts(scene: Scene) -> None:
    assert told(scene, connected=False)[0] is Reason.OFFLINE
    assert Reason.NO_FULL_REPORT not in scene.reasons


def test_before_the_first_full_report_nothing_starts(scene: Scene) -> None:
    assert told(scene, complete=False) == (Reason.NO_FULL_REPORT,)


def test_after_a_lost_message_nothing_starts_until_the_next_full_report(
    scene: Scene,
) -> None:
    """What the message said is unknown; it may have been the start of a foreign print."""
    assert told(scene, gap=True) == (Reason.NO_FULL_REPORT,)


@pytest.mark.parametrize(
    "field",
    [
        "model",
        "state",
        "stage",
        "print_type",
        "gcode_file",
        "print_error",
        "hms",
        "upgrade_state",
        "forced_upgrade",
    ],
)
def test_a_field_that_the_report_lacks_blocks(scene: Scene, field: str) -> None:
    """I6: unknown is never yes."""
    assert Reason.NO_FULL_REPORT in told(scene, **{field: None})


@pytest.mark.parametrize(
    "field",
    [
        "print_stage",
        "legacy_state",
        "job_state",
        "upgrade_status",
        "inconsistent_firmware",
    ],
)
def test_a_field_that_not_every_printer_has_may_be_missing(
    scene: Scene, field: str
) -> None:
    assert told(scene, **{field: None}) == ()


@pytest.mark.parametrize(
    ("age", "reasons"),
    [
        (0, ()),
        (59.9, ()),
        (60, (Reason.STALE_REPORT,)),
        (3600, (Reason.STALE_REPORT,)),
        (-1, (Reason.STALE_REPORT,)),
    ],
)
def test_a_report_counts_for_less_than_a_minute_and_never_from_the_future(
    scene: Scene, age: float, reasons: tuple[Reason, ...]
) -> None:
    assert told(scene, received=scene.now - timedelta(seconds=age)) == reasons


def test_a_report_without_a_time_is_stale(scene: Scene) -> None:
    assert told(scene, received=None) == (Reason.STALE_REPORT,)
    assert not is_fresh(scene.sees, scene.now)


@pytest.mark.parametrize(
    ("told_at", "fresh"),
    [
        (None, True),  # there was no such clock: the other one has to do
        (Uptime("first", 1000.0), True),
        (Uptime("first", 940.1), True),
        (Uptime("first", 940.0), False),
        (Uptime("first", 1000.1), False),  # from the future
        (Uptime("another", 1000.0), False),
    ],
)
def test_fm_161_a_report_is_young_by_the_clock_that_nobody_can_set_too(
    told_at: Uptime | None, fresh: bool
) -> None:
    scene = Scene()
    context = replace(
        scene.context,
        status=replace(AT_REST, received_uptime=told_at),
        uptime=Uptime("first", 1000.0),
    )
    assert is_fresh(context, scene.now) is fresh
    assert is_fresh(replace(context, uptime=None), scene.now)


def test_after_a_start_that_could_not_be_sent_an_old_report_counts_no_more(
    scene: Scene,
) -> None:
    scene.line = replace(scene.line, deferred=START)
    assert told(scene, received=START) == (Reason.STALE_REPORT,)
    scene.now += timedelta(seconds=1)
    assert told(scene, received=scene.now) == ()


# The printer


@pytest.mark.parametrize(
    "code", [0x0300_400C, 0x0300_0002, 0x0500_4004, 1, 0xFFFF_FFFF]
)
def test_every_print_error_blocks(scene: Scene, code: int) -> None:
    """A phase code and a cancel raise no alarm, but start nothing either (FM-082)."""
    assert told(scene, print_error=code)[0] is Reason.PRINT_ERROR


@pytest.mark.parametrize("entry", [FATAL, SERIOUS, UNHEARD_OF, NO_SEVERITY])
def test_a_health_entry_that_is_not_known_to_be_harmless_blocks(
    scene: Scene, entry: Hms
) -> None:
    assert told(scene, hms=(COMMON, entry)) == (Reason.HMS_ERROR,)


@pytest.mark.parametrize("entry", [COMMON, INFORMATION])
def test_common_and_informing_health_entries_are_only_shown(
    scene: Scene, entry: Hms
) -> None:
    assert told(scene, hms=(entry,)) == ()


@pytest.mark.parametrize("entry", [FATAL, SERIOUS, UNHEARD_OF, NO_SEVERITY])
def test_an_accepted_entry_blocks_no_more_another_one_does(
    scene: Scene, entry: Hms
) -> None:
    other = Hms(entry.attr, entry.code + 1)
    stands = HealthEntry(entry=entry, since=START, accepted=True)
    scene.line = replace(scene.line, health=(stands,))
    assert told(scene, hms=(entry,)) == ()
    assert told(scene, hms=(entry, other)) == (Reason.HMS_ERROR,)


@pytest.mark.parametrize(
    "state",
    [PrintState.PREPARE, PrintState.SLICING, PrintState.RUNNING, PrintState.PAUSE],
)
def test_a_job_that_is_not_ours_is_a_foreign_print(
    scene: Scene, state: PrintState
) -> None:
    reasons = told(scene, state=state)
    assert reasons[:2] == (Reason.FOREIGN_PRINT, Reason.PRINTER_BUSY)


def test_idle_with_a_file_name_is_a_start_in_progress(scene: Scene) -> None:
    """FM-154."""
    assert told(scene, gcode_file="benchy.3mf") == (Reason.PRINTER_BUSY,)
    reasons = told(scene, print_type="local")
    assert reasons[:2] == (Reason.FOREIGN_PRINT, Reason.PRINTER_BUSY)


def test_an_unknown_state_blocks(scene: Scene) -> None:
    assert Reason.PRINTER_BUSY in told(scene, state=PrintState.UNKNOWN)


def test_idle_only_starts_from_idle_never_from_finish() -> None:
    scene = Scene(start_when=StartWhen.IDLE_ONLY, cooldown_seconds=0)
    scene.works(copies=2)
    scene.ends(PrintState.FINISH)
    assert scene.reasons == (Reason.PRINTER_BUSY,)
    scene.passes(10)
    scene.boots()
    assert scene.line.run is not None


def test_failed_never_continues_by_itself(scene: Scene) -> None:
    assert told(scene, state=PrintState.FAILED, stage=255) == (
        Reason.PRINT_FAILED,
        Reason.PLATE_NOT_CLEAR,
    )


@pytest.mark.parametrize(
    ("change", "blocks"),
    [
        ({"upgrade_state": 0}, False),
        ({"upgrade_state": 1}, False),
        ({"upgrade_state": 2}, True),
        ({"upgrade_state": 3}, False),
        ({"forced_upgrade": True}, True),
        ({"upgrade_status": "IDLE"}, False),
        ({"upgrade_status": ""}, False),
        ({"upgrade_status": "UPGRADE_SUCCESS"}, False),
        ({"upgrade_status": "FLASHING"}, True),
        ({"upgrade_status": "DOWNLOADING", "upgrade_state": 1}, True),
        ({"upgrade_status": "UPGRADE_FAIL"}, True),
        ({"upgrade_status": "idle"}, True),
        ({"upgrade_status": "?"}, True),
        ({"inconsistent_firmware": False}, False),
        ({"inconsistent_firmware": True}, True),
    ],
)
def test_fm_182_firmware_being_updated_blocks(
    scene: Scene, change: dict[str, Any], blocks: bool
) -> None:
    assert told(scene, **change) == ((Reason.UPDATING_FIRMWARE,) if blocks else ())


@pytest.mark.parametrize("card", [None, Card.ABSENT, Card.ABNORMAL, Card.READ_ONLY])
def test_without_a_normal_card_an_a1_does_not_start(
    scene: Scene, card: Card | None
) -> None:
    assert told(scene, card=card) == (Reason.NO_STORAGE,)


def test_a_printer_with_storage_of_its_own_needs_no_card(scene: Scene) -> None:
    assert Reason.NO_STORAGE not in told(scene, model="N7", card=Card.ABSENT)


@pytest.mark.parametrize(
    ("signed", "blocks"), [(None, False), (False, False), (True, True)]
)
def test_developer_mode_known_to_be_off_blocks_unknown_does_not(
    scene: Scene, signed: bool | None, blocks: bool
) -> None:
    """A1 printers do not say; they are found out by the first refused start."""
    reasons = (Reason.DEVELOPER_MODE_OFF,) if blocks else ()
    assert told(scene, signed_commands_only=signed) == reasons


def test_a_refused_signature_blocks_until_the_next_connection(scene: Scene) -> None:
    scene.line = replace(scene.line, developer_mode_off=True)
    assert scene.reasons == (Reason.DEVELOPER_MODE_OFF,)
    scene.loses_connection()
    assert Reason.DEVELOPER_MODE_OFF not in scene.reasons


# The plate


def test_a_plate_not_known_clear_blocks(scene: Scene) -> None:
    scene.line = replace(scene.line, plate=replace(scene.line.plate, clear=False))
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)


def test_another_job_on_the_screen_makes_the_plate_doubtful(scene: Scene) -> None:
    assert told(scene, state=PrintState.FINISH, stage=255) == (Reason.PLATE_NOT_CLEAR,)


def test_g_st_100_asks_for_a_person_after_a_swap(scene: Scene) -> None:
    assert told(scene, legacy_state=100) == ()
    scene.line = replace(scene.line, plate=replace(scene.line.plate, swapped=True))
    assert scene.reasons == (Reason.PLATE_NOT_CLEAR,)


@pytest.mark.parametrize(
    ("left", "packed", "blocks"),
    [(0, 1, True), (1, 1, False), (2, 3, True), (3, 3, False)],
)
def test_a_task_needs_as_many_plates_as_its_file_uses(
    left: int, packed: int, blocks: bool
) -> None:
    scene = Scene(plate_stack=5)
    scene.line = replace(scene.line, plates_left=5)
    task_id = scene.queue(packed=packed)
    scene.event(UpdateTask(task_id=task_id, hold=False))
    scene.line = replace(scene.line, plates_left=left)
    assert (Reason.PLATES_EMPTY in scene.reasons) is blocks


def test_plates_are_not_counted_without_a_stack(scene: Scene) -> None:
    assert scene.line.plates_left == 0
    assert Reason.PLATES_EMPTY not in scene.reasons
    scene.option(plate_stack=1)
    assert scene.reasons == (Reason.PLATES_EMPTY,)


def test_the_empty_changer_is_told_with_every_task_held(scene: Scene) -> None:
    scene.option(plate_stack=1)
    scene.event(UpdateTask(task_id="1", hold=True))
    assert Reason.PLATES_EMPTY in scene.reasons
    scene.line = replace(scene.line, plates_left=1)
    assert Reason.PLATES_EMPTY not in scene.reasons


def test_the_cooldown_blocks_until_it_is_over(scene: Scene) -> None:
    scene.line = replace(scene.line, cooldown_from=scene.now)
    assert scene.reasons == (Reason.COOLDOWN,)
    scene.now += timedelta(seconds=59)
    assert scene.reasons == (Reason.COOLDOWN,)
    scene.now += timedelta(seconds=1)
    assert Reason.COOLDOWN not in scene.reasons


@pytest.mark.parametrize(
    ("bed", "limit", "blocks"),
    [
        (40.0, None, False),
        (40.0, 40.0, False),
        (40.1, 40.0, True),
        (None, 40.0, True),
        (None, None, False),
    ],
)
def test_a_bed_not_known_to_be_cool_enough_blocks(
    scene: Scene, bed: float | None, limit: float | None, blocks: bool
) -> None:
    scene.option(cooldown_bed_temperature=limit)
    assert told(scene, bed_temperature=bed) == ((Reason.BED_HOT,) if blocks else ())


@pytest.mark.parametrize(
    ("hold", "blocks"), [(True, False), (False, True), (None, True)]
)
def test_interlocks_have_to_hold_and_unknown_does_not(
    scene: Scene, hold: bool | None, blocks: bool
) -> None:
    scene.context = replace(scene.context, interlocks_hold=hold)
    assert scene.reasons == ((Reason.INTERLOCK,) if blocks else ())


# The queue and its next task


def test_a_paused_queue_starts_nothing(scene: Scene) -> None:
    scene.event(SetRunning(False))
    assert scene.reasons == (Reason.QUEUE_PAUSED,)


def test_an_empty_queue_starts_nothing(scene: Scene) -> None:
    scene.event(ClearQueue())
    assert scene.reasons == (Reason.QUEUE_EMPTY,)


def test_with_its_last_copy_in_flight_a_queue_is_not_empty_yet() -> None:
    """What is uncertain or out of sight must not hide behind an empty queue."""
    scene = Scene()
    scene.begins()
    scene.loses_connection()
    assert scene.reasons[0] is Reason.OFFLINE
    scene.boots()
    scene.passes(300)
    assert scene.reasons[0] is Reason.TASK_UNCERTAIN


def test_a_held_task_is_passed_over(scene: Scene) -> None:
    """FM-024."""
    scene.queue(sha256="b" * 64)
    scene.event(UpdateTask(task_id="1", hold=True))
    assert Reason.TASK_HELD not in scene.reasons


def test_only_held_tasks_are_a_reason_with_the_first_one_s_own_behind_it(
    scene: Scene,
) -> None:
    scene.event(UpdateTask(task_id="1", hold=True))
    assert scene.reasons == (Reason.TASK_HELD,)
    for hold, reason in HOLDS_WITH_A_REASON.items():
        scene.line = scene.line.with_task(replace(scene.line.tasks[0], hold=hold))
        assert scene.reasons == (Reason.TASK_HELD, reason)
    assert HOLDS_WITH_A_REASON.keys() == {
        Hold.FILE_MISSING,
        Hold.FILE_CHANGED,
        Hold.WRONG_PRINTER_MODEL,
        Hold.FILAMENT_MISSING,
    }


@pytest.mark.parametrize(
    "change",
    [{"model": "N2S"}, {"nozzle_diameter": 0.2}],
)
def test_a_plate_for_another_printer_is_held(
    scene: Scene, change: dict[str, Any]
) -> None:
    """FM-094."""
    reasons = told(scene, **change)
    assert reasons == (Reason.TASK_HELD, Reason.WRONG_PRINTER_MODEL)


def test_an_unknown_nozzle_blocks_without_holding(scene: Scene) -> None:
    assert told(scene, nozzle_diameter=None) == (Reason.WRONG_PRINTER_MODEL,)


def test_a_model_that_nobody_knows_how_to_start_blocks(scene: Scene) -> None:
    """Its url form is unknown: the printer would call a wrong one a card fault (FM-140)."""
    task = scene.line.tasks[0]
    file = replace(task.plate_file, model="N9")
    scene.line = scene.line.with_task(replace(task, plate_file=file))
    assert told(scene, model="N9") == (Reason.WRONG_PRINTER_MODEL,)


def test_trays_that_the_printer_has_not_told_block_without_holding(
    scene: Scene,
) -> None:
    assert told(scene, trays=None) == (Reason.FILAMENT_MISSING,)


def test_a_missing_material_holds(scene: Scene) -> None:
    petg = (Tray(0, loaded=True, material="PETG"),)
    assert told(scene, trays=petg) == (Reason.TASK_HELD, Reason.FILAMENT_MISSING)


@pytest.mark.parametrize("state", [Transfer.WANTED, Transfer.UNWANTED, None])
def test_a_file_not_known_complete_on_the_printer_blocks(
    scene: Scene, state: Transfer | None
) -> None:
    files = tuple(replace(file, state=state) for file in scene.line.remote if state)
    scene.line = replace(scene.line, remote=files)
    assert scene.reasons == (Reason.UPLOADING,)


def test_any_transfer_in_flight_blocks(scene: Scene) -> None:
    scene.line = replace(scene.line, transfer="bbm_other.gcode.3mf")
    assert scene.reasons == (Reason.UPLOADING,)


# Our own run


def test_our_run_without_a_fault_is_printing() -> None:
    scene = Scene()
    run = scene.begins()
    assert scene.reasons[0] is Reason.PRINTING, "starting"
    scene.prints(run, PrintState.PREPARE)
    assert scene.reasons[0] is Reason.PRINTING
    assert Reason.FOREIGN_PRINT not in scene.reasons
    scene.prints(run, PrintState.PAUSE, print_error=0x0300_8001)
    assert scene.reasons[:2] == (Reason.PRINTING, Reason.PRINT_ERROR), (
        "paused by the user"
    )


def test_our_run_with_a_fault_is_a_print_error() -> None:
    scene = Scene()
    run = scene.works()
    scene.prints(run, PrintState.PAUSE, print_error=0x1200_8006)
    assert Reason.PRINTING not in scene.reasons
    assert scene.reasons[0] is Reason.PRINT_ERROR
    assert Reason.PRINTER_BUSY in scene.reasons


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"print_error": None}, Reason.NO_FULL_REPORT),
        ({"complete": False}, Reason.NO_FULL_REPORT),
        ({"received": START - timedelta(minutes=1)}, Reason.STALE_REPORT),
        ({"connected": False, "complete": False}, Reason.OFFLINE),
    ],
)
def test_our_run_out_of_sight_is_not_called_printing(
    change: dict[str, Any], reason: Reason
) -> None:
    scene = Scene()
    scene.works(copies=2)
    reasons = told(scene, **change)
    assert Reason.PRINTING not in reasons
    assert Reason.PRINTER_BUSY in reasons
    assert reasons[0] is reason


def test_our_run_is_not_called_printing_while_the_printer_shows_something_else() -> (
    None
):
    scene = Scene()
    scene.works()
    scene.shows("benchy", PrintState.UNKNOWN)
    assert scene.run.phase is Phase.PRINTING
    assert Reason.PRINTING not in scene.reasons


def test_a_foreign_job_in_the_place_of_our_start_is_not_called_printing() -> None:
    scene = Scene()
    scene.begins()
    scene.shows("benchy", PrintState.RUNNING)
    assert Reason.PRINTING not in scene.reasons
    assert Reason.FOREIGN_PRINT in scene.reasons


def test_an_uncertain_run_blocks_whatever_else_holds() -> None:
    scene = Scene()
    scene.begins()
    scene.line = replace(scene.line, run=replace(scene.run, phase=Phase.UNCERTAIN))
    assert Reason.TASK_UNCERTAIN in scene.reasons
    assert Reason.PRINTING not in scene.reasons


# The last question


@pytest.fixture(name="decided")
def decided_fixture() -> Scene:
    """Return a line with a start decided and not yet sent; another task waits."""
    scene = Scene()
    scene.queue(sha256="b" * 64)
    scene.event(UpdateTask(task_id="1", hold=True))
    scene.begins(copies=2)
    scene.event(UpdateTask(task_id="1", hold=False))
    scene.event(MoveTask("1", 2))
    assert allowed(scene)
    return scene


def allowed(scene: Scene) -> bool:
    run = scene.run
    return may_publish(scene.line, run, scene.context, scene.now)


def test_the_guard_asks_the_whole_gate_again(decided: Scene) -> None:
    """FM-001: what the newest report says, not the decision's."""
    fields: dict[str, Any] = {
        "connected": False,
        "complete": False,
        "gap": True,
        "state": PrintState.RUNNING,
        "gcode_file": "benchy.3mf",
        "print_error": 1,
        "hms": (FATAL,),
        "card": None,
        "upgrade_state": 2,
        "received": START - timedelta(minutes=1),
    }
    context = decided.context
    for field, value in fields.items():
        told(decided, **{field: value})
        assert not allowed(decided), field
        decided.context = context
    decided.context = replace(context, interlocks_hold=None)
    assert not allowed(decided)


def test_the_guard_refuses_a_run_that_the_line_does_not_have_or_knows_more_of(
    decided: Scene,
) -> None:
    run = decided.run
    context, now = decided.context, decided.now
    assert not may_publish(decided.line.without_run(), run, context, now)
    other = replace(run, run_id=run.run_id + 1)
    assert not may_publish(decided.line, other, context, now)
    for phase in (Phase.PRINTING, Phase.UNCERTAIN):
        later = replace(run, phase=phase)
        line = replace(decided.line, run=later)
        assert not may_publish(line, later, context, now)


def test_the_guard_refuses_a_task_that_is_held_moved_back_or_removed_meanwhile() -> (
    None
):
    """FM-016: a cancelled task yields no start, though another might start at once."""
    scene = Scene()
    scene.queue(copies=2)
    scene.begins()
    assert allowed(scene)
    line = scene.line
    for command in (
        UpdateTask(task_id="1", hold=True),
        MoveTask("2", 1),
        RemoveTasks(("1",)),
    ):
        scene.event(command)
        assert scene.run.task_id == "1"
        assert not allowed(scene), command
        scene.event(ClearQueue())
        assert not allowed(scene), "and nothing else waits"
        scene.line = line


def test_the_guard_refuses_when_another_tray_fits_by_now(decided: Scene) -> None:
    """FM-100: the mapping sent would be the old one."""
    moved = (Tray(3, loaded=True, material="PLA", colour="FFFFFFFF"),)
    told(decided, trays=moved)
    assert not allowed(decided)
    told(decided, trays=None)
    assert not allowed(decided)


def test_manual_clearing_asks_for_no_swap(scene: Scene) -> None:
    scene.line = scene.line.with_task(replace(scene.line.tasks[0], clears_plate=False))
    assert scene.reasons == (Reason.TASK_HELD,)
    scene.option(plate_clearing=PlateClearing.MANUAL)
    assert scene.reasons == ()
