"""Where a merged office has gone"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("office") as office:
        office.add_column(sa.Column("merged_into_id", sa.String(length=32), nullable=True))
        office.create_foreign_key(op.f("fk_office_merged_into_id_office"), "office", ["merged_into_id"], ["id"])
