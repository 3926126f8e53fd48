"""The ledger of Home Assistant's quality rules, tied to the code where that is possible."""

import ast
import importlib
from importlib.metadata import packages_distributions, requires
import json
from pathlib import Path
import re
import sys
import tomllib
from typing import Any

import homeassistant
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import EntityCategory
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.bambu_batch import PLATFORMS, config_flow, services
from custom_components.bambu_batch.const import DOMAIN

from .paper import PaperPrinter
from .shop import Shop

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "custom_components" / DOMAIN
RULES: dict[str, Any] = load_yaml_dict(str(FOLDER / "quality_scale.yaml"))["rules"]

ALL_RULES = {
    "action-setup",
    "appropriate-polling",
    "brands",
    "common-modules",
    "config-flow",
    "config-flow-test-coverage",
    "dependency-transparency",
    "docs-actions",
    "docs-conditions",
    "docs-high-level-description",
    "docs-installation-instructions",
    "docs-removal-instructions",
    "docs-triggers",
    "entity-event-setup",
    "entity-unique-id",
    "has-entity-name",
    "runtime-data",
    "test-before-configure",
    "test-before-setup",
    "unique-config-entry",
    "action-exceptions",
    "config-entry-unloading",
    "docs-configuration-parameters",
    "docs-installation-parameters",
    "entity-unavailable",
    "integration-owner",
    "log-when-unavailable",
    "parallel-updates",
    "reauthentication-flow",
    "test-coverage",
    "devices",
    "diagnostics",
    "discovery",
    "discovery-update-info",
    "docs-data-update",
    "docs-examples",
    "docs-known-limitations",
    "docs-supported-devices",
    "docs-supported-functions",
    "docs-troubleshooting",
    "docs-use-cases",
    "dynamic-devices",
    "entity-category",
    "entity-device-class",
    "entity-disabled-by-default",
    "entity-translations",
    "exception-translations",
    "icon-translations",
    "reconfiguration-flow",
    "repair-issues",
    "stale-devices",
    "async-dependency",
    "inject-websession",
    "strict-typing",
}


def is_done(rule: str) -> bool:
    return bool(RULES[rule] == "done")


def test_every_rule_is_answered() -> None:
    assert len(ALL_RULES) == 54
    assert set(RULES) == ALL_RULES


def test_what_is_not_done_says_why() -> None:
    for rule, answer in RULES.items():
        if answer != "done":
            assert set(answer) == {"status", "comment"}, rule
            assert answer["status"] in ("todo", "exempt"), rule
            assert len(answer["comment"]) > 20, rule


async def test_action_setup(hass: HomeAssistant) -> None:
    """Actions exist without any entry."""
    assert await async_setup_component(hass, DOMAIN, {})

    assert is_done("action-setup")
    for name, *_ in services.ACTIONS:
        assert hass.services.has_service(DOMAIN, name)


def test_common_modules() -> None:
    assert is_done("common-modules")
    assert (FOLDER / "coordinator.py").is_file()
    assert (FOLDER / "entity.py").is_file()


def test_dependency_transparency() -> None:
    """What we require at run time is what Home Assistant's own integrations require."""
    assert is_done("dependency-transparency")
    components = Path(homeassistant.__file__).parent / "components"
    required = {
        re.split("[=<>~]", requirement)[0]
        for path in components.glob("*/manifest.json")
        for requirement in json.loads(path.read_text()).get("requirements", [])
    }
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    named = {re.split("[=<>~]", one)[0] for one in manifest["requirements"]}
    assert named <= required


def test_flows_of_every_kind() -> None:
    for rule, step in (
        ("config-flow", "user"),
        ("reauthentication-flow", "reauth"),
        ("reconfiguration-flow", "reconfigure"),
        ("discovery-update-info", "integration_discovery"),
    ):
        assert is_done(rule)
        assert hasattr(config_flow.BambuBatchConfigFlow, f"async_step_{step}")


