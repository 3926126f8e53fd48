"""Lets the test plugin made for Home Assistant 2026.10 work with newer releases.

Loaded by `scripts/test --home-assistant …` before the plugin. It goes when the plugin of that
release is published.
"""

# First of all: from 2026.11 on Home Assistant must be imported before httpx, which the plugin
# imports.
from homeassistant.components import logger
from homeassistant.components.logger import helpers

# The plugin looks for it where it was until 2026.10.
vars(logger).setdefault("_clear_logger_overwrites", helpers._clear_logger_overwrites)
