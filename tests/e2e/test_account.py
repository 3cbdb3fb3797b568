"""One's own account in Chromium: a token, a second factor, and the sign-in that was left open elsewhere."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pyotp
import pytest
import requests
from playwright.sync_api import Page, expect

from tests.e2e.test_desk import violations
from tests.offices import PASSWORD
from tests.servers import Motcua

pytestmark = pytest.mark.e2e


def test_an_account_page_from_end_to_end(browse: Callable[..., Page], server: Motcua) -> None:
    left_open = browse("/floor", user="head")
    page = browse("/account", user="head")
    expect(page.get_by_role("heading", name="Tài khoản")).to_be_visible()
    assert violations(page) == []

    form = page.locator("[data-form=token]")
    form.get_by_label(re.compile("Tên, ví dụ")).fill("bảng số liệu")
    form.get_by_label("Xem báo cáo").check()
    form.get_by_role("button", name="Tạo mã").press("Enter")
    token = page.locator("[data-made]").inner_text()
    figures = f"{server.url}/api/v1/offices/demo/stats"
    bearer = {"Authorization": f"Bearer {token}"}
    assert requests.get(figures, headers=bearer, timeout=10).status_code == 200
    page.locator("[data-revoke]").press("Enter")
    expect(page.locator("[data-revoke]")).to_have_count(0)
    assert requests.get(figures, headers=bearer, timeout=10).status_code == 401

    expect(left_open.locator(".floor__people, .floor")).not_to_have_count(0)
    page.locator("[data-end]").press("Enter")
    left_open.wait_for_url("**/login?ended=1&next=*")

    page.locator("[data-do=begin]").press("Enter")
    secret = page.locator("[data-secret]").inner_text()
    page.locator("[data-form=confirm] [name=code]").fill(pyotp.TOTP(secret).at(time.time()))
    page.locator("[data-form=confirm] [name=code]").press("Enter")
    expect(page.locator("[data-codes] li")).to_have_count(8)
    answer = requests.post(
        f"{server.url}/api/v1/session", json={"username": "head", "password": PASSWORD}, timeout=10
    )
    assert answer.json()["code"] == "second_factor_required"
