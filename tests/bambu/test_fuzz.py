"""The short form of the fuzzer for reports."""

from custom_components.bambu_batch.bambu.report import Kind
from tests.fuzz.reports import fuzz


def test_five_thousand_broken_messages_raise_nothing() -> None:
    kinds = fuzz(5_000, seed=1)
    assert sum(kinds.values()) == 5_000
    assert set(kinds) == set(Kind) - {Kind.EARLY}
