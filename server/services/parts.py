"""The smallest parts of what an office writes down about itself; the office file and the playlists are made of them."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from server.domain.errors import N_, WrongValue
from server.services.ports import Json

CODE = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"
PREFIX = r"^([A-Z]{1,2}|[0-9]{1,2})$"
DIGEST = r"^[0-9a-f]{64}$"
ADDRESS = r"^[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"
FORMS = {
    CODE: N_("chỉ gồm chữ không dấu, chữ số và . - _, nhiều nhất 40 ký tự"),
    PREFIX: N_("phải là một hoặc hai chữ hoa, hoặc một hoặc hai chữ số"),
    DIGEST: N_("phải gồm đúng 64 chữ số và chữ a–f (SHA-256)"),
    ADDRESS: N_("phải là một địa chỉ thư, như vanphong@xa.gov.vn"),
}
"""What each form asks for, in words."""

TIME = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")

Text = Annotated[str, Field(min_length=1, max_length=200)]
LongText = Annotated[str, Field(min_length=1, max_length=500)]
Code = Annotated[str, Field(pattern=CODE)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Names(Part):
    """A text by language; Vietnamese is always there."""

    vi: Text
    en: Text | None = None

    def plain(self) -> Json:
        return self.model_dump(exclude_none=True)


def in_order(windows: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Windows of one day: each ends after it begins and before the next one begins."""
    times = [moment for window in windows for moment in window]
    if not all(TIME.match(moment) for moment in times):
        raise WrongValue(N_("giờ phải viết như 07:30, từ 00:00 đến 24:00"))
    if any(a >= b for a, b in zip(times, times[1:], strict=False)):
        raise WrongValue(N_("các khung giờ phải lần lượt theo nhau, không chồng lên nhau"))
    return windows


Windows = Annotated[list[tuple[str, str]], AfterValidator(in_order)]
