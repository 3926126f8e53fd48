"""The plate's picture."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from .paper import PaperPrinter
from .shop import Shop, queue_up, slice_file


async def test_the_picture_is_that_of_the_plate_in_print_then_of_the_next(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    hass_client: ClientSessionGenerator,
) -> None:
    assert desk.state("image", "thumbnail") == "unknown"
    await queue_up(desk, paper, media)
    slice_file(media, "box.gcode.3mf", seconds=900, shape="star")
    await desk.act("enqueue", file="box.gcode.3mf")
    client = await hass_client()

    async def picture() -> bytes:
        url = desk.attributes("image", "thumbnail")["entity_picture"]
        response = await client.get(url)
        assert response.status == 200
        assert response.content_type == "image/png"
        return await response.read()

    first, changed = await picture(), desk.state("image", "thumbnail")
    assert first.startswith(b"\x89PNG")
    paper.finishes(desk.run)
    await desk.settled()
    assert desk.state("image", "thumbnail") != changed
    assert await picture() != first


async def test_a_held_task_has_a_picture_too(desk: Shop, media: Path) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf", hold=True)
    assert desk.state("image", "thumbnail") != "unknown"


async def test_a_file_that_is_gone_has_no_picture(
    desk: Shop, media: Path, hass: HomeAssistant
) -> None:
    file = slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    file.unlink()
    image = hass.data["image"].get_entity(desk.entity_id("image", "thumbnail"))
    assert await image.async_image() is None
    await desk.act("clear_queue")
    assert await image.async_image() is None
