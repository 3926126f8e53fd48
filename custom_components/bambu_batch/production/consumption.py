"""What one run took from each tray, and what that cost. One ledger, one entry a run (FM-105).

A finished run took what its file estimates. Any other took what its G-code extrudes up to
the highest layer seen, which the caller measures in the file: `layers_to_measure` says how
far. Only this plate's filaments and only trays proven in use are charged (FM-086, FM-107).
If another spool took over, the run is split at that layer (FM-106). The external spool has an
account of its own (FM-104). What cannot be known stays unknown; it is not 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..bambu.status import Tray
from ..bambu.tray_numbers import EXTERNAL, EXTERNAL_TRAYS, UNUSED
from ..sliced.file import Filament
from .model import Consumption, FilamentUse, Method, Outcome, Run, RunRecord, Spool

if TYPE_CHECKING:
    from ..sliced.extrusion import Extruded

type Measured = Mapping[int | None, tuple[Extruded, ...] | None]
"""Layer (None: the whole plate) to what the plate's G-code extrudes through it; None: unknown."""

LEAST_DIFFERENCE = 5
"""Percent of a spool. The printer reports whole percents, 10 g of a full one: less is noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Prices that apply if nothing better is known."""

    currency: str | None = None
    default_price_per_kg: float | None = None
    price_per_kwh: float | None = None


def layers_to_measure(record: RunRecord) -> frozenset[int | None]:
    """Return the layers through which the plate's extrusion has to be known."""
    run, file = record.run, record.plate_file
    if file.packed > 1 or not run.worked:
        return frozenset()  # its layers count anew with each job; nothing was extruded
    borders: set[int | None] = {layer for _, _, layer in _takeovers(run)}
    if record.outcome is not Outcome.FINISHED:
        return frozenset(borders | {run.layer})
    if borders or any(filament.grams is None for filament in file.filaments):
        return frozenset(borders | {None})
    return frozenset()


def consumption(
    record: RunRecord,
    measured: Measured,
    *,
    left: Mapping[int, Tray] | None = None,
    tariff: Tariff = Tariff(),
    energy_kwh: float | None = None,
) -> Consumption:
    """Return what the run took.

    `measured` covers `layers_to_measure`, or is empty if the file can no longer be read.
    `left` has the trays after the end by number: their `remain` serves if nothing else does.
    """
    left = left or {}
    spools = {spool.tray: spool for spool in record.run.spools}
    uses = []
    for filament in record.plate_file.filaments:
        total, method = _total(record, filament, measured)
        for tray, share in _shares(record, filament, measured):
            grams, by = (None if total is None else total * share), method
            spool = spools.get(tray) if tray is not None else None
            loaded = _tray_at_start(record.run, tray)
            if grams is None:
                grams = _by_remain(loaded, left.get(tray or 0), spool)
                by = by if grams is None else Method.REMAIN
            uses.append(_use(filament, tray, loaded, spool, grams, by, tariff))
    return Consumption(
        filaments=tuple(uses),
        energy_kwh=energy_kwh,
        energy_cost=_times(energy_kwh, tariff.price_per_kwh),
        currency=tariff.currency,
    )


def charges(run: Run, taken: Consumption) -> dict[str, float]:
    """Return the grams to charge in other books, by account.

    One charge for each account: two filaments may come from one spool. An unknown weight
    cannot be charged.
    """
    accounts = {spool.spool: spool.account for spool in run.spools}
    found: dict[str, float] = {}
    for use in taken.filaments:
        account = accounts.get(use.spool) if use.spool is not None else None
        if account is not None and use.grams:
            found[account] = found.get(account, 0.0) + use.grams
    return found


def _use(
    filament: Filament,
    tray: int | None,
    loaded: Tray | None,
    spool: Spool | None,
    grams: float | None,
    method: Method,
    tariff: Tariff,
) -> FilamentUse:
    price, assumed = spool.price_per_kg if spool else None, False
    if price is None and tariff.default_price_per_kg is not None:
        price, assumed = tariff.default_price_per_kg, True
    return FilamentUse(
        slot=filament.slot,
        tray=tray,
        material=filament.material,
        loaded=loaded,
        spool=spool.spool if spool else None,
        grams=grams,
        route=method,
        price_per_kg=price,
        price_assumed=assumed,
        cost=_times(grams, None if price is None else price / 1000),
    )


def _total(
    record: RunRecord, filament: Filament, measured: Measured
) -> tuple[float | None, Method]:
    """Return the grams that the run took of a filament."""
    finished = record.outcome is Outcome.FINISHED
    if finished and filament.grams is not None:
        return filament.grams, Method.ESTIMATE
    if not finished and not record.run.worked:
        return 0.0, Method.EXTRUSION
    extruded = measured.get(None if finished else record.run.layer)
    if extruded is None:
        return None, Method.EXTRUSION
    return _grams(record, filament, extruded), Method.EXTRUSION


