"""Seals of the audit log and of ratings, noted in a file beside the database.

Whoever can write the database can cut off a log's end, or reckon its chain anew. Then a seal that was noted here is
missing there, and the verifier says so. One line a seal, appended; whoever wants more puts the file on another machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

FILE = "witness.txt"
RESTORED = "restored"
Seal = tuple[str, str]
"""Chain ("audit", "rating") and seal."""


class Witness:
    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE

    def note(self, office: str, seals: Iterable[Seal]) -> None:
        """After the commit: a disk that takes nothing must not undo what is so already."""
        self._append("".join(f"{office} {chain} {seal}\n" for chain, seal in seals))

    def restored(self) -> None:
        """What was noted before belongs to rows that the backup may not have."""
        self._append(f"{RESTORED}\n")

    def _append(self, text: str) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)
            try:
                os.write(descriptor, text.encode())
            finally:
                os.close(descriptor)
        except OSError as error:
            log.error("witness.failed", error=str(error))

    def seals(self, office: str) -> set[Seal]:
        """What an office's chains must still have."""
        noted: set[Seal] = set()
        for line in self._lines():
            parts = line.split()
            if parts == [RESTORED]:
                noted.clear()
            elif len(parts) == 3 and parts[0] == office:
                noted.add((parts[1], parts[2]))
        return noted

    def _lines(self) -> Iterator[str]:
        if self._path.exists():
            with self._path.open(encoding="utf-8") as file:
                yield from (line for line in file if line.endswith("\n"))
