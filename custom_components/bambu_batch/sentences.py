"""The sentences by which Assist understands our intents without a language model.

An integration has no place to put sentences of its own, so Home Assistant gets them the way
it gets an automation's.
"""

import logging
from typing import Any, Final

from homeassistant.components.conversation import DOMAIN as CONVERSATION_DOMAIN
from homeassistant.const import CONF_COMMAND, CONF_ID, CONF_PLATFORM
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import intent
from homeassistant.helpers.script import ScriptRunResult
from homeassistant.helpers.trigger import (
    async_initialize_triggers,
    async_validate_trigger_config,
)
from homeassistant.setup import async_when_setup

from .caller import in_conversation
from .const import DOMAIN
from .intent import GET_FINISH, GET_PRINT, PAUSE_QUEUE, PLATE_CLEAR, SLOT

_LOGGER = logging.getLogger(__name__)

SENTENCES: Final[dict[str, list[str]]] = {
    GET_PRINT.intent_type: [
        "what is [being] (printing|printed) [(on|by) {printer}]",
        "what does {printer} print",
        "[现在](正在|在)打印什么",
        "{printer}(正在|在)打印什么",
    ],
    GET_FINISH.intent_type: [
        "when (is|will) [the] [print|printing] queue [of {printer}] [be] (done|finished|ready)",
        "[打印]队列(什么时候|何时)(打印完|完成|结束)",
        "{printer}的[打印]队列(什么时候|何时)(打印完|完成|结束)",
    ],
    PAUSE_QUEUE.intent_type: [
        "pause [the] [print|printing] queue [of {printer}]",
        "暂停[打印]队列",
        "暂停{printer}的[打印]队列",
    ],
    PLATE_CLEAR.intent_type: [
        "[the] [build] plate [of {printer}] is (clear|cleared|free|empty)",
        "打印板[已|已经]清空[了]",
        "{printer}的打印板(已|已经)清空[了]",
    ],
}


@callback
def async_teach(hass: HomeAssistant) -> None:
    """Let Assist understand our sentences as soon as it is loaded."""
    async_when_setup(hass, CONVERSATION_DOMAIN, _teach)


async def _teach(hass: HomeAssistant, _component: str) -> None:
    async def answer(
        variables: dict[str, Any], context: Context | None = None
    ) -> ScriptRunResult:
        """Hand what was understood to the intent, and say its answer."""
        matched = variables["trigger"]
        spoken = matched["user_input"]
        speaker = spoken.get("context") or {}
        response = await intent.async_handle(
            hass,
            DOMAIN,
            matched["id"],
            {SLOT: {"value": matched["slots"][SLOT]}}
            if SLOT in matched["slots"]
            else {},
            matched["sentence"],
            Context(user_id=speaker.get("user_id")),
            spoken.get("language"),
            CONVERSATION_DOMAIN,
            matched.get("device_id"),
        )
        speech = response.speech.get("plain", {}).get("speech")
        refused = response.response_type is intent.IntentResponseType.ERROR
        if refused and in_conversation():
            raise HomeAssistantError(speech)  # a mere text would be taken for success
        return ScriptRunResult(speech, None, {})

    triggers = await async_validate_trigger_config(
        hass,
        [
            {
                CONF_PLATFORM: CONVERSATION_DOMAIN,
                CONF_ID: intent_type,
                CONF_COMMAND: sentences,
            }
            for intent_type, sentences in SENTENCES.items()
        ],
    )
    await async_initialize_triggers(hass, triggers, answer, DOMAIN, DOMAIN, _LOGGER.log)
