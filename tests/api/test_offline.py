"""A kiosk that goes on without the server: blocks, delivery, twins, restores, and the day's log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from server.app import Server
from server.db import migrate
from server.db import tables as t
from server.services.leasing import note_restore
from tests.api.conftest import Clock, Person

LEASES = "/offices/demo/leases"
DELIVERIES = "/offices/demo/deliveries"


def borrow(kiosk: Person, service: str = "A", **more: Any) -> dict[str, Any]:
    answer = kiosk.post(LEASES, {"service": service, **more})
    assert answer.status_code == 201, answer.json
    return dict(answer.json or {})


def slip(lease: dict[str, Any], at: datetime, offset: int = 0, **changes: Any) -> dict[str, Any]:
    seq = lease["first"] + offset
    return {
        "key": f"touch-{lease['prefix']}{seq}",
        "lease": lease["id"],
        "service": lease["service"],
        "day": lease["day"],
        "prefix": lease["prefix"],
        "seq": seq,
        "number": f"{lease['prefix']}{seq:0{lease['digits']}d}",
        "issued_at": at.isoformat(),
        "track_token": f"token-of-{lease['id'][-10:]}-{seq}",
    } | changes


def deliver(kiosk: Person, *slips: dict[str, Any], void: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    answer = kiosk.post(DELIVERIES, {"items": list(slips), "void": list(void)})
    assert answer.status_code == 200, answer.json
    return list((answer.json or {})["items"])


def line(server: Server) -> list[str]:
    return [ticket.number for ticket in server.system.uow.hall("demo").line()]


def report(kiosk: Person, *leases: dict[str, Any], **said: Any) -> dict[str, Any]:
    held = [{name: value for name, value in lease.items() if name != "returned_from"} for lease in leases]
    answer = kiosk.post("/offices/demo/kiosk", {"version": "1", "leases": held, **said})
    assert answer.status_code == 200, answer.json
    return dict(answer.json or {})


def test_only_a_kiosk_borrows_numbers(
    sign_in: Callable[[str], Person], device: Callable[[str], Person], anybody: Person
) -> None:
    assert anybody.post(LEASES, {"service": "A"}).status_code == 401
    assert sign_in("admin").post(LEASES, {"service": "A"}).status_code == 403
    assert device("agent").post(DELIVERIES, {"items": []}).status_code == 403


def test_a_block_leaves_the_days_numbers_without_a_gap(kiosk: Person) -> None:
    first, second = borrow(kiosk), borrow(kiosk, size=5)
    assert (first["first"], first["last"], second["first"], second["last"]) == (501, 520, 521, 525)
    assert [kiosk.take()["number"] for _ in range(2)] == ["A001", "A002"]


def test_a_lost_answer_costs_no_second_block(kiosk: Person) -> None:
    twice = [kiosk.post(LEASES, {"service": "A"}, key="same").json for _ in range(2)]
    assert twice[0] == twice[1]


def test_a_block_for_the_next_day_lets_a_morning_begin_alone(kiosk: Person, clock: Clock, server: Server) -> None:
    tomorrow = borrow(kiosk, day="next")
    assert tomorrow["day"] == "2026-11-21"
    clock.turn(days=1)
    given = slip(tomorrow, clock())
    assert deliver(kiosk, given)[0]["state"] == "accepted"
    assert line(server) == ["A501"] and kiosk.take()["number"] == "A001"


def test_delivered_numbers_stand_in_line_by_the_citizens_time(kiosk: Person, clock: Clock, server: Server) -> None:
    lease = borrow(kiosk)
    clock.turn(minutes=1)
    early = clock()
    clock.turn(minutes=10)
    kiosk.take()
    answers = deliver(kiosk, slip(lease, early + timedelta(minutes=1), 1), slip(lease, early))
    assert [a["state"] for a in answers] == ["accepted", "accepted"]
    assert line(server) == ["A501", "A502", "A001"]
    events = server.system.uow.events("demo", 0, 100)
    assert [e.data["ticket"]["number"] for e in events if e.type == "ticket.issued"] == ["A001", "A501", "A502"]
    assert server.system.uow.ticket(number="A501")[1].channel == "offline"  # type: ignore[index]


def test_delivering_again_changes_nothing(kiosk: Person, clock: Clock, server: Server) -> None:
    given = slip(borrow(kiosk), clock())
    once, version = deliver(kiosk, given), server.system.uow.hall("demo").version
    assert deliver(kiosk, given) == once and server.system.uow.hall("demo").version == version
    again = kiosk.post("/offices/demo/tickets", {"service": "A"}, key=given["key"])
    assert (again.status_code, (again.json or {})["number"]) == (201, "A501"), "the touch itself is answered alike"


def test_the_qr_on_the_paper_works_once_the_number_is_delivered(kiosk: Person, anybody: Person, clock: Clock) -> None:
    given = slip(borrow(kiosk), clock())
    assert anybody.get(f"/track/{given['track_token']}").status_code == 404
    deliver(kiosk, given)
    assert (anybody.get(f"/track/{given['track_token']}").json or {})["number"] == "A501"


def test_what_cannot_be_is_refused_item_by_item(kiosk: Person, clock: Clock) -> None:
    lease = borrow(kiosk)
    good, double = slip(lease, clock()), slip(lease, clock(), key="other", track_token="another-token-16")
    outside = slip(lease, clock(), 40)
    answers = deliver(kiosk, good, double, outside, slip(lease, clock(), 1, service="B"))
    assert [a.get("code", a["state"]) for a in answers] == [
        "accepted", "number_taken", "outside_lease", "outside_lease",
    ]  # fmt: skip


def test_a_clock_that_jumped_is_held_within_what_can_be_true(kiosk: Person, clock: Clock, server: Server) -> None:
    lease = borrow(kiosk)
    clock.turn(minutes=30)
    deliver(kiosk, slip(lease, clock() - timedelta(days=9000)), slip(lease, clock() + timedelta(hours=3), 1))
    tickets = {t.number: t.arrived_at for t in server.system.uow.hall("demo").line()}
    assert tickets == {"A501": clock() - timedelta(minutes=30), "A502": clock()}
    corrected = server.system.uow.rows("audit", action="delivery.time_corrected")
    assert [row["subject"] for row in corrected] == ["A501", "A502"]


def test_a_number_of_a_day_not_begun_is_refused(kiosk: Person, clock: Clock) -> None:
    tomorrow = borrow(kiosk, day="next")
    (answer,) = deliver(kiosk, slip(tomorrow, clock() + timedelta(days=1)))
    assert (answer["state"], answer["code"]) == ("refused", "day_not_begun")


def test_numbers_of_yesterday_belong_to_yesterday(kiosk: Person, clock: Clock, server: Server) -> None:
    given = slip(borrow(kiosk), clock() + timedelta(minutes=3))
    clock.turn(days=1)
    kiosk.take()
    assert deliver(kiosk, given)[0]["state"] == "accepted"
    assert line(server) == ["A001"]
    _, ticket, _ = server.system.uow.ticket(number="A501")  # type: ignore[misc]
    assert (str(ticket.day), ticket.state) == ("2026-11-20", "expired")
    states = [row["state"] for row in server.system.uow.rows("ticket_interval", ticket_id=ticket.id)]
    assert states == ["waiting", "expired"]


def test_a_block_that_ran_out_or_was_returned_still_counts_when_a_person_holds_the_paper(
    kiosk: Person, clock: Clock, server: Server
) -> None:
    lease = borrow(kiosk)
    assert kiosk.post(f"{LEASES}/{lease['id']}/return", {"unused_from": 503}).status_code == 200
    assert deliver(kiosk, slip(lease, clock(), 7))[0]["state"] == "accepted"
    assert line(server) == ["A508"]


# --- one touch, one number --------------------------------------------------------------------------------------------


def test_when_the_servers_answer_was_lost_its_number_gives_way(kiosk: Person, clock: Clock, server: Server) -> None:
    lease = borrow(kiosk)
    lost = kiosk.post("/offices/demo/tickets", {"service": "A", "print": "caller"}, key="touch").json or {}
    clock.turn(seconds=2)
    assert deliver(kiosk, slip(lease, clock(), key="touch"))[0]["state"] == "accepted"
    assert line(server) == ["A501"]
    _, twin, _ = server.system.uow.ticket(id=lost["id"])  # type: ignore[misc]
    assert twin.state == "cancelled"
    (trace,) = server.system.uow.rows("audit", action="ticket.replaced")
    assert (trace["subject"], trace["detail"]) == ("A001", {"by": "A501"})
    late = kiosk.post("/offices/demo/tickets", {"service": "A", "print": "caller"}, key="touch").json or {}
    assert late["number"] == "A501", "the same request arriving late makes no third number"


def test_a_twin_that_an_agent_was_to_print_is_not_printed(kiosk: Person, device: Any, clock: Clock) -> None:
    lease = borrow(kiosk)
    kiosk.post("/offices/demo/tickets", {"service": "A"}, key="touch")
    assert len(device("agent").get("/agent/jobs").json["jobs"]) == 1
    deliver(kiosk, slip(lease, clock(), key="touch"))
    assert device("agent").get("/agent/jobs").json["jobs"] == []


def test_a_twin_somebody_is_served_under_stands(kiosk: Person, officer: Person, clock: Clock, server: Server) -> None:
    lease = borrow(kiosk)
    kiosk.post("/offices/demo/tickets", {"service": "A"}, key="touch")
    officer.do(officer.next(), "start")
    assert deliver(kiosk, slip(lease, clock(), key="touch"))[0]["state"] == "accepted"
    assert line(server) == ["A501"] and server.system.uow.hall("demo").in_hand(1).number == "A001"  # type: ignore[union-attr]


def test_a_touch_that_nobody_was_answered_is_taken_back(kiosk: Person, server: Server) -> None:
    kiosk.post("/offices/demo/tickets", {"service": "A", "print": "caller"}, key="touch")
    deliver(kiosk, void=("touch", "never-arrived"))
    assert line(server) == []


# --- paper ------------------------------------------------------------------------------------------------------------


def test_a_kiosk_that_prints_by_itself_gets_the_job_and_reports_it(kiosk: Person, device: Any) -> None:
    told = kiosk.post("/offices/demo/tickets", {"service": "A", "print": "caller"}, key="touch").json or {}
    job = told["print"]["job"]
    assert (job["content"]["number"], job["ticket_id"]) == ("A001", told["id"])
    assert device("agent").get("/agent/jobs").json["jobs"] == []
    paper = {"key": "touch", "job": job["id"], "state": "unknown", "detail": "stalled"}
    for state in ("unknown", "printed"):
        assert kiosk.post("/offices/demo/papers", {"papers": [paper | {"state": state}]}).status_code == 200
    seen = (kiosk.get(f"/tickets/{told['id']}").json or {})["print"]
    assert (seen["state"], seen["detail"]) == ("unknown", "stalled"), "the first final answer stands"


def test_what_became_of_an_offline_paper_comes_with_the_delivery(kiosk: Person, clock: Clock) -> None:
    given = slip(borrow(kiosk), clock(), paper={"job": "j1", "state": "printed"})
    (answer,) = deliver(kiosk, given)
    assert (kiosk.get(f"/tickets/{answer['ticket']}").json or {})["print"]["state"] == "printed"


def test_the_words_for_paper_are_offered_to_a_kiosk(kiosk: Person) -> None:
    texts = (kiosk.get("/offices/demo").json or {})["texts"]["ticket"]
    told = kiosk.post(
        "/offices/demo/tickets", {"service": "A", "print": "caller", "priority": "elderly"}, key="x"
    ).json or {}  # fmt: skip
    content = told["print"]["job"]["content"]
    vi = texts["vi"]
    assert content["priority"] == vi["priorities"]["elderly"] and content["footer"] == vi["footer"]
    assert {n: content[n] for n in ("service", "counters", "papers")} == vi["services"]["A"]
    assert texts["en"]["services"]["A"]["service"] == "Civil status"


# --- what staff see ---------------------------------------------------------------------------------------------------


def test_staff_see_since_when_a_kiosk_is_alone_and_what_waits(
    kiosk: Person, sign_in: Callable[[str], Person], clock: Clock
) -> None:
    head = sign_in("head")
    view = lambda: next(  # noqa: E731
        d for d in (head.get("/offices/demo/devices").json or {})["devices"] if d["name"] == "kiosk-1"
    )
    report(kiosk)
    assert view()["state"] == "ok"
    cut = clock().isoformat(timespec="seconds")
    clock.turn(minutes=5)
    assert (view()["state"], view()["detail"]["offline_since"]) == ("offline", cut)
    report(kiosk, undelivered=7, offline_since="2026-11-20T08:01:00+07:00")
    assert (view()["state"], view()["detail"]["undelivered"]) == ("warning", 7)
    report(kiosk)
    assert (view()["state"], view()["detail"]["offline_since"]) == ("ok", None)


def test_whoever_looks_at_the_floor_is_told_of_a_kiosk_that_fell_silent(
    server: Server, device: Callable[[str], Person], clock: Clock
) -> None:
    kiosk = device("kiosk")

    def told() -> list[dict[str, Any]]:
        events = server.system.uow.events("demo", 0, 100)
        return [event.full()["data"]["device"] for event in events if event.type == "device.status"]

    clock.turn(minutes=2)
    report(kiosk, undelivered=3)
    before = len(told())
    server.hub.call_roll()
    assert len(told()) == before
    clock.turn(seconds=31)
    server.hub.call_roll()
    server.hub.call_roll()
    (silent,) = told()[before:]
    assert (silent["state"], silent["detail"]["undelivered"]) == ("offline", 3)
    assert silent["detail"]["offline_since"] == silent["seen_at"]
    report(kiosk)
    assert told()[-1]["state"] == "ok"


def test_a_kiosk_that_staff_stopped_is_told_once_and_why(server: Server, device: Callable[[str], Person]) -> None:
    kiosk = device("kiosk")
    stopped = {"reason": "cleaning", "since": "2026-11-20T08:30:00+07:00"}
    act = {"id": "one", "at": "2026-11-20T08:30:00+07:00", "action": "stopped", "detail": {"reason": "cleaning"}}
    report(kiosk, stopped=stopped, staff=[act])
    report(kiosk, stopped=stopped, staff=[act])
    events = server.system.uow.events("demo", 0, 100)
    (told,) = [event.full()["data"]["device"] for event in events if event.type == "device.status"]
    assert (told["state"], told["detail"]["stopped"]["reason"]) == ("warning", "cleaning")
    (row,) = [row for row in server.system.uow.rows("audit") if row["action"].startswith("kiosk.")]
    assert (row["action"], row["actor"], row["detail"]["at"]) == ("kiosk.stopped", "device:kiosk-1", act["at"])


def test_only_an_administrator_gives_a_kiosk_its_code(server: Server, sign_in: Callable[[str], Person]) -> None:
    admin, head = sign_in("admin"), sign_in("head")
    known = {d["kind"]: d["id"] for d in (admin.get("/offices/demo/devices/settings").json or {})["devices"]}
    path = f"/offices/demo/devices/{known['kiosk']}/staff-code"
    put = lambda who, code: who.client.put(f"/api/v1{path}", json={"code": code}, headers=who.headers)  # noqa: E731
    assert put(head, "508271").status_code == 403
    for plain in ("12345", "1234567", "000000", "987654", "abcdef", "5082715082715", ""):
        assert put(admin, plain).json["code"] == "staff_code_too_plain", plain
    told = put(admin, "508271")
    assert told.json["staff_code"] is True and "508271" not in told.text and "argon2" not in told.text
    assert put(admin, None).json["staff_code"] is False
    actions = [row["action"] for row in server.system.uow.rows("audit")]
    assert {"device.staff_code", "device.staff_code_removed"} <= set(actions)


def test_the_days_log_explains_every_number(kiosk: Person, sign_in: Callable[[str], Person], clock: Clock) -> None:
    lease = borrow(kiosk)
    kiosk.take(), kiosk.take()
    deliver(kiosk, slip(lease, clock()))
    kiosk.post(f"{LEASES}/{lease['id']}/return", {"unused_from": 502})
    log = (sign_in("head").get("/offices/demo/series").json or {})["series"]
    assert [(s["series"], s["given"], s["offline"]) for s in log] == [("A", 2, 1)]
    (gap,) = log[0]["gaps"]
    assert (gap["first"], gap["last"], gap["reason"], gap["kiosk"]) == ("A502", "A520", "returned", "kiosk-1")
    assert sign_in("officer1").get("/offices/demo/series").status_code == 403
    assert sign_in("head").get("/offices/demo/series?day=yesterday").status_code == 422


# --- restored from a backup -------------------------------------------------------------------------------------------


def forget_everything_since(server: Server, kiosk: Person, office_day: str) -> None:
    """Last night's backup is put back: today's rows are gone, and so is what memory held of them."""
    with server.engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        for table in (t.print_job, t.ticket_interval, t.ticket, t.series, t.lease, t.idempotency):
            connection.execute(table.delete())
    with server.system.uow.command("demo") as tx:
        tx.reconfigure()


def test_after_a_restore_a_kiosk_with_an_unknown_block_loses_nobody(
    kiosk: Person, clock: Clock, server: Server
) -> None:
    lease = borrow(kiosk)
    known = kiosk.take()
    before = slip(lease, clock())
    deliver(kiosk, before)
    forget_everything_since(server, kiosk, lease["day"])
    clock.turn(minutes=1)

    answer = report(kiosk, lease)
    assert (answer["recovered"], answer["dropped"], answer["restores"]) == ([lease["id"]], [], 1)
    online = slip(lease, clock(), key="online", seq=1, number="A001", track_token="online-token-0001") | {"lease": None}
    answers = deliver(kiosk, before, slip(lease, clock(), 1), online)
    assert [a["state"] for a in answers] == ["accepted"] * 3
    assert sorted(line(server)) == ["A001", "A501", "A502"] and known["number"] == "A001"
    assert kiosk.take()["number"] == "A1001", "a whole span is passed over: its numbers may be in people's hands"
    assert borrow(kiosk)["first"] == 1501


def test_a_restore_that_was_noted_keeps_new_blocks_apart(kiosk: Person, server: Server) -> None:
    lease = borrow(kiosk)
    forget_everything_since(server, kiosk, lease["day"])
    with server.system.uow.command("demo") as tx:
        note_restore(tx, "restored from a backup")
    assert borrow(kiosk)["first"] == 1501
    assert report(kiosk, lease)["restores"] == 1, "noted once"


def test_a_forgotten_block_that_was_lent_again_must_go(kiosk: Person, server: Server) -> None:
    lease = borrow(kiosk)
    forget_everything_since(server, kiosk, lease["day"])
    assert borrow(kiosk)["first"] == lease["first"]
    assert report(kiosk, lease)["dropped"] == [lease["id"]]


def test_migrations_have_one_head_and_make_the_tables(server: Server) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    assert len(ScriptDirectory.from_config(migrate.config()).get_heads()) == 1
    with server.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, t.metadata) == []
        assert connection.execute(sa.text("SELECT count(*) FROM alembic_version")).scalar() == 1


@pytest.mark.parametrize("body", [{"service": "Z"}, {"service": "A", "size": 0}, {"service": "A", "size": 900}])
def test_a_block_that_makes_no_sense_is_refused(kiosk: Person, body: dict[str, Any]) -> None:
    assert kiosk.post(LEASES, body).status_code in (404, 422)


def test_a_kiosk_gone_wild_cannot_use_up_a_series(kiosk: Person) -> None:
    statuses = [kiosk.post(LEASES, {"service": "A", "size": 200}).status_code for _ in range(12)]
    assert statuses == [201] * 10 + [409] * 2
