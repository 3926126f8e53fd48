"""Passing each piece of news on to those who listen."""

from collections.abc import Callable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

from ..production.effect import Announce

_LOGGER = logging.getLogger(__name__)


class Announcer:
    """The listeners of one printer's news."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[Announce], None]] = []

    @callback
    def listen(self, listener: Callable[[Announce], None]) -> CALLBACK_TYPE:
        """Call the listener with each piece of news; returns what ends that."""
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    @callback
    def announce(self, news: Announce) -> None:
        """Tell every listener, also after one of them has failed."""
        for listener in tuple(self.listeners):
            try:
                listener(news)
            except Exception:
                _LOGGER.exception("Unexpected error in a listener for news")
