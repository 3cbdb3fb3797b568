"""What gunicorn loads, in the worker, after gevent has patched it."""

from server.app import configure_logging, create_server
from server.collector import begin, collect_forever
from server.db.migrate import upgrade
from server.settings import load

_settings = load()
configure_logging(_settings.log_level)
_server = create_server(_settings)
upgrade(_server.engine)
_server.start()
begin()
_server.socketio.start_background_task(collect_forever, _server.socketio.sleep)

app = _server.app
