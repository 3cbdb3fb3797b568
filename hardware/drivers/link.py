"""A serial line and the one thread that owns it: it opens, reads, writes, and opens again after the plug was pulled."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from serial import SerialException

from hardware.drivers.ports import Port, PortSettings

log = logging.getLogger(__name__)

GONE = (SerialException, OSError, ValueError)
"""What an unplugged or missing port raises: pyserial wraps most of it, but ``in_waiting`` raises a bare OSError."""

RETRY_S = (0.5, 1.0, 2.0, 5.0)


class Conversation(Protocol):
    """What is said on the line, without the line: bytes and time in, bytes out. Called by the link's thread only."""

    def opened(self, now: float) -> bytes: ...
    def received(self, data: bytes, now: float) -> bytes: ...
    def tick(self, now: float) -> bytes: ...
    def lost(self, why: str) -> None: ...


class Listener:
    """A conversation that says and hears nothing; speakers override what they need."""

    def opened(self, now: float) -> bytes:  # noqa: ARG002 - the interface's arguments
        return b""

    def received(self, data: bytes, now: float) -> bytes:  # noqa: ARG002
        return b""

    def tick(self, now: float) -> bytes:  # noqa: ARG002
        return b""

    def lost(self, why: str) -> None:
        """Nothing was held."""


ConversationT = TypeVar("ConversationT", bound=Conversation)


class SerialLink:
    def __init__(
        self,
        settings: PortSettings,
        open_port: Callable[[PortSettings], Port],
        monotonic: Callable[[], float] = time.monotonic,
        retry_s: tuple[float, ...] = RETRY_S,
    ) -> None:
        self.settings = settings
        self._open_port = open_port
        self._now = monotonic
        self._retry_s = retry_s
        self._conversations: list[Conversation] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"link {settings.url}", daemon=True)

    def attach(self, conversation: Conversation) -> None:
        """Add a speaker; several devices may hang on one line. Before start()."""
        self._conversations.append(conversation)

    def shared(self, kind: type[ConversationT], make: Callable[[], ConversationT]) -> ConversationT:
        """The conversation of this kind on this line, made at the first call."""
        for conversation in self._conversations:
            if isinstance(conversation, kind):
                return conversation
        made = make()
        self.attach(made)
        return made

    def start(self) -> None:
        if not self._thread.is_alive() and not self._stop.is_set():
            self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout=2)

    def _run(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                port = self._open_port(self.settings)
            except GONE as error:
                self._report_lost(error, first=failures == 0)
            else:
                failures = 0
                log.info("%s open", self.settings.url)
                self._talk_until_gone(port)
            self._stop.wait(self._retry_s[min(failures, len(self._retry_s) - 1)])
            failures += 1

    def _talk_until_gone(self, port: Port) -> None:
        try:
            self._write(port, b"".join(each.opened(self._now()) for each in self._conversations))
            while not self._stop.is_set():
                data = port.read(max(1, port.in_waiting))
                out = [each.received(data, self._now()) for each in self._conversations] if data else []
                out += [each.tick(self._now()) for each in self._conversations]
                self._write(port, b"".join(out))
        except GONE as error:
            self._report_lost(error, first=True)
        except Exception as error:  # a driver's mistake: the line is opened anew instead of going silent
            log.exception("%s", self.settings.url)
            self._report_lost(error, first=True)
        finally:
            try:
                port.close()
            except GONE:
                log.debug("%s was gone before it was closed", self.settings.url)

    def _write(self, port: Port, data: bytes) -> None:
        if data:
            port.write(data)

    def _report_lost(self, error: Exception, *, first: bool) -> None:
        if first:
            log.info("%s lost: %s", self.settings.url, error)
        for conversation in self._conversations:
            conversation.lost(str(error))
