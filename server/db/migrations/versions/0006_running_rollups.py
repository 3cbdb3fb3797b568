"""Roll-ups of the month and year that still run

What was kept before is forgotten: it is counted again when somebody asks, in a form that is quicker to read.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    # Triggers name the table, not its columns, so they go on with the new one.
    op.drop_table("rollup")
    op.create_table(
        "rollup",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("grain", sa.String(length=5), nullable=False),
        sa.Column("start", sa.Date(), nullable=False),
        sa.Column("slice", sa.String(length=10), nullable=False),
        sa.Column("through", sa.Date(), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("claim", sa.String(length=32), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rollup_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "grain", "start", "slice", name=op.f("pk_rollup")),
    )
