"""For whoever runs the server: is it alive, is it ready, and how fast is it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Blueprint, Flask, Response, g, jsonify, request
from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from server import logs
from server.domain.errors import Unavailable
from server.services.devices import STATES, alive_since
from server.services.ports import UnitOfWork
from server.services.system import System

log = structlog.get_logger(__name__)


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""A stranger may invent others; each would be one more series to keep."""


class DeviceStates(Collector):
    """Asked of the database at each scrape, so that every process of the server says the same."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def collect(self) -> Iterator[GaugeMetricFamily]:
        gauge = GaugeMetricFamily("motcua_device_state", "Devices by how they are", labels=("office", "kind", "state"))
        try:
            found = self._uow.device_states(alive_since(self._uow))
        except (sa.exc.SQLAlchemyError, Unavailable):
            found = []  # without its database the server still tells the rest
        counts = {(office, kind, state): n for office, kind, state, n in found}
        for office, kind in sorted({(office, kind) for office, kind, _, _ in found}):
            for state in STATES:
                # A state that nobody is in is 0 and not absent: an alarm on it must be able to end.
                gauge.add_metric((office, kind, state), counts.get((office, kind, state), 0))
        yield gauge

    def describe(self) -> list[GaugeMetricFamily]:
        return []


def register(app: Flask, system: System, settings: Any) -> None:
    """`/healthz`, `/readyz`, `/metrics`: public on purpose, and nothing in them is about a person."""
    registry = CollectorRegistry()
    registry.register(DeviceStates(system.uow))
    latency = Histogram(
        "motcua_request_seconds", "Time to answer, by route", ("method", "route", "status"), registry=registry,
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    )  # fmt: skip
    hub = app.extensions["motcua_hub"]
    Gauge("motcua_live_clients", "Clients that have joined an office", registry=registry).set_function(
        lambda: hub.clients
    )
    Gauge("motcua_live_outbox", "Committed messages not yet sent", registry=registry).set_function(lambda: hub.waiting)

    Gauge("motcua_relay_backlog", "Committed messages that Redis has not taken", registry=registry).set_function(
        lambda: hub.unrelayed
    )

    lag = Histogram(
        "motcua_live_lag_seconds", "From a commit to the end of its emit, by event", ("event",), registry=registry,
        buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
    )  # fmt: skip
    # Finding the one of these labels costs as much as counting with it.
    measured, sent = cache(latency.labels), cache(lag.labels)
    hub.observe_lag = lambda what, seconds: sent(what).observe(seconds)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        ticket = (request.view_args or {}).get("ticket_id")
        g.request_id = logs.begin_request(request.headers.get(logs.REQUEST_ID), ticket)

    @app.after_request
    def end(response: Response) -> Response:
        if "request_id" in g:
            response.headers[logs.REQUEST_ID] = g.request_id
        route = request.url_rule.rule if request.url_rule else "none"
        if "began" in g and not route.startswith("/socket.io"):
            method = request.method if request.method in METHODS else "other"
            measured(method, route, response.status_code).observe(time.perf_counter() - g.began)
        return response

    probes = Blueprint("operations", __name__)

    @probes.get("/healthz")
    def healthz() -> Any:
        return jsonify(status="ok")

    @probes.get("/readyz")
    def readyz() -> Any:
        try:
            system.uow.rows("office", code="")
        except (sa.exc.SQLAlchemyError, Unavailable) as error:
            log.error("readyz.database", error=str(error))
            return jsonify(status="database"), 503
        return jsonify(status="ok")

    @probes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(probes)
