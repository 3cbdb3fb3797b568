"""`motcua office`: a whole office as one file, out and in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import click

from server.commands.words import refused, say
from server.domain.errors import N_


@click.group(help=N_("Xuất, kiểm tra và nhập một đơn vị dưới dạng một tệp dễ đọc."))
def office() -> None:
    pass


@office.command(name="export", help=N_("Ghi đơn vị CODE thành tệp YAML."))
@click.argument("code")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
              help=N_("Tệp ghi ra; nếu bỏ trống thì in ra màn hình."))  # fmt: skip
def export_office(code: str, output: Path | None) -> None:
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


@office.command(help=N_("Kiểm tra FILE mà không thay đổi gì; mỗi lỗi được nêu kèm số dòng."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    click.echo(_read(file).code)


@office.command(
    name="import",
    help=N_("Tạo đơn vị theo FILE, hoặc sửa đơn vị cho đúng với tệp: làm hết, hoặc không làm gì."),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_office(file: Path) -> None:
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


@office.command(
    help=N_(
        "Tạo đơn vị đầu tiên, mã CODE, với giờ làm việc thông thường, một lĩnh vực và một quầy; phần còn lại đặt "
        "ở trang quản trị."
    ),
)
@click.argument("code")
@click.option("--name", required=True, help=N_("Tên người dân nhìn thấy, bằng tiếng Việt."))
def new(code: str, name: str) -> None:
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


@office.command(help=N_("Đặt đơn vị CODE dưới một đơn vị khác: vai trò ở đơn vị cấp trên có hiệu lực cả ở đây."))
@click.argument("code")
@click.option("--under", help=N_("Mã đơn vị cấp trên; nếu bỏ trống thì đơn vị đứng riêng."))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]),
              help=N_("Kể từ ngày này; nếu bỏ trống thì từ khi có đơn vị."))  # fmt: skip
def place(code: str, under: str | None, since: datetime | None) -> None:
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
