"""What the check of printed reports says, in words: for its page and for `motcua report check`."""

from __future__ import annotations

from server.domain.errors import N_, Why
from server.domain.reports.figures import Kind
from server.domain.reports.findings import Note
from server.domain.reports.table import Figure, NotAReport

_NOTES = {
    "carried_over_not_printed": N_("Không in số kỳ trước chuyển sang; coi như 0."),
    "days_outside": N_("Ngoài kỳ %(n)s ngày."),
    "dash_but_countable": N_("In như tỷ lệ trên 0, nhưng có số để chia."),
    "gap_equals": N_("Số chênh đúng bằng “%(key)s”."),
    "matches_other_rate": N_("Số in ra là tỷ lệ %(rate)s."),
    "rate_over_zero": N_("Tỷ lệ trên 0 phải in là “—”."),
    "ratings_without_level": N_("%(n)s lượt đánh giá không có mức."),
    "rounded_further": N_("Đúng nếu làm tròn đến %(places)s chữ số thập phân."),
}
_REFUSED = {
    "formula_without_value": N_("có công thức chưa tính; hãy mở tệp bằng Excel hoặc LibreOffice rồi lưu lại"),
    "no_figures": N_("không thấy bảng số liệu nào"),
    "not_a_workbook": N_("không mở được tệp XLSX"),
    "not_csv": N_("không phải CSV: %(why)s"),
    "not_json": N_("không phải JSON: %(why)s"),
    "not_utf8": N_("tệp không phải UTF-8"),
    "same_name_twice": N_("cùng một tên có hai lần trong một bảng: %(why)s"),
    "unknown_kind": N_("chỉ nhận tệp %(why)s"),
    "unknown_shape": N_("cách trình bày này không đọc được: %(why)s"),
}
UNREAD = {
    "dash_for_count": N_("số lượng bằng không phải in là 0"),
    "negative": N_("số lượng không thể âm"),
    "not_a_date": N_("không phải là ngày (20/11/2026)"),
    "not_a_number": N_("không phải là số"),
    "not_a_period": N_("không phải là kỳ báo cáo"),
    "not_whole": N_("số lượng phải là số nguyên (1523 hoặc 1.523)"),
}


def note(found: Note) -> Why:
    return Why(_NOTES[found.code], **found.params)


def refused(problem: NotAReport) -> Why:
    return Why(_REFUSED[problem.code], why=problem.why)


def alone(figure: Figure) -> Why:
    """Why a figure could not be compared with anything."""
    if figure.kind is Kind.PERCENT:
        return Why(N_("không in các số để tính ra tỷ lệ này"))
    return Why(N_("không nằm trong tổng, phần hay tỷ lệ nào của bảng"))
