"""Settings come from variables or from a file, and what cannot be meant is said at the start."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from server.cli import main
from server.commands import processes
from server.commands.demo import environment
from server.commands.migrate import migrate
from server.db.engine import make_engine
from server.settings import DemoSettings, load, misspelt

SECRET = "a secret of sixteen letters and more"
FILE = f"""
secret_key = "{SECRET}"
bind = "127.0.0.1:9000"
demo_password = "từ tệp"
database_url = "sqlite:///file.db"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SECRET_KEY", "BIND", "DATABASE_URL", "DATA_DIR", "DEMO_PASSWORD", "SETTINGS"):
        monkeypatch.delenv(f"MOTCUA_{name}", raising=False)
    return tmp_path


def test_a_variable_goes_before_the_file_and_an_empty_one_is_none(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ours.toml").write_text(FILE, encoding="utf-8")
    monkeypatch.setenv("MOTCUA_SETTINGS", "ours.toml")
    monkeypatch.setenv("MOTCUA_BIND", "127.0.0.1:9001")
    monkeypatch.setenv("MOTCUA_DATABASE_URL", "")
    monkeypatch.setenv("MOTCUA_OF_SOMEBODY_ELSE", "x")
    settings = load()
    assert (settings.bind, settings.database_url) == ("127.0.0.1:9001", "sqlite:///file.db")


def test_a_file_that_is_named_must_be_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_SETTINGS", "elsewhere.toml")
    refused = CliRunner().invoke(migrate)
    assert refused.exit_code == 2 and "elsewhere.toml" in refused.output


def test_the_demo_takes_the_file_too_and_makes_what_is_not_there(folder: Path) -> None:
    bare = environment(DemoSettings(data_dir=folder))
    assert bare["MOTCUA_DATABASE_URL"] == f"sqlite:///{folder / 'demo.db'}"
    assert bare["MOTCUA_LOG_LEVEL"] == "WARNING", "its addresses stay to be read"
    assert len(bare["MOTCUA_SECRET_KEY"]) >= 40 and bare == environment(DemoSettings(data_dir=folder)), "kept"
    (folder / "motcua.toml").write_text(FILE, encoding="utf-8")
    settings = DemoSettings()
    assert (settings.bind, settings.demo_password) == ("127.0.0.1:9000", "từ tệp")
    given = environment(settings)
    assert (given["MOTCUA_SECRET_KEY"], given["MOTCUA_DATABASE_URL"]) == (SECRET, "sqlite:///file.db")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('databse_url = "sqlite:///a.db"', "databse_url: không có mục nào tên này"),
        ("secret_key = [", "motcua.toml: "),
        ('secret_key = "short"', "MOTCUA_SECRET_KEY: ngắn quá: ít nhất 16 ký tự"),
        ('database_url = "var/motcua.db"', "MOTCUA_DATABASE_URL: phải viết như sqlite:///"),
        ('bind = "everywhere"', "MOTCUA_BIND: phải viết như 0.0.0.0:8080"),
        ('bind = "127.0.0.1:99999"', "MOTCUA_BIND: "),
        ('database_url = "sqlite://"', "MOTCUA_DATABASE_URL: "),
        ('log_level = "loud"', "MOTCUA_LOG_LEVEL: "),
        ('redis_url = "127.0.0.1"', "MOTCUA_REDIS_URL: phải viết như redis://"),
        ('public_url = "hangcho.tinh.vn"', "MOTCUA_PUBLIC_URL: phải viết như https://"),
        ('smtp_url = "mail.tinh.vn"', "MOTCUA_SMTP_URL: phải viết như smtp://"),
        ("heartbeat_s = 0", "MOTCUA_HEARTBEAT_S: "),
        ('async_mode = "fast"', "MOTCUA_ASYNC_MODE: "),
    ],
)
def test_a_slip_in_the_file_stops_the_start_and_is_named(folder: Path, written: str, said: str) -> None:
    (folder / "motcua.toml").write_text(written, encoding="utf-8")
    refused = CliRunner().invoke(migrate)
    assert refused.exit_code == 2 and said in refused.output
    assert not list(folder.glob("**/*.db")), "nothing was begun"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MOTCUA_REDIS_URI", "redis://x", "MOTCUA_REDIS_URI: không có mục nào tên này; có phải MOTCUA_REDIS_URL?"),
        ("MOTCUA_EARLIER_SECRET_KEYS", "the old one", "MOTCUA_EARLIER_SECRET_KEYS: không đọc được theo JSON"),
    ],
)
def test_a_slip_in_the_environment_stops_the_start_too(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    """A server that did not find its database's name would begin with an empty one."""
    monkeypatch.setenv("MOTCUA_SECRET_KEY", SECRET)
    monkeypatch.setenv(name, value)
    refused = CliRunner().invoke(main, ["serve"])
    assert (refused.exit_code, refused.output.strip()) == (2, said)
    assert not list(folder.glob("**/*.db")), "nothing was begun"


def test_variables_of_other_programs_are_no_slips() -> None:
    others = ("MOTCUA_SETTINGS", "MOTCUA_SERVER", "MOTCUA_KIOSK_BIND", "MOTCUA_KIOSK_DATA", "MOTCUA_TEST_KILLS")
    assert misspelt(others) == {}


def test_what_a_server_cannot_do_without_is_one_line_before_it_starts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "PORT_S", 0.0)
    monkeypatch.setenv("MOTCUA_SECRET_KEY", SECRET)
    (folder / "none").write_text("a file where a folder should be, and no database either", encoding="utf-8")

    def refused(words: str, **settings: str) -> str:
        given = {"MOTCUA_DATABASE_URL": "sqlite:///ours.db"}
        given |= {f"MOTCUA_{name.upper()}": value for name, value in settings.items()}
        result = CliRunner().invoke(main, ["serve", *words.split()], env=given)
        assert result.exit_code == 1 and isinstance(result.exception, SystemExit), result.exception
        assert result.output.startswith("Lỗi: ") and result.output.count("\n") == 1
        return result.output.removeprefix("Lỗi: ")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert refused("", bind=address).startswith(f"MOTCUA_BIND={address}: ")
    assert "'none'" in refused("", data_dir="none")
    for url in ("sqlite:///none", "sqlite:////proc/none.db", "postgresql://127.0.0.1:1/x", "postgresql://x:y/z"):
        assert refused("", database_url=url).startswith("MOTCUA_DATABASE_URL: ")
    several = {"database_url": "postgresql://127.0.0.1:1/x", "redis_url": "redis://127.0.0.1:1/0"}
    for bind in ("unix:here", "127.0.0.1:65534"):
        assert "cần 3 cổng liền nhau" in refused("--processes 3", bind=bind, **several)

    engine = make_engine("sqlite:///ours.db")
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "9999" in refused("") and "install the newer one" in refused("")


def test_what_the_system_or_the_database_refuses_is_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_SECRET_KEY", SECRET)
    monkeypatch.setenv("MOTCUA_DATABASE_URL", f"sqlite:///{folder}")
    (folder / "none").write_text("a file where a folder should be", encoding="utf-8")
    for command in (["migrate"], ["backup", str(folder / "none" / "backups")]):
        refused = CliRunner().invoke(main, command)
        assert refused.exit_code == 1 and isinstance(refused.exception, SystemExit), refused.exception
        assert refused.output.startswith("Lỗi: ") and refused.output.count("\n") == 1
