"""The reference names every action, each of its fields and every sentence as the code has them."""

from pathlib import Path
import re
from typing import Any

from hassil.intents import Intents, WildcardSlotList
from hassil.recognize import recognize
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest
import voluptuous as vol

from custom_components.bambu_batch import sentences, services
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.coordinator import STORE_FAILED
from custom_components.bambu_batch.production.gate import NOTHING, Reason

ROOT = Path(__file__).parents[1]
ACTIONS: dict[str, Any] = load_yaml_dict(
    str(ROOT / "custom_components" / DOMAIN / "services.yaml")
)
SCHEMAS = {name: schema for name, schema, *_ in services.ACTIONS}
REFERENCE = (ROOT / "docs" / "reference.md").read_text()
WORD = re.compile(r"`([\w.]+)`")


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


def test_every_wait_says_what_to_do() -> None:
    waits = REFERENCE.partition("## What it waits for")[2].partition("\n## ")[0]
    said = [one for row in rows(waits) for one in WORD.findall(row[0])]

    assert set(said) == {*Reason, STORE_FAILED, NOTHING}
    assert len(said) == len(set(said))
    assert all(what for _, what in rows(waits))


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
