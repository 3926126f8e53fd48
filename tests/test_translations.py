"""Every text that is asked for is there, and every text that is there is asked for."""

import ast
from collections.abc import AsyncGenerator, Iterator
import inspect
import json
from pathlib import Path
import re
from typing import Any
from unittest.mock import PropertyMock, patch

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.yaml import load_yaml_dict
import pytest
import voluptuous as vol

from custom_components.bambu_batch import (
    condition,
    config_flow,
    services,
    system_health,
    trigger,
)
from custom_components.bambu_batch.bambu import errors
from custom_components.bambu_batch.bambu.codes import ErrorClass
from custom_components.bambu_batch.bambu.errors import BambuError, StorageError
from custom_components.bambu_batch.bambu.health import MEANINGS
from custom_components.bambu_batch.bambu.status import Tray
from custom_components.bambu_batch.books.spoolman_link import SpoolmanLink
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.flows import access, options, spool as spool_flow
from custom_components.bambu_batch.production.effect import News
from custom_components.bambu_batch.production.model import Hold, PauseReason
from custom_components.bambu_batch.production.patience import Stuck
from custom_components.bambu_batch.repairs.kinds import KINDS, REWRITABLE
from custom_components.bambu_batch.sliced import errors as sliced_errors
from custom_components.bambu_batch.spoolman import errors as spoolman_errors
from custom_components.bambu_batch.store import errors as store_errors
from custom_components.bambu_batch.views.news import WITH_TRIGGER

from .paper import PaperPrinter
from .shop import Shop, paper_entry, spool

FOLDER = Path(__file__).parents[1] / "custom_components" / DOMAIN
TEXTS: dict[str, Any] = json.loads((FOLDER / "translations" / "en.json").read_text())
CHINESE: dict[str, Any] = json.loads(
    (FOLDER / "translations" / "zh-Hans.json").read_text()
)
ICONS: dict[str, Any] = json.loads((FOLDER / "icons.json").read_text())
SOURCES = {path: ast.parse(path.read_text()) for path in FOLDER.rglob("*.py")}


def calls(*names: str) -> Iterator[ast.Call]:
    """Yield the calls of functions and methods of these names."""
    for tree in SOURCES.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and function_of(node) in names:
                yield node


