"""A citizen's phone, from the QR on the ticket to the rating after the service."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Response, expect

from tests.e2e.test_desk import violations
from tests.offices import PASSWORD
from tests.servers import Motcua

pytestmark = pytest.mark.e2e

Browse = Callable[..., Page]
Take = Callable[..., dict[str, Any]]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
PICTURES = os.environ.get("MOTCUA_PICTURES")
FIRST_VIEW_BYTES = 50_000
LATER = {"js/live.js", "vendor/socket.io-client.js"}


class Officer:
    """Sits at counter 1 and works by the API."""

    def __init__(self, url: str) -> None:
        self.url = f"{url}/api/v1"
        self.session = requests.Session()
        answer = self.post("/session", username="officer1", password=PASSWORD)
        self.session.headers["X-CSRFToken"] = answer["csrf_token"]
        self.post("/offices/demo/counters/1/open")

    def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.session.post(f"{self.url}{path}", json=body, timeout=10)
        assert answer.ok, answer.text
        return dict(answer.json())

    def next(self) -> dict[str, Any]:
        return self.post("/offices/demo/counters/1/next", finish_current=True)

    def do(self, ticket: dict[str, Any], *verbs: str) -> None:
        for verb in verbs:
            self.post(f"/tickets/{ticket['id']}/{verb}")


@pytest.fixture
def officer(server: Motcua) -> Officer:
    return Officer(server.url)


@pytest.fixture
def follow(browse: Browse) -> Callable[..., Page]:
    def opened(ticket: dict[str, Any], query: str = "", **context: Any) -> Page:
        path = "/t/" + str(ticket["track_url"]).rsplit("/", 1)[1]
        return browse(path + query, **PHONE, **context)

    return opened


def live(page: Page) -> None:
    """Wait until the phone has joined the office: from then on nothing is asked without a reason."""
    expect(page.locator("main[data-status=live]")).to_be_visible()


def state(page: Page, word: str) -> Any:
    return page.locator(f".phone__state--{word}")


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(700)
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def test_from_the_line_to_the_rating(take: Take, follow: Callable[..., Page], officer: Officer) -> None:
    first, mine = take(), take()
    phone = follow(mine)
    expect(state(phone, "waiting")).to_contain_text("Còn 1 người trước ông/bà")
    keep(phone, "phone-waiting")
    live(phone)
    officer.next()
    expect(state(phone, "waiting")).to_contain_text("Ông/bà là người tiếp theo")
    expect(state(phone, "waiting")).to_contain_text(f"{first['number']} → Quầy 1")
    officer.next()
    expect(state(phone, "called")).to_contain_text("Mời ông/bà đến Quầy 1 Gọi lần 1")
    assert phone.title() == "● A002 → Quầy 1"
    keep(phone, "phone-called")
    officer.do(mine, "recall")
    expect(state(phone, "called")).to_contain_text("Gọi lần 2")
    officer.do(mine, "start")
    expect(state(phone, "serving")).to_contain_text("Quầy 1")
    officer.do(mine, "finish")
    expect(state(phone, "completed")).to_be_visible()
    phone.click("[data-level=dissatisfied]")
    phone.click("[data-reason=unclear_guidance]")
    phone.get_by_label("Ý kiến khác").fill("Chờ lâu quá.")
    keep(phone, "phone-rating")
    phone.get_by_role("button", name="Gửi đánh giá").click()
    expect(phone.get_by_role("heading", name="Cảm ơn ông/bà đã đánh giá")).to_be_visible()
    phone.reload()
    expect(phone.get_by_role("heading", name="Cảm ơn ông/bà đã đánh giá")).to_be_visible()
    counts = officer.session.get(f"{officer.url}/offices/demo/ratings/today", timeout=10).json()["officers"][0][
        "counts"
    ]
    assert counts["dissatisfied"] == 1


def test_a_phone_that_may_make_noise_rings_and_vibrates_at_the_call(
    take: Take, follow: Callable[..., Page], officer: Officer
) -> None:
    mine = take()
    phone = follow(mine)
    phone.evaluate(
        "() => { window.heard = []; window.felt = [];"
        "const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) {"
        " heard.push(this.context.state); return start.call(this, at); };"
        "navigator.vibrate = (pattern) => { felt.push(pattern.length); return true; }; }"
    )
    phone.get_by_role("button", name="Bật âm báo").tap()
    expect(phone.get_by_text("Âm báo đã bật.")).to_be_visible()
    phone.wait_for_function("() => heard.length === 2")
    live(phone)
    officer.next()
    phone.wait_for_function("() => heard.length === 8")
    assert set(phone.evaluate("heard")) == {"running"}
    assert phone.evaluate("felt") == [1, 11]
    officer.do(mine, "start")
    phone.wait_for_function("() => felt.at(-1) === 0")


def test_leaving_the_line_is_one_tap_and_a_confirmation(take: Take, follow: Callable[..., Page]) -> None:
    phone = follow(take())
    phone.get_by_role("button", name="Trả số, rời hàng").tap()
    keep(phone, "phone-leave")
    phone.get_by_role("button", name="Ở lại chờ").tap()
    expect(state(phone, "waiting")).to_be_visible()
    phone.get_by_role("button", name="Trả số, rời hàng").tap()
    phone.get_by_role("button", name="Đồng ý, rời hàng").tap()
    expect(state(phone, "cancelled")).to_contain_text("Số này đã được huỷ")


def test_a_number_that_was_called_meanwhile_is_not_given_back(
    take: Take, follow: Callable[..., Page], officer: Officer
) -> None:
    phone = follow(take())
    phone.get_by_role("button", name="Trả số, rời hàng").tap()
    phone.route("**/leave", lambda route: (officer.next(), route.continue_()))
    phone.get_by_role("button", name="Đồng ý, rời hàng").tap()
    expect(phone.get_by_role("alert")).to_contain_text("A001")
    expect(state(phone, "called")).to_contain_text("Quầy 1")


def test_a_phone_without_a_network_says_since_when_and_then_knows_again(
    take: Take, follow: Callable[..., Page], officer: Officer
) -> None:
    mine = take()
    phone = follow(mine)
    live(phone)
    phone.context.set_offline(True)
    expect(phone.locator(".banner")).to_contain_text(re.compile(r"Mất kết nối từ \d\d:\d\d"), timeout=20_000)
    keep(phone, "phone-lost")
    officer.next()
    phone.context.set_offline(False)
    expect(state(phone, "called")).to_be_visible(timeout=15_000)
    expect(phone.locator(".banner")).not_to_be_visible()


def test_where_sockets_do_not_come_through_the_phone_asks(
    take: Take, follow: Callable[..., Page], officer: Officer
) -> None:
    mine = take()
    phone = follow(mine)
    # As behind a proxy that does not know them: neither the script nor the socket arrives.
    phone.route("**/socket.io-client.js", lambda route: route.abort())
    phone.reload()
    expect(state(phone, "waiting")).to_be_visible()
    officer.next()
    expect(state(phone, "called")).to_be_visible(timeout=20_000)
    expect(phone.locator(".banner")).not_to_be_visible()


def test_only_events_of_the_own_line_make_a_phone_ask(
    take: Take, follow: Callable[..., Page], officer: Officer
) -> None:
    mine = take("C")
    phone = follow(mine)
    live(phone)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url) if "/api/v1/track/" in request.url else None)
    take("B")
    officer.next()
    phone.wait_for_timeout(2500)
    assert asked == []
    take("C")
    phone.wait_for_timeout(2500)
    assert len(asked) == 1


@pytest.mark.whole_browser
def test_a_closed_phone_is_woken_by_its_own_worker(take: Take, follow: Callable[..., Page]) -> None:
    """The push service is the browser maker's; everything on this side of it is ours, and runs here."""
    mine = take()
    phone = follow(mine, permissions=["notifications"])
    asked: list[dict[str, Any]] = []

    def note(request: Any) -> None:
        if request.method == "POST" and request.url.endswith("/push"):
            asked.append(request.post_data_json)

    phone.on("request", note)
    phone.evaluate(
        """() => {
          const coded = (n) => btoa(String.fromCharCode(...new Uint8Array(n)));
          const bytes = (n) => coded(n).replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
          PushManager.prototype.subscribe = async function ({ applicationServerKey, userVisibleOnly }) {
            const pair = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
            const point = bytes(await crypto.subtle.exportKey("raw", pair.publicKey));
            window.subscribedWith = [applicationServerKey.length, userVisibleOnly];
            const keys = { p256dh: point, auth: bytes(crypto.getRandomValues(new Uint8Array(16)).buffer) };
            return { toJSON: () => ({ endpoint: "https://fcm.googleapis.com/fcm/send/x", keys }) };
          };
        }"""
    )
    phone.get_by_role("button", name="Báo cho tôi cả khi đóng trang").tap()
    expect(phone.locator("[data-wake=on]")).to_be_visible()
    assert phone.evaluate("subscribedWith") == [87, True]
    assert asked[0]["language"] == "vi" and "name" not in asked[0]
    wire = phone.context.new_cdp_session(phone)
    found: list[str] = []
    wire.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: found.extend(r["registrationId"] for r in told["registrations"]),
    )
    wire.send("ServiceWorker.enable")
    phone.wait_for_timeout(100)
    origin = phone.evaluate("location.origin")
    data = '{"title": "Mời số A001", "body": "Mời ông/bà đến Quầy 1", "tag": "A001"}'
    wire.send("ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[-1], "data": data})
    shown = """async () => {
      const worker = await navigator.serviceWorker.getRegistration(location.pathname);
      const all = await worker.getNotifications();
      return all.length ? [all[0].title, all[0].body, all[0].tag] : false;
    }"""
    assert phone.wait_for_function(shown).json_value() == ["Mời số A001", "Mời ông/bà đến Quầy 1", "A001"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_first_view_is_small_enough_for_3g(take: Take, browse: Browse, language: str) -> None:
    """Shell, styles, scripts and their headers, from an empty cache, compressed as nginx would."""
    phone = browse("/healthz", **PHONE)
    answers: list[Response] = []
    phone.on("response", lambda answer: answers.append(answer))
    phone.goto(str(take(language=language)["track_url"]))
    live(phone)
    sizes = {answer.url.partition("/static/")[2] or answer.url: _sent(answer) for answer in answers}
    assert sizes.keys() >= LATER, "the live connection is missing"
    assert not any("font" in name for name in sizes)
    first = sum(size for name, size in sizes.items() if name not in LATER)
    assert first < FIRST_VIEW_BYTES, sizes
    painted, dialled = phone.evaluate(
        "() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,"
        " performance.getEntriesByName(location.origin + '/static/js/live.js')[0].startTime]"
    )
    assert painted <= dialled, "number and place must not wait for the live connection"


def _sent(response: Response) -> int:
    headers = sum(len(name) + len(value) + 4 for name, value in response.headers.items())
    return response.request.sizes()["responseBodySize"] + headers


STORIES: dict[str, tuple[str, ...]] = {
    "waiting": (),
    "called": ("next",),
    "serving": ("next", "start"),
    "held": ("next", "hold"),
    "no_show": ("next", "recall", "recall", "no-show"),
    "completed": ("next", "finish"),
    "cancelled": ("next", "cancel"),
}


def live_out(officer: Officer, ticket: dict[str, Any], story: tuple[str, ...]) -> None:
    for verb in story:
        if verb == "next":
            officer.next()
        else:
            officer.do(ticket, verb)


@pytest.mark.parametrize("word", STORIES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_the_server_draws_reads_as_what_the_page_draws(
    take: Take, follow: Callable[..., Page], officer: Officer, word: str, language: str
) -> None:
    mine = take(language=language)
    live_out(officer, mine, STORIES[word])
    plain, full = follow(mine, java_script_enabled=False), follow(mine)
    expect(full.locator("main[data-status]")).to_be_visible()
    for part in (".phone__ticket", ".phone__state"):
        drawn, painted = (" ".join(page.locator(part).inner_text().split()) for page in (plain, full))
        assert drawn == painted
        assert plain.locator(part).bounding_box() == full.locator(part).bounding_box(), "the page must not jump"


@pytest.mark.parametrize("word", STORIES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_state_can_be_used_with_assistive_technology(
    take: Take, follow: Callable[..., Page], officer: Officer, word: str, scheme: str
) -> None:
    mine = take("A")
    live_out(officer, mine, STORIES[word])
    phone = follow(mine, color_scheme=scheme)
    expect(state(phone, word)).to_be_visible()
    assert phone.locator("html").get_attribute("data-theme") == ("night" if scheme == "dark" else "paper")
    assert violations(phone) == []
    if word == "waiting":
        phone.get_by_role("button", name="Trả số, rời hàng").tap()
    if word == "completed":
        phone.click("[data-level=dissatisfied]")
    assert violations(phone) == []
    keep(phone, f"phone-{word}-{scheme}")


def test_an_unknown_number_is_a_plain_page(browse: Browse) -> None:
    page = browse("/t/nobody-knows-this", **PHONE)
    expect(page.get_by_role("heading", name="Không tìm thấy số này")).to_be_visible()
    assert violations(page) == []
    keep(page, "phone-unknown")


@pytest.mark.parametrize(("width", "size"), [(320, "100%"), (360, "200%"), (430, "100%")])
def test_narrow_screens_and_large_text_fit(
    take: Take, follow: Callable[..., Page], officer: Officer, width: int, size: str
) -> None:
    mine = take("A")
    phone = follow(mine)
    phone.set_viewport_size({"width": width, "height": 640})
    for word in ("waiting", "called", "completed"):
        if word != "waiting":
            live_out(officer, mine, ("next",) if word == "called" else ("finish",))
            phone.reload()
        expect(state(phone, word)).to_be_visible()
        phone.evaluate("size => { document.documentElement.style.fontSize = size; }", size)
        if word == "completed":
            phone.click("[data-level=dissatisfied]")
        assert phone.evaluate("document.documentElement.scrollWidth") == width, word
        small = phone.evaluate(
            "[...document.querySelectorAll('button, nav a, footer a')]"
            ".filter(e => e.getBoundingClientRect().height < 36).map(e => e.textContent.trim())"
        )
        assert small == []
        keep(phone, f"phone-{word}-{width}-{size[:-1]}")
