"""What one run took from each tray, by which method, and what it cost."""

from dataclasses import replace
from datetime import timedelta
from math import pi
from pathlib import Path
from typing import Any

import orjson
import pytest

from custom_components.bambu_batch.bambu.status import PrintState, Tray
from custom_components.bambu_batch.production.consumption import (
    Measured,
    Tariff,
    consumption,
    layers_to_measure,
)
from custom_components.bambu_batch.production.model import (
    FilamentUse,
    Method,
    Outcome,
    Phase,
    Run,
    RunRecord,
    Spool,
)
from custom_components.bambu_batch.sliced import extrusion, reader
from custom_components.bambu_batch.sliced.extrusion import Extruded
from custom_components.bambu_batch.sliced.file import Filament
from simulator import slicer

from .scene import START, plate_file

LOADED = tuple(
    Tray(number, loaded=True, material="PLA", tag=f"TAG{number}", remain=80)
    for number in range(4)
)
PLA = Filament(slot=1, material="PLA", grams=10.0, metres=4.0)
PETG = Filament(slot=2, material="PETG", grams=6.0, metres=2.0)
NO_WORD_OF_WEIGHT = None


def record(outcome: Outcome = Outcome.FINISHED, **changes: Any) -> RunRecord:
    """Return a run of one filament from tray 3, 50 layers, ended as said."""
    file: dict[str, Any] = {"filaments": (PLA,)}
    file |= {
        name: changes.pop(name) for name in ("filaments", "packed") if name in changes
    }
    fields: dict[str, Any] = {
        "mapping": (3,),
        "layer": 50,
        "total_layers": 50,
        "worked": True,
        "loaded": LOADED,
        "trays": ((0, 3), (50, 255)),
    }
    return RunRecord(
        run=Run(
            run_id=7,
            name="Clip_7",
            task_id="1",
            copy=1,
            phase=Phase.PRINTING,
            started=START,
            from_state=PrintState.IDLE,
            clears_plate=True,
            **(fields | changes),
        ),
        outcome=outcome,
        ended=START + timedelta(minutes=15),
        name="Clip",
        plate_file=plate_file(**file),
    )


def extruded(
    slot: int | None,
    millimetres: float,
    start: float = 0.0,
    weight: float | None = 0.003,
) -> Extruded:
    return Extruded(
        slot=slot,
        millimetres=millimetres,
        start_millimetres=start,
        grams_per_millimetre=weight,
    )


def by_tray(found: RunRecord, measured: Measured) -> dict[tuple[int, int | None], Any]:
    uses = consumption(found, measured).filaments
    return {(use.slot, use.tray): use.grams for use in uses}


def test_a_finished_run_took_what_the_file_says() -> None:
    (use,) = consumption(record(), {}).filaments
    assert use == FilamentUse(
        slot=1,
        tray=3,
        material="PLA",
        loaded=LOADED[3],
        grams=10.0,
        route=Method.ESTIMATE,
    )
    assert layers_to_measure(record()) == frozenset()


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.CANCELLED])
def test_fm_111_any_other_took_what_was_extruded_through_its_highest_layer(
    outcome: Outcome,
) -> None:
    found = record(outcome, layer=20)
    assert layers_to_measure(found) == {20}
    (use,) = consumption(found, {20: (extruded(1, 1000, start=50),)}).filaments
    assert use.grams == pytest.approx(3.15)
    assert use.route is Method.EXTRUSION


def test_a_filament_that_had_not_come_yet_took_nothing() -> None:
    found = record(Outcome.FAILED, layer=20, filaments=(PLA, PETG), mapping=(3, 1))
    assert by_tray(found, {20: (extruded(1, 1000),)}) == {(1, 3): 3.0, (2, 1): 0.0}


def test_a_run_that_never_got_to_work_took_nothing() -> None:
    found = record(Outcome.CANCELLED, layer=0, worked=False, trays=())
    assert layers_to_measure(found) == frozenset()
    assert by_tray(found, {}) == {(1, 3): 0.0}


def test_a_file_that_is_gone_leaves_it_unknown_not_nothing() -> None:
    found = record(Outcome.FAILED, layer=20)
    (use,) = consumption(found, {}, tariff=Tariff(default_price_per_kg=20)).filaments
    assert use.grams is None
    assert use.cost is None


def test_a_packed_file_that_did_not_finish_leaves_it_unknown() -> None:
    found = record(Outcome.FAILED, layer=20, packed=2)
    assert layers_to_measure(found) == frozenset()
    assert by_tray(found, {}) == {(1, 3): None}


def test_g_code_that_selects_no_filament_is_the_only_one_s() -> None:
    found = record(Outcome.FAILED, layer=20)
    assert by_tray(found, {20: (extruded(None, 1000),)}) == {(1, 3): 3.0}


