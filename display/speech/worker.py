"""The process that makes announcements and polishes recordings: `python -m display.speech.worker`.

It stands apart from the server so that neither espeak-ng's global state and licence nor the arithmetic of
loudness touches the process that serves an office. It reads requests from the socket at its standard input,
answers them in order, and ends when the socket closes.
"""
from __future__ import annotations

import signal
import socket
import sys
from typing import Any

from display.speech import announcement, sound, wire
from display.speech.announcement import RATE, Provider, Voice
from display.speech.clips import Clips
from display.speech.espeak import Espeak, NoVoice
from display.speech.polish import Refused, polish
from display.speech.sound import Sound
from display.speech.words import Language


class Recorded:
    """The human voice, for one sentence. A clip that was taken away a moment ago leaves it to the next provider."""

    def __init__(self, parts: list[str]) -> None:
        self._clips = Clips(parts, RATE)

    def say(self, sentence: str, language: Language) -> Sound | None:
        try:
            return self._clips.say(sentence, language)
        except (sound.SoundError, OSError) as error:
            sys.stderr.write(f"A recorded clip cannot be used: {error}\n")
            return None


def synthetic() -> list[tuple[Voice, Provider]]:
    """The bundled voice; what this machine lacks is left out."""
    try:
        return [("synthetic", Espeak())]
    except NoVoice as error:
        sys.stderr.write(f"No synthetic voice: {error}\n")
        return []


def answer(
    request: dict[str, Any], body: bytes, voices: list[tuple[Voice, Provider]]
) -> tuple[dict[str, Any], bytes]:
    if "polish" in request:
        return _polished(body)
    first: list[tuple[Voice, Provider]] = [("recorded", Recorded(request["clips"]))] if "clips" in request else []
    try:
        arrange = announcement.read_out if request.get("plain") else announcement.compose
        made = arrange(request["sentence"], request["language"], [*first, *voices])
    except (sound.SoundError, announcement.TooLong, NoVoice, OSError) as error:
        return {"error": str(error)}, b""
    return {"voice": made.voice, "seconds": round(made.sound.seconds, 3)}, sound.write_wav(made.sound)


def _polished(wav: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        done = polish(wav)
    except Refused as refused:
        return {"refused": refused.code}, b""
    return {"seconds": done.seconds, "lufs": done.lufs}, done.wav


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server closes the socket
    voices = synthetic()
    with socket.socket(fileno=0) as link:
        while True:
            try:
                request, body = wire.receive(link)
                wire.send(link, *answer(request, body, voices))
            except (wire.Closed, BrokenPipeError, ConnectionResetError):
                return


if __name__ == "__main__":
    main()
