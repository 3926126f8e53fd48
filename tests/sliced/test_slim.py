"""The slim copy: the same G-code with less around it, or no copy at all."""

from collections.abc import Callable
from hashlib import md5, sha256
from io import BytesIO
from pathlib import Path
import struct
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import pytest

from custom_components.bambu_batch.bambu.remote_name import SLIM_FORMAT
from custom_components.bambu_batch.sliced import reader
from custom_components.bambu_batch.sliced.errors import SlicedError
from custom_components.bambu_batch.sliced.slim import MAX_MODEL, slim_copy
from simulator import slicer

ATTACHMENT = ("Auxiliaries/Model Pictures/part.png", bytes(range(256)) * 40)
MESH = ("3D/Objects/object_1.model", b"<mesh/>" * 1000)
TWO_PLATES = (
    slicer.SlicedPlate(index=1, name="one"),
    slicer.SlicedPlate(index=2, name="two"),
)


def slimmed(path: Path, plate: int = 1) -> bytes | None:
    with path.open("rb") as file:
        copy = slim_copy(file, plate)
    if copy is None:
        return None
    whole = path.read_bytes()
    return b"".join(h + whole[a:b] for h, a, b in copy.pieces) + copy.end


def archive(content: bytes | None) -> ZipFile:
    assert content is not None
    opened = ZipFile(BytesIO(content))
    assert opened.testzip() is None
    return opened


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("plate", [1, 2])
def test_it_has_the_plates_gcode_and_all_but_meshes_attachments_and_other_gcode(
    path: Path, plate: int, streamed: bool
) -> None:
    slicer.write(path, TWO_PLATES, streamed=streamed, extra=[ATTACHMENT, MESH])
    whole, slim = ZipFile(path), archive(slimmed(path, plate))
    left_out = {*whole.namelist()} - {*slim.namelist()}
    other = f"Metadata/plate_{3 - plate}.gcode"
    assert left_out == {ATTACHMENT[0], MESH[0], other, f"{other}.md5"}
    for name in slim.namelist():
        if name != "3D/3dmodel.model":
            assert slim.read(name) == whole.read(name)
            assert slim.getinfo(name).date_time == whole.getinfo(name).date_time
            assert slim.getinfo(name).compress_size == whole.getinfo(name).compress_size


def test_our_own_reader_reads_the_same_plate_in_it(path: Path, tmp_path: Path) -> None:
    slicer.write(path, TWO_PLATES, extra=[ATTACHMENT])
    copy = tmp_path / "slim.gcode.3mf"
    copy.write_bytes(slimmed(path, 2) or b"")
    assert reader.read(copy).plates == (reader.read(path).plate(2),)


def test_other_readers_find_sizes_in_front_of_the_data(path: Path) -> None:
    """No descriptors: whoever reads from the front needs no directory."""
    slicer.write(path, extra=[ATTACHMENT])
    content = slimmed(path)
    for info in archive(content).infolist():
        assert not info.flag_bits & 0x8
        crc, packed, size = struct.unpack_from(
            "<3L", content or b"", info.header_offset + 14
        )
        assert (crc, packed, size) == (info.CRC, info.compress_size, info.file_size)


def test_a_model_with_meshes_is_an_empty_model_and_one_without_stays(
    path: Path,
) -> None:
    """As in what Studio sends: the relationships name a model."""
    slicer.write(path, extra=[ATTACHMENT])
    model = ZipFile(path).read("3D/3dmodel.model")
    assert archive(slimmed(path)).read("3D/3dmodel.model") == model
    slicer.write(path, extra=[MESH])
    empty = archive(slimmed(path)).read("3D/3dmodel.model")
    assert empty != model
    assert b"<resources/><build/>" in empty
    with ZipFile(path, "w") as made:
        made.writestr("3D/3dmodel.model", b" " * (MAX_MODEL + 1))
        made.writestr("Metadata/plate_1.gcode", b"G28\n")
    assert archive(slimmed(path)).read("3D/3dmodel.model") == empty


def test_what_is_not_known_stays(path: Path) -> None:
    other = ("Metadata/filament_sequence.json", b"{}")
    slicer.write(path, extra=[ATTACHMENT, other])
    assert other[0] in archive(slimmed(path)).namelist()


def test_with_nothing_to_leave_out_there_is_no_copy(path: Path) -> None:
    slicer.write(path)
    assert slimmed(path) is None


def test_the_same_file_gives_the_same_bytes_and_other_bytes_another_format(
    path: Path,
) -> None:
    """A file under this name may lie on a card since an earlier version."""
    with ZipFile(path, "w", ZIP_STORED) as made:
        for name, content in (
            ("3D/3dmodel.model", b"<model/>"),
            MESH,
            ("Metadata/plate_1.gcode", b"G28\n"),
            ("Metadata/plate_2.gcode", b"G28 X\n"),
            ("Metadata/plate_1.png", b"picture"),
            ATTACHMENT,
        ):
            made.writestr(ZipInfo(name), content)
    digest = sha256(slimmed(path) or b"").hexdigest()
    assert (SLIM_FORMAT, digest) == (1, FORMAT_1), "another result needs another format"


FORMAT_1 = "a6bd0a2f2027e3d837b4cb004649330df39c0ae832b9eb187f74c18bbf4e0960"


def changed(path: Path, change: Callable[[bytearray], None]) -> None:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)


