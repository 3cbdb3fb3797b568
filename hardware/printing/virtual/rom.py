"""The simulator's built-in characters: font A (12 × 24) and B (9 × 17), and its code pages."""

from __future__ import annotations

from functools import lru_cache

from escpos.codepages import CodePages
from PIL import Image, ImageDraw

from ..fonts import font

CELLS = {0: (12, 24), 1: (9, 17)}
PAGES = {
    0: "CP437", 1: "KATAKANA", 2: "CP850", 3: "CP860", 4: "CP863", 5: "CP865", 16: "CP1252",
    17: "CP866", 18: "CP852", 19: "CP858", 30: "TCVN-3-1", 31: "TCVN-3-2", 52: "CP1258", 94: "CP1258",
}  # fmt: skip
"""Page numbers as Epson has them; makers differ, which is why code-page text is not what we send by default."""
_FINE = 8


def letter(page: int, code: int) -> str:
    """The letter behind a byte; a page that the printer lacks gives `?`, as clones do, without an error."""
    if code < 128:
        return chr(code)
    name = PAGES.get(page)
    if name is None:
        return "?"
    entry = CodePages.data[name]
    if entry.get("python_encode"):
        return bytes([code]).decode(entry["python_encode"], "replace")
    # The table names the Icelandic letter, which looks the same.
    table = "".join(entry["data"]).replace("Ð", "Đ")
    return table[code - 128] if code - 128 < len(table) else "?"


@lru_cache(maxsize=1024)
def shape(char: str, font_id: int) -> Image.Image:
    """The mask of a built-in character in its cell: centred, and squeezed where it is wider than the cell."""
    width, height = CELLS[font_id]
    opened = font("words", height * _FINE * 0.95)
    left, _, right, _ = opened.getbbox(char, anchor="ls")
    tall = height * _FINE
    drawn = Image.new("L", (max(1, int(right - left)), 2 * tall), 0)
    ImageDraw.Draw(drawn).text((-left, round(tall * 1.8)), char, fill=255, font=opened, anchor="ls")
    # Capitals with marks are lowered into the cell, as a printer's own are.
    top = min(tall, (drawn.getbbox() or (0, tall, 0, 0))[1])
    drawn = drawn.crop((0, top, drawn.width, 2 * tall))
    used = min(width - 1, max(1, round(drawn.width / _FINE)))
    small = drawn.resize((used, height), Image.Resampling.BOX)
    cell = Image.new("L", (width, height), 0)
    cell.paste(small.point(lambda grey: 255 if grey >= 100 else 0), ((width - used) // 2, 0))
    return cell
