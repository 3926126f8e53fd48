"""A dashboard for one printer: one view with our card, one with Home Assistant's own cards."""

from typing import Any, Final

from .client import Client

type Card = dict[str, Any]

URL_PATH: Final = "print-farm"
STOCK: Final = f"/{URL_PATH}/stock"
"""Path of the view that is made of stock cards."""


async def show(client: Client, entities: dict[str, str]) -> str:
    """Make the dashboard, or renew it; returns its path. `entities`: entity ids by key."""
    known = await client.command("lovelace/dashboards/list")
    if URL_PATH not in {dashboard["url_path"] for dashboard in known}:
        await client.command(
            "lovelace/dashboards/create",
            url_path=URL_PATH,
            title="Print farm",
            icon="mdi:printer-3d",
            mode="storage",
            show_in_sidebar=True,
            require_admin=False,
        )
    await client.command(
        "lovelace/config/save", url_path=URL_PATH, config=layout(entities)
    )
    return f"/{URL_PATH}"


def layout(entities: dict[str, str]) -> dict[str, Any]:
    """Return the dashboard's configuration; `entities`: entity ids by key."""

    def tiles(*keys: str, **options: Any) -> list[Card]:
        return [
            {
                "type": "tile",
                "entity": entities[key],
                "name": {"type": "entity"},  # without the device's
                **options,
            }
            for key in keys
            if key in entities
        ]

    printer: list[Card] = [
        {"type": "heading", "heading": "Printer", "icon": "mdi:printer-3d"},
        {
            "type": "picture-entity",
            "entity": entities["thumbnail"],
            "show_name": False,
            "show_state": False,
            "fit_mode": "contain",
            "grid_options": {"columns": 6, "rows": 3},
        },
        {
            "type": "gauge",
            "entity": entities["progress"],
            "name": "Progress",
            "grid_options": {"columns": 6, "rows": 3},
        },
        *tiles("current_task", grid_options={"columns": "full"}),
        *tiles("printer_state", "remaining_time"),
        *tiles("nozzle_temperature", "bed_temperature", features=[_GRAPH]),
    ]
    production: list[Card] = [
        {"type": "heading", "heading": "Production", "icon": "mdi:factory"},
        *tiles("queue_running", features=[{"type": "toggle"}]),
        *tiles("waiting_for", "cooldown_end", "queue_remaining", "queue_finish"),
        *tiles("plate_clear", hide_state=True, features=[{"type": "button"}]),
        *tiles("print_error", "problem", "connected"),
    ]
    queue: list[Card] = [
        {"type": "heading", "heading": "Queue", "icon": "mdi:tray-full"},
        {
            "type": "todo-list",
            "entity": entities["queue"],
            "grid_options": {"columns": "full"},
        },
    ]
    return {
        "views": [
            {
                "title": "Queue",
                "path": "queue",
                "type": "sections",
                "max_columns": 3,
                "sections": [
                    {
                        "type": "grid",
                        "column_span": 2,
                        "cards": [
                            {
                                "type": "custom:bambu-batch-card",
                                "entity": entities["queue"],
                            }
                        ],
                    },
                    {"type": "grid", "cards": production},
                ],
            },
            {
                "title": "Stock cards",
                "path": "stock",
                "type": "sections",
                "max_columns": 3,
                "sections": [
                    {"type": "grid", "cards": cards}
                    for cards in (printer, queue, production)
                ],
            },
        ]
    }


_GRAPH: Final = {"type": "trend-graph"}
