"""One timer."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_track_point_in_utc_time

from ..const import DOMAIN


class Timer:
    """Rings at the time asked for last, or a little earlier; never twice."""

    def __init__(self, hass: HomeAssistant, ring: Callable[[], None]) -> None:
        self._hass = hass
        self._ring = ring
        self._time: datetime | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def set(self, time: datetime | None) -> None:
        """Ring at this time. None: do not ring.

        One that rings earlier stays: whoever it wakes asks for the next time, so a time that
        moves on with every report costs no new timer.
        """
        if time is not None and self._time is not None and self._time <= time:
            return
        self._off()
        if time is not None:
            job = HassJob(self._rings, f"{DOMAIN} timer", cancel_on_shutdown=True)
            self._time = time
            self._cancel = async_track_point_in_utc_time(self._hass, job, time)

    @callback
    def _rings(self, _now: datetime) -> None:
        self._time = self._cancel = None
        self._ring()

    def _off(self) -> None:
        if self._cancel is not None:
            self._cancel()
        self._time = self._cancel = None
