"""Every action: good values and their responses, bad values and what stays as it was."""

from typing import Any, Final

import pytest

from demo.client import RequestFailed

from .home import (
    BOX,
    CLIP,
    FOREIGN,
    MARKS,
    PAIR,
    STAYS,
    UNSLICED,
    Machine,
    eventually,
    names,
)

pytestmark = MARKS

ENQUEUED: Final = {"task_id", "name", "file", "plate", "copies", "swap"}
QUEUE: Final = {
    *("running", "waiting_for", "tasks", "remaining_seconds", "finish"),
    *("cause", "code"),
}
RUN: Final = {
    *("run_id", "task_id", "name", "plate", "started", "ended", "outcome"),
    *("seconds", "filament_g", "cost", "filaments"),
}
ACTIONS: Final = {
    *("enqueue", "move_task", "update_task", "remove_task", "clear_queue"),
    *(
        "restore_task",
        "retry_task",
        "resolve_task",
        "confirm_plate_clear",
        "pause_print",
    ),
    *("resume_print", "stop_print", "get_queue", "get_history"),
}


async def test_every_action_of_the_contract(machine: Machine) -> None:
    known = (await machine.client.command("get_services"))["bambu_batch"]
    assert set(known) >= ACTIONS
    for action in known.values():
        assert action["target"]["entity"]
        assert (
            "name" in action or "description" in action or action["fields"] is not None
        )
    assert {name for name, action in known.items() if "response" in action} >= {
        *("enqueue", "remove_task", "clear_queue", "restore_task", "retry_task"),
        *("get_queue", "get_history"),
    }


@pytest.mark.parametrize(
    "file",
    [
        f"media-source://bambu_batch/local/{CLIP}",
        f"media-source://media_source/local/{CLIP}",
        CLIP,
        {
            "media_content_id": f"media-source://media_source/local/{CLIP}",
            "media_content_type": "model/3mf",
            "metadata": {"title": CLIP},
        },
    ],
    ids=["ours", "media_source", "path", "selector"],
)
async def test_enqueue_takes_a_file_in_every_form(machine: Machine, file: Any) -> None:
    (task,) = await machine.enqueue(file)
    assert set(task) == ENQUEUED
    assert (task["name"], task["plate"], task["copies"]) == ("clip", 1, 1)
    assert task["swap"] == "yes"
    assert task["file"] == f"media-source://bambu_batch/local/{CLIP}"


async def test_enqueue_with_every_field(machine: Machine) -> None:
    await machine.enqueue(BOX)
    (task,) = await machine.enqueue(
        PAIR,
        plate=2,
        copies=100000,
        position=1,
        bed_leveling=False,
        flow_calibration=False,
        vibration_calibration=True,
        timelapse=True,
        use_ams=True,
        ams_mapping=[0, -1],
        cooldown_seconds=5,
        clears_plate=False,
        hold=True,
    )
    assert (task["plate"], task["copies"]) == (2, 100000)
    first = (await machine.tasks())[0]
    assert first["task_id"] == task["task_id"]
    assert (first["status"], first["hold_reason"]) == ("held", "by_user")
    overrides = ("bed_leveling", "flow_calibration", "timelapse", "clears_plate")
    assert [first[one] for one in overrides] == [False, False, True, False]


async def test_enqueue_without_a_plate_takes_all_in_order(machine: Machine) -> None:
    tasks = await machine.enqueue(PAIR, copies=2)
    assert [(task["plate"], task["copies"]) for task in tasks] == [(1, 2), (2, 2)]


async def test_a_file_for_another_printer_is_held(machine: Machine) -> None:
    await machine.enqueue(FOREIGN)
    (task,) = await machine.tasks()
    assert (task["status"], task["hold_reason"]) == ("held", "wrong_printer_model")


async def test_what_a_person_says_of_a_file_is_remembered(machine: Machine) -> None:
    await machine.enqueue(STAYS, clears_plate=True)
    await machine.act("clear_queue")
    await machine.enqueue(STAYS)
    assert (await machine.tasks())[0]["clears_plate"] is True


