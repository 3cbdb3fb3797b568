"""The composition root: settings in, a whole server out. Nothing else knows all the rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from flask import Flask, Request, Response, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_socketio import SocketIO
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from server import logs
from server.api import problems, sessions
from server.api.routing import SCHEMES, api, describe_keys
from server.caller import SESSION_S, Callers
from server.db.checkpoints import Checkpoints
from server.db.daykeys import DayKeyFiles
from server.db.engine import make_engine
from server.db.halls import newest_versions
from server.db.highwater import HighWater
from server.db.reporting import SqlFigures
from server.db.shelves import SqlShelves
from server.db.unit_of_work import SqlUnitOfWork
from server.db.witness import Witness
from server.live import namespace
from server.live.frames import share_frames
from server.live.hub import Hub
from server.live.push import Pusher, own_key
from server.live.rehearsal import Rehearsal
from server.live.relay import Relay
from server.media import intake
from server.media.store import MediaStore
from server.services.boards_report import BoardReports
from server.services.encoding import Codec, decode, encode
from server.services.mail import mailer
from server.services.ports import Clock, Event
from server.services.sign_on import Provider
from server.services.system import System
from server.services.today import count_today_forever
from server.services.vault import Vault
from server.services.views import describe
from server.settings import Settings
from server.web import compression, operations, pages, reports, screens, shell, sign_on

API_MODULES = (
    "account", "administration", "agents", "boards", "bookings", "counters", "inspection", "kiosks", "offices",
    "sessions", "signage", "stats", "tickets", "tracking", "tree", "voice",
)  # fmt: skip
BODY_MAX = 256 * 1024
NO_CONTACT = "mailto:nobody@motcua.invalid"
SIGN_INS = ("api.sign_in", "api.add_code")
PAIRING = "api.pair"
FAILED_PAIRINGS = "20 per minute; 100 per hour"
"""From one address. A code has eight digits and lives for a quarter of an hour."""
FAILED_SIGN_INS = "10 per minute"
"""For one name from one address, so that nobody can lock others out from elsewhere."""
FAILED_FROM_ONE_ADDRESS = "60 per minute; 600 per hour"
"""For whoever tries one password on many names. An office is often behind one address."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is put together but not yet listening."""

    app: APIFlask
    socketio: SocketIO
    hub: Hub
    system: System
    engine: sa.Engine
    rehearsal: Rehearsal | None = None
    checkpoints: Checkpoints | None = None

    def start(self) -> None:
        """Begin what goes on beside requests, in the process that serves."""
        self.hub.start()
        self.socketio.start_background_task(self.system.boards.sweep_forever, self.socketio.sleep)
        self.socketio.start_background_task(self.system.pusher.run)
        system = self.system
        self.socketio.start_background_task(count_today_forever, system.uow, system.figures, self.socketio.sleep)
        if self.rehearsal is not None:
            self.socketio.start_background_task(self.rehearsal.run, self.socketio.sleep)
        if self.checkpoints is not None:
            self.socketio.start_background_task(self.checkpoints.run, self.socketio.sleep)

    def close(self) -> None:
        """Let go of the database and of the process that speaks; for a server that ends before its process does."""
        if self.system.voice is not None:
            self.system.voice.close()
        self.engine.dispose()


class Json(DefaultJSONProvider):
    """JSON as people can read it going out; coming in, parsed by a parser that refuses what is nested too deep."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        return encode(obj)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        return decode(s)


class Sessions(SecureCookieSessionInterface):
    """Devices come without a cookie, and most requests are theirs: nothing is signed or looked for then."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "HTTP_COOKIE" not in request.environ:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session or session.modified or session.accessed:
            super().save_session(app, session, response)


