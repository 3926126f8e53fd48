"""Setting up a printer: every step, every error, and each ends in an entry."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import AsyncMock, patch

from homeassistant import config_entries
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.bambu_batch import discovery
from custom_components.bambu_batch.bambu import errors as exceptions, identity
from custom_components.bambu_batch.bambu.discovery import Announcement
from custom_components.bambu_batch.bambu.probe import Probed, probe
from custom_components.bambu_batch.bambu.status import PrinterStatus
from custom_components.bambu_batch.const import DOMAIN
from custom_components.bambu_batch.flows import connect
from simulator import Farm, Fault, Printer, PrinterSpec

PRODUCTION = {"plate_clearing": "manual", "cooldown_seconds": 90}
OPTIONS = {"plate_clearing": "manual", "cooldown_seconds": 90}
ERRORS = [
    (exceptions.CannotConnect, "cannot_connect"),
    (exceptions.InvalidAuth, "invalid_auth"),
    (exceptions.WrongSerial, "wrong_serial"),
    (exceptions.NoReport, "no_report"),
    (exceptions.FtpsFailed, "ftps_failed"),
    (exceptions.CertificateChanged, "certificate_changed"),
    (RuntimeError, "unknown"),
]
each_error = pytest.mark.parametrize(("error", "key"), ERRORS)


@pytest.fixture
async def printer(socket_enabled: None) -> AsyncIterator[Printer]:
    """An A1 mini on loopback, a hundred times as fast."""
    async with Farm([PrinterSpec(model="N1")], speed=100) as farm:
        yield farm.printers[0]


@pytest.fixture(autouse=True)
def setup_entry() -> Iterator[AsyncMock]:
    """Leave the set-up of entries to the tests of the set-up."""
    with patch(
        "custom_components.bambu_batch.async_setup_entry", return_value=True
    ) as setup:
        yield setup


@pytest.fixture(autouse=True)
def announced() -> Iterator[list[Announcement]]:
    """Say which printers announce themselves: none, unless a test adds some."""
    printers: list[Announcement] = []

    async def search(_: HomeAssistant) -> tuple[Announcement, ...]:
        return tuple(printers)

    with patch.object(discovery, "search", search):
        yield printers


def address(printer: Printer, **changes: Any) -> dict[str, Any]:
    """Fill in the first form."""
    return {
        "host": printer.host,
        "access_code": printer.spec.access_code,
        "advanced": {
            "mqtt_port": printer.mqtt_port,
            "ftps_port": printer.ftps_port,
        },
        **changes,
    }


def data(printer: Printer, **changes: Any) -> dict[str, Any]:
    """Say what an entry of this printer holds."""
    return {
        "host": printer.host,
        "access_code": printer.spec.access_code,
        "serial": printer.serial,
        "mqtt_port": printer.mqtt_port,
        "ftps_port": printer.ftps_port,
        "certificate": printer.certificate_pem,
        **changes,
    }


def entry_of(hass: HomeAssistant, printer: Printer, **changes: Any) -> MockConfigEntry:
    """Add an entry of this printer."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Mini",
        unique_id=printer.serial,
        data=data(printer, **changes),
        options=OPTIONS,
    )
    entry.add_to_hass(hass)
    return entry


async def begin(hass: HomeAssistant) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": config_entries.SOURCE_USER}
    )


async def fill(
    hass: HomeAssistant, result: ConfigFlowResult, form: dict[str, Any]
) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_configure(result["flow_id"], form)


def assert_created(result: ConfigFlowResult, printer: Printer) -> None:
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"] == data(printer)
    assert result["options"] == OPTIONS
    assert result["result"].unique_id == printer.serial


class Answers:
    """In place of the real probe: these errors one after another, then a printer."""

    def __init__(self, printer: Printer, *errors: type[Exception]) -> None:
        self.printer = printer
        self.errors = list(errors)
        self.asked: list[Any] = []

    async def __call__(self, access: Any) -> Probed:
        self.asked.append(access)
        if self.errors:
            raise self.errors.pop(0)
        return Probed(self.printer.serial, self.printer.certificate_pem, "N1")


def answering(printer: Printer, *errors: type[Exception]) -> Any:
    return patch.object(connect, "probe", Answers(printer, *errors))


