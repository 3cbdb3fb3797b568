"""Every refusal the product knows, as one tree.

An error carries a stable `code` for programs, a `kind` that the edges turn into a status, and a Vietnamese text
(the gettext msgid) with named values; the edge translates it into the caller's language.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any


def N_(text: str) -> str:
    """Mark a text for the catalogue without translating it here."""
    return text


class Why:
    """Why something is not taken: a msgid with named values, reasons among them, that the edge says."""

    def __init__(self, text: str, /, **values: Any) -> None:
        self.text, self.values = text, values

    def said(self, translate: Callable[[str], str]) -> str:
        text = translate(self.text)
        return text % said(self.values, translate) if self.values else text

    def __str__(self) -> str:
        return self.said(str)


class WrongValue(Why, ValueError):
    """The same, raised where a value is looked at."""


def said(values: dict[str, Any], translate: Callable[[str], str]) -> dict[str, Any]:
    """Named values with the reasons among them in a reader's language."""
    return {name: v.said(translate) if isinstance(v, Why) else v for name, v in values.items()}


class MotcuaError(Exception):
    """A refusal in plain words. Nothing was changed."""

    code = "error"
    kind = "conflict"
    text = N_("Không thực hiện được yêu cầu.")

    def __init__(self, **values: Any) -> None:
        super().__init__(self.code)
        self.values = values

    def told(self, translate: Callable[[str], str]) -> dict[str, Any]:
        """The values as its reader understands them."""
        return said(self.values, translate)


class Invalid(MotcuaError):
    code, kind, text = "invalid_request", "invalid", N_("Yêu cầu chưa đúng: %(detail)s")


class Unauthenticated(MotcuaError):
    code, kind, text = "not_signed_in", "unauthenticated", N_("Cần đăng nhập hoặc mã thiết bị hợp lệ.")


class WrongPassword(Unauthenticated):
    code, text = "wrong_credentials", N_("Sai tên đăng nhập hoặc mật khẩu.")


class SecondFactorRequired(Unauthenticated):
    code, text = "second_factor_required", N_("Cần mã xác thực thứ hai.")


class WrongSecondFactor(Unauthenticated):
    code, text = "wrong_second_factor", N_("Mã xác thực không đúng hoặc đã dùng.")


class Forbidden(MotcuaError):
    code, kind, text = "forbidden", "forbidden", N_("Tài khoản này không được phép làm việc đó.")


class SecondFactorMissing(Forbidden):
    code, text = (
        "second_factor_missing",
        N_("Tài khoản này phải bật xác thực hai lớp trước khi làm việc. Hãy mở trang Tài khoản."),
    )


class CsrfFailed(Forbidden):
    code, text = "csrf_failed", N_("Phiên làm việc đã cũ. Hãy tải lại trang rồi thử lại.")


class TooMany(MotcuaError):
    code, kind, text = "too_many_requests", "too_many", N_("Thao tác quá nhiều lần. Hãy chờ một chút rồi thử lại.")


class Unavailable(MotcuaError):
    code, kind, text = "unavailable", "unavailable", N_("Hệ thống đang bận. Số đã lấy vẫn được giữ; hãy thử lại.")


class ReportBeingPrepared(Unavailable):
    code, text = (
        "report_being_prepared",
        N_("Số liệu các ngày trước đang được tổng hợp. Phần đã tổng hợp được giữ lại; xin thử lại sau ít phút."),
    )


class NotFound(MotcuaError):
    code, kind, text = "not_found", "not_found", N_("Không tìm thấy.")


class OfficeNotFound(NotFound):
    code, text = "office_not_found", N_("Không có đơn vị %(office)s.")


class ServiceNotFound(NotFound):
    code, text = "service_not_found", N_("Không có lĩnh vực %(service)s.")


class ProcedureNotFound(NotFound):
    code, text = "procedure_not_found", N_("Lĩnh vực %(service)s không có thủ tục %(procedure)s.")


class CounterNotFound(NotFound):
    code, text = "counter_not_found", N_("Không có quầy số %(counter)s.")


class TicketNotFound(NotFound):
    code, text = "ticket_not_found", N_("Không tìm thấy số thứ tự này.")


class Conflict(MotcuaError):
    code, kind = "conflict", "conflict"


class WrongState(Conflict):
    code, text = "wrong_state", N_("Số %(number)s đang ở trạng thái “%(state)s” nên không làm được việc này.")


