"""Lines, steps and records of any shape for hypothesis, and one plain one by hand."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta
from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, settings, strategies as st

from custom_components.bambu_batch.bambu.status import PrintState
from custom_components.bambu_batch.production.model import (
    ClearingNote,
    Consumption,
    FilamentUse,
    Line,
    Method,
    Outcome,
    Phase,
    PlateFile,
    RemoteFile,
    RemovedTask,
    Run,
    RunRecord,
    Task,
)
from custom_components.bambu_batch.sliced.file import Filament

# a busy machine is no reason to fail
UNHURRIED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
SERIAL = "0300CA600000000"
START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)

moments = st.datetimes(
    min_value=datetime(2000, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.just(UTC),
)


def of(kind: Any) -> st.SearchStrategy[Any]:
    """Return any value of a type as the model uses them."""
    origin, args = get_origin(kind), get_args(kind)
    if isinstance(kind, UnionType):
        return st.one_of(*map(of, args))
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple and args[-1] is Ellipsis:
        return st.lists(of(args[0]), max_size=4).map(tuple)
    if origin is tuple:
        return st.tuples(*map(of, args))
    if origin is frozenset:
        return st.frozensets(of(args[0]), max_size=3)
    if is_dataclass(kind):
        return filled(kind)
    plain: dict[Any, st.SearchStrategy[Any]] = {
        NoneType: st.none(),
        bool: st.booleans(),
        int: st.integers(0, 2**53),
        float: st.floats(allow_nan=False, allow_infinity=False),
        str: st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        datetime: moments,
    }
    return plain[kind] if kind in plain else st.sampled_from(kind)


def filled(kind: Any, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a dataclass with every field filled by its type."""
    hints = get_type_hints(kind)
    chosen = {f.name: of(hints[f.name]) for f in fields(kind) if f.name not in known}
    return st.builds(kind, **chosen, **known)


# keys in columns: no NUL, which PostgreSQL refuses; nothing in the product makes one
keys = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6
)
run_ids = st.integers(1, 2**31 - 1)
records = filled(RunRecord, run=filled(Run, run_id=run_ids, task_id=keys))


def whole(line: Line) -> Line:
    """Return the line with a run in flight that is of one of its tasks, if of any.

    A removed task is not in the queue too.
    """
    here = {task.task_id for task in line.tasks}
    gone = tuple(one for one in line.removed if one.task.task_id not in here)
    line = replace(line, removed=gone)
    if line.run is None or not line.tasks:
        return replace(line, run=None)
    return replace(line, run=replace(line.run, task_id=line.tasks[-1].task_id))


lines: st.SearchStrategy[Line] = filled(
    Line,
    tasks=st.lists(
        filled(Task, task_id=keys), max_size=4, unique_by=lambda task: task.task_id
    ).map(tuple),
    removed=st.lists(
        filled(RemovedTask, task=filled(Task, task_id=keys)),
        max_size=4,
        unique_by=lambda one: one.task.task_id,
    ).map(tuple),
    run=st.none() | filled(Run, run_id=run_ids),
    remote=st.lists(
        filled(RemoteFile, name=keys), max_size=4, unique_by=lambda file: file.name
    ).map(tuple),
    clearing_notes=st.lists(
        filled(ClearingNote, sha256=keys, plate=st.integers(1, 2**31 - 1)),
        max_size=4,
        unique_by=lambda note: (note.sha256, note.plate),
    ).map(tuple),
).map(whole)


def plate_file(**changes: Any) -> PlateFile:
    """Return a plain plate."""
    return replace(
        PlateFile(
            file="media-source://media_source/local/clip.gcode.3mf",
            sha256="a" * 64,
            size=40_000,
            plate=1,
            gcode="Metadata/plate_1.gcode",
            seconds=900,
            filaments=(Filament(slot=1, material="PLA", colour="FFFFFF", grams=5.0),),
        ),
        **changes,
    )


def task(number: int = 1, **changes: Any) -> Task:
    """Return a plain task."""
    return replace(
        Task(
            task_id=str(number),
            name=f"Clip {number}",
            plate_file=plate_file(),
            copies=3,
            clears_plate=True,
        ),
        **changes,
    )


def run(run_id: int = 1, **changes: Any) -> Run:
    """Return a plain run; each begins an hour after the one before it."""
    started = START + timedelta(hours=run_id)
    return replace(
        Run(
            run_id=run_id,
            name=f"Clip_{run_id}",
            task_id="1",
            copy=1,
            phase=Phase.PRINTING,
            started=started,
            from_state=PrintState.IDLE,
            clears_plate=True,
            mapping=(2,),
            printing_since=started + timedelta(seconds=10),
        ),
        **changes,
    )


def record(run_id: int = 1, **changes: Any) -> RunRecord:
    """Return a plain record of a run of 910 seconds that finished."""
    ended = run(run_id)
    return replace(
        RunRecord(
            run=ended,
            outcome=Outcome.FINISHED,
            ended=ended.started + timedelta(seconds=920),
            name="Clip",
            plate_file=plate_file(),
        ),
        **changes,
    )


def consumption(grams: float | None = 5.0, **changes: Any) -> Consumption:
    """Return the use of one filament."""
    use = FilamentUse(
        slot=1,
        tray=2,
        material="PLA",
        grams=grams,
        route=Method.ESTIMATE,
        price_per_kg=31.25,
        cost=None if grams is None else grams / 32,
    )
    return Consumption(filaments=(replace(use, **changes),), currency="EUR")
