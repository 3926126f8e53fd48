"""How older tables become those of this version."""

from collections.abc import Callable, Mapping

import orjson
from sqlalchemy import Connection, select

from . import schema, version_5
from .errors import StoreCorrupt, StoreTooNew
from .schema import VERSION, is_empty, lines, version

type Step = Callable[[Connection], None]


def _forget_tolerated_health(connection: Connection) -> None:
    """Drop health entries that were tolerated at a start: nobody has accepted them."""
    rows = connection.execute(select(lines.c.serial, lines.c.document)).all()
    for serial, text in rows:
        document = orjson.loads(text)
        if document.pop("tolerated_hms", None) is None:
            continue
        connection.execute(
            lines.update()
            .where(lines.c.serial == serial)
            .values(document=orjson.dumps(document).decode())
        )


STEPS: Mapping[int, Step] = {
    2: schema.charges.create,
    3: _forget_tolerated_health,
    4: schema.removed_tasks.create,
    5: version_5.pack_history,
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
