"""A whole database as one compressed file that either database can be made from.

One JSON line for the head, one for each row, one for the end. The end holds, for each table, how many rows there are
and a checksum that does not depend on their order: the sum of the rows' SHA-256. Written from one snapshot while the
server goes on, and believed only after it was read back.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from server.db import tables as t
from server.db.engine import is_sqlite
from server.db.migrate import current, head
from server.disk import settle
from server.domain.errors import N_, Why

FORMAT = "motcua-backup-1"
BATCH = 500
NO_BACKUP = N_("%(path)s: không phải bản sao lưu của Motcua, hoặc đã hỏng (%(error)s)")
OTHER_VERSION = N_("cơ sở dữ liệu ở phiên bản %(theirs)s, chương trình ở %(ours)s; hãy chạy: motcua migrate")
DAMAGED = (EOFError, OSError, ValueError, KeyError, TypeError, zlib.error)
"""What reading a file raises that is torn, changed, or something else altogether."""

Row = list[Any]


class DumpError(Why, Exception):
    """A file or a database that must not be used; the text says why."""


@dataclass
class Tally:
    """Rows and checksum of each table."""

    rows: Counter[str] = field(default_factory=Counter)
    sums: dict[str, int] = field(default_factory=dict)

    def add(self, table: str, row: Row) -> None:
        digest = hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).digest()
        self.rows[table] += 1
        self.sums[table] = (self.sums.get(table, 0) + int.from_bytes(digest)) % 2**256

    def as_json(self) -> dict[str, Any]:
        return {name: {"rows": n, "sum": f"{self.sums[name]:064x}"} for name, n in sorted(self.rows.items())}


def encode(table: sa.Table, values: Iterable[Any]) -> Row:
    return [_encoded(column, value) for column, value in zip(table.c, values, strict=True)]


def decode(table: sa.Table, row: Row) -> dict[str, Any]:
    return {column.name: _decoded(column, value) for column, value in zip(table.c, row, strict=True)}


def _encoded(column: sa.Column[Any], value: Any) -> Any:
    if isinstance(value, datetime):
        return round((value - t.EPOCH).total_seconds() * 1000)
    if isinstance(value, bytes | memoryview):
        return b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _decoded(column: sa.Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, t.Instant):
        return column.type.process_result_value(value, None)  # type: ignore[arg-type]
    if isinstance(column.type, sa.LargeBinary):
        return b64decode(value)
    return date.fromisoformat(value) if isinstance(column.type, sa.Date) else value


def read_rows(engine: sa.Engine) -> Iterator[tuple[sa.Table, Row]]:
    """Every row of every table, as of one moment, parents before children."""
    with engine.connect() as connection:
        if not is_sqlite(engine):
            connection = connection.execution_options(isolation_level="REPEATABLE READ", stream_results=True)
        for table in t.metadata.sorted_tables:
            for found in connection.execute(sa.select(table)).partitions(BATCH):
                for values in found:
                    yield table, encode(table, values)


def write(engine: sa.Engine, path: Path, taken_at: datetime) -> Tally:
    """Write the file beside its name first, so that a name never stands for half a file, also after a power cut."""
    if current(engine) != head():
        raise DumpError(OTHER_VERSION, theirs=current(engine), ours=head())
    temporary = path.with_name(path.name + ".part")
    try:
        tally = _written(engine, temporary, taken_at)
        if verify(temporary).as_json() != tally.as_json():
            raise DumpError(N_("%(path)s: đọc lại không đúng như đã ghi"), path=temporary)
        temporary.replace(path)
        settle(path.parent)
    finally:
        temporary.unlink(missing_ok=True)  # on a full disk it would stay in the way of the next one
    return tally


def _written(engine: sa.Engine, path: Path, taken_at: datetime) -> Tally:
    tally = Tally()
    # Everything about everybody: for nobody else's eyes.
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as raw:
        with gzip.open(raw, "wt", encoding="utf-8", compresslevel=5) as file:
            _line(file, {"format": FORMAT, "revision": head(), "taken_at": taken_at.isoformat(timespec="milliseconds")})
            for table, row in read_rows(engine):
                tally.add(table.name, row)
                _line(file, [table.name, row])
            _line(file, {"end": tally.as_json()})
        raw.flush()
        os.fsync(raw.fileno())
    return tally


def _line(file: Any, value: Any) -> None:
    file.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def header(path: Path) -> dict[str, Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            first: dict[str, Any] = json.loads(file.readline())
    except DAMAGED as error:
        raise DumpError(NO_BACKUP, path=path, error=error) from error
    if not isinstance(first, dict) or first.get("format") != FORMAT:
        raise DumpError(N_("%(path)s: không phải bản sao lưu của Motcua"), path=path)
    return first


def rows_of(path: Path) -> Iterator[tuple[str, Row]]:
    """The file's rows; raises where the file is torn or does not add up."""
    header(path)
    tally = Tally()
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            next(file)
            for line in file:
                value = json.loads(line)
                if isinstance(value, dict):
                    if value["end"] != tally.as_json():
                        raise DumpError(N_("%(path)s: nội dung không khớp với tổng kiểm ở cuối"), path=path)
                    return
                tally.add(*value)
                yield value[0], value[1]
    except DAMAGED as error:
        raise DumpError(N_("%(path)s: không đọc được (%(error)s)"), path=path, error=error) from error
    raise DumpError(N_("%(path)s: bị cắt giữa chừng"), path=path)


