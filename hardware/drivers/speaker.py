"""Loudspeakers of the hall: one that ALSA drives, and one that writes what it would have played into files."""

from __future__ import annotations

import io
import shutil
import subprocess
import threading
import wave
from pathlib import Path

from hardware.drivers.base import BadSettings, Device, Host, required
from hardware.texts import _

PLAYER = "aplay"
GRACE_S = 5.0
"""A player that is not done so long after the sound should have ended hangs."""
KEPT = 30


class PlayFailed(RuntimeError):
    """Nobody heard it; the text says why."""


class AlsaSpeaker:
    """Plays through a program that takes a WAV at its standard input: `aplay` of alsa-utils, or another by the setting
    `player`. `output` names the ALSA device (`default`, `plughw:1,0`, …: `aplay -L` lists them)."""

    def __init__(self, device: Device, host: Host) -> None:
        player = str(device.settings.get("player") or PLAYER)
        program = shutil.which(player)
        if program is None:
            raise BadSettings(_("Máy này chưa có %(player)s. Hãy cài gói alsa-utils.", player=player))
        self._command = [program, "-q", "-D", str(device.settings.get("output") or "default"), "-"]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        host.report(device, "ok")

    def play(self, wav: bytes) -> None:
        longest = seconds_of(wav) + GRACE_S
        with self._lock:
            if self._closed:
                raise PlayFailed(_("Loa đã tắt."))
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
        try:
            _out, said = self._process.communicate(wav, timeout=longest)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
            raise PlayFailed(_("Loa không phát hết câu.")) from None
        if self._process.returncode:
            last = said.decode(errors="replace").strip().splitlines()[-1:] or [str(self._process.returncode)]
            raise PlayFailed(_("Không phát được ra loa: %(why)s", why=last[0][:120]))

    def close(self) -> None:
        with self._lock:
            self._closed = True
            if self._process is not None and self._process.poll() is None:
                self._process.kill()


class FileSpeaker:
    """The simulator: each sound is a file of the directory, newest last, the oldest given up."""

    def __init__(self, device: Device, host: Host) -> None:
        self._directory = Path(str(required(device, "directory")))
        self._directory.mkdir(parents=True, exist_ok=True)
        host.report(device, "ok")

    def play(self, wav: bytes) -> None:
        kept = sorted(self._directory.glob("*.wav"))
        number = int(kept[-1].stem) + 1 if kept else 1
        part = self._directory / "playing.part"
        part.write_bytes(wav)
        part.replace(self._directory / f"{number:06}.wav")
        for old in kept[: -(KEPT - 1)]:
            old.unlink(missing_ok=True)

    def close(self) -> None: ...


def seconds_of(wav: bytes) -> float:
    """Raises PlayFailed for what is not a WAV."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            return float(file.getnframes() / file.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError) as error:
        raise PlayFailed(_("Máy chủ gửi âm thanh không đọc được.")) from error
