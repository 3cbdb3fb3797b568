"""Ratings by criterion, and what became of reports that are sent by schedule"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("rating", sa.Column("criteria", sa.JSON(), nullable=True))
    op.create_table(
        "report_delivery",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("target", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_report_delivery_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "name", "first", name=op.f("pk_report_delivery")),
    )
