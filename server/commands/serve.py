"""`motcua serve`: the server under gunicorn with gevent, one worker a process, one process or several."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from tomllib import TOMLDecodeError
from typing import TypeVar

import click
import sqlalchemy as sa
from pydantic import ValidationError
from pydantic_settings import SettingsError

from server.commands import processes as several
from server.commands.words import say
from server.db.alone import Busy, serving
from server.db.engine import opened
from server.db.migrate import require_writable, upgrade
from server.domain.errors import N_
from server.services.faults import TYPES, reason_of
from server.settings import Settings, load, misspelt, settings_file

Kind = TypeVar("Kind", bound=Settings)
MISSPELT = N_("%(given)s: không có mục nào tên này; có phải %(meant)s?")
HEADROOM = 2_000
"""Connections kept for ordinary requests above the live clients, so that boards cannot starve the kiosk."""


@click.command(
    help=N_(
        "Chạy máy chủ. Cấu hình lấy từ các biến MOTCUA_… hoặc tệp motcua.toml.\n\n"
        "Chạy nhiều tiến trình cần PostgreSQL, Redis và nginx ở phía trước (deploy/nginx.conf)."
    ),
)
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64),
              help=N_("Số tiến trình, trên các cổng liền nhau."))  # fmt: skip
def serve(processes: int) -> None:
    settings = checked_settings()
    several.check(settings, processes)
    bound = several.addresses(settings.bind, processes)
    try:
        with serving(settings.data_dir):
            look_around(settings, bound)
            if processes == 1:
                command = gunicorn("server.wsgi:app", settings.bind, settings)
                os.execv(command[0], command)
            click.echo(several.upstream(bound))
            raise SystemExit(several.run(lambda address: gunicorn("server.wsgi:app", address, settings), bound))
    except Busy:
        raise click.ClickException(say(N_("cơ sở dữ liệu đang được khôi phục hoặc chuyển đi"))) from None


def look_around(settings: Settings, bound: Sequence[str]) -> None:
    """What a server cannot do without, before one starts: here it is a line, there it would be a page of traceback."""
    if not os.access(settings.data_dir, os.W_OK | os.X_OK):
        raise click.ClickException(f"MOTCUA_DATA_DIR: {settings.data_dir} cannot be written to")
    try:
        # Once, before any process serves: they would wait for each other otherwise.
        with opened(settings.database_url) as engine:
            upgrade(engine)
            require_writable(engine)
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        why = getattr(error, "orig", error)
        raise click.ClickException(f"MOTCUA_DATABASE_URL: {' '.join(str(why).split())}") from error
    for address in bound:
        several.await_free(address)


def gunicorn(app: str, bind: str, settings: Settings) -> list[str]:
    """The command line of one server process."""
    return [
        sys.executable, "-m", "gunicorn", app,
        "--bind", bind,
        "--worker-class", "gevent" if settings.async_mode == "gevent" else "gthread",
        "--workers", "1",
        "--threads", "1" if settings.async_mode == "gevent" else "100",
        "--worker-connections", str(settings.max_clients + HEADROOM),
        "--graceful-timeout", "3",
        "--timeout", "60",
        "--keep-alive", "75",
        "--log-level", "warning",
        "--logger-class", "server.logs.Gunicorn",
        "--name", "motcua",
        # A door for gunicorn's own tool, which nobody here uses; it needs a home that our user has not.
        "--no-control-socket",
    ]  # fmt: skip


def checked_settings() -> Settings:
    return checked(load)


def checked(read: Callable[[], Kind]) -> Kind:
    """The settings, or one line a fault and the way out."""
    for given, meant in misspelt(os.environ).items():
        click.echo(say(MISSPELT, given=given, meant=meant), err=True)
        raise SystemExit(2)
    try:
        return read()
    except (OSError, TOMLDecodeError) as error:
        click.echo(f"{settings_file()}: {error}", err=True)
        raise SystemExit(2) from None
    except SettingsError as error:
        named = re.search(r'field "(\w+)"', str(error))
        click.echo(f"MOTCUA_{named[1].upper() if named else ''}: {say(TYPES['json'])}", err=True)
        raise SystemExit(2) from None
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            where = f"{settings_file()}: {name}" if fault["type"] == "extra_forbidden" else f"MOTCUA_{name.upper()}"
            click.echo(f"{where}: {reason_of(fault).said(say)}", err=True)
        if any(fault["loc"] == ("secret_key",) for fault in error.errors()):
            click.echo('python -c "import secrets; print(secrets.token_urlsafe(48))"', err=True)
        raise SystemExit(2) from None
