"""Under which name a plate's file lies on the printer's card."""

from ..bambu.remote_name import remote_name
from .context import Options
from .model import PlateFile, Run
from .tasks import Block


def name_on_card(file: PlateFile, options: Options) -> str:
    """Return the name of what is sent for this plate: a slim copy, or the whole file."""
    whole = options.send_whole_files
    return remote_name(file.sha256, None if whole else file.plate)


def names_on_card(block: Block, options: Options) -> frozenset[str]:
    """Return the names of the files that open tasks of a block need. Ask for it by `once`."""
    return frozenset(name_on_card(task.plate_file, options) for task in block.open)


def started_name(run: Run, file: PlateFile) -> str:
    """Return the name with which a run of this plate was started, whatever the options say by now.

    Runs from before there were slim copies were started from whole files.
    """
    return run.remote_name or remote_name(file.sha256)
