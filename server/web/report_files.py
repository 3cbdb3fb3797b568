"""Pages that take a file: older records to be taken in, and printed reports to be checked."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from contextlib import closing

from flask import request
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from server.caller import actor, error_text
from server.domain.errors import Forbidden, Invalid, MotcuaError, Unauthenticated
from server.domain.reports.figures import format_count, rounded
from server.domain.reports.findings import Check, Note
from server.domain.reports.table import Figure, NotAReport
from server.domain.stats.facts import WITHOUT_LEVEL
from server.domain.stats.past import sums
from server.domain.stats.tally import Tally
from server.domain.words import Dissatisfaction, Level
from server.services import report_words
from server.services.access import allowed
from server.services.past_records import FileTooLarge, PastFile, look, take_in
from server.services.report_check import check_file, check_text
from server.services.report_names import LEVELS, REASONS
from server.services.report_schedule import deliveries, said
from server.services.reporting import Query
from server.services.system import System
from server.web.shell import choose_language

FILE_MAX = 2 * 1024 * 1024
BODY_MAX = 4 * 1024 * 1024
"""A file that was looked at comes back with the form, a third longer in letters."""

Show = Callable[..., str]
Ask = Callable[[], Query]


class FilePages:
    """`show` and `ask` are those of all report pages: the frame around, and the office and period asked for."""

    def __init__(self, system: System, show: Show, ask: Ask) -> None:
        self._system, self._show, self._ask = system, show, ask

    def check(self) -> str | tuple[str, int]:
        """A printed report against its own sums and rates. Nothing is kept."""
        _let_files_in()
        query, result, fault = self._ask(), None, None
        given, pasted = request.files.get("file"), request.form.get("text", "")
        if request.method == "POST":
            actor()
            try:
                result = check_file(given.filename or "", whole_of(given)) if given else check_text(pasted)
            except NotAReport as problem:
                fault = report_words.refused(problem).said(_)
            except MotcuaError as error:
                fault = error_text(error)
        page = self._show("reports/validator.html", query, result=result, fault=fault, pasted=pasted, gap=gap,
                          note=note, says=_says, unread=_unread(), alone=_alone)  # fmt: skip
        return (page, 422) if fault else page

    def take_in(self) -> str | tuple[str, int]:
        """Older records: looked at first, taken in whole by a second press."""
        _let_files_in()
        query, taken, done, fault, file = self._ask(), None, None, None, None
        if not allowed(actor(), "office.configure", query.office):
            raise Unauthenticated() if actor().kind == "anonymous" else Forbidden()
        if request.method == "POST":
            try:
                file = _given()
                if request.form.get("step") == "take":
                    done = take_in(self._system.uow, actor(), query.office, file)
                else:
                    taken = look(self._system.uow, query.office, file)
            except MotcuaError as error:
                fault = error_text(error)
        figures = done["sums"] if done else sums(taken.lines) if taken else {}
        page = self._show(
            "reports/import.html", query, taken=taken, done=done, fault=fault, file=file,
            content=b64encode(file.content).decode() if file and taken and not taken.wrong else None,
            named=[(_figure_name(name), format_count(count)) for name, count in _ordered(figures)],
            say=lambda reason: reason.said(_),
        )  # fmt: skip
        return (page, 422) if fault or (taken and taken.wrong) else page

    def deliveries(self) -> str:
        """What became of the reports that are sent by themselves."""
        query = self._ask()
        found = deliveries(self._system.uow, actor(), query.office)
        zone = self._system.uow.hall(query.office).config.zone
        return self._show("reports/deliveries.html", query, found=found, zone=zone, said=_said)


def _said(detail: str | None) -> str:
    return said(detail, choose_language()) if detail else ""


def _let_files_in() -> None:
    request.max_content_length = BODY_MAX
    request.max_form_memory_size = BODY_MAX


def _given() -> PastFile:
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        return PastFile(upload.filename[:200], whole_of(upload))
    try:
        return PastFile(request.form.get("name", "")[:200], b64decode(request.form.get("content", ""), validate=True))
    except NotBase64:
        raise Invalid(detail="content") from None


def whole_of(upload: FileStorage) -> bytes:
    """All of a file, or none: one that is cut off would say something else than the file does."""
    with closing(upload):
        content: bytes = upload.read(FILE_MAX + 1)
    if len(content) > FILE_MAX:
        raise FileTooLarge(most=FILE_MAX // 1024 // 1024)
    return content


def _ordered(figures: Tally) -> list[tuple[str, int]]:
    return sorted(figures.items(), key=lambda item: (item[0].startswith(("rating", "reason")), item[0]))


def _figure_name(name: str) -> str:
    plain = {
        "issued": _("Đã phát"), "served": _("Đã phục vụ"), "no_show": _("Vắng mặt"), "cancelled": _("Đã huỷ"),
        "expired": _("Hết hiệu lực"), "sessions": _("Lượt phục vụ"), "answered": _("Lượt đánh giá"),
    }  # fmt: skip
    kind, _dot, rest = name.partition(".")
    if kind == "rating":
        level = rest.partition(".")[2]
        return str(_("Không rõ mức") if level == WITHOUT_LEVEL else _(LEVELS[Level(level)]))
    if kind == "reason":
        return str(_(REASONS[Dissatisfaction(rest)]))
    return str(plain.get(name, name))


# --- what the validator says, in words --------------------------------------------------------------------------------


def gap(check: Check) -> str:
    """Signed, as a report prints numbers: +1 · −0,02."""
    if check.gap is None:
        return "—"
    size = abs(check.gap)
    shown = format_count(size) if size.denominator == 1 else str(rounded(size)).replace(".", ",")
    return f"{'−' if check.gap < 0 else '+'}{shown}"


def _says(check: Check) -> str:
    return re.sub(r"Σ (\d+) rows$", lambda match: str(_("Σ %(n)s dòng", n=match[1])), check.says)


def note(found: Note) -> str:
    return report_words.note(found).said(_)


def _unread() -> dict[str, str]:
    return {code: _(text) for code, text in report_words.UNREAD.items()}


def _alone(figure: Figure) -> str:
    return report_words.alone(figure).said(_)
