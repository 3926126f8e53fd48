"""The queue as a to-do list: add, complete, delete, drag to reorder."""

from collections.abc import Sequence
from datetime import datetime
from typing import override

from homeassistant.components.todo import (
    TodoItem,
    TodoItemStatus,
    TodoListEntity,
    TodoListEntityFeature,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from . import options
from .coordinator import BambuBatchConfigEntry, BambuBatchCoordinator
from .entity import BambuBatchEntity, requires_control
from .errors import refusal
from .library import catalogue, files, intake
from .production.event import Enqueue, MoveTask, RemoveTasks, RetryTask, UpdateTask
from .production.model import Line, Task
from .runtime.task_view import TaskView, ordered
from .views.sheet import steady

PARALLEL_UPDATES = 0

QUEUE = EntityDescription(key="queue")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: BambuBatchConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the queue of a printer."""
    async_add_entities([BambuBatchQueue(entry.runtime_data)])


class BambuBatchQueue(BambuBatchEntity, TodoListEntity):
    """The queue. All actions of the integration are actions on this entity."""

    _attr_supported_features = (
        TodoListEntityFeature.CREATE_TODO_ITEM
        | TodoListEntityFeature.UPDATE_TODO_ITEM
        | TodoListEntityFeature.DELETE_TODO_ITEM
        | TodoListEntityFeature.MOVE_TODO_ITEM
    )

    def __init__(self, coordinator: BambuBatchCoordinator) -> None:
        super().__init__(coordinator, QUEUE)
        self._made_from: Sequence[TaskView] | None = None
        self._items: list[TodoItem] = []

    @property
    @override
    def state(self) -> int:
        """Return how many items are not ticked off."""
        return len(self.coordinator.line.queue.open)

    @property
    @override
    def todo_items(self) -> list[TodoItem]:
        """Return the items; a new list only when something of it has changed."""
        coordinator = self.coordinator
        if coordinator.tasks is not self._made_from:
            self._made_from = coordinator.tasks
            known = {item.uid: item for item in self._items if self._is_watched}
            items = [
                _item(task, coordinator, known.get(task.task_id))
                for task in ordered(coordinator.line)
            ]
            if items != self._items:
                self._items = items
        if self._is_watched and self._last_broadcast_items is None:
            self._last_broadcast_items = self._items  # the first watcher is sent these
        return self._items

    @override
    def shown_state(self) -> object:
        """Return the items only while somebody looks at them: there may be 10,000."""
        if self._is_watched:
            return self.todo_items
        self._last_broadcast_items = None  # the next watcher is sent all
        return self.state

    @property
    def _is_watched(self) -> bool:
        return bool(self._update_listeners)

    @callback
    @override
    def _async_write_ha_state(self) -> None:
        """Write the state. Home Assistant would copy all items even if nobody watches them."""
        if self._is_watched:
            super()._async_write_ha_state()
        else:
            super(TodoListEntity, self)._async_write_ha_state()

    @override
    @requires_control
    async def async_create_todo_item(self, item: TodoItem) -> None:
        """Queue the file of this name, or of this place in a media folder."""
        name = item.summary or ""
        file = (
            await files.resolve(self.hass, name)
            if "/" in name
            else await catalogue.find(self.hass, name)
        )
        settings = options.task_defaults(self.coordinator.config_entry.options)
        tasks = await intake.new_tasks(self.hass, file, settings=settings)
        await self.async_command(Enqueue(tasks))

    @override
    @requires_control
    async def async_update_todo_item(self, item: TodoItem) -> None:
        """Rename a task; end it when it is ticked, queue it again when it is unticked."""
        task = self.task(item.uid)
        completed = (
            item.status == TodoItemStatus.COMPLETED
        )  # a plain string from actions
        if item.summary and item.summary != task.name:
            await self.async_command(
                UpdateTask(task_id=task.task_id, name=item.summary)
            )
        if completed and task.open:
            await self._complete(task)
        elif not completed and not task.open:
            await self.async_command(RetryTask(task.task_id))

    @override
    @requires_control
    async def async_delete_todo_items(self, uids: list[str]) -> None:
        """Take tasks out of the queue."""
        await self.async_command(RemoveTasks(tuple(uids)))

    @override
    @requires_control
    async def async_move_todo_item(
        self, uid: str, previous_uid: str | None = None
    ) -> None:
        """Move a task behind another one, or to the front."""
        task = self.task(uid)
        if previous_uid is not None:
            self.task(previous_uid)
        if uid != previous_uid:
            position = _position_behind(self.coordinator.line, task, previous_uid)
            await self.async_command(MoveTask(uid, position))

    async def _complete(self, task: Task) -> None:
        """Print no more of it; what was printed stays visible as done."""
        used = task.copies - self.coordinator.line.waiting_copies(task)
        await self.async_command(
            UpdateTask(task_id=task.task_id, copies=used)
            if used
            else RemoveTasks((task.task_id,))
        )

    def task(self, uid: str | None) -> Task:
        """Return the task of this id. Raises ServiceValidationError."""
        task = self.coordinator.line.task(uid or "")
        if task is None:
            raise refusal("unknown_task", task_id=uid or "")
        return task


def _item(
    task: Task, coordinator: BambuBatchCoordinator, known: TodoItem | None
) -> TodoItem:
    """Return a task's item; the known one if nothing has changed that people care about."""
    planned = coordinator.plan.tasks.get(task.task_id)
    due = planned.finish if planned else None
    if known is not None and isinstance(known.due, datetime):
        due = steady(known.due, due)
    item = TodoItem(
        uid=task.task_id,
        summary=task.name,
        status=TodoItemStatus.NEEDS_ACTION if task.open else TodoItemStatus.COMPLETED,
        due=due,
        description=_description(task),
    )
    return known if known == item else item


def _description(task: Task) -> str | None:
    """Return the copies printed and asked for, as numbers only; None for a single copy."""
    return f"{task.finished}/{task.copies}" if task.copies > 1 else None


def _position_behind(line: Line, task: Task, previous_uid: str | None) -> int:
    """Return the 1-based position among the waiting tasks behind the previous one."""
    if previous_uid is None:
        return 1
    position = 1
    for other in ordered(line):
        if other.task_id != task.task_id and line.waiting_copies(other) > 0:
            position += 1
        if other.task_id == previous_uid:
            break
    return position
