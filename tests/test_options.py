"""The options: their defaults, and what the line makes of them."""

from custom_components.bambu_batch.options import (
    INTERLOCKS,
    line_options,
    task_defaults,
)
from custom_components.bambu_batch.production.context import (
    OnFailure,
    Options,
    PlateClearing,
    StartWhen,
)
from custom_components.bambu_batch.production.model import PrintSettings


def test_without_a_word_a_person_clears_the_plate() -> None:
    assert line_options({}) == Options(plate_clearing=PlateClearing.MANUAL)


def test_every_option_reaches_the_line() -> None:
    assert line_options(
        {
            "cooldown_seconds": 5.0,
            "cooldown_bed_temperature": 35,
            "cooldown_timeout_minutes": 10.0,
            "plate_clearing": "automatic",
            "require_swap_gcode": False,
            "plate_stack": 8.0,
            "start_when": "idle_only",
            "on_failure": "retry",
            "upload_while_printing": True,
            "send_whole_files": True,
            "hold_before_runout": True,
        }
    ) == Options(
        cooldown_seconds=5,
        cooldown_bed_temperature=35.0,
        cooldown_timeout_minutes=10,
        plate_clearing=PlateClearing.AUTOMATIC,
        require_swap_gcode=False,
        plate_stack=8,
        start_when=StartWhen.IDLE_ONLY,
        on_failure=OnFailure.RETRY,
        upload_while_printing=True,
        send_whole_files=True,
        hold_before_runout=True,
    )


def test_new_tasks_take_the_defaults() -> None:
    assert task_defaults({}) == PrintSettings(
        bed_leveling=True,
        flow_calibration=True,
        vibration_calibration=False,
        timelapse=False,
    )
    assert task_defaults({"timelapse": True}).timelapse


def test_no_interlocks_are_the_default() -> None:
    assert INTERLOCKS.of({}) == []
