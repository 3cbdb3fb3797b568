"""The pages of reports: today as it goes, a period in pictures with a table under each, an officer's own page, the
tickets behind a figure, and the auditor's questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from server.caller import actor, error_text
from server.domain.calendar import local_day
from server.domain.errors import Invalid, MotcuaError, Unauthenticated
from server.domain.office import named
from server.domain.stats.period import Unit, end_of, split
from server.domain.stats.summary import summarise
from server.domain.tree import Period
from server.domain.words import CounterState, Role
from server.services import audit
from server.services.access import FULL, allowed, refusal
from server.services.report_cut import OFFICE
from server.services.report_details import LIMIT, OF_RATINGS, suspicious, tickets_behind
from server.services.report_names import FIGURES, LEVELS, Names, names_of
from server.services.report_offices import below
from server.services.reporting import UNITS, Query, Report, ask, read_query
from server.services.reports_out.drawings import Drawings, Picture
from server.services.reports_out.files import FORMATS, file_of
from server.services.reports_out.fonts import available
from server.services.reports_out.numbers import Kind, Value, clock, shown
from server.services.reports_out.sheet import (
    NUMBERS,
    RATINGS,
    SERVICE,
    WAITING,
    Column,
    Line,
    Sheet,
    dated,
    sheet_of,
)
from server.services.system import System
from server.web.report_files import FilePages
from server.web.screens import default_office
from server.web.shell import choose_language

STATUS = {"invalid": 422, "unauthenticated": 401, "forbidden": 403, "not_found": 404, "unavailable": 503}
BY_DAY, BY_WEEK = 45, 200
"""Periods up to so many days are drawn by day, by week; longer ones by month."""


@dataclass(frozen=True, slots=True)
class Section:
    """A picture, the table under it, and the report that both print."""

    anchor: str
    picture: Picture
    sheet: Sheet
    report: Report


def register(app: Flask, system: System) -> None:
    """Add the pages to an application."""
    pages = Blueprint("reports", __name__, url_prefix="/reports")
    room = _Room(system)
    pages.add_url_rule("", "overview", room.overview)
    pages.add_url_rule("/today", "today", room.today_now)
    pages.add_url_rule("/officer", "own", room.officer_page)
    pages.add_url_rule("/officer/<officer>", "officer", room.officer_page)
    pages.add_url_rule("/tickets", "tickets", room.tickets)
    pages.add_url_rule("/checks", "checks", room.checks)
    pages.add_url_rule("/file", "file", room.file)
    files = FilePages(system, room.show, room.query)
    pages.add_url_rule("/check", "check", files.check, methods=["GET", "POST"])
    pages.add_url_rule("/deliveries", "deliveries", files.deliveries)
    pages.add_url_rule("/import", "take_in", files.take_in, methods=["GET", "POST"])
    pages.register_error_handler(MotcuaError, _refused)
    app.register_blueprint(pages)


def _refused(error: MotcuaError) -> AnyResponse | tuple[str, int]:
    """A page for people; whoever is not signed in goes there and comes back."""
    if isinstance(error, Unauthenticated):
        return redirect("/login?" + urlencode({"next": request.full_path.rstrip("?")}))
    status = STATUS.get(error.kind, 409)
    words = error_text(error)
    return render_template("error.html", status=status, heading=_("Không xem được báo cáo này"), advice=words), status


class _Room:
    def __init__(self, system: System) -> None:
        self._system = system

    # --- pages -------------------------------------------------------------------------------------------------------

    def overview(self) -> str:
        query = self.query()
        unit = _unit(query)
        time = self._ask(query, unit)
        sections = [
            self._section("numbers", time, lambda d: d.numbers(time), NUMBERS),
            self._heat(query),
            self._section("waits", by := self._ask(query, "service"), lambda d: d.waits(by), WAITING, SERVICE),
            self._section("satisfaction", time, lambda d: d.satisfaction(time), RATINGS),
        ]
        people = self._ask(query, "officer") if time.full else None
        return self.show(
            "reports/overview.html", query, report=time, sections=sections,
            people=_by_rank(self._sheet(people).only(RATINGS)) if people else None, people_report=people,
            offices=self._offices(query) if time.full else None, today_part=self._today(query.office),
        )  # fmt: skip

    def _offices(self, query: Query) -> dict[str, Any] | None:
        """The offices below, as the tree was on each day or, with `tree=now`, as it is today."""
        uow = self._system.uow
        now = request.args.get("tree") == "now"
        day = local_day(uow.now(), uow.hall(query.office).config.zone)
        report = self._ask(replace(query, tree=True, tree_on=day if now else None), OFFICE)
        if report.offices == 1 and not now:
            return None
        return {"sheet": self._sheet(report), "report": report, "now": now, "address": self._own_address(report.query)}

    def _own_address(self, query: Query) -> Callable[..., str | None]:
        """Where the figures of the offices below lead: to the tickets of each, on the days on which it counts here."""
        who, period = actor(), Period(query.first, query.last)
        stays = below(self._system.uow, query.office, period, query.tree_on)
        spans = {office.code: days[0] for office, days in stays if len(days) == 1}

        def address(report: Report, sheet: Sheet, line: Line, index: int, _trace: bool) -> str | None:
            code = str(line.key.get(OFFICE))
            if code not in spans or not allowed(who, "stats.read", code):
                return None
            own = replace(query, office=code, first=spans[code].first, last=spans[code].last)
            traced = bool(who.roles_in(code) & FULL)
            return cell_address(replace(report, query=own), sheet, replace(line, key={}), index, traced)

        return address

    def today_now(self) -> str:
        """Today's part alone, for a page that hears that something has changed."""
        office = self._office()
        return render_template("reports/_today.html", **self._common(self.query()), **self._today(office))

    def officer_page(self, officer: str | None = None) -> str:
        who, query = actor(), self.query()
        officer = officer or who.id
        query = replace(query, filters={**query.filters, "officer": officer})
        time = self._ask(query, _unit(query))
        name = self._names(time).of("officer", officer)
        by = self._ask(query, "service")
        sections = [
            self._section("numbers", time, lambda d: d.numbers(time), NUMBERS),
            self._section("waits", by, lambda d: d.waits(by), WAITING, SERVICE),
            self._section("satisfaction", time, lambda d: d.satisfaction(time), RATINGS),
        ]
        return self.show(
            "reports/officer.html", query, report=time, sections=sections, name=name, officer=officer,
        )  # fmt: skip

    def tickets(self) -> str:
        query, figure = self.query(), request.args.get("figure", "")
        behind = tickets_behind(self._system.uow, self._system.figures, actor(), query, figure)
        audit.note(self._system.uow, query.office, actor(), "stats.trace", figure, {"tickets": len(behind.tickets)})
        names = self._names(replace_report(self._ask(query), query))
        return self.show(
            "reports/tickets.html", query, behind=behind, names=names, figure=_(FIGURES[figure]),
            conditions=[names.of(by, value) for by, value in query.filters.items()], limit=LIMIT,
        )  # fmt: skip

    def checks(self) -> str:
        query = self.query()
        found = suspicious(self._system.uow, self._system.figures, actor(), query)
        audit.note(self._system.uow, query.office, actor(), "ratings.check", detail={"findings": len(found)})
        zone = self._system.uow.hall(query.office).config.zone
        levels = {str(level): _(name) for level, name in LEVELS.items()}
        people = {row["id"]: row["name"] for row in self._system.uow.rows("staff")} if found else {}
        return self.show("reports/checks.html", query, findings=found, people=people, zone=zone, levels=levels)

    def file(self) -> Response:
        query, form = self.query(), request.args.get("format", "")
        if form not in FORMATS:
            raise Invalid(detail="format")
        report = ask(self._system.uow, self._system.figures, actor(), query)
        made = file_of(report, self._names(report), form)
        audit.note(self._system.uow, query.office, actor(), "stats.export", made.name)
        disposition = {"Content-Disposition": f'attachment; filename="{made.name}"'}
        return Response(made.content, mimetype=made.mimetype, headers=disposition)

    # --- parts -------------------------------------------------------------------------------------------------------

    def _office(self) -> str:
        return request.args.get("office") or default_office(self._system)

    def query(self) -> Query:
        """The period and filters that the address asks for; who may not read reports learns nothing of the office."""
        office, who = self._office(), actor()
        if not allowed(who, "stats.read", office):
            raise refusal(who)
        zone = self._system.uow.hall(office).config.zone
        return read_query(office, request.args, local_day(self._system.uow.now(), zone))

    def _ask(self, query: Query, *by: str) -> Report:
        return ask(self._system.uow, self._system.figures, actor(), replace(query, by=by))

    def _names(self, report: Report) -> Names:
        return names_of(self._system.uow, report, choose_language())

    def _sheet(self, report: Report) -> Sheet:
        return sheet_of(report, self._names(report))

    def _section(self, anchor: str, report: Report, draw: Any, *groups: str) -> Section:
        names = self._names(report)
        figure = _drawn(anchor, report)
        # What was pressed leads nowhere for whom it was about.
        traced = report.full or figure not in OF_RATINGS
        drawings = Drawings(names, (lambda part: tickets_address(report.query, part, figure)) if traced else None)
        return Section(anchor, draw(drawings), sheet_of(report, names).only(*groups), report)

    def _heat(self, query: Query) -> Section:
        report = self._ask(query, "weekday", "hour")
        return self._section("week", report, lambda d: d.week(report), NUMBERS)

    def _today(self, office: str) -> dict[str, Any]:
        uow = self._system.uow
        hall = uow.hall(office)
        today = local_day(uow.now(), hall.config.zone)
        report = self._ask(Query(office, today, today))
        desks = [hall.desk(number) for number in hall.config.counters]
        return {
            "today": today,
            "now": report.at.astimezone(hall.config.zone),
            "figures": summarise(report.total),
            "today_report": report,
            "waiting": sum(hall.waiting().values()),
            "open_counters": sum(desk.state is CounterState.OPEN for desk in desks),
            "counters": len(desks),
        }

    def show(self, template: str, query: Query, **values: Any) -> str:
        return render_template(
            template, config_json={"office": query.office}, **self._common(query), **values,
        )  # fmt: skip

    def _common(self, query: Query) -> dict[str, Any]:
        language, who = choose_language(), actor()
        hall = self._system.uow.hall(query.office)
        return {
            "query": query,
            "office_name": named(hall.config.names, language),
            "summarise": summarise,
            "shown": lambda kind, value: shown(Kind(kind), value, language),
            "clock": clock,
            "dated": dated,
            "address": tickets_address,
            "link": lambda page, **words: page_address(page, query, **words),
            "may_trace": bool(who.roles_in(query.office) & FULL),
            "may_audit": allowed(who, "audit.read", query.office),
            "may_see_sent": allowed(who, "series.read", query.office),
            "may_import": allowed(who, "office.configure", query.office),
            "serves": Role.OFFICER in who.roles_in(query.office),
            "paper": available(),
            "cell_address": cell_address,
            "presets": presets(local_day(self._system.uow.now(), hall.config.zone)),
        }


