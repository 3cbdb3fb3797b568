"""The server's side of the speech worker: starts it, asks it with a time-out, replaces it when it dies."""
from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from display.speech import wire
from display.speech.announcement import Voice
from display.speech.polish import Polished, Refused
from display.speech.words import Language


class SpeechUnavailable(RuntimeError):
    """No announcement now; the text says why. Asking later may help."""


@dataclass(frozen=True)
class Recording:
    wav: bytes
    voice: Voice


def worker_command() -> list[str]:
    return [sys.executable, "-m", "display.speech.worker"]


class Studio:
    """One worker process, one request at a time.

    A socket with a time-out, not a pipe: the same lines then wait without holding the hub under gevent and
    without holding anything but their own thread without it.
    """

    def __init__(self, command: Sequence[str], *, timeout_s: float = 6.0, most_waiting: int = 40) -> None:
        self._command = list(command)
        self._timeout_s = timeout_s
        self._room = threading.BoundedSemaphore(most_waiting)
        self._turn = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._owner = 0

    def record(self, sentence: str, language: Language, clips: Sequence[str] | None = None) -> Recording:
        """The announcement of a sentence, put together from `clips` where there are any. Raises SpeechUnavailable."""
        request = {"sentence": sentence, "language": language} | ({"clips": list(clips)} if clips else {})
        header, wav = self._answer(request)
        return Recording(wav, cast(Voice, header["voice"]))

    def read(self, text: str, language: Language) -> Recording:
        """A text read once, without a chime. Raises SpeechUnavailable, also where there is no voice."""
        header, wav = self._answer({"sentence": text, "language": language, "plain": True})
        if header["voice"] == "none":
            raise SpeechUnavailable("no voice")
        return Recording(wav, cast(Voice, header["voice"]))

    def polish(self, wav: bytes) -> Polished:
        """A recording made ready to be joined. Raises Refused, SpeechUnavailable."""
        if len(wav) > wire.LONGEST:
            raise Refused("recording_too_long")
        header, polished = self._answer({"polish": True}, wav)
        if "refused" in header:
            raise Refused(str(header["refused"]))
        return Polished(polished, float(header["seconds"]), float(header["lufs"]))

    def _answer(self, request: dict[str, Any], body: bytes = b"") -> tuple[dict[str, Any], bytes]:
        if not self._room.acquire(blocking=False):
            raise SpeechUnavailable("too many announcements are being made")
        try:
            with self._turn:
                header, answer = self._ask(request, body)
        except TimeoutError as error:
            self._stop()
            raise SpeechUnavailable(f"no answer within {self._timeout_s:g} s") from error
        finally:
            self._room.release()
        if "error" in header:
            raise SpeechUnavailable(str(header["error"]))
        return header, answer

    def _ask(self, request: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        for last in (False, True):
            try:
                link = self._running()
                wire.send(link, request, body)
                return wire.receive(link)
            except TimeoutError:
                raise
            except OSError as error:  # it died: a fresh worker gets the request once more
                self._stop()
                if last:
                    raise SpeechUnavailable(f"the speech worker stopped: {error}") from error
        raise AssertionError("unreachable")

    def _running(self) -> socket.socket:
        if self._owner != os.getpid():  # after a fork the parent's worker is not ours to talk to
            self._process, self._link, self._owner = None, None, os.getpid()
        if self._link is not None:
            return self._link
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(self._command, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
        ours.settimeout(self._timeout_s)
        self._link = ours
        return ours

    def _stop(self) -> None:
        link, process, self._link, self._process = self._link, self._process, None, None
        if link is not None:
            link.close()
        if process is not None:
            process.kill()
            process.wait()

    def close(self) -> None:
        with self._turn:
            if self._owner == os.getpid():
                self._stop()
