"""Sensors: what the printer does, what the queue waits for, when it will be done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    EntityCategory,
    UnitOfMass,
    UnitOfRatio,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .bambu import codes
from .bambu.status import PrinterStatus, PrintState
from .coordinator import STORE_FAILED, BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity
from .production.cooldown import cooldown_end
from .production.gate import NOTHING, Reason
from .production.job import is_active
from .runtime.task_view import cut
from .spools.entity import async_add_spools
from .spools.sensor import SPOOL_SENSORS, SpoolSensor
from .store.history import Totals
from .text import own_texts
from .views import health, queue
from .views.cause import cause_of

PARALLEL_UPDATES = 0

NO_ERROR: Final = "none"
OFFLINE: Final = "offline"
UNKNOWN: Final = "unknown"
_PRINTER_STATES: Final = {
    PrintState.IDLE: "idle",
    PrintState.SLICING: "preparing",
    PrintState.PREPARE: "preparing",
    PrintState.RUNNING: "printing",
    PrintState.PAUSE: "paused",
    PrintState.FINISH: "finished",
    PrintState.FAILED: "failed",
    PrintState.UNKNOWN: UNKNOWN,
}
_AT_WORK: Final = (PrintState.RUNNING, PrintState.PAUSE)
_PREPARING: Final = (PrintState.SLICING, PrintState.PREPARE)

type Value = StateType | datetime


@dataclass(frozen=True, kw_only=True)
class BambuBatchSensorDescription(SensorEntityDescription):
    """A sensor: its value, its attributes, and whether it needs the printer."""

    value_fn: Callable[[BambuBatchCoordinator], Value]
    attributes_fn: Callable[[BambuBatchCoordinator], Mapping[str, Any] | None] = (
        lambda _: None
    )
    needs_printer: bool = False


def printer_state(status: PrinterStatus) -> str:
    """Return the printer's state in the contract's words."""
    if not status.connected:
        return OFFLINE
    if status.state is None:
        return UNKNOWN
    if status.state is PrintState.IDLE and is_active(status):
        return _PRINTER_STATES[PrintState.PREPARE]
    return _PRINTER_STATES[status.state]


def progress(status: PrinterStatus) -> int | None:
    """Return the running plate's percentage: layers tick in a calibration too (FM-038)."""
    if status.state in _AT_WORK:
        return status.percent
    return 100 if status.state is PrintState.FINISH else 0


def remaining_minutes(status: PrinterStatus) -> int | None:
    """Return the running plate's remaining minutes; not yet known while it prepares."""
    if status.state in _AT_WORK:
        return status.remaining_minutes
    return None if status.state in _PREPARING else 0


def _whole(degrees: float | None) -> int | None:
    """Return what people see: every report differs in the decimals."""
    return None if degrees is None else round(degrees)


def _cooldown_end(coordinator: BambuBatchCoordinator) -> datetime | None:
    end = cooldown_end(coordinator.line, coordinator.context.options)
    return end if end is not None and end > dt_util.utcnow() else None


def _current_task(coordinator: BambuBatchCoordinator) -> str | None:
    run = coordinator.line.run
    task = coordinator.line.task(run.task_id) if run else None
    return task.name if task else None


def _current_task_attributes(
    coordinator: BambuBatchCoordinator,
) -> Mapping[str, Any] | None:
    run = coordinator.line.run
    task = coordinator.line.task(run.task_id) if run else None
    if run is None or task is None:
        return None
    return {
        "task_id": task.task_id,
        "plate": task.plate_file.plate,
        "copy": run.copy,
        "copies": task.copies,
    }


def _queue_attributes(coordinator: BambuBatchCoordinator) -> Mapping[str, Any]:
    return queue.summary(coordinator) | {
        "tasks": cut(coordinator.tasks),
        "tasks_total": len(coordinator.tasks),
    }


def _print_error(coordinator: BambuBatchCoordinator) -> str | None:
    code = coordinator.status.print_error
    if code is None:
        return None
    return codes.printed(code) if code else NO_ERROR


def _print_error_attributes(
    coordinator: BambuBatchCoordinator,
) -> Mapping[str, Any] | None:
    code = coordinator.status.print_error
    if not code:
        return None
    return {"message": codes.classify(code), "url": codes.page(code)}


def _health_attributes(coordinator: BambuBatchCoordinator) -> Mapping[str, Any]:
    return {"entries": health.entries(coordinator, own_texts(coordinator.hass))}


def _waiting_attributes(coordinator: BambuBatchCoordinator) -> Mapping[str, Any]:
    return {
        "code": queue.code(coordinator),
        "missing_fields": list(coordinator.missing),
        "cause": cause_of(coordinator.line),
    }


