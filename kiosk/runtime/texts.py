"""Texts of the kiosk's own refusals, in the language of whoever stands before it."""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LOCALE = Path(__file__).parents[1] / "locale"


def N_(text: str) -> str:
    """Mark a text for the catalogue."""
    return text


PROBLEMS = {
    "service_not_found": N_("Không có lĩnh vực %(service)s."),
    "procedure_not_found": N_("Lĩnh vực %(service)s không có thủ tục %(procedure)s."),
    "service_closed": N_("Lĩnh vực %(service)s hiện không phát số. Mở lại: %(next)s"),
    "service_stopped": N_("Lĩnh vực %(service)s tạm ngừng phát số hôm nay: %(why)s. Phát số lại: %(next)s"),
    "daily_limit_reached": N_("Lĩnh vực %(service)s đã phát hết số của ngày hôm nay. Phát số lại: %(next)s"),
    "one_number_a_day": N_("Hôm nay ông/bà đã có số %(number)s của lĩnh vực này."),
    "card_required": N_(
        "Đơn vị này cần căn cước hoặc mã đặt lịch để lấy số. Không có thẻ, mời ông/bà gặp cán bộ hướng dẫn."
    ),
    "scan_unreadable": N_(
        "Máy chưa đọc được mã. Mời ông/bà đặt lại thẻ hoặc mã, mặt có mã QR hướng vào máy."
    ),
    "booking_not_found": N_(
        "Không tìm thấy lịch hẹn của mã này. Mời ông/bà lấy số thường hoặc hỏi cán bộ hướng dẫn."
    ),
    "booking_used": N_("Mã đặt lịch này đã lấy số %(number)s."),
    "booking_other_day": N_(
        "Lịch hẹn này vào %(slot)s. Hôm nay mời ông/bà lấy số thường, hoặc đến đúng ngày đã đặt."
    ),
    "booking_too_early": N_(
        "Lịch hẹn lúc %(slot)s. Mời ông/bà quay lại quét mã từ %(opens)s, hoặc lấy số thường ngay bây giờ."
    ),
    "booking_too_late": N_("Lịch hẹn lúc %(slot)s đã quá giờ nhận số. Mời ông/bà lấy số thường."),
    "no_numbers_left": N_("Máy đang ngoại tuyến và đã phát hết số dự phòng. Xin ông/bà gặp cán bộ hướng dẫn."),
    "store_broken": N_("Máy không ghi được số nên không thể phát số. Xin ông/bà gặp cán bộ hướng dẫn."),
    "kiosk_not_ready": N_("Máy lấy số chưa sẵn sàng. Xin ông/bà gặp cán bộ hướng dẫn."),
    "kiosk_stopped": N_("Máy này tạm ngừng phát số. Xin ông/bà sang máy khác hoặc gặp cán bộ hướng dẫn."),
    "staff_code_unset": N_("Máy này chưa có mã nhân viên."),
    "staff_code_wrong": N_("Mã chưa đúng."),
    "staff_code_wait": N_("Đã nhập sai nhiều lần. Hãy chờ %(wait_s)s giây."),
    "staff_code_again": N_("Đã hết giờ. Hãy nhập lại mã."),
    "no_printer_here": N_("Không có máy in nào nối vào máy này."),
    "kiosk_revoked": N_("Máy này đã ngừng hoạt động. Xin ông/bà gặp cán bộ hướng dẫn."),
    "offline": N_("Máy đang hoạt động ngoại tuyến nên chưa làm được việc này."),
    "idempotency_key_required": N_("Thiếu tiêu đề Idempotency-Key."),
    "idempotency_key_reused": N_("Khoá Idempotency-Key này đã dùng cho một yêu cầu khác."),
    "invalid_request": N_("Yêu cầu chưa đúng: %(detail)s"),
    "not_found": N_("Không tìm thấy."),
    "forbidden": N_("Máy này chỉ phục vụ trang của chính nó."),
}

NOBODY_KNOWS = {
    "service_closed": N_("Lĩnh vực %(service)s hiện không phát số. Mời ông/bà hỏi cán bộ hướng dẫn."),
    "service_stopped": N_("Lĩnh vực %(service)s tạm ngừng phát số hôm nay: %(why)s."),
    "daily_limit_reached": N_("Lĩnh vực %(service)s đã phát hết số của ngày hôm nay."),
}
"""The same where the next time cannot be said."""

TEST_PAPER = (
    N_("PHIẾU IN THỬ"),
    N_("Không phải số thứ tự"),
    N_("ă â đ ê ô ơ ư · Ệ Ộ Ữ: các dấu phải rõ"),
)
"""Heading, service and foot of the paper that tries the printer."""


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("messages", LOCALE, languages=[language], fallback=True)


def words(msgid: str, language: str) -> str:
    return msgid if language == "vi" else _catalogue(language).gettext(msgid)


def problem_text(code: str, values: Mapping[str, Any], language: str) -> str:
    unknown = code in NOBODY_KNOWS and not values.get("opens_at")
    return words((NOBODY_KNOWS if unknown else PROBLEMS)[code], language) % dict(values)


def in_words(values: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Names by language, in the language of whoever reads them."""
    return {n: v.get(language) or v["vi"] if isinstance(v, Mapping) else v for n, v in values.items()}
