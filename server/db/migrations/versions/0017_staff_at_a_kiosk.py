"""The staff code of a kiosk, and what staff did there"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("device", sa.Column("staff", sa.JSON(), nullable=True))
