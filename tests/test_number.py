"""The numbers: cooldown and plates left."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
import pytest

from .paper import PaperPrinter
from .shop import PAPER_SERIAL, Shop, queue_up


async def set_value(desk: Shop, key: str, value: float) -> None:
    """Set a number."""
    await desk.hass.services.async_call(
        "number",
        "set_value",
        {"entity_id": desk.entity_id("number", key), "value": value},
        blocking=True,
    )


async def test_the_cooldown_is_the_option(desk: Shop) -> None:
    await set_value(desk, "cooldown", 90)
    assert desk.entry.options["cooldown_seconds"] == 90
    await desk.settled()
    assert desk.state("number", "cooldown") == "90"


@pytest.mark.parametrize("value", [1.5, float("nan")])
async def test_half_a_second_is_no_cooldown(desk: Shop, value: float) -> None:
    with pytest.raises(ServiceValidationError):
        await set_value(desk, "cooldown", value)
    assert desk.entry.options["cooldown_seconds"] == 60


async def test_plates_are_counted_only_where_the_option_says_so(
    desk: Shop, hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    def exists() -> bool:
        unique_id = f"{PAPER_SERIAL}_plates_left"
        return bool(
            entity_registry.async_get_entity_id("number", "bambu_batch", unique_id)
        )

    assert not exists()
    desk.coordinator.set_option("plate_stack", 8)
    await desk.settled()
    assert exists()
    assert desk.state("number", "plates_left") == "0"
    desk.coordinator.set_option("plate_stack", 0)
    await desk.settled()
    assert not exists()


async def test_plates_that_are_no_longer_counted_leave_with_the_next_start(
    desk: Shop, hass: HomeAssistant, entity_registry: er.EntityRegistry
) -> None:
    desk.coordinator.set_option("plate_stack", 8)
    await desk.settled()
    entity_id = desk.entity_id("number", "plates_left")
    await desk.close()
    hass.config_entries.async_update_entry(
        desk.entry, options={**desk.entry.options, "plate_stack": 0}
    )
    await desk.open()
    assert entity_registry.async_get(entity_id) is None
    assert hass.states.get(entity_id) is None


async def test_a_person_counts_the_plates(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    desk.coordinator.set_option("plate_stack", 8)
    await desk.settled()
    await queue_up(desk, paper, media)
    assert desk.state("sensor", "waiting_for") == "plates_empty"
    await set_value(desk, "plates_left", 8)
    await desk.settled()
    assert desk.state("number", "plates_left") == "8"
    paper.finishes(desk.run)
    await desk.settled()
    assert desk.state("number", "plates_left") == "7"
