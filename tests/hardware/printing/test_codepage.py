"""Text by code pages: every letter arrives, on the right page, or the printer is refused or the ticket is a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hardware.printing import PrinterSettings, PrinterStatus, SettingsError, codepage, open_printer
from hardware.printing.content import TicketContent
from hardware.printing.encode import Ticket, encode
from hardware.printing.letters import VIETNAMESE
from hardware.printing.profiles import Profile, load
from hardware.printing.testpage import encode_test_page
from hardware.printing.virtual import Strip, VirtualPrinter

from .conftest import LONG_FIELD, LONG_OFFICE, REFERENCE, Clock
from .test_paper import content, zbar

TCVN = load("epson-tcvn-80")
TICKETS: dict[str, dict[str, Any]] = {
    "reference": {},
    "long names": {"service": LONG_FIELD, "office_name": LONG_OFFICE},
    "reprint": {"reprint": "Bản in lại"},
    "every letter": {"papers": " ".join(VIETNAMESE)},
    "bare": {key: None for key in REFERENCE if key != "number"},
}


def printed(profile: Profile, device: VirtualPrinter | None = None, **changes: Any) -> tuple[Ticket, Strip]:
    ticket = encode(content(**changes), profile, "codepage")
    device = device or VirtualPrinter(profile.width)
    for start in range(0, len(ticket.data), 1000):
        device.receive(ticket.data[start : start + 1000])
    assert device.decoder.unknown == []
    return ticket, device.strips[-1]


def read(texts: list[str]) -> str:
    """Letters in their order; spaces and rules are white and strokes on the paper."""
    return "".join(text for text in texts if set(text) != {"-"}).replace(" ", "")


@pytest.mark.parametrize("changes", TICKETS.values(), ids=TICKETS.keys())
def test_what_is_printed_decodes_to_what_was_said(changes: dict[str, Any]) -> None:
    ticket, strip = printed(TCVN, **changes)
    assert read(strip.texts) == read(ticket.layout.texts())
    assert strip.codes == [qr for qr in [content(**changes).qr] if qr]
    assert zbar(strip.image) == content(**changes).qr


def test_the_words_are_the_tickets_but_for_signs_that_no_page_holds() -> None:
    ticket, strip = printed(TCVN)
    said = read(strip.texts)
    assert "TRUNGTÂMPHỤCVỤHÀNHCHÍNHCÔNG" in said and "Trướcông/bà5người" in said
    assert "20-35phút" in said and "ƯUTIÊN-NGƯỜICAOTUỔI" in said
    assert len(ticket.data) < 1000


def test_the_page_is_chosen_anew_after_every_reset_and_every_foreign_command() -> None:
    """A printer that kept its page from the ticket before would hide what is missing; a reset forgets it."""
    device = VirtualPrinter(576)
    for number in ("A001", "A002"):
        ticket, strip = printed(TCVN, device, number=number)
        assert read(strip.texts) == read(ticket.layout.texts())
    after_code = ticket.data.split(b"\x1d(k")[-1]
    assert b"\x1bt\x1e" in after_code, "python-escpos wrote the code: the page is not trusted any more"


def test_a_printer_with_other_tables_at_these_numbers_prints_wrong_letters_and_never_says_so() -> None:
    swapped = replace(TCVN, code_pages={"TCVN-3-1": 31, "TCVN-3-2": 30})
    ticket, strip = printed(swapped)
    assert read(strip.texts) != read(ticket.layout.texts()), "this is why a person must look at the test page"


@pytest.mark.parametrize(
    ("pages", "lost"),
    [({}, "none"), ({"TCVN-3-1": 30}, "Ă"), ({"CP1258": 52}, "ạ"), ({"CP437": 0}, "đ"), ({"No such": 1}, "No such")],
)
def test_pages_that_lack_a_letter_are_refused_at_the_start(pages: dict[str, int], lost: str, tmp_path: Path) -> None:
    own = tmp_path / "ours.toml"
    table = ", ".join(f'"{name}" = {number}' for name, number in pages.items())
    text = (Path("hardware/printing/profiles") / "epson-tcvn-80.toml").read_text("utf-8")
    own.write_text(text[: text.index("code_pages")] + f"code_pages = {{ {table} }}\n", "utf-8")
    with pytest.raises(SettingsError, match=lost):
        open_printer(
            PrinterSettings("virtual:", str(own)), tmp_path, lambda _: None, lambda *_: None, Clock()
        )  # fmt: skip


def test_a_page_number_is_a_byte() -> None:
    with pytest.raises(SettingsError, match="0 to 255"):
        replace(TCVN, code_pages={"TCVN-3-1": 300})


@pytest.mark.parametrize("changes", [{"office_name": "Phường 戶籍"}, {"service": "Straße"}, {"number": "Đ012"}])
def test_a_letter_outside_the_pages_makes_the_ticket_a_picture(changes: dict[str, Any]) -> None:
    ticket, strip = printed(TCVN, **changes)
    assert strip.texts == []
    assert ticket.layout == encode(codepage.plain(content(**changes)), TCVN, "raster").layout


def test_letters_in_pieces_are_put_together_first() -> None:
    whole, pieces = (
        TicketContent.from_job({"number": "1", "service": "Hộ"}),
        {"number": "1", "service": "Ho\u0323\u0302"},
    )
    assert encode(TicketContent.from_job(pieces), TCVN).data == encode(whole, TCVN).data


def test_the_test_page_shows_every_letter_by_the_profiles_pages() -> None:
    device = VirtualPrinter(576)
    data = encode_test_page(TCVN, "tcp://10.0.0.5:9100", PrinterStatus(online=True))
    for start in range(0, len(data), 1000):
        device.receive(data[start : start + 1000])
    (strip,) = device.strips
    assert read(strip.texts) == VIETNAMESE
    assert encode_test_page(load("epson-tm-80"), "tcp://10.0.0.5:9100", PrinterStatus()).count(b"\x1bt") == 0
