"""How routes are made: each states who may use it, what it takes, what it answers, and what it may refuse."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import cleandoc
from typing import Any, Literal

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import UnsupportedMediaType

from server.api.schemas import Anything, Problem
from server.caller import KEY_MAX, allow

api = APIBlueprint("api", __name__, url_prefix="/api/v1")

KEYED: dict[str, bool] = {}
"""Operations that take an `Idempotency-Key`, and whether they need one."""
SCHEMES = {
    "token": {"type": "http", "scheme": "bearer", "description": "A device's or a program's token."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "motcua", "description": "From `POST /session`."},
    "csrf": {
        "type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": "`csrf_token` of `POST /session`.",
    },
}  # fmt: skip
REFUSALS = (400, 401, 403, 404, 409, 422, 429)


def route(
    method: str,
    path: str,
    action: str,
    *,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] = Anything,
    status: int = 200,
    empty: bool = False,
    file: str | None = None,
    key: Literal["required", "optional"] | None = None,
    summary: str,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare one route of the API. `empty`: it may also answer 204. `file`: it answers with a file of this type.
    `key`: whether it takes an `Idempotency-Key`."""

    def declare(view: Callable[..., Any]) -> Callable[..., Any]:
        if body is not None:
            view = _json_alone(api.input(body, location="json", arg_name="body")(view))
        # Who may comes before what was sent: a stranger learns nothing from a body's faults.
        view = allow(action)(view)
        responses: dict[int, Any] = {}
        if status != 204:
            content: Any = {"application/json": {"schema": answer}}
            if file is not None:
                content = {file: {"schema": {"type": "string", "format": "binary"}}}
            responses[status] = {"description": "OK", "content": content}
        if empty or status == 204:
            responses[204] = {"description": "nothing"}
        for code in (*REFUSALS, 415) if body is not None else REFUSALS:
            responses[code] = {"description": "refused", "content": {"application/problem+json": {"schema": Problem}}}
        if key is not None:
            KEYED[view.__name__] = key == "required"
        told = f"{cleandoc(view.__doc__ or '')}\n\nAccess: `{action}`.".strip()
        view = api.doc(
            summary=summary,
            description=told,
            operation_id=view.__name__,
            security=proofs(method) if action != "public" else None,
            responses=responses,
        )(view)
        return api.route(path, methods=[method])(view)

    return declare


def proofs(method: str) -> list[str | dict[str, list[str]]]:
    """What a caller may show, as OpenAPI says it: a token, or a cookie, with the page's token for what changes."""
    cookie: dict[str, list[str]] = {"cookie": []} if method == "GET" else {"cookie": [], "csrf": []}
    return [{"token": []}, cookie]


def describe_keys(spec: Any) -> Any:
    """The header that makes a request safe to repeat, at each operation that takes it."""
    for operation in (each for path in spec["paths"].values() for each in path.values() if isinstance(each, dict)):
        required = KEYED.get(operation.get("operationId", ""))
        if required is not None:
            schema = {"type": "string", "minLength": 1, "maxLength": KEY_MAX}
            header = {"name": "Idempotency-Key", "in": "header", "required": required, "schema": schema}
            operation.setdefault("parameters", []).append(header)
    return spec


def _json_alone(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page of another site can send a form, or plain text that looks like JSON, without asking first; JSON it cannot.
    So what does not call itself JSON is no command, and nobody is signed in from elsewhere. A bearer of a token is no
    page: no browser sends that header for somebody else."""

    @wraps(view)
    def checked(*args: Any, **kwargs: Any) -> Any:
        sent = request.content_length or request.headers.get("Transfer-Encoding")
        if sent and not request.is_json and not request.headers.get("Authorization", "").startswith("Bearer "):
            raise UnsupportedMediaType()
        return view(*args, **kwargs)

    return checked


def nothing() -> Response:
    """204: done, and there is nothing to say."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


@api.before_request
def accept_no_body() -> None:
    """A command without a body is one with an empty body: keypads send none."""
    if request.method in ("POST", "PUT", "PATCH") and not request.content_length and not request.data:
        request._cached_json = ({}, {})
