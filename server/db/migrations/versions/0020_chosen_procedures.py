"""The procedure that a citizen chose before taking a number"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("ticket", sa.Column("procedure", sa.String(length=40), nullable=True))
