"""Every route that changes something either writes into the log, or says where else its doing stands.

The list comes from the server's own routes: a new one fails here until it is in one of the two tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from server.app import Server
from tests.api.conftest import PASSWORD, Clock, Person
from tests.api.test_following import token_of
from tests.api.test_photos import photo
from tests.api.test_signage import picture
from tests.api.test_voice import SAID

OFFICE = "/offices/<office>"
COUNTER = f"{OFFICE}/counters/<int:counter>"
TICKET = "/tickets/<ticket_id>"

ELSEWHERE = {
    **dict.fromkeys(
        (f"POST {COUNTER}/next", *(f"POST {TICKET}/{verb}" for verb in (
            "recall", "start", "finish", "no-show", "hold", "resume", "transfer", "go-on", "requeue",
        ))),
        "ordinary work: each state of a ticket is a row with counter, officer, rule and note",
    ),
    **dict.fromkeys(
        (f"POST {COUNTER}/open", f"POST {COUNTER}/pause"),
        "ordinary work: each state of a counter is a row with officer and reason",
    ),
    f"POST {OFFICE}/tickets": "the ticket's row",
    "POST /track/<token>/leave": "the citizen's own; the ticket's row",
    "POST /track/<token>/rating": "the rating's sealed row",
    f"POST {COUNTER}/rating": "the rating's sealed row; a refused one is logged (test_rating)",
    "POST /track/<token>/push": "the citizen's own, gone with the day",
    "POST /track/<token>/push/end": "the citizen's own",
    f"POST {OFFICE}/leases": "the lease's row",
    f"POST {OFFICE}/leases/<lease_id>/return": "the lease's row",
    f"POST {OFFICE}/deliveries": "the tickets' rows; what is refused is logged (test_offline)",
    f"POST {OFFICE}/papers": "the print jobs' rows",
    f"POST {OFFICE}/kiosk": "a report of a device's state",
    f"POST {OFFICE}/boards/report": "a report of a device's state",
    "POST /agent/status": "a report of devices' states",
    "POST /agent/jobs/<job_id>/result": "the print job's row",
    f"POST {OFFICE}/policy/try": "changes nothing",
    f"POST {OFFICE}/scan": "changes nothing, and what was scanned is kept nowhere",
    "POST /me/second-factor": "not in force before it is confirmed",
    "POST /session/code": "a sign-in like any other (test_sign_on)",
}  # fmt: skip
"""Changing routes without a row in the log, each with the reason."""


LOG_PAGE = Path("server/web/static/pages/admin/audit.js")


class Hall:
    """The demo, and who does what in it. `said` collects what each call wrote into the log."""

    def __init__(self, server: Server, sign_in: Callable[[str], Person], device: Callable[[str], Person]) -> None:
        self.server, self.sign_in = server, sign_in
        self.admin, self.head, self.kiosk = sign_in("admin"), sign_in("head"), device("kiosk")
        self.done: dict[str, list[str]] = {}

    def log(self) -> list[dict[str, Any]]:
        return sorted(self.server.system.uow.rows("audit"), key=lambda row: int(row["id"]))

    def act(
        self, route: str, who: Person | None, path: str, body: Any = None, *, refused: bool = False, **how: Any
    ) -> Any:
        """Call a route; what it wrote is kept under it."""
        before = len(self.log())
        person = who or Person(self.server.app.test_client())
        method, headers = route.split()[0], dict(person.headers)
        sent = {"data": how["data"], "content_type": how["type"]} if how else {"json": {} if body is None else body}
        answer = person.client.open(f"/api/v1{path}", method=method, headers=headers, **sent)
        assert answer.status_code < 300 or refused, (route, answer.status_code, answer.json)
        rows = self.log()[before:]
        assert all(row["actor"] and (row["address"] or row["actor"].startswith("device:")) for row in rows), rows
        self.done[route] = [row["action"] for row in rows]
        return answer.json


def ids_of(hall: Hall) -> dict[str, str]:
    return {row["username"]: row["id"] for row in hall.server.system.uow.rows("staff")}


def settings(hall: Hall) -> None:
    office, admin = "/offices/demo", hall.admin
    config = dict(admin.get(f"{office}/config").json or {})
    config["office"]["hotline"] = "1900 1111"
    hall.act(f"PUT {OFFICE}/config", admin, f"{office}/config", config)
    assert hall.log()[-1]["detail"] == {"changed": ["hotline"]}, "what was changed, not only that something was"
    config = dict(admin.get(f"{office}/config").json or {})
    config["office"]["reports"] = [{"name": "tuan", "period": "week", "folder": "tuan"}]
    hall.act(f"PUT {OFFICE}/config", admin, f"{office}/config", config)
    hall.act(f"POST {OFFICE}/reports/<name>/send", admin, f"{office}/reports/tuan/send")
    hall.act(f"POST {OFFICE}/notice", hall.head, f"{office}/notice", {"vi": "Nghỉ sớm"})
    hall.act(f"POST {OFFICE}/services/<service>/stop", hall.head, f"{office}/services/F/stop", {"reason": "hết mẫu"})
    hall.act(f"POST {OFFICE}/services/<service>/release", hall.head, f"{office}/services/F/release")
    made = hall.act(
        f"POST {OFFICE}/media", hall.head, f"{office}/media?name=a.png", data=picture(), type="image/png"
    )
    hall.act(f"DELETE {OFFICE}/media/<digest>", hall.head, f"{office}/media/{made['digest']}")
    booked = {"service": "A", "day": "2026-12-01", "time": "09:15", "code": "LH-482190"}
    hall.act(f"POST {OFFICE}/bookings", admin, f"{office}/bookings", {"items": [booked]})
    listed = "Lĩnh vực,Ngày,Giờ,Mã\nHộ tịch,01/12/2026,09:30,LH-482191\n".encode()
    hall.act(f"POST {OFFICE}/bookings/file", hall.head, f"{office}/bookings/file", data=listed, type="text/csv")
    lists = dict(hall.head.get(f"{office}/signage/settings").json or {})
    hall.act(f"PUT {OFFICE}/signage", hall.head, f"{office}/signage", {"edition": lists["edition"], "lists": []})
    voice = f"{office}/voice/vi?phrase=đến"
    hall.act(f"PUT {OFFICE}/voice/<language>", hall.head, voice, data=SAID, type="audio/wav")
    hall.act(f"DELETE {OFFICE}/voice/<language>", hall.head, voice)


def people(hall: Hall) -> None:
    staff, admin = "/offices/demo/staff", hall.admin
    lan = {"name": "Lan", "roles": ["officer"], "password": PASSWORD}
    hall.act(f"PUT {OFFICE}/staff/<username>", admin, f"{staff}/lan", lan)
    hall.act(f"PUT {OFFICE}/staff/<username>/photo", admin, f"{staff}/lan/photo", data=photo(), type="image/jpeg")
    hall.act(f"DELETE {OFFICE}/staff/<username>/photo", admin, f"{staff}/lan/photo")
    hall.act("POST /session", None, "/session", {"username": "lan", "password": PASSWORD})
    lan_here, lan_there = hall.sign_in("lan"), hall.sign_in("lan")
    here = next(one for one in (lan_here.get("/me/sign-ins").json or {})["sign_ins"] if not one["current"])
    hall.act("DELETE /me/sign-ins/<sign_in>", lan_here, f"/me/sign-ins/{here['id']}")
    hall.act("DELETE /session", lan_here, "/session")
    wish = {"name": "figures", "scopes": ["stats.read"], "days": 30}
    lan_there = hall.sign_in("lan")
    token = hall.act("POST /me/tokens", lan_there, "/me/tokens", wish)
    hall.act("DELETE /me/tokens/<token_id>", lan_there, f"/me/tokens/{token['id']}")
    begun = lan_there.post("/me/second-factor").json or {}
    code = pyotp.TOTP(begun["secret"]).at(hall.server.system.clock())
    hall.act("POST /me/second-factor/confirm", lan_there, "/me/second-factor/confirm", {"code": code})
    hall.act("POST /me/password", lan_there, "/me/password", {"current": PASSWORD, "new": "mat-khau-moi"})
    factor = f"{OFFICE}/staff/<username>/second-factor"
    hall.act(f"DELETE {factor}", admin, f"{staff}/lan/second-factor")


def devices(hall: Hall) -> None:
    at, admin = "/offices/demo/devices", hall.admin
    made = hall.act(f"POST {OFFICE}/devices", admin, at, {"kind": "panel", "name": "bang-9", "counter": 5})
    path = f"{at}/{made['id']}"
    hall.act(f"PUT {OFFICE}/devices/<device_id>", admin, path, {"kind": "panel", "name": "bang-8", "counter": 5})
    offered = hall.act(f"POST {OFFICE}/devices/<device_id>/pairing", admin, f"{path}/pairing")
    hall.act("POST /devices/pair", None, "/devices/pair", {"code": offered["code"]})
    known = (admin.get(f"{at}/settings").json or {})["devices"]
    kiosk = next(device["id"] for device in known if device["kind"] == "kiosk")
    hall.act(f"PUT {OFFICE}/devices/<device_id>/staff-code", admin, f"{at}/{kiosk}/staff-code", {"code": "508271"})
    hall.act(f"POST {OFFICE}/devices/<device_id>/revoke", admin, f"{path}/revoke")


def overrides(hall: Hall) -> None:
    officer, head, counters = hall.sign_in("officer1"), hall.head, "/offices/demo/counters"
    taken = [hall.kiosk.take("A") for _ in range(4)]
    officer.post(f"{counters}/1/open")
    why = {"reason": "sắp đến giờ tàu", "counter": 1}
    hall.act(f"POST {TICKET}/call", officer, f"/tickets/{taken[2]['id']}/call", why)
    hall.act(f"POST {TICKET}/print", head, f"/tickets/{taken[0]['id']}/print")
    hall.act(f"POST {TICKET}/correct", head, f"/tickets/{taken[0]['id']}/correct", {"priority": "elderly"})
    hall.act(f"POST {TICKET}/cancel", head, f"/tickets/{taken[1]['id']}/cancel", {"note": "về sớm"})
    known = ids_of(hall)
    to = {"officer": known["officer2"], "note": "hết ca"}
    hall.act(f"POST {COUNTER}/hand-over", officer, f"{counters}/1/hand-over", to)
    hall.act(f"POST {COUNTER}/assign", head, f"{counters}/3/assign", {"officer": known["officer3"]})
    hall.act(f"POST {COUNTER}/close", head, f"{counters}/3/close")


def forgeries(hall: Hall) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        for path, row in (("audit/<row>", "1"), ("ratings/<row>", "x")):
            at = f"/offices/demo/{path.split('/')[0]}/{row}"
            hall.act(f"{method} {OFFICE}/{path}", hall.admin, at, refused=True)


def offices(hall: Hall) -> None:
    admin = hall.admin
    for code in ("khu-1", "khu-2"):
        hall.act(f"POST {OFFICE}/below", admin, "/offices/demo/below", {"code": code, "name": code})
    hall.act(f"PUT {OFFICE}/dates", admin, "/offices/khu-1/dates", {"valid_from": "2026-01-01", "valid_to": None})
    hall.act(f"PUT {OFFICE}/place", admin, "/offices/khu-1/place", {"parent": "khu-2"})
    hall.act(f"POST {OFFICE}/merge", admin, "/offices/khu-1/merge", {"into": "khu-2", "on": "2026-12-01"})
    hall.act(f"DELETE {OFFICE}/merge", admin, "/offices/khu-1/merge")


@pytest.fixture
def hall(server: Server, sign_in: Callable[[str], Person], device: Callable[[str], Person]) -> Iterator[Hall]:
    yield Hall(server, sign_in, device)


def changing(server: Server) -> set[str]:
    found = set()
    for rule in server.app.url_map.iter_rules():
        if rule.rule.startswith("/api/v1/"):
            methods = (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
            found |= {f"{method} {rule.rule.removeprefix('/api/v1')}" for method in methods}
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_override_setting_and_sign_in_is_in_the_log(hall: Hall) -> None:
    for story in (settings, people, devices, overrides, forgeries, offices):
        story(hall)
    silent = sorted(route for route, said in hall.done.items() if not said)
    assert silent == [], "done, and nobody would ever know"
    words = set(re.findall(r'^  "([a-z_]+\.[a-z_]+)": \(\) => _', LOG_PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert {row["action"] for row in hall.log()} - words == set(), "the page says it in words"
    known = hall.done.keys() | ELSEWHERE.keys()
    assert sorted(changing(hall.server) - known) == [], "a new route: does it belong into the log?"
    assert (hall.admin.get("/offices/demo/audit").json or {})["intact"]


LOOKED = {
    "/offices/demo/staff": "staff.view",
    "/offices/demo/ratings/comments": "comment.view",
    "/offices/demo/config?format=yaml": "office.export",
    "/offices/demo/stats?format=csv": "stats.export",
    "/offices/demo/stats/tickets?figure=issued": "stats.trace",
    "/offices/demo/stats/patterns": "ratings.check",
    "/offices/demo/inspection": "inspection.export",
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_export_and_every_look_at_people_is_in_the_log(hall: Hall) -> None:
    for path, action in LOOKED.items():
        before = len(hall.log())
        assert hall.admin.get(path).status_code == 200, path
        (row,) = hall.log()[before:]
        assert (row["action"], row["actor"], bool(row["address"])) == (action, hall.log()[-1]["actor"], True), path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_who_fails_to_sign_in_is_in_the_log_without_what_was_typed(hall: Hall, clock: Clock) -> None:
    anybody = Person(hall.server.app.test_client())
    for name in ("officer1", "mat-khau-cua-toi"):
        assert anybody.post("/session", {"username": name, "password": "x" * 9}).status_code == 401
    refused = [row["subject"] for row in hall.log() if row["action"] == "staff.sign_in_refused"]
    assert refused == ["officer1", None], "people type passwords into the wrong field"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_citizens_own_doing_is_no_business_of_the_log(hall: Hall) -> None:
    taken = hall.kiosk.take("A")
    before = len(hall.log())
    anybody = Person(hall.server.app.test_client())
    assert anybody.post(f"/track/{token_of(taken)}/leave").status_code == 200
    assert len(hall.log()) == before
