"""The answer to `get_version`: which model and which firmware a printer says it has."""

from . import models
from .decode import Changes
from .fields import Object, inner, items, text


def decode(message: Object, serial_model: str | None) -> Changes:
    """Model and firmware; nothing from any other message.

    The product's name comes first, then board and project, which must agree; where neither
    says a known model, the one that the serial says.
    """
    modules = {
        text(module.get("name")): module
        for module in items(inner(message.get("info"), "module"))
        if type(module) is dict
    }
    if not modules:
        return {}
    ota, esp32 = modules.get("ota"), modules.get("esp32")
    if name := text(inner(ota, "product_name")):
        model = models.by_name(name)
    else:
        model = models.by_code(text(inner(esp32, "project_name")))
        if model and (model.board is None or model.board != inner(esp32, "hw_ver")):
            model = None
    return {
        "model": model.code if model else serial_model,
        "firmware": text(inner(ota, "sw_ver")),
    }