DRAWN = {"numbers": "issued", "waits": "called", "satisfaction": "rated", "week": "issued"}
"""The figure that a mark of each picture leads to."""


def _drawn(anchor: str, report: Report) -> str:
    at_desk = anchor == "numbers" and "officer" in report.query.filters
    return "called" if at_desk else DRAWN[anchor]


def replace_report(report: Report, query: Query) -> Report:
    """The report with its filters as its split, so that their names are looked up."""
    officer = query.filters.get("officer")
    return replace(report, rows={(officer,): {}}, query=replace(report.query, by=("officer",))) if officer else report


def _by_rank(sheet: Sheet) -> Sheet:
    """Officers by their place, which is the last column; those without one after them."""
    return replace(
        sheet,
        lines=tuple(sorted(sheet.lines, key=lambda line: (line.values[-1] is None, str(line.values[-1]).zfill(6)))),
    )


def _unit(query: Query) -> str:
    length = (query.last - query.first).days + 1
    return Unit.DAY if length <= BY_DAY else Unit.WEEK if length <= BY_WEEK else Unit.MONTH


def page_address(page: str, query: Query, **words: Any) -> str:
    """Another page of the same period, office and filters."""
    asked: dict[str, Any] = {"office": query.office, "from": query.first, "to": query.last}
    asked |= {name: "none" if value is None else value for name, value in query.filters.items()} | words
    return f"{page}?{urlencode(asked)}"


