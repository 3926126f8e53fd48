"""A Bambu Lab printer made of software: MQTT over TLS, FTPS, and the truth behind them.

    async with simulator.Farm([simulator.PrinterSpec(model="N1")], speed=100) as farm:
        printer = farm.printers[0]

Or `python -m simulator --help`. It knows nothing of the product it tests.
"""

from .certificate import Credentials
from .document import Spool
from .farm import Farm
from .faults import Fault
from .job import Job, Outcome, Source
from .journal import Entry, Journal, Rule
from .models import MODELS, Model
from .printer import Printer
from .spec import PrinterSpec
from .truth import Truth
from .world import World

__all__ = [
    "MODELS",
    "Credentials",
    "Entry",
    "Farm",
    "Fault",
    "Job",
    "Journal",
    "Model",
    "Outcome",
    "Printer",
    "PrinterSpec",
    "Rule",
    "Source",
    "Spool",
    "Truth",
    "World",
]
