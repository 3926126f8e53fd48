"""What is true of the machine, whatever it says: heat, plate, changer."""

from math import exp

from .clock import Clock

AMBIENT = 23.0
_STEP = 1 / 32
"""°C; the printer's own resolution."""


class Heater:
    """Warms at a steady rate, cools towards the room as recorded from an A1."""

    def __init__(self, clock: Clock, *, rate: float, cooling: float) -> None:
        """`rate` in °C/s; `cooling` is the time constant in seconds."""
        self._clock = clock
        self._rate = rate
        self._cooling = cooling
        self._target = 0
        self._then = clock.now()
        self._temperature = AMBIENT

    @property
    def target(self) -> int:
        """°C; 0 = off."""
        return self._target

    @target.setter
    def target(self, target: int) -> None:
        self._settle()
        self._target = target

    @property
    def temperature(self) -> float:
        """°C, as exact as the printer reports it."""
        self._settle()
        return round(self._temperature / _STEP) * _STEP

    @temperature.setter
    def temperature(self, temperature: float) -> None:
        self._settle()
        self._temperature = temperature

    def _settle(self) -> None:
        now = self._clock.now()
        passed, self._then = now - self._then, now
        if self._temperature < self._target:
            self._temperature = min(
                self._target, self._temperature + self._rate * passed
            )
        else:
            floor = max(AMBIENT, self._target)
            cooled = AMBIENT + (self._temperature - AMBIENT) * exp(
                -passed / self._cooling
            )
            self._temperature = max(floor, cooled) if self._target else cooled


class Physics:
    """Bed, nozzle, plate and the changer's stack."""

    def __init__(self, clock: Clock, plates: int | None) -> None:
        """`plates`: in the changer, besides the one on the bed; None: it never runs out."""
        self.bed = Heater(clock, rate=1.4, cooling=627)
        self.nozzle = Heater(clock, rate=5, cooling=245)
        self.plates_left = plates
        self.plate_present = True
        self.plate_occupied = False
        self.swapping = False

    def swap(self) -> None:
        """Send the plate off, parts and all; take the next one if there is one."""
        self.swapping = False
        self.plate_occupied = False
        if self.plates_left is not None:
            self.plate_present = self.plates_left > 0
            self.plates_left = max(0, self.plates_left - 1)

    def heaters_off(self) -> None:
        """Let everything cool down."""
        self.bed.target = self.nozzle.target = 0