def utc_now() -> datetime:
    """To the millisecond, as rows keep it: what is told from memory is the same as what is read again."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def create_server(settings: Settings, *, clock: Clock = utc_now, engine: sa.Engine | None = None) -> Server:
    """Put a server together. Background tasks start with `Server.start`, in the process that serves."""
    app = _make_app(settings)
    # The path of Engine.IO is the client library's default, so that pages need no setting.
    socketio = SocketIO(
        app, async_mode=settings.async_mode, cors_allowed_origins=None,
        ping_interval=10, ping_timeout=8, manage_session=False, max_http_buffer_size=64 * 1024, json=Codec,
    )  # fmt: skip
    share_frames(socketio)
    engine = engine or make_engine(settings.database_url)
    relay = Relay(settings.redis_url, socketio.sleep) if settings.redis_url else None
    hub = Hub(
        socketio, clock, settings.heartbeat_s, relay,
        versions=lambda offices: newest_versions(engine, offices),
        since=lambda office, version: uow.events(office, version, namespace.MISSED_MAX),
    )  # fmt: skip
    beside = (HighWater(settings.data_dir), Witness(settings.data_dir))
    uow = SqlUnitOfWork(engine, clock, describe, hub, *beside)
    if settings.log_level in ("DEBUG", "INFO"):
        uow.say = logs.say
    announcer = screens.announcer_of(settings.data_dir)
    vault = Vault(settings.secret_key, settings.earlier_secret_keys)
    system = System(
        uow, clock, hub, SqlFigures(uow), BoardReports(uow, clock), settings.public_url, settings.data_dir,
        vault, SqlShelves(uow), MediaStore(settings.data_dir), intake.take, _pusher(uow, vault, settings),
        settings.push_hosts, DayKeyFiles(settings.data_dir), mailer(settings.smtp_url, settings.mail_from),
        screens.voice_of(announcer), screens.paper_picture(), settings.demo, settings.simulator_url,
    )  # fmt: skip
    app.extensions |= {"motcua": system, "motcua_callers": Callers(uow, settings.second_factor), "motcua_hub": hub}
    rehearsal = _rehearsal(system, hub)
    hub.also = _both(system.pusher.publish, rehearsal.publish) if rehearsal else system.pusher.publish
    namespace.register(socketio, system, hub, app.extensions["motcua_callers"], settings.max_clients)
    _register(app, system, settings, announcer)
    return Server(app, socketio, hub, system, engine, rehearsal, uow.checkpoints())


def _rehearsal(system: System, hub: Hub) -> Rehearsal | None:
    prepare = screens.rehearsal_of(system)
    return Rehearsal(system.uow, system.clock, prepare, hub.watched) if prepare else None


def _both(first: Callable[[list[Event]], None], second: Callable[[list[Event]], None]) -> Callable[[list[Event]], None]:
    def told(events: list[Event]) -> None:
        first(events)
        second(events)

    return told


def _pusher(uow: SqlUnitOfWork, vault: Vault, settings: Settings) -> Pusher:
    # Push services want to know whom to ask; they accept a page as well as an address.
    https = settings.public_url if settings.public_url and settings.public_url.startswith("https:") else None
    contact = f"mailto:{settings.mail_from}" if settings.mail_from and not https else https
    return Pusher(uow, vault, lambda: own_key(settings.data_dir), contact or NO_CONTACT)


class App(APIFlask):
    """No view and no hook here is a coroutine, so none need be asked at each request whether it is one."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def _make_app(settings: Settings) -> APIFlask:
    app = App(
        "motcua", title="Motcua", version="1", spec_path="/api/v1/openapi.json", docs_path=None, json_errors=False,
        static_folder=None,  # type: ignore[arg-type]
    )  # fmt: skip
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=BODY_MAX,
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=SESSION_S),
        SESSION_COOKIE_NAME="motcua",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=bool(settings.public_url and settings.public_url.startswith("https:")),
        # A session's token outlives the hour that Flask-WTF grants by default: a console stays open all day.
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=settings.redis_url or "memory://",
        AUTO_404_RESPONSE=False,
        OPENAPI_VERSION="3.1.0",
        SPEC_FORMAT="json",
        SECURITY_SCHEMES=SCHEMES,
    )
    app.spec_processor(describe_keys)
    app.json = Json(app)
    app.session_interface = Sessions()
    if settings.trusted_proxies:
        n = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    locales = ";".join(str(path) for path in screens.locales())
    Babel(app, "vi", "Asia/Ho_Chi_Minh", default_translation_directories=locales, locale_selector=shell.choose_language)
    return app


def _register(app: APIFlask, system: System, settings: Settings, announcer: Any) -> None:
    for name in API_MODULES:
        import_module(f"server.api.{name}")
    app.register_blueprint(api)
    _limit_sign_ins(app)
    shell.init_app(app)
    compression.init_app(app)
    app.context_processor(lambda: {"csrf_token": generate_csrf})
    problems.register(app)
    app.register_error_handler(HTTPException, _http_error)
    app.register_blueprint(pages.blueprint(lambda: screens.default_office(system), screens.locales()))
    screens.register(app, system, announcer)
    reports.register(app, system)
    sign_on.register(app, [Provider(**given.model_dump()) for given in settings.sign_on])
    operations.register(app, system, settings)


def _http_error(error: HTTPException) -> Any:
    """Programs get a problem document, people a page."""
    return problems.of_http(error) if request.path.startswith("/api/") else shell.error_page(error)


class ViewLimiter(Limiter):
    """Looks for limits at the views that have one and nowhere else: looking at every request cost a twentieth of taking
    a number."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


def _limit_sign_ins(app: Flask) -> None:
    # When Redis is away each process counts for itself: signing in must not depend on it.
    limiter = ViewLimiter(get_remote_address, app=app, default_limits=[], in_memory_fallback_enabled=True)
    limits = ((FAILED_SIGN_INS, sessions.failed_sign_in_key), (FAILED_FROM_ONE_ADDRESS, get_remote_address))
    for endpoint in SIGN_INS:
        view: Any = app.view_functions[endpoint]
        for limit, key in limits:
            view = limiter.limit(limit, key_func=key, deduct_when=lambda response: response.status_code == 401)(view)
        app.view_functions[endpoint] = view
    guesses = limiter.limit(FAILED_PAIRINGS, deduct_when=lambda response: response.status_code == 409)
    app.view_functions[PAIRING] = guesses(app.view_functions[PAIRING])  # type: ignore[assignment]
