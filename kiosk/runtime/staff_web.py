"""The way of the page to `staff.py`. Nothing of a request is logged here or anywhere else in the runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, request

from kiosk.languages import LANGUAGES
from kiosk.runtime.desk import Problem
from kiosk.runtime.staff import StaffDesk
from kiosk.runtime.store import Json

CODE_MAX = 40
ROOT = "/kiosk/staff"


def register(app: Flask, staff: StaffDesk, status: Callable[[], Json]) -> None:
    """`POST /kiosk/staff/open {code}` gives a grant; every other route wants it in its body. `status`: how the kiosk
    is, for whoever has the grant."""

    def opened() -> Any:
        code = _body().get("code")
        if not isinstance(code, str) or not 0 < len(code) <= CODE_MAX:
            raise Problem(422, "invalid_request", detail="code")
        return {"grant": staff.open(code)} | told()

    def told() -> Json:
        return {"status": status() | staff.view()}

    def act(do: Callable[[Json], Any]) -> Callable[[], Any]:
        def view() -> Any:
            body = _body()
            staff.need(body.get("grant"))
            return (do(body) or {}) | told()

        return view

    acts: dict[str, Callable[[Json], Any]] = {
        "status": lambda body: None,
        "settings": lambda body: staff.set(_object(body.get("settings"))),
        "stop": lambda body: staff.stop(str(body.get("reason"))),
        "release": lambda body: staff.release(),
        "test-print": lambda body: {"print": staff.test_print(_language())},
        "reload": lambda body: staff.reloading(),
        "leave": lambda body: staff.leave(),
    }
    app.add_url_rule(f"{ROOT}/open", "staff_open", opened, methods=["POST"])
    for name, do in acts.items():
        app.add_url_rule(f"{ROOT}/{name}", f"staff_{name}", act(do), methods=["POST"])


def _body() -> Json:
    return _object(request.get_json(silent=True))


def _object(value: Any) -> Json:
    if not isinstance(value, dict):
        raise Problem(422, "invalid_request", detail="body")
    return value


def _language() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
