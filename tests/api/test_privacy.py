"""What is kept about people: little, encrypted, masked, and forgotten in time or on demand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.app import Server
from server.commands.privacy import privacy
from server.services.access import Actor
from server.services.retention import erase, find, overview, run
from tests.api.conftest import SECRET, Clock, Person

SignIn = Callable[[str], Person]
SAID = "Chờ lâu quá. Gọi tôi số 0912.345.678, CCCD 001099012345"
PHONE = "0912345678"
TIMER = Actor("command line", name="retention")


@pytest.fixture
def said(kiosk: Person, officer: Person, device: Callable[[str], Person], clock: Clock) -> dict[str, Any]:
    """A visit with a note that has a number in it, rated with words that have one."""
    kiosk.take("A")
    ticket = officer.next(1)
    assert officer.do(ticket, "hold", note="gọi lại +84 912 345 678 khi có giấy").status_code == 200
    assert officer.do(ticket, "resume").status_code == 200
    assert officer.do(ticket, "finish").status_code == 200
    body = {"level": "dissatisfied", "comment": SAID}
    assert device("panel").post("/offices/demo/counters/1/rating", body, key="press").status_code == 201
    clock.turn(minutes=1)
    return ticket


def everything(server: Server) -> str:
    from server.db.tables import metadata

    return "".join(str(server.system.uow.rows(name)) for name in metadata.tables)


def test_no_name_and_no_number_is_needed_nor_readable_anywhere(
    said: dict[str, Any], server: Server, tmp_path: Path
) -> None:
    text = everything(server)
    for secret in ("Chờ lâu quá", "345.678", "345 678", PHONE, "001099012345"):
        assert secret not in text, secret
    if server.engine.dialect.name == "sqlite":
        server.engine.dispose()
        with sqlite3.connect(tmp_path / "demo.db") as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        assert b"345.678" not in (tmp_path / "demo.db").read_bytes()


def test_an_officers_note_keeps_its_sense_and_loses_the_number(said: dict[str, Any], officer: Person) -> None:
    intervals = officer.get(f"/tickets/{said['id']}/history").json["intervals"]  # type: ignore[index]
    assert "gọi lại •••678 khi có giấy" in [i["note"] for i in intervals]


def test_comments_are_read_masked_by_those_who_may_and_that_is_written_down(
    said: dict[str, Any], sign_in: SignIn, officer: Person, server: Server
) -> None:
    path = "/offices/demo/ratings/comments"
    (comment,) = sign_in("head").get(path).json["comments"]  # type: ignore[index]
    assert comment == {
        "service": "A", "counter": 1, "level": "dissatisfied", "text": "Chờ lâu quá. Gọi tôi số •••678, CCCD •••345",
    }  # fmt: skip
    assert officer.get(path).status_code == sign_in("helper").get(path).status_code == 403
    (viewed,) = server.system.uow.rows("audit", action="comment.view")
    assert (viewed["actor"][:6], viewed["subject"], viewed["detail"]) == ("staff:", "2026-11-20", {"comments": 1})


def rule(sign_in: SignIn, *rules: dict[str, Any]) -> None:
    admin = sign_in("admin")
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["retention"] = list(rules)
    answer = admin.client.put("/api/v1/offices/demo/config", json=config, headers=admin.headers)
    assert answer.status_code == 200, answer.json


def due(server: Server) -> dict[str, int]:
    view = overview(server.system.uow, server.system.shelves, "demo")
    return {kind["kind"]: kind["due"] for kind in view["kinds"]}


def test_what_has_had_its_time_is_forgotten_and_figures_stay(
    said: dict[str, Any], sign_in: SignIn, server: Server, clock: Clock
) -> None:
    uow, shelves, vault = server.system.uow, server.system.shelves, server.system.vault
    rule(sign_in, {"since": "2026-01-01", "days": {"comments": 10, "notes": 5}, "source": "Quyết định 12/QĐ"})
    clock.turn(days=5)
    assert run(uow, shelves, vault, "demo", TIMER) == {"comments": 0, "notes": 0, "messages": 0, "sign_ins": 0}
    clock.turn(days=1)
    assert due(server)["notes"] == 2 and due(server)["comments"] == 0
    assert due(server) == due(server), "counting changes nothing"
    gone = run(uow, shelves, vault, "demo", TIMER)
    assert gone and (gone["notes"], gone["comments"]) == (2, 0)
    assert run(uow, shelves, vault, "demo", TIMER) is None, "once a day, however many timers ask"
    clock.turn(days=30)
    gone = run(uow, shelves, vault, "demo", TIMER)
    assert gone and gone["comments"] == 1 and gone["messages"] > 3
    assert uow.rows("rating_comment") == []
    assert {row["note"] for row in (*uow.rows("ticket"), *uow.rows("ticket_interval"))} == {None}
    assert [row["level"] for row in uow.rows("rating")] == ["dissatisfied"]
    assert len(uow.rows("ticket")) == 1
    written = uow.rows("audit", action="privacy.retention")
    assert len(written) == 3 and max(written, key=lambda r: r["id"])["detail"] == gone


def test_a_new_rule_does_not_reach_back(said: dict[str, Any], sign_in: SignIn, server: Server, clock: Clock) -> None:
    tomorrow = (clock.now + timedelta(days=1)).date().isoformat()
    rule(
        sign_in, {"since": "2026-01-01", "days": {"comments": 400}}, {"since": tomorrow, "days": {"comments": 1}}
    )
    clock.turn(days=100)
    assert due(server)["comments"] == 0
    clock.turn(days=301)
    assert due(server)["comments"] == 1


def test_administrators_see_the_rules_what_is_held_and_the_last_run(
    said: dict[str, Any], sign_in: SignIn, server: Server, officer: Person
) -> None:
    rule(sign_in, {"since": "2026-01-01", "days": {"comments": 10}, "source": "Quyết định 12/QĐ"})
    run(server.system.uow, server.system.shelves, server.system.vault, "demo", TIMER)
    shown = sign_in("admin").get("/offices/demo/retention").json or {}
    assert shown["rules"] == [{"since": "2026-01-01", "days": {"comments": 10}, "source": "Quyết định 12/QĐ"}]
    kinds = {kind["kind"]: kind for kind in shown["kinds"]}
    assert kinds["comments"] == {"kind": "comments", "days": 10, "held": 1, "oldest": "2026-11-20", "due": 0}
    assert shown["last_run"]["day"] == "2026-11-20"
    assert officer.get("/offices/demo/retention").status_code == 403


@pytest.mark.parametrize("rules", [
    [{"since": "yesterday", "days": {}}], [{"since": "2026-01-01", "days": {"names": 1}}],
    [{"since": "2026-01-01", "days": {"notes": 0}}], [{"days": {}}],
])  # fmt: skip
def test_a_wrong_rule_is_refused_with_its_place(sign_in: SignIn, rules: list[Any]) -> None:
    admin = sign_in("admin")
    config = admin.get("/offices/demo/config").json or {}
    config["office"]["retention"] = rules
    answer = admin.client.put("/api/v1/offices/demo/config", json=config, headers=admin.headers)
    assert answer.status_code == 422 and (answer.json or {})["faults"][0].startswith("retention.0")


def test_a_number_is_found_wherever_it_stands_and_erased(said: dict[str, Any], server: Server) -> None:
    """Also in what was written before numbers were masked."""
    uow, shelves, vault = server.system.uow, server.system.shelves, server.system.vault
    with uow.command("demo") as tx:
        tx.change("ticket", {"id": said["id"]}, {"note": "số 0912 345 678 và số 0987 654 321"})
    places = find(uow, shelves, vault, "demo", PHONE, TIMER)
    assert sorted({table for table, _, _ in places}) == ["rating_comment", "ticket"]
    assert find(uow, shelves, vault, "demo", "0987654321", TIMER)[0][0] == "ticket"
    assert find(uow, shelves, vault, "demo", "0900000000", TIMER) == []
    assert erase(uow, shelves, vault, "demo", PHONE, TIMER) == []
    assert uow.rows("rating_comment") == []
    (ticket,) = uow.rows("ticket")
    assert ticket["note"] == "số ••• và số 0987 654 321"
    assert [row["level"] for row in uow.rows("rating")] == ["dissatisfied"]
    done = [(r["action"], r["subject"]) for r in uow.rows("audit") if r["action"].startswith("privacy")]
    assert done[0] == ("privacy.find", "•••678") and done[-1] == ("privacy.erase", "•••678")


def test_the_commands(
    said: dict[str, Any], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    for name, value in (("SECRET_KEY", SECRET), ("DATABASE_URL", database_url), ("DATA_DIR", str(tmp_path))):
        monkeypatch.setenv(f"MOTCUA_{name}", value)
    call = CliRunner().invoke
    assert "comments 0/1 (365 ngày)" in call(privacy, ["retention", "--dry-run"]).output
    assert "demo: comments 0" in call(privacy, ["retention", "--office", "demo"]).output
    assert "hôm nay đã làm" in call(privacy, ["retention"]).output
    assert call(privacy, ["retention", "--office", "nowhere"]).exit_code == 1
    found = call(privacy, ["find", "+84 912 345 678"])
    assert "rating_comment" in found.output and found.output.endswith("thấy 1 chỗ\n")
    assert call(privacy, ["find", "hello"]).exit_code == 2
    assert call(privacy, ["erase", PHONE], input="n\n").exit_code == 1
    assert call(privacy, ["erase", PHONE, "--yes"]).output.endswith("còn 0 chỗ\n")
    assert server.system.uow.rows("rating_comment") == []
