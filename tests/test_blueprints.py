"""The blueprints: each is valid, asks the right phone, and does what its buttons say."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
import shutil
from typing import Any
from unittest.mock import AsyncMock, Mock

from homeassistant.components import automation
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import (
    config_validation as cv,
    device_registry as dr,
    selector,
    template,
)
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_integration,
    mock_platform,
)
import voluptuous as vol

from custom_components.bambu_batch.bambu.status import Hms, PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.production.effect import Announce, News

from .paper import PaperPrinter
from .shop import Shop, slice_file

BLUEPRINTS = Path(__file__).parents[1] / "blueprints" / "automation" / DOMAIN
MOBILE_APP = "mobile_app"

NOTIFY = cv.DEVICE_ACTION_BASE_SCHEMA.extend(
    {
        vol.Required("type"): "notify",
        vol.Required("message"): cv.template,
        vol.Optional("title"): cv.template,
        vol.Optional("data"): cv.template_complex,
    }
)
"""As the app's own, which cannot be loaded without its voice parts."""

type Use = Callable[[str], Awaitable[AsyncMock]]


@pytest.fixture
def printer_id(desk: Shop) -> str:
    device = dr.async_get(desk.hass).async_get_device_by_identifier(
        (DOMAIN, desk.coordinator.serial), desk.entry.entry_id
    )
    assert device is not None
    return device.id


@pytest.mark.parametrize(
    "path", sorted(BLUEPRINTS.glob("*.yaml")), ids=lambda p: p.stem
)
def test_a_printer_is_chosen_by_its_queue(path: Path) -> None:
    """A spool is a device of the integration too."""
    chosen = load_yaml_dict(str(path))["blueprint"]["input"]["printer"]["selector"]

    assert chosen == {"device": {"entity": {"integration": DOMAIN, "domain": "todo"}}}
    selector.validate_selector(chosen)


@pytest.fixture
async def use(hass: HomeAssistant, desk: Shop, printer_id: str) -> Any:
    """Make an automation of a blueprint, and return what the phone is told."""
    entry = MockConfigEntry(domain=MOBILE_APP)
    entry.add_to_hass(hass)
    phone = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(MOBILE_APP, "phone")}
    )
    shutil.copytree(
        BLUEPRINTS, Path(hass.config.path("blueprints/automation/bambu_batch"))
    )
    told = AsyncMock()
    mock_integration(hass, MockModule(MOBILE_APP))
    mock_platform(
        hass,
        f"{MOBILE_APP}.device_action",
        Mock(
            ACTION_SCHEMA=NOTIFY,
            async_call_action_from_config=told,
            spec_set=["ACTION_SCHEMA", "async_call_action_from_config"],
        ),
    )

    async def make(name: str) -> AsyncMock:
        assert await async_setup_component(
            hass,
            automation.DOMAIN,
            {
                automation.DOMAIN: {
                    "use_blueprint": {
                        "path": f"bambu_batch/{name}.yaml",
                        "input": {"printer": printer_id, "phone": phone.id},
                    }
                }
            },
        )
        await hass.async_block_till_done()
        (state,) = hass.states.async_all(automation.DOMAIN)
        assert state.state == "on", state
        return told

    yield make
    await hass.services.async_call(
        automation.DOMAIN, "turn_off", {"entity_id": "all"}, blocking=True
    )


def told_phone(told: AsyncMock) -> dict[str, Any]:
    """Return the newest notification, with its templates filled in."""
    _, config, variables, _ = told.call_args.args

    notification: dict[str, Any] = template.render_complex(config, variables)
    return notification


async def happens(desk: Shop, news: Announce, told: AsyncMock) -> dict[str, Any]:
    """Return what the phone is told of the news."""
    desk.coordinator._announcer.announce(news)
    await desk.until(lambda: told.called)
    return told_phone(told)


async def press(hass: HomeAssistant, action: str) -> None:
    hass.bus.async_fire("mobile_app_notification_action", {"action": action})
    await asyncio.sleep(0.1)  # the automation may go on waiting


