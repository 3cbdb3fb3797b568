"""`motcua migrate`: bring the database to the newest schema."""

import click


@click.command()
def migrate() -> None:
    """Bring the database to the newest schema. Nothing happens when it is there."""
    from server.commands.serve import checked_settings
    from server.db import migrate as migrations
    from server.db.engine import make_engine

    engine = make_engine(checked_settings().database_url)
    before = migrations.current(engine)
    migrations.upgrade(engine)
    click.echo(f"{before or 'empty'} → {migrations.current(engine)}")
