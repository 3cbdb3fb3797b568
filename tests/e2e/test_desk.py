"""An officer's day at the keyboard, and what citizens and colleagues see of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
Take = Callable[..., dict[str, Any]]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def in_hand(page: Page) -> Any:
    return page.locator(".in-hand .number--hero")


def enabled(page: Page, action: str) -> None:
    """Wait until a key may be pressed: a person looks before pressing, too."""
    expect(page.locator(f"[data-action={action}]")).to_be_enabled()


def sit(browse: Browse, user: str, counter: int) -> Page:
    page = browse("/console", user=user)
    expect(page.get_by_role("heading", name="Anh/chị ngồi quầy nào hôm nay?")).to_be_visible()
    press(page, str(counter))
    enabled(page, "pause")
    return page


@pytest.fixture
def desk(browse: Browse, take: Take) -> Page:
    """Officer 1 sits at counter 1; A001, B001 and A002 wait."""
    for service in ("A", "B", "A"):
        take(service)
    return sit(browse, "officer1", 1)


def test_a_citizen_is_called_served_and_finished_by_three_keys(desk: Page) -> None:
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("A001")
    expect(desk.locator(".details")).to_contain_text("Vì sao A001 được gọi")
    enabled(desk, "start")
    press(desk, "s")
    expect(desk.locator(".in-hand__time")).to_contain_text("mục tiêu 10 phút")
    enabled(desk, "next")
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("B001")
    expect(desk.locator(".topbar__end")).to_contain_text("Đã phục vụ 1")


def test_a_desk_and_a_hall_that_stay_open_do_not_fill_with_what_was(desk: Page, browse: Browse, take: Take) -> None:
    """Sixty people come and go: the nodes of both pages, comments and all, are as many as after the first twenty."""
    floor = browse("/floor", user="head")
    expect(floor.locator(".floor__people")).to_contain_text("A001")
    nodes = """() => { const all = document.createTreeWalker(document, NodeFilter.SHOW_ALL); let n = 0;
      while (all.nextNode()) n += 1; return n; }"""
    counted = []
    for n in range(1, 61):
        last = take("A")["number"]
        enabled(desk, "next")
        press(desk, " ")
        enabled(desk, "start")
        press(desk, "s")
        if n in (20, 60):
            for page, line in ((desk, "section[aria-labelledby=line]"), (floor, ".floor__people")):
                expect(page.locator(line)).to_contain_text(last)
            counted.append((desk.evaluate(nodes), floor.evaluate(nodes)))
    (desk_before, floor_before), (desk_after, floor_after) = counted
    assert desk_after <= desk_before + 20, "a row of either list may differ by its marks"
    assert floor_after <= floor_before + 20


def test_absent_means_three_calls_first_and_who_returns_keeps_the_number(desk: Page) -> None:
    press(desk, " ")
    for said in ("lần 2 trên 3", "Đã gọi đủ 3 lần"):
        enabled(desk, "absent")
        press(desk, "v")
        expect(desk.locator(".console-strip")).to_contain_text(said)
    enabled(desk, "absent")
    press(desk, "v")
    expect(desk.locator("section[aria-labelledby=absent]")).to_contain_text("A001")
    enabled(desk, "requeue")
    press(desk, "q", "1", "Enter")
    expect(desk.locator(".console-strip")).to_contain_text("Số A001 đã quay lại hàng.")
    expect(desk.locator("section[aria-labelledby=line]")).to_contain_text("A001")


def test_a_held_number_comes_back_by_its_digit(desk: Page) -> None:
    press(desk, " ")
    enabled(desk, "hold")
    press(desk, "h", "1", "Enter")
    held = desk.locator("section[aria-labelledby=held]")
    expect(held).to_contain_text("A001")
    expect(held).to_contain_text("Bổ sung giấy tờ, bản sao")
    expect(held.get_by_role("button")).to_be_enabled()
    press(desk, "1")
    expect(in_hand(desk)).to_have_text("A001")


def test_a_transfer_leaves_with_its_note(desk: Page, browse: Browse) -> None:
    colleague = sit(browse, "officer3", 3)
    press(desk, " ")
    enabled(desk, "transfer")
    press(desk, "t", "2")
    desk.get_by_label("Ghi chú cho người nhận").fill("xem bản đồ")
    press(desk, "Enter")
    expect(desk.locator(".console-strip")).to_contain_text("Đã chuyển số A001.")
    expect(colleague.locator("section[aria-labelledby=line]")).to_contain_text("xem bản đồ")


def test_a_visit_goes_on_with_another_service_here_and_then_elsewhere(desk: Page, browse: Browse) -> None:
    press(desk, " ")
    enabled(desk, "goon")
    press(desk, "n", "1", "Enter")
    strip = desk.locator(".console-strip")
    expect(strip).to_contain_text("Số A001 làm tiếp: Chứng thực.")
    expect(desk.locator(".in-hand h1")).to_have_text("Chứng thực")
    expect(desk.locator(".details")).to_contain_text("bản chính giấy tờ cần chứng thực")
    press(desk, "n", "2", "Enter")
    expect(strip).to_contain_text("Số A001 đã vào hàng Đất đai – Môi trường, giữ giờ đến.")
    expect(desk.locator(".topbar__end")).to_contain_text("Đã phục vụ 2")


def test_a_counter_is_handed_over_with_the_person_who_is_served(desk: Page, browse: Browse) -> None:
    colleague = browse("/console", user="officer2")
    press(desk, " ")
    enabled(desk, "start")
    press(desk, "s")
    enabled(desk, "handover")
    press(desk, "g", "1")
    desk.get_by_label("Lý do (được ghi lại)").fill("hết ca")
    press(desk, "Enter")
    expect(desk.get_by_role("heading", name="Anh/chị ngồi quầy nào hôm nay?")).to_be_visible()
    expect(desk.locator(".console-strip")).to_contain_text("Đã bàn giao Quầy 1 cho Trần Quốc Khánh.")
    expect(in_hand(colleague)).to_have_text("A001")
    expect(colleague.locator(".details")).to_contain_text("Kế tiếp: B001")
    # One counter, one officer: the seat that was given away is taken.
    expect(desk.get_by_role("button", name="Quầy 1")).to_be_disabled()


def test_calling_out_of_order_needs_a_reason_and_shows_it(desk: Page) -> None:
    press(desk, "l", "3")
    desk.keyboard.type("sắp đến giờ tàu")
    press(desk, "Enter")
    expect(in_hand(desk)).to_have_text("A002")
    expect(desk.locator(".details")).to_contain_text("Gọi ngoài thứ tự: sắp đến giờ tàu")


def test_a_key_held_down_is_one_press(desk: Page) -> None:
    desk.keyboard.down(" ")
    for _ in range(5):
        desk.keyboard.down(" ")  # what a held key sends
    desk.keyboard.up(" ")
    expect(in_hand(desk)).to_have_text("A001")
    expect(desk.locator("section[aria-labelledby=line] .list__row")).to_have_count(2)


def test_a_command_whose_answer_is_lost_is_carried_out_once(desk: Page) -> None:
    sent: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        route.fetch()
        if len(sent) == 1:
            route.abort("connectionreset")
        else:
            route.continue_()

    desk.route("**/counters/1/next", lose_the_first_answer)
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("A001")
    enabled(desk, "start")
    assert len(sent) == 2
    assert sent[0] == sent[1]
    expect(desk.locator("section[aria-labelledby=line] .list__row")).to_have_count(2)


def test_a_lost_connection_locks_the_keys_and_keeps_the_number_in_hand(desk: Page, take: Take) -> None:
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("A001")
    desk.context.set_offline(True)
    expect(desk.get_by_role("alert")).to_contain_text("Số A001 vẫn ở quầy này.", timeout=12_000)
    press(desk, "Enter")
    expect(in_hand(desk)).to_have_text("A001")
    take("B")
    desk.context.set_offline(False)
    expect(desk.locator("section[aria-labelledby=line]")).to_contain_text("B002", timeout=3_000)
    enabled(desk, "finish")


def test_a_cut_in_the_middle_of_a_command_repeats_nothing_and_shows_the_truth_afterwards(
    desk: Page, server: Motcua
) -> None:
    sent: list[str] = []

    def carry_out_but_never_answer(route: Route) -> None:
        sent.append(route.request.headers["idempotency-key"])
        if len(sent) == 1:
            route.fetch()
            desk.context.set_offline(True)
        route.abort("internetdisconnected")

    desk.route("**/counters/1/next", carry_out_but_never_answer)
    press(desk, " ")
    expect(desk.get_by_role("alert")).to_contain_text("Mất kết nối", timeout=15_000)
    assert set(sent) == {sent[0]}, "one press is one key, however often it is sent"
    desk.unroute("**/counters/1/next")
    press(desk, " ", " ", "s")
    desk.context.set_offline(False)
    expect(in_hand(desk)).to_have_text("A001", timeout=15_000)
    expect(desk.locator(".in-hand__time")).to_contain_text("đã gọi 1 lần")
    expect(desk.locator("section[aria-labelledby=line] .list__row")).to_have_count(2)
    calls = [c["number"] for c in requests.get(f"{server.url}/api/v1/offices/demo/board", timeout=10).json()["calls"]]
    assert calls == ["A001"]


def test_the_line_stands_still_under_the_mouse(desk: Page, browse: Browse) -> None:
    desk.hover("section[aria-labelledby=line]")
    press(sit(browse, "officer2", 2), " ")
    rows = desk.locator("section[aria-labelledby=line] .list__row")
    expect(rows.nth(0)).to_contain_text("đã rời hàng")
    expect(rows.nth(1)).to_contain_text("B001")
    desk.mouse.move(5, 5)
    expect(rows.nth(0)).to_contain_text("B001")


def test_a_citizen_rates_the_officer_who_served_and_staff_see_the_count(desk: Page, browse: Browse) -> None:
    tablet = browse("/rate?counter=1", device="panel", viewport={"width": 1280, "height": 800})
    expect(tablet.get_by_role("heading", name="Quầy 1")).to_be_visible()
    press(desk, " ")
    expect(in_hand(desk)).to_have_text("A001")
    enabled(desk, "finish")
    press(desk, "Enter")
    expect(tablet.locator(".rate__officer")).to_contain_text("Nguyễn Thị Minh Ngọc")
    expect(tablet.locator(".rate__officer")).to_contain_text("A001")
    tablet.click("[data-level=dissatisfied]")
    tablet.click("[data-reason=processing_time]")
    tablet.get_by_role("button", name="Gửi đánh giá").click()
    expect(tablet.get_by_role("heading", name="Cảm ơn ông/bà đã đánh giá")).to_be_visible()
    counts = browse("/today", user="officer1")
    mine = counts.locator("tr", has_text="Nguyễn Thị Minh Ngọc")
    expect(mine.locator("[data-level=dissatisfied]")).to_have_text("1")
    expect(mine.locator("[data-level=none]")).to_have_text("0")


def test_a_press_made_without_a_network_is_delivered_when_it_returns(desk: Page, browse: Browse) -> None:
    tablet = browse("/rate?counter=1", device="panel")
    expect(tablet.get_by_role("heading", name="Quầy 1")).to_be_visible()
    press(desk, " ")
    enabled(desk, "finish")
    press(desk, "Enter")
    expect(tablet.locator("[data-level=satisfied]")).to_be_enabled()
    tablet.context.set_offline(True)
    tablet.click("[data-level=satisfied]")
    expect(tablet.get_by_role("heading", name="Cảm ơn ông/bà đã đánh giá")).to_be_visible()
    with tablet.expect_response(lambda answer: answer.url.endswith("/rating"), timeout=20_000) as delivered:
        tablet.context.set_offline(False)
    assert delivered.value.status == 201


def test_the_desk_fits_beside_another_program_and_speaks_english(desk: Page) -> None:
    press(desk, " ")
    desk.set_viewport_size({"width": 360, "height": 780})
    width = desk.evaluate("document.documentElement.scrollWidth")
    assert width == 360
    desk.goto("/console?lang=en")
    expect(desk.locator("[data-action=recall]")).to_contain_text("Recall")
    expect(desk.locator(".details")).to_contain_text("First to arrive in this counter's line.")


def test_the_desk_can_be_used_with_assistive_technology(desk: Page) -> None:
    press(desk, " ")
    enabled(desk, "start")
    assert violations(desk) == []
    for key in ("h", "t", "n", "g", "p", "?"):
        press(desk, key)
        expect(desk.get_by_role("dialog")).to_be_visible()
        assert violations(desk) == [], key
        press(desk, "Escape")
        expect(desk.get_by_role("dialog")).not_to_be_visible()


def violations(page: Page) -> list[str]:
    # Our own policy would refuse axe as a script element; evaluating it does not go through the page.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found]