def test_fm_173_what_no_filament_of_the_plate_gave_makes_none_of_them_nothing() -> None:
    two = record(Outcome.FAILED, layer=20, filaments=(PLA, PETG), mapping=(3, 1))
    assert by_tray(two, {20: (extruded(None, 1000),)}) == {(1, 3): None, (2, 1): None}
    assert by_tray(two, {20: (extruded(1, 1000),)}) == {(1, 3): 3.0, (2, 1): 0.0}
    one = record(Outcome.FAILED, layer=20)
    assert by_tray(one, {20: (extruded(2, 1000),)}) == {(1, 3): None}


def test_fm_173_an_extrusion_that_is_not_understood_is_unknown() -> None:
    assert by_tray(record(Outcome.FAILED, layer=20), {20: None}) == {(1, 3): None}


def test_without_a_density_the_file_s_own_grams_and_metres_weigh() -> None:
    found = record(Outcome.FAILED, layer=20)
    measured: Measured = {20: (extruded(1, 1000, weight=NO_WORD_OF_WEIGHT),)}
    assert by_tray(found, measured) == {(1, 3): 2.5}
    nothing = replace(PLA, grams=None, metres=None)
    assert by_tray(
        record(Outcome.FAILED, layer=20, filaments=(nothing,)), measured
    ) == {(1, 3): None}


def test_a_finished_run_without_an_estimate_is_measured_whole() -> None:
    found = record(filaments=(replace(PLA, grams=None),))
    assert layers_to_measure(found) == {None}
    (use,) = consumption(found, {None: (extruded(1, 3000),)}).filaments
    assert (use.grams, use.route) == (9.0, Method.EXTRUSION)


def test_fm_106_a_spool_that_took_over_is_charged_from_its_layer_on() -> None:
    found = record(trays=((0, 3), (30, 255), (30, 1), (50, 255)))
    assert layers_to_measure(found) == {30, None}
    measured: Measured = {30: (extruded(1, 900),), None: (extruded(1, 3600),)}
    assert by_tray(found, measured) == {(1, 3): 2.5, (1, 1): 7.5}


def test_fm_106_two_takeovers_in_a_run_that_failed() -> None:
    found = record(
        Outcome.FAILED, layer=40, trays=((0, 3), (10, 1), (20, 0), (40, 255))
    )
    assert layers_to_measure(found) == {10, 20, 40}
    measured: Measured = {
        10: (extruded(1, 1000),),
        20: (extruded(1, 2000),),
        40: (extruded(1, 4000),),
    }
    assert by_tray(found, measured) == {(1, 3): 3.0, (1, 1): 3.0, (1, 0): 6.0}


def test_fm_106_without_the_file_a_takeover_is_split_by_layers() -> None:
    found = record(trays=((0, 3), (20, 1)))
    assert by_tray(found, {}) == {(1, 3): 4.0, (1, 1): 6.0}


def test_changes_between_the_plate_s_own_filaments_are_no_takeover() -> None:
    found = record(
        filaments=(PLA, PETG),
        mapping=(3, 0),
        trays=((0, 3), (1, 0), (1, 3), (2, 0), (50, 255)),
    )
    assert layers_to_measure(found) == frozenset()
    assert by_tray(found, {}) == {(1, 3): 10.0, (2, 0): 6.0}


def test_a_takeover_among_two_filaments_is_its_own_filament_s() -> None:
    found = record(
        filaments=(PLA, PETG),
        mapping=(3, 0),
        trays=((0, 3), (1, 0), (5, 3), (25, 1), (26, 0), (27, 1), (28, 0)),
    )
    assert layers_to_measure(found) == {25, None}
    measured: Measured = {
        25: (extruded(1, 500), extruded(2, 500)),
        None: (extruded(1, 1000), extruded(2, 1000)),
    }
    assert by_tray(found, measured) == {(1, 3): 5.0, (1, 1): 5.0, (2, 0): 6.0}


def test_a_tray_left_over_from_the_job_before_is_not_charged() -> None:
    found = record(trays=((0, 1), (0, 255), (0, 3)))
    assert by_tray(found, {}) == {(1, 3): 10.0}


def test_fm_104_the_external_spool_has_its_own_account() -> None:
    outside = Tray(255, material="PLA")
    found = record(
        mapping=(-1,), external_spool=True, trays=((0, 254),), loaded=(*LOADED, outside)
    )
    (use,) = consumption(found, {}).filaments
    assert (use.tray, use.loaded, use.grams) == (254, outside, 10.0)


def test_fm_107_a_spool_that_changed_in_an_unused_tray_is_not_charged() -> None:
    left = {0: replace(LOADED[0], remain=10), 3: LOADED[3]}
    assert [use.tray for use in consumption(record(), {}, left=left).filaments] == [3]


def test_fm_119_the_sliced_material_and_the_spool_used_are_both_kept() -> None:
    matte = Tray(3, loaded=True, material="PLA", brand_code="GFA01")
    (use,) = consumption(record(loaded=(matte,)), {}).filaments
    assert (use.material, use.loaded) == ("PLA", matte)


SPOOL = Spool(spool="white", tray=3, price_per_kg=25.0, net_grams=1000.0)


