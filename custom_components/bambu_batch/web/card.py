"""The dashboard card: served and loaded without a resource that a person would have to add."""

from hashlib import sha256
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.core import HomeAssistant

FOLDER: Final = Path(__file__).parents[1] / "frontend"
FILE: Final = "card.js"
URL: Final = "/bambu_batch_static"


async def async_register_card(hass: HomeAssistant) -> None:
    """Load the card into every dashboard, once per start.

    The browser keeps the file for a month, so its content is part of the address.
    """
    digest = await hass.async_add_executor_job(_digest)
    await hass.http.async_register_static_paths(
        [StaticPathConfig(URL, str(FOLDER), cache_headers=True)]
    )
    add_extra_js_url(hass, f"{URL}/{FILE}?v={digest}")


def _digest() -> str:
    return sha256((FOLDER / FILE).read_bytes()).hexdigest()[:12]
