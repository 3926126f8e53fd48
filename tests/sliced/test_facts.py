"""What people look at, told without going through the G-code."""

from collections.abc import Callable
from dataclasses import fields
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from custom_components.bambu_batch.sliced import container, errors, reader
from custom_components.bambu_batch.sliced.file import PlateFacts
from simulator import slicer
from simulator.slicer import SlicedPlate


def facts_of(plate: PlateFacts) -> dict[str, object]:
    return {field.name: getattr(plate, field.name) for field in fields(PlateFacts)}


@pytest.mark.parametrize(
    "options", [{}, {"style": "orca"}, {"style": "studio-1.07", "crlf": True}]
)
def test_the_facts_are_those_of_a_whole_reading(
    path: Path, options: dict[str, Any]
) -> None:
    plates = [SlicedPlate(index=1, name="Lid"), SlicedPlate(index=4, swap="pushoff")]
    slicer.write(path, plates, **options)

    found, whole = reader.facts(path), reader.read(path)

    assert found.size == whole.size
    assert [facts_of(one) for one in found.plates] == [
        facts_of(one) for one in whole.plates
    ]


def test_what_only_the_end_states_is_unknown(path: Path) -> None:
    slicer.write(path, [SlicedPlate(layers=2000)], style="orca", with_slice_info=False)

    (quick,), (whole,) = reader.facts(path).plates, reader.read(path).plates

    assert whole.grams is not None
    assert quick.grams is None


def test_no_more_is_read_of_a_large_file_than_of_a_small_one(path: Path) -> None:
    def bytes_read(work: Callable[[Path], object]) -> int:
        count = 0
        real = container._Guarded.read

        def read(self: container._Guarded, size: int | None = -1, /) -> bytes:
            nonlocal count
            block = real(self, size)
            count += len(block)
            return block

        with patch.object(container._Guarded, "read", read):
            work(path)
        return count

    slicer.write(path, [SlicedPlate(megabytes=8)])

    assert bytes_read(reader.facts) < 64 * 1024
    assert bytes_read(reader.read) > 512 * 1024


def test_a_file_that_is_refused_has_no_facts(path: Path) -> None:
    slicer.write(path, [], unsliced=[1])
    with pytest.raises(errors.NotSliced):
        reader.facts(path)


def test_another_content_has_another_version(path: Path) -> None:
    slicer.write(path)
    before = reader.facts(path).version
    slicer.write(path, [SlicedPlate(layers=9)])

    assert reader.facts(path).version != before


def test_a_file_in_another_one_s_place_has_another_version_though_size_and_time_are_the_same(
    path: Path,
) -> None:
    slicer.write(path)
    stat, before = path.stat(), reader.facts(path).version
    other = path.with_name("other.3mf")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.rename(path)

    now = path.stat()
    assert (now.st_size, now.st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert reader.facts(path).version != before
