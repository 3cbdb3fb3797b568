"""What happened stays what happened: alterations are refused, written down, and found. And an inspector's day."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from server.app import Server
from server.commands.inspect import inspect
from server.db.witness import Witness
from server.domain.words import Role
from server.services.inspection import NotAnArchive, check_archive
from server.services.integrity import check_office
from server.services.staff import put_staff
from tests.api.conftest import PASSWORD, SECRET, Clock, Person

SignIn = Callable[[str], Person]


@pytest.fixture
def auditor(server: Server, sign_in: SignIn) -> Person:
    with server.system.uow.command("demo") as tx:
        put_staff(tx, "auditor", "Kiểm soát viên", [Role.AUDITOR], PASSWORD)
    return sign_in("auditor")


@pytest.fixture
def ratings(kiosk: Person, officer: Person, device: Callable[[str], Person], clock: Clock) -> list[str]:
    """Sessions of three visits, each rated on the counter's panel; the second with words."""
    panel, sessions = device("panel"), []
    for level, comment in (("satisfied", None), ("dissatisfied", "=1+1 gọi 0912 345 678"), ("very_satisfied", None)):
        kiosk.take("A")
        ticket = officer.next(1)
        for verb in ("start", "finish"):
            clock.turn(minutes=3)
            assert officer.do(ticket, verb).status_code == 200
        body = {"level": level, "comment": comment}
        answer = panel.post("/offices/demo/counters/1/rating", body, key=f"press {level}")
        assert answer.status_code == 201, answer.json
        sessions.append((answer.json or {})["session"])
    return sessions


def faults(server: Server, tmp_path: Path) -> list[str]:
    uow = server.system.uow
    office = uow.first("office", code="demo")
    assert office
    return [str(fault) for fault in check_office(uow, office["id"], Witness(tmp_path).seals("demo"))]


# --- attempts by the API --------------------------------------------------------------------------------------------


def test_nobody_alters_a_rating_or_the_log_and_the_attempt_is_written_down(
    sign_in: SignIn, server: Server, ratings: list[str]
) -> None:
    admin = sign_in("admin")
    row = server.system.uow.rows("audit")[0]["id"]
    for path in (f"/offices/demo/ratings/{ratings[0]}", f"/offices/demo/audit/{row}"):
        for method in ("PUT", "PATCH", "DELETE"):
            sent: Any = {"method": method, "headers": admin.headers, "json": {"level": "satisfied"}}
            answer = admin.client.open(f"/api/v1{path}", **sent)
            assert (answer.status_code, (answer.json or {})["code"]) == (409, "append_only")
    tried = [(r["action"], r["actor"], r["detail"]["method"]) for r in server.system.uow.rows("audit")
             if r["action"].endswith("alter_refused")]  # fmt: skip
    assert len(tried) == 6 and tried[0] == ("rating.alter_refused", "staff:Quản trị viên", "PUT")


def test_a_second_press_is_refused_and_written_down(
    device: Callable[[str], Person], server: Server, ratings: list[str]
) -> None:
    answer = device("panel").post("/offices/demo/counters/1/rating", {"level": "dissatisfied"}, key="once more")
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "rating_window_closed")
    assert [r["subject"] for r in server.system.uow.rows("audit", action="rating.refused")] == [ratings[2]]


