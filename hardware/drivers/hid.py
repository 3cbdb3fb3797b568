"""Devices that type: a USB number pad in an officer's hand, a scanner that plays keyboard."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hardware.drivers.base import ACTIONS, BadSettings, Device, Host, Press, required
from hardware.drivers.codes import parse_scan
from hardware.drivers.digits import DigitEntry
from hardware.texts import _

log = logging.getLogger(__name__)

RETRY_S = 2.0


@dataclass(frozen=True)
class KeyDown:
    """A key went down; the name is Linux's, without ``KEY_``: ``KP1``, ``KPENTER``, ``A``."""

    name: str


class EventSource(Protocol):
    """An opened input device, ours alone. Reading raises OSError when it is pulled out."""

    def presses(self) -> Iterator[KeyDown]: ...
    def close(self) -> None: ...


SourceOpener = Callable[[str], EventSource]


class EvdevSource:
    """A Linux input device; grabbed, so that its keys do not also reach the desktop."""

    def __init__(self, path: str) -> None:
        try:
            import evdev
        except ImportError as error:
            raise OSError(_("Chưa cài gói “evdev”: pip install evdev")) from error
        self._ecodes = evdev.ecodes
        self._device: Any = evdev.InputDevice(path)
        self._device.grab()

    def presses(self) -> Iterator[KeyDown]:
        for event in self._device.read_loop():
            if event.type == self._ecodes.EV_KEY and event.value == 1:
                names = self._ecodes.KEY.get(event.code, "")
                yield KeyDown((names if isinstance(names, str) else names[0]).removeprefix("KEY_"))

    def close(self) -> None:
        self._device.close()


class HidReader:
    """One thread reads one device, and opens it again after it was pulled out."""

    def __init__(self, device: Device, host: Host, on_key: Callable[[str], None], open_source: SourceOpener) -> None:
        self._device, self._host, self._on_key, self._open = device, host, on_key, open_source
        self._path = str(required(device, "port"))
        self._stop = threading.Event()
        self._source: EventSource | None = None
        self._thread = threading.Thread(target=self._run, name=f"hid {device.id}", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._source = self._open(self._path)
                self._host.report(self._device, "ok")
                for key in self._source.presses():
                    self._on_key(key.name)
                self._host.report(self._device, "offline", _("Thiết bị đã ngắt."))
            except OSError as error:
                self._host.report(self._device, "offline", str(error))
            self._stop.wait(RETRY_S)

    def close(self) -> None:
        self._stop.set()
        if self._source is not None:
            self._source.close()
        self._thread.join(timeout=1)


NUMBER_PAD: Mapping[str, str] = {
    "KPENTER": "next",
    "KPDOT": "recall",
    "KPPLUS": "start",
    "KPMINUS": "finish",
    "KPASTERISK": "no_show",
    "KPSLASH": "transfer",
    "BACKSPACE": "clear",
    "ENTER": "next",
    **{f"KP{digit}": str(digit) for digit in range(10)},
    **{str(digit): str(digit) for digit in range(10)},
}


class HidKeypad:
    def __init__(self, device: Device, host: Host, open_source: SourceOpener = EvdevSource) -> None:
        self.device, self.host = device, host
        self.keys = {**NUMBER_PAD, **device.settings.get("keys", {})}
        unknown = set(self.keys.values()) - set(ACTIONS) - {"clear"} - set("0123456789")
        if unknown:
            raise BadSettings(
                _(
                    "Phím “%(key)s” của %(id)s không có nghĩa; dùng: %(keys)s.",
                    key=unknown.pop(),
                    id=device.id,
                    keys=", ".join((*ACTIONS, "clear", "0–9")),
                )
            )
        self.digits = DigitEntry()
        self._reader = HidReader(device, host, self._key, open_source)

    def _key(self, name: str) -> None:
        meaning = self.keys.get(name)
        pressed = self.digits.key(meaning, self.host.clock()) if meaning else None
        if pressed is not None:
            self.host.take(Press(self.device, pressed[0], self.host.clock(), pressed[1]))

    def close(self) -> None:
        self._reader.close()


_SHIFTED = dict(zip("1234567890-=[];'`\\,./", '!@#$%^&*()_+{}:"~|<>?', strict=True))
_SIGNS = {
    "MINUS": "-",
    "EQUAL": "=",
    "LEFTBRACE": "[",
    "RIGHTBRACE": "]",
    "SEMICOLON": ";",
    "APOSTROPHE": "'",
    "GRAVE": "`",
    "BACKSLASH": "\\",
    "COMMA": ",",
    "DOT": ".",
    "SLASH": "/",
    "SPACE": " ",
}


class HidScanner:
    """A scanner in keyboard mode: good for codes in ASCII; identity cards lose their diacritics, so they need CDC."""

    def __init__(self, device: Device, host: Host, open_source: SourceOpener = EvdevSource) -> None:
        self.device, self.host = device, host
        self._typed: list[str] = []
        self._shift = False
        self._reader = HidReader(device, host, self._key, open_source)

    def _key(self, name: str) -> None:
        if name in ("LEFTSHIFT", "RIGHTSHIFT"):
            self._shift = True
            return
        if name in ("ENTER", "KPENTER", "TAB"):
            text, self._typed = "".join(self._typed), []
            if text:
                self.host.scanned(self.device, parse_scan(text, identity_cards=False))
        elif len(self._typed) < 1000:
            self._typed.append(self._letter(name))
        self._shift = False

    def _letter(self, name: str) -> str:
        plain = _SIGNS.get(name, name.lower() if len(name) == 1 else "")
        return (_SHIFTED.get(plain) or plain.upper()) if self._shift else plain

    def close(self) -> None:
        self._reader.close()