def test_every_library_is_named() -> None:
    """Home Assistant itself brings what is not: it cannot run without."""
    manifest = json.loads((FOLDER / "manifest.json").read_text())
    named = {re.split("[=<>~]", one)[0].lower() for one in manifest["requirements"]}
    core = {
        re.split("[=<>~\\[;]", one)[0].lower()
        for one in requires("homeassistant") or ()
    }
    found = (
        {
            module.partition(".")[0]
            for path in FOLDER.rglob("*.py")
            for node in ast.walk(ast.parse(path.read_text()))
            for module in (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom) and not node.level
                else []
            )
        }
        - set(sys.stdlib_module_names)
        - {"homeassistant", "voluptuous"}
    )
    packages = packages_distributions()
    for module in found:
        (package,) = {one.lower() for one in packages[module]}
        assert package in named | core, module


def test_troubleshooting_is_written_down() -> None:
    assert is_done("docs-troubleshooting")
    assert "\n## Troubleshooting\n" in (ROOT / "docs/reference.md").read_text()


@pytest.mark.parametrize("platform", PLATFORMS)
def test_parallel_updates(platform: Platform) -> None:
    module = importlib.import_module(f"custom_components.{DOMAIN}.{platform}")

    assert is_done("parallel-updates")
    assert module.PARALLEL_UPDATES in (0, 1)


async def test_entities(hass: HomeAssistant, desk: Shop) -> None:
    entities = er.async_entries_for_config_entry(
        er.async_get(hass), desk.entry.entry_id
    )

    assert is_done("entity-unique-id")
    assert is_done("has-entity-name")
    assert len(entities) > 30
    for entity in entities:
        assert entity.unique_id == f"{desk.entry.unique_id}_{entity.translation_key}"
        assert entity.has_entity_name
        assert entity.translation_key


async def test_entity_category(hass: HomeAssistant, desk: Shop) -> None:
    entities = er.async_entries_for_config_entry(
        er.async_get(hass), desk.entry.entry_id
    )
    kinds = {entity.translation_key: entity.entity_category for entity in entities}

    assert is_done("entity-category")
    assert kinds["connected"] is EntityCategory.DIAGNOSTIC
    for key in ("cooldown", "default_bed_leveling", "default_timelapse"):
        assert kinds[key] is EntityCategory.CONFIG
    for key in ("queue", "queue_running", "waiting_for", "plate_clear"):
        assert kinds[key] is None


async def test_entity_disabled_by_default(hass: HomeAssistant, desk: Shop) -> None:
    """What the printer tells with every report and few people look at."""
    entities = er.async_entries_for_config_entry(
        er.async_get(hass), desk.entry.entry_id
    )
    quiet = {one.translation_key: one for one in entities if one.disabled_by}

    assert is_done("entity-disabled-by-default")
    assert set(quiet) == {"bed_target", "layer", "nozzle_target", "wifi_signal"}
    for entity in quiet.values():
        assert entity.disabled_by is er.RegistryEntryDisabler.INTEGRATION
        assert entity.entity_category is EntityCategory.DIAGNOSTIC


async def test_devices(hass: HomeAssistant, desk: Shop, paper: PaperPrinter) -> None:
    paper.reports(firmware="01.07.02.00")
    await desk.settled()
    (device,) = dr.async_entries_for_config_entry(
        dr.async_get(hass), desk.entry.entry_id
    )

    assert is_done("devices")
    assert device.manufacturer == "Bambu Lab"
    assert device.model == "A1 mini"
    assert device.serial_number == desk.entry.unique_id
    assert device.sw_version == "01.07.02.00"


async def test_entity_unavailable(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    """What the printer says is unknown while it is away; the queue can still be edited."""
    paper.is_lost()
    await desk.settled()

    assert is_done("entity-unavailable")
    assert desk.state("sensor", "bed_temperature") == "unavailable"
    assert desk.state("todo", "queue") == "0"


async def test_config_entry_unloading(
    hass: HomeAssistant, desk: Shop, paper: PaperPrinter
) -> None:
    assert is_done("config-entry-unloading")
    assert await hass.config_entries.async_unload(desk.entry.entry_id)
    assert not hasattr(desk.entry, "runtime_data")


def test_strict_typing() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["mypy"]

    assert is_done("strict-typing")
    assert settings["strict"] is True
    assert "custom_components" in settings["files"]
