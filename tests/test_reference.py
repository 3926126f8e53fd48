"""The reference names actions, entities, events and sentences, and what they have, as they are."""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any
from unittest.mock import Mock

from hassil.intents import Intents, WildcardSlotList
from hassil.recognize import recognize
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import async_get_platforms
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest
import voluptuous as vol

from custom_components.bambu_batch import sensor, sentences, services
from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.condition import CONDITIONS
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.coordinator import STORE_FAILED
from custom_components.bambu_batch.flows.options import ACCEPTED_HEALTH
from custom_components.bambu_batch.options import OPTIONS
from custom_components.bambu_batch.production import end
from custom_components.bambu_batch.production.effect import Announce, News
from custom_components.bambu_batch.production.gate import NOTHING, Reason
from custom_components.bambu_batch.production.model import PauseReason
from custom_components.bambu_batch.views.news import EVENT, WITH_TRIGGER, attributes

from .paper import PaperPrinter
from .shop import Shop, paper_entry, queue_up, spool

ROOT = Path(__file__).parents[1]
CODE = ROOT / "custom_components" / DOMAIN
ACTIONS: dict[str, Any] = load_yaml_dict(str(CODE / "services.yaml"))
SCHEMAS = {name: schema for name, schema, *_ in services.ACTIONS}
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
TEXTS: dict[str, Any] = json.loads((CODE / "translations" / "en.json").read_text())
NAMES = {
    (platform, key): str(text["name"]).replace("{tray}", "A1 …")
    for platform, texts in TEXTS["entity"].items()
    for key, text in texts.items()
}
WORD = re.compile(r"`([\w.]+)`")
DOCUMENTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


def described() -> dict[str, str]:
    """Return what the reference says of each action."""
    found = {}
    for part in re.split(r"^#{2,3} ", REFERENCE, flags=re.MULTILINE):
        heading, _, text = part.partition("\n")
        for name in WORD.findall(heading):
            if name.startswith(f"{DOMAIN}."):
                found[name.removeprefix(f"{DOMAIN}.")] = text
    return found


