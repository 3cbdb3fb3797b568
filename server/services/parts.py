"""The smallest parts of what an office writes down about itself; the office file and the playlists are made of them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.services.ports import Json

TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")

Text = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=500)]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Names(Part):
    """A text by language; Vietnamese is always there."""

    vi: Text
    en: Text | None = None

    def plain(self) -> Json:
        return self.model_dump(exclude_none=True)


def in_order(what: str, windows: list[tuple[str, str]]) -> None:
    """Windows of one day: each ends after it begins and before the next one begins; ValueError says what is wrong."""
    times = [moment for window in windows for moment in window]
    if not all(TIME.match(moment) for moment in times):
        raise ValueError(f"{what}: HH:MM")
    if any(a >= b for a, b in zip(times, times[1:], strict=False)):
        raise ValueError(f"{what}: windows must follow each other")
