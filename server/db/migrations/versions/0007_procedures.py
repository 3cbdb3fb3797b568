"""The catalogue of procedures"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "procedure",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("fee", sa.JSON(), nullable=True),
        sa.Column("time_limit", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_procedure_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "service", "code", name=op.f("pk_procedure")),
    )
