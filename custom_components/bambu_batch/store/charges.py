"""The journal of charges to other books: each is made once, whatever is killed when.

A charge is stored in the transaction that books its run. What was used of the account so far
is stored before the charge is sent: after a crash, the other books then show whether it has
arrived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import Connection, and_, insert, select, text, update

from .errors import StoreConflict
from .schema import UNFINISHED, charges, runs


class ChargeState(StrEnum):
    """How far a charge is."""

    WAITING = "waiting"
    """Not sent, or known not to have arrived."""
    SENDING = "sending"
    """It may have arrived."""
    DOUBTFUL = "doubtful"
    """Only a person can find out whether it has arrived."""
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one run took from one account."""

    serial: str
    run_id: int
    account: str
    grams: float
    state: ChargeState = ChargeState.WAITING
    used_before: float | None = None
    """Grams used of the account directly before the charge was sent; None: never sent."""
    name: str = ""
    """Of the plate."""

    @property
    def key(self) -> tuple[str, int, str]:
        """What identifies it."""
        return self.serial, self.run_id, self.account


def add(
    connection: Connection, serial: str, run_id: int, grams: Mapping[str, float]
) -> None:
    """Add what a run took, by account."""
    rows = [
        {
            "serial": serial,
            "run_id": run_id,
            "account": account,
            "grams": weight,
            "state": ChargeState.WAITING,
        }
        for account, weight in grams.items()
    ]
    if rows:
        connection.execute(insert(charges), rows)


def unfinished(connection: Connection) -> list[Charge]:
    """Return the charges of all printers that are not done, oldest first."""
    found = connection.execute(
        select(charges, runs.c.name)
        .join(
            runs,
            and_(charges.c.serial == runs.c.serial, charges.c.run_id == runs.c.run_id),
        )
        .where(text(f"{charges.name}.{UNFINISHED}"))
        .order_by(runs.c.started, charges.c.serial, charges.c.run_id, charges.c.account)
    )
    return [
        Charge(
            serial=row.serial,
            run_id=row.run_id,
            account=row.account,
            grams=row.grams,
            state=ChargeState(row.state),
            used_before=row.used_before,
            name=row.name,
        )
        for row in found
    ]


def change(
    connection: Connection,
    charge: Charge,
    state: ChargeState,
    used_before: float | None,
) -> Charge:
    """Bring a charge to another state. Raises StoreConflict if it is no longer in its own."""
    result = connection.execute(
        update(charges)
        .where(
            charges.c.serial == charge.serial,
            charges.c.run_id == charge.run_id,
            charges.c.account == charge.account,
            charges.c.state == charge.state,
        )
        .values(state=state, used_before=used_before)
    )
    if result.rowcount != 1:
        raise StoreConflict("another program has changed the charge")
    return replace(charge, state=state, used_before=used_before)