ONE: Final = "1"
WRONG: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("enqueue", {}, "file"),
    ("enqueue", {"file": "gone.3mf"}, "gone.3mf"),
    ("enqueue", {"file": "../secrets.yaml"}, "secrets.yaml"),
    ("enqueue", {"file": "/etc/passwd"}, "/etc/passwd"),
    ("enqueue", {"file": "media-source://tts/x"}, "media-source://tts/x"),
    ("enqueue", {"file": UNSLICED}, UNSLICED),
    ("enqueue", {"file": CLIP, "plate": 9}, "9"),
    ("enqueue", {"file": CLIP, "plate": 0}, "plate"),
    ("enqueue", {"file": CLIP, "copies": 0}, "copies"),
    ("enqueue", {"file": CLIP, "copies": 100001}, "copies"),
    ("enqueue", {"file": CLIP, "position": 0}, "position"),
    ("enqueue", {"file": CLIP, "cooldown_seconds": 3601}, "3601"),
    ("enqueue", {"file": CLIP, "ams_mapping": ["left"]}, "ams_mapping"),
    ("enqueue", {"file": CLIP, "colour": "red"}, "colour"),
    ("move_task", {"task_id": "999", "position": 1}, "999"),
    ("move_task", {"task_id": ONE, "position": 0}, "position"),
    ("update_task", {"task_id": "999", "copies": 2}, "999"),
    ("update_task", {"task_id": ONE, "copies": 0}, "copies"),
    ("remove_task", {"task_id": "999"}, "999"),
    ("remove_task", {"task_id": [ONE, "999"]}, "999"),
    ("restore_task", {"task_id": "999"}, "999"),
    ("restore_task", {"task_id": ONE}, "clip"),
    ("retry_task", {"task_id": "999"}, "999"),
    ("retry_task", {"task_id": ONE}, "clip"),
    ("resolve_task", {"task_id": ONE, "outcome": "printed"}, "clip"),
    ("resolve_task", {"task_id": ONE, "outcome": "perhaps"}, "perhaps"),
    ("pause_print", {}, "paused"),
    ("resume_print", {}, "paused"),
    ("stop_print", {}, "stopped"),
    ("get_history", {"limit": 0}, "0 runs"),
    ("get_history", {"since": "yesterday"}, "since"),
]


@pytest.mark.parametrize(("action", "data", "named"), WRONG, ids=str)
async def test_a_wrong_value_is_named_and_nothing_changes(
    untouched: Machine, action: str, data: dict[str, Any], named: str
) -> None:
    machine = untouched
    tasks = await machine.tasks() or await machine.enqueue(CLIP, hold=True)
    task = tasks[0]
    if data.get("task_id") == ONE:
        data = data | {"task_id": task["task_id"]}
    elif data.get("task_id") == [ONE, "999"]:
        data = data | {"task_id": [task["task_id"], "999"]}
    before = await machine.tasks()
    with pytest.raises(RequestFailed) as refused:
        await machine.act(action, response=action.startswith("get_"), **data)
    assert refused.value.code in ("service_validation_error", "invalid_format")
    assert named in refused.value.message
    assert "translation" not in refused.value.message
    assert await machine.tasks() == before


async def test_move_update_remove_clear(machine: Machine) -> None:
    ids = [(await machine.enqueue(file))[0]["task_id"] for file in (CLIP, BOX, CLIP)]
    await machine.act("move_task", task_id=ids[2], position=1)
    assert [task["task_id"] for task in await machine.tasks()] == [ids[2], *ids[:2]]
    await machine.act("move_task", task_id=ids[2], position=99)
    assert [task["task_id"] for task in await machine.tasks()] == ids

    await machine.act(
        "update_task", task_id=ids[0], copies=4, timelapse=True, hold=True
    )
    task = (await machine.tasks())[0]
    assert (task["copies"], task["timelapse"]) == (4, True)
    assert task["hold_reason"] == "by_user"
    await machine.act("update_task", task_id=ids[0], hold=False)
    assert (await machine.tasks())[0]["hold_reason"] is None

    answer = await machine.act("remove_task", response=True, task_id=ids[:2])
    assert answer == {"removed": ids[:2]}
    assert await machine.act("clear_queue", response=True) == {"removed": [ids[2]]}
    assert await machine.tasks() == []
    assert await machine.act("clear_queue", response=True) == {"removed": []}


