"""What gunicorn loads, in the worker, after gevent has patched it."""

import gc

from server.app import configure_logging, create_server
from server.db.migrate import upgrade
from server.settings import load

_settings = load()
configure_logging(_settings.log_level)
_server = create_server(_settings)
upgrade(_server.engine)
_server.start()
# What is here now stays: the collector need not look through it again. And it need not look often, since nearly
# everything goes by itself; with ten thousand clients each long look holds up whatever is being called.
gc.collect()
gc.freeze()
gc.set_threshold(10_000, 20, 50)

app = _server.app
