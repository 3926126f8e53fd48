"""Space that the database no longer needs, given back to the disk."""

import logging

from sqlalchemy import Engine

from .errors import StoreError, typed_errors

_LOGGER = logging.getLogger(__name__)

LEAST_PAGES = 256
"""Free pages that are worth the work: 1 MB."""
SHRINK = "VACUUM"


def give_back(engine: Engine) -> None:
    """Write an SQLite file anew if most of it is free, as after a migration.

    It takes as long as copying what is left: less than half of the file. It can fail, on a full
    disk for instance: the database is then as it was, and the next opening tries again.
    """
    if engine.dialect.name != "sqlite":
        return
    connection = engine.raw_connection()
    try:
        with typed_errors():
            ((pages,),) = connection.execute("PRAGMA page_count")
            ((free,),) = connection.execute("PRAGMA freelist_count")
            if free >= LEAST_PAGES and free * 2 > pages:
                connection.execute(SHRINK)
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except StoreError as err:
        _LOGGER.warning("The database stays larger than it needs to be: %r", err)
    finally:
        connection.close()