def rows(text: str) -> list[list[str]]:
    """Return the cells of the first table's rows, its head left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def part(heading: str) -> str:
    """Return what stands below a heading."""
    return REFERENCE.partition(f"## {heading}\n")[2].partition("\n## ")[0]


def entities() -> dict[str, list[str]]:
    """Return of each entity what the reference says: what it shows, its attributes."""
    return {
        name: row[1:]
        for heading in ("Entities", "Spools")
        for row in rows(part(heading))
        for name in row[0].split(", ")
    }


def announced() -> Iterator[tuple[News, str]]:
    """Yield each kind of news with what the code tells with it."""
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            told = {str(one.arg): one.value for one in node.keywords}
            what = next(iter(node.args), told.pop("news", None))
            match what:
                case ast.Attribute(ast.Name("News"), key):
                    kinds = [News[key]]
                case ast.Subscript(ast.Name("NEWS")):
                    kinds = list(end.NEWS.values())
                case _:
                    continue
            for kind in kinds:
                yield from ((kind, key) for key in told)


def said_in_voice() -> list[str]:
    """Return the sentences that the reference tells."""
    voice = REFERENCE.partition("## Voice")[2]
    return [
        one.replace("*", "").strip() for row in rows(voice) for one in row[0].split("·")
    ]


def fields_of(action: Any) -> dict[str, Any]:
    """Return the fields of an action, those in sections too."""
    fields: dict[str, Any] = {}
    for name, field in ((action or {}).get("fields") or {}).items():
        fields |= field.get("fields", {name: field})
    return fields


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_cell_of_a_table_has_more_than_two_sentences(document: Path) -> None:
    cells = [cell for row in rows(document.read_text()) for cell in row]

    assert [cell for cell in cells if len(re.split(r"[.;!?] ", cell)) > 2] == []


def test_every_action_is_described() -> None:
    assert set(described()) == set(ACTIONS)


@pytest.mark.parametrize("name", ACTIONS)
def test_every_field_is_described(name: str) -> None:
    fields = fields_of(ACTIONS[name])
    table = rows(described()[name])

    assert [one for row in table for one in WORD.findall(row[0])] == list(fields)
    for row in table:
        assert len(row) == 4
        assert all(row), row
        for field in WORD.findall(row[0]):
            if fields[field].get("required"):
                assert row[2] == "required"
            elif "default" in fields[field]:
                assert row[2] == f"`{fields[field]['default']}`".lower()


@pytest.mark.parametrize("name", ACTIONS)
def test_the_examples_fit_the_action(name: str) -> None:
    text, known = described()[name], SCHEMAS[name] or {}
    for names, _, _, example in rows(text):
        for field in WORD.findall(names)[:1]:
            (check,) = [of for key, of in known.items() if key == field]
            vol.Schema(check)(parse_yaml(example.strip("`")))
    for call in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL):
        shown: Any = parse_yaml(call)
        assert shown["action"] == f"{DOMAIN}.{name}"
        assert vol.Schema(known)(shown["data"])


def test_every_option_is_described_by_its_name() -> None:
    sections = TEXTS["options"]["step"]["init"]["sections"]
    names = [sections[row.section]["data"][row.key] for row in OPTIONS.values()]
    names.append(sections["health"]["data"][ACCEPTED_HEALTH])

    said = [
        name.rpartition(": ")[2]  # where the name alone says too little: its section
        for row in rows(part("Options"))
        for name in row[0].split(", ")
    ]
    assert sorted(said) == sorted(name.lower() for name in names)


def test_every_wait_says_what_to_do() -> None:
    waits = REFERENCE.partition("## What it waits for")[2].partition("\n## ")[0]
    said = [one for row in rows(waits) for one in WORD.findall(row[0])]

    assert set(said) == {*Reason, STORE_FAILED, NOTHING}
    assert len(said) == len(set(said))
    assert all(what for _, what in rows(waits))


def test_every_entity_is_described_by_its_name() -> None:
    said = [
        name
        for heading in ("Entities", "Spools")
        for row in rows(part(heading))
        for name in row[0].split(", ")
    ]

    assert sorted(said) == sorted(NAMES.values())


async def test_every_attribute_is_described(
    hass: HomeAssistant, media: Path, paper: PaperPrinter
) -> None:
    desk = Shop(hass, paper_entry(spools=[spool(tray=0)]))
    await desk.open()
    await queue_up(desk, paper, media)
    paper.prints(desk.run, PrintState.PAUSE, print_error=0x0300_8008)
    await desk.settled()

    told = {
        NAMES[platform.domain, str(entity.translation_key)]: set(
            entity.extra_state_attributes or ()
        )
        for platform in async_get_platforms(hass, DOMAIN)
        for entity in platform.entities.values()
    }

    said = {name: set(WORD.findall(row[1])) for name, row in entities().items()}
    assert {name: keys for name, keys in said.items() if keys} == {
        name: keys for name, keys in told.items() if keys
    }
    await desk.close()


def test_every_state_of_the_printer_is_described() -> None:
    (state,) = (one for one in sensor.SENSORS if one.key == "printer_state")

    assert WORD.findall(entities()["Printer state"][0]) == state.options


def test_every_event_is_described_with_its_data() -> None:
    run, coordinator = Mock(), Mock()
    given: dict[str, Any] = {
        "run": run,
        "error": 1,
        "pause": PauseReason.BY_USER,
        "spool": "White",
        "waiting_for": "offline",
    }
    told: dict[str, set[str]] = {news: set() for news in News}
    for kind, key in announced():
        news = Announce(**{"news": kind, key: given[key]})
        told[kind] |= attributes(news, coordinator).keys()
    told["queue_paused"] |= set(PauseReason)

    events = rows(part("Triggers, conditions, events"))
    said = {
        name: set(WORD.findall(row[2]))
        for row in events
        for name in WORD.findall(row[0])
    }
    assert said == told
    assert sum(len(WORD.findall(row[0])) for row in events) == len(News)


def test_every_trigger_and_condition_is_described() -> None:
    text = part("Triggers, conditions, events")
    triggers, conditions, _ = text.splitlines()[1].split("; ")

    for said, known in ((triggers, WITH_TRIGGER), (conditions, CONDITIONS)):
        found = [one.removeprefix(f"{DOMAIN}.") for one in WORD.findall(said)]
        assert sorted(found) == sorted(known)
    assert f"`{EVENT}`" in text


def test_every_intent_is_described() -> None:
    voice = REFERENCE.partition("## Voice")[2].partition("\n## ")[0]

    assert set(re.findall(r"`(BambuBatch\w+)`", voice)) == set(sentences.SENTENCES)
    assert len(rows(voice)) == len(sentences.SENTENCES)


@pytest.mark.parametrize("said", said_in_voice())
def test_every_sentence_is_understood(said: str) -> None:
    """What the reference says can be said, Assist understands."""
    known = Intents.from_dict(
        {
            "language": "en",
            "intents": {
                name: {"data": [{"sentences": texts}]}
                for name, texts in sentences.SENTENCES.items()
            },
        }
    )

    known.slot_lists["printer"] = WildcardSlotList("printer")

    assert recognize(said, known)
