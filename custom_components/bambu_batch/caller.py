"""Who is behind what an entity is asked to do.

Home Assistant asks for the right of an action's caller. What sentences and some of its WebSocket
commands do goes straight to the entity, with nobody asked (FM-160). Automations, scripts and
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
    """Return the person who asks past all actions; None if it is none, or nobody can tell.

    A script started by somebody has the connection and the request of whoever set it off: it
    counts only whom it speaks for itself. Raises UnknownUser if the speaker was removed.
    """
    if (said := _conversation()) is not None and said.user_id is not None:
        return await async_user(hass, said)
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
    """Tell whether a sentence runs that has lost its speaker.

    "In a minute, turn on …" is spoken again later, by the system: Home Assistant lets it do
    everything. Only the connection that it came by still tells who said it.
    """
    said = _conversation()
    return said is not None and said.user_id is None


def speaker_is_lost() -> bool:
    """Tell whether a sentence for later came by a way that shows no user: the app's webhook.

    The webhook knew whose phone it was; when the sentence is spoken again nothing tells any more.
    """
    if not nobody_speaks() or script_stack_cv.get() or current_connection.get():
        return False
    request = current_request.get()
    return request is not None and request.get(KEY_HASS_USER) is None


def in_conversation() -> bool:
    """Tell whether Home Assistant tells an error of a sentence as one.

    A pipeline whose agent is a language model asks our sentences itself: there an error is a
    fault of ours, and its words are lost.
    """
    return _conversation() is not None


def _conversation() -> Context | None:
    """Return the context of the sentence that is being carried out, None without one."""
    current = trace._current_trace.get()  # noqa: SLF001 # an intent's handler tells nobody
    if current is None:
        return None
    for event in current.as_dict()["events"]:
        if event["event_type"] == trace.ConversationTraceEventType.ASYNC_PROCESS:
            context: Context = event["data"]["context"]
            return context
    return None
