"""Finished announcements on disk, by the hash of what they say and how they were made.

Bounded in bytes (the longest unused go first), written atomically, and made once however many boards ask.
"""
from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

DEFAULT_BYTES = 200_000_000


class Store:
    """A directory of WAV files that several processes may share."""

    def __init__(self, directory: Path, most_bytes: int = DEFAULT_BYTES) -> None:
        self._directory = directory
        self._most_bytes = most_bytes
        self._guard = threading.Lock()
        self._making: dict[str, threading.Lock] = {}

    def get(self, key: str, make: Callable[[], bytes]) -> bytes:
        """The kept bytes of `key`, made if they are not there. What `make` raises passes through."""
        kept = self._read(key)
        if kept is not None:
            return kept
        with self._guard:
            turn = self._making.setdefault(key, threading.Lock())
        with turn:
            try:
                kept = self._read(key)
                if kept is None:
                    kept = make()
                    self._write(key, kept)
                return kept
            finally:
                with self._guard:
                    self._making.pop(key, None)

    def _path(self, key: str) -> Path:
        return self._directory / f"{key}.wav"

    def _read(self, key: str) -> bytes | None:
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)  # last used, for _make_room
        except FileNotFoundError:
            return None
        return data

    def _write(self, key: str, data: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        self._make_room(len(data))
        handle, name = tempfile.mkstemp(dir=self._directory, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).replace(self._path(key))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _make_room(self, coming: int) -> None:
        kept = []
        for path in self._directory.glob("*.wav"):
            try:
                stat = path.stat()
            except FileNotFoundError:  # another process made room
                continue
            kept.append((stat.st_mtime_ns, stat.st_size, path))
        total = coming + sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= size
