"""The line's news with its attributes, as automations get them."""

from typing import Any, Final

from ..bambu import codes
from ..bambu.health import meaning_of
from ..const import DOMAIN
from ..coordinator import BambuBatchCoordinator
from ..production.effect import Announce, News
from ..production.gate import Reason
from ..production.health import blocking
from ..text import own_texts

EVENT: Final = f"{DOMAIN}_event"
"""The news on Home Assistant's bus."""
WITH_TRIGGER: Final = (
    News.PRINT_STARTED,
    News.PRINT_FINISHED,
    News.PRINT_FAILED,
    News.PRINT_ERROR,
    News.QUEUE_FINISHED,
    News.PLATE_NEEDS_CLEARING,
)
"""The news that have a trigger of their own."""


def attributes(news: Announce, coordinator: BambuBatchCoordinator) -> dict[str, Any]:
    """Return which plate, which error, which reason the news is about."""
    found: dict[str, Any] = {}
    if (run := news.run) is not None:
        found |= {"task_id": run.task_id, "run_id": run.run_id, "copy": run.copy}
        if (task := coordinator.line.task(run.task_id)) is not None:
            plate = task.plate_file.plate
            found |= {"name": task.name, "plate": plate, "copies": task.copies}
    if news.error:
        found |= {"code": codes.printed(news.error), "url": codes.page(news.error)}
    others = {
        "spool": news.spool,
        "reason": news.pause,
        "waiting_for": news.waiting_for,
    }
    found |= {key: value for key, value in others.items() if value is not None}
    if news.waiting_for == Reason.HMS_ERROR:
        found |= _health(coordinator)
    return found


def _health(coordinator: BambuBatchCoordinator) -> dict[str, Any]:
    """Return which entries a person has to accept, the worst first."""
    entries = blocking(coordinator.line, coordinator.status)
    if not entries:
        return {}
    worst = entries[0]
    return {
        "code": str(worst),
        "codes": [str(entry) for entry in entries],
        "message": own_texts(coordinator.hass).health(meaning_of(worst)),
        "url": codes.hms_page(worst),
    }