def tickets_address(query: Query, part: Mapping[str, Any], figure: str) -> str:
    """The page that lists what made a figure of one part of a report."""
    words: dict[str, Any] = {"figure": figure}
    for by, value in part.items():
        if by in UNITS:
            bucket = next(b for b in split(query.first, query.last, Unit(by)) if b.key == value)
            words |= {"from": bucket.first, "to": bucket.last}
        else:
            words[by] = "none" if value is None else value
    return page_address("/reports/tickets", query, **words)


def cell_address(report: Report, sheet: Sheet, line: Line, index: int, may_trace: bool) -> str | None:
    """Where a figure of a table leads; None where it counts no tickets, or nobody may be traced."""
    column, value = sheet.columns[index], line.values[index]
    if column.figure is None or not _counts(column, value) or (column.figure in OF_RATINGS and not may_trace):
        return None
    return tickets_address(report.query, line.key, column.figure)


def _counts(column: Column, value: Value) -> bool:
    """Whether there is something behind a figure; a time of nothing at all is somebody's."""
    return isinstance(value, int | float) and (value > 0 or column.kind is Kind.SECONDS)


def presets(today: date) -> list[tuple[str, date, date]]:
    """Periods that people ask for: up to today, and the last ones that are over."""
    month = today.replace(day=1)
    last_month = month - timedelta(days=1)
    quarter = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last_quarter = quarter - timedelta(days=1)
    return [
        (_("Hôm nay"), today, today),
        (_("Tuần này"), today - timedelta(days=today.weekday()), today),
        (_("Tháng này"), month, today),
        (_("Tháng trước"), last_month.replace(day=1), last_month),
        (_("Quý trước"), date(last_quarter.year, last_quarter.month - 2, 1), end_of(last_quarter, Unit.QUARTER)),
        (_("6 tháng đầu năm"), date(today.year, 1, 1), min(date(today.year, 6, 30), today)),
        (_("Năm nay"), date(today.year, 1, 1), today),
    ]
