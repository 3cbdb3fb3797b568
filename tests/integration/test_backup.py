"""A backup while the office works, its return, and the move to the other database."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import shutil
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from server.cli import main
from server.commands import backup as commands
from server.db import dump, migrate
from server.db import tables as t
from server.db.engine import make_engine
from server.db.halls import load_config
from server.db.highwater import BLOCK, HighWater
from server.db.unit_of_work import SqlUnitOfWork
from server.domain.line import Request
from server.media.store import MediaStore
from server.services import media, recordings
from server.services.access import Actor
from server.services.audit import first_broken
from server.services.issuing import Asked, issue
from server.services.restoring import next_lasts
from server.services.views import describe
from tests.integration.conftest import People
from tests.integration.test_databases import a_number_is_taken_called_served_and_rated
from tests.offices import MORNING, FixedClock, Silent

KIOSK = Actor("device", device="kiosk", office="demo")


def run(command: object, database_url: str, data: Path, *arguments: str) -> Result:
    settings = {
        "MOTCUA_DATABASE_URL": database_url, "MOTCUA_DATA_DIR": str(data), "MOTCUA_SECRET_KEY": "for tests only " * 2,
    }  # fmt: skip
    return CliRunner().invoke(command, arguments, env=settings)  # type: ignore[arg-type]


def take(url: str, clock: FixedClock, data: Path | None, n: int, service: str = "A") -> list[str]:
    """Take n numbers at the office of this database; `data`: where the server keeps its marks."""
    uow = SqlUnitOfWork(make_engine(url), clock, describe, Silent(), HighWater(data) if data else None)
    asked = [Asked(KIOSK, "http://x", uuid.uuid4().hex) for _ in range(n)]
    taken = [issue(uow, "demo", Request(service), one)["number"] for one in asked]
    uow.engine.dispose()
    return taken


def back_up(url: str, data: Path, directory: Path) -> Path:
    done = run(commands.backup, url, data, str(directory))
    assert done.exit_code == 0, done.output
    return max(directory.glob("*.jsonl.gz"))


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The demo office in a file that somebody could copy."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'office.db')}"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> FixedClock:
    """The commands' clock."""
    clock = FixedClock()
    monkeypatch.setattr("server.app.utc_now", clock)
    return clock


def test_after_a_restore_no_number_that_was_on_paper_comes_again(
    database_url: str, empty_database_url: str, tmp_path: Path, now: FixedClock
) -> None:
    before = take(database_url, now, tmp_path, 7)
    file = back_up(database_url, tmp_path, tmp_path / "backups")
    now.pass_time(minutes=20)
    lost = take(database_url, now, tmp_path, 30) + take(database_url, now, tmp_path, 3, "B")

    done = run(commands.restore, empty_database_url, tmp_path, str(file))
    assert done.exit_code == 0, done.output
    after = take(empty_database_url, now, tmp_path, 5) + take(empty_database_url, now, tmp_path, 5, "B")
    assert not set(after) & set(before + lost)
    assert int(after[0][1:]) <= 37 + BLOCK, "and hardly any number is skipped"


def test_a_file_that_was_copied_back_by_hand_gives_nothing_twice(
    sqlite_url: str, tmp_path: Path, now: FixedClock
) -> None:
    """Nobody ran `motcua restore`: the server finds out by itself, before its first number."""
    file = Path(sqlite_url.removeprefix("sqlite:///"))
    before = take(sqlite_url, now, tmp_path, 7)
    copy = tmp_path / "last-night.db"
    shutil.copy(file, copy)
    lost = take(sqlite_url, now, tmp_path, 3)
    shutil.copy(copy, file)
    after = take(sqlite_url, now, tmp_path, 5)
    assert not set(after) & set(before + lost)
    assert take(sqlite_url, now, tmp_path, 1) == [f"A{int(after[-1][1:]) + 1:03d}"], "and once is enough"


def test_a_server_that_starts_again_goes_on_where_it_stopped(sqlite_url: str, tmp_path: Path, now: FixedClock) -> None:
    assert take(sqlite_url, now, tmp_path, 3) + take(sqlite_url, now, tmp_path, 2) == [f"A00{n}" for n in range(1, 6)]


def test_on_a_machine_without_marks_the_series_jump_above_what_could_have_been_printed(
    database_url: str, empty_database_url: str, tmp_path: Path, now: FixedClock
) -> None:
    take(database_url, now, None, 7)
    file = back_up(database_url, tmp_path, tmp_path / "backups")
    now.pass_time(minutes=20)
    lost = take(database_url, now, None, 60)
    assert run(commands.restore, empty_database_url, tmp_path / "new", str(file)).exit_code == 0
    assert take(empty_database_url, now, tmp_path / "new", 1) == ["A101"]
    assert "A067" in lost


