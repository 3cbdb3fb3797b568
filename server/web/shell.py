"""What every page shares: its language, its import map, a content security policy with nonces, and error pages."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from babel import Locale
from flask import Flask, Response, g, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from server.services.texts import LANGUAGES

STATIC = Path(__file__).parent / "static"
LANGUAGE_COOKIE = "motcua_language"
_YEAR = 365 * 24 * 3600

# Script runs by nonce alone, so neither markup that slipped in nor an uploaded file can run any. Style attributes
# are not allowed either: a view sets the property (`.style=${…}`), never the attribute (nor lit's styleMap).
_POLICY = (
    "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; "
    "worker-src 'self'; manifest-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'; object-src 'none'"
)


def _own_name(code: str) -> str:
    """A language as its own speakers write it."""
    name = Locale.parse(code).get_display_name() or code
    return name[:1].upper() + name[1:]


def choose_language() -> str:
    """The caller's language: programs say it in Accept-Language, people choose it once on a page.

    A browser's Accept-Language is not asked for pages: the PCs of an office are often set to English by whoever
    installed them, and their public speaks Vietnamese.
    """
    if request.path.startswith("/api/"):
        return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    for asked in (request.args.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if asked in LANGUAGES:
            return asked
    return LANGUAGES[0]


def csp_nonce() -> str:
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def import_map() -> Mapping[str, Mapping[str, str]]:
    """Names that page scripts import; every file in static/js is a shared module `motcua/<name>`."""
    shared = {f"motcua/{file.stem}": f"/static/js/{file.name}" for file in sorted((STATIC / "js").glob("*.js"))}
    return {
        "imports": {
            "lit-html": "/static/vendor/lit-html/lit-html.js",
            "lit-html/": "/static/vendor/lit-html/",
            "socket.io-client": "/static/vendor/socket.io-client.js",
            **shared,
        }
    }


def init_app(app: Flask) -> None:
    """Give an application the pages' frame. Flask-Babel is expected to ask `choose_language`."""
    modules = import_map()

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "csp_nonce": csp_nonce,
            "import_map": modules,
            "page_language": choose_language(),
            "languages": LANGUAGES,
            "language_names": [(code, _own_name(code)) for code in LANGUAGES],
        }

    app.after_request(_add_headers)
    app.after_request(_remember_language)
    app.register_error_handler(HTTPException, error_page)


_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
"""With every answer, unless the view has its own."""


def _add_headers(response: Response) -> Response:
    headers = response.headers
    given = {name.lower() for name, _ in headers}
    headers.extend([(name, value) for name, value in _ALWAYS if name.lower() not in given])
    if response.mimetype == "text/html":
        headers.setdefault("Content-Security-Policy", _POLICY.format(nonce=csp_nonce()))
        headers.setdefault("Cache-Control", "no-store")
    elif response.mimetype == "image/svg+xml":
        # Drawn, it needs its styles; opened by itself, it could run scripts in our name.
        headers.setdefault("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", f"max-age={_YEAR}")
    return response


def _remember_language(response: Response) -> Response:
    if response.mimetype == "text/html" and (asked := request.args.get("lang")) in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, asked, max_age=_YEAR, samesite="Lax", secure=request.is_secure)
    return response


def error_page(error: HTTPException) -> Response | HTTPException:
    """A designed page for people; the API turns its own errors into problem documents before this is asked."""
    if error.code is None or error.code < 400 or request.path.startswith("/api/"):
        return error
    page = render_template("error.html", status=error.code, **_explanation(error.code))
    return Response(page, status=error.code, headers=_kept_headers(error), mimetype="text/html")


def _kept_headers(error: HTTPException) -> list[tuple[str, str]]:
    """Headers that carry the error's meaning (Allow, Retry-After), not the body's."""
    return [(name, value) for name, value in error.get_headers() if not name.lower().startswith("content-")]


def _explanation(status: int) -> dict[str, str]:
    if status == 404:
        return {"heading": _("Không có trang này"), "advice": _("Xin kiểm tra lại địa chỉ, hoặc về trang đầu.")}
    if status in (401, 403):
        return {
            "heading": _("Ông/bà chưa được phép xem trang này"),
            "advice": _("Xin đăng nhập bằng tài khoản có quyền, hoặc hỏi quản trị viên của đơn vị."),
        }
    if status == 429:
        return {"heading": _("Quá nhiều yêu cầu"), "advice": _("Xin chờ một phút rồi thử lại.")}
    if status < 500:
        return {"heading": _("Yêu cầu không hợp lệ"), "advice": _("Xin quay lại trang trước và thử lại.")}
    return {
        "heading": _("Hệ thống đang gặp lỗi"),
        "advice": _("Các số đã phát vẫn được giữ. Xin thử lại sau ít phút."),
    }
