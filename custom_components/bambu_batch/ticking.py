"""Sensors of values that move all the time: shown steadily, for the recorder keeps each change."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    UnitOfTemperature,
    UnitOfTime,
)

from .bambu.status import PrinterStatus
from .coordinator import BambuBatchCoordinator
from .entity import BambuBatchEntity
from .runtime.task_view import TaskView, cut
from .views import printer, queue, steady

DEGREES: Final[dict[str, Any]] = {
    "device_class": SensorDeviceClass.TEMPERATURE,
    "state_class": SensorStateClass.MEASUREMENT,
    "native_unit_of_measurement": UnitOfTemperature.CELSIUS,
    "suggested_display_precision": 0,
}


@dataclass(frozen=True, kw_only=True)
class _Degrees(SensorEntityDescription):
    """A temperature in °C, and the one it is heated to."""

    degrees_fn: Callable[[PrinterStatus], float | None]
    target_fn: Callable[[PrinterStatus], float | None]


_QUEUE_STATE: Final = SensorEntityDescription(
    key="queue_state", state_class=SensorStateClass.MEASUREMENT
)
_REMAINING_TIME: Final = SensorEntityDescription(
    key="remaining_time",
    device_class=SensorDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.MINUTES,
)
_QUEUE_REMAINING: Final = SensorEntityDescription(
    key="queue_remaining",
    device_class=SensorDeviceClass.DURATION,
    native_unit_of_measurement=UnitOfTime.SECONDS,
    suggested_display_precision=0,
)
_TEMPERATURES: Final = (
    _Degrees(
        key="nozzle_temperature",
        degrees_fn=lambda status: status.nozzle_temperature,
        target_fn=lambda status: status.nozzle_target,
        **DEGREES,
    ),
    _Degrees(
        key="bed_temperature",
        degrees_fn=lambda status: status.bed_temperature,
        target_fn=lambda status: status.bed_target,
        **DEGREES,
    ),
)
_WIFI_SIGNAL: Final = SensorEntityDescription(
    key="wifi_signal",
    device_class=SensorDeviceClass.SIGNAL_STRENGTH,
    state_class=SensorStateClass.MEASUREMENT,
    native_unit_of_measurement=SIGNAL_STRENGTH_DECIBELS_MILLIWATT,
    entity_category=EntityCategory.DIAGNOSTIC,
    entity_registry_enabled_default=False,
)


def ticking_sensors(coordinator: BambuBatchCoordinator) -> Iterator[SensorEntity]:
    """Yield these sensors of a printer."""
    yield _QueueState(coordinator, _QUEUE_STATE)
    yield _RemainingTime(coordinator, _REMAINING_TIME)
    yield _QueueRemaining(coordinator, _QUEUE_REMAINING)
    for description in _TEMPERATURES:
        yield _Temperature(coordinator, description)
    yield _WifiSignal(coordinator, _WIFI_SIGNAL)


class _QueueLeft:
    """What remains of a queue, exact whenever the queue changes."""

    def __init__(self) -> None:
        self._left = steady.Remaining()

    def seconds(self, coordinator: BambuBatchCoordinator) -> int | None:
        """Return the seconds as shown."""
        plan, run = coordinator.plan, coordinator.line.run
        queue_now = plan.course.seconds, run and run.run_id
        return self._left.show(plan.remaining_seconds, queue_now)


class _QueueState(BambuBatchEntity, SensorEntity):
    """The queue as a whole."""

    _unrecorded_attributes = frozenset({"tasks"})

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: SensorEntityDescription
    ) -> None:
        super().__init__(coordinator, description)
        self._left = _QueueLeft()
        self._made_from: Sequence[TaskView] | None = None
        self._tasks: list[TaskView] = []

    @property
    @override
    def native_value(self) -> int:
        """Return the plates still to print."""
        return queue.open_plates(self.coordinator.line)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the attributes."""
        coordinator = self.coordinator
        if coordinator.tasks is not self._made_from:
            self._made_from = coordinator.tasks
            self._tasks = cut(coordinator.tasks)
        return {
            **queue.summary(coordinator),
            "remaining_seconds": self._left.seconds(coordinator),
            "tasks": self._tasks,
            "tasks_total": len(coordinator.tasks),
        }

    @override
    def shown_state(self) -> object:
        """Return all that this sensor shows."""
        return self.native_value, self.extra_state_attributes


class _Value(BambuBatchEntity, SensorEntity):
    """A sensor that shows nothing but its value."""

    @override
    def shown_state(self) -> object:
        """Return all that this sensor shows."""
        return self.native_value


class _RemainingTime(_Value):
    """How long the running plate still takes."""

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: SensorEntityDescription
    ) -> None:
        super().__init__(
            coordinator,
            description,
            needs_printer=True,
            progress=("remaining_minutes",),
        )
        self._left = steady.Remaining()

    @property
    @override
    def native_value(self) -> int | None:
        """Return the minutes."""
        status = self.coordinator.status
        minutes = printer.remaining_minutes(status)
        left = self._left.show(
            None if minutes is None else minutes * steady.MINUTE,
            (status.state, status.subtask_id),
        )
        return None if left is None else left // steady.MINUTE


class _QueueRemaining(_Value):
    """How long the queue still takes."""

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: SensorEntityDescription
    ) -> None:
        super().__init__(coordinator, description)
        self._left = _QueueLeft()

    @property
    @override
    def native_value(self) -> int | None:
        """Return the seconds."""
        return self._left.seconds(self.coordinator)


class _Temperature(_Value):
    """A temperature; its decimals differ in every report, and its last digit in most."""

    entity_description: _Degrees

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: _Degrees
    ) -> None:
        super().__init__(
            coordinator, description, needs_printer=True, progress=(description.key,)
        )
        self._steady = steady.Temperature()

    @property
    @override
    def native_value(self) -> int | None:
        """Return the degrees."""
        status, description = self.coordinator.status, self.entity_description
        return self._steady.show(
            description.degrees_fn(status),
            description.target_fn(status),
            status.received,
        )


class _WifiSignal(_Value):
    """The printer's radio signal; it differs in most reports, wherever the printer stands."""

    def __init__(
        self, coordinator: BambuBatchCoordinator, description: SensorEntityDescription
    ) -> None:
        super().__init__(
            coordinator, description, needs_printer=True, progress=(description.key,)
        )
        self._steady = steady.Signal()

    @property
    @override
    def native_value(self) -> int | None:
        """Return the signal in dBm."""
        status = self.coordinator.status
        return self._steady.show(status.wifi_signal, status.received)
