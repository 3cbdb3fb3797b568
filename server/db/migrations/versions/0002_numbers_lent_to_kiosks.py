"""Numbers lent to kiosks"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("office", sa.Column("restores", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("series", sa.Column("lent", sa.Integer(), nullable=True))
    op.create_table(
        "lease",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("device_id", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("prefix", sa.String(length=2), nullable=False),
        sa.Column("digits", sa.Integer(), nullable=False),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("returned_from", sa.Integer(), nullable=True),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.Column("recovered", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_lease_device_id_device")),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_lease_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lease")),
        sa.UniqueConstraint("office_id", "day", "prefix", "first", name=op.f("uq_lease_office_id_day_prefix_first")),
    )
    op.create_index("ix_lease_office_day", "lease", ["office_id", "day"], unique=False)
