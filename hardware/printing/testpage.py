"""The page a person looks at before a printer is trusted: every letter, the width, a code, and its answers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from . import codepage, fonts, glyphs
from .commands import ESC, Pen
from .encode import type_of
from .interface import PrinterStatus
from .items import Code, Item, Layout, Line, Rule, Run, Style
from .layout import QR_LEAST
from .letters import VIETNAMESE
from .profiles import Profile
from .qrcode import matrix
from .render import render_items
from .wrap import fill, wrap

CONFIRM_URL = "https://motcua.example/test-page"
_TITLE = "TRANG THỬ MÁY IN"
_SENTENCE = "Nguyễn Thị Ngọc Ánh ở phường Khương Đình đã đến lượt."
_QUESTIONS = (
    "1. Mọi chữ cái bên trên rõ ràng, đủ dấu?",
    "2. Hai đầu thước chạm đúng hai mép giấy in?",
    "3. Quét được mã QR?",
    "4. Dao cắt giấy ngay dưới dòng này?",
)


@dataclass
class _Page:
    """Lines from top to bottom."""

    width: int
    y: int = 0

    def __post_init__(self) -> None:
        self.items: list[Item] = []

    def line(self, text: str, style: Style, x: int = 12) -> None:
        run = Run(text, style, x, fonts.measure(text, style))
        self.items.append(Line(self.y, style.leading, self.y + style.ascent, (run,)))
        self.y += style.leading

    def letters(self, style: Style) -> None:
        for row in fill(list(VIETNAMESE), self.width - 24, lambda part: fonts.measure(part, style)):
            self.line(row, style)

    def paragraph(self, text: str, style: Style) -> None:
        for row in wrap(text, self.width - 24, lambda part: fonts.measure(part, style)):
            self.line(row, style)

    def rule(self) -> None:
        self.items.append(Rule(self.y + 8, 12, self.width - 12))
        self.y += 20


def encode_test_page(profile: Profile, transport: str, status: PrinterStatus) -> bytes:
    """The page as pictures; the letters once more as glyphs and by code pages where the profile has them."""
    pen = Pen(profile)
    pen.picture(ruler(profile.width), 0)
    pen.feed_to(RULER)
    _draw(pen, _letters(profile, transport, status))
    if profile.user_glyphs:
        _glyph_rows(pen)
    if profile.code_pages:
        _code_page_rows(pen)
    _draw(pen, _questions(profile))
    pen.cut()
    return pen.output


def _draw(pen: Pen, page: _Page) -> None:
    top = pen.y
    pen.picture(render_items(page.items, page.width, 0, page.y), top)
    pen.feed_to(top + page.y)


def _letters(profile: Profile, transport: str, status: PrinterStatus) -> _Page:
    sheet, _ = type_of("raster", profile)
    page = _Page(profile.width)
    page.line(_TITLE, sheet.service)
    page.paragraph(f"{profile.name} · {profile.width} chấm", sheet.body)
    page.paragraph(transport, sheet.body)
    for answer in answers(status):
        page.paragraph(answer, sheet.body)
    page.rule()
    for style in (sheet.office, replace(sheet.office, face="words")):
        page.letters(style)
        page.rule()
    page.paragraph(_SENTENCE, sheet.body)
    return page


def _questions(profile: Profile) -> _Page:
    sheet, _ = type_of("raster", profile)
    page = _Page(profile.width)
    modules = len(matrix(CONFIRM_URL))
    module = -(-QR_LEAST // modules)
    code = Code(CONFIRM_URL, 4 * module, 4 * module, module, modules)
    page.items.append(code)
    page.y = code.y + code.side + 4 * module
    for question in _QUESTIONS:
        page.paragraph(question, sheet.body)
    return page


RULER = 48


def ruler(width: int) -> Image.Image:
    """Millimetres across the paper, longer at fives and tens, and a full stroke at either edge."""
    image = Image.new("1", (width, RULER), 255)
    draw = ImageDraw.Draw(image)
    for millimetre in range(width // 8 + 1):
        x = min(width - 2, millimetre * 8)
        height = 36 if millimetre % 10 == 0 else 26 if millimetre % 5 == 0 else 14
        draw.rectangle((x, 0, x + 1, height), fill=0)
    draw.rectangle((width - 2, 0, width - 1, RULER - 8), fill=0)
    return image


def answers(status: PrinterStatus) -> list[str]:
    """What the printer said of itself, in words."""
    words = {
        "paper": {"ok": "còn giấy", "near_end": "sắp hết giấy", "out": "hết giấy", None: "không cho biết về giấy"},
        "cover": {"open": "nắp mở", "closed": "nắp đóng", None: "không cho biết về nắp"},
        "cutter": {"ok": "dao cắt tốt", "error": "dao cắt lỗi", None: "không cho biết về dao cắt"},
    }
    told = [words[name][getattr(status, name)] for name in ("paper", "cover", "cutter")]
    return ["Máy in trả lời: " + "; ".join(told[:2]) + ";", told[2] + "."]


def _glyph_rows(pen: Pen) -> None:
    """All letters once more, drawn by the printer from downloaded glyphs."""
    style = Style("words", glyphs.EM, 27, glyphs.BASE)
    count = (pen.profile.width - 24) // (glyphs.CELL + glyphs.SPACE)
    top = pen.y + 8
    lines: list[Line] = []
    for start in range(0, len(VIETNAMESE), count):
        text = " ".join(VIETNAMESE[start : start + count])
        y = top + len(lines) * style.leading
        lines.append(Line(y, style.leading, y + style.ascent, (Run(text, style, 12, glyphs.measure(text, style)),)))
    writer = glyphs.Writer(pen, Layout(pen.profile.width, top, tuple(lines)))
    for line in lines:
        writer.line(line)
    pen.feed_to(lines[-1].y + style.leading)
    pen.raw(ESC + b"%\x00")  # from here on the printer's own letters again


def _code_page_rows(pen: Pen) -> None:
    """All letters once more, in the printer's own: an eye must say whether its pages are the profile's."""
    style = codepage.sheet().small
    count = (pen.profile.width - 24) // (2 * codepage.CELL_WIDTH)
    writer, y = codepage.Writer(pen), pen.y + 8
    for start in range(0, len(VIETNAMESE), count):
        text = " ".join(VIETNAMESE[start : start + count])
        writer.draw(Line(y, style.leading, y + style.ascent, (Run(text, style, 12, codepage.measure(text, style)),)))
        y += style.leading
    pen.feed_to(y)
