"""Ratings sealed like the audit log; their comments apart, encrypted, so that they can be forgotten"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

SEALED = (
    "session_id", "day", "service", "counter", "officer", "scale", "level", "reasons", "criteria", "channel",
    "device_id", "pressed_at", "received_at", "idempotency_key",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "rating_seal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rating_seal_office_id_office")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rating_seal")),
        sa.UniqueConstraint("session_id", name=op.f("uq_rating_seal_session_id")),
    )
    op.create_index("ix_rating_seal_office", "rating_seal", ["office_id", "id"])
    op.create_table(
        "rating_comment",
        sa.Column("session_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_rating_comment_office_id_office")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["rating.session_id"], name=op.f("fk_rating_comment_session_id_rating")
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_rating_comment")),
    )
    op.create_index("ix_rating_comment_office_day", "rating_comment", ["office_id", "day"])
    op.create_table(
        "job_run",
        sa.Column("office_id", sa.String(length=32), nullable=False),
        sa.Column("job", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_job_run_office_id_office")),
        sa.PrimaryKeyConstraint("office_id", "job", "day", name=op.f("pk_job_run")),
    )
    connection = op.get_bind()
    _seal_what_is_there(connection)
    # Plain until `motcua privacy retention` runs, which has the key; read and erased like the others.
    connection.execute(sa.text(
        "INSERT INTO rating_comment (session_id, office_id, day, sealed)"
        " SELECT session_id, office_id, day, comment FROM rating WHERE comment IS NOT NULL"
    ))  # fmt: skip
    _without_triggers(connection, "UPDATE rating SET comment = NULL WHERE comment IS NOT NULL")
    for statement in _refuse_changes(connection.dialect.name):
        op.execute(statement)


def _seal_what_is_there(connection: sa.Connection) -> None:
    """From here on they cannot be altered unseen; what happened to them before cannot be known."""
    found = connection.execute(sa.text("SELECT * FROM rating ORDER BY office_id, received_at, session_id")).mappings()
    last: dict[str, str] = {}
    for row in found.all():
        facts = {name: row[name] for name in SEALED} | {"day": str(row["day"])}
        for name in ("reasons", "criteria"):
            # SQLite hands JSON out as it is written.
            facts[name] = json.loads(facts[name]) if isinstance(facts[name], str) else facts[name]
        body = json.dumps([last.get(row["office_id"]), facts], ensure_ascii=False, sort_keys=True)
        last[row["office_id"]] = seal = hashlib.sha256(body.encode()).hexdigest()
        connection.execute(
            sa.text("INSERT INTO rating_seal (office_id, session_id, seal) VALUES (:office, :session, :seal)"),
            {"office": row["office_id"], "session": row["session_id"], "seal": seal},
        )


def _without_triggers(connection: sa.Connection, statement: str) -> None:
    """The one change that ratings will ever see: their comments move, and are not in the seal."""
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("DROP TRIGGER rating_no_UPDATE"))
        connection.execute(sa.text(statement))
        connection.execute(sa.text(
            "CREATE TRIGGER rating_no_UPDATE BEFORE UPDATE ON rating"
            " BEGIN SELECT RAISE(ABORT, 'rating is append-only'); END"
        ))  # fmt: skip
        return
    connection.execute(sa.text("ALTER TABLE rating DISABLE TRIGGER rating_no_change"))
    connection.execute(sa.text(statement))
    connection.execute(sa.text("ALTER TABLE rating ENABLE TRIGGER rating_no_change"))


def _refuse_changes(dialect: str) -> list[str]:
    message = "rating_seal is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER rating_seal_no_{verb} BEFORE {verb} ON rating_seal"
            f" BEGIN SELECT RAISE(ABORT, '{message}'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    return [
        "CREATE FUNCTION rating_seal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{message}'; END $$",
        "CREATE TRIGGER rating_seal_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON rating_seal"
        " FOR EACH STATEMENT EXECUTE FUNCTION rating_seal_is_append_only()",
    ]
