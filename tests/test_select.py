"""The select that says which task the switches for overrides edit."""

from pathlib import Path

from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from .shop import Shop, slice_file

CHANGES_BEFORE_A_COMPLAINT = 100
"""Per hour; after that Home Assistant asks people to report a bug."""


async def choose(desk: Shop, option: str) -> None:
    """Choose the task to edit by its place."""
    await desk.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": desk.entity_id("select", "task"), "option": option},
        blocking=True,
    )


async def three_tasks(desk: Shop, media: Path) -> None:
    """Queue three files: 1 is called one, 2 two, and 3 three."""
    for name in ("one", "two", "three"):
        slice_file(media, f"{name}.gcode.3mf")
        await desk.act("enqueue", file=f"{name}.gcode.3mf")


def chosen(desk: Shop) -> tuple[str, str | None]:
    """Return the state, and the name of the task."""
    return desk.state("select", "task"), desk.attributes("select", "task")["name"]


async def test_without_a_choice_it_is_the_next_task(desk: Shop, media: Path) -> None:
    assert chosen(desk) == ("unknown", None)
    await three_tasks(desk, media)
    assert chosen(desk) == ("1", "one")
    await desk.act("move_task", task_id="3", position=1)
    assert chosen(desk) == ("1", "three")


async def test_the_choice_stays_with_its_task_when_that_moves(
    desk: Shop, media: Path
) -> None:
    await three_tasks(desk, media)
    await choose(desk, "2")
    assert chosen(desk) == ("2", "two")
    await desk.act("move_task", task_id="2", position=3)
    assert chosen(desk) == ("3", "two")
    await desk.act("move_task", task_id="2", position=1)
    assert chosen(desk) == ("1", "two")
    assert desk.attributes("select", "task")["task_id"] == "2"


async def test_the_next_task_counts_when_the_chosen_one_leaves(
    desk: Shop, media: Path
) -> None:
    await three_tasks(desk, media)
    await choose(desk, "3")
    await desk.act("remove_task", task_id="3")
    assert chosen(desk) == ("1", "one")
    await desk.act("clear_queue")
    assert chosen(desk) == ("unknown", None)
    assert desk.state("switch", "task_timelapse") == "unavailable"


async def test_a_chosen_task_behind_the_last_place_is_still_named_and_edited(
    desk: Shop, media: Path
) -> None:
    await three_tasks(desk, media)
    for _ in range(20):
        await desk.act("enqueue", file="one.gcode.3mf")
    await choose(desk, "2")
    await desk.act("move_task", task_id="2", position=21)
    assert chosen(desk) == ("unknown", "two")
    await desk.switch("task_timelapse", on=True)
    edited = [task for task in desk.coordinator.tasks if task["timelapse"]]
    assert [task["name"] for task in edited] == ["two"]


async def test_a_place_at_which_no_task_waits_cannot_be_chosen(
    desk: Shop, media: Path
) -> None:
    await three_tasks(desk, media)
    await choose(desk, "2")
    with pytest.raises(ServiceValidationError) as refused:
        await choose(desk, "4")
    assert refused.value.translation_key == "no_task_at_place"
    assert "at place 4" in str(refused.value)
    assert chosen(desk) == ("2", "two")


async def test_a_held_task_waits_too(desk: Shop, media: Path) -> None:
    await three_tasks(desk, media)
    await desk.act("update_task", task_id="1", hold=True)
    await choose(desk, "1")
    assert chosen(desk) == ("1", "one")


async def test_fm_177_the_options_never_change_with_the_queue(
    desk: Shop,
    media: Path,
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
) -> None:
    updates: list[Event[er.EventEntityRegistryUpdatedData]] = []
    hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, updates.append)
    options = desk.attributes("select", "task")["options"]
    slice_file(media)
    for _ in range(CHANGES_BEFORE_A_COMPLAINT + 1):
        await desk.act("enqueue", file="clip.gcode.3mf")
    assert len(desk.coordinator.line.waiting) > CHANGES_BEFORE_A_COMPLAINT
    assert desk.attributes("select", "task")["options"] == options
    assert updates == []
    assert "updating its capabilities too often" not in caplog.text
