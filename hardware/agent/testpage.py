"""A page for a person to look at: every Vietnamese letter, a QR, the paper's width, what the printer answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from PIL import Image, ImageDraw

from hardware.printing import PrinterSettings, PrinterStatus, profiles
from hardware.printing.commands import Pen
from hardware.printing.fonts import font
from hardware.printing.layout import Code
from hardware.printing.letters import VIETNAMESE
from hardware.printing.profiles import Profile
from hardware.printing.qrcode import matrix
from hardware.printing.render import THRESHOLD, render_items
from hardware.printing.session import Session, question
from hardware.printing.transport import LineError, open_transport
from hardware.texts import _

TEXT, LINE = 26, 34
TOKEN = b"TEST"
QR_TEXT = "https://example.vn/motcua-test"
MODULE = 6
DOTS_A_MM = 8


def print_test_page(settings: Mapping[str, object], now: Callable[[], datetime]) -> tuple[str, str]:
    """Print it; ("printed" | "not_sent" | "unknown", what the printer said). The agent must not own the printer now."""
    chosen = PrinterSettings.from_dict(settings)
    profile = profiles.load(chosen.profile)
    said: list[PrinterStatus] = []
    try:
        line = open_transport(chosen.transport, chosen.write_timeout_s)
    except LineError as error:
        return "not_sent", str(error)
    session = Session(line, profile, chosen.write_timeout_s, said.append)
    try:
        answered = session.check()
        status = said[-1] if said else PrinterStatus()
        if not status.can_print:
            return "not_sent", _describe(status, answered)
        session.send(page(profile, chosen, _describe(status, answered), now()) + question(profile, TOKEN))
        proven = session.prove(TOKEN, chosen.proof_timeout_s)
    except LineError as error:
        return ("unknown" if error.written else "not_sent"), str(error)
    finally:
        session.close()
    return ("printed" if proven else "unknown"), _describe(status, answered)


def page(profile: Profile, settings: PrinterSettings, answers: str, at: datetime) -> bytes:
    """The bytes of the page, up to and with the cut."""
    pen = Pen(profile)
    lines = [
        _("TRANG THỬ"),
        f"{profile.name} · {settings.transport}",
        at.astimezone().strftime("%d/%m/%Y %H:%M"),
        answers,
        _("Đủ 178 chữ, không chữ nào thành ô vuông?"),
        " ".join(VIETNAMESE),
        _("Vạch dài hết khổ giấy, hai đầu không mất?"),
    ]
    top = _words(profile.width, [part for line in lines for part in _wrapped(line, profile.width)])
    pen.picture(top, 0)
    ruler = _ruler(profile.width)
    pen.picture(ruler, top.height)
    below = top.height + ruler.height + 24
    modules = len(matrix(QR_TEXT))
    code = Code(QR_TEXT, (profile.width - modules * MODULE) // 2, below, MODULE, modules)
    if profile.qr == "native":
        pen.code(code)
    else:
        pen.picture(render_items([code], profile.width, below, below + code.side), below)
    pen.feed_to(below + code.side + 24)
    pen.cut()
    return pen.output


def _words(width: int, lines: list[str]) -> Image.Image:
    canvas = Image.new("L", (width, LINE * len(lines) + 12), 255)
    draw = ImageDraw.Draw(canvas)
    for place, text in enumerate(lines):
        draw.text(
            (0, place * LINE + TEXT), text, fill=0, font=font("bold" if place == 0 else "words", TEXT), anchor="ls"
        )
    return canvas.point(lambda grey: 0 if grey < THRESHOLD else 255).convert("1")


def _wrapped(text: str, width: int) -> list[str]:
    opened, lines = font("words", TEXT), [""]
    for word in text.split():
        if opened.getlength(f"{lines[-1]} {word}") > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".lstrip()
    return lines


def _ruler(width: int) -> Image.Image:
    """A line over the whole width with a tick each millimetre, a longer one each centimetre."""
    canvas = Image.new("1", (width, 48), 1)
    draw = ImageDraw.Draw(canvas)
    draw.rectangle((0, 0, width - 1, 5), fill=0)
    for millimetre in range(width // DOTS_A_MM + 1):
        x = min(millimetre * DOTS_A_MM, width - 2)
        draw.rectangle((x, 6, x + 1, 40 if millimetre % 10 == 0 else 20), fill=0)
    return canvas


def _describe(status: PrinterStatus, answered: bool) -> str:
    if not answered:
        return _("Máy in không trả lời câu hỏi trạng thái.")
    return ", ".join(f"{name}={value}" for name, value in status.detail().items()) or "—"
