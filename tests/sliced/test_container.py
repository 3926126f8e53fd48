"""Archives that were made to do harm, or came to harm."""

from contextlib import suppress
import json
import os
from pathlib import Path
import stat
from string import Formatter
from time import process_time
import tracemalloc
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo
import zlib

import pytest

from custom_components.bambu_batch.sliced import container, errors, reader
from custom_components.bambu_batch.sliced.errors import SlicedError
from simulator import slicer

GCODE = "Metadata/plate_1.gcode"


def refusal(path: Path) -> SlicedError:
    """Return why a file is not read; the two ways that read less may find it sound."""
    with pytest.raises(SlicedError) as refused:
        reader.read(path)
    with suppress(SlicedError):
        reader.picture(path, 1)
    with suppress(SlicedError):
        reader.plate_numbers(path)
    return refused.value


class TestNotAZip:
    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"PK",
            b"G28\nG1 X10\n" * 100,
            bytes(100_000),
            b"PK\x05\x06" + bytes(17),
            b"PK\x05\x06" + bytes(18) + b"comment",
            b"PK\x05\x06" + b"\xff" * 18,
        ],
    )
    def test_something_else(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)

        # the last but one is an empty ZIP
        assert refusal(path).key in ("not_a_zip", "not_sliced")

    @pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.9, 0.99, 0.999])
    def test_cut_off(self, path: Path, share: float) -> None:
        slicer.truncate(slicer.write(path), share)

        assert refusal(path).key == "not_a_zip"

    def test_a_directory_that_claims_gigabytes(self, path: Path) -> None:
        slicer.write(path)
        content = bytearray(path.read_bytes())
        content[-10:-6] = (2**31).to_bytes(4, "little")
        path.write_bytes(content)

        assert refusal(path).key == "not_a_zip"


