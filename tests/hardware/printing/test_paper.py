"""What is on the paper, whichever way it got there: the words, the number, the code, and their sizes."""

from __future__ import annotations

import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageOps

from hardware.printing import glyphs
from hardware.printing.commands import bands
from hardware.printing.content import ContentError, TicketContent
from hardware.printing.encode import Ticket, encode, type_of
from hardware.printing.fonts import FILES, measure, missing
from hardware.printing.interface import SettingsError
from hardware.printing.items import Code, Figure, Layout, Line
from hardware.printing.layout import lay_out
from hardware.printing.letters import VIETNAMESE
from hardware.printing.profiles import load, names
from hardware.printing.render import render, render_items
from hardware.printing.virtual import Strip, VirtualPrinter

from .conftest import LONG_FIELD, LONG_OFFICE, REFERENCE

WAYS = [
    ("generic-80", "raster"), ("generic-58", "raster"), ("epson-tm-80", "raster"), ("epson-tm-80", "hybrid"),
    ("serial-80", "glyphs"), ("virtual-58", "glyphs"), ("virtual-58", "hybrid"),
]  # fmt: skip
TICKETS: dict[str, dict[str, Any]] = {
    "reference": {},
    "four digits": {"number": "1001", "priority": None},
    "two letters": {"number": "HS1234"},
    "long names": {"service": LONG_FIELD, "office_name": LONG_OFFICE, "counters": "Trả kết quả 2, Quầy 15, 16, 17"},
    "reprint": {"reprint": "Bản in lại"},
    "bare": {key: None for key in REFERENCE if key != "number"},
}


def content(**changes: Any) -> TicketContent:
    return TicketContent.from_job({**REFERENCE, **changes})


def printed(profile: str, way: str, **changes: Any) -> tuple[Ticket, Strip, VirtualPrinter]:
    ticket = encode(content(**changes), load(profile), way)
    device = VirtualPrinter(load(profile).width)
    for start in range(0, len(ticket.data), 1000):
        device.receive(ticket.data[start : start + 1000])
    (strip,) = device.strips
    return ticket, strip, device


def zbar(image: Image.Image) -> str:
    """Reads a QR as a phone would, from the picture alone."""
    padded = ImageOps.expand(image.convert("L"), 40, 255)
    pgm = b"P5 %d %d 255\n" % padded.size + padded.tobytes()
    run = subprocess.run(["zbarimg", "-q", "--raw", "pgm:-"], input=pgm, capture_output=True, timeout=30)
    return run.stdout.decode().strip()


@pytest.mark.parametrize(("profile", "way"), WAYS)
@pytest.mark.parametrize("changes", TICKETS.values(), ids=TICKETS.keys())
def test_the_code_reads_back_and_no_command_is_unknown(profile: str, way: str, changes: dict[str, Any]) -> None:
    ticket, strip, device = printed(profile, way, **changes)
    assert device.decoder.unknown == []
    expected = content(**changes).qr
    assert zbar(strip.image) == expected
    assert strip.image.height == ticket.layout.height + load(profile).feed_before_cut


@pytest.mark.parametrize(("profile", "way"), [case for case in WAYS if case[1] == "raster"])
@pytest.mark.parametrize("changes", TICKETS.values(), ids=TICKETS.keys())
def test_raster_paper_is_the_drawn_ticket_dot_for_dot(profile: str, way: str, changes: dict[str, Any]) -> None:
    ticket, strip, _ = printed(profile, way, **changes)
    drawn = render(ticket.layout)
    assert strip.image.crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()


@pytest.mark.parametrize(("profile", "way"), [case for case in WAYS if case[1] == "hybrid"])
def test_hybrid_paper_is_the_drawn_ticket_but_for_number_and_code(profile: str, way: str) -> None:
    ticket, strip, _ = printed(profile, way)
    assert strip.texts == ["A012"] and strip.codes == [REFERENCE["qr"]], "those two are the printer's own"
    native = [item for item in ticket.layout.items if isinstance(item, (Figure, Code))]
    drawn = [item for item in ticket.layout.items if item not in native]
    picture = render_items(drawn, strip.image.width, 0, ticket.layout.height)
    bottoms = [item.y + (item.side if isinstance(item, Code) else item.height) for item in native]
    edges = [0, native[0].y, bottoms[0], native[1].y, bottoms[1], ticket.layout.height]
    for top, end in zip(edges[::2], edges[1::2], strict=True):
        box = (0, top, strip.image.width, end)
        assert strip.image.crop(box).tobytes() == picture.crop(box).tobytes()


