"""A phone in a pocket is woken at the call: encrypted for it alone, signed by this installation, gone with the day."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from server.app import Server, create_server
from server.live.push import Pusher, own_key
from server.services.access import Actor
from server.services.push import is_push_service, opened
from server.services.retention import erase, find
from server.services.vault import Unreadable
from server.settings import PUSH_HOSTS, Settings
from tests.api.conftest import SECRET, Clock, Person
from tests.api.test_following import token_of


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class PushService(HTTPServer):
    """What a browser's maker runs: takes messages for one browser, which alone can read them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answer = 201
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._auth = b"sixteen bytes it"
        self.endpoint = f"http://127.0.0.1:{self.server_port}/push/this-browser"

    @property
    def wish(self) -> dict[str, Any]:
        point = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "keys": {"p256dh": text(point), "auth": text(self._auth)}, "language": "vi"}

    def read(self, n: int = -1) -> dict[str, Any]:
        _headers, body = self.taken[n]
        plain = http_ece.decrypt(body, private_key=self._private, auth_secret=self._auth, version="aes128gcm")
        return dict(json.loads(plain))


class _Handler(BaseHTTPRequestHandler):
    server: PushService

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        self.send_response(self.server.answer)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def service() -> Iterator[PushService]:
    running = PushService()
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def server(database_url: str, tmp_path: Path, clock: Clock) -> Iterator[Server]:
    settings = Settings(
        secret_key=SECRET, database_url=database_url, data_dir=tmp_path, async_mode="threading",
        push_hosts=("127.0.0.1",),
    )  # fmt: skip
    made = create_server(settings, clock=clock)
    yield made
    made.close()


@pytest.fixture
def pushed(server: Server) -> Callable[[], int]:
    """Send all that waits; how many messages were taken so far."""
    pusher = server.system.pusher
    assert isinstance(pusher, Pusher)

    def drain() -> int:
        pusher.drain()
        return pusher.sent

    return drain


@pytest.fixture
def mine(kiosk: Person) -> dict[str, Any]:
    return kiosk.take()


@pytest.fixture
def wish(anybody: Person, service: PushService, mine: dict[str, Any]) -> Callable[..., int]:
    def ask(**other: Any) -> int:
        return anybody.post(f"/track/{token_of(mine)}/push", service.wish | other).status_code

    return ask


Wish = Callable[..., int]
Pushed = Callable[[], int]


def kept(server: Server) -> int:
    return len(server.system.uow.rows("push_subscription"))


def test_the_call_reaches_the_phone_and_only_that_phone_can_read_it(
    service: PushService, wish: Wish, officer: Person, pushed: Pushed
) -> None:
    assert wish() == 201
    officer.next()
    assert pushed() == 1
    headers, body = service.taken[0]
    assert b"A001" not in body
    assert service.read() == {
        "title": "Mời số A001",
        "body": "Mời ông/bà đến Quầy 1 · Trung tâm Phục vụ hành chính công phường Khương Đình",
        "tag": "A001",
    }
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")


def test_a_copy_of_the_database_does_not_tell_where_the_phone_is(
    server: Server, service: PushService, wish: Wish
) -> None:
    wish()
    row = server.system.uow.rows("push_subscription")[0]
    assert not {service.endpoint, *service.wish["keys"].values()} & {str(value) for value in row.values()}
    assert service.endpoint not in str(row)
    assert opened(server.system.vault, row) == {"endpoint": service.endpoint, **service.wish["keys"]}
    with pytest.raises(Unreadable):
        opened(server.system.vault, row | {"id": "of-another-row"})


def test_who_asks_for_a_telephone_number_reads_the_addresses_too(
    server: Server, service: PushService, wish: Wish
) -> None:
    wish(endpoint=f"{service.endpoint}?of=0912345678")
    system, actor = server.system, Actor("command line", name="privacy")
    rooms = (system.uow, system.shelves, system.vault, "demo", "0912345678", actor)
    assert [place[0] for place in find(*rooms)] == ["push_subscription"]  # type: ignore[arg-type]
    assert erase(*rooms) == []  # type: ignore[arg-type]
    assert kept(server) == 0


