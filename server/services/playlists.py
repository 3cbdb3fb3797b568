"""What a playlist is: kinds of items, when it is shown, and where. Checked alike in the office file and by the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from server.domain.errors import N_, WrongValue
from server.services.parts import DIGEST, Code, Names, Part, Text, Windows
from server.services.ports import Json

Digest = Annotated[str, Field(pattern=DIGEST)]
Seconds = Annotated[int, Field(ge=3, le=300)]


class Schedule(Part):
    """When: between two days, on some weekdays (0 is Monday), in some hours. What is left out does not limit."""

    first: date | None = None
    last: date | None = None
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    hours: Annotated[Windows, Field(max_length=12)] = []

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Schedule:
        if self.first and self.last and self.last < self.first:
            raise WrongValue(N_("ngày cuối trước ngày đầu"))
        return self


class Picture(Part):
    kind: Literal["picture"]
    media: Digest
    seconds: Seconds = 12


class Video(Part):
    kind: Literal["video"]
    media: Digest


class Notice(Part):
    kind: Literal["notice"]
    text: Names
    seconds: Seconds = 12


class Papers(Part):
    """What to bring for a service, or for one of its procedures, with the fee and the time limit."""

    kind: Literal["papers"]
    service: Code
    procedure: Code | None = None
    seconds: Seconds = 20


class Waits(Part):
    """Who waits now, and how long it takes."""

    kind: Literal["waits"]
    seconds: Seconds = 12


class Figures(Part):
    """This month's satisfaction, and how much was done in time."""

    kind: Literal["figures"]
    seconds: Seconds = 12


class Ticker(Part):
    """A line at the bottom of the screen, beside whatever else is shown."""

    kind: Literal["ticker"]
    text: Names


Item = Annotated[Picture | Video | Notice | Papers | Waits | Figures | Ticker, Field(discriminator="kind")]


class Playlist(Part):
    name: Text
    zone: Annotated[str, Field(min_length=1, max_length=40)] | None = None
    active: bool = True
    schedule: Schedule = Schedule()
    items: Annotated[list[Item], Field(max_length=60)] = []

    def plain(self) -> Json:
        return self.model_dump(mode="json", exclude_none=True)
