"""The process that makes announcements: `python -m display.speech.worker [clips directory]`.

It stands apart from the server so that neither espeak-ng's global state and licence nor the arithmetic of
loudness touches the process that serves an office. It reads requests from the socket at its standard input,
answers them in order, and ends when the socket closes.
"""
from __future__ import annotations

import signal
import socket
import sys
from pathlib import Path
from typing import Any

from display.speech import announcement, sound, wire
from display.speech.announcement import RATE, Provider, Voice
from display.speech.clips import Clips
from display.speech.espeak import Espeak, NoVoice


def providers(clips: Path | None) -> list[tuple[Voice, Provider]]:
    """A recorded voice first, the synthetic one behind it; what this machine lacks is left out."""
    found: list[tuple[Voice, Provider]] = []
    if clips is not None:
        found.append(("recorded", Clips(clips, RATE)))
    try:
        found.append(("synthetic", Espeak()))
    except NoVoice as error:
        sys.stderr.write(f"No synthetic voice: {error}\n")
    return found


def answer(request: dict[str, Any], voices: list[tuple[Voice, Provider]]) -> tuple[dict[str, Any], bytes]:
    try:
        made = announcement.compose(request["sentence"], request["language"], voices)
    except (sound.SoundError, announcement.TooLong, NoVoice, OSError) as error:
        return {"error": str(error)}, b""
    return {"voice": made.voice, "seconds": round(made.sound.seconds, 3)}, sound.write_wav(made.sound)


def main(arguments: list[str]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server closes the socket
    voices = providers(Path(arguments[0]) if arguments else None)
    with socket.socket(fileno=0) as link:
        while True:
            try:
                request, _ = wire.receive(link)
                wire.send(link, *answer(request, voices))
            except (wire.Closed, BrokenPipeError, ConnectionResetError):
                return


if __name__ == "__main__":
    main(sys.argv[1:])
