"""The demo's office: six real fields of a ward, five counters, the people and the devices of the public contract."""

from __future__ import annotations

from typing import Any

from server.commands.demo_procedures import PROCEDURES

ALL_DAY = {"calendar": {"weekly": {str(day): [["00:00", "24:00"]] for day in range(7)}}}


def _names(vi: str, en: str) -> dict[str, str]:
    return {"vi": vi, "en": en}


SERVICES: list[dict[str, Any]] = [
    {
        "code": "A",
        "names": _names("Hộ tịch", "Civil status"),
        "service_s": 540,
        "papers": [
            _names("giấy chứng sinh (bản chính)", "Birth certificate from the clinic (original)"),
            _names("tờ khai", "Declaration form"),
            _names("căn cước của cha, mẹ", "Identity cards of the parents"),
        ],
    },
    {
        "code": "B",
        "names": _names("Chứng thực", "Certified copies and signatures"),
        "service_s": 300,
        "target_s": 420,
        "papers": [
            _names("bản chính giấy tờ cần chứng thực", "The originals to be certified"),
            _names("căn cước", "Identity card"),
        ],
    },
    {
        "code": "C",
        "names": _names("Đất đai – Môi trường", "Land and environment"),
        "service_s": 780,
        "target_s": 900,
        "papers": [
            _names("đơn theo mẫu", "Application form"),
            _names("giấy chứng nhận quyền sử dụng đất", "Land use right certificate"),
        ],
    },
    {
        "code": "D",
        "names": _names("Đăng ký hộ kinh doanh", "Household business registration"),
        "service_s": 600,
        "target_s": 720,
        "papers": [
            _names("giấy đề nghị đăng ký", "Registration request"),
            _names("căn cước của chủ hộ", "Identity card of the owner"),
        ],
    },
    {
        "code": "E",
        "names": _names("Bảo trợ xã hội – Người có công với cách mạng", "Social protection and persons of merit"),
        "service_s": 660,
        "target_s": 780,
        "papers": [_names("tờ khai", "Declaration form"), _names("căn cước", "Identity card")],
    },
    {
        "code": "F",
        "names": _names("Trả kết quả", "Collecting results"),
        "service_s": 180,
        "target_s": 300,
        "papers": [_names("giấy hẹn trả kết quả", "Appointment slip"), _names("căn cước", "Identity card")],
    },
]

OFFICE: dict[str, Any] = {
    "code": "demo",
    "names": _names(
        "Trung tâm Phục vụ hành chính công phường Khương Đình", "Public Service Centre of Khương Đình Ward"
    ),
    "timezone": "Asia/Ho_Chi_Minh",
    "settings": {**ALL_DAY, "hotline": "1900 0000"},
    "services": [service | {"procedures": PROCEDURES[service["code"]]} for service in SERVICES],
    "counters": [
        {"number": 1, "services": ["A", "B"]},
        {"number": 2, "services": ["B", "A"]},
        {"number": 3, "services": ["C", "D"]},
        {"number": 4, "services": ["D", "E", "C"]},
        {"number": 5, "services": ["F", "E"]},
    ],
}

PEOPLE: list[tuple[str, str, str]] = [
    ("officer1", "Nguyễn Thị Minh Ngọc", "officer"),
    ("officer2", "Trần Quốc Khánh", "officer"),
    ("officer3", "Lê Hoàng Phương Thảo", "officer"),
    ("officer4", "Phạm Đức Thịnh", "officer"),
    ("officer5", "Võ Thị Ánh Tuyết", "officer"),
    ("helper", "Đỗ Văn Lượng", "helper"),
    ("head", "Bùi Thị Hồng Nhung", "head"),
    ("admin", "Quản trị viên", "admin"),
]

DEVICES: list[dict[str, Any]] = [
    {"kind": "printer", "name": "kiosk-printer"},
    {"kind": "panel", "name": "panel-1", "counter": 1},
    {"kind": "panel", "name": "panel-3", "counter": 3},
    {"kind": "keypad", "name": "keypad-2", "counter": 2},
    {"kind": "led", "name": "led-1", "counter": 1},
]
"""What the demo's agent owns. The kiosk and the tablet are screens with tokens of their own."""
