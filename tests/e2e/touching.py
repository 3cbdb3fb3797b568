"""Touching the kiosk as a finger does: one touch, and then the screen takes the next one."""

from __future__ import annotations

from playwright.sync_api import Page, expect

UPRIGHT = {"width": 1080, "height": 1920}
GUARD_MS = 400


def tap(page: Page, selector: str, nth: int = 0) -> None:
    """A touch, after which the screen takes the next one."""
    page.locator(selector).nth(nth).click()
    page.wait_for_timeout(GUARD_MS)


def screen(page: Page, name: str) -> None:
    expect(page.locator(".kiosk")).to_have_attribute("data-screen", name)
