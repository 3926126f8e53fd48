"""How older tables become those of this version."""

from collections.abc import Callable, Mapping
from typing import Final

import orjson
from sqlalchemy import Connection, select, text

from . import schema, version_5
from .errors import StoreCorrupt, StoreTooNew
from .schema import VERSION, is_empty, lines, version

type Step = Callable[[Connection], None]


def _forget_tolerated_health(connection: Connection) -> None:
    """Drop health entries that were tolerated at a start: nobody has accepted them."""
    rows = connection.execute(select(lines.c.serial, lines.c.document)).all()
    for serial, stored in rows:
        document = orjson.loads(stored)
        if document.pop("tolerated_hms", None) is None:
            continue
        connection.execute(
            lines.update()
            .where(lines.c.serial == serial)
            .values(document=orjson.dumps(document).decode())
        )


_REMOVED_TASKS: Final = """\
CREATE TABLE bambu_batch_removed_tasks (
    serial TEXT NOT NULL, task_id TEXT NOT NULL,
    position INTEGER NOT NULL, document TEXT NOT NULL,
    PRIMARY KEY (serial, task_id), FOREIGN KEY (serial)
    REFERENCES bambu_batch_lines (serial) ON DELETE CASCADE)
"""


def _make_removed_tasks(connection: Connection) -> None:
    """Make the table that version 4 has for removed tasks."""
    connection.execute(text(_REMOVED_TASKS))


def _join_removed_tasks(connection: Connection) -> None:
    """Let removed tasks stand in the table of the others."""
    for statement in (
        "ALTER TABLE bambu_batch_tasks ADD COLUMN removed INTEGER DEFAULT 0 NOT NULL",
        """INSERT INTO bambu_batch_tasks (serial, task_id, position, document, removed)
        SELECT serial, task_id, position, document, 1 FROM bambu_batch_removed_tasks""",
        "DROP TABLE bambu_batch_removed_tasks",
    ):
        connection.execute(text(statement))


STEPS: Mapping[int, Step] = {
    2: schema.charges.create,
    3: _forget_tolerated_health,
    4: _make_removed_tasks,
    5: version_5.pack_history,
    6: _join_removed_tasks,
}
"""Version to the step that leads from the one before it to this one."""


def migrate(
    connection: Connection, newest: int = VERSION, steps: Mapping[int, Step] = STEPS
) -> None:
    """Bring older tables to this version, in the caller's one transaction.

    Raises StoreTooNew for tables of a later version, StoreCorrupt for none at all.
    """
    if is_empty(connection):
        raise StoreCorrupt("no tables")
    found = connection.execute(select(version.c.version)).scalars().all()
    if len(found) != 1 or found[0] < 1:
        raise StoreCorrupt("no version")
    if found[0] > newest:
        raise StoreTooNew(f"version {found[0]}, known {newest}")
    for number in range(found[0] + 1, newest + 1):
        steps[number](connection)
        connection.execute(version.update().values(version=number))
