"""What of a name can be seen: joiners belong to words, what turns or hides others does not."""

import pytest

from custom_components.bambu_batch.plain_text import is_plain_text, seen

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART = "\u2764\ufe0f\u200d\U0001f525"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
HINDI = "\u0915\u094d\u200d\u0937"
KANJI = "\u845b\U000e0100"
EVERYDAY = (
    "clip",
    FAMILY,
    f"Vase {HEART}",
    SCOTLAND,
    PERSIAN,
    HINDI,
    KANJI,
    "\u58f6 \uff0d\u3000\u5927",
    "10:23\u202fPM",
    "\u05db\u05d5\u05e1",
    "",
)


@pytest.mark.parametrize("name", EVERYDAY)
def test_a_name_that_people_write_is_left_as_it_is(name: str) -> None:
    assert is_plain_text(name)
    assert seen(name) == name


@pytest.mark.parametrize(
    "unseen",
    [
        *"\0\t\n\x1f\x7f\x85\u2028\u2029",
        *"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        *"\u00ad\u034f\u180e\u200b\u2060\u2064\ufeff\u3164\uffa0\ufffa",
        *"\U000e0001\U000e0041\U000e007f\ufffe\ud800",
    ],
)
def test_what_cannot_be_seen_or_turns_others_around_is_marked(unseen: str) -> None:
    assert not is_plain_text(f"a{unseen}b")
    assert seen(f"a{unseen}b") == "a\N{REPLACEMENT CHARACTER}b"
    assert seen(f"{unseen}{FAMILY}b", "_") == f"_{FAMILY}b"


@pytest.mark.parametrize("name", ["\u200d", "\u200c clip", " \u200d\u200d", "\ufe0f"])
def test_a_joiner_with_nothing_to_join_is_unseen(name: str) -> None:
    assert not is_plain_text(name)
    assert is_plain_text(seen(name))
    assert seen(name, "").strip() in ("", "clip")


@pytest.mark.parametrize("name", [SCOTLAND[1:], SCOTLAND[:-1], f"a{SCOTLAND[1:]}"])
def test_the_letters_of_a_flag_are_unseen_without_it(name: str) -> None:
    assert not is_plain_text(name)
    assert is_plain_text(seen(name))