def ours(calls: list[ServiceCall]) -> list[tuple[str, Any]]:
    return [
        (call.service, call.data.get("device_id"))
        for call in calls
        if call.domain == DOMAIN
    ]


@pytest.mark.parametrize(
    ("button", "action"),
    [(0, "resume_print"), (1, "stop_print"), (2, "close_print_error")],
)
async def test_a_print_error_can_be_answered_from_the_phone(
    hass: HomeAssistant,
    desk: Shop,
    use: Use,
    printer_id: str,
    service_calls: list[ServiceCall],
    button: int,
    action: str,
) -> None:
    told = await use("print_error")

    said = await happens(desk, Announce(news=News.PRINT_ERROR, error=0x0300_8006), told)

    assert said["title"] == "Print error"
    assert said["message"] == "Mini: 0300-8006"
    assert said["data"]["url"].startswith("https://")
    assert ours(service_calls) == []
    await press(hass, said["data"]["actions"][button]["action"])
    assert [service for service, _ in ours(service_calls)] == [action]


async def test_the_plate_is_confirmed_from_the_phone(
    hass: HomeAssistant, desk: Shop, use: Use, service_calls: list[ServiceCall]
) -> None:
    told = await use("clear_the_plate")

    said = await happens(desk, Announce(news=News.PLATE_NEEDS_CLEARING), told)

    assert said["message"] == "Mini is waiting for its plate to be cleared"
    assert not desk.coordinator.line.plate.clear
    (button,) = said["data"]["actions"]
    await press(hass, button["action"])
    assert [service for service, _ in ours(service_calls)] == ["confirm_plate_clear"]
    assert desk.coordinator.line.plate.clear


async def test_an_old_notification_does_not_confirm_a_later_plate(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    use: Use,
    service_calls: list[ServiceCall],
) -> None:
    slice_file(media)
    paper.reports()
    told = await use("clear_the_plate")
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.until(lambda: told.called)
    asked = told_phone(told)

    await desk.switch("queue_running", on=False)
    await desk.press("plate_clear")  # they have seen to it, but at the dashboard

    await desk.until(lambda: told.call_count == 2)
    taken_back = told_phone(told)
    assert taken_back["message"] == "clear_notification"
    assert taken_back["data"]["tag"] == asked["data"]["tag"]
    paper.reports(state=PrintState.RUNNING, print_stage=2, stage=0)
    paper.reports(state=PrintState.FINISH, print_stage=1, stage=255)
    await desk.settled()
    assert not desk.coordinator.line.plate.clear
    await press(hass, asked["data"]["actions"][0]["action"])
    assert "confirm_plate_clear" not in [name for name, _ in ours(service_calls)]
    assert not desk.coordinator.line.plate.clear


@pytest.mark.parametrize("button", [0, 1])
async def test_an_old_notification_does_nothing_to_a_later_print(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    use: Use,
    service_calls: list[ServiceCall],
    button: int,
) -> None:
    told = await use("print_error")
    paper.reports(print_error=0x0300_8006)
    await desk.until(lambda: told.called)
    asked = told_phone(told)

    paper.reports(print_error=0)

    await desk.until(lambda: told.call_count == 2)
    taken_back = told_phone(told)
    assert taken_back["message"] == "clear_notification"
    assert taken_back["data"]["tag"] == asked["data"]["tag"]
    await press(hass, asked["data"]["actions"][button]["action"])
    assert ours(service_calls) == []


