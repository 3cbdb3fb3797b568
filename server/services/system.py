"""The parts that a running server consists of, handed down from the composition root."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from server.services.boards_report import BoardReports
from server.services.mail import Mailer
from server.services.media import Intake
from server.services.ports import Clock, DayKeys, MediaFiles, PaperPicture, Phones, Publisher, UnitOfWork
from server.services.recordings import Voice
from server.services.reporting import Figures
from server.services.retention import Shelves
from server.services.signage import OfficeFigures
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
    intake: Intake
    pusher: Phones
    push_hosts: tuple[str, ...]
    keys: DayKeys
    mailer: Mailer
    voice: Voice | None = None
    paper: PaperPicture | None = None
    demo: bool = False
    simulator_url: str | None = None
    screen_figures: OfficeFigures = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "screen_figures", OfficeFigures(self.uow, self.figures, self.clock))
