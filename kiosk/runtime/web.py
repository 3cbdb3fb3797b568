"""The runtime's own HTTP: the page's API, answered by the server while it is there and by the kiosk when it is not."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import urlsplit

import segno
from flask import Flask, Response, jsonify, request

from kiosk.languages import LANGUAGES
from kiosk.runtime import staff_web
from kiosk.runtime.cards import DayKeys, Scanner
from kiosk.runtime.courier import Courier
from kiosk.runtime.desk import Problem, Situation, TouchDesk, told_again
from kiosk.runtime.scans import Scans
from kiosk.runtime.staff import StaffDesk
from kiosk.runtime.store import Json, Store, StoreBroken
from kiosk.runtime.texts import in_words, problem_text
from kiosk.runtime.upstream import Answer, Gone, Upstream

KEY_MAX = 80
BODY_MAX = 256 * 1024
PASSED_ON = ("Accept-Language", "Idempotency-Key", "If-None-Match")
HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})


def make_app(
    store: Store, server: Upstream, situation: Situation, desk: TouchDesk, courier: Courier, staff: StaffDesk,
    keys: DayKeys | None = None, scanner: Scanner | None = None,
) -> Flask:  # fmt: skip
    app = Flask("motcua-kiosk", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_MAX
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    routes = _Routes(store, server, situation, desk, courier, staff)
    scans = Scans(store, server, situation, desk, keys, scanner)
    routes.scanner = "door" if scanner else "none"
    office = f"/api/v1/offices/{situation.office_code}"
    app.before_request(_only_this_page)
    app.register_error_handler(Problem, _refuse)
    app.add_url_rule("/healthz", "health", routes.health)
    app.add_url_rule(f"{office}/tickets", "take", routes.take, methods=["POST"])
    app.add_url_rule(office, "office", routes.office)
    app.add_url_rule(f"{office}/scan", "scan", scans.take, methods=["GET", "POST"])
    app.add_url_rule("/api/v1/tickets/<ticket>", "ticket", routes.ticket)
    app.add_url_rule("/t/<token>/qr.svg", "qr", routes.qr)
    staff_web.register(app, staff, routes.status)
    app.add_url_rule("/api/v1/<path:rest>", "pass_on", routes.pass_on, methods=["GET", "POST"])
    return app


class _Routes:
    def __init__(
        self, store: Store, server: Upstream, situation: Situation, desk: TouchDesk, courier: Courier, staff: StaffDesk
    ) -> None:
        self._store, self._server, self._now, self._desk, self._courier = store, server, situation, desk, courier
        self._staff = staff
        self.scanner = "none"

    def health(self) -> Response:
        return jsonify(self.status())

    def status(self) -> Json:
        """For whoever looks after the kiosk: is the server there, what waits, and how many numbers are in store."""
        undelivered, refused = self._store.counts()
        left: dict[str, int] = {}
        office = self._courier.office()
        if office is not None:
            now = self._now.clock()
            left = {code: self._store.left(code, office.day(now), now) for code in office.services()}
        since = self._now.circuit.since
        return {
            "version": self._courier.version,
            "online": self._now.circuit.online,
            "offline_since": since.isoformat() if since else None,
            "undelivered": undelivered,
            "refused": refused,
            "numbers_left": left,
        }

    def take(self) -> Any:
        key = request.headers.get("Idempotency-Key", "").strip()
        if not key:
            raise Problem(400, "idempotency_key_required")
        body = request.get_json(silent=True)
        if len(key) > KEY_MAX or not isinstance(body, dict) or not isinstance(body.get("service"), str):
            raise Problem(422, "invalid_request", detail="service")
        told = self._desk.take(key, body, _passed_on())
        return _pass(told) if isinstance(told, Answer) else (told, 201)

    def office(self) -> Any:
        """The server's view, or the last one with what can be reckoned here. `offline_since` says which."""
        path = self._desk.office_path
        answer = self._ask("GET", path)
        if answer is not None and not answer.ok:
            return _pass(answer)
        if answer is not None:
            return self._as_set(answer.json | {"offline_since": self._since()})
        office, now = self._desk.office(), self._now.clock()
        given = {code: self._store.given_on(code, office.day(now)) for code in office.services()}
        return self._as_set(office.now(now, given, self._now.offline_since))

    def _as_set(self, view: Json) -> Json:
        """With what staff have set at this kiosk, and its scanner; where they stopped it, no field gives numbers."""
        here = self._staff.view() | {"scanner": self.scanner}
        if here["stopped"]:
            shut = {"open": False, "closed_reason": "kiosk_stopped", "opens_at": None}
            view = view | {"services": [service | shut for service in view["services"]]}
        return view | {"kiosk": (view.get("kiosk") or {}) | here}

    def _since(self) -> str | None:
        since = self._now.offline_since
        return since.isoformat() if since else None

    def ticket(self, ticket: str) -> Any:
        """A number of this kiosk, with what became of its paper; others are the server's to tell."""
        touch = self._store.ticket(ticket)
        if touch is not None and (touch["job"] or touch["state"] == "given"):
            return told_again(touch)
        return self.pass_on(f"tickets/{ticket}")

    def qr(self, token: str) -> Response:
        touch = self._store.by_token(token)
        if touch is None:
            raise Problem(404, "not_found")
        buffer = io.BytesIO()
        code = segno.make(json.loads(touch["told"])["track_url"], error="m", micro=False)
        code.save(buffer, kind="svg", border=4, scale=8, xmldecl=False)
        return Response(buffer.getvalue(), mimetype="image/svg+xml")

    def pass_on(self, rest: str) -> Any:
        """Anything else of the API. What was read before can be read again without the server; commands cannot."""
        path = f"/api/v1/{rest}"
        if request.query_string:
            path += f"?{request.query_string.decode()}"
        kept = f"{path} {request.headers.get('Accept-Language', '')}"
        body = request.get_json(silent=True) if request.method == "POST" else None
        answer = self._ask(request.method, path, body)
        if answer is None:
            known = self._store.recall(kept) if request.method == "GET" else None
            if known is None:
                raise Problem(503, "offline")
            return Response(known, mimetype="application/json", headers={"Motcua-Offline": "1"})
        if request.method == "GET" and answer.status == 200 and answer.json is not None:
            self._keep(kept, answer.body.decode())
        return _pass(answer)

    def _ask(self, method: str, path: str, body: Any = None) -> Answer | None:
        if not self._now.circuit.online:
            return None
        try:
            return self._server.ask(method, path, body=body, headers=_passed_on())
        except Gone:
            self._now.failed()
            return None

    def _keep(self, path: str, body: str) -> None:
        try:
            if self._store.recall(path) != body:
                self._store.remember(path, body, self._now.clock())
        except StoreBroken:
            # Only what can be asked again is lost.
            return


