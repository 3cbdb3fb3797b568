"""Boards that stay through every fault: each comes back by itself, asks for what it missed, and keeps a diary.

At the end the diary of each is laid beside the database: every version once and in order, every call heard.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.sockets import Board, Crowd

BACK_S = 0.1
ASK_S = 0.5
"""How soon a board asks again when it knows that something is missing."""


@dataclass(slots=True)
class Diary(Board):
    """calls: (version, number) of each call heard. jumps: (first, last) versions that came as one snapshot. refused:
    by how many versions the board was behind each time it was told a snapshot alone. asked: its version when it asked,
    by which joining it was."""

    began: int = -1
    applied: list[int] = field(default_factory=list)
    calls: set[tuple[int, str]] = field(default_factory=set)
    jumps: list[tuple[int, int]] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    asked: dict[int, int] = field(default_factory=dict)
    asked_at: float = 0.0
    began_at: float = field(default_factory=time.monotonic)

    def join(self) -> None:
        self.asked[self.joins] = self.version
        Board.join(self)

    def _joined(self, answer: dict[str, Any], which: int) -> None:
        # Two that are asked at once may be answered in either order.
        since = self.asked.pop(which)
        if "error" in answer:
            return  # the database is away; the next heartbeat, or we, ask again
        if self.began < 0:
            self.began = self.version = answer["version"]
        elif since >= 0 and "missed" not in answer:
            self.refused.append(answer["version"] - since)
        for event in answer.get("missed", ()):
            self._apply(event)
        if answer["version"] > self.version:
            self.jumps.append((self.version + 1, answer["version"]))
            self.version = answer["version"]
        self.joined = True

    def _hear(self, data: bytes) -> None:
        event = json.loads(data[data.index(b"[") :])[1]
        self.newest = max(self.newest, event["version"])
        self.heard += 1
        self._apply(event)

    def _apply(self, event: dict[str, Any]) -> None:
        """The next version is taken; an old one is known; what lies beyond the next is asked for."""
        if event["version"] != self.version + 1:
            return
        self.version = event["version"]
        self.applied.append(self.version)
        if event["type"] == "ticket.called":
            self.calls.add((self.version, event["data"]["ticket"]["number"]))

    def ask(self) -> None:
        now = time.monotonic()
        if self.upgraded and now - self.asked_at > ASK_S and (not self.joined or self.newest > self.version):
            self.asked_at = now
            self.join()


class Watchers(threading.Thread):
    """`each` boards at every address, in a thread of their own, until `close`."""

    def __init__(self, urls: Sequence[str], office: str, each: int) -> None:
        super().__init__(daemon=True)
        self._office = office
        self._crowds = [Crowd(url, make=Diary) for url in urls]
        self._over = threading.Event()
        self.returns = 0
        self._each = each

    def run(self) -> None:
        for crowd in self._crowds:
            for _ in range(self._each):
                self._connect(crowd, None)
        while not self._over.is_set():
            for crowd in self._crowds:
                crowd.listen(0.02)
                self._look_after(crowd)
        for crowd in self._crowds:
            crowd.close()

    @property
    def boards(self) -> list[Diary]:
        return [board for crowd in self._crowds for board in crowd.boards if isinstance(board, Diary)]

    def all_know(self, version: int) -> bool:
        return all(board.version >= version for board in self.boards)

    def close(self) -> None:
        self._over.set()
        self.join(10)

    def _look_after(self, crowd: Crowd) -> None:
        for board in list(crowd.boards):
            assert isinstance(board, Diary)
            if board.socket.fileno() < 0:
                if time.monotonic() - board.began_at > BACK_S:
                    crowd.boards.remove(board)
                    self._connect(crowd, board)
            else:
                try:
                    board.ask()
                except OSError:
                    crowd.drop(board)

    def _connect(self, crowd: Crowd, before: Diary | None) -> None:
        """A new socket, with the old diary."""
        while not self._over.is_set():
            try:
                board = crowd.add(self._office)
                break
            except OSError:
                time.sleep(BACK_S)
        else:
            return
        if before is not None:
            self.returns += 1
            for name in ("began", "version", "newest", "applied", "calls", "jumps", "refused"):
                setattr(board, name, getattr(before, name))
