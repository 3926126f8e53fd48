"""Errors in the reader's language."""

from custom_components.bambu_batch.errors import LONGEST, refusal


def test_an_error_repeats_a_long_value_only_in_part() -> None:
    said = refusal("file_missing", file="x" * 1000).translation_placeholders
    assert said is not None
    assert len(said["file"]) == LONGEST
