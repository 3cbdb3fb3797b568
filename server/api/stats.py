"""Statistics: waits, services, counters and satisfaction of a period, split as asked."""

from __future__ import annotations

from typing import Any

from flask import request

from server.api.routing import route
from server.caller import actor, system, uow
from server.domain.calendar import local_day
from server.services.report_names import names_of
from server.services.report_view import report_view
from server.services.reporting import ask, read_query
from server.services.texts import LANGUAGES


@route("GET", "/offices/<office>/stats", "stats.read", summary="Figures of a period, split by time, place or person")
def stats(office: str) -> Any:
    """`from`, `to`: days, both included (this month until today). `by`: up to two of day, week, month, quarter,
    half_year, year, weekday, hour, service, field, counter, officer, priority, office. `scope=tree` adds the offices
    below. `service`, `counter`, `officer`, `priority`, `hour` narrow the figures. An officer gets the own ones only."""
    hall = uow().hall(office)
    query = read_query(office, request.args, local_day(uow().now(), hall.config.zone))
    report = ask(uow(), system().figures, actor(), query)
    language = request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
    return report_view(report, names_of(uow(), report, language))
