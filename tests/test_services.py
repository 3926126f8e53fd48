"""The actions: their fields, their answers, their errors, and who may call them."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.models import User
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    ServiceValidationError,
    Unauthorized,
)
from homeassistant.util import dt as dt_util
import pytest
import voluptuous as vol
import yaml

from custom_components.bambu_batch import services
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.model import Hold, Phase
from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.repository import Repository
from simulator import slicer

from .paper import PaperPrinter
from .shop import Shop, queue_up, slice_file

FOLDER = Path(services.__file__).parents[1]


@pytest.fixture
def two_plates(media: Path) -> Path:
    """Put a file with two sliced plates into the media folder."""
    return slicer.write(
        media / "set.gcode.3mf",
        [
            slicer.SlicedPlate(index=1, name="Lid", seconds=300, swap="swapmod"),
            slicer.SlicedPlate(index=2, name="", seconds=600),
        ],
        model="N1",
    )


async def enqueue(desk: Shop, **data: Any) -> list[dict[str, Any]]:
    """Queue a file and return the answer's tasks."""
    answer = await desk.act(
        "enqueue", response=True, **{"file": "clip.gcode.3mf", **data}
    )
    tasks: list[dict[str, Any]] = answer["tasks"]
    return tasks


async def get_queue(desk: Shop) -> dict[str, Any]:
    """Return the answer of `get_queue`."""
    answer: dict[str, Any] = await desk.act("get_queue", response=True)
    return answer


# enqueue


async def test_enqueue_answers_what_was_queued(desk: Shop, media: Path) -> None:
    slice_file(media)
    assert await enqueue(desk, copies=3) == [
        {
            "task_id": "1",
            "name": "clip",
            "file": "media-source://bambu_batch/local/clip.gcode.3mf",
            "plate": 1,
            "copies": 3,
            "swap": "yes",
        }
    ]


@pytest.mark.parametrize(
    "file",
    [
        "clip.gcode.3mf",
        "media-source://bambu_batch/local/clip.gcode.3mf",
        "media-source://media_source/local/clip.gcode.3mf",
        {
            "media_content_id": "media-source://bambu_batch/local/clip.gcode.3mf",
            "media_content_type": "model/3mf",
        },
    ],
)
async def test_a_file_can_be_named_in_four_ways(
    desk: Shop, media: Path, file: str | dict[str, str]
) -> None:
    slice_file(media)
    (task,) = await enqueue(desk, file=file)
    assert task["file"] == "media-source://bambu_batch/local/clip.gcode.3mf"


async def test_fm_089_without_a_plate_every_plate_is_queued(
    desk: Shop, two_plates: Path
) -> None:
    tasks = await enqueue(desk, file=two_plates.name)
    assert [(task["name"], task["plate"]) for task in tasks] == [
        ("set – Lid", 1),
        ("set – 2", 2),
    ]
    assert [task["swap"] for task in tasks] == ["yes", "no"]


async def test_one_plate_of_several_is_queued(desk: Shop, two_plates: Path) -> None:
    (task,) = await enqueue(desk, file=two_plates.name, plate=2)
    assert task["name"] == "set – 2"
    (view,) = (await get_queue(desk))["tasks"]
    assert view["duration"] == 600


async def test_a_task_is_queued_at_a_position(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk)
    await enqueue(desk)
    await enqueue(desk, position=1)
    assert [task["task_id"] for task in (await get_queue(desk))["tasks"]] == [
        "3",
        "1",
        "2",
    ]


