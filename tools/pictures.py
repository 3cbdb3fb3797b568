"""Renews the pictures that the documents show: the pages as tests open them, a round of the demo, and the papers.

`python tools/pictures.py` takes some minutes; `python tools/pictures.py every_page round` renews those of two stories
only. The tests draw many more than the documents show: only what a document names is kept. Look at each before it is
committed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"


def stories() -> list[str]:
    """The tests that draw pictures when they are asked to."""
    tests = sorted((ROOT / "tests" / "e2e").glob("test_*.py"))
    return [test.stem.removeprefix("test_") for test in tests if "MOTCUA_PICTURES" in test.read_text(encoding="utf-8")]


def shown() -> set[str]:
    """The pictures that a document names."""
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    texts = "".join(document.read_text(encoding="utf-8") for document in documents)
    return set(re.findall(r"images/([\w.-]+)", texts))


def main() -> int:
    asked = sys.argv[1:] or stories()
    tests = [f"tests/e2e/test_{story}.py" for story in asked]
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "MOTCUA_PICTURES": folder}
        command = [sys.executable, "-m", "pytest", "-q", *tests]
        failed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        for made in sorted(Path(folder).iterdir()):
            if made.name in shown():
                shutil.copy(made, IMAGES / made.name)
                sys.stdout.write(f"{made.name}\n")
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
