"""Make sure that the Debian packages which the tests drive are there; does nothing when they are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAMS = {
    "redis-server": "redis-server",
    "nginx": "nginx",
    "chromium": "chromium",
    "zbarimg": "zbar-tools",
    "socat": "socat",
    "mosquitto": "mosquitto",
    "ffprobe": "ffmpeg",
    "pdftotext": "poppler-utils",
    "soffice": "libreoffice-calc-nogui",
}
FASTER = {"chromium-headless-shell": "chromium-headless-shell"}
"""What tests do without where there is none."""
SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def without(programs: dict[str, str]) -> list[str]:
    return [package for program, package in programs.items() if not shutil.which(program, path=SYSTEM_PATH)]


def missing() -> list[str]:
    """Debian packages whose programs are not on this machine."""
    absent = without(PROGRAMS)
    # Debian keeps the PostgreSQL server off the PATH, one directory a version.
    if not any(Path("/usr/lib/postgresql").glob("*/bin/postgres")) and not shutil.which("postgres"):
        absent.append("postgresql")
    return absent


def apt(*arguments: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(["apt-get", "-qq", *arguments], env=environment, stdout=subprocess.DEVNULL)
    return done.returncode == 0


def install(packages: list[str], *, refresh: bool = True) -> None:
    """Best effort: what could not be installed is reported by the caller. `refresh`: ask for newer lists if need be."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    wanted = ["install", "--yes", "--no-install-recommends", *packages]
    if not apt(*wanted) and refresh and apt("update"):
        apt(*wanted)


def main() -> None:
    if absent := missing():
        install(absent)
    if faster := without(FASTER):
        install(faster, refresh=False)
    if absent := missing():
        sys.exit(f"The tests need these Debian packages: sudo apt-get install {' '.join(absent)}")


if __name__ == "__main__":
    main()