async def test_overrides_count_before_the_defaults(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(
        desk,
        bed_leveling=False,
        vibration_calibration=True,
        use_ams=False,
        ams_mapping=[0, -1, 3],
        cooldown_seconds=5,
    )
    (task,) = desk.coordinator.line.tasks
    settings = task.settings
    assert (settings.bed_leveling, settings.flow_calibration) == (False, True)
    assert settings.vibration_calibration
    assert settings.use_ams is False
    assert settings.ams_mapping == (0, -1, 3)
    assert settings.cooldown_seconds == 5


async def test_a_person_can_say_that_the_file_clears_the_plate(
    desk: Shop, media: Path
) -> None:
    slice_file(media, swap=None)
    await enqueue(desk)
    await enqueue(desk, clears_plate=True)
    await enqueue(desk)
    assert [task.clears_plate for task in desk.coordinator.line.tasks] == [
        False,
        True,
        True,
    ]


async def test_a_task_can_be_queued_on_hold(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk, hold=True)
    (task,) = (await get_queue(desk))["tasks"]
    assert (task["status"], task["hold_reason"]) == ("held", Hold.BY_USER)


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"file": "missing.gcode.3mf"}, "file_not_found"),
        ({"file": "../secrets.3mf"}, "file_outside_media"),
        ({"file": {}}, "file_reference_invalid"),
        ({"plate": 7}, "no_such_plate"),
        ({"plate": 0}, "no_such_plate"),
        ({"copies": 0}, "copies_out_of_range"),
        ({"copies": 100_001}, "copies_out_of_range"),
        ({"position": 0}, "position_out_of_range"),
        ({"ams_mapping": []}, "no_trays"),
        ({"ams_mapping": [400]}, "tray_out_of_range"),
        ({"cooldown_seconds": -1}, "cooldown_out_of_range"),
    ],
)
async def test_a_wrong_value_is_named_and_changes_nothing(
    desk: Shop, media: Path, data: dict[str, Any], key: str
) -> None:
    slice_file(media)
    with pytest.raises(ServiceValidationError) as refused:
        await enqueue(desk, **data)
    assert refused.value.translation_key == key
    for value in data.values():
        if isinstance(value, int):
            assert str(value) in str(refused.value)
    assert str(refused.value)
    assert desk.coordinator.line.tasks == ()


@pytest.mark.parametrize(
    "data",
    [
        {field: value}
        for field in ("copies", "plate", "position", "cooldown_seconds")
        for value in (
            True,
            False,
            1.5,
            "1e3",
            "1.0",
            "many",
            float("nan"),
            "9" * 5000,
            [2],
        )
    ]
    + [{"ams_mapping": [value]} for value in (True, 0.5, "left")],
    ids=lambda data: str(data)[:40],
)
async def test_what_is_no_whole_number_is_refused_by_name(
    desk: Shop, media: Path, data: dict[str, Any]
) -> None:
    slice_file(media)
    with pytest.raises(ServiceValidationError) as refused:
        await enqueue(desk, **data)
    assert refused.value.translation_key == "no_whole_number"
    (field,) = data
    assert field in str(refused.value)
    assert len(str(refused.value)) < 200
    assert desk.coordinator.line.tasks == ()


@pytest.mark.parametrize("copies", [3, 3.0, "3", " 3 "])
async def test_a_whole_number_counts_as_forms_and_templates_give_it(
    desk: Shop, media: Path, copies: object
) -> None:
    slice_file(media)
    await enqueue(desk, copies=copies)
    assert desk.coordinator.line.tasks[0].copies == 3


SWITCHES = (
    "bed_leveling",
    "flow_calibration",
    "vibration_calibration",
    "timelapse",
    "use_ams",
    "clears_plate",
    "hold",
)


@pytest.mark.parametrize(
    "value", [2, -1, 1.0, 0.0, 0.5, float("nan"), "maybe", "2", "", "1.0", [True], None]
)
@pytest.mark.parametrize("field", SWITCHES)
async def test_what_is_neither_yes_nor_no_is_refused_by_name(
    desk: Shop, media: Path, field: str, value: object
) -> None:
    slice_file(media)
    with pytest.raises(ServiceValidationError) as refused:
        await enqueue(desk, **{field: value})
    assert refused.value.translation_key == "not_one_of"
    assert field in str(refused.value)
    assert ("auto" in str(refused.value)) == field.startswith(("bed_", "flow_"))
    assert desk.coordinator.line.tasks == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1, True), (0, False), ("1", True), ("off", False), (" Yes ", True)],
)
async def test_yes_and_no_count_as_templates_give_them(
    desk: Shop, media: Path, value: object, expected: bool
) -> None:
    slice_file(media)
    await enqueue(desk, hold=value, flow_calibration=value)
    (task,) = desk.coordinator.line.tasks
    assert task.settings.flow_calibration is expected
    assert (task.hold is Hold.BY_USER) is expected


