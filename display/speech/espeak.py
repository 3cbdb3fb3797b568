"""The bundled synthetic voice: espeak-ng from the package `espeakng-loader`, by ctypes.

espeak-ng is GPL-3 and keeps global state, so only the speech worker's own process (`worker.py`) imports this.
"""
from __future__ import annotations

import ctypes
import re

from display.speech.sound import Sound, from_pcm
from display.speech.words import Language

_RETRIEVAL, _RATE_PARAMETER, _UTF8, _CHARACTERS = 1, 1, 1, 1
_VOICES: dict[Language, bytes] = {"vi": b"vi", "en": b"en"}
_WORDS_A_MINUTE: dict[Language, int] = {"vi": 155, "en": 150}
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class NoVoice(RuntimeError):
    """No synthetic voice on this machine; the text says why."""


class Espeak:
    """One loaded library. Not for threads: espeak-ng has one synthesiser a process."""

    def __init__(self) -> None:
        try:
            import espeakng_loader
        except ImportError as error:
            raise NoVoice("the package espeakng-loader (extra “voice”) is not installed") from error
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
            ctypes.c_void_p, ctypes.c_void_p,
        ]  # fmt: skip
        self.rate: int = self._library.espeak_Initialize(
            _RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0
        )
        if self.rate <= 0:
            raise NoVoice(f"espeak-ng did not start ({self.rate})")
        self._pcm = bytearray()
        self._callback = _CALLBACK(self._take)  # held here: the library keeps only a bare pointer
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: ctypes._Pointer[ctypes.c_short], count: int, _events: int | None) -> int:
        if samples and count > 0:
            self._pcm += ctypes.string_at(samples, 2 * count)
        return 0

    def say(self, sentence: str, language: Language) -> Sound:
        """The sentence, untrimmed. Raises NoVoice when the library refuses."""
        self._pcm.clear()
        if self._library.espeak_SetVoiceByName(_VOICES[language]) != 0:
            raise NoVoice(f"espeak-ng has no voice {_VOICES[language].decode()}")
        self._library.espeak_SetParameter(_RATE_PARAMETER, _WORDS_A_MINUTE[language], 0)
        text = respelt(sentence, language).encode() + b"\0"
        if self._library.espeak_Synth(text, len(text), 0, _CHARACTERS, 0, _UTF8, None, None) != 0:
            raise NoVoice("espeak-ng could not speak")
        self._library.espeak_Synchronize()
        return from_pcm(bytes(self._pcm), self.rate)


def respelt(sentence: str, language: Language) -> str:
    """Espeak reads a lone English "A" as the article; respelt so, it says the letter."""
    return re.sub(r"\bA\b", "eigh", sentence) if language == "en" else sentence