def _grams(
    record: RunRecord, filament: Filament, extruded: tuple[Extruded, ...]
) -> float | None:
    """Return the weight of what came out of the nozzle; it includes the start."""
    millimetres, weight, others = 0.0, None, False
    planned = {planned.slot for planned in record.plate_file.filaments}
    for one in extruded:
        length = one.millimetres + one.start_millimetres
        if _belongs(one, filament, record):
            millimetres += length
            weight = weight or one.grams_per_millimetre
        elif one.slot not in planned:
            others |= length > 0
    if millimetres == 0:
        # what is in no filament of the plate may have been this one (FM-173)
        return None if others else 0.0
    if weight is None and filament.grams and filament.metres:
        weight = filament.grams / (filament.metres * 1000)
    return _times(millimetres, weight)


def _belongs(one: Extruded, filament: Filament, record: RunRecord) -> bool:
    """Tell whether this is the filament's; G-code of one filament may select none."""
    if one.slot is None:
        return len(record.plate_file.filaments) == 1
    return one.slot == filament.slot


def _shares(
    record: RunRecord, filament: Filament, measured: Measured
) -> list[tuple[int | None, float]]:
    """Return the trays that fed the filament and the share of each; the shares make 1."""
    feeders = _feeders(record.run, filament)
    if len(feeders) == 1:
        return [(feeders[0][0], 1.0)]
    end = None if record.outcome is Outcome.FINISHED else record.run.layer
    borders = [_done(record, filament, measured, layer, end) for _, layer in feeders]
    shares = []
    for at, (tray, _) in enumerate(feeders):
        upper = borders[at + 1] if at + 1 < len(borders) else 1.0
        if upper > borders[at]:
            shares.append((tray, upper - borders[at]))
    return shares


def _done(
    record: RunRecord,
    filament: Filament,
    measured: Measured,
    layer: int,
    end: int | None,
) -> float:
    """Return the share of the run's filament that was extruded through a layer.

    By layers alone if the file can no longer be read: the sum is still right.
    """
    if layer == 0:
        return 0.0
    part, whole = measured.get(layer), measured.get(end)
    if part is not None and whole is not None:
        done, total = _grams(record, filament, part), _grams(record, filament, whole)
        if done is not None and total:
            return min(done / total, 1.0)
    last = record.run.layer if end is not None else record.run.total_layers
    return min(layer / last, 1.0) if last else 1.0


def _feeders(run: Run, filament: Filament) -> list[tuple[int | None, int]]:
    """Return the trays that fed a filament, each with the layer from which it did."""
    if run.external_spool:
        return [(EXTERNAL, 0)]
    mapped = run.mapping[filament.slot - 1 : filament.slot]
    if not mapped or mapped[0] == UNUSED:
        return [(None, 0)]
    feeders: list[tuple[int | None, int]] = [(mapped[0], 0)]
    for was, now, layer in _takeovers(run):
        if was == feeders[-1][0]:
            feeders.append((now, layer))
    return feeders


def _takeovers(run: Run) -> list[tuple[int, int, int]]:
    """Return which tray took over from which, and at which layer.

    A tray of the mapping is a change of filament. Any other one takes over from the tray in
    use when it first appears: that spool was empty, and another of the same filament
    continues. Before any tray of the mapping it is left over from the job before.
    """
    found: list[tuple[int, int, int]] = []
    known, in_use = set(run.mapping), None
    for layer, tray in run.trays:
        if tray in EXTERNAL_TRAYS or (in_use is None and tray not in known):
            continue
        if in_use is not None and tray not in known:
            found.append((in_use, tray, layer))
            known.add(tray)
        in_use = tray
    return found


def _tray_at_start(run: Run, number: int | None) -> Tray | None:
    numbers = EXTERNAL_TRAYS if number in EXTERNAL_TRAYS else {number}
    return next((tray for tray in run.loaded if tray.number in numbers), None)


def _by_remain(
    before: Tray | None, after: Tray | None, spool: Spool | None
) -> float | None:
    """Return what the printer itself reports as used, if it is the same tagged spool."""
    if before is None or after is None or spool is None or spool.net_grams is None:
        return None
    if before.tag is None or before.tag != after.tag:
        return None
    if before.remain is None or after.remain is None:
        return None
    missing = before.remain - after.remain
    return missing * spool.net_grams / 100 if missing >= LEAST_DIFFERENCE else None


def _times(amount: float | None, price: float | None) -> float | None:
    return None if amount is None or price is None else amount * price
