"""`motcua booking`: lists of bookings that were made elsewhere."""

from __future__ import annotations

from pathlib import Path

import click


@click.group()
def booking() -> None:
    """Bookings to be checked in at the kiosk."""


@booking.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help="Code of the office.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken in.")
def import_(file: Path, office: str, dry_run: bool) -> None:
    """Take a list of bookings in from FILE (CSV or XLSX), all of it or nothing.

    Columns: Lĩnh vực, Ngày, Giờ, Mã (the opaque code in the QR: 8 to 64 letters and digits); Đơn vị where there is
    one. No name and no telephone number. The same list may be taken in again.
    """
    from server.commands.local import local_unit_of_work
    from server.commands.reports import command_line
    from server.domain.errors import MotcuaError
    from server.services import bookings
    from server.services.past_records import PastFile, read_rows

    try:
        uow, rows = local_unit_of_work(), read_rows(PastFile(file.name, file.read_bytes()))
        listed = bookings.look(uow, office, rows)
        for wrong in listed.wrong:
            click.echo(f"{file.name}:{wrong.line}: {wrong.column + ': ' if wrong.column else ''}{wrong.text}", err=True)
        if listed.wrong:
            raise click.ClickException(
                f"{len(listed.wrong)} lỗi; chưa nhập gì · {len(listed.wrong)} fault(s); nothing taken in"
            )
        if dry_run:
            click.echo(f"{len(listed.bookings)}")
            return
        counts = bookings.take_in(uow, command_line(office), office, rows)
        click.echo(", ".join(f"{name} {count}" for name, count in counts.items()))
    except MotcuaError as error:
        raise click.ClickException(error.text % error.values) from error
