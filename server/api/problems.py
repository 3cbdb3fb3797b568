"""Errors to problem+json (RFC 9457): a stable code for programs, a text in the caller's language for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, jsonify, request
from flask_babel import gettext
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException

from server.caller import SAFE_METHODS, error_text, error_values
from server.domain.errors import N_, Invalid, MotcuaError
from server.services.faults import Fault, reason_of

log = structlog.get_logger(__name__)

STATUS = {
    "invalid": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "too_many": 429,
    "unavailable": 503,
}
HTTP_CODES = {
    400: ("bad_request", N_("Yêu cầu không đọc được.")),
    404: ("not_found", N_("Không tìm thấy.")),
    405: ("method_not_allowed", N_("Địa chỉ này không nhận cách gọi đó.")),
    413: ("too_large", N_("Dữ liệu gửi lên quá lớn.")),
    415: ("unsupported_media_type", N_("Cần dữ liệu JSON.")),
    429: ("too_many_requests", N_("Thao tác quá nhiều lần. Hãy chờ một chút rồi thử lại.")),
}
PROBLEM_FIELDS = frozenset({"type", "title", "status", "code", "detail"})
KEY_ERRORS = frozenset({"idempotency_key_required"})


def problem(status: int, code: str, detail: str, **more: Any) -> Response:
    body = {"type": f"urn:motcua:problem:{code}", "title": code, "status": status, "code": code, "detail": detail}
    response = jsonify(body | {k: v for k, v in more.items() if v is None or isinstance(v, str | int | float | list)})
    response.status_code = status
    response.mimetype = "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def of_error(error: MotcuaError) -> Response:
    status = 400 if error.code in KEY_ERRORS else STATUS[error.kind]
    if request.method not in SAFE_METHODS:
        log.info("request.refused", code=error.code, status=status, route=_route())
    more = {name: value for name, value in error_values(error).items() if name not in PROBLEM_FIELDS}
    return problem(status, error.code, error_text(error), **more)


def _route() -> str:
    """The address without its values: one of them may be a citizen's token."""
    return request.url_rule.rule if request.url_rule else "none"


def register(app: APIFlask) -> None:
    """The one place that turns errors into HTTP. Pages get the same answers as programs, but as a page."""

    @app.errorhandler(MotcuaError)
    def refused(error: MotcuaError) -> Response:
        return of_error(error)

    @app.errorhandler(HTTPError)
    def not_valid(error: HTTPError) -> Response:
        if error.status_code == 422:
            return of_error(Invalid(detail="; ".join(faults_of(error))))
        code, text = HTTP_CODES.get(error.status_code, ("bad_request", N_("Yêu cầu không đọc được.")))
        return problem(error.status_code, code, gettext(text))

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Response:
        log.exception("request.failed", route=_route(), method=request.method)
        return problem(500, "internal_error", gettext(N_("Có lỗi trong hệ thống. Việc vừa làm chưa được ghi lại.")))


def of_http(error: HTTPException) -> Any:
    """An error of the web framework, such as an unknown address or a body that is too large."""
    if error.code is None or error.response is not None or 300 <= error.code < 400:
        return error
    code, text = HTTP_CODES.get(error.code, (f"http_{error.code}", HTTP_CODES[400][1]))
    response = problem(error.code, code, gettext(text))
    if error.code == 405 and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    limit = getattr(error, "limit", None)
    if limit is not None:
        response.headers["Retry-After"] = str(limit.limit.get_expiry())
    return response


def faults_of(error: BaseException | None) -> Iterator[str]:
    """What is wrong with a body, as "field: what is asked of it" in the caller's language. APIFlask's error keeps
    pydantic's English sentences alone; the faults themselves stand behind it."""
    while error is not None and not isinstance(error, ValidationError):
        error = error.__cause__ or error.__context__
    for fault in error.errors(include_url=False) if error is not None else ():
        yield Fault(".".join(map(str, fault["loc"])), None, reason_of(fault)).said(gettext)
