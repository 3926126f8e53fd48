"""Comments of changers that load, and of those that change plates."""

import pytest

from custom_components.bambu_batch.sliced.loads import loads_only


@pytest.mark.parametrize(
    "comment",
    [
        *(
            "load plate only",
            "load-plate-only",
            "load.only",
            "load,only",
            "load (only)",
        ),
        *("load\u00a0only", "just load", "plate in only", "load plate w/o ejecting"),
        *(
            "skip eject",
            "eject disabled",
            "eject: off",
            "nur laden",
            "仅装载",
            "只加载",
        ),
        *(
            "swap-s start plate load",
            "swap-s start load 1",
            "swap start 1 / load",
            "plate load",
            "== PLATE_LOAD ==",
        ),
        *("PLATE_GRAB_ONLY", "LoadPlateOnly", "loadonly", "ＬＯＡＤ　ＯＮＬＹ"),
        *("load 2 only", "only grab", "get a plate, no more", "push: disabled"),
        *("eject = no", "without a plate swap", "never eject", "do not push"),
        *("=" * 300 + " load only", "仅装载打印板", "load next plate, nothing on bed"),
    ],
)
def test_fm_180_loading_only_is_heard_in_any_wording(comment: str) -> None:
    assert loads_only(comment)


@pytest.mark.parametrize(
    "comment",
    [
        *("swap", "swap-s start 1", "swap swapmod-stl-a1m start", "start change plate"),
        *("load new plate from stack", "eject plate, load next plate", "load plate 2"),
        *("move back to remove old plate and grab new plate", "plate change no 2"),
        *("Start Push Off", "PUSH_OFF at Z=1", "swap no. 1 of 3", "push off part"),
        *(
            "Push off complete, start safety clear / side push off",
            "unload filament only",
        ),
        *("YOU NEVER want any -Z values in this", "A1M PLATE_SWAP_FULL", "===", ""),
        *(
            "take the old plate off, get a new one",
            "download only",
            "start load new plate",
        ),
    ],
)
def test_what_tools_write_over_a_whole_change_is_no_load(comment: str) -> None:
    assert not loads_only(comment)
