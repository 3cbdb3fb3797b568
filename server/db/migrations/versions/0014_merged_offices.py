"""Where a merged office has gone"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    # One statement that both databases take: Alembic would build SQLite's table anew, which a table that others refer
    # to does not allow.
    op.execute(
        "ALTER TABLE office ADD COLUMN merged_into_id VARCHAR(32) "
        "CONSTRAINT fk_office_merged_into_id_office REFERENCES office (id)"
    )
