"""How far each series of today may have got, in a file beside the database.

A database that was restored from a backup cannot know the numbers that were printed since. So numbers are reserved
in this file a block at a time, before the first of the block is committed: whatever was ever on paper lies below the
mark. One file a day, one line a block, appended and brought to the disk; every process of the machine may append.

Whether the database was put back at all, by `motcua restore` or by a file that somebody copied, tells the version of
each office: it is noted here after every commit, so a database that stands at an older one has forgotten something.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import structlog

from server.disk import settle

log = structlog.get_logger(__name__)

BLOCK = 50
"""Numbers that a restore may skip, and the price of one wait for the disk in so many numbers."""

Series = tuple[str, str]
"""Office code and prefix."""


class HighWater:
    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self._directory = data_dir / "numbers"
        self._day: date | None = None
        self._marks: dict[Series, int] = {}
        self._versions: dict[str, int] = {}

    def reserve(self, office: str, day: date, prefix: str, seq: int) -> None:
        """Make sure that `seq` lies below the mark. Raises OSError where the disk takes nothing."""
        if day != self._day:
            self._day, self._marks = day, self.marks(day)
        if seq <= self._marks.get((office, prefix), 0):
            return
        mark = seq + BLOCK - 1
        self._append(day, f"{office} {prefix} {mark}\n")
        self._marks[office, prefix] = mark

    def marks(self, day: date) -> dict[Series, int]:
        """The marks of a day; empty where none was written on this machine. A torn last line counts for nothing: its
        number was not given out."""
        try:
            text = self._path(day).read_text()
        except FileNotFoundError:
            return {}
        marks: dict[Series, int] = {}
        for line in text.splitlines(keepends=True):
            parts = line.split()
            if len(parts) == 3 and line.endswith("\n") and parts[2].isdecimal():
                key = parts[0], parts[1]
                marks[key] = max(marks.get(key, 0), int(parts[2]))
        return marks

    def note_version(self, office: str, version: int) -> None:
        """After the commit, and not waiting for the disk: a process that is killed loses nothing of it, and after a
        power cut it says too little, never too much."""
        try:
            if office not in self._versions:
                self._directory.mkdir(parents=True, exist_ok=True)
                self._versions[office] = os.open(self._version_path(office), os.O_WRONLY | os.O_CREAT, 0o644)
            os.pwrite(self._versions[office], f"{version:020d}\n".encode(), 0)
        except OSError as error:
            log.error("version.not_noted", office=office, error=str(error))

    def version(self, office: str) -> int:
        """The newest version of an office that this machine has committed; 0 when it knows of none."""
        try:
            text = self._version_path(office).read_text().strip()
        except FileNotFoundError:
            return 0
        return int(text) if text.isdecimal() else 0

    def forget_versions(self) -> None:
        """The database was put back and that was seen to: what comes now counts from there."""
        for path in self._directory.glob("*.version"):
            path.unlink(missing_ok=True)

    def _version_path(self, office: str) -> Path:
        return self._directory / f"{office}.version"

    def _path(self, day: date) -> Path:
        return self._directory / f"{day.isoformat()}.txt"

    def _append(self, day: date, line: str) -> None:
        path = self._path(day)
        new = not path.exists()
        if new:
            self._directory.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(descriptor, line.encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if new:
            self._settle(path)

    def _settle(self, path: Path) -> None:
        """The new file's name reaches the disk too; files of days long gone are not needed any more."""
        for old in sorted(self._directory.glob("*.txt"))[:-7]:
            old.unlink(missing_ok=True)
        settle(path.parent)
