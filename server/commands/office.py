"""`motcua office`: a whole office as one file, out and in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from server.commands.words import refused, say


@click.group()
def office() -> None:
    """Export, check and import an office as one readable file."""


@office.command(name="export")
@click.argument("code")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File; else the screen.")
def export_office(code: str, output: Path | None) -> None:
    """Write the office CODE as YAML."""
    from server.commands.local import local_unit_of_work
    from server.domain.errors import MotcuaError
    from server.services import audit
    from server.services.access import Actor
    from server.services.officefile import write
    from server.services.offices import describe_office

    uow = local_unit_of_work()
    try:
        text = write(describe_office(uow, code))
        audit.note(uow, code, Actor("command line", name="office export"), "office.export")
    except MotcuaError as error:
        raise refused(error) from error
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)


@office.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Check FILE without changing anything; every fault comes with its line."""
    click.echo(_read(file).code)


@office.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_office(file: Path) -> None:
    """Make the office in FILE, or bring it to this description. All of it, or nothing."""
    from server.commands.local import local_unit_of_work
    from server.db.migrate import upgrade
    from server.domain.errors import MotcuaError
    from server.domain.office import named
    from server.services.access import Actor
    from server.services.offices import put_office

    read = _read(file)
    uow = local_unit_of_work()
    upgrade(uow.engine)
    try:
        put_office(uow, read.description(), Actor("command line", name="office import"))
    except MotcuaError as error:
        values = {name: named(v, "vi") if isinstance(v, Mapping) else v for name, v in error.values.items()}
        raise click.ClickException(error.text % values) from error
    click.echo(read.code)


@office.command()
@click.argument("code")
@click.option("--name", required=True, help="Name as citizens read it, in Vietnamese.")
def new(code: str, name: str) -> None:
    """Make the first office CODE with ordinary hours, one field and one counter; its pages set the rest."""
    from server.commands.local import local_unit_of_work
    from server.db.migrate import upgrade
    from server.domain.errors import MotcuaError
    from server.services import officefile
    from server.services.access import Actor
    from server.services.offices import first_office, put_office
    from server.services.tree import OfficeExists

    uow = local_unit_of_work()
    upgrade(uow.engine)
    try:
        if uow.first("office", code=code) is not None:
            raise OfficeExists(office=code)
        checked = officefile.check(first_office(code, name))
    except MotcuaError as error:
        raise refused(error) from error
    put_office(uow, checked.description(), Actor("command line", name="office new"))
    click.echo(code)


@office.command()
@click.argument("code")
@click.option("--under", help="Code of the office above; without it the office stands alone.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="From this day on; else from its beginning.")
def place(code: str, under: str | None, since: datetime | None) -> None:
    """Put the office CODE under another: roles held there hold here too."""
    from server.commands.local import local_unit_of_work
    from server.domain.errors import MotcuaError
    from server.services.access import Actor
    from server.services.places import place as place_office

    try:
        actor = Actor("command line", name="office place")
        place_office(local_unit_of_work(), code, under, actor, since.date() if since else None)
    except MotcuaError as error:
        raise refused(error) from error
    click.echo(f"{under or '–'} → {code}")


def _read(file: Path):  # type: ignore[no-untyped-def]
    from server.services.faults import FileRefused
    from server.services.officefile import read_bytes

    try:
        return read_bytes(file.read_bytes())
    except FileRefused as error:
        for fault in error.faults:
            click.echo(f"{file}:{fault.said(say)}", err=True)
        raise SystemExit(1) from None
