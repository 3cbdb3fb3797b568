"""What a ticket costs to make, and how many bytes go to the printer, for each way of making it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from bench.results import Measure
from hardware.printing import profiles
from hardware.printing.content import TicketContent
from hardware.printing.encode import encode

REFERENCE: dict[str, Any] = {
    "office_name": "Trung tâm Phục vụ hành chính công phường Khương Đình",
    "heading": "SỐ THỨ TỰ",
    "number": "A012",
    "priority": "Ưu tiên · Người cao tuổi",
    "service": "Hộ tịch",
    "counters": "Quầy 2, 3",
    "ahead": ["Trước ông/bà", "5 người"],
    "wait": ["Chờ", "20–35 phút"],
    "date": "20/11/2026",
    "time": "09:18",
    "papers": "Chuẩn bị: giấy chứng sinh (bản chính); tờ khai; căn cước của cha, mẹ",
    "qr": "https://motcua.example.vn/t/Zk3q9sTfXw2LmN8p",
    "qr_hint": "Quét để xem còn bao nhiêu người và nhận báo gọi trên điện thoại",
    "hotline": ["Đường dây nóng", "1900 0000"],
    "footer": "Vé hết hiệu lực cuối ngày",
    "reprint": None,
}
WAYS = (("generic-80", "raster"), ("epson-tm-80", "hybrid"), ("serial-80", "glyphs"), ("generic-58", "raster"))
GLYPH_BYTES = 4_000


def measure(quick: bool) -> Iterator[Measure]:
    """`ticket_render_ms` and `ticket_bytes` of the reference ticket, by profile and way."""
    content = TicketContent.from_job(REFERENCE)
    for name, way in WAYS:
        profile = profiles.load(name)
        spent: list[float] = []
        size = 0
        for _ in range(5 if quick else 30):
            began = time.perf_counter()
            size = len(encode(content, profile, way).data)
            spent.append((time.perf_counter() - began) * 1000)
        yield Measure.of("ticket_render_ms", spent, "ms", profile=name, way=way)
        measured = Measure("ticket_bytes", size, "B", given={"profile": name, "way": way})
        if way == "glyphs":
            measured.target = ("at most", GLYPH_BYTES)
        yield measured