def _total(
    value_fn: Callable[[Totals], StateType],
) -> Callable[[BambuBatchCoordinator], StateType]:
    """Return what takes a value out of the sums, once they are known."""

    def value(coordinator: BambuBatchCoordinator) -> StateType:
        totals = coordinator.ledger.totals
        return None if totals is None else value_fn(totals)

    return value


SENSORS: tuple[BambuBatchSensorDescription, ...] = (
    BambuBatchSensorDescription(
        key="queue_state",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda coordinator: queue.open_plates(coordinator.line),
        attributes_fn=_queue_attributes,
    ),
    BambuBatchSensorDescription(
        key="waiting_for",
        device_class=SensorDeviceClass.ENUM,
        options=[*Reason, STORE_FAILED, NOTHING],
        value_fn=lambda coordinator: coordinator.waiting_for,
        attributes_fn=_waiting_attributes,
    ),
    BambuBatchSensorDescription(
        key="printer_state",
        device_class=SensorDeviceClass.ENUM,
        options=[OFFLINE, *dict.fromkeys(_PRINTER_STATES.values())],
        value_fn=lambda coordinator: printer_state(coordinator.status),
    ),
    BambuBatchSensorDescription(
        key="progress",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        value_fn=lambda coordinator: progress(coordinator.status),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="remaining_time",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        value_fn=lambda coordinator: remaining_minutes(coordinator.status),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="queue_remaining",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.SECONDS,
        suggested_display_precision=0,
        value_fn=lambda coordinator: coordinator.plan.remaining_seconds,
    ),
    BambuBatchSensorDescription(
        key="queue_finish",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=lambda coordinator: coordinator.plan.finish,
    ),
    BambuBatchSensorDescription(
        key="cooldown_end",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_cooldown_end,
    ),
    BambuBatchSensorDescription(
        key="current_task",
        value_fn=_current_task,
        attributes_fn=_current_task_attributes,
    ),
    BambuBatchSensorDescription(
        key="nozzle_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=0,
        value_fn=lambda coordinator: _whole(coordinator.status.nozzle_temperature),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="bed_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=0,
        value_fn=lambda coordinator: _whole(coordinator.status.bed_temperature),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="print_error",
        value_fn=_print_error,
        attributes_fn=_print_error_attributes,
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="health",
        value_fn=health.state,
        attributes_fn=_health_attributes,
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="filament_used",
        device_class=SensorDeviceClass.WEIGHT,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfMass.GRAMS,
        suggested_display_precision=0,
        value_fn=_total(lambda totals: round(totals.grams, 1)),
    ),
    BambuBatchSensorDescription(
        key="plates_printed",
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=_total(lambda totals: totals.finished),
    ),
)

QUIET: Final = (
    BambuBatchSensorDescription(
        key="nozzle_target",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator: _whole(coordinator.status.nozzle_target),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="bed_target",
        device_class=SensorDeviceClass.TEMPERATURE,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        suggested_display_precision=0,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator: _whole(coordinator.status.bed_target),
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="layer",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator: coordinator.status.layer,
        needs_printer=True,
    ),
    BambuBatchSensorDescription(
        key="wifi_signal",
        device_class=SensorDeviceClass.SIGNAL_STRENGTH,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda coordinator: coordinator.status.wifi_signal,
        needs_printer=True,
    ),
)
"""Noise to most people: not enabled before somebody asks for them."""

COST: Final = BambuBatchSensorDescription(
    key="production_cost",
    device_class=SensorDeviceClass.MONETARY,
    state_class=SensorStateClass.TOTAL,
    suggested_display_precision=2,
    value_fn=_total(lambda totals: round(totals.cost, 2)),
)
"""Its unit is Home Assistant's currency."""


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a printer."""
    cost = replace(COST, native_unit_of_measurement=hass.config.currency)
    async_add_entities(
        BambuBatchSensor(entry.runtime_data, description)
        for description in (*SENSORS, *QUIET, cost)
    )
    async_add_spools(
        entry,
        async_add_entities,
        lambda spool: [
            SpoolSensor(entry.runtime_data, description, spool)
            for description in SPOOL_SENSORS
        ],
    )


class BambuBatchSensor(BambuBatchEntity, SensorEntity):
    """A sensor."""

    entity_description: BambuBatchSensorDescription
    _unrecorded_attributes = frozenset({"tasks", "entries"})

    def __init__(
        self,
        coordinator: BambuBatchCoordinator,
        description: BambuBatchSensorDescription,
    ) -> None:
        super().__init__(
            coordinator, description, needs_printer=description.needs_printer
        )

    @property
    @override
    def native_value(self) -> Value:
        """Return the state."""
        return self.entity_description.value_fn(self.coordinator)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Return what is said besides."""
        return self.entity_description.attributes_fn(self.coordinator)

    @override
    def shown_state(self) -> object:
        """Return all that this sensor shows."""
        return self.native_value, self.extra_state_attributes
