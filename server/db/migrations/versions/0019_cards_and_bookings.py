"""Marks of identity cards for a day, and bookings to be checked in"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "card_mark",
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_card_mark_office_id_office")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_card_mark_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_card_mark")),
    )
    op.create_index("ix_card_mark_office_day_mark", "card_mark", ["office_id", "day", "mark"])
    op.create_table(
        "booking",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", Instant(), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_booking_office_id_office")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_booking_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("office_id", "code_hash", name=op.f("pk_booking")),
    )
    op.create_index("ix_booking_code_hash", "booking", ["code_hash"])
    op.create_index("ix_booking_office_day", "booking", ["office_id", "day"])