async def test_a_printer_is_set_up_by_address_and_code(
    hass: HomeAssistant, printer: Printer, setup_entry: AsyncMock
) -> None:
    result = await begin(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert result["errors"] == {}

    result = await fill(hass, result, address(printer))
    assert result["step_id"] == "production"
    assert result["description_placeholders"] == {
        "model": "Bambu Lab A1 mini",
        "fingerprint": identity.fingerprint(printer.certificate_pem),
    }

    result = await fill(hass, result, PRODUCTION)
    assert_created(result, printer)
    assert result["title"] == "Bambu Lab A1 mini"
    assert len(setup_entry.mock_calls) == 1


async def test_who_clears_the_plate_must_be_said(
    hass: HomeAssistant, printer: Printer
) -> None:
    with answering(printer):
        result = await fill(hass, await begin(hass), address(printer))

    with pytest.raises(InvalidData):
        await fill(hass, result, {"cooldown_seconds": 90})

    assert_created(await fill(hass, result, PRODUCTION), printer)


async def test_a_wrong_access_code_is_told_by_the_printer(
    hass: HomeAssistant, printer: Printer
) -> None:
    result = await fill(
        hass, await begin(hass), address(printer, access_code="87654321")
    )
    assert result["errors"] == {"base": "invalid_auth"}

    result = await fill(hass, result, address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("access_code", "1" * 70_000),
        ("access_code", "1234\x005678"),
        ("host", "1" * 70_000),
        ("host", "127.0\n.0.1"),
        ("host", "127.0\0.0.1"),
    ],
    ids=lambda value: repr(value)[:20],
)
async def test_a_text_is_bounded_and_can_be_corrected(
    hass: HomeAssistant, printer: Printer, field: str, text: str
) -> None:
    result = await fill(hass, await begin(hass), address(printer, **{field: text}))
    assert result["errors"] == {field: "text_invalid"}

    result = await fill(hass, result, address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


async def test_a_wrong_address_is_told_by_the_network(
    hass: HomeAssistant, printer: Printer
) -> None:
    nowhere = {"mqtt_port": 1, "ftps_port": 1}
    result = await fill(hass, await begin(hass), address(printer, advanced=nowhere))
    assert result["errors"] == {"base": "cannot_connect"}

    result = await fill(hass, result, address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


async def test_a_refused_file_transfer_is_told_by_the_printer(
    hass: HomeAssistant, printer: Printer
) -> None:
    printer.fault(Fault.FTPS_REFUSE_LOGIN)
    result = await fill(hass, await begin(hass), address(printer))
    assert result["errors"] == {"base": "ftps_failed"}

    printer.heal()
    result = await fill(hass, result, address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


@each_error
async def test_after_each_error_the_printer_can_still_be_set_up(
    hass: HomeAssistant, printer: Printer, error: type[Exception], key: str
) -> None:
    with answering(printer, error):
        result = await fill(hass, await begin(hass), address(printer))
        assert result["step_id"] == "user"
        assert result["errors"] == {"base": key}

        result = await fill(hass, result, address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("short", {"serial": "serial_invalid"}),
        ("0309/00A#1+000", {"serial": "serial_invalid"}),
    ],
)
async def test_a_serial_is_asked_for_where_the_certificate_gives_none(
    hass: HomeAssistant, printer: Printer, typed: str, error: dict[str, str]
) -> None:
    with answering(printer, exceptions.SerialUnknown, exceptions.NoReport) as probed:
        result = await fill(hass, await begin(hass), address(printer))
        assert result["step_id"] == "serial"
        assert result["errors"] == {}

        result = await fill(hass, result, {"serial": typed})
        assert result["errors"] == error

        result = await fill(hass, result, {"serial": printer.serial})
        assert result["errors"] == {"base": "no_report"}

        result = await fill(hass, result, {"serial": f" {printer.serial.lower()} "})
    assert probed.asked[-1].serial == printer.serial
    assert_created(await fill(hass, result, PRODUCTION), printer)


async def test_a_printer_that_is_set_up_gets_its_new_address(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9", mqtt_port=1, ftps_port=2)

    result = await fill(hass, await begin(hass), address(printer))

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert entry.data == data(printer)
    assert [one.kind for one in printer.journal] == ["open"]  # nobody logged in


async def test_a_known_printer_without_a_serial_in_its_certificate_is_not_logged_in_to(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9")
    with (
        patch.object(identity, "serial_of", return_value=None),
        answering(printer, exceptions.SerialUnknown) as probed,
    ):
        result = await fill(hass, await begin(hass), address(printer))
        assert result["step_id"] == "serial"
        result = await fill(hass, result, {"serial": printer.serial})

    assert result["reason"] == "already_configured"
    assert entry.data == data(printer)
    assert len(probed.asked) == 1


async def test_a_stranger_with_a_known_serial_gets_no_entry_of_ours(
    hass: HomeAssistant, printer: Printer
) -> None:
    async with Farm([PrinterSpec(serial=printer.serial)]) as other:
        stranger = other.printers[0]
        entry = entry_of(hass, printer)
        result = await fill(hass, await begin(hass), address(stranger))
        assert result["errors"] == {"base": "certificate_changed"}
        assert entry.data == data(printer)

    result = await fill(hass, result, address(printer))
    assert result["reason"] == "already_configured"


async def test_two_printers_of_one_model_get_different_names(
    hass: HomeAssistant, printer: Printer
) -> None:
    for number, title in enumerate(("Bambu Lab A1 mini", "Bambu Lab A1 mini 2")):
        entry_of(
            hass, printer, serial=f"0309DA00000000{number}"
        )  # same printer, other serial
        hass.config_entries.async_update_entry(
            hass.config_entries.async_entries(DOMAIN)[-1],
            title=title,
            unique_id=f"0309DA00000000{number}",
        )
    with answering(printer):
        result = await fill(hass, await begin(hass), address(printer))
    result = await fill(hass, result, PRODUCTION)

    assert result["title"] == "Bambu Lab A1 mini 3"


async def test_announced_printers_are_offered(
    hass: HomeAssistant, printer: Printer, announced: list[Announcement]
) -> None:
    known = Announcement("127.0.0.7", "0309DA000000001", "N1", "Known")
    new = Announcement(printer.host, printer.serial, "N1", "Left mini")
    odd = Announcement("127.0.0.8", "0999DA000000001")
    announced += [known, new, odd]
    MockConfigEntry(domain=DOMAIN, unique_id=known.serial).add_to_hass(hass)

    result = await begin(hass)

    assert result["data_schema"] is not None
    host = result["data_schema"].schema["host"]
    assert host.config["options"] == [
        {
            "value": printer.host,
            "label": f"Left mini (Bambu Lab A1 mini, {printer.serial}, {printer.host})",
        },
        {
            "value": "127.0.0.8",
            "label": "Bambu Lab (Bambu Lab, 0999DA000000001, 127.0.0.8)",
        },
    ]

    result = await fill(hass, result, address(printer))
    result = await fill(hass, result, PRODUCTION)
    assert_created(result, printer)
    assert result["title"] == "Left mini"


async def test_another_address_than_those_offered_can_be_typed(
    hass: HomeAssistant, printer: Printer, announced: list[Announcement]
) -> None:
    announced.append(Announcement("127.0.0.7", "0309DA000000001", "N1", "Other"))

    result = await fill(hass, await begin(hass), address(printer))
    result = await fill(hass, result, PRODUCTION)

    assert_created(result, printer)
    assert result["title"] == "Bambu Lab A1 mini"


async def discover(hass: HomeAssistant, printer: Announcement) -> ConfigFlowResult:
    return await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": config_entries.SOURCE_INTEGRATION_DISCOVERY},
        data={
            "host": printer.host,
            "serial": printer.serial,
            "model": printer.model,
            "name": printer.name,
            "firmware": printer.firmware,
        },
    )


def announcement(printer: Printer, **changes: Any) -> Announcement:
    return replace(
        Announcement(printer.host, printer.serial, "N1", "Left mini", "01.05.00.00"),
        **changes,
    )


class AtOurPorts:
    """The simulated printer's ports are free ones: reach it there, whatever is asked."""

    def __init__(self, printer: Printer) -> None:
        self.printer = printer

    async def __call__(self, access: Any) -> Probed:
        return await probe(
            replace(
                access,
                mqtt_port=self.printer.mqtt_port,
                ftps_port=self.printer.ftps_port,
            )
        )


async def test_a_discovered_printer_needs_its_code_only(
    hass: HomeAssistant, printer: Printer
) -> None:
    result = await discover(hass, announcement(printer))
    assert result["step_id"] == "discovery_confirm"
    assert result["description_placeholders"] == {
        "model": "Bambu Lab A1 mini",
        "serial": printer.serial,
        "host": printer.host,
    }
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Left mini"}

    with patch.object(connect, "probe", AtOurPorts(printer)):
        result = await fill(hass, result, {"access_code": "wrong"})
        assert result["errors"] == {"base": "invalid_auth"}
        result = await fill(hass, result, {"access_code": printer.spec.access_code})
    result = await fill(hass, result, PRODUCTION)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Left mini"
    assert result["data"] == data(printer, mqtt_port=8883, ftps_port=990)


@each_error
async def test_after_each_error_a_discovered_printer_can_still_be_set_up(
    hass: HomeAssistant, printer: Printer, error: type[Exception], key: str
) -> None:
    result = await discover(hass, announcement(printer, name=None))
    with answering(printer, error):
        result = await fill(hass, result, {"access_code": "1"})
        assert result["errors"] == {"base": key}
        result = await fill(hass, result, {"access_code": "2"})
    result = await fill(hass, result, PRODUCTION)

    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "Bambu Lab A1 mini"


async def test_an_announced_serial_is_no_proof(
    hass: HomeAssistant, printer: Printer
) -> None:
    """The certificate's serial counts; here another printer announced a foreign one."""
    result = await discover(hass, announcement(printer, serial="0309DA000000001"))
    with patch.object(connect, "probe", AtOurPorts(printer)):
        result = await fill(hass, result, {"access_code": printer.spec.access_code})

    assert result["errors"] == {"base": "wrong_serial"}


async def test_a_printer_is_discovered_once(
    hass: HomeAssistant, printer: Printer
) -> None:
    await discover(hass, announcement(printer))
    again = await discover(hass, announcement(printer, host="127.0.0.7"))

    assert again["type"] is FlowResultType.ABORT
    assert again["reason"] == "already_in_progress"


async def test_a_lost_printer_of_ours_is_followed_to_its_new_address(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9")

    result = await discover(hass, announcement(printer))

    assert result["reason"] == "already_configured"
    assert entry.data["host"] == printer.host


async def test_a_stranger_that_announces_our_serial_is_not_followed(
    hass: HomeAssistant, printer: Printer
) -> None:
    async with Farm([PrinterSpec(serial=printer.serial)]) as other:
        stranger = other.printers[0]
        entry = entry_of(hass, printer, host="127.0.0.9", mqtt_port=stranger.mqtt_port)
        result = await discover(hass, announcement(stranger))

    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.9"


async def test_where_nobody_answers_no_printer_is_followed(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9", mqtt_port=1)

    result = await discover(hass, announcement(printer))

    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.9"


async def test_a_connected_printer_stays_where_it_is(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9")
    entry.mock_state(hass, ConfigEntryState.LOADED)
    entry.runtime_data = AsyncMock(status=PrinterStatus(connected=True))

    result = await discover(hass, announcement(printer))

    assert result["reason"] == "already_configured"
    assert entry.data["host"] == "127.0.0.9"


async def test_an_ignored_printer_stays_ignored_until_it_is_added_by_hand(
    hass: HomeAssistant, printer: Printer
) -> None:
    MockConfigEntry(
        domain=DOMAIN, unique_id=printer.serial, source=config_entries.SOURCE_IGNORE
    ).add_to_hass(hass)

    result = await discover(hass, announcement(printer))
    assert result["reason"] == "already_configured"

    result = await fill(hass, await begin(hass), address(printer))
    assert_created(await fill(hass, result, PRODUCTION), printer)


async def test_a_changed_access_code_is_taken(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer, access_code="00000000")
    result = await entry.start_reauth_flow(hass)
    assert result["step_id"] == "reauth_confirm"
    assert result["description_placeholders"] == {"name": "Mini"}

    result = await fill(hass, result, {"access_code": "11111111"})
    assert result["errors"] == {"base": "invalid_auth"}

    result = await fill(hass, result, {"access_code": printer.spec.access_code})
    assert result["reason"] == "reauth_successful"
    assert entry.data == data(printer)


@each_error
async def test_after_each_error_the_code_can_still_be_changed(
    hass: HomeAssistant, printer: Printer, error: type[Exception], key: str
) -> None:
    entry = entry_of(hass, printer, access_code="00000000")
    result = await entry.start_reauth_flow(hass)
    with answering(printer, error) as probed:
        result = await fill(hass, result, {"access_code": "1"})
        assert result["errors"] == {"base": key}
        result = await fill(hass, result, {"access_code": "12345678"})

    assert result["reason"] == "reauth_successful"
    assert entry.data == data(printer)
    assert probed.asked[0].certificate == printer.certificate_pem


async def reauth(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    return await fill(
        hass, await entry.start_reauth_flow(hass), {"access_code": "12345678"}
    )


async def reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    form = {
        "host": "127.0.0.1",
        "access_code": "12345678",
        "advanced": {
            "mqtt_port": entry.data["mqtt_port"],
            "ftps_port": entry.data["ftps_port"],
        },
    }
    return await fill(hass, await entry.start_reconfigure_flow(hass), form)


each_change = pytest.mark.parametrize("change", [reauth, reconfigure])
type Change = Callable[
    [HomeAssistant, MockConfigEntry], Coroutine[Any, Any, ConfigFlowResult]
]


@pytest.fixture
async def loaded(
    hass: HomeAssistant, printer: Printer
) -> AsyncIterator[MockConfigEntry]:
    """An entry that is connected, with an old code."""
    entry = entry_of(hass, printer, access_code="00000000")
    with patch(
        "custom_components.bambu_batch.async_unload_entry", return_value=True
    ) as unload:
        assert await hass.config_entries.async_setup(entry.entry_id)
        entry.runtime_data = unload
        yield entry


class Alone(Answers):
    """Answers, and notes whether the entry has let go of the printer."""

    entry: MockConfigEntry

    async def __call__(self, access: Any) -> Probed:
        assert self.entry.state is ConfigEntryState.NOT_LOADED
        return await super().__call__(access)


@each_change
async def test_a_printer_is_tried_while_nobody_else_is_connected(
    hass: HomeAssistant,
    printer: Printer,
    loaded: MockConfigEntry,
    setup_entry: AsyncMock,
    change: Change,
) -> None:
    alone = Alone(printer)
    alone.entry = loaded
    with patch.object(connect, "probe", alone):
        result = await change(hass, loaded)
        await hass.async_block_till_done()

    assert result["type"] is FlowResultType.ABORT
    assert loaded.data == data(printer)
    assert loaded.state is ConfigEntryState.LOADED
    assert len(setup_entry.mock_calls) == 2


@each_change
@each_error
async def test_after_each_error_the_printer_goes_on_as_it_was(
    hass: HomeAssistant,
    printer: Printer,
    loaded: MockConfigEntry,
    change: Change,
    error: type[Exception],
    key: str,
) -> None:
    alone = Alone(printer, error)
    alone.entry = loaded
    with patch.object(connect, "probe", alone):
        result = await change(hass, loaded)
        assert result["errors"] == {"base": key}
        assert loaded.data == data(printer, access_code="00000000")
        assert loaded.state is ConfigEntryState.LOADED

        form = {"access_code": "12345678"}
        if change is reconfigure:
            form = address(printer)
        result = await fill(hass, result, form)
        assert result["type"] is FlowResultType.ABORT
        await hass.async_block_till_done()
    assert loaded.data == data(printer)


@each_change
async def test_a_printer_that_is_not_let_go_of_is_not_tried(
    hass: HomeAssistant, printer: Printer, loaded: MockConfigEntry, change: Change
) -> None:
    loaded.runtime_data.return_value = False
    with answering(printer) as probed:
        result = await change(hass, loaded)

    assert result["errors"] == {"base": "unknown"}
    assert probed.asked == []


async def test_the_code_goes_to_no_stranger(
    hass: HomeAssistant, printer: Printer
) -> None:
    async with Farm([PrinterSpec(serial=printer.serial)]) as other:
        stranger = other.printers[0]
        entry = entry_of(hass, printer, mqtt_port=stranger.mqtt_port)
        result = await entry.start_reauth_flow(hass)
        result = await fill(hass, result, {"access_code": "12345678"})

        assert result["errors"] == {"base": "certificate_changed"}
        assert [entry.kind for entry in stranger.journal] == ["open"]


async def test_a_new_address_is_taken(hass: HomeAssistant, printer: Printer) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9", mqtt_port=1, ftps_port=2)
    result = await entry.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"

    form = address(printer)
    del form["access_code"]
    result = await fill(hass, result, form)

    assert result["reason"] == "reconfigure_successful"
    assert entry.data == data(printer)


async def test_the_form_does_not_show_the_code(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer)

    result = await entry.start_reconfigure_flow(hass)

    assert result["data_schema"] is not None
    suggested = {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }
    assert suggested == {"host": printer.host, "access_code": None, "advanced": None}


async def test_another_printer_is_not_taken_for_ours(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer)
    async with Farm([PrinterSpec(serial="0309DA000000001")]) as other:
        result = await entry.start_reconfigure_flow(hass)
        result = await fill(hass, result, address(other.printers[0]))
    assert result["errors"] == {"base": "wrong_serial"}

    result = await fill(hass, result, address(printer))
    assert result["reason"] == "reconfigure_successful"


@each_error
async def test_after_each_error_the_address_can_still_be_changed(
    hass: HomeAssistant, printer: Printer, error: type[Exception], key: str
) -> None:
    entry = entry_of(hass, printer, host="127.0.0.9")
    result = await entry.start_reconfigure_flow(hass)
    with answering(printer, error):
        result = await fill(hass, result, address(printer))
        assert result["errors"] == {"base": key}
        result = await fill(hass, result, address(printer))

    assert result["reason"] == "reconfigure_successful"
    assert entry.data == data(printer)


async def test_spools_can_be_added_to_a_printer(
    hass: HomeAssistant, printer: Printer
) -> None:
    entry = entry_of(hass, printer)

    assert set(entry.supported_subentry_types) == {"spool"}
