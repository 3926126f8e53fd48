"""Years of a busy printer: few files printed again and again, from spools that are used up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from string import ascii_uppercase, digits

from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production.consumption import (
    Tariff,
    charges,
    consumption,
)
from custom_components.bambu_batch.production.model import (
    Consumption,
    Outcome,
    Phase,
    PlateFile,
    Run,
    RunRecord,
    Spool,
)
from custom_components.bambu_batch.sliced.extrusion import Extruded
from custom_components.bambu_batch.sliced.file import Filament

BEGIN = datetime(2024, 11, 1, tzinfo=UTC)
LENGTH = timedelta(days=730)
FILES = 30
MATERIALS = ("PLA", "PETG", "PLA-S", "TPU")
NET_GRAMS = 1000.0

type Booked = tuple[RunRecord, Consumption, dict[str, float]]
"""A run, what it took, and what is charged for it in other books."""


def runs(
    count: int, *, spoolman: bool = False, length: timedelta = LENGTH
) -> Iterator[Booked]:
    """Yield runs in their order; they are the same each time."""
    chance = Random(count)
    files = [_file(chance, number) for number in range(FILES)]
    spools = [_spool(chance, tray, spoolman) for tray in range(4)]
    task, left, file = 0, 0, files[0]
    for number in range(count):
        if left == 0:
            task, left, file = task + 1, chance.randint(5, 45), chance.choice(files)
        left -= 1
        started = BEGIN + length * (number / count)
        started += timedelta(microseconds=chance.randrange(1_000_000))
        record = _record(chance, number + 1, task, file, started, tuple(spools))
        taken = _taken(chance, record)
        yield record, taken, charges(record.run, taken)
        for tray, spool in enumerate(spools):
            used = sum(u.grams or 0 for u in taken.filaments if u.spool == spool.spool)
            grams = (spool.left or 0.0) - used
            spools[tray] = (
                replace(spool, left=grams)
                if grams > 0
                else _spool(chance, tray, spoolman)
            )


def _file(chance: Random, number: int) -> PlateFile:
    filaments = tuple(
        Filament(
            slot=slot,
            material=MATERIALS[slot - 1],
            colour=f"{chance.randrange(1 << 24):06X}",
            brand_code="GFA00",
            grams=round(chance.uniform(0.3, 12.0), 2),
            metres=round(chance.uniform(0.1, 4.0), 2),
        )
        for slot in range(1, chance.choice((1, 1, 2, 3, 4)) + 1)
    )
    return PlateFile(
        file=f"media-source://media_source/local/orders/part {number}.gcode.3mf",
        sha256=f"{chance.getrandbits(256):064x}",
        size=chance.randrange(1 << 25),
        plate=1,
        gcode="Metadata/plate_1.gcode",
        seconds=chance.randrange(300, 900),
        filaments=filaments,
        grams=sum(one.grams or 0.0 for one in filaments),
        model="N1",
        nozzle=0.4,
        swap="yes",
        swap_evidence=(
            "line 81234: ;SWAPMOD end",
            "line 81240: G0 Y-4 F5000",
            "line 81244: G0 Y186 F2000",
        ),
        md5=f"{chance.getrandbits(128):032X}",
    )


def _spool(chance: Random, tray: int, spoolman: bool) -> Spool:
    ulid = "01" + "".join(chance.choices(digits + ascii_uppercase, k=24))
    account = f"{chance.randrange(2000)}@2025-03-01T10:11:12+00:00"
    return Spool(
        spool=ulid,
        tray=tray,
        left=NET_GRAMS,
        net_grams=NET_GRAMS,
        price_per_kg=round(chance.uniform(14, 40), 2),
        account=account if spoolman else None,
    )


def _record(
    chance: Random,
    run_id: int,
    task: int,
    file: PlateFile,
    started: datetime,
    spools: tuple[Spool, ...],
) -> RunRecord:
    finished = Outcome.FINISHED
    outcome = chance.choices((finished, Outcome.FAILED, Outcome.CANCELLED), (97, 2, 1))[
        0
    ]
    layers = 40 + file.size % 100
    layer = layers if outcome is finished else chance.randrange(layers)
    mapping = tuple(range(len(file.filaments)))
    begun = started + timedelta(seconds=chance.randint(2, 9))
    run = Run(
        run_id=217_000_000 + run_id,
        name=f"part_{task}_{217_000_000 + run_id}",
        task_id=str(task),
        copy=run_id % 40 + 1,
        phase=Phase.PRINTING,
        started=started,
        from_state=PrintState.FINISH,
        clears_plate=True,
        mapping=mapping,
        printing_since=begun,
        worked=True,
        layer=layer,
        total_layers=layers,
        trays=tuple((at * 3, tray) for at, tray in enumerate(mapping)),
        loaded=tuple(
            Tray(tray, True, material, f"{tray}1A2B3FF", "GFA00")
            for tray, material in enumerate(MATERIALS)
        ),
        spools=spools,
    )
    length = timedelta(seconds=(file.seconds or 0) + chance.uniform(-9, 9))
    return RunRecord(
        run=run,
        outcome=outcome,
        ended=begun + length * (layer / layers) if chance.random() > 0.002 else None,
        name=f"Part {task} – plate 1",
        plate_file=file,
    )


def _taken(chance: Random, record: RunRecord) -> Consumption:
    """Return what the run took; of some that did not finish it is unknown."""
    file, run = record.plate_file, record.run
    extruded = tuple(
        Extruded(
            slot=one.slot,
            millimetres=1000 * run.layer / run.total_layers,
            start_millimetres=0.0,
            grams_per_millimetre=0.00298,
        )
        for one in file.filaments
    )
    energy = round(chance.uniform(0.02, 0.2), 4)
    return consumption(
        record,
        {run.layer: extruded} if chance.random() < 0.9 else {},
        tariff=Tariff(currency="EUR", price_per_kwh=0.31),
        energy_kwh=energy if chance.random() < 0.99 else None,
    )
