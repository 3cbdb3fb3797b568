"""Whether an interval began with sending on, where the interval itself can say so

So far the event alone said it, and events are forgotten after a month: a day that was counted again after that lost its
transfers.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

KNOWN = """
UPDATE ticket_interval SET moved = true WHERE state = 'waiting' AND (office_id, version) IN
    (SELECT office_id, version FROM event WHERE type = 'ticket.transferred')
"""


def upgrade() -> None:
    op.add_column("ticket_interval", sa.Column("moved", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(KNOWN)
