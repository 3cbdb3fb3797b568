"""`motcua privacy`: forget in time, and find or erase what is held for a telephone number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.commands.words import refused, say
from server.domain.errors import N_, OfficeNotFound

if TYPE_CHECKING:
    from server.db.shelves import SqlShelves
    from server.db.unit_of_work import SqlUnitOfWork
    from server.services.vault import Vault


@click.group(help=N_("Dữ liệu về người dân: quên khi hết hạn, tìm, xoá."))
def privacy() -> None:
    pass


@privacy.command(
    name="retention",
    help=N_(
        "Quên những gì đã hết thời hạn lưu theo quy định của từng đơn vị. Mỗi ngày một lần: chạy lần thứ hai "
        "không làm gì thêm."
    ),
)
@click.option("--office", help=N_("Mã một đơn vị; nếu bỏ trống thì mọi đơn vị."))
@click.option("--dry-run", is_flag=True, help=N_("Chỉ đếm những gì sẽ bị quên, không thay đổi gì."))
def retention_command(office: str | None, dry_run: bool) -> None:
    from server.db.daykeys import DayKeyFiles
    from server.services import bookings, cards, retention
    from server.services.access import Actor

    with _rooms() as (uow, shelves, vault):
        keys = DayKeyFiles(_data_dir())
        for code in _offices(uow, office):
            if not dry_run:
                # However often it is called: these must not outlive their day.
                cards.forget(uow, keys, shelves, code)
                shelves.forget_bookings(code, bookings.forgettable(uow.now().date()))
            if dry_run:
                kinds = retention.overview(uow, shelves, code)["kinds"]
                told = ", ".join(say(N_("%(kind)s %(due)s/%(held)s (%(days)s ngày)"), **kind) for kind in kinds)
            else:
                gone = retention.run(uow, shelves, vault, code, Actor("command line", name="retention"))
                done = say(N_("hôm nay đã làm"))
                told = done if gone is None else ", ".join(f"{kind} {n}" for kind, n in gone.items())
            click.echo(f"{code}: {told}")


@privacy.command(help=N_("Cho biết số điện thoại NUMBER còn nằm ở đâu, tại mọi đơn vị. Việc tìm được ghi vào nhật ký."))
@click.argument("number")
def find(number: str) -> None:
    _search(number, erase=False)


@privacy.command(help=N_("Xoá số điện thoại NUMBER khỏi mọi chỗ được phép thay đổi, tại mọi đơn vị."))
@click.argument("number")
@click.confirmation_option(prompt=N_("Xoá số này ở mọi nơi?"), help=N_("Xoá luôn, không hỏi lại."))
def erase(number: str) -> None:
    _search(number, erase=True)


def _search(text: str, *, erase: bool) -> None:
    from server.domain.privacy import telephone
    from server.services import retention
    from server.services.access import Actor

    try:
        number = telephone(text)
    except ValueError:
        raise click.BadParameter(say(N_("cần một số điện thoại Việt Nam, như 0912345678"))) from None
    left = 0
    act = retention.erase if erase else retention.find
    with _rooms() as (uow, shelves, vault):
        for code in _offices(uow, None):
            for table, key, column in act(uow, shelves, vault, code, number, Actor("command line", name="privacy")):
                left += 1
                click.echo(f"{code}: {table} {' '.join(map(str, key.values()))} {column}")
    click.echo(say(N_("còn %(n)s chỗ") if erase else N_("thấy %(n)s chỗ"), n=left))


@contextmanager
def _rooms() -> Iterator[tuple[SqlUnitOfWork, SqlShelves, Vault]]:
    from server.commands.local import beside_the_server
    from server.db.shelves import SqlShelves
    from server.services.vault import Vault

    with beside_the_server() as (uow, settings):
        yield uow, SqlShelves(uow), Vault(settings.secret_key, settings.earlier_secret_keys)


def _data_dir() -> Path:
    from server.commands.serve import checked_settings

    return checked_settings().data_dir


def _offices(uow: SqlUnitOfWork, office: str | None) -> list[str]:
    known = sorted(str(row["code"]) for row in uow.rows("office"))
    if office is not None and office not in known:
        raise refused(OfficeNotFound(office=office))
    return [office] if office else known