async def test_a_list_of_trays_is_no_longer_than_any_printer_has_trays(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    await enqueue(desk, ams_mapping=[-1] * 63 + [0])
    with pytest.raises(ServiceValidationError) as refused:
        await enqueue(desk, ams_mapping=[0] * 65)
    assert refused.value.translation_key == "too_many_trays"
    assert len(desk.coordinator.line.tasks) == 1


HUGE = "x\0" * 35_000


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("enqueue", {"file": HUGE}),
        ("enqueue", {"file": f"a/{HUGE}"}),
        ("enqueue", {"file": f"media-source://bambu_batch/{HUGE}/x"}),
        ("enqueue", {"file": f"https://{HUGE}"}),
        ("enqueue", {"file": {"media_content_id": HUGE}}),
        ("enqueue", {"file": "clip.gcode.3mf", "copies": HUGE}),
        ("enqueue", {"file": "clip.gcode.3mf", "copies": 1e300}),
        ("enqueue", {"file": "clip.gcode.3mf", "hold": HUGE}),
        ("enqueue", {"file": "clip.gcode.3mf", "bed_leveling": HUGE}),
        ("move_task", {"task_id": HUGE, "position": 1}),
        ("update_task", {"task_id": HUGE}),
        ("remove_task", {"task_id": [HUGE]}),
        ("restore_task", {"task_id": HUGE}),
        ("retry_task", {"task_id": HUGE}),
        ("resolve_task", {"task_id": "1", "outcome": HUGE}),
        ("accept_health", {"code": HUGE}),
        ("get_costs", {"by": HUGE}),
        ("get_costs", {"since": HUGE}),
        ("get_history", {"until": HUGE}),
        ("get_history", {"limit": 10**14}),
        ("export_history", {"since": HUGE}),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_an_error_repeats_little_of_what_was_given(
    desk: Shop, media: Path, action: str, data: dict[str, Any]
) -> None:
    slice_file(media)
    responds = action in ("get_costs", "get_history", "export_history")
    with pytest.raises((ServiceValidationError, vol.Invalid)) as refused:
        await desk.act(action, response=responds, **data)
    assert str(refused.value)
    assert len(str(refused.value)) < 1000
    assert "\0" not in str(refused.value)
    assert isinstance(refused.value, ServiceValidationError)


async def test_an_unknown_field_is_refused(desk: Shop, media: Path) -> None:
    slice_file(media)
    with pytest.raises(vol.Invalid):
        await enqueue(desk, unknown=1)
    assert desk.coordinator.line.tasks == ()


async def test_an_unsliced_file_is_refused(desk: Shop, media: Path) -> None:
    (media / "clip.gcode.3mf").write_bytes(b"no zip")
    with pytest.raises(ServiceValidationError) as refused:
        await enqueue(desk)
    assert refused.value.translation_key == "not_a_zip"


async def test_what_was_queued_is_on_disk_when_the_action_returns(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    await enqueue(desk)
    stored = desk.coordinator.repository.load(desk.coordinator.serial)
    assert stored == desk.coordinator.line


# The other tasks' actions


async def test_move_task(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk)
    await enqueue(desk)
    await desk.act("move_task", task_id="2", position=1)
    assert [task.task_id for task in desk.coordinator.line.tasks] == ["2", "1"]


async def test_update_task_changes_what_it_is_given(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk, bed_leveling=False)
    await desk.act("update_task", task_id="1", copies=4, timelapse=True, hold=True)
    (task,) = desk.coordinator.line.tasks
    assert task.copies == 4
    assert (task.settings.bed_leveling, task.settings.timelapse) == (False, True)
    assert task.hold is Hold.BY_USER
    await desk.act("update_task", task_id="1", hold=False, clears_plate=False)
    (task,) = desk.coordinator.line.tasks
    assert (task.hold, task.clears_plate) == (None, False)


async def test_updates_of_one_moment_all_count(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk)
    await asyncio.gather(
        *(
            desk.act("update_task", task_id="1", **change)
            for change in (
                {"timelapse": True},
                {"bed_leveling": False},
                {"cooldown_seconds": 7},
            )
        )
    )
    settings = desk.coordinator.line.tasks[0].settings
    assert (settings.timelapse, settings.bed_leveling) == (True, False)
    assert settings.cooldown_seconds == 7


async def test_remove_task_takes_one_or_several(desk: Shop, media: Path) -> None:
    slice_file(media)
    for _ in range(3):
        await enqueue(desk)
    answer = await desk.act("remove_task", task_id=["1", "3"], response=True)
    assert answer == {"removed": ["1", "3"]}
    assert await desk.act("remove_task", task_id="2", response=True) == {
        "removed": ["2"]
    }


async def test_fm_162_restore_task_brings_back_exactly_what_was_removed(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    for _ in range(3):
        await enqueue(desk, copies=2, cooldown_seconds=300, vibration_calibration=True)
    await desk.act("update_task", task_id="2", hold=True)
    before, tasks = desk.coordinator.line, await get_queue(desk)
    await desk.act("remove_task", task_id=["2", "1"])
    answer = await desk.act("restore_task", task_id=["1", "2"], response=True)
    assert answer == {"restored": ["1", "2"]}
    assert desk.coordinator.line == before
    assert (await get_queue(desk))["tasks"] == tasks["tasks"]


async def test_a_cleared_queue_comes_back_after_a_restart(
    desk: Shop, media: Path, hass: HomeAssistant
) -> None:
    slice_file(media)
    for _ in range(3):
        await enqueue(desk, hold=True)
    tasks = desk.coordinator.line.tasks
    cleared = await desk.act("clear_queue", response=True)
    assert await hass.config_entries.async_reload(desk.entry.entry_id)
    await desk.settled()
    await desk.act("restore_task", task_id=cleared["removed"])
    assert desk.coordinator.line.tasks == tasks


async def test_a_task_that_cannot_come_back_is_refused_with_the_reason(
    desk: Shop, media: Path
) -> None:
    slice_file(media)
    await enqueue(desk)
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act("restore_task", task_id="1")
    assert refused.value.translation_key == "task_not_removed"
    assert refused.value.translation_placeholders == {"name": "clip"}
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act("restore_task", task_id="9")
    assert refused.value.translation_key == "cannot_restore_task"
    assert refused.value.translation_placeholders == {"task_id": "9", "minutes": "10"}


async def test_removing_an_unknown_task_removes_none(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk)
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act("remove_task", task_id=["1", "9"])
    assert refused.value.translation_key == "unknown_task"
    assert refused.value.translation_placeholders == {"task_id": "9"}
    assert len(desk.coordinator.line.tasks) == 1


async def test_clear_queue_lets_the_plate_in_print_go_on(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    await enqueue(desk)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    answer = await desk.act("clear_queue", response=True)
    assert answer == {"removed": ["1", "2"]}
    assert desk.run.phase is Phase.PRINTING


async def test_retry_task_queues_a_failed_copy_again(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    assert await desk.act("retry_task", task_id="1", response=True) == {"task_id": "1"}
    assert (await get_queue(desk))["tasks"][0]["status"] == "waiting"


@pytest.mark.parametrize(
    ("outcome", "status"), [("printed", "finished"), ("not_started", "waiting")]
)
async def test_resolve_task_settles_an_uncertain_one(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    freezer: FrozenDateTimeFactory,
    outcome: str,
    status: str,
) -> None:
    await queue_up(desk, paper, media)
    freezer.tick(timedelta(seconds=241))
    paper.reports()
    await desk.settled()
    assert desk.run.phase is Phase.UNCERTAIN
    await desk.act("resolve_task", task_id="1", outcome=outcome)
    assert desk.coordinator.line.run is None
    assert (await get_queue(desk))["tasks"][0]["status"] == status


async def test_only_an_uncertain_task_can_be_resolved(desk: Shop, media: Path) -> None:
    slice_file(media)
    await enqueue(desk)
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act("resolve_task", task_id="1", outcome="printed")
    assert refused.value.translation_key == "task_not_uncertain"


@pytest.mark.parametrize(
    ("state", "action", "sent"),
    [
        (PrintState.RUNNING, "pause_print", "pause"),
        (PrintState.PAUSE, "resume_print", "resume"),
        (PrintState.RUNNING, "stop_print", "stop"),
    ],
)
async def test_an_order_to_the_printer(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    state: PrintState,
    action: str,
    sent: str,
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, state)
    await desk.settled()
    await desk.act(action)
    assert paper.sent[-1] == sent


async def test_confirm_plate_clear(desk: Shop, paper: PaperPrinter) -> None:
    paper.reports()
    await desk.act("confirm_plate_clear")
    assert desk.coordinator.line.plate.clear


# Questions


async def test_get_queue_tells_the_whole_queue(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, copies=2)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    answer = await get_queue(desk)
    assert answer["running"] is True
    assert answer["waiting_for"] == "printing"
    assert answer["finish"] == desk.state("sensor", "queue_finish")
    assert answer["remaining_seconds"] > 300
    assert len(answer["tasks"]) == 1


async def test_get_history_tells_each_run(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    await desk.until(lambda: desk.state("sensor", "plates_printed") == "1")
    answer = await desk.act("get_history", response=True)
    (run,) = answer["runs"]
    assert (run["task_id"], run["name"], run["plate"]) == ("1", "clip", 1)
    assert run["outcome"] == "finished"
    assert run["filament_g"] == 12.0
    assert run["cost"] is None
    assert (run["energy_kwh"], run["energy_cost"], run["currency"]) == (
        None,
        None,
        "EUR",
    )
    assert run["filaments"] == [
        {
            "slot": 1,
            "tray": 0,
            "material": "PLA",
            "spool": None,
            "grams": 12.0,
            "route": "estimate",
            "cost": None,
            "price_assumed": False,
        }
    ]
    assert run["seconds"] == 0
    assert "plate=1&token=" in run["thumbnail"]
    assert "&v=" not in run["thumbnail"], "another file may take its place"


async def test_get_history_takes_a_time_and_a_limit(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()

    async def count(**data: Any) -> int:
        return len((await desk.act("get_history", response=True, **data))["runs"])

    later = (dt_util.now() + timedelta(hours=1)).replace(tzinfo=None).isoformat()
    assert await count(limit=1) == 1
    assert await count(since=later) == 0
    assert await count(until=later) == 1


@pytest.mark.parametrize("action", ["get_history", "get_costs", "export_history"])
@pytest.mark.parametrize(
    "data",
    [
        {"since": "0001-01-01 00:00:00+00:00"},
        {"until": "9999-12-31 23:59:59+00:00"},
        {"since": "9999-12-31 23:59:59+00:00"},
        {"until": "0001-01-01 00:00:00+00:00"},
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
async def test_the_ends_of_time_can_be_asked_for(
    desk: Shop, hass: HomeAssistant, action: str, data: dict[str, Any], zone: str
) -> None:
    await hass.config.async_set_time_zone(zone)
    assert await desk.act(action, response=True, **data)


@pytest.mark.parametrize(
    ("action", "data", "key"),
    [
        ("get_history", {"limit": 0}, "limit_out_of_range"),
        ("get_history", {"limit": 10_001}, "limit_out_of_range"),
        ("get_costs", {"by": "weather"}, "costs_by_unknown"),
        ("get_history", {"since": "0001-01-01 00:00:00"}, "time_out_of_range"),
        ("get_costs", {"until": "0001-01-01 00:00:00"}, "time_out_of_range"),
        ("export_history", {"since": "0001-01-01 00:00:00"}, "time_out_of_range"),
        ("resolve_task", {"task_id": "1", "outcome": "lost"}, "outcome_not_possible"),
    ],
)
async def test_a_question_that_has_no_answer_is_refused(
    desk: Shop, hass: HomeAssistant, action: str, data: dict[str, Any], key: str
) -> None:
    await hass.config.async_set_time_zone("Asia/Shanghai")
    response = action != "resolve_task"
    with pytest.raises(ServiceValidationError) as refused:
        await desk.act(action, response=response, **data)
    assert refused.value.translation_key == key
    assert str(list(data.values())[-1]) in str(refused.value)


async def test_a_history_that_cannot_be_read_is_an_error(desk: Shop) -> None:
    with (
        patch.object(Repository, "history", side_effect=StoreLocked),
        pytest.raises(HomeAssistantError) as failed,
    ):
        await desk.act("get_history", response=True)
    assert failed.value.translation_key == "store_locked"


# Permissions and descriptions


async def test_a_user_who_may_only_read_changes_nothing(
    desk: Shop, media: Path, hass: HomeAssistant, hass_read_only_user: User
) -> None:
    slice_file(media)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            DOMAIN,
            "enqueue",
            {"file": "clip.gcode.3mf", "entity_id": desk.entity_id("todo", "queue")},
            blocking=True,
            context=Context(user_id=hass_read_only_user.id),
        )
    assert desk.coordinator.line.tasks == ()


def test_every_action_is_described_with_its_fields() -> None:
    described = yaml.safe_load((FOLDER / "services.yaml").read_text())
    assert set(described) == {name for name, *_ in services.ACTIONS}
    for name, schema, *_ in services.ACTIONS:
        fields = dict(described[name].get("fields", {}))
        if section := fields.pop("settings", None):
            fields |= section["fields"]
        assert set(fields) == {str(key) for key in schema or {}}, name
