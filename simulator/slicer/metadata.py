"""The small members of a sliced 3MF: what slicers say about their plates."""

from collections.abc import Collection, Sequence
import json
from typing import Final
from xml.sax.saxutils import quoteattr

from .plate import SlicedPlate

NAMES: Final = {
    "N1": "Bambu Lab A1 mini",
    "N2S": "Bambu Lab A1",
    "N9": "Bambu Lab A2L",
    "C11": "Bambu Lab P1P",
    "C12": "Bambu Lab P1S",
    "C13": "Bambu Lab X1E",
    "BL-P001": "Bambu Lab X1 Carbon",
    "N7": "Bambu Lab P2S",
    "O1D": "Bambu Lab H2D",
}
BEDS: Final = {
    "cool_plate": "Cool Plate",
    "eng_plate": "Engineering Plate",
    "hot_plate": "High Temp Plate",
    "textured_plate": "Textured PEI Plate",
    "supertack_plate": "Supertack Plate",
}
VERSIONS: Final = {"studio": "02.04.00.70", "studio-1.07": "01.07.07.89", "orca": ""}

CONTENT_TYPES: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
 <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
 <Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
 <Default Extension="png" ContentType="image/png"/>
 <Default Extension="gcode" ContentType="text/x.gcode"/>
</Types>
"""
MODEL: Final = """\
<?xml version="1.0" encoding="UTF-8"?>
<model unit="millimeter" xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02">
 <resources/>
 <build/>
</model>
"""


def slice_info(
    plates: Sequence[SlicedPlate],
    *,
    model: str,
    nozzle: float,
    style: str,
    leave_out: Collection[str] = (),
    decimal_comma: bool = False,
    doctype: bool = False,
) -> str:
    """Return `Metadata/slice_info.config`; no plates: the header only, as an unsliced project."""
    text = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    if doctype:
        text.append(
            '<!DOCTYPE config [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'
        )
    text += [
        "<config>\n  <header>\n",
        '    <header_item key="X-BBL-Client-Type" value="slicer"/>\n',
        f'    <header_item key="X-BBL-Client-Version" value="{VERSIONS[style]}"/>\n',
        "  </header>\n",
    ]
    point = "," if decimal_comma else "."
    for plate in plates:
        text.append("  <plate>\n")
        for key, value in _values(
            plate, model=model, nozzle=nozzle, style=style
        ).items():
            said = plate.stated.get(key, value.replace(".", point))
            if key not in leave_out:
                text.append(f'    <metadata key="{key}" value={quoteattr(said)}/>\n')
        for number, name in enumerate(plate.objects):
            text.append(
                f'    <object identify_id="{69 + 17 * number}" name={quoteattr(name)} '
                'skipped="false" />\n'
            )
        for filament in plate.filaments:
            code = (
                f'tray_info_idx="{filament.brand_code}" ' if filament.brand_code else ""
            )
            metres = f"{filament.millimetres / 1000:.2f}".replace(".", point)
            grams = f"{filament.grams:.2f}".replace(".", point)
            text.append(
                f'    <filament id="{filament.slot}" {code}type={quoteattr(filament.material)} '
                f'color="{filament.colour}" used_m="{metres}" used_g="{grams}"/>\n'
            )
        text.append("  </plate>\n")
    return "".join((*text, "</config>\n"))


def model_settings(
    plates: Sequence[SlicedPlate], *, bed_type: str, unsliced: Collection[int]
) -> str:
    """Return `Metadata/model_settings.config`: names and members of all plates."""
    text = ['<?xml version="1.0" encoding="UTF-8"?>\n<config>\n']
    names = {plate.index: plate.name for plate in plates} | dict.fromkeys(unsliced, "")
    for index, name in sorted(names.items()):
        gcode = "" if index in unsliced else f"Metadata/plate_{index}.gcode"
        values = {
            "plater_id": str(index),
            "plater_name": name,
            "bed_type": BEDS[bed_type],
            "gcode_file": gcode,
            "thumbnail_file": f"Metadata/plate_{index}.png",
        }
        text.append("  <plate>\n")
        text += [
            f'    <metadata key="{key}" value={quoteattr(value)}/>\n'
            for key, value in values.items()
        ]
        text.append("  </plate>\n")
    return "".join((*text, "</config>\n"))


def project_settings(*, model: str, nozzle: float, bed_type: str) -> str:
    """Return `Metadata/project_settings.config`."""
    return json.dumps(
        {
            "printer_model": NAMES.get(model, ""),
            "nozzle_diameter": [str(nozzle)],
            "curr_bed_type": BEDS[bed_type],
            "printable_height": "180" if model == "N1" else "256",
        },
        indent=4,
    )


def plate_json(plate: SlicedPlate, *, nozzle: float, bed_type: str) -> str:
    """Return `Metadata/plate_N.json`."""
    return json.dumps(
        {
            "bbox_all": [60.0, 60.0, 120.0, 120.0],
            "bbox_objects": [
                {"bbox": [60.0, 60.0, 120.0, 120.0], "id": 99 + at, "name": name}
                for at, name in enumerate((*plate.objects, "wipe_tower"))
            ],
            "bed_type": bed_type,
            "filament_ids": [filament.slot - 1 for filament in plate.filaments],
            "nozzle_diameter": nozzle + 5.96e-9,
            "version": 2,
        }
    )


def relationships(plate: SlicedPlate | None) -> str:
    """Return `_rels/.rels`: the model and the picture that stands for the file."""
    picture = ""
    if plate:
        picture = (
            f' <Relationship Target="/Metadata/plate_{plate.index}.png" Id="rel-2" Type='
            '"http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail"/>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">\n'
        ' <Relationship Target="/3D/3dmodel.model" Id="rel-1" '
        'Type="http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel"/>\n'
        f"{picture}</Relationships>\n"
    )


def _values(
    plate: SlicedPlate, *, model: str, nozzle: float, style: str
) -> dict[str, str]:
    values = {"index": str(plate.index)}
    if style != "studio-1.07":
        values["printer_model_id"] = "" if style == "orca" else model
        values["nozzle_diameters"] = f"{nozzle:g}"
    return values | {
        "timelapse_type": "0",
        "prediction": str(plate.seconds),
        "weight": f"{plate.grams:.2f}",
        "first_layer_time": "71.958466",
        "outside": "false",
        "support_used": "false",
        "label_object_enabled": "false",
    }
