"""Every payload that is ever sent. Each is built anew from frozen values (FM-148)."""

from dataclasses import dataclass

import orjson

from .project_file import Calibration, ProjectFile

FIRST_SEQUENCE = 40_000
"""Bambu Studio uses 20000 to 29999, the cloud 0: Studio opens dialogs for echoes with those numbers."""
LAST_SEQUENCE = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Command:
    """One message for the request topic."""

    sequence_id: str
    name: str
    payload: bytes
    qos: int = 0


def get_version(sequence: int) -> Command:
    """Ask for model, firmware and AMS units; the answer also shows that the printer receives our commands."""
    return _command("info", "get_version", sequence)


def pushall(sequence: int) -> Command:
    """Ask for a full report."""
    return _command("pushing", "pushall", sequence, version=1, push_target=1)


def pushing_start(sequence: int) -> Command:
    """Switch pushes on again: another client may have switched them off."""
    return _command("pushing", "start", sequence)


def pause(sequence: int) -> Command:
    """Pause; only in RUNNING."""
    return _command("print", "pause", sequence, qos=1, param="")


def resume(sequence: int) -> Command:
    """Resume; only in PAUSE."""
    return _command("print", "resume", sequence, qos=1, param="")


def stop(sequence: int) -> Command:
    """End the job."""
    return _command("print", "stop", sequence, qos=1, param="")


def clean_print_error(sequence: int, subtask_id: str, print_error: int) -> Command:
    """Clear an error, on a person's request only. Does not leave FAILED."""
    return _command(
        "print",
        "clean_print_error",
        sequence,
        subtask_id=subtask_id,
        print_error=print_error,
    )


def close_error_dialog(sequence: int, print_error: int) -> Command:
    """Close the error's dialog on the printer's screen [Bambu Studio]."""
    return _command(
        "system",
        "uiop",
        sequence,
        name="print_error",
        action="close",
        source=1,
        type="dialog",
        err=f"{print_error:08X}",
    )


def project_file(sequence: int, job: ProjectFile) -> Command:
    """Start a print. QoS 0: a queued start was replayed after a reconnect elsewhere (FM-067).

    The keys are those of the slicer's own message, plus `file`, by which a real A1 mini found the print.
    """
    return _command(
        "print",
        "project_file",
        sequence,
        param=job.gcode,
        url=job.url,
        file=job.remote_name,
        md5=job.md5,
        subtask_name=job.subtask_name,
        project_id=str(job.run_id),
        task_id=str(job.run_id),
        subtask_id=str(job.run_id),
        profile_id="0",
        bed_type="auto",
        timelapse=job.timelapse,
        layer_inspect=False,
        bed_leveling=job.bed_leveling == Calibration.ON,
        auto_bed_leveling=int(job.bed_leveling),
        flow_cali=job.flow_calibration == Calibration.ON,
        extrude_cali_flag=int(job.flow_calibration),
        extrude_cali_manual_mode=0,
        vibration_cali=job.vibration_calibration,
        nozzle_offset_cali=0,
        use_ams=job.use_ams,
        ams_mapping=job.flat_mapping,
        ams_mapping2=job.ams_places,
        cfg="0",
    )


def _command(
    category: str, command_name: str, sequence: int, *, qos: int = 0, **fields: object
) -> Command:
    if not FIRST_SEQUENCE <= sequence <= LAST_SEQUENCE:
        raise ValueError("sequence id out of range")
    body = {"sequence_id": str(sequence), "command": command_name, **fields}
    return Command(str(sequence), command_name, orjson.dumps({category: body}), qos)
