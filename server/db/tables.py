"""The tables. Times are UTC instants in milliseconds since 1970 (`Instant`): both databases sort, index and subtract
them alike, which their own date types do not. Days are the office's local dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as whole milliseconds since 1970 UTC."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        return None if value is None else round((value - EPOCH) / timedelta(milliseconds=1))

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else EPOCH + timedelta(milliseconds=value)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Key = sa.String(32)
Code = sa.String(40)
Serial = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _office(**options: Any) -> sa.Column[str]:
    return sa.Column("office_id", Key, sa.ForeignKey("office.id"), nullable=False, **options)


office = sa.Table(
    "office",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("code", Code, nullable=False, unique=True),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    # Where it stands until its first move.
    sa.Column("parent_id", Key, sa.ForeignKey("office.id"), index=True),
    # Both days included. A merged office ended the day before, and stands under its successor.
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("merged_into_id", Key, sa.ForeignKey("office.id")),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("config_version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("version", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("day", sa.Date),
    # Days on which the database was put back from a backup (server.domain.leases).
    sa.Column("restores", sa.JSON, nullable=False, server_default="[]"),
)

office_move = sa.Table(
    "office_move",
    metadata,
    # From a day on an office stands under another, or under none (server.domain.tree).
    _office(primary_key=True),
    sa.Column("since", sa.Date, primary_key=True),
    sa.Column("parent_id", Key, sa.ForeignKey("office.id"), index=True),
)

service = sa.Table(
    "service",
    metadata,
    _office(primary_key=True),
    sa.Column("code", Code, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False, server_default="0"),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("prefix", sa.String(2), nullable=False),
    sa.Column("settings", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    # The day on which the head has stopped its numbers, and why.
    sa.Column("stopped_on", sa.Date),
    sa.Column("stopped_why", sa.String(200)),
)

# What people come for in a service's line, and what they must bring (server.services.catalogue).
procedure = sa.Table(
    "procedure",
    metadata,
    _office(primary_key=True),
    sa.Column("service", Code, primary_key=True),
    sa.Column("code", Code, primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("papers", sa.JSON, nullable=False),
    sa.Column("fee", sa.JSON),
    sa.Column("time_limit", sa.JSON),
)

counter = sa.Table(
    "counter",
    metadata,
    _office(primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("names", sa.JSON, nullable=False),
    sa.Column("services", sa.JSON, nullable=False),
    sa.Column("zone", sa.String(40)),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("state", sa.String(10), nullable=False, server_default="closed"),
    sa.Column("since", Instant),
    sa.Column("officer_id", Key, sa.ForeignKey("staff.id")),
    sa.Column("reason", sa.String(200)),
    # Law 3: an officer sits at one counter.
    sa.Index(
        "uq_counter_officer",
        "officer_id",
        unique=True,
        sqlite_where=sa.text("officer_id IS NOT NULL"),
        postgresql_where=sa.text("officer_id IS NOT NULL"),
    ),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("username", sa.String(80), nullable=False, unique=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("password_hash", sa.String(300)),
    sa.Column("photo", sa.String(200)),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="0"),
    sa.Column("settings", sa.JSON, nullable=False, server_default="{}"),
)

staff_photo = sa.Table(
    "staff_photo",
    metadata,
    # Beside the person, so that reading people does not read their pictures.
    sa.Column("staff_id", Key, sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("digest", Key, nullable=False, index=True),
    sa.Column("picture", sa.LargeBinary, nullable=False),
)

staff_role = sa.Table(
    "staff_role",
    metadata,
    sa.Column("staff_id", Key, sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("office_id", Key, sa.ForeignKey("office.id"), primary_key=True),
    sa.Column("role", sa.String(16), primary_key=True),
)

sign_in = sa.Table(
    "sign_in",
    metadata,
    # A browser's cookie names one; ended here, the cookie is worth nothing, wherever it was copied to.
    sa.Column("id", Key, primary_key=True),
    sa.Column("staff_id", Key, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("method", sa.String(16), nullable=False),
    # Of a sign-on elsewhere: the provider's name, and hashes of its subject and session.
    sa.Column("issuer", sa.String(40)),
    sa.Column("subject", sa.String(64), index=True),
    sa.Column("provider_session", sa.String(64)),
    # The ID token, sealed, while the sign-in lives: signing out shows it to the provider.
    sa.Column("id_token", sa.Text),
    sa.Column("address", sa.String(64)),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
)

api_token = sa.Table(
    "api_token",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("staff_id", Key, sa.ForeignKey("staff.id"), nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("revoked_at", Instant),
    # To the hour: knowing that a token is still in use needs no more.
    sa.Column("used_at", Instant),
)

device = sa.Table(
    "device",
    metadata,
    sa.Column("id", Key, primary_key=True),
    _office(index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("counter", sa.Integer),
    sa.Column("agent_id", Key, sa.ForeignKey("device.id")),
    sa.Column("printer_id", Key, sa.ForeignKey("device.id")),
    sa.Column("settings", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("token_hash", sa.String(64), unique=True),
    sa.Column("pairing_hash", sa.String(64), unique=True),
    sa.Column("pairing_until", Instant),
    sa.Column("revoked_at", Instant),
    sa.Column("seen_at", Instant),
    sa.Column("state", sa.String(10), nullable=False, server_default="offline"),
    sa.Column("detail", sa.JSON, nullable=False, server_default="{}"),
    sa.Column("staff", sa.JSON),
    sa.UniqueConstraint("office_id", "name"),
)

series = sa.Table(
    "series",
    metadata,
    _office(primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("prefix", sa.String(2), primary_key=True),
    # The server's own last number, and the last number lent to a kiosk; server.domain.leases keeps them apart.
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("lent", sa.Integer),
)

lease = sa.Table(
    "lease",
    metadata,
    sa.Column("id", Key, primary_key=True),
    _office(),
    sa.Column("device_id", Key, sa.ForeignKey("device.id"), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("prefix", sa.String(2), nullable=False),
    sa.Column("digits", sa.Integer, nullable=False),
    sa.Column("first", sa.Integer, nullable=False),
    sa.Column("last", sa.Integer, nullable=False),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("returned_from", sa.Integer),
    sa.Column("returned_at", Instant),
    # Made known by its kiosk after the server had forgotten it.
    sa.Column("recovered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("office_id", "day", "prefix", "first"),
    sa.Index("ix_lease_office_day", "office_id", "day"),
)

ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("id", Key, primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("series", sa.String(2), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("number", sa.String(8), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("priority", sa.String(16)),
    sa.Column("procedure", Code),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("issued_at", Instant, nullable=False),
    sa.Column("arrived_at", Instant, nullable=False),
    sa.Column("state_since", Instant, nullable=False),
    sa.Column("called_at", Instant),
    sa.Column("call_count", sa.Integer, nullable=False),
    sa.Column("counter", sa.Integer),
    sa.Column("officer", Key),
    sa.Column("for_counter", sa.Integer),
    sa.Column("for_officer", Key),
    sa.Column("held_until", Instant),
    sa.Column("note", sa.String(300)),
    sa.Column("return_after", sa.Integer, nullable=False),
    sa.Column("returned_version", sa.BigInteger, nullable=False),
    sa.Column("track_token", sa.String(32), nullable=False, unique=True),
    # What the citizen was told when taking the number; an idempotent repeat says the same again.
    sa.Column("idempotency_key", sa.String(80)),
    sa.Column("told", sa.JSON),
    # Law 2: a number exists once an office, day and series.
    sa.UniqueConstraint("office_id", "day", "series", "seq"),
    # Law 5: the same key gives the same answer.
    sa.UniqueConstraint("office_id", "idempotency_key"),
    # Law 3: one ticket a counter.
    sa.Index(
        "uq_ticket_at_counter",
        "office_id",
        "counter",
        unique=True,
        sqlite_where=sa.text("state IN ('called', 'serving')"),
        postgresql_where=sa.text("state IN ('called', 'serving')"),
    ),
)

card_mark = sa.Table(
    "card_mark",
    metadata,
    # Whose card took a number, as a keyed hash of its day (server.services.cards); gone with the day and its key.
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    # The field that the number was taken for.
    sa.Column("service", Code, nullable=False),
    sa.Column("mark", sa.String(64), nullable=False),
    sa.Index("ix_card_mark_office_day_mark", "office_id", "day", "mark"),
)

booking = sa.Table(
    "booking",
    metadata,
    # A slot that somebody booked elsewhere: a hash of its opaque code, no name and no telephone number.
    _office(primary_key=True),
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("service", Code, nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("slot", Instant, nullable=False),
    # The number that it was checked in with.
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id")),
    sa.Index("ix_booking_code_hash", "code_hash"),
    sa.Index("ix_booking_office_day", "office_id", "day"),
)

ticket_interval = sa.Table(
    "ticket_interval",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), nullable=False, index=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("version", sa.BigInteger, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("to_at", Instant),
    sa.Column("service", Code, nullable=False),
    sa.Column("counter", sa.Integer),
    sa.Column("officer", Key),
    sa.Column("rule", sa.String(20)),
    sa.Column("reason", sa.JSON),
    sa.Column("note", sa.String(300)),
    # Whether it began with sending on: the event says so too, but events are forgotten.
    sa.Column("moved", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_ticket_interval_office_day_state", "office_id", "day", "state"),
)

counter_interval = sa.Table(
    "counter_interval",
    metadata,
    sa.Column("id", Serial, primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("from_at", Instant, nullable=False),
    sa.Column("to_at", Instant),
    sa.Column("officer", Key),
    sa.Column("reason", sa.String(200)),
    sa.Index("ix_counter_interval_office_day", "office_id", "day", "counter"),
)

service_session = sa.Table(
    "service_session",
    metadata,
    sa.Column("id", Key, primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), nullable=False, index=True),
    sa.Column("number", sa.String(8), nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("officer", Key),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=False),
    sa.Column("rating_until", Instant, nullable=False),
    sa.Index("ix_service_session_office_day", "office_id", "day", "counter", "ended_at"),
)

rating = sa.Table(
    "rating",
    metadata,
    # Law 8: one a session, append-only (triggers refuse UPDATE and DELETE).
    sa.Column("session_id", Key, sa.ForeignKey("service_session.id"), primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("service", Code, nullable=False),
    sa.Column("counter", sa.Integer, nullable=False),
    sa.Column("officer", Key),
    sa.Column("scale", sa.Integer, nullable=False),
    sa.Column("level", sa.String(20), nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("comment", sa.Text),
    # Levels by criterion, where the office asks for them.
    sa.Column("criteria", sa.JSON),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("device_id", Key),
    sa.Column("pressed_at", Instant, nullable=False),
    sa.Column("received_at", Instant, nullable=False),
    sa.Column("idempotency_key", sa.String(80), nullable=False),
    sa.UniqueConstraint("office_id", "idempotency_key"),
    sa.Index("ix_rating_office_day", "office_id", "day"),
)

rating_seal = sa.Table(
    "rating_seal",
    metadata,
    # Each seals its rating and the seal before it, so that an altered, missing or slipped-in rating shows.
    sa.Column("id", Serial, primary_key=True),
    _office(),
    sa.Column("session_id", Key, nullable=False, unique=True),
    sa.Column("seal", sa.String(64), nullable=False),
    sa.Index("ix_rating_seal_office", "office_id", "id"),
)

rating_comment = sa.Table(
    "rating_comment",
    metadata,
    # What somebody wrote with a rating, encrypted, and apart from it: a rating stays, a comment can be forgotten.
    sa.Column("session_id", Key, sa.ForeignKey("rating.session_id"), primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Index("ix_rating_comment_office_day", "office_id", "day"),
)

job_run = sa.Table(
    "job_run",
    metadata,
    # A job of a day that has run for an office: it does not run twice, however many timers ask.
    _office(primary_key=True),
    sa.Column("job", sa.String(20), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("result", sa.JSON, nullable=False),
)

event = sa.Table(
    "event",
    metadata,
    _office(primary_key=True),
    sa.Column("version", sa.BigInteger, primary_key=True),
    sa.Column("type", sa.String(24), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("staff_data", sa.JSON),
)

print_job = sa.Table(
    "print_job",
    metadata,
    sa.Column("id", Key, primary_key=True),
    _office(),
    sa.Column("device_id", Key, sa.ForeignKey("device.id"), nullable=False),
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), nullable=False),
    sa.Column("copy", sa.Integer, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("detail", sa.String(300)),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.UniqueConstraint("ticket_id", "copy"),
    sa.Index(
        "ix_print_job_outstanding",
        "device_id",
        sqlite_where=sa.text("state = 'queued'"),
        postgresql_where=sa.text("state = 'queued'"),
    ),
)

call_heard = sa.Table(
    "call_heard",
    metadata,
    # The first loudspeaker that spoke a call to its end; what all the others say of it is not written.
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), primary_key=True),
    sa.Column("call_count", sa.Integer, primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("device_id", Key, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_call_heard_office_day", "office_id", "day"),
)

push_subscription = sa.Table(
    "push_subscription",
    metadata,
    # Where a citizen's browser wants to be woken for one number; gone with the number's day. Address and keys are
    # encrypted; the address is known again by its hash.
    sa.Column("id", Key, primary_key=True),
    sa.Column("ticket_id", Key, sa.ForeignKey("ticket.id"), nullable=False),
    _office(),
    sa.Column("address_hash", sa.String(64), nullable=False),
    sa.Column("sealed", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.UniqueConstraint("ticket_id", "address_hash"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    _office(primary_key=True),
    sa.Column("key", sa.String(80), primary_key=True),
    sa.Column("request", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.JSON),
    sa.Column("created_at", Instant, nullable=False),
)

audit = sa.Table(
    "audit",
    metadata,
    # Law 8: append-only, and each row seals the one before it, so a missing or altered row shows.
    sa.Column("id", Serial, primary_key=True),
    _office(),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.Column("address", sa.String(64)),
    sa.Column("action", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(80)),
    sa.Column("why", sa.String(300)),
    sa.Column("detail", sa.JSON),
    sa.Column("seal", sa.String(64), nullable=False),
    sa.Index("ix_audit_office", "office_id", "id"),
)

COUNTED_WHOLE = sa.text("slice = 'whole' AND data IS NOT NULL")

rollup = sa.Table(
    "rollup",
    metadata,
    # Figures of one block of days, added up once. Triggers on every table they are counted from remove the blocks that
    # a change touches, so a row that is here is right. A row without `data` is a claim: somebody is counting.
    _office(primary_key=True),
    sa.Column("grain", sa.String(5), primary_key=True),
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("slice", sa.String(10), primary_key=True),
    # Its last day; of the month and year that still run, the last day that was over when they were counted.
    sa.Column("through", sa.Date, nullable=False),
    sa.Column("basis", sa.String(16), nullable=False),
    sa.Column("claim", sa.String(32), nullable=False),
    sa.Column("data", sa.LargeBinary),
)
sa.Index(
    # What sums of many offices are compared with, without touching the figures.
    "ix_rollup_marks", rollup.c.grain, rollup.c.start, rollup.c.office_id, rollup.c.claim, rollup.c.basis,
    rollup.c.through, sqlite_where=COUNTED_WHOLE, postgresql_where=COUNTED_WHOLE,
)  # fmt: skip

rollup_sum = sa.Table(
    "rollup_sum",
    metadata,
    # Figures of many offices together. Nothing removes a row that is no longer right: `marks` says what it was added up
    # from, and is compared with what stands there now whenever it is read.
    sa.Column("of", sa.String(32), primary_key=True),
    sa.Column("grain", sa.String(5), primary_key=True),
    sa.Column("start", sa.Date, primary_key=True),
    sa.Column("marks", sa.String(32), nullable=False),
    sa.Column("kept_at", Instant, nullable=False),
    sa.Column("data", sa.LargeBinary, nullable=False),
)
sa.Index("ix_rollup_sum_kept_at", rollup_sum.c.kept_at)

past_batch = sa.Table(
    "past_batch",
    metadata,
    # Older records that were taken in as sums; the same file is not taken in twice.
    sa.Column("id", Key, primary_key=True),
    _office(),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("filename", sa.String(200), nullable=False),
    sa.Column("lines", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
    sa.UniqueConstraint("office_id", "digest"),
)

past_figure = sa.Table(
    "past_figure",
    metadata,
    sa.Column("batch_id", Key, sa.ForeignKey("past_batch.id"), primary_key=True),
    sa.Column("line", sa.Integer, primary_key=True),
    _office(),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("service", Code),
    sa.Column("counter", sa.Integer),
    sa.Column("officer", Key),
    sa.Column("figures", sa.JSON, nullable=False),
    sa.Index("ix_past_figure_office_day", "office_id", "day"),
)

media = sa.Table(
    "media",
    metadata,
    # A file that an office brought: what it is, by its content. The bytes are beside the database (server.media).
    _office(primary_key=True),
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("type", sa.String(40), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("seconds", sa.Float),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
)

recording = sa.Table(
    "recording",
    metadata,
    # One phrase of the calls in a human voice.
    _office(primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("phrase", sa.String(200), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("lufs", sa.Float, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("actor", sa.String(80), nullable=False),
)

playlist = sa.Table(
    "playlist",
    metadata,
    # What screens show between calls: `items` and `schedule` as server.services.signage checks them.
    sa.Column("id", Key, primary_key=True),
    _office(index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("zone", sa.String(40)),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("schedule", sa.JSON, nullable=False),
    sa.Column("items", sa.JSON, nullable=False),
)

report_delivery = sa.Table(
    "report_delivery",
    metadata,
    # What became of a report that is sent by schedule: one row a schedule and period, the last try standing.
    _office(primary_key=True),
    sa.Column("name", Code, primary_key=True),
    sa.Column("first", sa.Date, primary_key=True),
    sa.Column("last", sa.Date, nullable=False),
    sa.Column("target", sa.String(300), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("detail", sa.String(300)),
)

APPEND_ONLY = ("rating", "rating_seal", "audit")
"""Tables whose rows are never changed or removed; migrations give them triggers that refuse it."""
