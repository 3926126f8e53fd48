"""The switches, and the select that three of them follow."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from .paper import PaperPrinter
from .shop import Shop, queue_up, slice_file


async def choose(desk: Shop, option: str) -> None:
    """Choose the task to edit by its place."""
    await desk.hass.services.async_call(
        "select",
        "select_option",
        {"entity_id": desk.entity_id("select", "task"), "option": option},
        blocking=True,
    )


async def two_tasks(desk: Shop, media: Path) -> None:
    """Queue two files."""
    for name in ("one", "two"):
        slice_file(media, f"{name}.gcode.3mf")
        await desk.act("enqueue", file=f"{name}.gcode.3mf")


def settings(desk: Shop, setting: str) -> list[bool]:
    """Return one setting of each task."""
    return [getattr(task.settings, setting) for task in desk.coordinator.line.tasks]


async def test_pausing_the_queue_lets_the_plate_in_print_go_on(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    await desk.switch("queue_running", on=False)
    assert desk.state("switch", "queue_running") == "off"
    assert paper.sent == ["start"]
    assert desk.coordinator.line.run is not None


@pytest.mark.parametrize("setting", ["bed_leveling", "flow_calibration", "timelapse"])
async def test_a_default_counts_for_new_tasks_and_is_an_option(
    desk: Shop, media: Path, setting: str
) -> None:
    key = f"default_{setting}"
    before = desk.state("switch", key) == "on"
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch(key, on=not before)
    await desk.act("enqueue", file="clip.gcode.3mf")
    assert settings(desk, setting) == [before, not before]
    assert desk.entry.options[setting] is not before
    assert (desk.state("switch", key) == "on") is not before


@pytest.mark.parametrize("setting", ["bed_leveling", "flow_calibration", "timelapse"])
async def test_an_override_edits_the_chosen_task_and_no_other(
    desk: Shop, media: Path, setting: str
) -> None:
    await two_tasks(desk, media)
    await choose(desk, "2")
    before = settings(desk, setting)[1]
    await desk.switch(f"task_{setting}", on=not before)
    assert settings(desk, setting) == [before, not before]
    assert (desk.state("switch", f"task_{setting}") == "on") is not before


async def test_overrides_that_are_turned_at_once_all_count(
    desk: Shop, media: Path, hass: HomeAssistant
) -> None:
    keys = ("bed_leveling", "flow_calibration", "timelapse")
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf", timelapse=True)
    await hass.services.async_call(
        "switch",
        "turn_off",
        {"entity_id": [desk.entity_id("switch", f"task_{key}") for key in keys]},
        blocking=True,
    )
    assert [settings(desk, key) for key in keys] == [[False], [False], [False]]


@pytest.mark.parametrize("setting", ["bed_leveling", "flow_calibration"])
async def test_what_the_printer_decides_is_shown_as_on_and_told_apart(
    desk: Shop, media: Path, hass: HomeAssistant, setting: str
) -> None:
    hass.config_entries.async_update_entry(
        desk.entry, options={**desk.entry.options, setting: "auto"}
    )
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.settled()
    assert settings(desk, setting) == ["auto"]
    for key in (f"task_{setting}", f"default_{setting}"):
        assert desk.state("switch", key) == "on"
        assert desk.attributes("switch", key)["auto"] is True
        await desk.switch(key, on=True)
        await desk.settled()
        assert desk.attributes("switch", key)["auto"] is False
    assert settings(desk, setting) == [True]
    assert desk.entry.options[setting] is True


async def test_a_film_is_never_left_to_the_printer(desk: Shop) -> None:
    assert "auto" not in desk.attributes("switch", "default_timelapse")