class TooFewCalls(Conflict):
    code, text = (
        "too_few_calls",
        N_("Mới gọi số %(number)s %(calls)s lần. Cần gọi đủ %(needed)s lần trước khi báo vắng."),
    )


class CounterBusy(Conflict):
    code, text = "counter_busy", N_("Quầy %(counter)s đang có số %(number)s.")


class CounterNotOpen(Conflict):
    code, text = "counter_not_open", N_("Quầy %(counter)s chưa mở.")


class CounterInUse(Conflict):
    code, text = "counter_in_use", N_("Quầy %(counter)s đang có người ngồi. Hãy đóng quầy rồi mới bỏ.")


class CounterAwaited(Conflict):
    code, text = (
        "counter_awaited",
        N_("Số %(number)s đang chờ riêng quầy %(counter)s. Hãy đổi lĩnh vực cho số đó ở Toàn cảnh rồi mới bỏ quầy."),
    )


class ServiceInUse(Conflict):
    code, text = (
        "service_in_use",
        N_("Lĩnh vực %(service)s còn %(count)s số chưa xong. Hãy bỏ chọn “Đang nhận”, hết hàng rồi mới bỏ lĩnh vực."),
    )


class CounterTaken(Conflict):
    code, text = "counter_taken", N_("Quầy %(counter)s đã có người ngồi.")


class OfficerElsewhere(Conflict):
    code, text = "officer_at_another_counter", N_("Anh/chị đang mở quầy %(counter)s. Hãy đóng quầy đó trước.")


class OfficerSeated(Conflict):
    code, text = "officer_seated", N_("%(officer)s đang ngồi quầy %(counter)s.")


class NotYourCounter(Forbidden):
    code, text = "not_your_counter", N_("Quầy %(counter)s do người khác phụ trách.")


class NoNumbersNow(Conflict):
    """A refusal that ends by itself. `opens_at`: the office's local time from which it is possible again, None when
    that cannot be said. `service`: its names by language; the edge says the caller's."""

    reason = "hours"
    never = text = ""
    """What is said when nobody knows the next time."""

    def __init__(self, opens_at: datetime | None, **values: Any) -> None:
        again = opens_at.isoformat() if opens_at else None
        super().__init__(opens_at=again, next=f"{opens_at:%H:%M %d/%m/%Y}" if opens_at else "", **values)
        if opens_at is None:
            self.text = self.never


class ServiceClosed(NoNumbersNow):
    code = "service_closed"
    text = N_("Lĩnh vực %(service)s hiện không phát số. Mở lại: %(next)s")
    never = N_("Lĩnh vực %(service)s hiện không phát số. Mời ông/bà hỏi cán bộ hướng dẫn.")


class OfficeNotInForce(NoNumbersNow):
    code, reason = "office_not_in_force", "stopped"
    text = N_("Đơn vị không phát số vào ngày này: %(why)s. Phát số từ: %(next)s")
    never = N_("Đơn vị không phát số vào ngày này: %(why)s.")


class ServiceStopped(NoNumbersNow):
    code, reason = "service_stopped", "stopped"
    text = N_("Lĩnh vực %(service)s tạm ngừng phát số hôm nay: %(why)s. Phát số lại: %(next)s")
    never = N_("Lĩnh vực %(service)s tạm ngừng phát số hôm nay: %(why)s.")


class DailyLimitReached(NoNumbersNow):
    code, reason = "daily_limit_reached", "daily_limit"
    text = N_("Lĩnh vực %(service)s đã phát hết %(limit)s số của ngày hôm nay. Phát số lại: %(next)s")
    never = N_("Lĩnh vực %(service)s đã phát hết %(limit)s số của ngày hôm nay.")


class RatingWindowClosed(Conflict):
    code, text = "rating_window_closed", N_("Lượt đánh giá này đã đóng.")


class AppendOnly(Conflict):
    code, text = "append_only", N_("Đánh giá và nhật ký không sửa, không xoá được. Việc thử sửa đã được ghi lại.")


class AlreadyRated(RatingWindowClosed):
    """The one rating of a session closes its window: the same code for programs, a text of its own for people."""

    text = N_("Lượt phục vụ này đã được đánh giá.")


class IdempotencyKeyRequired(Invalid):
    code, text = "idempotency_key_required", N_("Thiếu tiêu đề Idempotency-Key.")


class IdempotencyKeyReused(Conflict):
    code, text = "idempotency_key_reused", N_("Khoá Idempotency-Key này đã dùng cho một yêu cầu khác.")
