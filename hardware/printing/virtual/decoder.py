"""Reads ESC/POS one command after another, as a printer's controller does: what is not complete is waited for.

Written against Epson's public command reference. A command that is not known is kept in `unknown`, and its letter is
skipped, so that text that follows comes out as it would on a printer that lacks the command.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

import segno
from PIL import Image

from .paper import Paper
from .text import LineBuffer, Mode

Bytes = Generator[int, bytes, bytes]
Steps = Generator[int, bytes, None]
ESC, FS, GS, DLE = 0x1B, 0x1C, 0x1D, 0x10

# How many bytes follow a command that changes nothing we show.
_SKIPPED = {
    (ESC, "p"): 3, (ESC, "="): 1, (ESC, "R"): 1, (ESC, "V"): 1, (ESC, "{"): 1, (ESC, "U"): 1, (ESC, "c"): 2,
    (ESC, "r"): 1, (ESC, "T"): 1, (ESC, "S"): 0, (FS, "."): 0, (FS, "&"): 0, (FS, "C"): 1, (FS, "!"): 1, (FS, "-"): 1,
    (FS, "S"): 2, (FS, "W"): 1, (GS, "P"): 2, (GS, "b"): 1, (GS, "h"): 1, (GS, "w"): 1, (GS, "H"): 1, (GS, "f"): 1,
    (GS, "T"): 1, (GS, "j"): 1, (GS, "g"): 3,
}  # fmt: skip


class Decoder:
    """Bytes in; marks on `paper`, and answers through `answer`. `status` gives paper and ASB bytes when asked."""

    def __init__(self, paper: Paper, answer: Callable[[bytes], None], status: Status) -> None:
        self.paper = paper
        self.unknown: list[str] = []
        self.auto_status = 0
        self._answer = answer
        self._status = status
        self._line = LineBuffer(paper)
        self._stored: Image.Image | None = None
        self._code_size, self._code_level, self._code_data = 3, 48, b""
        self._work = self._run()
        self._wanted = next(self._work)

    @property
    def wanted(self) -> int:
        """The most bytes that the next `push` may bring; inside a picture it is what the picture still lacks."""
        return self._wanted

    def push(self, data: bytes) -> None:
        """From one to `wanted` bytes."""
        self._wanted = self._work.send(data)

    def _run(self) -> Steps:
        while True:
            code = (yield 1)[0]
            if code in (ESC, FS, GS):
                letter = chr((yield 1)[0])
                yield from self._command(code, letter)
            elif code == DLE:
                yield from self._realtime()
            elif code == 0x0A:
                self._line.print(self._line.mode.line_spacing)
            elif code == 0x09:
                self._line.move((self._line.x // 96 + 1) * 96)
            elif code >= 0x20:
                self._line.put(code)

    def _take(self, count: int) -> Bytes:
        data = b""
        while len(data) < count:
            data += yield count - len(data)
        return data

    def _realtime(self) -> Steps:
        """Answered on arrival by the device; here only its bytes are passed over."""
        kind = (yield 1)[0]
        if kind in (0x04, 0x05):
            yield 1
        elif kind == 0x14:
            yield from self._take(3)

    def _command(self, lead: int, letter: str) -> Steps:
        if (lead, letter) in _SKIPPED:
            yield from self._take(_SKIPPED[lead, letter])
            return
        handler = {ESC: _ESC, GS: _GS, FS: {}}[lead].get(letter)
        if handler is None:
            self.unknown.append(f"{ {ESC: 'ESC', FS: 'FS', GS: 'GS'}[lead] } {letter}")
        else:
            yield from handler(self)

    # --- ESC ---------------------------------------------------------------------------------------------------

    def _initialise(self) -> Steps:
        self._line.clear()
        self._line.mode = Mode(area=self.paper.width)
        self._stored = None
        yield from self._take(0)

    def _print_mode(self) -> Steps:
        bits = (yield 1)[0]
        mode = self._line.mode
        mode.font, mode.bold = bits & 1, bool(bits & 8)
        mode.height, mode.width = 2 if bits & 16 else 1, 2 if bits & 32 else 1
        mode.underline = 1 if bits & 128 else 0

    def _flag(self, name: str, mask: int = 1) -> Steps:
        value = (yield 1)[0] & mask
        mode = self._line.mode
        setattr(mode, name, bool(value) if isinstance(getattr(mode, name), bool) else value)

    def _default_spacing(self) -> Steps:
        self._line.mode.line_spacing = 30
        yield from self._take(0)

    def _feed_dots(self) -> Steps:
        self._line.print((yield 1)[0])

    def _feed_lines(self) -> Steps:
        self._line.print((yield 1)[0] * self._line.mode.line_spacing)

    def _alignment(self) -> Steps:
        self._line.mode.align = min(2, (yield 1)[0] % 48)

    def _absolute(self) -> Steps:
        self._line.move(_number((yield from self._take(2))))

    def _relative(self) -> Steps:
        distance = _number((yield from self._take(2)))
        self._line.move(self._line.x + (distance - 65536 if distance >= 32768 else distance))

    def _define_glyphs(self) -> Steps:
        tall, first, last = yield from self._take(3)
        mode = self._line.mode
        for code in range(first, last + 1):
            wide = (yield 1)[0]
            columns = yield from self._take(tall * wide)
            cell = Image.new("L", (12 if mode.font == 0 else 9, 24 if mode.font == 0 else 17), 0)
            cell.paste(_from_columns(columns, tall, wide), (0, 0))
            mode.glyphs[mode.font, code] = cell

    def _forget_glyph(self) -> Steps:
        self._line.mode.glyphs.pop((self._line.mode.font, (yield 1)[0]), None)

    def _bit_image(self) -> Steps:
        kind, low, high = yield from self._take(3)
        tall = 3 if kind in (32, 33) else 1
        wide = low + 256 * high
        columns = yield from self._take(tall * wide)
        across, down = (1 if kind in (1, 33) else 2), (1 if tall == 3 else 3)
        ink = _from_columns(columns, tall, wide)
        self._line.picture(ink.resize((ink.width * across, ink.height * down), Image.Resampling.NEAREST))

    def _tabs(self) -> Steps:
        while (yield 1) != b"\0":
            pass

    def _old_cut(self) -> Steps:
        self.paper.cut()
        yield from self._take(0)

    # --- GS ----------------------------------------------------------------------------------------------------

    def _size(self) -> Steps:
        bits = (yield 1)[0]
        self._line.mode.width, self._line.mode.height = (bits >> 4 & 7) + 1, (bits & 7) + 1

    def _left_margin(self) -> Steps:
        self._line.mode.left = _number((yield from self._take(2)))

    def _area(self) -> Steps:
        self._line.mode.area = _number((yield from self._take(2)))

    def _cut(self) -> Steps:
        kind = (yield 1)[0]
        if not self._line.is_empty:
            self._line.print(self._line.mode.line_spacing)
        if kind in (65, 66, 97, 98, 103, 104):
            self.paper.feed((yield 1)[0])
        self._status.reached("cut")
        self.paper.cut()

    def _automatic(self) -> Steps:
        self.auto_status = (yield 1)[0]
        if self.auto_status:
            self._answer(self._status.automatic())

    def _transmit(self) -> Steps:
        kind = (yield 1)[0]
        self._answer(bytes([self._status.paper_sensor() if kind in (1, 49) else 0]))

    def _identify(self) -> Steps:
        kind = (yield 1)[0]
        names = {65: b"_1.00\0", 66: b"_Motcua\0", 67: b"_Simulator\0", 68: b"_1\0", 69: b"_\0"}
        self._answer(names.get(kind, bytes([2])))

    def _raster(self) -> Steps:
        mode = (yield from self._take(2))[1]
        wide, rows = _sizes((yield from self._take(4)))
        data = yield from self._take(wide * rows // 2)
        self._status.reached("picture")
        data += yield from self._take(wide * rows - len(data))
        ink = _from_rows(data, wide * 8, rows)
        self._block(ink, 2 if mode & 1 else 1, 2 if mode & 2 else 1)

    def _graphics(self, length_bytes: int = 2) -> Steps:
        length = int.from_bytes((yield from self._take(length_bytes)), "little")
        kind = yield from self._take(min(2, length))
        if kind[1:] == b"\x70":
            head = yield from self._take(8)
            wide, rows = _sizes(head[4:])
            data = yield from self._take(length - 10)
            ink = _from_rows(data, -(-wide // 8) * 8, rows).crop((0, 0, wide, rows))
            self._stored = ink.resize((wide * head[1], rows * head[2]), Image.Resampling.NEAREST)
            return
        yield from self._take(length - len(kind))
        if kind[1:] in (b"\x02", b"\x32") and self._stored is not None:
            self._line.block(self._stored)
            self._stored = None

    def _two_dimensional(self) -> Steps:
        data = yield from self._take(_number((yield from self._take(2))))
        function, value = data[1], data[2:]
        if data[:1] != b"1":
            self.unknown.append(f"GS ( k {data[0]}")
        elif function == 67:
            self._code_size = value[0]
        elif function == 69:
            self._code_level = value[0]
        elif function == 80:
            self._status.reached("code")
            self._code_data = value[1:]
        elif function == 81:
            self._draw_code()

    def _draw_code(self) -> None:
        payload = self._code_data.decode("utf-8", "replace")
        code = segno.make_qr(payload, error="LMQH"[(self._code_level - 48) % 4], boost_error=False)
        rows = [bytes(255 if module else 0 for module in row) for row in code.matrix]
        ink = Image.frombytes("L", (len(rows), len(rows)), b"".join(rows))
        self._block(ink, self._code_size, self._code_size)
        self.paper.note_code(payload)

    def _response(self) -> Steps:
        data = yield from self._take(_number((yield from self._take(2))))
        if data[:2] == b"00" and len(data) == 6:
            self._status.reached("proof")
            self._answer(b"\x37\x22" + data[2:6] + b"\0")

    def _parenthesis(self) -> Steps:
        kind = chr((yield 1)[0])
        handlers = {"L": Decoder._graphics, "k": Decoder._two_dimensional, "H": Decoder._response}
        if kind in handlers:
            yield from handlers[kind](self)
        else:
            yield from self._take(_number((yield from self._take(2))))

    def _large_graphics(self) -> Steps:
        yield 1
        yield from self._graphics(length_bytes=4)

    def _bar_code(self) -> Steps:
        kind = (yield 1)[0]
        if kind >= 65:
            yield from self._take((yield 1)[0])
        else:
            yield from self._tabs()

    def _block(self, ink: Image.Image, across: int, down: int) -> None:
        self._line.block(ink.resize((ink.width * across, ink.height * down), Image.Resampling.NEAREST))


class Status:
    """What the decoder asks its device for."""

    def automatic(self) -> bytes:
        """Four bytes, as `GS a` sends them."""
        raise NotImplementedError

    def paper_sensor(self) -> int:
        """One byte, as `GS r 1` is answered."""
        raise NotImplementedError

    def reached(self, moment: str) -> None:
        """The controller is inside a "picture" or a "code", about to "cut", or about to give its "proof"."""


Handler = Callable[[Decoder], Steps]
_ESC: dict[str, Handler] = {
    "@": Decoder._initialise, "!": Decoder._print_mode, "-": lambda d: d._flag("underline", 3),
    "2": Decoder._default_spacing, "3": lambda d: d._flag("line_spacing", 255), "E": lambda d: d._flag("bold"),
    "G": lambda d: d._flag("bold"), "J": Decoder._feed_dots, "d": Decoder._feed_lines, "M": lambda d: d._flag("font"),
    "t": lambda d: d._flag("page", 255), "a": Decoder._alignment, "$": Decoder._absolute, "\\": Decoder._relative,
    " ": lambda d: d._flag("spacing", 255), "%": lambda d: d._flag("user"), "&": Decoder._define_glyphs,
    "?": Decoder._forget_glyph, "*": Decoder._bit_image, "D": Decoder._tabs, "i": Decoder._old_cut,
    "m": Decoder._old_cut,
}  # fmt: skip
_GS: dict[str, Handler] = {
    "!": Decoder._size, "B": lambda d: d._flag("inverted"), "L": Decoder._left_margin, "W": Decoder._area,
    "V": Decoder._cut, "a": Decoder._automatic, "r": Decoder._transmit, "I": Decoder._identify, "v": Decoder._raster,
    "(": Decoder._parenthesis, "8": Decoder._large_graphics, "k": Decoder._bar_code,
}  # fmt: skip


def _number(two: bytes) -> int:
    return int.from_bytes(two, "little")


def _sizes(four: bytes) -> tuple[int, int]:
    return _number(four[:2]), _number(four[2:])


def _from_rows(data: bytes, width: int, rows: int) -> Image.Image:
    """A mask (255 is ink) from rows of bits, the highest bit at the left."""
    if not width or not rows:
        return Image.new("L", (1, 1), 0)
    return Image.frombytes("1", (width, rows), data).convert("L")


def _from_columns(data: bytes, tall: int, wide: int) -> Image.Image:
    """A mask from columns of bits, the highest bit on top."""
    if not wide:
        return Image.new("L", (1, 1), 0)
    lying = Image.frombytes("1", (tall * 8, wide), data).convert("L")
    return lying.transpose(Image.Transpose.TRANSPOSE)
