"""Offices that move, with the day"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "office_move",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_office_move_office_id_office")),
        sa.ForeignKeyConstraint(["parent_id"], ["office.id"], name=op.f("fk_office_move_parent_id_office")),
        sa.PrimaryKeyConstraint("office_id", "since", name=op.f("pk_office_move")),
    )
    op.create_index(op.f("ix_office_move_parent_id"), "office_move", ["parent_id"])
    op.create_index(op.f("ix_office_parent_id"), "office", ["parent_id"])
