"""`motcua booking`: lists of bookings that were made elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.commands.words import refused, say
from server.domain.errors import N_

if TYPE_CHECKING:
    from server.services.ports import UnitOfWork


@click.group(help=N_("Lịch hẹn để người dân xác nhận đến tại kiosk."))
def booking() -> None:
    pass


@booking.command(
    "import",
    help=N_(
        "Nhập danh sách lịch hẹn từ FILE (CSV hoặc XLSX): nhập hết, hoặc không nhập gì.\n\n"
        "Các cột: Lĩnh vực, Ngày, Giờ, Mã (mã trong QR, 8 đến 64 chữ cái và chữ số); thêm Đơn vị nếu có. Không có "
        "họ tên, không có số điện thoại. Có thể nhập lại cùng một danh sách."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help=N_("Mã đơn vị."))
@click.option("--dry-run", is_flag=True, help=N_("Chỉ cho biết sẽ nhập những gì, không ghi."))
def import_(file: Path, office: str, dry_run: bool) -> None:
    from server.commands.local import beside_the_server
    from server.domain.errors import MotcuaError
    from server.services.past_records import PastFile, read_rows

    try:
        rows = read_rows(PastFile(file.name, file.read_bytes()))
        with beside_the_server() as (uow, _):
            click.echo(_taken(uow, office, file.name, rows, dry_run))
    except MotcuaError as error:
        raise refused(error) from error


def _taken(uow: UnitOfWork, office: str, name: str, rows: list[list[str]], dry_run: bool) -> str:
    from server.domain.words import Role
    from server.services import bookings
    from server.services.access import Actor
    from server.services.past_records import NOTHING_TAKEN

    listed = bookings.look(uow, office, rows)
    for wrong in listed.wrong:
        click.echo(f"{name}:{wrong.line}: {wrong.column + ': ' if wrong.column else ''}{say(wrong.text)}", err=True)
    if listed.wrong:
        raise click.ClickException(say(NOTHING_TAKEN, n=len(listed.wrong)))
    if dry_run:
        return f"{len(listed.bookings)}"
    actor = Actor("command line", name="booking", roles={office: frozenset({Role.ADMIN})})
    counts = bookings.take_in(uow, actor, office, rows)
    return ", ".join(f"{name} {count}" for name, count in counts.items())
