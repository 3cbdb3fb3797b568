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


@click.group(help=N_("Xuất hồ sơ một ngày cho thanh tra; kiểm tra hồ sơ đã xuất, nhật ký và đánh giá."))
def inspect() -> None:
    pass


@inspect.command(
    help=N_(
        "Ghi một ngày (--day) của đơn vị OFFICE thành một tệp nén kèm bảng kê mã băm. Việc xuất được ghi vào nhật "
        "ký."
    ),
)
@click.argument("office")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help=N_("Ngày cần xuất."))
@click.option("--output", "-o", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              help=N_("Thư mục ghi tệp."))  # fmt: skip
def export(office: str, day: datetime, output: Path) -> None:
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


@inspect.command(help=N_("Kiểm tra tệp đã xuất: từng tệp bên trong theo mã băm, và các dấu niêm trong ngày."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--database", is_flag=True,
              help=N_("Đối chiếu thêm với nhật ký của máy chủ này xem có phải nó đã xuất tệp không."))  # fmt: skip
def verify(file: Path, database: bool) -> None:
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


@inspect.command(
    help=N_("Kiểm tra nhật ký và đánh giá của đơn vị OFFICE, hoặc của mọi đơn vị, và nêu những dòng đã bị sửa."),
)
@click.argument("office", required=False)
def database(office: str | None) -> None:
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