def test_a_limit_a_day_counts_people_and_not_skipped_numbers(uow: SqlUnitOfWork, clock: FixedClock) -> None:
    issue(uow, "demo", Request("A"), Asked(KIOSK, "http://x", "one"))
    with uow.engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        connection.execute(t.series.update().values(last=500))
        connection.execute(t.office.update().values(version=t.office.c.version + 1))
    assert uow.hall("demo").issued["A"] == 1
    assert issue(uow, "demo", Request("A"), Asked(KIOSK, "http://x", "two"))["number"] == "A501"


@pytest.mark.parametrize(
    ("marks", "waited", "expected"),
    [({"A": 40}, 10, 40), ({}, 10, 12), ({"A": 5}, 10, 12), (None, 0, 100), (None, 60, 300)],
    ids=["a mark above", "none needed", "a mark below", "no marks, at once", "no marks, an hour later"],
)
def test_how_far_a_series_jumps(engine: sa.Engine, marks: dict[str, int] | None, waited: int, expected: int) -> None:
    with engine.connect() as connection:
        config = load_config(connection, connection.execute(sa.select(t.office.c.id)).scalar_one())
    lasts = next_lasts(config, {"A": 12}, marks, MORNING, MORNING + timedelta(minutes=waited))
    assert lasts["A"] == expected


def test_the_move_brings_every_row_and_proves_it(
    database_url: str, empty_database_url: str, people: People, tmp_path: Path, now: FixedClock
) -> None:
    a_number_is_taken_called_served_and_rated(people)
    done = run(commands.move, database_url, tmp_path, empty_database_url)
    assert done.exit_code == 0, done.output
    assert "≠" not in done.output and "rating" in done.output
    source, target = make_engine(database_url), make_engine(empty_database_url)
    before, after = dump.tally_of(source).as_json(), dump.tally_of(target).as_json()
    # What the move itself wrote into the new log, it wrote after it had compared.
    own = {name for name in before if before[name] != after[name]}
    assert own == {"audit"} and after["audit"]["rows"] == before["audit"]["rows"] + 1
    assert log_of(empty_database_url)[-1] == ("database.move", "command line:move")
    source.dispose()
    target.dispose()
    assert run(commands.move, database_url, tmp_path, empty_database_url).exit_code == 1, "never over existing data"


def log_of(url: str) -> list[tuple[str, str]]:
    """The whole log of the demo office, which must be unbroken: what was done, and by whom."""
    engine = make_engine(url)
    with engine.connect() as connection:
        rows = connection.execute(sa.select(t.audit).order_by(t.audit.c.id)).mappings().all()
    engine.dispose()
    assert first_broken(rows) is None
    return [(row["action"], row["actor"]) for row in rows]


def test_who_took_a_copy_of_everything_or_put_one_back_stands_in_the_log(
    database_url: str, empty_database_url: str, tmp_path: Path, now: FixedClock
) -> None:
    take(database_url, now, tmp_path, 1)
    file = back_up(database_url, tmp_path, tmp_path / "backups")
    assert log_of(database_url)[-1] == ("database.backup", "command line:backup")
    assert run(commands.restore, empty_database_url, tmp_path, str(file)).exit_code == 0
    log = log_of(empty_database_url)
    assert log[-1] == ("database.restore", "command line:restore")
    assert ("database.backup", "command line:backup") not in log, "the copy is as old as it says"


def test_pictures_and_kept_figures_come_through_a_backup(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'with-bytes.db'}")
    migrate.upgrade(engine)
    picture = {"staff_id": "p1", "digest": "d1", "picture": b"\xff\xd8\x00 not text"}
    with engine.begin() as connection:
        connection.execute(t.staff.insert(), {"id": "p1", "username": "lan", "name": "Lan", "settings": {}})
        connection.execute(t.staff_photo.insert(), picture)
    file = tmp_path / "backup.jsonl.gz"
    dump.write(engine, file, MORNING)
    other = make_engine(f"sqlite:///{tmp_path / 'other.db'}")
    migrate.upgrade(other)
    with other.begin() as connection:
        dump.load(connection, dump.rows_of(file))
    with other.connect() as connection:
        assert dict(connection.execute(sa.select(t.staff_photo)).mappings().one()) == picture


def test_a_backup_of_another_version_is_refused(
    database_url: str, empty_database_url: str, tmp_path: Path, now: FixedClock
) -> None:
    file = back_up(database_url, tmp_path, tmp_path)
    lines = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    other = tmp_path / "other.jsonl.gz"
    head = json.loads(lines[0]) | {"revision": "0000"}
    other.write_bytes(gzip.compress(json.dumps(head).encode() + b"\n" + b"".join(lines[1:])))
    refused = run(commands.restore, empty_database_url, tmp_path, str(other))
    assert refused.exit_code == 1 and migrate.head() in refused.output