@pytest.mark.parametrize("table", ["rating", "rating_seal", "audit"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET office_id = office_id", "DELETE FROM {}"])
def test_the_database_refuses_too_and_says_so(
    server: Server, ratings: list[str], table: str, statement: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), server.engine.begin() as connection:
        connection.execute(sa.text(statement.format(table)))
    assert "append_only.refused" in capsys.readouterr().out


# --- the verifier ---------------------------------------------------------------------------------------------------


def test_what_nobody_touched_is_intact(server: Server, ratings: list[str], tmp_path: Path) -> None:
    assert faults(server, tmp_path) == []


BEHIND = {
    "a rating altered": (
        "UPDATE rating SET level = 'satisfied' WHERE session_id = :second",
        "rating {second}: không nối được",
    ),
    "a rating taken out": ("DELETE FROM rating WHERE session_id = :second", "rating {second}: không còn"),
    "a rating moved": ("UPDATE rating SET counter = 4 WHERE session_id = :second", "rating {second}: không nối được"),
    "a rating and its seal taken out": (
        "DELETE FROM rating WHERE session_id = :second; DELETE FROM rating_seal WHERE session_id = :second",
        "rating {third}: không nối được",
    ),
    "a rating slipped in": (
        "INSERT INTO rating SELECT 'slipped-in', office_id, day, service, counter, officer, scale, level, reasons,"
        " comment, channel, device_id, pressed_at, received_at, 'another key', criteria"
        " FROM rating WHERE session_id = :second",
        "rating slipped-in: được thêm vào",
    ),
    "a log row altered": ("UPDATE audit SET actor = 'staff:another' WHERE id = :log", "audit {log}: không nối được"),
    "a log row taken out": ("DELETE FROM audit WHERE id = :log", "audit {after}: không nối được"),
    "the log's end cut off": ("DELETE FROM audit WHERE id = :last", "đã được ghi, nay không còn"),
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("statement", "named"), BEHIND.values(), ids=BEHIND.keys())
def test_whoever_alters_the_file_itself_is_found(
    server: Server, ratings: list[str], sign_in: SignIn, tmp_path: Path, statement: str, named: str
) -> None:
    """The database as a file in somebody's hands, its triggers dropped; only SQLite is such a file."""
    sign_in("head")
    sign_in("helper")
    ids = sorted(row["id"] for row in server.system.uow.rows("audit"))
    places = {"second": ratings[1], "third": ratings[2], "log": ids[-3], "after": ids[-2], "last": ids[-1]}
    tamper(tmp_path / "demo.db", statement, places)
    (found,) = [f for f in faults(server, tmp_path) if "đã được ghi" not in f or "đã được ghi" in named]
    assert named.format(**places) in found


def tamper(path: Path, statements: str, places: dict[str, Any]) -> None:
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements.split("; "):
            wanted = {name: value for name, value in places.items() if f":{name}" in statement}
            assert connection.execute(statement, wanted).rowcount == 1, statement
    connection.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_chain_that_was_reckoned_anew_is_found_by_the_witness(
    server: Server, ratings: list[str], tmp_path: Path
) -> None:
    """Whoever knows the rule can seal a false log without a break; what was noted outside does not fit it."""
    from server.services.audit import seal

    rows = sorted(server.system.uow.rows("audit"), key=lambda r: r["id"])
    path, previous = tmp_path / "demo.db", None
    for row in rows:
        false = row | ({"actor": "staff:another"} if row is rows[-1] else {})
        previous = seal(previous, false)
        tamper(path, "UPDATE audit SET seal = :seal, actor = :actor WHERE id = :id",
               {"seal": previous, "actor": false["actor"], "id": row["id"]})  # fmt: skip
    found = faults(server, tmp_path)
    assert len(found) == 1 and found[0].startswith("audit ") and "không còn" in found[0]


# --- an inspector's day -----------------------------------------------------------------------------------------------


def archive_of(auditor: Person, day: str = "2026-11-20") -> tuple[bytes, str]:
    answer = auditor.get(f"/offices/demo/inspection?day={day}")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.json
    return answer.data, answer.headers["X-Manifest-SHA256"]


def test_a_day_is_exported_whole_and_its_export_is_in_the_log(
    auditor: Person, ratings: list[str], server: Server
) -> None:
    content, digest = archive_of(auditor)
    manifest, found, faults = check_archive(content)
    assert (found, faults, manifest["office"]["code"]) == (digest, [], "demo")
    (written,) = server.system.uow.rows("audit", action="inspection.export")
    assert (written["detail"], written["subject"]) == ({"manifest": digest}, "2026-11-20")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        lines = {n: archive.read(n).decode().splitlines() for n in archive.namelist()}
    assert [json.loads(line)["session_id"] for line in lines["ratings.jsonl"]] == ratings
    assert [json.loads(line)["state"] for line in lines["states.jsonl"]].count("waiting") == 3
    assert any(json.loads(line)["state"] == "open" for line in lines["counters.jsonl"])
    text = content.decode("latin-1") + str(lines)
    tokens = [row["track_token"] for row in server.system.uow.rows("ticket")]
    assert not any(token in text for token in tokens) and "0912" not in text


def alter(content: bytes, name: str, change: Callable[[bytes], bytes | None]) -> bytes:
    """The archive with one file changed; None takes it out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            kept = change(old.read(entry)) if entry == name else old.read(entry)
            if kept is not None:
                new.writestr(entry, kept)
    return buffer.getvalue()


def resealed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """As somebody would who also corrects the manifest."""
    import hashlib

    altered = alter(content, name, change)
    with zipfile.ZipFile(io.BytesIO(altered)) as archive:
        digest = hashlib.sha256(archive.read(name)).hexdigest()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        before = json.loads(archive.read("manifest.json"))["files"][name]["sha256"]
    return alter(altered, "manifest.json", lambda text: text.replace(before.encode(), digest.encode()))


def test_an_altered_archive_is_found_out(auditor: Person, ratings: list[str]) -> None:
    content, digest = archive_of(auditor)
    nicer = lambda text: text.replace(b'"dissatisfied"', b'"satisfied"')  # noqa: E731
    assert [str(f) for f in check_archive(alter(content, "tickets.csv", lambda t: t + b"x"))[2]] == [
        "tickets.csv : đã bị sửa"
    ]
    without = check_archive(alter(content, "states.jsonl", lambda t: None))
    assert "states.jsonl : không có trong tệp lưu" in map(str, without[2])
    _, found, faults = check_archive(resealed(content, "ratings.jsonl", nicer))
    assert found != digest
    assert [f"{f.table} {f.row}" for f in faults] == [f"rating {ratings[1]}"]
    false = lambda text: text.replace(b"staff.sign_in", b"staff.sign_xx", 1)  # noqa: E731
    _, _, faults = check_archive(resealed(content, "audit.jsonl", false))
    assert [f.table for f in faults] == ["audit"]


HOSTILE_FILES = {
    "nothing": b"", "no archive": b"PK\x03\x04 broken", "text": b"hello", "no manifest": None, "a bomb": None,
    "a wrong manifest": None,
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE_FILES)
def test_a_hostile_archive_is_refused_with_a_word(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = HOSTILE_FILES[kind]
    if content is None:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            if kind == "a bomb":
                monkeypatch.setattr("server.services.inspection.SIZE_MAX", 10_000)
                archive.writestr("tickets.csv", b"0" * 1_000_000)
            archive.writestr("../../etc/x", b"x")
            if kind == "a wrong manifest":
                archive.writestr("manifest.json", b'{"files": 7, "format": "motcua-inspection/1", "before": []}')
        content = buffer.getvalue()
    with pytest.raises(NotAnArchive):
        check_archive(content)


def test_the_commands_of_an_inspector(
    server: Server, ratings: list[str], database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("SECRET_KEY", SECRET), ("DATABASE_URL", database_url), ("DATA_DIR", str(tmp_path))):
        monkeypatch.setenv(f"MOTCUA_{name}", value)
    run = CliRunner().invoke
    made = run(inspect, ["export", "demo", "--day", "2026-11-20", "-o", str(tmp_path)])
    assert made.exit_code == 0, made.output
    file = tmp_path / "demo-2026-11-20.zip"
    assert run(inspect, ["verify", str(file), "--database"]).exit_code == 0
    forged = tmp_path / "forged.zip"
    forged.write_bytes(resealed(file.read_bytes(), "counters.csv", lambda text: text + b"x"))
    assert run(inspect, ["verify", str(forged)]).exit_code == 0, "files and manifest fit each other"
    answer = run(inspect, ["verify", str(forged), "--database"])
    assert answer.exit_code == 1 and "không phải do máy chủ này làm ra" in answer.output
    assert "demo: nguyên vẹn" in run(inspect, ["database"]).output
    assert run(inspect, ["database", "nowhere"]).exit_code == 1
    if server.engine.dialect.name == "sqlite":
        better = "UPDATE rating SET level = 'satisfied' WHERE session_id = :second"
        tamper(tmp_path / "demo.db", better, {"second": ratings[1]})
        told = run(inspect, ["database", "demo"])
        assert told.exit_code == 1 and f"rating {ratings[1]}: không nối được với dòng trước" in told.output


def test_what_is_taken_out_or_looked_at_is_written_down(
    auditor: Person, sign_in: SignIn, ratings: list[str], server: Server
) -> None:
    admin = sign_in("admin")
    for person, path in (
        (auditor, "/offices/demo/stats?format=csv"), (auditor, "/offices/demo/stats/tickets?figure=served"),
        (auditor, "/offices/demo/stats/patterns"), (admin, "/offices/demo/staff"),
        (admin, "/offices/demo/config?format=yaml"), (auditor, "/offices/demo/ratings/comments"),
    ):  # fmt: skip
        assert person.get(path).status_code == 200, path
    assert auditor.client.get("/reports/file?format=xlsx&office=demo").status_code == 200
    rows = sorted(server.system.uow.rows("audit"), key=lambda r: r["id"])[-7:]
    assert [r["action"] for r in rows] == [
        "stats.export", "stats.trace", "ratings.check", "staff.view", "office.export", "comment.view", "stats.export",
    ]  # fmt: skip
    assert {r["address"] for r in rows} == {"127.0.0.1"}
