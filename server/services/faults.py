"""What is wrong with what was sent or written down, in words: one table for the API's bodies and the office file."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from server.domain.errors import N_, Invalid, Why, WrongValue
from server.services.parts import FORMS

WRONG_FORM = N_("không đúng dạng")
ONE_OF = N_("chỉ nhận: %(choices)s")
MOMENT = N_("phải là thời điểm có múi giờ, viết như 2026-11-20T08:00:00+07:00")
LIST = N_("phải là một danh sách")
GROUP = N_("phải gồm các mục, mỗi mục có tên và giá trị")
NUMBER = N_("phải là một số")
WORDS = {
    "missing": N_("còn thiếu"),
    "extra_forbidden": N_("không có mục nào tên này"),
    "string_type": N_("phải là chữ; là số thì đặt trong ngoặc kép"),
    "greater_than": N_("phải lớn hơn %(gt)s"),
    "greater_than_equal": N_("nhỏ quá: ít nhất %(ge)s"),
    "less_than_equal": N_("lớn quá: nhiều nhất %(le)s"),
    "string_too_short": N_("ngắn quá: ít nhất %(min_length)s ký tự"),
    "string_too_long": N_("dài quá: nhiều nhất %(max_length)s ký tự"),
    "too_short": N_("ít quá: cần ít nhất %(min_length)s mục"),
    "too_long": N_("nhiều quá: nhiều nhất %(max_length)s mục"),
    "union_tag_not_found": N_("còn thiếu %(discriminator)s"),
    "goes_nowhere": N_("cần một thư mục hoặc một hộp thư"),
}
"""By pydantic's kind of fault; the figures are what pydantic tells of it."""
ONE = {"string_too_short": N_("không được để trống"), "too_short": N_("cần ít nhất một mục")}
"""The same where one is asked for."""
TYPES = {
    "int": N_("phải là một số nguyên"),
    "float": NUMBER,
    "finite": NUMBER,
    "date": N_("phải là ngày, viết như 2026-11-20"),
    "datetime": MOMENT,
    "timezone": MOMENT,
    "list": LIST,
    "tuple": LIST,
    "dict": GROUP,
    "model": GROUP,
    "json": N_("không đọc được theo JSON"),
}
"""By the beginning of pydantic's kind: what something must be that is no such thing at all."""


def reason_of(fault: ErrorDetails) -> Why:
    """One of pydantic's faults in words. Its own English sentence is for nobody."""
    kind, told = fault["type"], fault.get("ctx", {})
    ours = told.get("error")
    if isinstance(ours, WrongValue):
        return ours
    choices = told.get("expected") or told.get("expected_tags") or ("true, false" if kind.startswith("bool_") else "")
    if choices:
        return Why(ONE_OF, choices=_plain(choices))
    if kind in ("too_short", "too_long") and isinstance(fault["input"], str):
        kind = f"string_{kind}"  # a text that is looked at before is measured like a list
    if kind == "string_pattern_mismatch":
        return Why(FORMS.get(told["pattern"], WRONG_FORM))
    if kind in ONE and told["min_length"] == 1:
        return Why(ONE[kind])
    text = WORDS.get(kind) or TYPES.get(kind.partition("_")[0], WRONG_FORM)
    return Why(text, **{name: value for name, value in told.items() if f"%({name})s" in text})


def _plain(choices: str) -> str:
    """Without pydantic's quotation marks and its English "or"."""
    return ", ".join(choice.strip("'") for choice in re.split(r", | or ", choices))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where, as a path and a line of the file (None when it is not in the text)."""

    path: str
    line: int | None
    reason: Why
    kind: str = "value_error"

    def said(self, translate: Callable[[str], str]) -> str:
        where = f"{self.line}: " if self.line else ""
        reason = self.reason.said(translate)
        return f"{where}{self.path}: {reason}" if self.path else f"{where}{reason}"

    def __str__(self) -> str:
        return self.said(str)


class FileRefused(Invalid):
    code, text = "office_file_refused", N_("Tệp cấu hình có lỗi, chưa thay đổi gì: %(detail)s")

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = list(faults)

    def told(self, translate: Callable[[str], str]) -> dict[str, Any]:
        faults = [fault.said(translate) for fault in self.faults]
        places = [
            {"path": f.path, "line": f.line, "reason": f.reason.said(translate), "kind": f.kind} for f in self.faults
        ]
        return {"detail": "; ".join(faults), "faults": faults, "places": places}
