"""The `<plate>` elements of the settings."""

import pytest

from custom_components.bambu_batch.sliced.plates_xml import (
    MAX_ITEMS,
    MAX_PLATES,
    PlateElement,
    UnsafeXmlError,
    by_number,
    parse,
)


def test_only_what_plates_say_is_kept() -> None:
    plates = parse(b"""<?xml version="1.0" encoding="UTF-8"?>
<config>
  <header><header_item key="X-BBL-Client-Version" value="02.05.03.61"/></header>
  <object id="1"><metadata key="name" value="not of a plate"/></object>
  <plate>
    <metadata key="index" value="2"/>
    <object identify_id="5" name="A &amp; B"/>
    <filament id="1" type="PLA"/>
    <layer_filament_lists><layer_filament_list filament_list="0"/></layer_filament_lists>
    <model_instance><metadata key="index" value="9"/><object name="nested"/></model_instance>
  </plate>
  <plate/>
</config>""")

    assert plates == [
        PlateElement(
            values={"index": "2"},
            filaments=[{"id": "1", "type": "PLA"}],
        ),
        PlateElement(),
    ]
    assert by_number(plates, "index") == {"2": plates[0], "": plates[1]}


def test_a_number_that_occurs_twice_is_left_out() -> None:
    plate = '<plate><metadata key="index" value="{}"/></plate>'
    plates = parse(
        f"<c>{plate.format(1)}{plate.format(2)}{plate.format(1)}</c>".encode()
    )

    assert list(by_number(plates, "index")) == ["2"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<config>",
        b'<config><plate type="A&B"/></config>',
        b'<?xml version="1.0" encoding="nonsense"?><a/>',
        b"\xff\xfe\x00",
        b"<a/>" * 2,
        b"<a>" * 100 + b"</a>" * 100,
        b"<c>" + b"<plate/>" * (MAX_PLATES + 1) + b"</c>",
        b"<plate>" + b"<filament/>" * (MAX_ITEMS + 1) + b"</plate>",
        b'<plate x="' + b"x" * 100_000 + b'"/>',
    ],
)
def test_what_cannot_be_read_is_unknown(data: bytes) -> None:
    assert parse(data) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declaration",
    [
        "<!DOCTYPE config>",
        '<!DOCTYPE c [<!ENTITY a "b">]>',
        '<!DOCTYPE c SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE c [<!ENTITY % a SYSTEM "http://127.0.0.1/"> %a;]>',
    ],
)
def test_declarations_are_refused(declaration: str, encoding: str) -> None:
    data = f"<?xml version='1.0' encoding='{encoding}'?>{declaration}<config/>".encode(
        encoding
    )

    with pytest.raises(UnsafeXmlError):
        parse(data)


def test_keys_without_end_are_not_kept() -> None:
    keys = b"".join(
        b'<metadata key="k%d" value="v"/>' % number for number in range(500)
    )
    plates = parse(b"<plate>" + keys + b"<metadata/></plate>")

    assert len(plates[0].values) == 100


def test_fm_171_ten_thousand_objects_hide_no_filament() -> None:
    objects = (
        b'<object identify_id="1" name="%s" skipped="false"/>' % (b"x" * 80) * 10_000
    )
    data = (
        b'<config><plate><filament id="1" type="PLA"/>' + objects + b"</plate></config>"
    )
    plates = parse(data)
    assert plates[0].filaments == [{"id": "1", "type": "PLA"}]