@pytest.mark.parametrize("profile", ["serial-80", "virtual-58"])
def test_every_letter_of_a_glyph_line_stands_where_the_layout_says(profile: str) -> None:
    """Each letter's columns are looked for on the paper, from left to right, at most a dot from its place."""
    ticket, strip, _ = printed(profile, "glyphs")
    upright = [line for line in ticket.layout.lines if not line.inverted]
    assert sum(len(run.text) for line in upright for run in line.runs) > 200
    for line in upright:
        bottom = line.y + max(2 if run.style.size > glyphs.EM else 1 for run in line.runs) * glyphs.ROWS
        for run in line.runs:
            scale = int(run.style.size) // glyphs.EM
            x = run.x
            for char in run.text:
                if char != " ":
                    cell = glyph_image(char, scale)
                    found = any(
                        ImageChops.logical_or(at(strip, x + off, bottom - cell.height, cell.size), cell).tobytes()
                        == at(strip, x + off, bottom - cell.height, cell.size).tobytes()
                        for off in range(-scale, scale + 1)
                    )
                    assert found, f"{char!r} of {run.text!r} at {x}"
                x += scale * (glyphs.SPACE if char == " " else glyphs.glyph(char).advance)


def at(strip: Strip, x: int, y: int, size: tuple[int, int]) -> Image.Image:
    """Ink of a part of the paper, as a mask."""
    part = strip.image.crop((x, y, x + size[0], y + size[1])).convert("L")
    return ImageOps.invert(part).convert("1", dither=Image.Dither.NONE)


