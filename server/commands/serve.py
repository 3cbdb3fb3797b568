"""`motcua serve`: the server under gunicorn with gevent, one worker a process, one process or several."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from tomllib import TOMLDecodeError
from typing import TypeVar

import click
from pydantic import ValidationError

from server.commands import processes as several
from server.commands.words import say
from server.db.engine import opened
from server.db.migrate import upgrade
from server.services.faults import reason_of
from server.settings import Settings, load, settings_file

Kind = TypeVar("Kind", bound=Settings)
HEADROOM = 2_000
"""Connections kept for ordinary requests above the live clients, so that boards cannot starve the kiosk."""


@click.command()
@click.option("--processes", default=1, show_default=True, type=click.IntRange(1, 64), help="On consecutive ports.")
def serve(processes: int) -> None:
    """Start the server. Settings come from MOTCUA_… variables or motcua.toml.

    Several processes need PostgreSQL and Redis, and nginx in front of them (deploy/nginx.conf).
    """
    settings = checked_settings()
    if processes == 1:
        command = gunicorn("server.wsgi:app", settings.bind, settings)
        os.execv(command[0], command)
    several.check(settings, processes)
    bound = several.addresses(settings.bind, processes)
    # Once, before any process serves: they would wait for each other otherwise.
    with opened(settings.database_url) as engine:
        upgrade(engine)
    click.echo(several.upstream(bound))
    raise SystemExit(several.run(lambda address: gunicorn("server.wsgi:app", address, settings), bound))


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
        "--name", "motcua",
    ]  # fmt: skip


def checked_settings() -> Settings:
    return checked(load)


def checked(read: Callable[[], Kind]) -> Kind:
    """The settings, or one line a fault and the way out."""
    try:
        return read()
    except (OSError, TOMLDecodeError) as error:
        click.echo(f"{settings_file()}: {error}", err=True)
        raise SystemExit(2) from None
    except ValidationError as error:
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"])
            where = f"{settings_file()}: {name}" if fault["type"] == "extra_forbidden" else f"MOTCUA_{name.upper()}"
            click.echo(f"{where}: {reason_of(fault).said(say)}", err=True)
        if any(fault["loc"] == ("secret_key",) for fault in error.errors()):
            click.echo('python -c "import secrets; print(secrets.token_urlsafe(48))"', err=True)
        raise SystemExit(2) from None