def verify(path: Path) -> Tally:
    """Read a whole file and count."""
    tally = Tally()
    for name, row in rows_of(path):
        tally.add(name, row)
    return tally


def files_of(path: Path) -> set[str]:
    """Digests of the files that a backup's rows name: pictures, videos, recorded phrases."""
    columns = {name: [c.name for c in t.metadata.tables[name].c].index("digest") for name in ("media", "recording")}
    return {row[columns[name]] for name, row in rows_of(path) if name in columns}


def tally_of(engine: sa.Engine) -> Tally:
    tally = Tally()
    for table, row in read_rows(engine):
        tally.add(table.name, row)
    return tally


def load(connection: sa.Connection, rows: Iterable[tuple[str, Row]]) -> None:
    """Fill empty tables. Rows that point into their own table are pointed there at the end."""
    waiting: dict[str, list[dict[str, Any]]] = {}
    later: list[tuple[sa.Table, dict[str, Any], dict[str, Any]]] = []
    for name, row in rows:
        table = t.metadata.tables[name]
        values = decode(table, row)
        links = {c: values[c] for c in _own_links(table) if values[c] is not None}
        if links:
            later.append((table, {c.name: values[c.name] for c in table.primary_key}, links))
            values |= dict.fromkeys(links)
        if waiting and name not in waiting:
            _insert(connection, waiting)
        waiting.setdefault(name, []).append(values)
        if len(waiting[name]) >= BATCH:
            _insert(connection, waiting)
    _insert(connection, waiting)
    for table, key, links in later:
        connection.execute(table.update().where(*(table.c[k] == v for k, v in key.items())).values(links))
    if connection.dialect.name == "postgresql":
        _set_sequences(connection)


def _own_links(table: sa.Table) -> list[str]:
    return [c.name for c in table.c if any(key.column.table is table for key in c.foreign_keys)]


def _insert(connection: sa.Connection, waiting: dict[str, list[dict[str, Any]]]) -> None:
    for name, rows in waiting.items():
        connection.execute(t.metadata.tables[name].insert(), rows)
    waiting.clear()


def _set_sequences(connection: sa.Connection) -> None:
    """Serial columns go on after the rows that were brought along."""
    for table in t.metadata.sorted_tables:
        serial = table.autoincrement_column
        if serial is not None and len(table.primary_key) == 1 and isinstance(serial.type, sa.BigInteger):
            highest = connection.execute(sa.select(sa.func.max(serial))).scalar()
            if highest is not None:
                name = sa.func.pg_get_serial_sequence(table.name, serial.name)
                connection.execute(sa.select(sa.func.setval(name, highest)))
