"""What the plates took, booked once."""

from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from homeassistant.core import HomeAssistant
import pytest

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.model import Consumption, Method
from custom_components.bambu_batch.store.errors import StoreLocked
from custom_components.bambu_batch.store.repository import Repository
from tests.paper import PaperPrinter
from tests.shop import Shop, queue_up, slice_file


async def booked(desk: Shop) -> Consumption:
    """Wait until the newest run is booked and return what it took."""
    repository, serial = desk.coordinator.repository, desk.coordinator.serial
    await desk.until(lambda: not repository.unbooked(serial))
    consumption = repository.history(serial)[0].consumption
    assert consumption is not None
    return consumption


async def test_a_finished_plate_took_what_its_file_says(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.finishes(desk.run)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert (use.slot, use.tray, use.grams, use.route) == (1, 0, 12.0, Method.ESTIMATE)
    assert use.loaded is not None
    assert use.loaded.material == "PLA"
    await desk.until(lambda: desk.state("sensor", "filament_used") == "12.0")
    assert desk.state("sensor", "plates_printed") == "1"


async def test_a_stopped_plate_took_what_was_extruded_by_then(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    paper.prints(desk.run, PrintState.RUNNING, layer=25)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert use.route is Method.EXTRUSION
    assert use.grams == pytest.approx(6.0, rel=0.05)
    await desk.until(lambda: desk.state("sensor", "filament_used") != "0.0")
    assert desk.state("sensor", "plates_printed") == "0"


@pytest.mark.parametrize(
    "change",
    [
        lambda media: (media / "clip.gcode.3mf").unlink(),
        lambda media: (media / "clip.gcode.3mf").write_bytes(b"no zip"),
        lambda media: slice_file(media, seconds=77),
    ],
    ids=["gone", "damaged", "another"],
)
async def test_what_a_stopped_plate_took_is_unknown_without_its_file(
    desk: Shop, paper: PaperPrinter, media: Path, change: Callable[[Path], object]
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.RUNNING)
    await desk.settled()
    change(media)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert use.grams is None


async def test_what_a_finished_plate_took_is_known_without_its_file(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    (media / "clip.gcode.3mf").unlink()
    paper.finishes(desk.run)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert use.grams == 12.0


async def test_a_start_that_came_to_nothing_took_nothing(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.PREPARE)
    paper.prints(desk.run, PrintState.FAILED)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert use.grams == 0


async def test_a_plate_costs_its_filament_and_its_energy(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    desk.coordinator.set_option("currency_per_kg", 25)
    desk.coordinator.set_option("currency_per_kwh", 0.4)
    desk.coordinator.set_option("energy_entity", "sensor.plug")
    await queue_up(desk, paper, media)
    run = desk.run
    with patch(
        "custom_components.bambu_batch.books.energy.counted", return_value=0.5
    ) as counted:
        paper.finishes(run)
        await desk.settled()
        consumption = await booked(desk)
    (use,) = consumption.filaments
    assert (use.price_per_kg, use.price_assumed) == (25, True)
    assert use.cost == pytest.approx(0.3)
    assert (consumption.energy_kwh, consumption.energy_cost) == (0.5, 0.2)
    assert consumption.currency == hass.config.currency
    (record,) = desk.coordinator.repository.history(desk.coordinator.serial)
    assert counted.await_args is not None
    assert counted.await_args.args == (
        hass,
        "sensor.plug",
        run.started,
        record.record.ended,
    )
    await desk.until(lambda: desk.state("sensor", "production_cost") == "0.5")


async def test_the_external_spool_has_an_account_of_its_own(
    desk: Shop, paper: PaperPrinter, media: Path
) -> None:
    await queue_up(desk, paper, media, use_ams=False)
    paper.finishes(desk.run)
    await desk.settled()
    (use,) = (await booked(desk)).filaments
    assert use.tray == 254


async def test_what_could_not_be_booked_is_booked_at_the_next_start(
    desk: Shop, paper: PaperPrinter, media: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await queue_up(desk, paper, media)
    with patch.object(Repository, "book", side_effect=StoreLocked):
        paper.finishes(desk.run)
        await desk.settled()
        await desk.until(lambda: "cannot be booked" in caplog.text)
    await desk.close()
    await desk.open()
    assert (await booked(desk)).filaments[0].grams == 12.0
