"""Renews every picture in docs/images: the pages as tests open them, a round of the demo, and the papers.

`python tools/pictures.py` takes some minutes; commit what has changed for a reason.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORIES = [
    f"tests/e2e/test_{story}.py"
    for story in ("every_page", "round", "board_layouts", "signage", "phone", "reports", "voice")
]


def main() -> int:
    images = ROOT / "docs" / "images"
    images.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "MOTCUA_PICTURES": str(images)}
    command = [sys.executable, "-m", "pytest", "-q", *STORIES, *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
