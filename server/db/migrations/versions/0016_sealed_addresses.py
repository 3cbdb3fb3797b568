"""Addresses of phones encrypted; what a sign-out shows its provider; when a token was last used"""

import sqlalchemy as sa
from alembic import op

from server.db.tables import Instant

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    # Wishes live for a day, and a migration has no key to seal them with: they are forgotten.
    op.drop_table("push_subscription")
    op.create_table(
        "push_subscription",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("ticket_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("address_hash", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_push_subscription_office_id_office")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_push_subscription_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("ticket_id", "address_hash", name=op.f("uq_push_subscription_ticket_id_address_hash")),
    )
    op.add_column("sign_in", sa.Column("id_token", sa.Text(), nullable=True))
    op.add_column("api_token", sa.Column("used_at", Instant(), nullable=True))
