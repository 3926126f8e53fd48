"""Finds the user behind a request to an entity.

Home Assistant checks the rights of an action's caller. Sentences and some of its WebSocket
commands go straight to the entity, without a check (FM-160). Automations, scripts and
the system may do everything, as everywhere in Home Assistant.
"""

from homeassistant.auth.models import User
from homeassistant.components.conversation import trace
from homeassistant.components.http import KEY_HASS_USER
from homeassistant.components.websocket_api import current_connection
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import UnknownUser
from homeassistant.helpers.http import current_request
from homeassistant.helpers.script import script_stack_cv


async def async_caller(hass: HomeAssistant) -> User | None:
    """Return the person who calls without an action; None if it is nobody, or not known.

    A script runs in the connection and the request of whoever started it: these do not make
    it that person's. Raises UnknownUser if the speaker was removed.
    """
    if (context := _conversation()) is not None and context.user_id is not None:
        return await async_user(hass, context)
    if script_stack_cv.get():
        return None
    if (connection := current_connection.get()) is not None:
        return connection.user
    request = current_request.get()
    user: User | None = request.get(KEY_HASS_USER) if request is not None else None
    return user


async def async_user(hass: HomeAssistant, context: Context) -> User | None:
    """Return the user of a context, None if it has none. Raises UnknownUser."""
    if context.user_id is None:
        return None
    user = await hass.auth.async_get_user(context.user_id)
    if user is None:
        raise UnknownUser(context=context)
    return user


def nobody_speaks() -> bool:
    """Tell whether the sentence that runs has lost its speaker.

    "In a minute, turn on …" is run again later by the system, and may do everything. Only the
    connection that it came by still shows who said it.
    """
    context = _conversation()
    return context is not None and context.user_id is None


def speaker_is_lost() -> bool:
    """Tell whether a sentence for later came by the app's webhook, which shows no user.

    The webhook knew whose phone it was; when the sentence is run again, that is lost.
    """
    if not nobody_speaks() or script_stack_cv.get() or current_connection.get():
        return False
    request = current_request.get()
    return request is not None and request.get(KEY_HASS_USER) is None


def in_conversation() -> bool:
    """Tell whether Home Assistant speaks the error of a sentence.

    A pipeline whose agent is a language model runs our sentences itself: there an error counts
    as unexpected, and its text is lost.
    """
    return _conversation() is not None


def _conversation() -> Context | None:
    """Return the context of the sentence that is being carried out, None without one."""
    current = trace._current_trace.get()  # noqa: SLF001 # an intent's handler is not given it
    if current is None:
        return None
    for event in current.as_dict()["events"]:
        if event["event_type"] == trace.ConversationTraceEventType.ASYNC_PROCESS:
            context: Context = event["data"]["context"]
            return context
    return None
