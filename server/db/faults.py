"""What the drivers raise, for statements that do not pass through SQLAlchemy."""

from __future__ import annotations

import sqlalchemy as sa
import structlog

log = structlog.get_logger(__name__)


def note(error: BaseException) -> None:
    """A trigger has refused to change what is append-only: nothing of ours does that."""
    if "is append-only" in str(error):
        log.critical("append_only.refused", why=str(error).splitlines()[0])


def wrapped(connection: sa.Connection, error: Exception) -> Exception:
    """The driver's error as SQLAlchemy's, and a broken connection out of the pool, as for its own statements."""
    dialect = connection.dialect
    base = dialect.loaded_dbapi.Error
    if not isinstance(error, base):
        return error
    note(error)
    lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    if lost:
        connection.invalidate(error)
    return sa.exc.DBAPIError.instance(
        None, None, error, base, hide_parameters=True, connection_invalidated=lost, dialect=dialect
    )
