"""What a file is, by its content, and what becomes of it before a screen may show it.

Pictures are decoded and written anew in a process of their own with little memory and time: what is no picture, or one
that unfolds into gigabytes, ends there. Video is looked over by ffprobe and kept as it is.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from server.services.media import PICTURE_MAX, VIDEO_MAX

HEAD, TAIL = 64 * 1024, 66 * 1024
PICTURE_S, PROBE_S = 40, 30
MEMORY = 2 * 1024**3
LONGEST_S = 600.0
CODECS = frozenset({"h264", "vp8", "vp9", "av1"})
WIDEST, HIGHEST, SMALLEST = 4096, 4096, 120
FOREIGN = (b"<script", b"<!doctype", b"<html", b"<?php", b"%pdf-")
"""What a picture or a film never says, and a page or a program does."""
END_OF_ZIP = b"PK\x05\x06"

Found = dict[str, Any]


def refused(code: str) -> Found:
    return {"refused": code}


def take(incoming: Path) -> Found:
    """Implements `server.services.media.Intake`."""
    head, tail = _ends(incoming)
    kind = sniff(head)
    if kind is None:
        return refused("media_svg" if b"<svg" in head.lower() else "media_type_unknown")
    if incoming.stat().st_size > (VIDEO_MAX if kind.startswith("video/") else PICTURE_MAX):
        return refused("media_too_large")
    if hides_another(head, tail):
        return refused("media_hides_another")
    return _video(incoming, kind) if kind.startswith("video/") else _picture(incoming)


def sniff(head: bytes) -> str | None:
    """The type of a file by how it begins; None for what no screen shows."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"avif", b"mif1"):
        return "video/mp4"
    if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head[:64]:
        return "video/webm"
    return None


def hides_another(head: bytes, tail: bytes) -> bool:
    """Whether a file is two at once: a picture to one program, and an archive or a page to another."""
    said = head.lower() + tail.lower()
    return END_OF_ZIP in tail or any(word in said for word in FOREIGN)


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(0, path.stat().st_size - TAIL))
        return head, file.read(TAIL)


def _picture(incoming: Path) -> Found:
    made = incoming.with_name(incoming.name + ".made")
    command = [sys.executable, "-m", "server.media.picture", str(incoming), str(made)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=PICTURE_S, preexec_fn=_confine, check=False)
        found: Found = json.loads(done.stdout or b"{}")
    except (subprocess.TimeoutExpired, ValueError):
        return refused("media_damaged")
    if "refused" in found or done.returncode or "type" not in found:
        return refused(str(found.get("refused", "media_damaged")))
    return found | {"seconds": None, "file": made}


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PICTURE_S, PICTURE_S))


def _video(incoming: Path, kind: str) -> Found:
    probe = shutil.which("ffprobe")
    if probe is None:
        return refused("video_check_missing")
    # The container is named by us, and nothing but this file may be opened: a playlist inside would reach elsewhere.
    command = [
        probe, "-v", "error", "-protocol_whitelist", "file", "-f", "mp4" if kind == "video/mp4" else "matroska",
        "-show_entries", "format=duration:stream=codec_type,codec_name,width,height", "-of", "json", str(incoming),
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, timeout=PROBE_S, preexec_fn=_confine, check=False)
        return _judged(json.loads(done.stdout or b"{}"), kind, incoming) if not done.returncode else refused(DAMAGED)
    except (subprocess.TimeoutExpired, ValueError, KeyError, TypeError):
        return refused(DAMAGED)


DAMAGED = "media_damaged"


def _judged(probed: Found, kind: str, incoming: Path) -> Found:
    films = [stream for stream in probed["streams"] if stream.get("codec_type") == "video"]
    seconds = float(probed["format"]["duration"])
    if len(films) != 1 or seconds <= 0:
        return refused(DAMAGED)
    if films[0]["codec_name"] not in CODECS:
        return refused("video_codec")
    width, height = int(films[0]["width"]), int(films[0]["height"])
    if not (SMALLEST <= width <= WIDEST and SMALLEST <= height <= HIGHEST):
        return refused("media_dimensions")
    if seconds > LONGEST_S:
        return refused("video_too_long")
    return {"type": kind, "width": width, "height": height, "seconds": round(seconds, 2), "file": incoming}