def _passed_on() -> dict[str, str]:
    return {name: request.headers[name] for name in PASSED_ON if name in request.headers}


def _pass(answer: Answer) -> Response:
    kind = answer.headers.get("Content-Type", "application/json")
    kept = {name: answer.headers[name] for name in ("ETag", "WWW-Authenticate") if name in answer.headers}
    return Response(answer.body, answer.status, headers=kept, content_type=kind)


def _only_this_page() -> None:
    """The runtime speaks with the kiosk's token, so it answers its own page only: not another site that a browser was
    led to, nor another name for this address."""
    host = urlsplit(f"//{request.host}")
    origin = request.headers.get("Origin")
    name = f"[{host.hostname}]" if host.hostname and ":" in host.hostname else host.hostname
    if name not in HOSTS or (origin is not None and urlsplit(origin).netloc != request.host):
        raise Problem(403, "forbidden")


def _refuse(problem: Problem) -> Response:
    language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    values = in_words(problem.values, language)
    body: Json = {
        "type": f"urn:motcua:problem:{problem.code}",
        "title": problem.code,
        "status": problem.status,
        "code": problem.code,
        "detail": problem_text(problem.code, values, language),
    }
    response = jsonify(body | {k: v for k, v in values.items() if k not in body})
    response.status_code, response.mimetype = problem.status, "application/problem+json"
    response.headers["Cache-Control"] = "no-store"
    return response
