"""Whether a hall can read a screen: every visible text of a page, measured as the browser has drawn it.

A letter is legible when it subtends at least 16 minutes of arc (ISO 9241-303, minimum character height), which is its
distance over 215; we take distance ÷ 200: 30 mm at 6 m. The called number must be found and not only read: distance
÷ 60, 100 mm. What nobody needs from the last row (whose hall this is, the date, what staff must know of the sound)
is marked `data-near` in the page and read from 3 m. Contrast is at least 7 for a call and 4.5 for everything else
(WCAG 2.2, 1.4.6 and 1.4.3). A 43-inch screen of 1920 × 1080 has 0.5 mm a pixel.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
NUMBER_MM, READ_MM, NEAR_MM = 100.0, 30.0, 15.0


def ask(page: Page, what: str, given: Any = None) -> Any:
    """One of the questions in `reading.js`."""
    return page.evaluate(f"given => ({_SCRIPT.rstrip()}).{what}(given)", given)


def unreadable(page: Page) -> list[dict[str, Any]]:
    """The texts of a page that a hall cannot read; it has some that it can."""
    page.evaluate("document.fonts.ready")
    texts = ask(page, "texts")
    assert len(texts) > 3, "a page with nothing on it"
    return [text for text in texts if text["mm"] < _height(text) or text["contrast"] < (7 if text["call"] else 4.5)]


def _height(text: dict[str, Any]) -> float:
    if text["near"]:
        return NEAR_MM
    return NUMBER_MM if text["number"] else READ_MM


def faults(page: Page) -> list[Any]:
    """What is cut off, what overlaps, and what nobody can read."""
    return [*ask(page, "overflows"), *unreadable(page)]
