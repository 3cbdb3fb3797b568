"""`motcua inspect`: a day as an archive, and the verifier of archives and of the database itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.commands.words import refused, say
from server.domain.errors import N_, OfficeNotFound, Why

if TYPE_CHECKING:
    from server.services.integrity import Fault


@click.group()
def inspect() -> None:
    """Export a day for an inspector; verify archives, the audit log and ratings."""


@inspect.command()
@click.argument("office")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), default=Path(), help="Folder.")
def export(office: str, day: datetime, output: Path) -> None:
    """Write one DAY of OFFICE as an archive with a manifest of hashes. It is written in the audit log."""
    from server.commands.local import beside_the_server
    from server.domain.errors import MotcuaError
    from server.domain.words import Role
    from server.services.access import Actor
    from server.services.inspection import export as export_day

    actor = Actor("command line", name="inspect export", roles={office: frozenset({Role.AUDITOR})})
    try:
        with beside_the_server() as (uow, _settings):
            made = export_day(uow, actor, office, day.date())
    except MotcuaError as error:
        raise refused(error) from error
    output.mkdir(parents=True, exist_ok=True)
    (output / made.name).write_bytes(made.content)
    click.echo(f"{output / made.name}\n{made.manifest_hash}")


@inspect.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", is_flag=True, help="Also ask this installation's log whether it made this archive.")
def verify(file: Path, database: bool) -> None:
    """Check an archive: every file against its hash, and the seals through the day."""
    from server.services.inspection import NotAnArchive, check_archive
    from server.services.integrity import Fault

    try:
        manifest, digest, faults = check_archive(file.read_bytes())
    except NotAnArchive as error:
        told = say(N_("%(file)s: không phải tệp lưu của Motcua (%(why)s)"), file=file, why=error.said(say))
        raise click.ClickException(told) from error
    click.echo(f"{manifest['office']['code']} {manifest['day']} {digest}")
    if database and not _made_here(manifest["office"]["code"], digest):
        faults.append(Fault("manifest.json", "", Why(N_("không có trong nhật ký: không phải do máy chủ này làm ra"))))
    _tell(faults)


@inspect.command()
@click.argument("office", required=False)
def database(office: str | None) -> None:
    """Check the audit log and the ratings of OFFICE, or of all, and name the rows that were touched."""
    from server.commands.local import beside_the_server
    from server.db.witness import Witness
    from server.services.integrity import check_office

    faults: list[Fault] = []
    with beside_the_server() as (uow, settings):
        rows = [row for row in uow.rows("office") if office in (None, row["code"])]
        if office and not rows:
            raise refused(OfficeNotFound(office=office))
        for row in rows:
            found = check_office(uow, row["id"], Witness(settings.data_dir).seals(row["code"]))
            told = say(N_("%(n)s lỗi"), n=len(found)) if found else say(N_("nguyên vẹn"))
            click.echo(f"{row['code']}: {told}")
            faults += found
    _tell(faults)


def _made_here(office: str, digest: str) -> bool:
    from server.commands.local import beside_the_server

    with beside_the_server() as (uow, _settings):
        row = uow.first("office", code=office)
        exports = uow.rows("audit", office_id=row["id"], action="inspection.export") if row else []
    return any((export["detail"] or {}).get("manifest") == digest for export in exports)


def _tell(faults: Sequence[Fault]) -> None:
    for fault in faults:
        click.echo(fault.said(say), err=True)
    if faults:
        raise SystemExit(1)
