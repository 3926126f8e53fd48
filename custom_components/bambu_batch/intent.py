"""What can be said to Assist: what is printing, when is it done, pause it, the plate is clear.

Assist sees the printers whose queues are exposed to it, and acts with the speaker's rights.
"""

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


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register what we understand."""
    for handler in HANDLERS:
        intent.async_register(hass, handler())


class QueueIntentHandler(intent.IntentHandler):
    """Something about one printer, or about all that are exposed."""

    slot_schema: Final = {vol.Optional(SLOT): intent.non_empty_string}

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        """Answer in the speaker's language."""
        texts = await texts_in(intent_obj.hass, intent_obj.language)
        slots = self.async_validate_slots(intent_obj.slots)
        name = slots.get(SLOT, {}).get("value")
        response = intent_obj.create_response()
        try:
            printers = _printers(intent_obj, texts, name)
            response.async_set_speech(await self.answer(intent_obj, texts, printers))
        except HomeAssistantError as err:
            response.async_set_error(
                intent.IntentResponseErrorCode.FAILED_TO_HANDLE, texts.refusal(err)
            )
        return response

    async def answer(
        self,
        intent_obj: intent.Intent,
        texts: Texts,
        printers: dict[str, BambuBatchCoordinator],
    ) -> str:
        """Return what to say. Raises HomeAssistantError. `printers`: by their queue's entity."""
        raise NotImplementedError


class GetPrint(QueueIntentHandler):
    """Says what each printer prints, or why it does not."""

    intent_type = "BambuBatchGetPrint"
    description = "Tells what the 3D printers print now, or why they print nothing"

    @override
    async def answer(
        self,
        intent_obj: intent.Intent,
        texts: Texts,
        printers: dict[str, BambuBatchCoordinator],
    ) -> str:
        """Return one sentence for each printer."""
        return " ".join(_what(one, texts) for one in printers.values())


class GetFinish(QueueIntentHandler):
    """Says when each queue will be done."""

    intent_type = "BambuBatchGetFinish"
    description = "Tells when the queues of the 3D printers will be done"

    @override
    async def answer(
        self,
        intent_obj: intent.Intent,
        texts: Texts,
        printers: dict[str, BambuBatchCoordinator],
    ) -> str:
        """Return one sentence for each printer."""
        return " ".join(_when(one, texts) for one in printers.values())


class PauseQueue(QueueIntentHandler):
    """Pauses queues: the running plates are finished, no other is started."""

    intent_type = "BambuBatchPauseQueue"
    description = "Pauses the queues of the 3D printers; running plates are finished"

    @override
    async def answer(
        self,
        intent_obj: intent.Intent,
        texts: Texts,
        printers: dict[str, BambuBatchCoordinator],
    ) -> str:
        """Pause each of them; without a name that is all of them, which is safe."""
        for entity_id, coordinator in printers.items():
            await _tell(intent_obj, entity_id, coordinator, SetRunning(False))
        return texts.text("voice_paused", names=_names(printers))


class PlateClear(QueueIntentHandler):
    """Takes a person's word that a plate is clear. Never guesses which one."""

    intent_type = "BambuBatchPlateClear"
    description = (
        "Says that a person has cleared the plate of a 3D printer. Use it only if the "
        "person says so."
    )

    @override
    async def answer(
        self,
        intent_obj: intent.Intent,
        texts: Texts,
        printers: dict[str, BambuBatchCoordinator],
    ) -> str:
        """Confirm the one plate that waits to be cleared."""
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


HANDLERS: Final[tuple[type[QueueIntentHandler], ...]] = (
    GetPrint,
    GetFinish,
    PauseQueue,
    PlateClear,
)


def _printers(
    intent_obj: intent.Intent, texts: Texts, name: Any
) -> dict[str, BambuBatchCoordinator]:
    """Return the printers that are meant. Raises HomeAssistantError if it is none."""
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


def _named(
    printers: dict[str, BambuBatchCoordinator], name: str
) -> dict[str, BambuBatchCoordinator]:
    """Return the printers of this name; where none has it whole, those that have it in theirs.

    The second of a model is named after the first: "Mini 2" is not meant by "Mini".
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

    An action would not do: it passes over an entity that is disabled, and says nothing.
    """
    await async_require_control(intent_obj.hass, entity_id, intent_obj.context)
    await coordinator.obey(command)


def _names(printers: dict[str, BambuBatchCoordinator]) -> str:
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
