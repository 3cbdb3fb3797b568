"""What a model of printer can do, as data: one TOML file a model, or a file of the office's own."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from ..interface import SettingsError

FOLDER = Path(__file__).resolve().parent
_CHOICES: dict[str, tuple[str, ...]] = {
    "way": ("raster", "hybrid", "glyphs"),
    "raster": ("GS v 0", "GS ( L"),
    "qr": ("native", "raster"),
    "cut": ("partial", "full", "none"),
    "proof": ("process_id", "gs_r", "none"),
}


@dataclass(frozen=True)
class Profile:
    """See `generic-80.toml`, where each field is explained."""

    name: str
    width: int
    way: str
    raster: str
    slice_rows: int
    crop_left: bool
    qr: str
    cut: str
    feed_before_cut: int
    asb: bool
    realtime: bool
    proof: str
    user_glyphs: bool

    def __post_init__(self) -> None:
        for field, allowed in _CHOICES.items():
            if getattr(self, field) not in allowed:
                raise SettingsError(f"profile {self.name}: {field} is not one of {', '.join(allowed)}")
        if not 200 <= self.width <= 2048 or self.width % 8:
            raise SettingsError(f"profile {self.name}: width is {self.width}, not 200 to 2048 in eights")
        if not 1 <= self.slice_rows <= 255:
            raise SettingsError(f"profile {self.name}: slice_rows is not 1 to 255")


def load(name: str) -> Profile:
    """A shipped profile by its name, or one of the office's own by its path (`…/ours.toml`)."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise SettingsError(f"profile {name!r}: there is none; shipped are {', '.join(names())}")
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    wrong = data.keys() ^ {field.name for field in fields(Profile)}
    if wrong:
        raise SettingsError(f"profile {name!r}: unknown or missing: {', '.join(sorted(wrong))}")
    return Profile(**data)


def names() -> list[str]:
    """The shipped profiles."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