def test_what_is_logged_on_the_way_of_a_command_is_not_in_its_answer(database_url: str, tmp_path: Path) -> None:
    """It is the first command of a new day: the day before is closed, which is worth a line to a server alone."""
    take(database_url, FixedClock(), tmp_path, 1)
    told = CliRunner().invoke(
        main, ["privacy", "retention"],
        env={"MOTCUA_DATABASE_URL": database_url, "MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_SECRET_KEY": "t" * 20},
    )  # fmt: skip
    assert told.exit_code == 0 and told.output.startswith("demo: "), told.output


def test_a_backup_that_cannot_be_finished_leaves_nothing_and_one_that_is_is_ours_alone(
    database_url: str, tmp_path: Path, now: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = back_up(database_url, tmp_path, tmp_path / "backups")
    assert file.stat().st_mode & 0o777 == 0o600 and file.parent.stat().st_mode & 0o777 == 0o700
    now.pass_time(hours=1)

    def full(_file: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(dump.os, "fsync", full)
    failed = CliRunner().invoke(
        main, ["backup", "--keep", "1", str(file.parent)],
        env={"MOTCUA_DATABASE_URL": database_url, "MOTCUA_SECRET_KEY": "for tests only " * 2},
    )  # fmt: skip
    assert failed.exit_code == 1 and "No space left" in failed.output
    assert list(file.parent.iterdir()) == [file], "and the one before is not thrown away for it"


@pytest.mark.parametrize("damage", ["torn", "changed", "its head alone", "a bit", "empty", "something else"])
def test_a_damaged_backup_is_refused_and_leaves_the_database_empty(
    database_url: str, empty_database_url: str, tmp_path: Path, damage: str, now: FixedClock
) -> None:
    file = back_up(database_url, tmp_path, tmp_path)
    whole = file.read_bytes()
    bitten = whole[:200] + bytes([whole[200] ^ 0x5A]) + whole[201:]
    damaged = {
        "torn": whole[:-200], "its head alone": whole[:12], "a bit": bitten, "empty": b"",
        "something else": gzip.compress(b"hello"),
    }  # fmt: skip
    if damage in damaged:
        file.write_bytes(damaged[damage])
    else:
        text = gzip.decompress(file.read_bytes()).decode().replace("officer1", "officer9")
        file.write_bytes(gzip.compress(text.encode()))
    refused = run(commands.restore, empty_database_url, tmp_path, str(file))
    assert refused.exit_code == 1, refused.output
    assert refused.output.startswith("Error: ") and refused.output.count("\n") == 1
    engine = make_engine(empty_database_url)
    assert not sa.inspect(engine).has_table("office") or not SqlUnitOfWork(engine, now, describe, Silent()).rows(
        "office"
    )
    engine.dispose()


def test_pictures_and_recordings_travel_with_the_backup(
    database_url: str, empty_database_url: str, tmp_path: Path, now: FixedClock
) -> None:
    here, away, back = tmp_path / "here", tmp_path / "away", tmp_path / "back"
    store = MediaStore(here)
    uow = SqlUnitOfWork(make_engine(database_url), now, describe, Silent())
    made = {"type": "image/png", "size": 3, "width": 1, "height": 1, "seconds": None}
    with uow.command("demo") as tx:
        media.keep(tx, Actor("tests"), "áp phích.png", made | {"digest": store.put(b"one")})
        recordings.keep(tx, Actor("tests"), "vi", "đến", store.put(b"two"), {"seconds": 1.0, "lufs": -16.0})
    uow.engine.dispose()
    store.put(b"nobody points here")

    for _twice in range(2):  # the second backup writes no file again
        now.pass_time(hours=1)
        file = back_up(database_url, here, away)
    assert sorted(MediaStore(away).digests()) == sorted(map(sha256, (b"one", b"two")))
    done = run(commands.restore, empty_database_url, back, str(file))
    assert done.exit_code == 0 and "2 tệp" in done.output, done.output
    assert MediaStore(back).path(sha256(b"two")).read_bytes() == b"two"

    MediaStore(away).path(sha256(b"one")).write_bytes(b"damaged")
    again = run(commands.backup, database_url, here, str(away))
    assert again.exit_code == 0 and MediaStore(away).intact(sha256(b"one")), "what is damaged is written anew"
    MediaStore(away).path(sha256(b"one")).unlink()
    MediaStore(here).path(sha256(b"one")).unlink()
    lost = run(commands.backup, database_url, here, str(away))
    assert lost.exit_code == 1 and sha256(b"one") in lost.output


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
