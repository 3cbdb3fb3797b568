"""`motcua migrate`: bring the database to the newest schema."""

import click

from server.domain.errors import N_


@click.command(help=N_("Nâng cấu trúc cơ sở dữ liệu lên bản mới nhất. Nếu đã mới nhất thì không làm gì."))
def migrate() -> None:
    from server.commands.serve import checked_settings
    from server.db import migrate as migrations
    from server.db.engine import make_engine

    engine = make_engine(checked_settings().database_url)
    before = migrations.current(engine)
    migrations.upgrade(engine)
    click.echo(f"{before or 'empty'} → {migrations.current(engine)}")