def directory(content: bytearray) -> int:
    """Where the first entry of the central directory is."""
    return content.index(b"PK\1\2")


def entry(content: bytearray, name: bytes) -> int:
    """Where a member's entry of the central directory is."""
    return content.index(name, directory(content)) - 46


def poke(form: str, offset: int, value: int) -> Callable[[bytearray], None]:
    """Overwrite a field of the G-code's entry in the directory."""
    return lambda content: struct.pack_into(
        form, content, entry(content, b"Metadata/plate_1.gcode") + offset, value
    )


def poke_local(form: str, offset: int, value: int) -> Callable[[bytearray], None]:
    """Overwrite a field of the G-code's own header."""
    return lambda content: struct.pack_into(
        form, content, content.index(b"Metadata/plate_1.gcode") - 30 + offset, value
    )


def rename_local(content: bytearray) -> None:
    at = content.index(b"Metadata/plate_1.gcode")
    content[at : at + 22] = b"Metadata/plate_7.gcode"


def put_over_its_neighbour(content: bytearray) -> None:
    at = entry(content, b"Metadata/plate_1.gcode")
    packed = struct.unpack_from("<L", content, at + 20)[0] + 60
    struct.pack_into("<L", content, at + 20, packed)


def prefix(content: bytearray) -> None:
    content[:0] = b"MZ a program before the archive"


def comment(content: bytearray) -> None:
    struct.pack_into("<H", content, len(content) - 2, 3)
    content += b"abc"


def cut_off(content: bytearray) -> None:
    del content[len(content) // 2 :]


def second_directory(content: bytearray) -> None:
    """Say in the last entry's comment where it is: `zipfile` prefers it to the one at the end."""
    end, last = len(content) - 22, content.rindex(b"PK\1\2")
    size = struct.unpack_from("<L", content, end + 12)[0]
    struct.pack_into("<L", content, end + 12, size + 20)
    struct.pack_into("<H", content, last + 32, 20)
    content[end:end] = struct.pack("<4sLQL", b"PK\6\7", 0, directory(content), 1)


def fewer_entries(content: bytearray) -> None:
    count = struct.unpack_from("<H", content, len(content) - 12)[0] - 1
    struct.pack_into("<2H", content, len(content) - 14, count, count)


@pytest.mark.parametrize(
    "change",
    [
        poke("<H", 8, 0x1),
        poke("<H", 8, 0x40),
        poke("<H", 10, 12),
        poke("<L", 20, 0xFFFFFFFF),
        poke("<L", 42, 0xFFFFFFFF),
        poke("<L", 42, 7),
        poke("<H", 34, 1),
        poke_local("<H", 6, 0x1),
        poke_local("<H", 8, 0),
        poke_local("<L", 14, 1),
        poke_local("<L", 18, 1),
        poke_local("<L", 22, 1),
        poke_local("<L", 0, 0),
        rename_local,
        put_over_its_neighbour,
        prefix,
        comment,
        cut_off,
        fewer_entries,
        second_directory,
        bytearray.clear,
    ],
)
def test_what_the_archive_does_not_say_twice_in_the_same_words_is_sent_whole(
    path: Path, change: Callable[[bytearray], None]
) -> None:
    slicer.write(path, streamed=False, extra=[ATTACHMENT])
    assert slimmed(path) is not None
    changed(path, change)
    assert slimmed(path) is None


@pytest.mark.parametrize(
    "extra",
    [
        [ATTACHMENT, ("metadata\\PLATE_1.gcode", b"G28")],
        [ATTACHMENT, ("Auxiliaries/a.png", b"1"), ("auxiliaries/A.png", b"2")],
    ],
)
def test_a_name_that_is_there_twice_is_sent_whole(
    path: Path, extra: list[tuple[str, bytes]]
) -> None:
    slicer.write(path, extra=extra)
    assert slimmed(path) is None


@pytest.mark.parametrize("field", [0x0001, 0x7075])
def test_a_field_that_overrules_others_is_sent_whole(path: Path, field: int) -> None:
    odd = ZipInfo("Metadata/odd.json")
    odd.extra = struct.pack("<2HQ", field, 8, 1)
    with ZipFile(path, "w") as made:
        made.writestr("Metadata/plate_1.gcode", b"G28\n")
        made.writestr(*ATTACHMENT)
    assert slimmed(path) is not None
    with ZipFile(path, "a") as made:
        made.writestr(odd, b"{}")
    assert slimmed(path) is None


def test_a_plate_under_an_odd_name_is_sent_whole(path: Path) -> None:
    """A printer finds it by the exact name (FM-165), or it does not print it."""
    slicer.write(path, upper_case=True, extra=[ATTACHMENT])
    assert slimmed(path) is None
    slicer.write(path, extra=[ATTACHMENT])
    assert slimmed(path, 2) is None


def test_real_files_keep_their_gcode_and_attachments_stay_here(samples: Path) -> None:
    shares: dict[str, float] = {}
    for path in sorted((samples / "3mf").glob("*.3mf")):
        try:
            sliced = reader.read(path)
        except SlicedError:
            continue
        for plate in sliced.plates:
            content = slimmed(path, plate.index)
            if content is None:
                continue
            gcode = archive(content).read(plate.gcode)
            assert md5(gcode).hexdigest().upper() == plate.digest
            shares[f"{path.name} {plate.index}"] = len(content) / sliced.size
    assert min(shares.values()) < 0.1
    assert max(shares.values()) < 0.9
