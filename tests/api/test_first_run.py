"""From nothing to an office that somebody can sign in to: the two commands that the first page names."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from server.app import create_server
from server.commands.migrate import migrate
from server.commands.office import office
from server.commands.reports import report
from server.commands.user import user
from server.services.places import tree_of
from server.settings import Settings
from tests.api.conftest import PASSWORD, SECRET, Clock


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    monkeypatch.setenv("MOTCUA_SECRET_KEY", SECRET)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", url)
    return Settings(secret_key=SECRET, database_url=url, data_dir=tmp_path, async_mode="threading")


def test_two_commands_make_an_office_that_gives_numbers(settings: Settings) -> None:
    runner = CliRunner()
    assert runner.invoke(office, ["new", "phuong-x", "--name", "UBND phường X"]).exit_code == 0
    added = runner.invoke(user, ["add", "admin", "--office", "phuong-x", "--role", "admin", "--password", PASSWORD])
    assert added.exit_code == 0, added.output
    server = create_server(settings, clock=Clock())
    client = server.app.test_client()
    assert 'href="/admin"' in client.get("/").text
    signed_in = client.post("/api/v1/session", json={"username": "admin", "password": PASSWORD})
    assert (signed_in.json or {})["user"]["offices"] == {"phuong-x": ["admin"]}
    config = client.get("/api/v1/offices/phuong-x/config").json or {}
    assert [s["code"] for s in config["office"]["services"]] == ["A"]
    headers = {"X-CSRFToken": (signed_in.json or {})["csrf_token"], "Idempotency-Key": "first"}
    first = client.post("/api/v1/offices/phuong-x/tickets", json={"service": "A"}, headers=headers)
    assert (first.json or {})["number"] == "A001"
    server.engine.dispose()


def test_before_the_first_office_every_promised_page_says_so_instead_of_failing(settings: Settings) -> None:
    assert CliRunner().invoke(migrate).exit_code == 0
    server = create_server(settings, clock=Clock())
    client = server.app.test_client()
    for path in ("/", "/kiosk", "/display", "/console", "/rate", "/floor", "/admin", "/reports"):
        assert client.get(path, follow_redirects=True).status_code == 200, path
    assert "Chưa có đơn vị nào" in client.get("/display").text
    assert client.get("/display?office=nowhere").status_code == 404
    server.engine.dispose()


def test_an_office_is_not_made_twice_nor_with_a_code_that_cannot_be(settings: Settings) -> None:
    runner = CliRunner()
    assert runner.invoke(office, ["new", "phuong-x", "--name", "X"]).exit_code == 0
    for code, vietnamese, english in (
        ("phuong-x", "Mã đơn vị phuong-x đã có.", "There is an office phuong-x already."),
        ("phường x", "code: chỉ gồm chữ không dấu", "code: only letters without accents"),
    ):
        for system, words in (("vi_VN.UTF-8", vietnamese), ("C.UTF-8", vietnamese), ("en_GB.UTF-8", english)):
            again = runner.invoke(office, ["new", code, "--name", "X"], env={"LC_ALL": system})
            assert again.exit_code == 1 and words in again.output, again.output


def test_a_faulty_file_is_told_in_the_language_of_the_terminal(settings: Settings) -> None:
    runner, file = CliRunner(), settings.data_dir / "x.yaml"
    settings.data_dir.mkdir(exist_ok=True)
    service = "{code: A, names: {vi: A}, digits: 9}"
    file.write_text(f"code: x\nnames: {{vi: X}}\nservices: [{service}]\ncounters: []\n", "utf-8")
    for system, words in (
        ("vi_VN.UTF-8", ["3: services.0.digits: lớn quá: nhiều nhất 4", "4: counters: cần ít nhất một mục"]),
        ("en_US.UTF-8", ["3: services.0.digits: too large: at most 4", "4: counters: at least one is needed"]),
    ):
        for command in ("check", "import"):
            told = runner.invoke(office, [command, str(file)], env={"LC_ALL": system})
            assert (told.exit_code, told.output.splitlines()) == (1, [f"{file}:{line}" for line in words])


def test_an_office_is_placed_under_another_from_the_command_line(settings: Settings) -> None:
    runner = CliRunner()
    for code in ("tinh", "phuong-x"):
        assert runner.invoke(office, ["new", code, "--name", code]).exit_code == 0
    assert runner.invoke(office, ["place", "phuong-x", "--under", "tinh"]).exit_code == 0
    circle = runner.invoke(office, ["place", "tinh", "--under", "phuong-x"])
    assert circle.exit_code == 1 and "tinh không thể nằm dưới chính nó" in circle.output
    alone = runner.invoke(office, ["place", "phuong-x", "--since", "2027-01-01"])
    assert alone.exit_code == 0, alone.output
    server = create_server(settings, clock=Clock())
    uow = server.system.uow
    ids = {row["code"]: row["id"] for row in uow.rows("office")}
    (moved,) = uow.rows("office_move")
    assert (moved["office_id"], moved["since"], moved["parent_id"]) == (ids["phuong-x"], date(2027, 1, 1), None)
    assert tree_of(uow).parent(ids["phuong-x"], date(2026, 12, 31)) == ids["tinh"]
    server.engine.dispose()


def test_what_a_command_takes_out_is_in_the_log(settings: Settings) -> None:
    runner = CliRunner()
    assert runner.invoke(office, ["new", "phuong-x", "--name", "UBND phường X"]).exit_code == 0
    assert "UBND phường X" in runner.invoke(office, ["export", "phuong-x"]).output
    folder = str(settings.data_dir / "out")
    asked = ["--office", "phuong-x", "--period", "month", "--format", "xlsx", "--to-folder", folder]
    asked += ["--scope", "tree", "--tree-on", "2026-11-20"]
    taken = runner.invoke(report, ["export", *asked])
    assert taken.exit_code == 0, taken.output
    words = ZipFile(taken.output.strip()).read("xl/sharedStrings.xml").decode()
    assert "Theo cây đơn vị ngày 20/11/2026." in words
    server = create_server(settings, clock=Clock())
    log = [(row["actor"], row["action"]) for row in server.system.uow.rows("audit")]
    assert ("command line:office export", "office.export") in log
    assert ("command line:report", "stats.export") in log
    server.engine.dispose()
