"""Cards and bookings under a real scanner's line: server, agent, kiosk and printer as processes and lines of their own.

Afterwards every file of all of them, every log and every byte that was printed is searched for what stood on the card.
"""

from __future__ import annotations

import os
import pty
import tty
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from server.commands.demo_office import OFFICE
from server.domain.words import Role
from server.services import bookings
from server.services.access import Actor
from server.services.devices import put_device
from server.services.offices import put_office
from tests.devices import Branch, branch
from tests.e2e.test_kiosk_screens import AXE, TAGS
from tests.e2e.touching import UPRIGHT, screen, tap
from tests.kiosk.machines import KioskPC
from tests.servers import Process, free_port, program

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.usefixtures("cold_starts")]

NUMBER, NAME, CODE = "001203004567", "NGUYỄN VĂN TÀI", "dat-lich-8KQ2"
CARD = f"{NUMBER}|012345678|{NAME}|01021990|Nam|Số 1 phố Huế, Hà Nội|02032022"
TOKEN = "a-door-token-of-the-tests"
ADMIN = Actor("tests", roles={"demo": frozenset({Role.ADMIN})})


@dataclass
class Hall:
    site: Branch
    kiosk: KioskPC
    scanner: int
    printed: bytearray
    folder: Path

    def scan(self, text: str) -> None:
        os.write(self.scanner, text.encode() + b"\r\n")


@pytest.fixture
def hall(tmp_path: Path) -> Iterator[Hall]:
    with ExitStack() as stack:
        far_end, near_end = pty.openpty()
        tty.setraw(near_end)
        site = stack.enter_context(branch(tmp_path, token=TOKEN))
        printed = _recorded(site)
        scanner = _ask_for_cards(site, os.ttyname(near_end))
        door = free_port()
        with site.config.open("a") as config:
            config.write(f'[door]\nhost = "127.0.0.1"\nport = {door}\n')
        agent = Process(tmp_path, "agent")
        agent.launch([program("motcua"), "agent", "--config", str(site.config)])
        stack.callback(agent.stop)
        kiosk = KioskPC(tmp_path / "kiosk", site.server.url, f"http://127.0.0.1:{door}", scanner=scanner, token=TOKEN)
        kiosk.start()
        stack.callback(kiosk.stop)
        yield Hall(site, kiosk, far_end, printed, tmp_path)
        os.close(far_end)
        os.close(near_end)


def _recorded(site: Branch) -> bytearray:
    """Every byte that comes to the printer."""
    printed, take = bytearray(), site.printer.receive

    def taken(data: bytes) -> object:
        printed.extend(data)
        return take(data)

    site.printer.receive = taken  # type: ignore[method-assign,assignment]
    return printed


def _ask_for_cards(site: Branch, port: str) -> str:
    asked = {"card": "required", "bookings": {"early_min": 600, "late_min": 600}}
    put_office(site.uow, OFFICE | {"settings": OFFICE["settings"] | asked}, ADMIN)
    zone = site.uow.hall("demo").config.zone
    noon = datetime.now(UTC).astimezone(zone)
    slot = noon + timedelta(minutes=-5 if noon.hour > 12 else 5)
    day = [f"{slot:%Y-%m-%d}", f"{slot:%H:%M}"]
    bookings.take_in(site.uow, ADMIN, "demo", [["service", "day", "time", "code"], ["B", *day, CODE]])
    with site.uow.command("demo") as tx:
        (agent,) = tx.rows("device", name="demo-agent")
        settings = {"driver": "cdc", "port": port, "identity_cards": True, "token": TOKEN}
        return str(put_device(tx, "scanner", "scanner-1", agent=agent["id"], settings=settings))


@pytest.fixture
def page(chromium: Browser, hall: Hall) -> Iterator[Page]:
    context = chromium.new_context(base_url=hall.kiosk.url, viewport=UPRIGHT, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto("/kiosk")
    expect(page.locator("[data-service=A]")).to_contain_text("Không có người chờ")
    page.evaluate(AXE.read_text())
    yield page
    context.close()


def fault_free(page: Page) -> None:
    found = page.evaluate("tags => axe.run(document, { runOnly: tags, resultTypes: ['violations'] })", TAGS)
    assert found["violations"] == []


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("MOTCUA_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_a_card_a_booking_and_nothing_of_either_left_behind(page: Page, hall: Hall) -> None:
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text))
    tap(page, "[data-service=A]")
    screen(page, "scan")
    fault_free(page)
    picture(page, "kiosk-card")
    hall.scan("what is this")
    expect(page.locator("[role=alert]")).to_contain_text("Máy chưa đọc được mã")
    hall.scan(CARD)
    expect(page.locator(".result__number")).to_have_text("A001")
    page.wait_for_timeout(400)
    tap(page, "text=Xong")

    tap(page, "[data-service=A]")
    hall.scan(CARD)
    screen(page, "refused")
    expect(page.locator("h1")).to_have_text("Ông/bà đã có số A001")
    fault_free(page)
    picture(page, "kiosk-one-number")
    page.wait_for_timeout(400)
    tap(page, "text=Về màn hình đầu")

    hall.scan(f"https://dat.lich.example/b/{CODE}")
    expect(page.locator(".result__number")).to_have_text("B001")
    page.wait_for_timeout(400)
    tap(page, "text=Xong")
    hall.scan(f"https://dat.lich.example/b/{CODE}")
    expect(page.locator("h1")).to_have_text("Ông/bà đã có số B001")

    # Without the server the same card is known as well.
    hall.site.server.kill()
    page.wait_for_timeout(400)
    tap(page, "text=Về màn hình đầu")
    tap(page, "[data-service=A]")
    hall.scan(CARD)
    expect(page.locator("h1")).to_have_text("Ông/bà đã có số A001")

    left_behind(hall, said)


def left_behind(hall: Hall, said: list[str]) -> None:
    """Nothing, wherever it is looked for; and where it is looked for there is something."""
    searched: dict[str, bytes] = {"the page's console": "\n".join(said).encode(), "the printer": bytes(hall.printed)}
    for root in (hall.folder, hall.site.server.directory):
        searched |= {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    names = " ".join(searched)
    for expected in ("office.db", "kiosk.db", "kiosk.log", "agent.log", "motcua.log"):
        assert expected in names, expected
    assert len(hall.printed) > 1000
    words = [text.encode(code) for text in (NUMBER, "012345678", NAME, "phố Huế") for code in ("utf-8", "utf-16-le")]
    words.append(NAME.encode("unicode_escape"))
    for where, content in searched.items():
        assert not [word for word in words if word in content], where
