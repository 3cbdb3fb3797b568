"""What systems and drivers say when a device is not there, in the words of whoever stands before the cabinet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hardware.texts import N_, _


@dataclass(frozen=True)
class Trouble:
    """What is the matter, and what to do; both empty where nobody has met this text before."""

    what: str = ""
    advice: str = ""


_KNOWN = (
    (
        r"permission denied|no permission|access is denied|insufficient permissions",
        N_("không có quyền mở"),
        N_("Thêm người dùng của agent vào nhóm dialout và lp (hoặc đặt quy tắc udev), rồi khởi động lại agent."),
    ),
    (
        r"resource busy|exclusively lock|resource temporarily unavailable|being used by another",
        N_("một chương trình khác đang giữ cổng này"),
        N_("Tắt phần mềm khác đang dùng thiết bị (hoặc dừng motcua agent khi thử bằng tay)."),
    ),
    (
        r"no such file|cannot find|no usb device|no such device",
        N_("không thấy thiết bị ở cổng đã khai"),
        N_("Cắm lại dây USB, xem tên cổng bằng: motcua agent udev, rồi sửa mục cấu hình."),
    ),
    (
        r"refused",
        N_("máy ở địa chỉ này không nhận kết nối"),
        N_("Kiểm tra địa chỉ IP của máy in (in trang cấu hình của máy) và cổng 9100."),
    ),
    (
        r"no route|unreachable|timed out|host is down",
        N_("không thấy trên mạng"),
        N_("Kiểm tra dây mạng, nguồn của máy in và địa chỉ IP."),
    ),
    (
        r"name or service|name resolution|getaddrinfo",
        N_("không tìm ra tên máy này trên mạng"),
        N_("Dùng địa chỉ IP thay cho tên, hoặc hỏi người quản mạng."),
    ),
    (
        r"input/output error|disconnected|broke |closed the line|reset by peer|broken pipe",
        N_("dây bị rút hoặc thiết bị mất điện"),
        N_("Kiểm tra nguồn và cắm lại dây; agent tự nối lại."),
    ),
    (
        r"does not answer|not asked yet|no proof",
        N_("cổng mở được nhưng thiết bị không trả lời"),
        N_("Kiểm tra nguồn, dây, tốc độ (baud) và hồ sơ máy in hoặc địa chỉ thiết bị trong cấu hình."),
    ),
    (r"paper out", N_("hết giấy"), N_("Lắp cuộn giấy mới.")),
    (r"cover open", N_("nắp đang mở"), N_("Đóng nắp máy in.")),
    (r"cutter error", N_("kẹt dao cắt"), N_("Tắt máy in, gỡ giấy ở dao cắt, bật lại.")),
    (
        r"power switch",
        N_("máy in báo lỗi nặng"),
        N_("Tắt máy in, chờ 10 giây rồi bật lại; còn lỗi thì gọi nơi bảo hành."),
    ),
)  # fmt: skip


def explain(text: str) -> Trouble:
    """The trouble behind a system's text; words that are ours already, or unknown, are left to speak for themselves."""
    for pattern, what, advice in _KNOWN:
        if re.search(pattern, text, re.IGNORECASE):
            return Trouble(_(what), _(advice))
    return Trouble()
