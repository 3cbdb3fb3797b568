"""The parts that a running server consists of, handed down from the composition root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from server.services.boards_report import BoardReports
from server.services.ports import Clock, MediaFiles, PaperPicture, Phones, Publisher, UnitOfWork
from server.services.recordings import Voice
from server.services.reporting import Figures
from server.services.retention import Shelves
from server.services.vault import Vault


@dataclass(frozen=True, slots=True)
class System:
    uow: UnitOfWork
    clock: Clock
    publisher: Publisher
    figures: Figures
    boards: BoardReports
    public_url: str | None
    data_dir: Path
    vault: Vault
    shelves: Shelves
    media: MediaFiles
    pusher: Phones
    push_hosts: tuple[str, ...]
    voice: Voice | None = None
    paper: PaperPicture | None = None
    demo: bool = False
    simulator_url: str | None = None