@pytest.mark.parametrize("code", [0x0300_400C, 0x0500_400E])
async def test_fm_164_a_refused_plate_names_the_code_and_the_way_out(
    hass: HomeAssistant,
    desk: Shop,
    paper: PaperPrinter,
    use: Use,
    code: int,
) -> None:
    told = await use("clear_the_plate")
    paper.reports(state=PrintState.FINISH)
    await desk.settled()
    said = await happens(desk, Announce(news=News.PLATE_NEEDS_CLEARING), told)
    assert len(said["data"]["actions"]) == 1
    paper.reports(print_error=code)
    await desk.until(lambda: desk.state("sensor", "print_error") != "none")

    await press(hass, said["data"]["actions"][0]["action"])
    await desk.until(lambda: told.call_count == 2)

    assert not desk.coordinator.line.plate.clear
    asked = told_phone(told)
    shown = f"{code >> 16:04X}-{code & 0xFFFF:04X}"
    assert "Your answer could not be carried out" in asked["message"]
    assert asked["message"].endswith(f"close the code and confirm again: {shown}")
    assert asked["data"]["tag"] == said["data"]["tag"]
    _, close = asked["data"]["actions"]
    assert close["title"] == "Close the code"
    await press(hass, close["action"])
    assert paper.sent[-1] == "close_error"
    paper.reports(print_error=0)
    await desk.until(lambda: told.call_count == 3)
    again = told_phone(told)
    assert again["message"] == "Mini is waiting for its plate to be cleared"
    (confirm,) = again["data"]["actions"]
    await press(hass, confirm["action"])
    await desk.until(lambda: desk.coordinator.line.plate.clear)


async def test_fm_156_a_health_entry_that_blocks_is_named_and_can_be_accepted(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, use: Use
) -> None:
    told = await use("clear_the_plate")
    entry = Hms(0x0500_0400, 0x0001_0044)
    paper.reports(state=PrintState.FINISH, hms=(entry,))
    await desk.settled()

    said = await happens(desk, Announce(news=News.PLATE_NEEDS_CLEARING), told)

    assert "0500-0400-0001-0044 " in said["message"]
    assert not said["message"].endswith("0044 ")
    _, accept = said["data"]["actions"]
    await press(hass, accept["action"])
    await desk.until(lambda: told.call_count == 2)
    assert desk.state("sensor", "health") == "none"
    again = told_phone(told)
    assert again["message"] == "Mini is waiting for its plate to be cleared"
    await press(hass, again["data"]["actions"][0]["action"])
    await desk.until(lambda: desk.coordinator.line.plate.clear)


@pytest.mark.parametrize("button", [0, 1])
async def test_a_refused_answer_to_an_error_is_said(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter, use: Use, button: int
) -> None:
    told = await use("print_error")
    paper.reports(state=PrintState.FAILED, print_error=0x0300_8006)
    await desk.until(lambda: told.called)
    asked = told_phone(told)

    await press(hass, asked["data"]["actions"][button]["action"])

    await desk.until(lambda: told.call_count == 2)
    said = told_phone(told)
    assert said["message"] == "Mini could not do that. Check the printer: 0300-8006"
    assert said["data"]["tag"] == asked["data"]["tag"]


async def test_another_button_confirms_nothing(
    hass: HomeAssistant, desk: Shop, use: Use, service_calls: list[ServiceCall]
) -> None:
    told = await use("clear_the_plate")
    await happens(desk, Announce(news=News.PLATE_NEEDS_CLEARING), told)

    await press(hass, "BAMBU_BATCH_CLEAR_1")

    assert ours(service_calls) == []
    assert not desk.coordinator.line.plate.clear


@pytest.mark.parametrize(
    ("news", "message"),
    [
        (News.PLATES_LOW, "Mini has few plates left"),
        (News.PLATES_EMPTY, "Mini has no plates left and is waiting"),
    ],
)
async def test_plates_running_out_are_told(
    desk: Shop, use: Use, news: News, message: str
) -> None:
    told = await use("plates_running_out")

    said = await happens(desk, Announce(news=news), told)

    assert said["message"] == message
    assert told.call_count == 1


async def test_other_news_are_not_told(desk: Shop, use: Use) -> None:
    told = await use("plates_running_out")

    desk.coordinator._announcer.announce(Announce(news=News.PRINT_FINISHED))
    await desk.hass.async_block_till_done()

    assert told.call_count == 0


def test_every_blueprint_is_tested() -> None:
    assert {path.stem for path in BLUEPRINTS.glob("*.yaml")} == {
        "clear_the_plate",
        "plates_running_out",
        "print_error",
    }