async def test_get_queue_and_history(machine: Machine) -> None:
    (task,) = await machine.enqueue(CLIP)
    answer = await machine.act("get_queue", response=True)
    assert set(answer) == QUEUE
    assert answer["running"] is False
    await machine.run()
    await machine.until("plates_printed", "1")

    async def is_told() -> bool:
        return bool((await machine.act("get_history", response=True))["runs"])

    await eventually(is_told, "a run in the history")
    (run,) = (await machine.act("get_history", response=True))["runs"]
    assert set(run) >= RUN
    assert (run["task_id"], run["name"]) == (task["task_id"], "clip")
    assert (run["plate"], run["outcome"]) == (1, "finished")
    assert run["filament_g"] > 0
    assert run["started"] < run["ended"]
    newer = await machine.act("get_history", response=True, since=run["ended"])
    assert newer == {"runs": []}
    one = await machine.act("get_history", response=True, until=run["ended"], limit=1)
    assert one["runs"] == [run]
    begun = run["started"]
    same = await machine.act("get_history", response=True, since=begun, limit=1)
    assert same["runs"] == [run]
    older = await machine.act("get_history", response=True, until=begun)
    assert older == {"runs": []}


async def test_stop_and_retry(machine: Machine) -> None:
    (task,) = await machine.enqueue(BOX)
    await machine.run()
    await machine.until("printer_state", "printing")
    await machine.act("pause_print")
    await machine.until("printer_state", "paused")
    await machine.act("resume_print")
    await machine.until("printer_state", "printing")
    await machine.act("stop_print")
    await machine.until("current_task", "unknown")
    answer = await machine.act("retry_task", response=True, task_id=task["task_id"])
    assert answer == {"task_id": task["task_id"]}
    assert names(await machine.tasks()) == ["box"]
    assert (await machine.tasks())[0]["status"] in ("waiting", "uploading")
    await machine.until("waiting_for", "plate_not_clear", "print_failed")
    assert len(machine.printer.truth.jobs) == 1
    machine.printer.world.clear_plate()
    await machine.act("confirm_plate_clear")
    await machine.until("printer_state", "printing")
    assert machine.printer.journal.violations == []


@pytest.mark.parametrize("outcome", ["printed", "not_started"])
async def test_resolve_task(machine: Machine, outcome: str) -> None:
    (task,) = await uncertain(machine)
    await machine.act("resolve_task", task_id=task["task_id"], outcome=outcome)
    task = (await machine.tasks())[0]
    expected = {"printed": ("finished", 1), "not_started": ("waiting", 0)}
    assert (task["status"], task["copies_done"]) == expected[outcome]


async def uncertain(machine: Machine) -> list[Any]:
    """Lose sight of a print that has begun: the printer reboots meanwhile."""
    await machine.enqueue(BOX)
    await machine.run()
    await machine.until("printer_state", "printing")
    machine.printer.world.power_off()
    await machine.until("printer_state", "offline")
    machine.printer.world.power_on()
    await machine.until("waiting_for", "task_uncertain")
    await machine.switch("queue_running", on=False)
    tasks = await machine.tasks()
    assert [task["status"] for task in tasks] == ["uncertain"]
    return tasks


async def test_a_queue_survives_a_power_cut_at_any_moment(machine: Machine) -> None:
    await machine.enqueue(CLIP, copies=3)
    await machine.home.until_stored(machine.entry_id, serial=machine.printer.serial)
    before = [
        (task["task_id"], task["copies"], task["name"])
        for task in await machine.tasks()
    ]
    await machine.home.cut_power()
    assert await machine.state("waiting_for") == "queue_paused"
    assert before == [
        (task["task_id"], task["copies"], task["name"])
        for task in await machine.tasks()
    ]
