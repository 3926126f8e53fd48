"""What Home Assistant's own checker (hassfest) and HACS ask of an integration's files."""

import ast
import json
from pathlib import Path
import re
import string
from typing import Any

from homeassistant.const import Platform
from homeassistant.helpers import selector
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.bambu_batch.const import DOMAIN

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "custom_components" / DOMAIN
LANGUAGES = ("en", "zh-Hans")

MANIFEST_KEYS = {
    "after_dependencies",
    "codeowners",
    "config_flow",
    "dependencies",
    "documentation",
    "domain",
    "import_executor",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "loggers",
    "name",
    "requirements",
    "version",
}
REQUIRED_MANIFEST_KEYS = {
    "codeowners",
    "documentation",
    "domain",
    "iot_class",
    "issue_tracker",
    "name",
    "version",
}
NEEDS_NO_DEPENDENCY = {platform.value for platform in Platform} | {
    "automation",
    "conversation",
    "device_automation",
    "frontend",
    "homeassistant",
    "media_source",
    "persistent_notification",
    "system_health",
    "websocket_api",
}
URL = re.compile(r"(\b[a-z]+://|\bwww\.)[a-z0-9]", re.IGNORECASE)
HTML = re.compile(r"<[a-z][\s\S]*>", re.IGNORECASE)
KEY = re.compile(r"^(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])$")


def load(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((FOLDER / name).read_text())
    return content


def leaves(
    tree: dict[str, Any], path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], str]]:
    found: list[tuple[tuple[str, ...], str]] = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += leaves(value, (*path, key))
        else:
            found.append(((*path, key), value))
    return found


# The manifest


def test_the_manifest_has_what_is_asked_for_and_nothing_else() -> None:
    manifest = load("manifest.json")

    assert set(manifest) <= MANIFEST_KEYS
    assert set(manifest) >= REQUIRED_MANIFEST_KEYS
    assert list(manifest) == [
        "domain",
        "name",
        *sorted(set(manifest) - {"domain", "name"}),
    ]
    assert manifest["domain"] == FOLDER.name
    assert manifest["documentation"].startswith("https://")
    assert manifest["issue_tracker"].startswith("https://")
    assert re.fullmatch(r"\d+\.\d+\.\d+(-\w+)?", manifest["version"])
    assert manifest["iot_class"] == "local_push"
    assert manifest["config_flow"] is True
    assert all(owner.startswith("@") for owner in manifest["codeowners"])
    for requirement in manifest["requirements"]:
        # Two integrations that pin one library differently cannot be used together.
        assert re.fullmatch(r"[\w-]+>=[\d.]+,<[\d.]+", requirement)


def test_every_component_that_is_imported_is_declared() -> None:
    manifest = load("manifest.json")
    declared = {*manifest["dependencies"], *manifest.get("after_dependencies", [])}
    undeclared = {
        (path.name, component)
        for path in FOLDER.rglob("*.py")
        for component in imported_components(path)
        if component not in declared | NEEDS_NO_DEPENDENCY
        and not (FOLDER / f"{component}.py").exists()
        and not (FOLDER / component / "__init__.py").exists()
    }

    assert undeclared == set()


def imported_components(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            if node.module.startswith("homeassistant.components."):
                found.add(node.module.split(".")[2])
            elif node.module == "homeassistant.components":
                found.update(alias.name for alias in node.names)
    return found


def test_hacs_finds_what_it_asks_for() -> None:
    hacs = json.loads((ROOT / "hacs.json").read_text())

    assert set(hacs) <= {
        "content_in_root",
        "country",
        "filename",
        "hide_default_branch",
        "homeassistant",
        "name",
        "zip_release",
    }
    assert hacs["name"] == load("manifest.json")["name"]
    assert hacs["homeassistant"] == "2026.10.0"
    assert (FOLDER / "brand" / "icon.png").is_file()
    assert (ROOT / "README.md").is_file()
    assert (ROOT / "LICENSE").is_file()


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("icon.png", (256, 256)),
        ("icon@2x.png", (512, 512)),
        ("dark_icon.png", (256, 256)),
        ("dark_icon@2x.png", (512, 512)),
        ("logo.png", None),
        ("logo@2x.png", None),
        ("dark_logo.png", None),
        ("dark_logo@2x.png", None),
    ],
)
def test_brand_images_have_the_right_size(
    name: str, size: tuple[int, int] | None
) -> None:
    content = (FOLDER / "brand" / name).read_bytes()

    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if size is not None:
        assert (width, height) == size
    else:
        shortest = 256 if "@2x" in name else 128
        assert shortest <= min(width, height) <= 2 * shortest
        assert width > height


# Texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_can_be_shown(language: str) -> None:
    for path, value in leaves(load(f"translations/{language}.json")):
        where = ".".join(path)
        assert value == value.strip(), where
        assert value, where
        assert not HTML.search(value), where
        assert not URL.search(value), where
        assert not re.search(r"'\{\w+\}'", value), where
        assert "[%" not in value, where
        for _, field, _, _ in string.Formatter().parse(value):
            assert field is None or field.isidentifier(), where


@pytest.mark.parametrize("language", LANGUAGES)
def test_keys_are_slugs(language: str) -> None:
    for path, _ in leaves(load(f"translations/{language}.json")):
        assert all(KEY.match(key) for key in path), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_states_have_no_placeholders(language: str) -> None:
    for path, value in leaves(load(f"translations/{language}.json")):
        if path[0] == "entity" and path[-2] == "state":
            assert "{" not in value, path


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_is_described_is_there(language: str) -> None:
    texts = load(f"translations/{language}.json")
    steps = [*texts["config"]["step"].values(), *texts["options"]["step"].values()]
    groups = [*steps, *(s for step in steps for s in step.get("sections", {}).values())]
    for group in groups:
        assert set(group.get("data", {})) == set(group.get("data_description", {}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_issue_has_a_description_or_a_flow(language: str) -> None:
    for name, issue in load(f"translations/{language}.json")["issues"].items():
        assert set(issue) in ({"title", "description"}, {"title", "fix_flow"}), name


def test_both_languages_say_the_same() -> None:
    english, chinese = (
        dict(leaves(load(f"translations/{language}.json"))) for language in LANGUAGES
    )

    assert set(english) == set(chinese)
    for path, value in english.items():
        said = {field for _, field, _, _ in string.Formatter().parse(value) if field}
        also = {
            field for _, field, _, _ in string.Formatter().parse(chinese[path]) if field
        }
        assert said == also, path


def test_chinese_is_chinese() -> None:
    """Names, units and codes may stay; a sentence may not."""
    for path, value in leaves(load("translations/zh-Hans.json")):
        if re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", value):
            pytest.fail(f"{'.'.join(path)}: {value}")


# Actions, triggers, conditions


@pytest.mark.parametrize(
    ("file", "section"),
    [
        ("services.yaml", "services"),
        ("triggers.yaml", "triggers"),
        ("conditions.yaml", "conditions"),
    ],
)
def test_what_automations_use_is_described(file: str, section: str) -> None:
    described = {
        name: what
        for name, what in load_yaml_dict(str(FOLDER / file)).items()
        if not name.startswith(".")
    }
    texts = load("translations/en.json")

    assert set(described) == set(texts[section])
    assert set(described) == set(load("icons.json")[section])
    for name, what in described.items():
        fields = fields_of(what)
        assert set(fields) == set(texts[section][name].get("fields", {})), name
        for field, schema in fields.items():
            assert set(schema) <= {"default", "example", "required", "selector"}
            selector.validate_selector(schema["selector"])
            assert schema.get("default", 0) is not None, field


def fields_of(described: dict[str, Any]) -> dict[str, Any]:
    """Return the fields, those in sections too."""
    fields: dict[str, Any] = {}
    for name, what in (described.get("fields") or {}).items():
        found = what.get("fields", {name: what})
        assert not set(found) & set(fields)
        fields |= found
    return fields


def test_a_custom_integration_may_not_share_parts_in_its_actions() -> None:
    assert not any(
        name.startswith(".") for name in load_yaml_dict(str(FOLDER / "services.yaml"))
    )


# Icons


def test_icons_are_of_the_one_set() -> None:
    for path, icon in leaves(load("icons.json")):
        assert re.fullmatch(r"mdi:[a-z0-9-]+", icon), path


def test_no_state_repeats_its_entitys_icon() -> None:
    for platform, entities in load("icons.json")["entity"].items():
        for key, icons in entities.items():
            for state, icon in icons.get("state", {}).items():
                assert icon != icons.get("default"), (platform, key, state)


@pytest.mark.parametrize("section", ["services", "triggers", "conditions"])
def test_icons_have_their_form(section: str) -> None:
    kind = section.removesuffix("s")
    for name, icons in load("icons.json")[section].items():
        assert kind in icons, name
        assert set(icons) <= {kind, "sections"}, name


@pytest.mark.parametrize("path", [*FOLDER.glob("*.json"), *FOLDER.glob("*/*.json")])
def test_json_is_sorted_and_ends_with_a_line(path: Path) -> None:
    content = path.read_text()

    assert content.endswith("}\n")
    if path.name != "manifest.json":
        assert (
            content
            == json.dumps(
                json.loads(content), indent=2, ensure_ascii=False, sort_keys=True
            )
            + "\n"
        )