class TestNotReadable:
    def test_missing(self, path: Path) -> None:
        refused = refusal(path)

        assert refused.key == "file_not_readable"
        assert refused.placeholders == {"file": "part.gcode.3mf"}

    def test_a_folder(self, tmp_path: Path) -> None:
        assert refusal(tmp_path).key == "file_not_readable"

    def test_a_pipe_does_not_block(self, path: Path) -> None:
        os.mkfifo(path)

        assert refusal(path).key == "file_not_readable"

    def test_an_impossible_name(self) -> None:
        assert refusal(Path("/tmp/a\0b.3mf")).placeholders == {"file": "ab.3mf"}

    def test_a_disk_that_fails(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_archive: container.Archive) -> str:
            raise OSError(5, "Input/output error")

        slicer.write(path)
        monkeypatch.setattr(container.Archive, "sha256", fail)

        with pytest.raises(errors.FileNotReadable):
            reader.read(path)

    def test_a_disk_that_fails_in_a_member(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> bytes:
            raise OSError(5, "Input/output error")

        slicer.write(path)
        monkeypatch.setattr(ZipFile, "open", fail)

        assert refusal(path).key == "file_not_readable"

    def test_a_file_that_is_still_written(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def grow(_archive: container.Archive) -> str:
            with path.open("ab") as file:
                file.write(b"more")
            return ""

        slicer.write(path)
        monkeypatch.setattr(container.Archive, "sha256", grow)

        with pytest.raises(errors.FileChanging) as refused:
            reader.read(path)
        assert refused.value.key == "file_changing"


class TestTooMuch:
    def test_a_bomb_of_ten_gibibytes(self, path: Path) -> None:
        slicer.bomb(path)
        tracemalloc.start()
        try:
            refused = refusal(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert refused.key == "member_too_large"
        assert refused.placeholders == {
            "file": "part.gcode.3mf",
            "member": GCODE,
            "limit": "1024",
        }
        assert peak < 1 << 20

    def test_a_bomb_within_the_limits_but_for_its_ratio(self, path: Path) -> None:
        slicer.bomb(path, gibibytes=1)

        assert refusal(path).key == "member_too_large"

    def test_a_bomb_that_claims_to_be_small(self, path: Path) -> None:
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr(GCODE, bytes(50 << 20))
        slicer.claim(path, GCODE, size=1000)

        assert refusal(path).key == "file_damaged"

    @pytest.mark.parametrize(
        ("member", "limit"),
        [
            (GCODE, 1024),
            ("Metadata/plate_1.png", 16),
            ("Metadata/slice_info.config", 64),
        ],
    )
    def test_members_have_limits_by_their_kind(
        self, path: Path, member: str, limit: int
    ) -> None:
        slicer.write(path)
        size = (limit << 20) + 1
        slicer.claim(path, member, size=size, compressed_size=size // 100)

        refused = refusal(path)

        assert refused.key == "member_too_large"
        assert refused.placeholders["limit"] == str(limit)

    def test_all_members_that_are_read_together(self, path: Path) -> None:
        members = [f"Metadata/plate_{number}.json" for number in range(2, 42)]
        slicer.write(path, extra=[(member, b"{}") for member in members])
        for member in members:
            slicer.claim(path, member, size=60 << 20, compressed_size=1 << 20)

        assert refusal(path).key == "member_too_large"

    @pytest.mark.parametrize(
        "member", ["3D/Objects/object_1.model", "Auxiliaries/a.stl", "top_1.png"]
    )
    def test_fm_170_what_is_never_read_may_have_any_size(
        self, path: Path, member: str
    ) -> None:
        slicer.write(path, extra=[(member, b"x"), ("Auxiliaries/b", b"x")])
        for one in (member, "Auxiliaries/b"):
            slicer.claim(path, one, size=(4 << 30) - 2, compressed_size=1 << 20)

        assert reader.plate_numbers(path) == (1,)
        assert reader.read(path).plates[0].seconds == 1200
        assert reader.picture(path, 1)

    def test_a_file_made_to_take_long(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slicer.write(path, [slicer.SlicedPlate(megabytes=8)])
        worked = iter(range(100))
        monkeypatch.setattr(container, "thread_time", lambda: next(worked) * 10.0)

        assert refusal(path).key == "reading_too_long"

    def test_five_thousand_plates_are_read_in_linear_time(self, path: Path) -> None:
        def seconds(count: int) -> float:
            with ZipFile(path, "w") as archive:
                for number in range(1, count + 1):
                    archive.writestr(f"Metadata/plate_{number}.gcode", "G28\n")
            start = process_time()
            assert len(reader.read(path).plates) == count
            return process_time() - start

        seconds(100)
        assert seconds(4800) < 12 * seconds(800) + 1

    def test_more_members_than_any_slicer_writes(self, path: Path) -> None:
        slicer.write(path, extra=[(f"a{number}", b"") for number in range(5000)])

        refused = refusal(path)

        assert refused.key == "too_many_members"
        assert refused.placeholders["limit"] == "5000"

    def test_a_directory_of_long_names(self, path: Path) -> None:
        slicer.write(path, extra=[(f"{number:01000}", b"") for number in range(1100)])

        assert refusal(path).key == "too_many_members"

    def test_a_file_larger_than_any_print(self, path: Path) -> None:
        with path.open("wb") as file:
            file.truncate((2 << 30) + 1)

        refused = refusal(path)

        assert refused.key == "file_too_large"
        assert refused.placeholders["limit"] == "2048"


class TestUnsafeNames:
    @pytest.mark.parametrize(
        "name",
        [
            "../evil",
            "Metadata/../../evil",
            "Metadata\\..\\evil",
            "/etc/passwd",
            "\\evil",
            "C:\\evil",
            "c:evil",
        ],
    )
    def test_that_lead_out(self, path: Path, name: str) -> None:
        member = ZipInfo("x")
        member.filename = name
        slicer.write(path, extra=[(member, b"")])

        refused = refusal(path)

        assert refused.key == "unsafe_member"
        assert refused.placeholders == {"file": "part.gcode.3mf", "member": name}

    def test_dots_alone_are_no_way_out(self, path: Path) -> None:
        slicer.write(path, extra=[("Auxiliaries/a..b/...", b"")])

        assert reader.plate_numbers(path) == (1,)

    def test_a_nul_in_the_name(self, path: Path) -> None:
        slicer.write(path, extra=[("Metadata/aXb", b"")])
        path.write_bytes(path.read_bytes().replace(b"aXb", b"a\0b"))

        assert refusal(path).key == "unsafe_member"

    def test_no_name_at_all(self, path: Path) -> None:
        member = ZipInfo("x")
        member.filename = ""
        slicer.write(path, extra=[(member, b"")])

        assert refusal(path).placeholders["member"] == "?"

    def test_a_link(self, path: Path) -> None:
        link = ZipInfo("Metadata/plate_2.gcode")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        slicer.write(path, extra=[(link, b"/etc/passwd")])

        assert refusal(path).key == "unsafe_member"

    def test_a_name_that_is_not_utf8(self, path: Path) -> None:
        slicer.write(path, extra=[("Metadata/ä.txt", b"")])
        path.write_bytes(path.read_bytes().replace("ä".encode(), b"\xff\xff"))

        assert refusal(path).key == "not_a_zip"

    @pytest.mark.filterwarnings("ignore:Duplicate name")
    @pytest.mark.parametrize(
        "name",
        [GCODE, GCODE.upper(), GCODE.replace("/", "\\"), "Metadata/Plate_1.gcode"],
    )
    def test_two_of_one_name(self, path: Path, name: str) -> None:
        slicer.write(path, extra=[(name, b"G28\n")])

        refused = refusal(path)

        assert refused.key == "duplicate_member"
        assert refused.placeholders["member"] == name

    def test_control_characters_do_not_reach_people(self, path: Path) -> None:
        slicer.write(path, extra=[("../\x1b[31m\u202eevil\n", b"")])

        assert refusal(path).placeholders["member"] == "../[31mevil"


class TestDamaged:
    def test_an_encrypted_member(self, path: Path) -> None:
        slicer.claim(slicer.write(path), GCODE, flags=0x9)

        assert refusal(path).key == "encrypted_member"

    @pytest.mark.parametrize("method", [ZIP_BZIP2, ZIP_LZMA])
    def test_a_compression_that_no_slicer_uses(self, path: Path, method: int) -> None:
        slicer.write(path, compression=method)

        assert refusal(path).key == "file_damaged"

    def test_a_wrong_checksum(self, path: Path) -> None:
        slicer.claim(slicer.write(path), GCODE, crc=1)

        refused = refusal(path)

        assert refused.key == "file_damaged"
        assert refused.placeholders == {"file": "part.gcode.3mf", "member": GCODE}

    def test_a_size_that_is_not_reached(self, path: Path) -> None:
        gcode = b"G28\n" * 1000
        slicer.write(path, [slicer.SlicedPlate(gcode=gcode)])
        slicer.claim(path, GCODE, size=len(gcode) + 1)

        assert refusal(path).key == "file_damaged"

    def test_a_size_that_is_passed(self, path: Path) -> None:
        gcode = b"G28\n" * 1000
        slicer.write(path, [slicer.SlicedPlate(gcode=gcode)])
        slicer.claim(path, GCODE, size=2000, crc=zlib.crc32(gcode))

        assert refusal(path).key == "file_damaged"

    def test_bytes_changed_on_the_way(self, path: Path) -> None:
        content = bytearray(slicer.write(path).read_bytes())
        with ZipFile(path) as archive:
            at = archive.getinfo(GCODE).header_offset + 200
        content[at : at + 8] = bytes(8)
        path.write_bytes(content)

        assert refusal(path).key == "file_damaged"

    def test_members_that_overlap(self, path: Path) -> None:
        slicer.write(path, [slicer.SlicedPlate(index=1), slicer.SlicedPlate(index=2)])
        with ZipFile(path) as archive:
            offset = archive.getinfo(GCODE).header_offset
        slicer.claim(path, "Metadata/plate_2.gcode", offset=offset)

        assert refusal(path).key == "file_damaged"

    @pytest.mark.parametrize("member", ["slice_info.config", "project_settings.config"])
    def test_a_damaged_small_member_refuses_the_file_too(
        self, path: Path, member: str
    ) -> None:
        slicer.claim(slicer.write(path), f"Metadata/{member}", crc=1)

        assert refusal(path).key == "file_damaged"

    def test_an_offset_before_the_beginning(self, path: Path) -> None:
        content = bytearray(slicer.write(path).read_bytes())
        # the directory's own offset, forged to lie 100 bytes later: all offsets shift by as much
        at = len(content) - 6
        offset = int.from_bytes(content[at : at + 4], "little")
        content[at : at + 4] = (offset + 100).to_bytes(4, "little")
        path.write_bytes(content)

        assert refusal(path).key == "file_damaged"

    def test_a_version_of_the_far_future(self, path: Path) -> None:
        content = bytearray(slicer.write(path).read_bytes())
        at = content.index(b"PK\x01\x02")
        content[at + 6] = 255
        path.write_bytes(content)

        assert refusal(path).key == "not_a_zip"


CLASSES = [
    value
    for value in vars(errors).values()
    if isinstance(value, type)
    and issubclass(value, SlicedError)
    and value is not SlicedError
]


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_every_error_has_its_text(language: str) -> None:
    translations = (
        Path(container.__file__).parents[1] / "translations" / f"{language}.json"
    )
    texts = json.loads(translations.read_text(encoding="utf-8"))["exceptions"]

    assert len({one.key for one in CLASSES}) == len(CLASSES)
    for one in CLASSES:
        message = texts[one.key]["message"]
        said = {field for _, field, *_ in Formatter().parse(message) if field}
        assert "file" in said
        assert all(f"`{field}`" in (one.__doc__ or "") for field in said), one


class TestMemory:
    """What the brief of the product promises: under 64 MB above idle, whatever comes."""

    def test_stays_flat_while_the_gcode_grows(self, path: Path) -> None:
        slicer.write(path, [slicer.SlicedPlate(megabytes=40, layers=100)])
        tracemalloc.start()
        try:
            reader.read(path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert peak < 16 << 20

    @pytest.mark.parametrize(
        ("member", "content"),
        [
            pytest.param(f"Metadata/{member}", content, id=f"{member} of {what}")
            for member, what, content in (
                ("plate_1.json", "objects", b"[" + b"{}," * 340_000 + b"{}]"),
                ("plate_1.json", "nesting", b"[" * 1_000_000),
                ("project_settings.config", "lists", b"[" + b"[]," * 340_000 + b"1]"),
                ("slice_info.config", "tags", b"<a>" + b"<b/>" * 260_000 + b"</a>"),
                ("slice_info.config", "nesting", b"<a>" * 340_000),
                (
                    "slice_info.config",
                    "attributes",
                    b"<c " + b" ".join(b"a%d=''" % n for n in range(100_000)) + b"/>",
                ),
                (
                    "slice_info.config",
                    "objects",
                    b"<c>"
                    + b"<plate>" * 1
                    + b"<object name='%s'/>" % (b"n" * 60) * 12_000
                    + b"</plate></c>",
                ),
                ("model_settings.config", "items", b"<plate>" + b"<object/>" * 110_000),
            )
        ],
    )
    def test_of_metadata_made_to_blow_up(
        self, path: Path, member: str, content: bytes
    ) -> None:
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            archive.writestr(GCODE, b"G28\n")
            archive.writestr(member, content)
        tracemalloc.start()
        try:
            (plate,) = reader.read(path).plates
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

        assert plate.seconds is None
        assert peak < 64 << 20, f"{peak >> 20} MiB"

    def test_fm_171_ten_thousand_names_a_plate_are_not_kept(self, path: Path) -> None:
        names = json.dumps(
            {"bbox_objects": [{"name": f"{n:040}"} for n in range(10_000)]}
        )
        with ZipFile(path, "w", ZIP_DEFLATED) as archive:
            for number in range(1, 41):
                archive.writestr(f"Metadata/plate_{number}.gcode", "G28\n")
                archive.writestr(f"Metadata/plate_{number}.json", names)
        tracemalloc.start()
        try:
            file = reader.read(path)
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert len(file.plates) == 40
        assert kept < 1 << 20
        assert peak < 32 << 20
