"""`motcua user`: people who sign in."""

from __future__ import annotations

import click

from server.commands.words import refused
from server.domain.errors import N_
from server.domain.words import Role


@click.group(help=N_("Thêm người dùng và đặt mật khẩu."))
def user() -> None:
    pass


@user.command(help=N_("Thêm người dùng USERNAME, hoặc sửa cho đúng các giá trị này."))
@click.argument("username")
@click.option("--office", required=True, help=N_("Mã đơn vị."))
@click.option("--name", help=N_("Tên người dân và đồng nghiệp nhìn thấy."))
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in Role]), required=True,
              help=N_("Vai trò; có thể ghi nhiều lần."))  # fmt: skip
@click.password_option(prompt=N_("Mật khẩu"), help=N_("Mật khẩu; nếu bỏ trống thì được hỏi."))
def add(username: str, office: str, name: str | None, roles: tuple[str, ...], password: str) -> None:
    from server.commands.local import local_unit_of_work
    from server.domain.errors import MotcuaError
    from server.services.staff import put_staff

    try:
        with local_unit_of_work().command(office) as tx:
            put_staff(tx, username, name or username, [Role(r) for r in roles], password)
            tx.audit("command line", "staff.put", subject=username, detail={"roles": list(roles)})
    except MotcuaError as error:
        raise refused(error) from error
    click.echo(username)
