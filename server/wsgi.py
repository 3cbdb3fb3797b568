"""What gunicorn loads, in the worker, after gevent has patched it."""

from importlib.metadata import version

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.app import create_server
from server.collector import begin, collect_forever
from server.db.migrate import head, upgrade
from server.settings import load

_settings = load()
logs.configure(_settings.log_level)
_log = structlog.get_logger(__name__)
try:
    _server = create_server(_settings)
    upgrade(_server.engine)
except (SQLAlchemyError, OSError) as error:
    # It was there when `serve` looked: gunicorn ends, and whoever keeps us alive begins again.
    _log.critical("start.failed", error=str(error))
    raise SystemExit(3) from None
_server.start()
_log.info("server.started", version=version("motcua"), database=_server.engine.dialect.name, schema=head())
begin()
_server.socketio.start_background_task(collect_forever, _server.socketio.sleep)

app = _server.app
