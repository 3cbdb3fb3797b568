"""`motcua backup`, `restore` and `move`: the whole database as one file, back again, or over to PostgreSQL; and the
files that its rows name, in a folder `media` beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.commands.words import say
from server.domain.errors import N_, WrongValue

if TYPE_CHECKING:
    import sqlalchemy as sa

    from server.db.dump import Tally
    from server.services.ports import Clock, UnitOfWork
    from server.settings import Settings

OLDER_OR_NEWER = N_("%(file)s: phiên bản %(theirs)s, chương trình này cần %(ours)s")
NOT_EMPTY = N_("%(url)s: đã có dữ liệu; hãy chọn một cơ sở dữ liệu mới")
FILES_GONE = N_("%(folder)s: %(n)s tệp bị thiếu hoặc hỏng: %(first)s …")


@click.command(
    help=N_(
        "Sao lưu cơ sở dữ liệu ra một tệp mới trong DIRECTORY khi máy chủ vẫn chạy, rồi đọc lại để kiểm tra. Ảnh, "
        "video và bản ghi âm được chép vào DIRECTORY/media, mỗi tệp một lần."
    ),
)
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1), help=N_("Giữ lại chừng này tệp mới nhất, xoá các tệp cũ hơn."))
def backup(directory: Path, keep: int | None) -> None:
    from server.app import utc_now
    from server.commands.local import unit_of_work
    from server.commands.serve import checked_settings
    from server.db import dump
    from server.db.engine import opened
    from server.db.witness import Witness

    now = utc_now()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / f"motcua-{now:%Y%m%dT%H%M%SZ}.jsonl.gz"
    settings = checked_settings()
    try:
        with opened(settings.database_url) as engine:
            tally = dump.write(engine, path, now)
            _note(unit_of_work(engine, utc_now, Witness(settings.data_dir)), "database.backup", path.name, tally)
    except dump.DumpError as error:
        raise click.ClickException(error.said(say)) from error
    told = {"path": path, "n": sum(tally.rows.values()), "size": path.stat().st_size // 1024}
    click.echo(say(N_("%(path)s  %(n)s dòng, %(size)s KiB, đã đọc lại đúng"), **told))
    # The rows say which files there are; a file that came after them is not missed.
    _carry_files(path, settings.data_dir, directory)
    for old in sorted(directory.glob("motcua-*.jsonl.gz"))[: -keep if keep else 0]:
        old.unlink()


@click.command(
    help=N_(
        "Khôi phục vào cơ sở dữ liệu trống từ FILE, khi máy chủ đã dừng. Số của hôm nay được cấp tiếp, lớn hơn "
        "mọi số đã in."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    from server.app import utc_now
    from server.commands.local import unit_of_work
    from server.commands.serve import checked_settings
    from server.db import dump, migrate
    from server.db.engine import opened
    from server.db.highwater import HighWater
    from server.db.witness import Witness
    from server.services.restores import note_restored

    settings = checked_settings()
    try:
        head = dump.header(file)
        if head["revision"] != migrate.head():
            raise dump.DumpError(OLDER_OR_NEWER, file=file, theirs=head["revision"], ours=migrate.head())
        expected = dump.verify(file)
        with stopped(settings.data_dir), opened(settings.database_url) as engine:
            _fill(engine, file, settings, datetime.fromisoformat(head["taken_at"]), expected)
            witness = Witness(settings.data_dir)
            witness.restored()
            HighWater(settings.data_dir).forget_versions()
            uow = unit_of_work(engine, utc_now, witness)
            note_restored(uow, settings.data_dir, file.name)
            _note(uow, "database.restore", file.name, expected)
        _carry_files(file, file.parent, settings.data_dir)
    except dump.DumpError as error:
        raise click.ClickException(error.said(say)) from error


def _carry_files(rows: Path, source: Path, target: Path) -> None:
    """Bring every picture, video and recording that a backup's rows name over, and say what is missing. Files are
    named by their content: what is there already is not written again, what is not what its name says is missing."""
    from server.db import dump
    from server.media.store import MediaStore

    there, here = MediaStore(source), MediaStore(target)
    named = sorted(dump.files_of(rows))
    missing = []
    for digest in named:
        if here.intact(digest):
            continue
        if there.intact(digest):
            here.path(digest).unlink(missing_ok=True)
            here.take(there.path(digest))
        else:
            missing.append(digest)
    if named:
        size = sum(here.path(digest).stat().st_size for digest in named if digest not in missing)
        told = {"path": here.folder, "n": len(named) - len(missing), "size": size // 1024}
        click.echo(say(N_("%(path)s  %(n)s tệp, %(size)s KiB, đã đọc lại đúng"), **told))
    if missing:
        raise click.ClickException(say(FILES_GONE, folder=there.folder, n=len(missing), first=missing[0]))


@click.command(
    help=N_(
        "Chép cơ sở dữ liệu sang một cơ sở dữ liệu trống ở TARGET (postgresql://…), khi máy chủ đã dừng, rồi đối "
        "chiếu hai bên."
    ),
)
@click.argument("target")
def move(target: str) -> None:
    from server.app import utc_now
    from server.commands.local import unit_of_work
    from server.commands.serve import checked_settings
    from server.db import dump, migrate
    from server.db.engine import opened
    from server.db.witness import Witness
    from server.settings import database_address

    settings = checked_settings()
    try:
        target = database_address(target)
    except WrongValue as error:
        raise click.BadParameter(error.said(say), param_hint="TARGET") from error
    try:
        with stopped(settings.data_dir), opened(settings.database_url) as source, opened(target) as destination:
            if migrate.current(source) != migrate.head():
                raise dump.DumpError(dump.OTHER_VERSION, theirs=migrate.current(source), ours=migrate.head())
            _require_empty(destination)
            with destination.connect().execution_options(motcua_write=True) as connection, connection.begin():
                dump.load(connection, ((table.name, row) for table, row in dump.read_rows(source)))
            before, after = dump.tally_of(source), dump.tally_of(destination)
            _show(before, after)
            if before.as_json() != after.as_json():
                raise dump.DumpError(N_("hai cơ sở dữ liệu khác nhau; hãy dùng tiếp cái cũ"))
            uow = unit_of_work(destination, utc_now, Witness(settings.data_dir))
            _note(uow, "database.move", destination.url.render_as_string(hide_password=True), after)
    except dump.DumpError as error:
        raise click.ClickException(error.said(say)) from error
    click.echo(f"MOTCUA_DATABASE_URL={target}")


@contextmanager
def stopped(data_dir: Path) -> Iterator[None]:
    """No server of this data directory runs or begins until we are done: what it wrote meanwhile would be lost."""
    from server.db.alone import Busy, replacing

    try:
        with replacing(data_dir):
            yield
    except Busy:
        raise click.ClickException(say(N_("máy chủ đang chạy: hãy dừng trước đã"))) from None


def _note(uow: UnitOfWork, action: str, subject: str, tally: Tally) -> None:
    """Everything about everybody has left, or come: that stands in the log of every office that is above others."""
    from server.services.access import Actor

    actor = Actor("command line", name=action.removeprefix("database."))
    for office in uow.rows("office", parent_id=None):
        with uow.command(office["code"]) as tx:
            tx.audit(actor.label, action, subject=subject[:80], detail={"rows": sum(tally.rows.values())})


def _fill(engine: sa.Engine, file: Path, settings: Settings, taken_at: datetime, expected: Tally) -> None:
    from server.app import utc_now
    from server.db import dump

    _require_empty(engine)
    with engine.connect().execution_options(motcua_write=True) as connection, connection.begin():
        dump.load(connection, dump.rows_of(file))
        jumps = raise_series(connection, settings, taken_at, utc_now)
    click.echo(say(N_("%(file)s: %(n)s dòng"), file=file, n=sum(expected.rows.values())))
    for office, prefix, last, new in jumps:
        click.echo(f"{office} {prefix}: {last} → {new}")


def raise_series(
    connection: sa.Connection, settings: Settings, taken_at: datetime, clock: Clock
) -> list[tuple[str, str, int, int]]:
    """Lift today's series above everything printed; what was lifted, as (office, prefix, from, to)."""
    import sqlalchemy as sa

    from server.db import tables as t
    from server.db.batch import Batch
    from server.db.halls import load_config
    from server.db.highwater import HighWater
    from server.domain.calendar import local_day
    from server.services.restoring import next_lasts

    now, batch, jumps = clock(), Batch(connection), []
    for office_id in connection.execute(sa.select(t.office.c.id)).scalars().all():
        config = load_config(connection, office_id)
        today = local_day(now, config.zone)
        s = t.series.c
        rows = connection.execute(sa.select(s.prefix, s.last).where(s.office_id == office_id, s.day == today)).all()
        lasts = {row.prefix: row.last for row in rows}
        kept = HighWater(settings.data_dir).marks(today)
        marks = {prefix: mark for (code, prefix), mark in kept.items() if code == config.code} if kept else None
        for prefix, new in next_lasts(config, lasts, marks, taken_at, now).items():
            if new > lasts.get(prefix, 0):
                batch.put("series", {"office_id": office_id, "day": today, "prefix": prefix}, {"last": new})
                jumps.append((config.code, prefix, lasts.get(prefix, 0), new))
    batch.run()
    return jumps


def _require_empty(engine: sa.Engine) -> None:
    import sqlalchemy as sa

    from server.db import dump, migrate
    from server.db import tables as t

    migrate.upgrade(engine)
    with engine.connect() as connection:
        if connection.execute(sa.select(sa.func.count()).select_from(t.office)).scalar():
            raise dump.DumpError(NOT_EMPTY, url=engine.url.render_as_string())


def _show(before: Tally, after: Tally) -> None:
    theirs = after.as_json()
    for name, mine in before.as_json().items():
        same = "=" if theirs.get(name) == mine else "≠"
        click.echo(f"{name:<18} {mine['rows']:>9} {same} {theirs.get(name, {}).get('rows', 0):>9}  {mine['sum'][:16]}")
