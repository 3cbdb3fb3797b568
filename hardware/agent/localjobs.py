"""Papers that a kiosk on this machine asks for, with the server or without. Their results are the kiosk's to fetch."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEPT_S = 2 * 24 * 3600.0


class LocalJobs:
    """A file a job, so that a restart of the agent still knows whose it was and what became of it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._changed = threading.Condition()

    def take(self, job_id: str) -> None:
        """Note a job before its printer gets it; again is fine."""
        with self._changed:
            if not self.owns(job_id):
                self._write(job_id, {"state": "queued", "detail": None})

    def owns(self, job_id: str) -> bool:
        return job_id.isalnum() and self._path(job_id).exists()

    def settle(self, job_id: str, state: str, detail: str) -> None:
        """What became of a job; those of the server are none of our business."""
        if self.owns(job_id):
            with self._changed:
                self._write(job_id, {"state": state, "detail": detail or None})
                self._changed.notify_all()

    def result(self, job_id: str, wait_s: float) -> Mapping[str, Any] | None:
        """{state, detail}, waiting a while for one that is not known yet; None for a job that never came."""
        until = time.monotonic() + wait_s
        with self._changed:
            while self.owns(job_id):
                said: dict[str, Any] = json.loads(self._path(job_id).read_text(encoding="utf-8"))
                left = until - time.monotonic()
                if said["state"] != "queued" or left <= 0:
                    return said
                self._changed.wait(left)
        return None

    def sweep(self) -> None:
        """Forget what nobody will ask for any more."""
        before = time.time() - KEPT_S
        for path in self._folder.glob("*.json"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)

    def _path(self, job_id: str) -> Path:
        return self._folder / f"{job_id}.json"

    def _write(self, job_id: str, said: Mapping[str, Any]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._path(job_id).with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path(job_id))
