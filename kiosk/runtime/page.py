"""The kiosk's page, served from the files of the installed packages: it must come up without the server."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from babel.messages.mofile import read_mo
from flask import Flask, Response, abort, g, jsonify, request, send_from_directory
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from kiosk.languages import LANGUAGES

ROOMS = ("kiosk", "display", "server", "hardware")
POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self' ws: wss:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; object-src 'none'"
)


def room(name: str) -> Path | None:
    """Where a package's files are. The package itself is not imported: the kiosk knows the server by its API only."""
    spec = find_spec(name)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def register(app: Flask, office: Callable[[], str], data_dir: Path) -> None:
    """`/kiosk`, the files it needs and its texts; `/` leads there, and nothing leads away."""
    server = room("server")
    assert server is not None, "the pages' frame is installed with the server's package"
    static = server / "web" / "static"
    locales = [found / "locale" for name in ROOMS if (found := room(name))]
    app.jinja_loader = ChoiceLoader([FileSystemLoader(server / "web" / "templates")])
    Babel(
        app, "vi", default_translation_directories=";".join(map(str, locales)),
        locale_selector=lambda: request.accept_languages.best_match(LANGUAGES) if _is_api() else _page_language(),
    )  # fmt: skip
    app.register_blueprint(import_module("kiosk.page").blueprint(office, data_dir, lambda: True))
    modules = _import_map(static)
    app.context_processor(
        lambda: {
            "csp_nonce": _nonce,
            "import_map": modules,
            "csrf_token": lambda: "",
            "page_language": _page_language(),
            "languages": LANGUAGES,
        }
    )
    app.add_url_rule("/static/<path:name>", "shared", lambda name: send_from_directory(static, name))
    app.add_url_rule("/i18n/<language>.json", "texts", lambda language: _texts(language, locales))
    app.add_url_rule("/", "home", lambda: app.redirect("/kiosk"))
    app.after_request(_add_headers)


def _is_api() -> bool:
    return request.path.startswith("/api/")


def _page_language() -> str:
    asked = request.args.get("lang")
    return asked if asked in LANGUAGES else LANGUAGES[0]


def _nonce() -> str:
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def _import_map(static: Path) -> Mapping[str, Mapping[str, str]]:
    shared = {f"motcua/{file.stem}": f"/static/js/{file.name}" for file in sorted((static / "js").glob("*.js"))}
    vendor = "/static/vendor"
    return {
        "imports": {
            "lit-html": f"{vendor}/lit-html/lit-html.js",
            "lit-html/": f"{vendor}/lit-html/",
            "socket.io-client": f"{vendor}/socket.io-client.js",
            **shared,
        }
    }


def _texts(language: str, locales: list[Path]) -> Response:
    if language not in LANGUAGES:
        abort(404)
    messages: dict[str, Any] = {}
    for directory in locales:
        compiled = directory / language / "LC_MESSAGES" / "messages.mo"
        if compiled.exists():
            with compiled.open("rb") as file:
                for message in read_mo(file):
                    if message.id and message.string:
                        one = message.id if isinstance(message.id, str) else message.id[0]
                        messages[one] = message.string if isinstance(message.string, str) else list(message.string)
    response = jsonify(language=language, messages=messages)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if response.mimetype == "text/html":
        response.headers.setdefault("Content-Security-Policy", POLICY.format(nonce=_nonce()))
        response.headers.setdefault("Cache-Control", "no-store")
    return response
