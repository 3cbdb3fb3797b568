"""Statistics: waits, services, counters and satisfaction of a period, split as asked."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Response, request

from server.api.routing import route
from server.caller import actor, system, uow
from server.domain.calendar import local_day
from server.domain.errors import Invalid
from server.domain.stats.patterns import Finding
from server.services import audit
from server.services.ports import Json
from server.services.report_details import suspicious, tickets_behind
from server.services.report_names import names_of
from server.services.report_schedule import FOLDER, said, send_now
from server.services.report_view import report_view
from server.services.reporting import Query, ask, read_query
from server.services.reports_out.files import FORMATS, file_of
from server.services.texts import LANGUAGES


@route("GET", "/offices/<office>/stats", "stats.read", summary="Figures of a period, split by time, place or person")
def stats(office: str) -> Any:
    """`from`, `to`: days, both included (this month until today). `by`: up to two of day, week, month, quarter,
    half_year, year, weekday, hour, service, field, counter, officer, priority, office. `scope=tree` adds the offices
    below, each for the days on which it stood there; `tree_on` (a day) those that stand there on that day, for the
    whole period. `service`, `counter`, `officer`, `priority`, `hour` narrow the figures. `format`: json, csv, xlsx or
    pdf. An officer gets the own figures only."""
    form = request.args.get("format", "json")
    if form not in ("json", *FORMATS):
        raise Invalid(detail=f"format: json, {', '.join(FORMATS)}")
    report = ask(uow(), system().figures, actor(), query_of(office))
    names = names_of(uow(), report, language())
    if form == "json":
        return report_view(report, names)
    made = file_of(report, names, form)
    audit.note(uow(), office, actor(), "stats.export", made.name)
    disposition = {"Content-Disposition": f'attachment; filename="{made.name}"'}
    return Response(made.content, mimetype=made.mimetype, headers=disposition)


@route("GET", "/offices/<office>/stats/tickets", "stats.read", summary="The tickets behind a figure")
def stats_tickets(office: str) -> Any:
    """`figure`: a name such as served, no_show, left_uncalled, rating.3.dissatisfied; period and filters as for
    `stats`. At most 300, newest first, each with how many `times` it counts in the figure; `imported` came as sums of
    older records, without tickets. Ratings are traced for heads, auditors and administrators alone."""
    figure = request.args.get("figure", "")
    behind = tickets_behind(uow(), system().figures, actor(), query_of(office), figure)
    audit.note(uow(), office, actor(), "stats.trace", behind.figure, {"tickets": len(behind.tickets)})
    found = {"figure": behind.figure, "tickets": list(behind.tickets)}
    return found | {"imported": behind.imported, "more": behind.more}


@route("POST", "/offices/<office>/reports/<name>/send", "office.configure", summary="Send a set report now")
def send_report(office: str, name: str) -> Any:
    """The newest period that is over, to where the schedule says. 200 with `state` failed, and why in `detail`, when it
    did not arrive: it will be tried again by itself."""
    now, root = system(), system().data_dir / FOLDER
    sent = send_now(now.uow, now.figures, actor(), office, name, root, now.mailer)
    return {
        "name": sent.schedule.name,
        "first": sent.first.isoformat(),
        "last": sent.last.isoformat(),
        "target": sent.schedule.target,
        "state": sent.state,
        "tries": sent.tries,
        "detail": said(sent.detail, language()) if sent.detail else None,
    }


@route("GET", "/offices/<office>/stats/patterns", "audit.read", summary="Runs of ratings that people do not make")
def stats_patterns(office: str) -> Any:
    """Questions for the auditor, with their evidence. They change no figure."""
    found = suspicious(uow(), system().figures, actor(), query_of(office))
    audit.note(uow(), office, actor(), "ratings.check", detail={"findings": len(found)})
    return {"findings": [_finding(day, finding) for day, finding in found]}


def query_of(office: str) -> Query:
    zone = uow().hall(office).config.zone
    return read_query(office, request.args, local_day(uow().now(), zone))


def language() -> str:
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def _finding(day: date, finding: Finding) -> Json:
    names = ("session", "number", "counter", "level", "channel")
    return {
        "rule": finding.rule,
        "day": day.isoformat(),
        "officer": finding.officer,
        "counter": finding.counter,
        **finding.values,
        "presses": [
            {name: getattr(p, name) for name in names}
            | {"pressed_at": p.pressed_at.isoformat(), "ended_at": p.ended_at.isoformat()}
            for p in finding.presses
        ],
    }
