"""The import rule of the house, for import-linter: a room imports only what its list allows.

Import-linter's own contracts say what is forbidden. This one says what is allowed, so that
a new dependency shows as a new line in `pyproject.toml`.
"""

import sys
from typing import cast, override

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class DoorsContract(Contract):
    """A room (a package of ours) and the only modules outside of it that it may import.

    `may_import` names modules of ours in full, which allows everything below them too, and
    others by their top-level name. With `standard_library` true all of it is allowed.
    """

    type_name = "doors"

    room = fields.StringField()
    may_import = fields.SetField(
        subfield=fields.StringField(), required=False, default=set()
    )
    standard_library = fields.BooleanField(required=False, default=True)

    @override
    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Find every import of the room that its list does not allow."""
        # import-linter replaces each field by its value
        room = cast(str, self.room)
        allowed = {room} | cast(set[str], self.may_import)
        if cast(bool, self.standard_library):
            allowed |= sys.stdlib_module_names
        wrong = [
            f"{importer} may not import {imported}"
            for importer in sorted({room} | graph.find_descendants(room))
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not any(
                imported == door or imported.startswith(f"{door}.") for door in allowed
            )
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    @override
    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print the wrong imports."""
        for line in check.metadata["wrong"]:
            output.print_error(line)
