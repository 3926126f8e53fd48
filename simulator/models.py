"""What differs from model to model, as one table."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Model:
    """One printer model, as seen from the network."""

    code: str
    product: str
    serial_prefix: str
    hardware: str
    """`hw_ver` of the module `esp32` (A1, P1) or `ap`."""
    url: str
    """What the `url` of a start must begin with to reach the card."""
    prints: frozenset[str]
    """Model ids whose G-code it accepts."""
    firmware: str

    @property
    def full_says_msg(self) -> bool:
        """Full reports of the X1, H2 and P2 families have no `msg`."""
        return self.code in {"N1", "N2S", "N9", "C11", "C12"}

    @property
    def takes_ftp_root(self) -> bool:
        """Recorded of three A1 and an A1 mini: `ftp://` works as well, for files in the root."""
        return self.code in {"N1", "N2S"}

    @property
    def core_xy(self) -> bool:
        """The bed moves in Z, not in Y."""
        return self.code not in {"N1", "N2S", "N9"}


_CORE_XY = frozenset({"C11", "C12", "C13", "BL-P001", "BL-P002"})
_CARD = "file:///sdcard/"
_INTERNAL = "ftp:///"

MODELS = {
    model.code: model
    for model in (
        Model(
            "N1",
            "Bambu Lab A1 mini",
            "030",
            "AP05",
            _CARD,
            frozenset({"N1"}),
            "01.07.02.00",
        ),
        Model(
            "N2S",
            "Bambu Lab A1",
            "039",
            "AP05",
            _CARD,
            frozenset({"N2S"}),
            "01.07.00.00",
        ),
        Model("C11", "Bambu Lab P1P", "01S", "AP04", _CARD, _CORE_XY, "01.07.00.00"),
        Model("C12", "Bambu Lab P1S", "01P", "AP04", _CARD, _CORE_XY, "01.07.00.00"),
        Model(
            "BL-P001",
            "Bambu Lab X1 Carbon",
            "00M",
            "AP05",
            _CARD,
            _CORE_XY,
            "01.09.00.00",
        ),
        Model("C13", "Bambu Lab X1E", "03W", "AP05", _CARD, _CORE_XY, "01.09.00.00"),
        Model(
            "N7",
            "Bambu Lab P2S",
            "22E",
            "AP07",
            _INTERNAL,
            frozenset({"N7"}),
            "01.01.00.00",
        ),
        Model(
            "O1S",
            "Bambu Lab H2S",
            "093",
            "AP07",
            _INTERNAL,
            frozenset({"O1S"}),
            "01.01.00.00",
        ),
        Model(
            "O1D",
            "Bambu Lab H2D",
            "094",
            "AP07",
            _INTERNAL,
            frozenset({"O1D", "O1E"}),
            "01.01.00.00",
        ),
    )
}
"""By model code. The A1 and A1 mini are simulated field by field; the others share
their reports and differ only in what this table says."""
