"""Files by the SHA-256 of what is in them: the same file is kept once, and a name never stands for half a file."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from server.disk import settle
from server.domain.errors import Unavailable

FOLDER = "media"
DIGEST = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20
KEPT_S = 24 * 3600
"""A file that nothing points to is left alone for a day: somebody may be about to point to it."""


class MediaStore:
    """Implements `server.services.ports.MediaFiles` in a directory that several processes may share."""

    def __init__(self, data_dir: Path) -> None:
        self._directory = data_dir / FOLDER

    @property
    def folder(self) -> Path:
        return self._directory

    def path(self, digest: str) -> Path:
        """Where the file of this content is, or would be."""
        if not DIGEST.fullmatch(digest):
            raise ValueError("not a SHA-256")
        return self._directory / digest[:2] / digest

    def put(self, content: bytes) -> str:
        """Keep these bytes; their digest. On the disk before this returns."""
        return self._place(hashlib.sha256(content).hexdigest(), lambda file: file.write(content))

    def take(self, source: Path) -> str:
        """Keep a copy of a file."""
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        return self._place(digest, lambda file: _copy(source, file))

    def intact(self, digest: str) -> bool:
        """Whether the file is there and is what its name says."""
        try:
            with self.path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            return False

    def digests(self) -> Iterator[str]:
        for path in sorted(self._directory.glob("??/*")):
            if DIGEST.fullmatch(path.name):
                yield path.name

    def sweep(self, kept: set[str]) -> int:
        """Remove files that nothing points to and that were not brought lately; how many."""
        old = time.time() - KEPT_S
        gone = [d for d in self.digests() if d not in kept and self.path(d).stat().st_mtime < old]
        for digest in gone:
            self.path(digest).unlink(missing_ok=True)
        return len(gone)

    def _place(self, digest: str, write: Callable[[IO[bytes]], object]) -> str:
        path = self.path(digest)
        try:
            if path.exists():
                os.utime(path)
                return digest
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._directory, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as file:
                    write(file)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
            settle(path.parent)
        except OSError as error:
            raise Unavailable from error
        return digest


def _copy(source: Path, file: IO[bytes]) -> None:
    with source.open("rb") as original:
        while part := original.read(CHUNK):
            file.write(part)
