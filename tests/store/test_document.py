"""Documents say exactly what was written, or are refused."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from hypothesis import given
import pytest

from custom_components.bambu_batch.bambu.decode import decode
from custom_components.bambu_batch.bambu.status import PrinterStatus, PrintState
from custom_components.bambu_batch.production.job import shown
from custom_components.bambu_batch.production.model import (
    BuildPlate,
    Calibrate,
    Consumption,
    FilamentUse,
    Hold,
    Outcome,
    Phase,
    Run,
    RunRecord,
)
from custom_components.bambu_batch.sliced.file import Filament
from custom_components.bambu_batch.store.document import _decoder, dump, load
from custom_components.bambu_batch.store.errors import (
    StoreCorrupt,
    StoreError,
    StoreTooNew,
    StoreUnwritable,
)
from tests.bambu.messages import full

from .examples import START, UNHURRIED, consumption, of, plate_file, records, task

IDLE = PrintState.IDLE
RUN = Run(
    run_id=7,
    name="clip_7",
    task_id="1",
    copy=1,
    phase=Phase.PRINTING,
    started=START,
    from_state=IDLE,
    clears_plate=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Small:
    """One field of each kind."""

    name: str
    count: int = 1
    share: float | None = None
    yes: bool = False
    when: datetime | None = None
    pair: tuple[int, str] = (0, "")
    many: tuple[int, ...] = ()
    holds: frozenset[Hold] = frozenset()
    outcome: Outcome = Outcome.FINISHED
    calibrate: Calibrate = True


@given(value=of(Small))
@UNHURRIED
def test_any_value_comes_back(value: Small) -> None:
    assert load(Small, dump(value)) == value


@given(record=records)
@UNHURRIED
def test_any_record_comes_back(record: RunRecord) -> None:
    assert load(RunRecord, dump(record)) == record


@given(use=of(FilamentUse))
@UNHURRIED
def test_any_use_comes_back(use: FilamentUse) -> None:
    assert load(FilamentUse, dump(use)) == use


def test_a_consumption_comes_back() -> None:
    assert load(Consumption, dump(consumption())) == consumption()


def test_defaults_are_written_so_that_later_ones_change_nothing_stored() -> None:
    assert '"count":1' in dump(Small(name="a"))


def test_a_field_that_an_older_version_did_not_know_takes_its_default() -> None:
    assert load(Small, '{"name":"a"}') == Small(name="a")


def test_a_field_of_a_newer_version_is_refused() -> None:
    with pytest.raises(StoreTooNew):
        load(Small, '{"name":"a","brake":true}')


def test_times_come_back_in_utc() -> None:
    shanghai = timezone(timedelta(hours=8))
    when = datetime(2026, 11, 21, 11, 0, tzinfo=shanghai)
    back = load(Small, dump(Small(name="a", when=when))).when
    assert back == when
    assert back is not None
    assert back.tzinfo is UTC


@pytest.mark.parametrize(
    "document",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"name":null}',
        '{"name":1}',
        '{"name":"a","count":true}',
        '{"name":"a","count":1.5}',
        '{"name":"a","count":"1"}',
        '{"name":"a","yes":1}',
        '{"name":"a","share":"1"}',
        '{"name":"a","when":"yesterday"}',
        '{"name":"a","when":"2026-11-21T03:00:00"}',
        '{"name":"a","pair":[1]}',
        '{"name":"a","pair":[1,"a",2]}',
        '{"name":"a","many":1}',
        '{"name":"a","many":["1"]}',
        '{"name":"a","holds":["magic"]}',
        '{"name":"a","outcome":"exploded"}',
        '{"name":"a","calibrate":"maybe"}',
        '{"name":"a","calibrate":1}',
        '{"name":"a","calibrate":null}',
        '{"name":"a"',
    ],
)
def test_a_document_that_says_something_else_is_refused(document: str) -> None:
    with pytest.raises(StoreCorrupt):
        load(Small, document)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "\udcff"},
        {"name": None},
        {"name": 1},
        {"count": 1.5},
        {"count": True},
        {"count": 2**70},
        {"share": float("nan")},
        {"share": float("inf")},
        {"when": datetime(2026, 11, 21)},
        {"when": object()},
        {"many": (1, "2")},
        {"many": [1, 2]},
        {"outcome": "exploded"},
    ],
)
def test_what_would_not_come_back_as_it_is_cannot_be_written(
    fields: dict[str, Any],
) -> None:
    with pytest.raises(StoreError):
        dump(Small(**({"name": "a"} | fields)))


def test_a_frozen_clock_s_time_is_a_time(freezer: FrozenDateTimeFactory) -> None:
    now = datetime.now(UTC)
    _decoder.cache_clear()
    assert load(Small, dump(Small(name="a", when=now))).when == now
    _decoder.cache_clear()


def _spoilt(value: Any, odd: Any) -> Any:
    """Return what a report holds with every single value made an odd one."""
    if isinstance(value, dict):
        return {key: _spoilt(inner, odd) for key, inner in value.items()}
    if isinstance(value, list):
        return [_spoilt(inner, odd) for inner in value]
    return odd


@pytest.mark.parametrize(
    "odd", ["half \ud800", "\udfff", "\0", 10**30, -(10**30), 1e308, float("nan")]
)
def test_nothing_that_a_printer_says_is_unwritable(odd: Any) -> None:
    report = full(hms=[{"attr": 0x0300_0100, "code": 0x0001_0007}])
    for key, value in report.items():
        spoilt = report | {key: _spoilt(value, odd)}
        status = replace(PrinterStatus(), **decode(spoilt, spoilt, None))
        run = replace(RUN, loaded=status.trays or (), error=status.print_error or 0)
        run = replace(run, layer=status.layer or 0, from_state=status.state or IDLE)
        dump(run)
        dump(BuildPlate(clear=True, job=shown(status)))


def test_the_value_that_cannot_be_written_is_named() -> None:
    file = plate_file(filaments=(Filament(slot=1, grams=float("nan")),))
    with pytest.raises(StoreUnwritable) as refused:
        dump(task(plate_file=file))
    assert (refused.value.field, refused.value.value) == ("grams", "nan")
    with pytest.raises(StoreUnwritable) as refused:
        dump(task(name="x" * 80 + "\ud800"))
    assert refused.value.field == "name"
    assert refused.value.value == "x" * 50 + "…"
    with pytest.raises(StoreUnwritable) as refused:
        dump(task(copies=10**30))
    assert refused.value.field == "copies"
