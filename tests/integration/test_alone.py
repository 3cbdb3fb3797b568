"""What is done once however many ask, and what is not done beside a server."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from server.cli import main
from server.db.alone import once, replacing, serving
from server.db.engine import make_engine
from tests.servers import Postgres

SECRET = "not a secret: for tests only"


def test_work_is_one_machines_until_it_is_done_or_its_process_is_gone(database_url: str, tmp_path: Path) -> None:
    ours, theirs = make_engine(database_url), make_engine(database_url)
    with once(ours, "work", tmp_path) as mine:
        with once(theirs, "work", tmp_path) as too:
            assert (mine, too) == (True, False)
        with once(theirs, "other-work", tmp_path) as another:
            assert another
    with once(theirs, "work", tmp_path) as mine, once(ours, "work", tmp_path) as too:
        assert (mine, too) == (True, False)
    ours.dispose()
    theirs.dispose()


def test_reports_are_sent_by_one_of_the_machines_whose_timers_ask(database_url: str, tmp_path: Path) -> None:
    settings = {"MOTCUA_DATABASE_URL": database_url, "MOTCUA_DATA_DIR": str(tmp_path), "MOTCUA_SECRET_KEY": SECRET}
    engine = make_engine(database_url)

    def deliver() -> tuple[int, str]:
        result = CliRunner().invoke(main, ["report", "deliver"], env=settings)
        return result.exit_code, result.output.strip()

    with once(engine, "report-deliver", tmp_path):
        assert deliver() == (0, "một máy khác đang làm việc này")
    assert deliver() == (0, "")
    engine.dispose()


@pytest.mark.postgres
def test_a_holder_whose_connection_dies_lets_go(postgres: Postgres, tmp_path: Path) -> None:
    ours, theirs = make_engine(postgres.url()), make_engine(postgres.url())
    with pytest.raises(sa.exc.OperationalError), once(ours, "work", tmp_path) as mine:
        assert mine
        with theirs.connect() as connection:
            held = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            assert connection.execute(sa.text(held)).all()
        with once(theirs, "work", tmp_path) as too:
            assert too
    ours.dispose()
    theirs.dispose()


@pytest.mark.postgres
def test_a_silent_line_to_postgresql_ends_in_seconds_at_both_ends(postgres: Postgres) -> None:
    """A machine that loses its power says no goodbye; the system's own patience is two hours."""
    engine = make_engine(postgres.url() + "?keepalives_idle=7")
    with engine.connect() as connection:
        line = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
        assert (line["keepalives_idle"], line["tcp_user_timeout"], line["connect_timeout"]) == ("7", "15000", "5")
        names = ("tcp_keepalives_idle", "tcp_user_timeout", "idle_in_transaction_session_timeout")
        assert [connection.scalar(sa.text(f"SHOW {name}")) for name in names] == ["5", "15000", "1min"]
    engine.dispose()


def test_a_database_is_not_replaced_under_a_server_nor_a_server_begun_meanwhile(tmp_path: Path) -> None:
    settings = {
        "MOTCUA_DATABASE_URL": f"sqlite:///{tmp_path / 'a.db'}", "MOTCUA_DATA_DIR": str(tmp_path),
        "MOTCUA_SECRET_KEY": SECRET,
    }  # fmt: skip

    def refused(*words: str) -> str:
        result = CliRunner().invoke(main, words, env=settings)
        assert result.exit_code == 1, result.output
        return result.output

    backups = tmp_path / "backups"
    for words in (["migrate"], ["backup", str(backups)]):
        assert CliRunner().invoke(main, words, env=settings).exit_code == 0
    (file,) = backups.glob("*.gz")
    with serving(tmp_path), serving(tmp_path):
        assert "hãy dừng trước đã" in refused("move", f"sqlite:///{tmp_path / 'b.db'}")
        assert "hãy dừng trước đã" in refused("restore", str(file))
    with replacing(tmp_path):
        assert "được khôi phục hoặc chuyển đi" in refused("serve")
    assert "postgresql://" in CliRunner().invoke(main, ["move", "mysql://x/y"], env=settings).output
