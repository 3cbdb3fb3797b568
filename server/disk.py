"""What must have reached the disk before anybody is told."""

from __future__ import annotations

import os
from pathlib import Path


def settle(directory: Path) -> None:
    """So that the names in it survive a power cut, not only what they stand for."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
