"""What gunicorn loads, in the worker, after gevent has patched it."""

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server import logs
from server.app import create_server
from server.collector import begin, collect_forever
from server.db.migrate import upgrade
from server.settings import load

_settings = load()
logs.configure(_settings.log_level)
try:
    _server = create_server(_settings)
    upgrade(_server.engine)
except (SQLAlchemyError, OSError) as error:
    # It was there when `serve` looked: gunicorn ends, and whoever keeps us alive begins again.
    structlog.get_logger(__name__).critical("start.failed", error=str(error))
    raise SystemExit(3) from None
_server.start()
begin()
_server.socketio.start_background_task(collect_forever, _server.socketio.sleep)

app = _server.app
