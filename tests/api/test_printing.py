"""Print jobs: made with the number, answered once, printed again only with a mark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.api.conftest import Person


@pytest.fixture
def agent(device: Callable[[str], Person]) -> Person:
    return device("agent")


def test_a_number_brings_a_job_with_everything_the_paper_says(kiosk: Person, agent: Person, officer: Person) -> None:
    told = kiosk.take(priority="elderly")
    (job,) = agent.get("/agent/jobs").json["jobs"]  # type: ignore[index]
    assert job["copy"] == 1 and job["ticket_id"] == told["id"]
    content = job["content"]
    assert content["number"] == "A001" and content["heading"] == "SỐ THỨ TỰ"
    assert content["office_name"] == "Trung tâm Phục vụ hành chính công phường Khương Đình"
    assert content["priority"] == "Ưu tiên · Người cao tuổi" and content["service"] == "Hộ tịch"
    assert content["counters"] == "Quầy 1, 2" and content["ahead"] == ["Trước ông/bà", "0 người"]
    assert (content["date"], content["time"]) == ("20/11/2026", "08:00")
    assert content["papers"] == "Chuẩn bị: giấy chứng sinh (bản chính); tờ khai; căn cước của cha, mẹ"
    assert content["qr"] == told["track_url"] and content["reprint"] is None
    assert content["footer"] == "Vé hết hiệu lực cuối ngày"


def test_an_english_ticket_is_english(kiosk: Person, agent: Person) -> None:
    kiosk.take(language="en")
    (job,) = agent.get("/agent/jobs").json["jobs"]  # type: ignore[index]
    assert job["language"] == "en" and job["content"]["service"] == "Civil status"


def test_a_result_is_taken_once_and_seen_at_the_ticket(kiosk: Person, agent: Person, officer: Person) -> None:
    told = kiosk.take()
    (job,) = agent.get("/agent/jobs").json["jobs"]  # type: ignore[index]
    path = f"/agent/jobs/{job['id']}/result"
    assert agent.post(path, {"state": "printed"}).json["state"] == "printed"  # type: ignore[index]
    assert agent.post(path, {"state": "unknown"}).json["state"] == "printed", "the first proof stands"  # type: ignore[index]
    assert agent.get("/agent/jobs").json["jobs"] == []  # type: ignore[index]
    assert kiosk.get(f"/tickets/{told['id']}").json["print"]["state"] == "printed"  # type: ignore[index]


def test_a_reprint_has_the_same_number_a_mark_and_a_trace(
    kiosk: Person, agent: Person, sign_in: Callable[[str], Person], server: object
) -> None:
    told = kiosk.take()
    helper = sign_in("helper")
    assert helper.post(f"/tickets/{told['id']}/print").json["copy"] == 2  # type: ignore[index]
    first, again = agent.get("/agent/jobs").json["jobs"]  # type: ignore[index]
    assert again["content"]["reprint"] == "BẢN IN LẠI" and first["content"]["reprint"] is None
    assert again["content"]["number"] == first["content"]["number"]
    assert [r["subject"] for r in server.system.uow.rows("audit", action="ticket.reprint")] == ["A001"]  # type: ignore[attr-defined]


def test_another_device_cannot_answer_for_a_printer(kiosk: Person, agent: Person) -> None:
    kiosk.take()
    (job,) = agent.get("/agent/jobs").json["jobs"]  # type: ignore[index]
    assert kiosk.post(f"/agent/jobs/{job['id']}/result", {"state": "printed"}).status_code == 403
    assert agent.post("/agent/jobs/unknown/result", {"state": "printed"}).status_code == 404


def test_a_printers_state_reaches_the_kiosk(kiosk: Person, agent: Person) -> None:
    devices = agent.get("/agent").json["devices"]  # type: ignore[index]
    printer = next(d["id"] for d in devices if d["kind"] == "printer")
    report = {"id": printer, "state": "error", "detail": {"paper": "out"}}
    assert agent.post("/agent/status", {"version": "1", "devices": [report]}).status_code == 200
    assert (kiosk.get("/offices/demo").json or {})["kiosk"]["printer"] == {"state": "error", "detail": {"paper": "out"}}