def glyph_image(char: str, scale: int) -> Image.Image:
    columns = glyphs.glyph(char).columns
    lying = Image.frombytes("1", (24, len(columns) // 3), columns)
    upright = lying.transpose(Image.Transpose.TRANSPOSE)
    return upright.resize((upright.width * scale, upright.height * scale), Image.Resampling.NEAREST)


@pytest.mark.parametrize("changes", [{}, {"priority": None}], ids=["everything on it", "without a priority"])
def test_a_ticket_on_80_mm_paper_is_60_to_100_mm_long(changes: dict[str, Any]) -> None:
    assert 60 * 8 <= encode(content(**changes), load("generic-80")).layout.height <= 100 * 8


def test_the_reference_ticket_by_glyphs_is_at_most_4000_bytes_with_some_to_spare() -> None:
    ticket, _, _ = printed("serial-80", "glyphs")
    proof = len(b"\x1d(H\x06\x0000") + 4
    assert len(ticket.data) + proof <= 4000 - 100
    assert (len(ticket.data) + proof) * 10 / 19200 < 3


@pytest.mark.parametrize("counters", ["Quầy 5", "Quầy " + ", ".join(map(str, range(1, 17)))])
def test_the_longest_field_of_a_ward_by_glyphs_is_no_more(counters: str) -> None:
    content = TicketContent.from_job({**REFERENCE, "priority": None, "service": LONG_FIELD, "counters": counters})
    assert len(encode(content, load("serial-80")).data) <= 4000


def test_each_way_is_shorter_than_the_one_before() -> None:
    sizes = [len(encode(content(), load("virtual-80"), way).data) for way in ("raster", "hybrid", "glyphs")]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(("profile", "way"), WAYS)
@pytest.mark.parametrize("number", ["A012", "A1000", "1001", "HS1234", "AB123"])
def test_the_number_is_at_least_18_mm_high_and_on_the_paper(profile: str, way: str, number: str) -> None:
    chosen = load(profile)
    sheet, width_of = type_of(way, chosen)
    layout = lay_out(content(number=number), chosen.width, sheet, width_of)
    figures = [item for item in layout.items if isinstance(item, Figure)]
    assert "".join(figure.text for figure in figures) == number
    for figure in figures:
        assert figure.height >= 144
        assert figure.x >= 0 and figure.x + figure.width <= chosen.width
    if way != "hybrid":
        _, strip, _ = printed(profile, way, number=number)
        first = figures[0]
        ink = at(strip, 0, first.y, (chosen.width, first.height)).getbbox()
        assert ink is not None and ink[3] - ink[1] >= 140


@pytest.mark.parametrize(("profile", "way"), WAYS)
def test_the_code_is_at_least_22_mm_with_its_quiet_zone(profile: str, way: str) -> None:
    ticket, strip, _ = printed(profile, way)
    (code,) = [item for item in ticket.layout.items if isinstance(item, Code)]
    assert code.side >= 176
    quiet = 4 * code.module
    assert code.x >= quiet and code.x + code.side + quiet <= strip.image.width
    around = at(strip, code.x - quiet, code.y - quiet // 2, (code.side + 2 * quiet, code.side + quiet))
    assert around.getbbox() == (quiet, quiet // 2, quiet + code.side, quiet // 2 + code.side)


@pytest.mark.parametrize("width", [576, 384])
def test_nothing_leaves_the_paper_and_no_line_touches_the_next(width: int) -> None:
    for changes in TICKETS.values():
        for way in ("raster", "glyphs"):
            profile = load("virtual-80" if width == 576 else "virtual-58")
            sheet, width_of = type_of(way, profile)
            layout = lay_out(content(**changes), width, sheet, width_of)
            check_lines(layout)


def check_lines(layout: Layout) -> None:
    reached = 0
    for item in sorted(layout.items, key=lambda one: one.y):
        if isinstance(item, Code):
            continue
        assert item.y >= reached - 60 or isinstance(item, Line)
        if isinstance(item, Line):
            for left, right in zip(item.runs, item.runs[1:], strict=False):
                assert left.x + left.width < right.x
            for run in item.runs:
                assert run.x >= 0 and run.x + run.width <= layout.width, run
        reached = item.y
    assert layout.height <= 1900


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("office_name", "ẬỘỆỤỢ " * 8 + "ỄẪỖỮ " * 8),
        ("papers", "ậộgyợ " * 9 + "ễẵỗữ " * 9),
        ("service", "ẬỘ " * 9 + "ỄẪ " * 9),
    ],
)
def test_marks_do_not_touch_the_line_above(field: str, text: str) -> None:
    """What reaches furthest down above what reaches furthest up: a white row must stay between them."""
    layout = encode(content(**{field: text}), load("generic-80"), "raster").layout
    picture = render(layout)
    lines = [line for line in layout.lines if set(line.runs[0].text.lower()) <= set(text.lower())]
    assert len(lines) >= 2
    for upper, lower in zip(lines, lines[1:], strict=False):
        assert any(blank(picture, y) for y in range(upper.baseline, lower.baseline)), lower.runs[0].text


def blank(picture: Image.Image, y: int) -> bool:
    return picture.crop((0, y, picture.width, y + 1)).getextrema() == (255, 255)


def test_all_178_letters_are_known_to_every_font() -> None:
    assert len(VIETNAMESE) == len(set(VIETNAMESE)) == 178
    assert all(unicodedata.is_normalized("NFC", letter) and len(letter) == 1 for letter in VIETNAMESE)
    for face in FILES:
        assert missing(VIETNAMESE, face) == ""


def test_a_missing_letter_is_noticed() -> None:
    assert missing("Hộ tịch 戶", "words") == "戶"


def test_all_178_letters_are_different_as_glyphs() -> None:
    shapes = {glyphs.glyph(letter).columns: letter for letter in VIETNAMESE}
    lost = [letter for letter in VIETNAMESE if shapes[glyphs.glyph(letter).columns] != letter]
    assert lost == []
    assert max(glyphs.glyph(letter).width for letter in VIETNAMESE) <= 11


def test_text_in_pieces_prints_as_text_in_one() -> None:
    pieces = {key: unicodedata.normalize("NFD", value) for key, value in REFERENCE.items() if isinstance(value, str)}
    assert encode(content(**pieces), load("generic-80")).data == encode(content(), load("generic-80")).data


def test_control_characters_never_reach_a_printer() -> None:
    evil = content(service="Hộ\x1b@\x1dV\x00 tịch\n\u200b", number="A\x10\x04012")
    assert evil.service == "Hộ@ V tịch"
    assert evil.number == "A012"


@pytest.mark.parametrize("broken", [{"number": None}, {"service": 7}, {"ahead": ["một"]}])
def test_content_that_is_no_ticket(broken: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        content(**broken)


def test_a_reprint_says_so_before_anything_else() -> None:
    assert encode(content(reprint="Bản in lại"), load("generic-80")).layout.texts()[0] == "BẢN IN LẠI"
    assert "BẢN IN LẠI" not in encode(content(), load("generic-80")).layout.texts()


def test_slices_are_at_most_255_rows() -> None:
    data = encode(content(), load("generic-80"), "raster").data
    start, heights = 0, []
    while (start := data.find(b"\x1dv0\x00", start)) >= 0:
        heights.append(int.from_bytes(data[start + 6 : start + 8], "little"))
        start += 8 + int.from_bytes(data[start + 4 : start + 6], "little") * heights[-1]
    assert max(heights) <= 255 and sum(heights) > 500


def test_profiles_are_whole_and_glyphs_need_a_printer_that_takes_them() -> None:
    for name in names():
        assert encode(content(), load(name)).data
    with pytest.raises(SettingsError, match="glyphs"):
        encode(content(), load("generic-80"), "glyphs")
    with pytest.raises(SettingsError, match="there is none"):
        load("no-such-printer")


def test_a_profile_of_the_offices_own(tmp_path: Path) -> None:
    text = (Path("hardware/printing/profiles") / "generic-80.toml").read_text("utf-8")
    own = tmp_path / "ours.toml"
    own.write_text(text.replace("slice_rows = 255", "slice_rows = 24"), "utf-8")
    assert load(str(own)).slice_rows == 24
    own.write_text(text.replace('cut = "partial"', 'cut = "torn"'), "utf-8")
    with pytest.raises(SettingsError, match="cut"):
        load(str(own))


def test_bands_join_what_nearly_touches() -> None:
    image = Image.new("1", (16, 40), 255)
    for y in (0, 1, 4, 30):
        image.putpixel((3, y), 0)
    assert bands(image) == [(0, 5), (30, 31)]


def test_words_wrap_evenly_and_places_start_a_line() -> None:
    sheet, width_of = type_of("raster", load("generic-80"))
    assert width_of is measure
    layout = lay_out(content(), 576, sheet, width_of)
    assert layout.texts()[:2] == ["TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", "PHƯỜNG KHƯƠNG ĐÌNH"]
