"""The short form of the fuzzer for reports."""

from dataclasses import replace
from random import Random

from custom_components.bambu_batch.bambu.report import Kind, Report
from custom_components.bambu_batch.production.event import ContextChanged
from custom_components.bambu_batch.production.line import advance
from custom_components.bambu_batch.store.document import dump
from tests.fuzz.reports import fuzz, message
from tests.production.scene import Scene

from .messages import NOW, SERIAL, delta, dump as payload, full


def test_five_thousand_broken_messages_raise_nothing() -> None:
    kinds = fuzz(5_000, seed=1)
    assert sum(kinds.values()) == 5_000
    assert set(kinds) == set(Kind) - {Kind.EARLY}


def test_whatever_a_printer_says_of_a_run_can_be_stored() -> None:
    scene, random, report = Scene(), Random(1), Report(SERIAL)
    run = scene.works()
    ours = {"subtask_name": run.name, "gcode_state": "RUNNING", "stg_cur": 0}
    for _ in range(2_000):
        report.receive(payload(full()), NOW)
        report.receive(message(random), NOW)
        report.receive(payload(delta(**ours)), NOW)
        context = replace(scene.context, status=report.status)
        line, _effects = advance(scene.line, ContextChanged(), context, NOW)
        dump(line)
