"""`motcua user`: people who sign in."""

from __future__ import annotations

import click

from server.commands.words import refused
from server.domain.words import Role


@click.group()
def user() -> None:
    """Add people and set passwords."""


@user.command()
@click.argument("username")
@click.option("--office", required=True, help="Code of the office.")
@click.option("--name", help="Name as citizens and colleagues see it.")
@click.option("--role", "roles", multiple=True, type=click.Choice([str(r) for r in Role]), required=True)
@click.password_option()
def add(username: str, office: str, name: str | None, roles: tuple[str, ...], password: str) -> None:
    """Add USERNAME, or bring it to these values."""
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