def test_it_is_signed_by_the_key_that_the_browser_subscribed_with(
    service: PushService, wish: Wish, officer: Person, anybody: Person, mine: dict[str, Any], pushed: Pushed,
    tmp_path: Path,
) -> None:  # fmt: skip
    key = anybody.get(f"/track/{token_of(mine)}/push").json["key"]  # type: ignore[index]
    wish()
    officer.next()
    pushed()
    header = service.taken[0][0]["Authorization"]
    assert Vapid02.verify(auth=header)
    assert f"k={key}" in header
    claims = header.split("t=")[1].split(",")[0].split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["aud"] == service.endpoint.removesuffix(
        "/push/this-browser"
    )
    assert own_key(tmp_path).private_pem() == own_key(tmp_path).private_pem()
    assert (tmp_path / "push.pem").stat().st_mode & 0o077 == 0


def test_a_recall_says_so_and_in_the_citizens_language(
    service: PushService, wish: Wish, officer: Person, pushed: Pushed
) -> None:
    wish(language="en")
    called = officer.next()
    officer.do(called, "recall")
    pushed()
    assert [service.read(n)["title"] for n in (0, 1)] == ["Number A001", "Again: number A001"]
    assert service.read()["body"].startswith("Please come to Counter 1")


def test_nobody_elses_call_wakes_it(
    service: PushService, wish: Wish, kiosk: Person, officer: Person, pushed: Pushed
) -> None:
    other = kiosk.take()
    wish()
    officer.next()
    pushed()
    assert len(service.taken) == 1
    officer.do(officer.next(finish_current=True), "recall")
    pushed()
    assert len(service.taken) == 1, other


@pytest.mark.parametrize("verbs", [["finish"], ["cancel"]])
def test_with_the_number_the_address_is_forgotten(
    server: Server, wish: Wish, officer: Person, pushed: Pushed, verbs: list[str]
) -> None:
    wish()
    called = officer.next()
    for verb in verbs:
        officer.do(called, verb)
    pushed()
    assert kept(server) == 0


def test_at_the_end_of_the_offices_day_nothing_is_left(server: Server, wish: Wish, clock: Clock) -> None:
    wish()
    clock.turn(hours=15)  # 23:00 in the office
    server.system.uow.forget_pushes(clock())
    assert kept(server) == 1
    clock.turn(hours=1)
    server.system.uow.forget_pushes(clock())
    assert kept(server) == 0


def test_an_address_that_is_gone_is_not_asked_again(
    server: Server, service: PushService, wish: Wish, officer: Person, pushed: Pushed
) -> None:
    wish()
    service.answer = 410
    officer.next()
    assert pushed() == 0
    assert kept(server) == 0


def test_a_push_service_that_is_away_disturbs_nobody(
    server: Server, wish: Wish, officer: Person, pushed: Pushed
) -> None:
    assert wish(endpoint="http://127.0.0.1:9/nobody") == 201
    assert officer.next()["number"] == "A001"
    assert pushed() == 0
    assert kept(server) == 1


def test_a_citizen_can_end_it(
    server: Server, wish: Wish, anybody: Person, mine: dict[str, Any], service: PushService
) -> None:
    wish()
    assert wish() == 201
    assert kept(server) == 1, "the same browser once more is the same browser"
    anybody.post(f"/track/{token_of(mine)}/push/end", {"endpoint": service.endpoint})
    assert kept(server) == 0


def test_a_number_that_is_over_wakes_nobody(wish: Wish, officer: Person) -> None:
    officer.do(officer.next(), "finish")
    assert wish() == 409


def test_a_ticket_has_no_crowd_of_phones(wish: Wish, service: PushService) -> None:
    assert [wish(endpoint=f"{service.endpoint}-{n}") for n in range(4)] == [201, 201, 201, 422]


@pytest.mark.parametrize(
    "keys", [{"p256dh": "A" * 87, "auth": "AAAAAAAAAAAAAAAAAAAAAA"}, {"auth": "AAAAAAAAAAAAAAAAAAAAAAAA"}]
)
def test_keys_that_are_none_are_refused(wish: Wish, service: PushService, keys: dict[str, str]) -> None:
    assert wish(keys=service.wish["keys"] | keys) == 422


@pytest.mark.parametrize(
    ("endpoint", "allowed"),
    [
        ("https://fcm.googleapis.com/fcm/send/abc", True),
        ("https://wns2-am3p.notify.windows.com/w/?token=x", True),
        ("http://fcm.googleapis.com/fcm/send/abc", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil-notify.windows.com/x", False),
        ("https://user@fcm.googleapis.com/x", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("http://127.0.0.1/admin", False),
        ("https://[bad/x", False),
    ],
)
def test_only_known_push_services_are_posted_to(endpoint: str, allowed: bool) -> None:
    assert is_push_service(endpoint, PUSH_HOSTS) is allowed
