"""What Assist understands: what is printing, when is it done, pause it, the plate is clear.

Assist sees the printers whose queues are exposed to it, and acts with the speaker's rights.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .coordinator import BambuBatchCoordinator
from .errors import shown
from .permissions import async_require_control, queues
from .production.event import Command, ConfirmPlateClear, SetRunning
from .text import Texts, texts_in
from .views import queue

SLOT: Final = "printer"

type Printers = dict[str, BambuBatchCoordinator]
"""By the entity of their queue."""


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register what we understand."""
    for handler in HANDLERS:
        intent.async_register(hass, handler)


class QueueIntentHandler(intent.IntentHandler):
    """Something about one printer, or about all that are exposed."""

    slot_schema: Final = {vol.Optional(SLOT): intent.non_empty_string}

    def __init__(
        self,
        intent_type: str,
        description: str,
        answer: Callable[[intent.Intent, Texts, Printers], Awaitable[str]],
    ) -> None:
        """Take its name, its description for a language model, and what answers.

        `answer` raises HomeAssistantError.
        """
        self.intent_type = intent_type
        self.description = description
        self._answer = answer

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer in the speaker's language."""
        texts = await texts_in(intent_obj.hass, intent_obj.language)
        slots = self.async_validate_slots(intent_obj.slots)
        name = slots.get(SLOT, {}).get("value")
        response = intent_obj.create_response()
        try:
            printers = _printers(intent_obj, texts, name)
            response.async_set_speech(await self._answer(intent_obj, texts, printers))
        except HomeAssistantError as err:
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE, texts.refusal(err)
            )
        return response


async def _print(_: intent.Intent, texts: Texts, printers: Printers) -> str:
    """Say what each printer prints, or why it does not."""
    return " ".join(_what(one, texts) for one in printers.values())


async def _finish(_: intent.Intent, texts: Texts, printers: Printers) -> str:
    """Say when each queue will be done."""
    return " ".join(_when(one, texts) for one in printers.values())


async def _pause(intent_obj: intent.Intent, texts: Texts, printers: Printers) -> str:
    """Pause each of them; without a name that is all of them, which is safe."""
    for entity_id, coordinator in printers.items():
        await _tell(intent_obj, entity_id, coordinator, SetRunning(False))
    return texts.text("voice_paused", names=_names(printers))


async def _clear(intent_obj: intent.Intent, texts: Texts, printers: Printers) -> str:
    """Confirm the one plate that waits to be cleared. Never guess which one is meant."""
    waiting = {
        entity_id: coordinator
        for entity_id, coordinator in printers.items()
        if coordinator.line.asked_to_clear
    }
    if not waiting:
        raise HomeAssistantError(texts.text("voice_no_plate_waits"))
    if len(waiting) > 1:
        names = _names(waiting)
        raise HomeAssistantError(texts.text("voice_which", names=names))
    ((entity_id, coordinator),) = waiting.items()
    await _tell(intent_obj, entity_id, coordinator, ConfirmPlateClear())
    name = coordinator.config_entry.title
    if not coordinator.status.complete:
        return texts.text("voice_plate_clear_away", name=name)
    return texts.text("voice_plate_clear", name=name)


GET_PRINT: Final = QueueIntentHandler(
    "BambuBatchGetPrint",
    "Tells what the 3D printers print now, or why they print nothing",
    _print,
)
GET_FINISH: Final = QueueIntentHandler(
    "BambuBatchGetFinish",
    "Tells when the queues of the 3D printers will be done",
    _finish,
)
PAUSE_QUEUE: Final = QueueIntentHandler(
    "BambuBatchPauseQueue",
    "Pauses the queues of the 3D printers; running plates are finished",
    _pause,
)
PLATE_CLEAR: Final = QueueIntentHandler(
    "BambuBatchPlateClear",
    "Says that a person has cleared the plate of a 3D printer. Use it only if the "
    "person says so.",
    _clear,
)
HANDLERS: Final = (GET_PRINT, GET_FINISH, PAUSE_QUEUE, PLATE_CLEAR)


def _printers(intent_obj: intent.Intent, texts: Texts, name: Any) -> Printers:
    """Return the printers that are meant. Raises HomeAssistantError if there is none."""
    exposed = {
        entity_id: coordinator
        for entity_id, coordinator in queues(intent_obj.hass).items()
        if intent_obj.assistant is None
        or async_should_expose(intent_obj.hass, intent_obj.assistant, entity_id)
    }
    if name is not None:
        exposed = _named(exposed, str(name))
    if not exposed:
        raise HomeAssistantError(
            texts.text("voice_unknown_printer", name=shown(str(name)))
            if name
            else texts.text("voice_no_printer")
        )
    return exposed


def _named(printers: Printers, name: str) -> Printers:
    """Return the printers of this name; if there are none, those whose name contains it.

    A second printer is named after the first: "Mini" does not mean "Mini 2".
    """
    wanted = name.strip().casefold()
    titles = {
        entity_id: one.config_entry.title.strip().casefold()
        for entity_id, one in printers.items()
    }
    chosen = [key for key, title in titles.items() if title == wanted] or [
        key for key, title in titles.items() if wanted in title
    ]
    return {key: printers[key] for key in chosen}


async def _tell(
    intent_obj: intent.Intent,
    entity_id: str,
    coordinator: BambuBatchCoordinator,
    command: Command,
) -> None:
    """Do what the speaker wants, if they may control the queue. Raises HomeAssistantError.

    An action would not do: it silently skips an entity that is disabled.
    """
    await async_require_control(intent_obj.hass, entity_id, intent_obj.context)
    await coordinator.obey(command)


def _names(printers: Printers) -> str:
    return ", ".join(one.config_entry.title for one in printers.values())


def _what(coordinator: BambuBatchCoordinator, texts: Texts) -> str:
    name, line = coordinator.config_entry.title, coordinator.line
    task = line.task(line.run.task_id) if line.run else None
    if line.run is None or task is None:
        waiting = texts.waiting_for(coordinator.waiting_for, queue.code(coordinator))
        return texts.text("voice_prints_nothing", name=name, reason=waiting)
    return texts.text(
        "voice_prints",
        name=name,
        task=task.name,
        copy=line.run.copy,
        copies=task.copies,
    )


def _when(coordinator: BambuBatchCoordinator, texts: Texts) -> str:
    name, finish = coordinator.config_entry.title, coordinator.plan.finish
    if finish is not None:
        return texts.text("voice_done_at", name=name, time=_spoken(finish))
    if coordinator.line.queue_done:
        return texts.text("voice_queue_empty", name=name)
    waiting = texts.waiting_for(coordinator.waiting_for, queue.code(coordinator))
    return texts.text("voice_done_unknown", name=name, reason=waiting)


def _spoken(moment: datetime) -> str:
    """Return the local time, with the date unless it is today."""
    local = dt_util.as_local(moment)
    today = local.date() == dt_util.now().date()
    return f"{local:%H:%M}" if today else f"{local:%Y-%m-%d %H:%M}"
