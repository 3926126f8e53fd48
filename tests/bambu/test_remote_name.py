"""Names of our files on a printer."""

import hashlib
import re

import pytest

from custom_components.bambu_batch.bambu.remote_name import (
    SLIM_FORMAT,
    is_ours,
    remote_name,
    remote_path,
)

SHA256 = hashlib.sha256(b"file").hexdigest()


def test_fm_012_names_are_ascii_and_safe_on_every_file_system() -> None:
    assert re.fullmatch(r"[a-z0-9_]+\.gcode\.3mf", remote_name(SHA256))


def test_the_same_content_has_the_same_name() -> None:
    assert remote_name(SHA256) == remote_name(SHA256)
    assert remote_name(SHA256) != remote_name(hashlib.sha256(b"other").hexdigest())


def test_fm_052_files_go_to_the_cache_and_never_to_the_root() -> None:
    assert remote_path(remote_name(SHA256)) == f"/cache/{remote_name(SHA256)}"


@pytest.mark.parametrize("text", ["", "g" * 64, "A" * 64, "ab" * 16, "../" + "a" * 61])
def test_only_a_hash_makes_a_name(text: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        remote_name(text)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "cube.gcode.3mf",
        "bbm_.gcode.3mf",
        "bbm_" + "a" * 31 + ".gcode.3mf",
        "bbm_" + "a" * 30 + "/." + ".gcode.3mf",
        remote_name(SHA256) + ".gcode.3mf",
        "x" + remote_name(SHA256),
    ],
)
def test_fm_062_other_peoples_files_are_not_ours(name: str) -> None:
    assert not is_ours(name)
    with pytest.raises(ValueError, match="ours"):
        remote_path(name)


def test_a_slim_copy_s_name_is_ours_and_nobody_else_s() -> None:
    names = [remote_name(SHA256, plate) for plate in (None, 1, 2, 9999)]
    names.append(remote_name(hashlib.sha256(b"other").hexdigest(), 1))
    assert len({*names}) == len(names)
    assert len({len(name) for name in names}) == 1
    assert all(is_ours(name) for name in names)
    assert names[1] == f"bbm_{SHA256[:26]}s{SLIM_FORMAT}0001.gcode.3mf"


def test_whole_files_of_earlier_versions_keep_their_name() -> None:
    assert remote_name(SHA256) == f"bbm_{SHA256[:32]}.gcode.3mf"
