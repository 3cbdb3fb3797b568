"""Daily, monthly and yearly roll-ups, and older records as sums"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0003"
down_revision = "0002"

COUNTED = {
    "ticket": ("INSERT", "UPDATE", "DELETE"),
    "ticket_interval": ("INSERT", "UPDATE", "DELETE"),
    "counter_interval": ("INSERT", "UPDATE", "DELETE"),
    "service_session": ("INSERT", "UPDATE", "DELETE"),
    "past_figure": ("INSERT", "DELETE"),
    "rating": ("INSERT",),
}
"""What roll-ups are counted from. A rating counts on the day of its session, which may be an earlier one."""


def upgrade() -> None:
    op.create_table(
        "rollup",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("slice", sa.String(length=10), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rollup_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "grain", "start", "slice", name=op.f("pk_rollup")),
    )
    op.create_table(
        "past_batch",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_past_batch_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_past_batch")),
        sa.UniqueConstraint("office_id", "digest", name=op.f("uq_past_batch_office_id_digest")),
    )
    op.create_table(
        "past_figure",
        sa.Column("batch_id", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=True),
        sa.Column("counter", sa.Integer(), nullable=True),
        sa.Column("officer", sa.String(length=32), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["past_batch.id"], name=op.f("fk_past_figure_batch_id_past_batch")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_past_figure_office_id_office")),
        sa.PrimaryKeyConstraint("batch_id", "line", name=op.f("pk_past_figure")),
    )
    op.create_index("ix_past_figure_office_day", "past_figure", ["office_id", "day"], unique=False)
    make = _sqlite if op.get_bind().dialect.name == "sqlite" else _postgresql
    for table, verbs in COUNTED.items():
        for statement in make(table, verbs):
            op.execute(statement)


def _day(table: str, row: str) -> str:
    if table == "rating":
        return f"(SELECT day FROM service_session WHERE id = {row}.session_id)"
    return f"{row}.day"


def _removals(row: str, day: str, month: str, year: str) -> str:
    """Forget the blocks around a day, claims included: whoever is counting one begins again."""
    blocks = (("day", day), ("month", month), ("year", year))
    return "".join(
        f" DELETE FROM rollup WHERE office_id = {row}.office_id AND grain = '{grain}' AND start = {start};"
        for grain, start in blocks
    )


def _sqlite(table: str, verbs: tuple[str, ...]) -> list[str]:
    """A month or a year is counted from days, so without the day's row (every write of today) nothing is stale."""
    statements = []
    for verb in verbs:
        for row in {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[verb]:
            day = _day(table, row)
            known = f"SELECT 1 FROM rollup WHERE office_id = {row}.office_id AND grain = 'day' AND start = {day}"
            removals = _removals(row, day, f"substr({day}, 1, 7) || '-01'", f"substr({day}, 1, 4) || '-01-01'")
            statements.append(
                f"CREATE TRIGGER {table}_rollup_{verb.lower()}_{row.lower()} AFTER {verb} ON {table}"
                f" WHEN EXISTS ({known}) BEGIN{removals} END"
            )
    return statements


def _postgresql(table: str, verbs: tuple[str, ...]) -> list[str]:
    """The same as one function a table and row version."""
    statements = []
    for verb in verbs:
        for row in {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[verb]:
            name = f"{table}_rollup_{verb.lower()}_{row.lower()}"
            removals = _removals(row, "d", "date_trunc('month', d)::date", "date_trunc('year', d)::date")
            statements += [
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$"
                f" DECLARE d date := {_day(table, row)}; BEGIN"
                f" IF EXISTS (SELECT 1 FROM rollup WHERE office_id = {row}.office_id AND grain = 'day' AND start = d)"
                f" THEN{removals} END IF; RETURN NULL; END $$",
                f"CREATE TRIGGER {name} AFTER {verb} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
            ]
    return statements
