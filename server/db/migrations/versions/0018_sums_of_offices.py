"""Sums of many offices"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "rollup_sum",
        sa.Column("of", sa.String(length=32), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("marks", sa.String(length=32), nullable=False),
        sa.Column("kept_at", Instant(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("of", "grain", "start", name=op.f("pk_rollup_sum")),
    )
    op.create_index("ix_rollup_sum_kept_at", "rollup_sum", ["kept_at"], unique=False)
    counted = sa.text("slice = 'whole' AND data IS NOT NULL")
    op.create_index(
        "ix_rollup_marks", "rollup", ["grain", "start", "office_id", "claim", "basis", "through"], unique=False,
        sqlite_where=counted, postgresql_where=counted,
    )  # fmt: skip
