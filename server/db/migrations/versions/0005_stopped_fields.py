"""Fields whose numbers the head has stopped for a day"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("service", sa.Column("stopped_on", sa.Date(), nullable=True))
    op.add_column("service", sa.Column("stopped_why", sa.String(length=200), nullable=True))
