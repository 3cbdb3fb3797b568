"""The page's wait for a scan: the page is handed marks and hashes, never what stands on a card."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request

from kiosk.runtime.cards import DayKeys, Scanner, Unfit, check_in, code_hash, mark_of
from kiosk.runtime.desk import Problem, Situation, TouchDesk
from kiosk.runtime.store import Json, Store
from kiosk.runtime.upstream import Gone, Upstream

LONGEST_WAIT_S = 20.0
UNFIT = {"booking_not_found": 404}


class Scans:
    def __init__(
        self, store: Store, server: Upstream, situation: Situation, desk: TouchDesk, keys: DayKeys | None,
        scanner: Scanner | None,
    ) -> None:  # fmt: skip
        self._store, self._server, self._now, self._desk = store, server, situation, desk
        self._keys, self._scanner = keys, scanner

    def take(self) -> Any:
        """What came under the scanner: a card's mark of the day, or a booking. 204 when nothing came. A text is never
        taken from the page: what a card says must not travel further than this."""
        if self._scanner is None or self._keys is None or request.method != "GET":
            raise Problem(404, "not_found")
        found = self._scanner.take(max(0.0, min(request.args.get("wait", 0.0, type=float), LONGEST_WAIT_S)))
        if found is None:
            return Response(status=204)
        if found.get("kind") == "IdentityCard":
            day = self._desk.office().day(self._now.clock())
            return {"kind": "card", "card": mark_of(self._keys.of(day), found["number"])}
        if found.get("kind") == "Booking":
            return self._booking(found["code"])
        raise Problem(422, "scan_unreadable")

    def _booking(self, code: str) -> Any:
        if self._now.circuit.online:
            headers = {name: request.headers[name] for name in ("Accept-Language",) if name in request.headers}
            try:
                path = f"{self._desk.office_path}/scan"
                answer = self._server.ask("POST", path, body={"text": code}, headers=headers)
                kind = answer.headers.get("Content-Type", "application/json")
                return Response(answer.body, answer.status, content_type=kind)
            except Gone:
                self._now.failed()
        return self._alone(code_hash(code))

    def _alone(self, booking: str) -> Json:
        office = self._desk.office()
        policy = office.view.get("bookings") or {"early_min": 30, "late_min": 30}
        kept = self._store.recall(f"{self._desk.office_path}/bookings")
        held = json.loads(kept)["bookings"] if kept else []
        try:
            return check_in(held, booking, self._now.clock(), policy, self._store.booked_with(booking))
        except Unfit as unfit:
            raise Problem(UNFIT.get(unfit.code, 409), unfit.code, **unfit.values) from None