@pytest.mark.parametrize(
    ("after", "grams", "method"),
    [
        (Tray(3, tag="TAG3", remain=70), 100.0, Method.REMAIN),
        (Tray(3, tag="TAG3", remain=76), None, Method.EXTRUSION),
        (Tray(3, tag="TAG3", remain=90), None, Method.EXTRUSION),
        (Tray(3, tag="OTHER", remain=70), None, Method.EXTRUSION),
        (Tray(3, tag="TAG3", remain=None), None, Method.EXTRUSION),
        (Tray(3, remain=70), None, Method.EXTRUSION),
    ],
)
def test_the_printer_s_own_rest_counts_only_for_the_same_tagged_spool(
    after: Tray, grams: float | None, method: Method
) -> None:
    found = record(Outcome.FAILED, layer=20, spools=(SPOOL,))
    (use,) = consumption(found, {}, left={3: after}).filaments
    assert (use.grams, use.route) == (grams, method)


def test_fm_105_what_is_measured_is_never_mixed_with_the_printer_s_rest() -> None:
    left = {3: Tray(3, tag="TAG3", remain=10)}
    (use,) = consumption(record(spools=(SPOOL,)), {}, left=left).filaments
    assert (use.grams, use.route) == (10.0, Method.ESTIMATE)


def test_a_spool_s_own_price() -> None:
    tariff = Tariff(currency="EUR", default_price_per_kg=20.0)
    found = consumption(record(spools=(SPOOL,)), {}, tariff=tariff)
    (use,) = found.filaments
    assert use.spool == "white"
    assert (use.price_per_kg, use.price_assumed, use.cost) == (25.0, False, 0.25)
    assert found.currency == "EUR"


def test_fm_114_the_default_price_is_marked_as_assumed() -> None:
    found = record(filaments=(PLA, PETG), mapping=(3, 1), spools=(SPOOL,))
    tariff = Tariff(default_price_per_kg=20.0)
    white, other = consumption(found, {}, tariff=tariff).filaments
    assert (white.cost, white.price_assumed) == (0.25, False)
    assert (other.cost, other.price_assumed) == (pytest.approx(0.12), True)


def test_without_any_price_there_is_no_cost() -> None:
    (use,) = consumption(record(), {}).filaments
    assert use.cost is None


def test_energy_costs_by_the_kilowatt_hour() -> None:
    tariff = Tariff(price_per_kwh=0.40)
    found = consumption(record(), {}, tariff=tariff, energy_kwh=0.25)
    assert (found.energy_kwh, found.energy_cost) == (0.25, 0.1)
    assert consumption(record(), {}, tariff=tariff).energy_cost is None


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_failure_books_what_the_g_code_truly_extrudes(
    tmp_path: Path, share: float, absolute: bool
) -> None:
    """Against the slicer's own figures, which nobody read out of the G-code."""
    plate = slicer.SlicedPlate(
        filaments=(
            slicer.Filament(slot=1, grams=30),
            slicer.Filament(slot=3, grams=12),
        ),
        layers=200,
        absolute_extrusion=absolute,
    )
    path = tmp_path / "part.gcode.3mf"
    slicer.write(path, [plate], model="N1")
    layer = round(200 * share)
    found = record(
        Outcome.FAILED,
        layer=layer,
        total_layers=200,
        mapping=(3, -1, 1),
        filaments=(
            Filament(slot=1, material="PLA", grams=30),
            Filament(slot=3, material="PLA", grams=12),
        ),
    )
    measured = {
        through: extrusion.extruded(path, 1, through)
        for through in layers_to_measure(found)
    }
    weight = 1.24 * pi * (1.75 / 2) ** 2 / 1000
    true = plate.extruded(layer)
    assert by_tray(found, measured) == {
        (1, 3): pytest.approx(true.get(1, 0) * weight, rel=0.02),
        (3, 1): pytest.approx(true.get(3, 0) * weight, rel=0.02),
    }


def test_the_recorded_four_colour_job_books_each_tray(samples: Path) -> None:
    """An A1 with an AMS lite, whose log names the tray at each change."""
    log = (
        samples / "mqtt" / "openspoolman__A1_01.07.00.00_Testqube_Multicolor_local.log"
    )
    file = reader.read(samples / "3mf" / "openspoolman__Testqube_Multicolor.gcode.3mf")
    filaments = tuple(
        Filament(slot=one.slot, material=one.material, grams=one.grams)
        for one in file.plates[0].filaments or ()
    )
    layer, changes = 0, []
    for line in log.read_text("utf-8").splitlines():
        report = orjson.loads(line.partition(" :: ")[2]).get("print", {})
        layer = report.get("layer_num", layer)
        if tray := report.get("ams", {}).get("tray_now"):
            changes.append((layer, int(tray)))
    found = record(filaments=filaments, mapping=(3, 0, 2, 1), trays=tuple(changes))
    assert len(set(changes)) > 4
    assert by_tray(found, {}) == {
        (1, 3): filaments[0].grams,
        (2, 0): filaments[1].grams,
        (3, 2): filaments[2].grams,
        (4, 1): filaments[3].grams,
    }
    assert all(filament.grams for filament in filaments)