def function_of(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def constants(nodes: Iterator[ast.expr]) -> set[str]:
    return {
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def keys_of(module: Any, base: type[Exception]) -> set[str]:
    """Return the translation keys of a module's errors."""
    return {
        str(vars(value)["key"])
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and "key" in vars(value)
    }


# Exceptions


def raised() -> set[str]:
    """Return the keys of all errors that we raise with a translated text."""
    first = constants(
        call.args[0]
        for call in calls("refusal", "failure", "Refused", "UploadRefused")
        if call.args
    )
    named = constants(
        keyword.value
        for tree in SOURCES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and function_of(node) in RAISING
        for keyword in node.keywords
        if keyword.arg == "translation_key"
    )
    made = {
        *(f"cannot_{order}_print" for order in ("pause", "resume", "stop")),
        *(f"{what}_out_of_range" for what in checked()),
        *(
            f"cannot_release_{hold}"
            for hold in (Hold.FILAMENT_MISSING, Hold.WRONG_PRINTER_MODEL)
        ),
    }
    return (
        first
        | named
        | made
        | keys_of(sliced_errors, sliced_errors.SlicedError)
        | keys_of(store_errors, store_errors.StoreError)
    )


RAISING = {
    "HomeAssistantError",
    "__init__",  # an error that is of another kind as well
    "ServiceValidationError",
    "ConfigEntryNotReady",
    "ConfigEntryError",
    "ConfigEntryAuthFailed",
    "BrowseError",
    "Unresolvable",
}


def checked() -> set[str]:
    """Return what `production.queue._check` is asked about."""
    return constants(call.args[0] for call in calls("_check") if len(call.args) > 2)


def test_every_error_has_its_text() -> None:
    assert raised() - set(TEXTS["exceptions"]) == set()


def test_every_errors_text_is_raised() -> None:
    assert set(TEXTS["exceptions"]) - raised() == set()


def texts_used() -> Iterator[tuple[str, str, set[str | None]]]:
    """Yield section, key and given values of each call with a constant key."""
    for call in calls("refusal", "failure", "Refused", "text"):
        section = "common" if function_of(call) == "text" else "exceptions"
        for key in constants(iter(call.args[:2])):
            yield section, key, {keyword.arg for keyword in call.keywords}


def test_texts_have_the_values_that_they_are_given() -> None:
    for section, key, given in texts_used():
        said = TEXTS[section][key]
        message = said["message"] if isinstance(said, dict) else said
        wanted = set(re.findall(r"\{(\w+)\}", message))
        assert wanted <= given or None in given, key  # None: a dictionary of values


# Flows


def fields_of(schema: vol.Schema) -> set[str]:
    return {str(key) for key in schema.schema}


def test_the_config_flow_has_its_texts() -> None:
    address = access.address_schema()
    advanced = fields_of(address.schema["advanced"].schema)
    forms: dict[str, set[str]] = {
        "user": fields_of(address) - {"advanced"},
        "serial": fields_of(config_flow._SERIAL_ONLY),
        "production": fields_of(config_flow._PRODUCTION),
        "discovery_confirm": fields_of(config_flow._CODE_ONLY),
        "reauth_confirm": fields_of(config_flow._CODE_ONLY),
        "reconfigure": fields_of(address) - {"advanced"},
    }
    steps = TEXTS["config"]["step"]

    assert set(steps) == set(forms)
    for step, fields in forms.items():
        assert set(steps[step]["data"]) == fields, step
    for step in ("user", "reconfigure"):
        assert set(steps[step]["sections"]) == {"advanced"}
        assert set(steps[step]["sections"]["advanced"]["data"]) == advanced


def test_the_config_flows_errors_have_their_texts() -> None:
    probed = {
        error.key
        for error in (
            errors.BambuError,
            errors.CannotConnect,
            errors.CertificateChanged,
            errors.FtpsFailed,
            errors.InvalidAuth,
            errors.NoReport,
            errors.WrongSerial,
        )
    }

    assert set(TEXTS["config"]["error"]) == probed | {"serial_invalid", "text_invalid"}
    assert set(TEXTS["config"]["abort"]) == {"already_configured"}


def test_the_options_flow_has_its_texts() -> None:
    sections = TEXTS["options"]["step"]["init"]["sections"]
    forms = {
        **options._sections("EUR"),
        "health": {options.ACCEPTED_HEALTH: None},
    }

    assert set(sections) == set(forms)
    for name, fields in forms.items():
        assert set(sections[name]["data"]) == {str(field) for field in fields}
    assert set(TEXTS["options"]["error"]) == {
        "health_not_taken_back",
        "interlock_invalid",
        "plates_not_counted",
        "spoolman_no_url",
        "text_invalid",
        *keys_of(spoolman_errors, spoolman_errors.SpoolmanError),
    } - {spoolman_errors.NoSuchSpool.key}


def test_the_spool_flow_has_its_texts() -> None:
    texts = TEXTS["config_subentries"]["spool"]
    fields = fields_of(spool_flow._schema("EUR"))

    assert set(texts["step"]) == set(texts["initiate_flow"]) == {"user", "reconfigure"}
    for step in texts["step"].values():
        assert set(step["data"]) == set(step["data_description"]) == fields
    assert set(texts["error"]) == {
        "currency_unknown",
        "more_than_full",
        "tag_in_use",
        "text_invalid",
    }


def test_choices_have_their_texts() -> None:
    asked: dict[str, set[str]] = {}
    for fields in options._sections("EUR").values():
        for chosen in fields.values():
            if key := chosen.config.get("translation_key"):
                asked[key] = set(chosen.config["options"])
    for action in load_yaml_dict(str(FOLDER / "services.yaml")).values():
        for field in ((action or {}).get("fields") or {}).values():
            for inner in field.get("fields", {"": field}).values():
                chosen = inner["selector"].get("select") or {}
                if key := chosen.get("translation_key"):
                    asked[key] = set(chosen["options"])

    assert {key: set(text["options"]) for key, text in TEXTS["selector"].items()} == (
        asked
    )


# Issues


def test_issues_have_their_texts() -> None:
    stored = keys_of(store_errors, store_errors.StoreError)

    plain = {kind.key for kind in KINDS} - {"store"}
    assert set(TEXTS["issues"]) == plain | stored
    flows = {
        key: kind.flow
        for kind in KINDS
        if kind.flow
        for key in (REWRITABLE if kind.key == "store" else (kind.key,))
    }
    for kind, flow in flows.items():
        texts = TEXTS["issues"][kind]["fix_flow"]["step"]
        steps = {
            name.removeprefix("async_step_")
            for name in dir(flow)
            if name.startswith("async_step_")
        }
        if "confirm" in steps:
            assert set(texts) == steps - {"init"}, kind
        else:
            assert set(texts) == {"init"}, kind
            assert set(texts["init"]["menu_options"]) == steps - {"init"}, kind


# What automations use


def test_actions_have_their_texts() -> None:
    fields = {
        name: {str(field) for field in schema or ()}
        for name, schema, *_ in services.ACTIONS
    }
    said = {
        name: set(texts.get("fields", {})) for name, texts in TEXTS["services"].items()
    }

    assert said == fields


def test_triggers_and_conditions_have_their_texts() -> None:
    assert set(TEXTS["triggers"]) == set(trigger.TRIGGERS)
    assert set(TEXTS["conditions"]) == set(condition.CONDITIONS)
    assert set(TEXTS["device_automation"]["trigger_type"]) == set(WITH_TRIGGER)


async def test_system_health_has_its_texts(hass: HomeAssistant) -> None:
    assert set(TEXTS["system_health"]["info"]) == set(await system_health._info(hass))


def _kinds(kind: type[BambuError]) -> Iterator[type[BambuError]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds(one)


def test_common_texts_are_used() -> None:
    made = {
        *(f"logbook_{news}" for news in News),
        *(f"paused_{reason}" for reason in PauseReason),
        *(f"health_{meaning}" for meaning in MEANINGS),
    }
    made |= {f"call_{word}" for word in Stuck}
    made |= {kind.notice for kind in KINDS if kind.notice}
    named = {key for section, key, _ in texts_used() if section == "common"}

    assert set(TEXTS["common"]) == made | named


# Entities


@pytest.fixture
async def desk(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> AsyncGenerator[Shop]:
    """A printer with all of its entities."""
    desk = Shop(hass, paper_entry(spools=[spool()], plate_stack=5))
    with patch.object(SpoolmanLink, "on", PropertyMock(return_value=True)):
        await desk.open()
        paper.reports(trays=(Tray(0), Tray(254)))
        await desk.settled()
        yield desk
        await desk.close()


async def test_entities_have_their_texts_and_icons(
    hass: HomeAssistant, desk: Shop
) -> None:
    entities = er.async_entries_for_config_entry(
        er.async_get(hass), desk.entry.entry_id
    )
    keys = {(entity.domain, str(entity.translation_key)) for entity in entities}
    said = {(p, key) for p, texts in TEXTS["entity"].items() for key in texts}
    drawn = {(p, key) for p, icons in ICONS["entity"].items() for key in icons}
    named_by_class = {
        (entity.domain, str(entity.translation_key))
        for entity in entities
        if entity.original_device_class
    }

    assert said == keys
    assert drawn >= keys - named_by_class
    assert drawn <= keys


async def test_every_state_has_its_text(hass: HomeAssistant, desk: Shop) -> None:
    entities = er.async_entries_for_config_entry(
        er.async_get(hass), desk.entry.entry_id
    )
    for entity in entities:
        texts = TEXTS["entity"][entity.domain][str(entity.translation_key)]
        said = set(texts.get("state", {}))
        capabilities = entity.capabilities or {}
        if entity.original_device_class == SensorDeviceClass.ENUM:
            assert said == set(capabilities["options"]), entity.entity_id
        elif entity.domain == "event":
            types = texts["state_attributes"]["event_type"]["state"]
            assert set(types) == set(capabilities["event_types"]) == set(News)


def test_words_of_attributes_have_their_texts() -> None:
    sensors = TEXTS["entity"]["sensor"]
    event = TEXTS["entity"]["event"]["production"]["state_attributes"]

    said = sensors["print_error"]["state_attributes"]["message"]["state"]
    assert set(said) == set(ErrorClass)
    assert set(event["reason"]["state"]) == set(PauseReason)
    waiting = set(sensors["waiting_for"]["state"])
    causes = sensors["waiting_for"]["state_attributes"]["cause"]["state"]
    raised = {kind.key for kind in _kinds(BambuError)}
    assert causes.keys() <= raised
    assert {kind.key for kind in _kinds(StorageError)} - causes.keys() == {
        "file_changed",
        "transfer_cancelled",
    }
    attributes = sensors["queue_state"]["state_attributes"]
    assert set(attributes["waiting_for"]["state"]) == waiting
    assert set(event["waiting_for"]["state"]) == waiting


# Language


def sentences(texts: dict[str, Any]) -> Iterator[str]:
    """Yield every text of a language."""
    for text in texts.values():
        if isinstance(text, dict):
            yield from sentences(text)
        else:
            yield text


BRITISH = re.compile(
    r"colour|grey|centre|metre|licence|catalogue|behaviour|favour"
    r"|(cancel|level|label|model|signal)l(ed|ing)|(recogn|organ|synchron|initial|minim)is",
    re.IGNORECASE,
)
HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,:;!?()\"']|[,:;!?()\"'][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?!\w)"
)


def test_english_is_spelled_as_in_home_assistant() -> None:
    assert [text for text in sentences(TEXTS) if BRITISH.search(text)] == []


def test_chinese_has_full_width_punctuation() -> None:
    assert [text for text in sentences(CHINESE) if HALF_WIDTH.search(text)] == []
