"""`motcua`: finds its sub-commands by entry points, so that no room imports another."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points, version
from typing import Any

import click
import structlog

from server.domain.errors import N_
from server.terminal import language, speaking, told

GROUP = "motcua.commands"


class Rooms(click.Group):
    """Loads a command's module only when that command is used: an agent's PC needs no database driver. What it tells
    of itself is told in the language of the terminal."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        with speaking(language()):
            return super(Rooms, told(self, language())).main(*args, **kwargs)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(entry.name for entry in entry_points(group=GROUP))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next(iter(entry_points(group=GROUP, name=cmd_name)), None)
        command = found.load() if found else None
        return told(command, language()) if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """A refusal, a folder that is not ours, a silent database: a line for whoever typed it, no traceback."""
        try:
            with _quiet():
                return super().invoke(ctx)
        except OSError as error:
            raise click.ClickException(str(error)) from error
        except Exception as error:
            house = sys.modules.get("server.domain.errors")
            if house is not None and isinstance(error, house.MotcuaError):
                from server.commands.words import refused

                raise refused(error) from error
            database = sys.modules.get("sqlalchemy.exc")  # an agent's PC has none
            if database is not None and isinstance(error, database.SQLAlchemyError):
                raise click.ClickException(" ".join(str(getattr(error, "orig", error)).split())) from error
            raise


@contextmanager
def _quiet() -> Iterator[None]:
    """What is logged on the way goes beside the answer, warnings alone; programs that run on say more by themselves."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


@click.command(
    cls=Rooms,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Motcua: lấy số, gọi số và đánh giá sự hài lòng tại bộ phận một cửa."),
)
@click.version_option(version("motcua"), message="%(version)s", help=N_("Xem phiên bản."))
def main() -> None:
    pass
