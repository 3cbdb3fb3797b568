"""Calls that a loudspeaker has spoken"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "call_heard",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("call_count", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_call_heard_office_id_office")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_call_heard_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", "call_count", name=op.f("pk_call_heard")),
    )
    op.create_index("ix_call_heard_office_day", "call_heard", ["office_id", "day"])
