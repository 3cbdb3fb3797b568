"""What a model of printer can do, as data: one TOML file a model, or a file of the office's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ..interface import SettingsError

FOLDER = Path(__file__).resolve().parent
_CHOICES: dict[str, tuple[str, ...]] = {
    "way": ("raster", "hybrid", "glyphs", "codepage"),
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
    code_pages: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, allowed in _CHOICES.items():
            if getattr(self, key) not in allowed:
                raise SettingsError(f"profile {self.name}: {key} is not one of {', '.join(allowed)}")
        if not 200 <= self.width <= 2048 or self.width % 8:
            raise SettingsError(f"profile {self.name}: width is {self.width}, not 200 to 2048 in eights")
        if not 1 <= self.slice_rows <= 255:
            raise SettingsError(f"profile {self.name}: slice_rows is not 1 to 255")
        if not all(isinstance(number, int) and 0 <= number <= 255 for number in self.code_pages.values()):
            raise SettingsError(f"profile {self.name}: a number of code_pages is not 0 to 255")


def load(name: str) -> Profile:
    """A shipped profile by its name, or one of the office's own by its path (`…/ours.toml`)."""
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    if not path.is_file():
        raise SettingsError(f"profile {name!r}: there is none; shipped are {', '.join(names())}")
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    wrong = data.keys() ^ {each.name for each in fields(Profile)}
    wrong -= {"code_pages"}  # most printers have none that a person has confirmed
    if wrong:
        raise SettingsError(f"profile {name!r}: unknown or missing: {', '.join(sorted(wrong))}")
    return Profile(**data)


def names() -> list[str]:
    """The shipped profiles."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))
