"""One picture made anew: `python -m server.media.picture IN OUT` writes OUT and says what it is, as JSON.

Written from its pixels, so that nothing of the original file is left: no place where a photo was taken, no comment, no
second file behind the first. Runs by itself because decoders meet hostile files here.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
SMALLEST, LARGEST = 200, 12_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 3840
"""No screen of an office has more points than this."""
QUALITY = 88


class Unfit(Exception):
    """The code says why."""


def made_anew(source: Path, target: Path) -> dict[str, Any]:
    """Raises Unfit, and whatever a decoder raises."""
    with Image.open(source, formats=FORMATS) as picture:
        # The size stands in the head of the file: what unfolds into gigabytes is never unfolded.
        if min(picture.size) < SMALLEST or max(picture.size) > LARGEST or picture.width * picture.height > MOST_PIXELS:
            raise Unfit("media_dimensions")
        if getattr(picture, "n_frames", 1) > 1:
            raise Unfit("media_animated")
        kind = str(picture.format)
        _require_whole(source, kind)
        picture.load()
        shown = ImageOps.exif_transpose(picture)
        drawn = _on_white(shown)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A poster's flat colours stay sharp as PNG; photographs are smaller as JPEG.
    form = "PNG" if kind == "PNG" else "JPEG"
    drawn.save(target, form, **({"optimize": True} if form == "PNG" else {"quality": QUALITY, "progressive": True}))
    return {"type": f"image/{form.lower()}", "width": drawn.width, "height": drawn.height}


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency, which every screen shows on another ground."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        clear = picture.convert("RGBA")
        ground = Image.new("RGBA", clear.size, "white")
        ground.alpha_composite(clear)
        return _pixels_alone(ground.convert("RGB"))
    return _pixels_alone(picture.convert("RGB"))


def _pixels_alone(picture: Image.Image) -> Image.Image:
    """What a picture carries along, such as a comment, would be written out with it."""
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)
    return clean


def _require_whole(source: Path, kind: str) -> None:
    """Nothing behind the picture's end, and its end is there."""
    data = source.read_bytes()
    if kind == "PNG":
        end = data.rfind(b"IEND") + 8
        if end < 8:
            raise Unfit("media_damaged")
        if end < len(data):
            raise Unfit("media_hides_another")
    elif kind == "WEBP":
        said = int.from_bytes(data[4:8], "little") + 8
        if said != len(data) + len(data) % 2 and said != len(data):
            raise Unfit("media_damaged" if said > len(data) else "media_hides_another")
    elif b"\xff\xd9" not in data[-64 * 1024 :]:
        raise Unfit("media_damaged")


def main(source: str, target: str) -> None:
    warnings.simplefilter("error")
    try:
        told = made_anew(Path(source), Path(target))
    except Unfit as unfit:
        told = {"refused": str(unfit)}
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        told = {"refused": "media_dimensions"}
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, MemoryError, EOFError, Warning):
        told = {"refused": "media_damaged"}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
