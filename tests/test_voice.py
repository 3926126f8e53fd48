"""What Assist understands of a queue, in English and Chinese, with the speaker's rights."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from unittest.mock import Mock, patch

from freezegun.api import FrozenDateTimeFactory
from hassil.intents import Intents, WildcardSlotList
from hassil.recognize import recognize_all
from homeassistant.auth.models import User
from homeassistant.components import conversation
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import chat_session, entity_registry as er, intent
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest

from custom_components.bambu_batch import intent as ours
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.sentences import SENTENCES

from .paper import PaperPrinter
from .shop import Shop, slice_file

type Say = Callable[..., Awaitable[str]]


@pytest.fixture
async def say(hass: HomeAssistant, desk: Shop, paper: PaperPrinter) -> Say:
    """Say something to Assist and return its answer."""
    for component in ("homeassistant", "intent", "conversation"):
        assert await async_setup_component(hass, component, {})
    await hass.async_block_till_done()
    async_expose_entity(hass, "conversation", desk.entity_id("todo", "queue"), True)
    paper.reports()
    await desk.settled()

    async def say(words: str, user: User | None = None, language: str = "en") -> str:
        result = await conversation.async_converse(
            hass,
            words,
            None,
            Context(user_id=user.id if user else None),
            language=language,
        )
        await hass.async_block_till_done()
        speech: str = result.response.speech["plain"]["speech"]
        return speech

    return say


async def start(desk: Shop, paper: PaperPrinter, media: Path) -> None:
    """Let the printer print the first of two copies."""
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf", copies=2)
    await desk.press("plate_clear")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    run = desk.coordinator.line.run
    assert run is not None
    paper.prints(run, PrintState.RUNNING, remaining_minutes=5)
    await desk.settled()


async def test_what_is_printing(
    desk: Shop, paper: PaperPrinter, media: Path, say: Say
) -> None:
    assert await say("what is printing") == (
        "Mini is not printing from its queue: Queue is empty."
    )

    await start(desk, paper, media)

    assert await say("What is being printed?") == "Mini is printing clip, copy 1 of 2."
    assert await say("what does mini print") == "Mini is printing clip, copy 1 of 2."
    assert await say("现在正在打印什么", language="zh-CN") == (
        "Mini 正在打印 clip，第 1 份，共 2 份。"
    )


async def test_when_is_the_queue_done(
    desk: Shop,
    paper: PaperPrinter,
    media: Path,
    say: Say,
) -> None:
    assert await say("when is the queue done") == (
        "The queue of Mini has nothing left to print."
    )

    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.settled()
    assert (await say("when will the queue be done")).startswith(
        "I can't tell when the queue of Mini will be done. It is waiting: "
    )

    await start(desk, paper, media)
    finish = desk.coordinator.plan.finish
    assert finish is not None
    said = await say("when will the queue of Mini be finished")
    assert said == f"The queue of Mini will be done at {ours._spoken(finish)}."


def test_another_day_is_said_with_its_date(freezer: FrozenDateTimeFactory) -> None:
    freezer.move_to("2026-11-21T12:00:00+00:00")
    now = dt_util.now()

    assert ours._spoken(now) == f"{now:%H:%M}"
    tomorrow = now + timedelta(days=1)
    assert ours._spoken(tomorrow) == f"{tomorrow:%Y-%m-%d %H:%M}"


async def test_pause_the_queue(
    desk: Shop, paper: PaperPrinter, media: Path, say: Say
) -> None:
    await start(desk, paper, media)

    assert await say("pause the print queue") == "Paused: Mini."

    assert not desk.coordinator.line.running
    assert desk.coordinator.line.run is not None


async def test_the_plate_is_clear(
    desk: Shop, paper: PaperPrinter, media: Path, say: Say
) -> None:
    assert await say("the plate is clear") == (
        "No printer is waiting for its plate to be cleared."
    )

    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    assert not desk.coordinator.line.plate.clear

    assert await say("The plate of Mini is clear.") == "The plate of Mini is clear."
    await desk.settled()
    assert desk.coordinator.line.run is not None


async def test_a_word_while_the_printer_is_away_is_told_to_hold_for_a_while(
    desk: Shop, paper: PaperPrinter, media: Path, say: Say
) -> None:
    slice_file(media)
    paper.reports()
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    paper.is_lost()
    await desk.settled()
    answer = await say("the plate of Mini is clear")
    assert answer.startswith(
        "Noted, but Mini is disconnected. If it is back within three"
    )


async def test_what_is_said_is_done_without_the_entities_too(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    desk: Shop,
    media: Path,
    say: Say,
) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.settled()
    for platform, key in (("todo", "queue"), ("switch", "queue_running")):
        entity_registry.async_update_entity(
            desk.entity_id(platform, key), disabled_by=er.RegistryEntryDisabler.USER
        )
    await hass.async_block_till_done()

    assert await say("pause the queue") == "Paused: Mini."
    assert not desk.coordinator.line.running
    assert await say("the plate is clear") == "The plate of Mini is clear."
    assert desk.coordinator.line.plate.clear


async def test_of_two_plates_that_wait_none_is_guessed(
    hass: HomeAssistant, desk: Shop, say: Say
) -> None:
    waiting = [Mock(), Mock()]
    for coordinator, title in zip(waiting, ("Left", "Right"), strict=True):
        coordinator.config_entry.title = title
        coordinator.line.asked_to_clear = True
    two = {"todo.left_queue": waiting[0], "todo.right_queue": waiting[1]}
    with (
        patch.object(ours, "queues", return_value=two),
        patch.object(ours, "async_should_expose", return_value=True),
    ):
        assert await say("the plate is clear") == (
            "Which printer? Left, Right are waiting for their plates to be cleared."
        )


@pytest.mark.parametrize(
    ("language", "question", "clear"),
    [
        ("en", "what does {} print", "the plate of {} is clear"),
        ("zh-CN", "{}正在打印什么", "{}的打印板已清空"),
    ],
)
async def test_a_whole_name_means_no_printer_that_has_more_in_its_own(
    desk: Shop, say: Say, language: str, question: str, clear: str
) -> None:
    second = Mock()
    second.config_entry.title = "Mini 2"
    second.line.run = None
    second.line.task.return_value = None
    second.line.asked_to_clear = True
    second.waiting_for = "nothing"
    both = {
        "todo.mini_2_queue": second,
        desk.entity_id("todo", "queue"): desk.coordinator,
    }
    with (
        patch.object(ours, "queues", return_value=both),
        patch.object(ours, "async_should_expose", return_value=True),
    ):
        answer = await say(question.format("mini"), language=language)
        assert "Mini" in answer
        assert "Mini 2" not in answer
        assert "Mini 2" in await say(question.format("Mini 2"), language=language)
        await say(clear.format("Mini"), language=language)
        assert second.obey.call_args is None
        both_meant = await say(question.format("min"), language=language)
        assert both_meant.count("Mini") == 2


async def test_a_name_that_is_none_is_told(say: Say) -> None:
    assert await say("pause the queue of the oven") == (
        "I don't know a printer called the oven."
    )


async def test_a_printer_that_is_not_exposed_is_not_there(
    hass: HomeAssistant, desk: Shop, say: Say
) -> None:
    async_expose_entity(hass, "conversation", desk.entity_id("todo", "queue"), False)

    said = await say("what is printing")
    assert said.startswith("No printer is exposed to Assist.")


async def test_a_refusal_is_said_in_the_speakers_language(desk: Shop, say: Say) -> None:
    full = HomeAssistantError(translation_domain=DOMAIN, translation_key="store_full")
    with patch.object(desk.coordinator, "obey", side_effect=full):
        assert await say("暂停队列", language="zh-CN") == (
            "磁盘已满，队列无法保存。请释放空间。"
        )
        assert (await say("pause the queue")).endswith("Free up space.")


async def test_a_refusal_is_no_answer_that_it_is_done(
    hass: HomeAssistant, desk: Shop, say: Say, hass_read_only_user: User
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    said = await conversation.async_converse(hass, "pause the queue", None, context)
    assert said.response.response_type is intent.IntentResponseType.ERROR
    assert said.response.speech["plain"]["speech"].startswith("You may look at")

    said = await conversation.async_converse(
        hass, "pause the queue", None, Context(), language="en"
    )
    assert said.response.response_type is intent.IntentResponseType.ACTION_DONE


async def test_a_refusal_keeps_its_words_where_a_language_model_is_asked_first(
    hass: HomeAssistant, desk: Shop, say: Say, hass_read_only_user: User
) -> None:
    said = conversation.ConversationInput(
        text="pause the queue",
        context=Context(user_id=hass_read_only_user.id),
        conversation_id=None,
        device_id=None,
        satellite_id=None,
        language="en",
        agent_id="conversation.model",
    )
    with (
        chat_session.async_get_chat_session(hass) as session,
        conversation.async_get_chat_log(hass, session, said) as log,
    ):
        words = await conversation.async_handle_sentence_triggers(hass, said, log)
    assert words is not None
    assert words.startswith("You may look at")


async def test_a_name_of_any_length_is_repeated_in_part(say: Say) -> None:
    assert len(await say(f"what does {'z' * 2_000} print")) < 500


@pytest.mark.parametrize("words", ["pause the queue", "the plate is clear"])
async def test_who_may_only_read_changes_nothing(
    desk: Shop, say: Say, media: Path, hass_read_only_user: User, words: str
) -> None:
    slice_file(media)
    await desk.act("enqueue", file="clip.gcode.3mf")
    await desk.switch("queue_running", on=True)
    await desk.settled()

    said = await say(words, hass_read_only_user)

    assert said not in ("Paused: Mini.", "The plate of Mini is clear.")
    assert desk.coordinator.line.running
    assert not desk.coordinator.line.plate.clear


async def test_a_language_model_has_the_same_tools(
    hass: HomeAssistant, say: Say
) -> None:
    response = await intent.async_handle(
        hass, DOMAIN, ours.GET_PRINT.intent_type, {}, assistant="conversation"
    )

    assert response.speech["plain"]["speech"].startswith("Mini is not printing")
    for handler in ours.HANDLERS:
        assert handler.description


@pytest.mark.parametrize(
    ("said", "meant", "printer"),
    [
        ("what is printing", "BambuBatchGetPrint", None),
        ("what is being printed on left mini", "BambuBatchGetPrint", "left mini"),
        ("正在打印什么", "BambuBatchGetPrint", None),
        ("左边正在打印什么", "BambuBatchGetPrint", "左边"),
        ("when is the queue done", "BambuBatchGetFinish", None),
        ("when will the print queue of mini be ready", "BambuBatchGetFinish", "mini"),
        ("队列什么时候完成", "BambuBatchGetFinish", None),
        ("左边的打印队列何时打印完", "BambuBatchGetFinish", "左边"),
        ("pause the queue", "BambuBatchPauseQueue", None),
        ("暂停打印队列", "BambuBatchPauseQueue", None),
        ("暂停左边的队列", "BambuBatchPauseQueue", "左边"),
        ("the build plate of mini is free", "BambuBatchPlateClear", "mini"),
        ("plate is cleared", "BambuBatchPlateClear", None),
        ("打印板已清空", "BambuBatchPlateClear", None),
        ("打印板清空了", "BambuBatchPlateClear", None),
        ("左边的打印板已经清空了", "BambuBatchPlateClear", "左边"),
        ("is the plate clear", None, None),
        ("the plate is not clear", None, None),
        ("打印板没有清空", None, None),
        ("pause the music", None, None),
    ],
)
def test_sentences_mean_one_thing(
    said: str, meant: str | None, printer: str | None
) -> None:
    intents = Intents.from_dict(
        {
            "language": "en",
            "intents": {
                name: {"data": [{"sentences": sentences}]}
                for name, sentences in SENTENCES.items()
            },
        }
    )
    intents.slot_lists["printer"] = WildcardSlotList("printer")

    found = list(recognize_all(said, intents))

    assert {result.intent.name for result in found} == ({meant} if meant else set())
    if printer is not None:
        names = {r.entities["printer"].value.strip() for r in found if r.entities}
        assert printer in names
