"""Errors in the reader's language."""

from homeassistant.exceptions import ConfigEntryNotReady, HomeAssistantError
import pytest

from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.errors import LONGEST, refusal, store_errors
from custom_components.bambu_batch.store.errors import StoreFull


@pytest.mark.parametrize("kind", [HomeAssistantError, ConfigEntryNotReady])
def test_an_error_of_the_database_becomes_one_with_a_text(
    kind: type[HomeAssistantError],
) -> None:
    with pytest.raises(kind) as raised, store_errors(kind):
        raise StoreFull("disk I/O error")

    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == StoreFull.key
    assert isinstance(raised.value.__cause__, StoreFull)


def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(KeyError), store_errors():
        raise KeyError


def test_an_error_repeats_a_long_value_only_in_part() -> None:
    said = refusal("file_missing", file="x" * 1000).translation_placeholders
    assert said is not None
    assert len(said["file"]) == LONGEST
