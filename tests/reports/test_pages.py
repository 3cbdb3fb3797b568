"""The pages of reports: who sees what, and that every figure leads to what made it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from server.domain.words import Dissatisfaction, Level, Role
from server.services.access import Actor
from server.services.offices import put_office
from server.services.past_records import PastFile, take_in
from server.services.places import place
from server.services.staff import put_staff
from tests.offices import OFFICE, PASSWORD
from tests.reports.hall import roles
from tests.reports.markup import Node, page_of
from tests.reports.replay import Past, working_days

PERIOD = "from=2026-09-01&to=2026-10-31"
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what a page shows of figures that both databases are known to give alike."""


@pytest.fixture
def past(uow) -> None:
    days = working_days(date(2026, 9, 1), date(2026, 10, 31))
    Past(uow).live(days, 200, {"very_satisfied": 90, "satisfied": 40, "dissatisfied": 8}, absent=9, left=3)


@pytest.fixture
def browser(server, uow):
    def of(username: str) -> FlaskClient:
        if username == "auditor":
            with uow.command("demo") as tx:
                put_staff(tx, "auditor", "Kiểm soát viên", [Role.AUDITOR], PASSWORD)
        client = server.app.test_client()
        assert client.post("/api/v1/session", json={"username": username, "password": PASSWORD}).status_code == 200
        return client

    return of


def test_whoever_is_not_signed_in_signs_in_and_comes_back(server) -> None:
    answer = server.app.test_client().get("/reports?from=2026-09-01")
    assert answer.status_code == 302
    assert answer.location == "/login?next=%2Freports%3Ffrom%3D2026-09-01"


@pytest.mark.parametrize("path", ["/reports", "/reports/officer", "/reports/tickets?figure=served", "/reports/checks",
                                  "/reports/file?format=csv", "/reports/today"])  # fmt: skip
def test_helpers_read_no_reports(browser, path: str) -> None:
    assert browser("helper").get(path).status_code == 403


@pytest.mark.parametrize("path", ["/reports?from=x", "/reports/tickets?figure=nothing", "/reports/file?format=doc"])
def test_a_wrong_address_is_a_page_that_says_so(browser, path: str) -> None:
    answer = browser("head").get(path)
    assert (answer.status_code, answer.mimetype) == (422, "text/html")


# --- pictures with their tables ---------------------------------------------------------------------------------------

PICTURES = {
    "/reports": ("head", ["numbers", "week", "waits", "satisfaction"]),
    "/reports/officer/{thao}": ("head", ["numbers", "waits", "satisfaction"]),
    "/reports/officer": ("officer1", ["numbers", "waits", "satisfaction"]),
}


@on_sqlite
@pytest.mark.parametrize("path", PICTURES)
def test_under_every_picture_stands_the_table_of_its_figures(past, uow, browser, path: str) -> None:
    who, expected = PICTURES[path]
    thao = uow.first("staff", username="officer1")["id"]
    html = browser(who).get(f"{path.format(thao=thao)}?{PERIOD}").text
    page = page_of(html)
    drawn = [section for section in page.all("section") if section.first("svg")]
    assert [section.attrs["id"] for section in drawn] == expected
    assert len(page.all("svg")) == len(expected), "no picture stands outside a section"
    for section in drawn:
        [table] = section.all("table")
        assert table.first("caption").text == section.first("h2").text
        rows = [", ".join(name.text for name in row.all("th")) for row in table.first("tbody").all("tr")]
        marks = [title.text.split(":")[0] for title in section.first("svg").all("title")]
        assert marks and all(any(row.startswith(mark) for row in rows) for mark in marks), section.attrs["id"]
        assert set(section.first("svg").links) <= set(table.links), section.attrs["id"]
    assert 'style="' not in html, "the content policy allows no inline style"


# --- every figure explained -------------------------------------------------------------------------------------------

MONTH = "from=2026-11-01&to=2026-11-20"
UNEXPLAINED = {"Xếp hạng"}
"""A place in a ranking is no count of tickets."""


@pytest.fixture
def month(uow, day, clock) -> None:
    """Three weeks of everything, some of it from before this program, and a morning with every ending."""
    days = working_days(date(2026, 11, 2), date(2026, 11, 19))
    levels = {"very_satisfied": 40, "satisfied": 20, "dissatisfied": 6}
    Past(uow).live(days, 100, levels, absent=6, left=3, reason="fee")
    head = "Ngày;Lĩnh vực;Đã phát;Đã phục vụ;Hài lòng;Lượt đánh giá;Không đánh giá"
    old = PastFile("cũ.csv", f"{head}\n05/11/2026;A;12;11;6;7;4\n".encode())
    take_in(uow, roles(uow, "admin"), "demo", old)
    day.open(1)
    day.serve(1, wait=30, seconds=200)
    day.rate(1, Level.DISSATISFIED, Dissatisfaction.FEE)
    wanders = day.take("A")
    for service in "BA":
        day.do("transfer", wanders, service=service)
    day.do("cancel", day.take("C"))
    day.take("C")
    clock.pass_time(seconds=60)


def explained(people, href: str) -> int:
    """How often the tickets behind a link count, with what was imported."""
    asked = dict(parse_qsl(urlsplit(href).query))
    answer = people.as_staff("head").get(f"/offices/{asked.pop('office')}/stats/tickets", query_string=asked)
    assert answer.status_code == 200, (href, answer.text)
    assert not answer.json["more"]
    return sum(ticket["times"] for ticket in answer.json["tickets"]) + answer.json["imported"]


def figures_of(table: Node) -> Iterator[tuple[str, str, str | None]]:
    """(what it is, as printed, where it leads) of each figure of a table."""
    titles = [th.text for th in table.first("thead").all("tr")[-1].all("th")]
    for row in [*table.first("tbody").all("tr"), *table.first("tfoot").all("tr")]:
        fields = [field for field in row.inside if isinstance(field, Node)]
        for title, field in zip(titles, fields, strict=True):
            if field.attrs.get("class") == "amount":
                yield title, field.text, next(iter(field.links), None)


@on_sqlite
@pytest.mark.parametrize("path", ["/reports", "/reports/officer/{thao}"])
def test_every_figure_of_a_table_leads_to_tickets_that_come_to_it(month, uow, people, browser, path: str) -> None:
    thao = uow.first("staff", username="officer1")["id"]
    page = page_of(browser("head").get(f"{path.format(thao=thao)}?{MONTH}").text)
    followed: dict[str, list[str]] = {}
    for table in page.all("table"):
        for title, printed, href in figures_of(table):
            if title in UNEXPLAINED or printed in ("0", "0,00%", "—"):
                assert href is None, (title, printed)
                continue
            assert href, (title, printed)
            if len(followed.setdefault(title, [])) < 3 and href not in followed[title]:
                followed[title].append(href)
                found = explained(people, href)
                assert found == int(printed.replace(".", "")) if printed.replace(".", "").isdigit() else found > 0, href
    at_desk = "officer" in path
    assert followed.keys() >= {
        "Đã phục vụ", "Vắng mặt", "Trung bình", "Một nửa dưới", "90% dưới", "Dài nhất", "Đạt mức", "Báo trước đúng",
        "Lượt đánh giá", "Rất hài lòng", "Hài lòng", "Không hài lòng", "Không đánh giá", "Tỷ lệ đánh giá",
        "Tỷ lệ hài lòng", "Ít nhất", "Nhiều nhất", "Lý do: phí, lệ phí",
        *(("Đã gọi",) if at_desk else ("Đã phát", "Đã huỷ", "Chuyển", "Về trước khi gọi", "Hết hiệu lực",
                                       "Đang trong phòng", "Không rõ mức")),
    }  # fmt: skip


@on_sqlite
def test_every_figure_above_the_tables_leads_to_its_tickets(month, people, browser) -> None:
    page = page_of(browser("head").get(f"/reports?{MONTH}").text)
    found = {}
    for tile in page.all("div", "reports__figure"):
        for a in tile.all("a"):
            figure = dict(parse_qsl(urlsplit(a.attrs["href"]).query))["figure"]
            found[figure, a.text] = explained(people, a.attrs["href"])
            if a.text.replace(".", "").isdigit():
                assert found[figure, a.text] == int(a.text.replace(".", "")), figure
    assert {figure for figure, _ in found} == {
        "waiting", "issued", "served", "no_show", "left_uncalled", "transferred", "cancelled", "called", "sessions",
        "wait_within", "service_within", "satisfied", "rated", "answered", "none",
    }  # fmt: skip
    assert found["transferred", "2"] == 2
    assert all(found.values())


@on_sqlite
def test_the_list_says_what_counts_twice_and_what_no_ticket_stands_for(month, browser) -> None:
    head = browser("head")
    moved = page_of(head.get(f"/reports/tickets?{MONTH}&figure=transferred").text)
    assert "1 số, 2 lượt, tạo nên con số này." in moved.text
    assert [row.text for row in moved.all("th", "tnum")] == ["A002 ×2"]
    unknown = page_of(head.get(f"/reports/tickets?{MONTH}&figure=without_level").text)
    assert unknown.first("h1").text == "Không rõ mức"
    assert "1 lượt là số liệu cũ đã nhập, không có từng số." in unknown.text
    assert "Không có số nào trong kỳ này." not in unknown.text


@on_sqlite
def test_a_line_that_rests_on_few_says_so(month, people, browser) -> None:
    """Fewer than thirty waits, services or ratings: in the table, in the picture, and in the figures above them."""
    asked = {"from": "2026-11-01", "to": "2026-11-20", "by": "service"}
    rows = people.as_staff("head").get("/offices/demo/stats", query_string=asked).json["rows"]
    few = {row["name"]["service"] for row in rows if any(0 < row[n]["count"] < 30 for n in ("wait_s", "service_s"))}
    assert 0 < len(few) < len(rows), "some are small and some are not"
    page = page_of(browser("head").get(f"/reports?{MONTH}").text)
    waits = next(section for section in page.all("section") if section.attrs.get("id") == "waits")
    lines = [row.first("th") for row in waits.first("tbody").all("tr")]
    assert {line.text.removesuffix(" mẫu nhỏ") for line in lines if line.first("span", "badge")} == few
    assert waits.first("svg").text.count("(mẫu nhỏ)") == sum(0 < row["wait_s"]["count"] < 30 for row in rows)
    one = page_of(browser("head").get("/reports?from=2026-11-20&to=2026-11-20").text)
    [tiles] = [part for part in one.all("section") if part.attrs.get("aria-labelledby") == "period-title"]
    assert tiles.text.count("mẫu nhỏ") == 3, "waits, services, ratings"


@on_sqlite
def test_the_figures_of_offices_below_lead_to_their_tickets(uow, people, browser) -> None:
    """Each for the days on which it stood there; nowhere for whoever may not read that office."""
    put_office(uow, OFFICE | {"code": "branch"}, Actor("tests"))
    with uow.command("branch") as tx:
        put_staff(tx, "branch-officer", "Cán bộ", [Role.OFFICER], None)
    days = working_days(date(2026, 11, 2), date(2026, 11, 19))
    Past(uow, "branch").live(days, 60, {"satisfied": 31})
    place(uow, "branch", "demo", Actor("tests"), since=date(2026, 11, 10))
    page = page_of(browser("head").get(f"/reports?{MONTH}").text)
    table = next(s for s in page.all("section") if s.attrs.get("id") == "offices").first("table")
    led = [(int(printed.replace(".", "")), href) for title, printed, href in figures_of(table)
           if title == "Đã phục vụ" and href]  # fmt: skip
    [(served, href)] = led
    assert 0 < served < 60
    assert "office=branch" in href and "from=2026-11-10" in href
    assert explained(people, href) == served


def test_an_officer_sees_nobody_else(past, browser) -> None:
    officer = browser("officer1")
    page = officer.get(f"/reports?{PERIOD}").text
    assert "Số liệu của riêng anh/chị." in page
    assert "Theo cán bộ" not in page
    assert "Lê Hoàng Phương Thảo" not in page
    assert officer.get(f"/reports/officer?{PERIOD}").status_code == 200
    other = re.search(r"/reports/officer/(\w+)\?[^\"]*\">Lê Hoàng", browser("head").get(f"/reports?{PERIOD}").text)
    assert other
    assert officer.get(f"/reports/officer/{other[1]}?{PERIOD}").status_code == 403


def test_a_rating_is_never_traced_for_the_officer_who_got_it(past, browser) -> None:
    assert browser("officer1").get(f"/reports/tickets?{PERIOD}&figure=rating.3.dissatisfied").status_code == 403
    own = browser("officer1").get(f"/reports?{PERIOD}").text
    assert "figure=rating" not in own and "figure=answered" not in own
    assert browser("head").get(f"/reports/tickets?{PERIOD}&figure=rating.3.dissatisfied").status_code == 200


def test_a_run_of_presses_is_shown_to_the_auditor_with_its_evidence(day, clock, browser, people) -> None:
    day.open(1)
    for _ in range(5):
        day.serve(1, wait=1, seconds=3)
        clock.pass_time(seconds=2)
        day.rate(1, Level.VERY_SATISFIED)
    page = browser("auditor").get("/reports/checks?from=2026-11-20&to=2026-11-20").text
    assert "Nhiều lượt bấm trong một phút tại một quầy" in page
    assert all(f"A00{n}" in page for n in range(1, 6))
    assert browser("head").get("/reports/checks").status_code == 403
    told = people.as_staff("admin").get("/offices/demo/stats/patterns", query_string={"from": "2026-11-20"}).json
    assert [(f["rule"], f["count"]) for f in told["findings"]] == [("burst", 5)]


def test_pages_speak_english_when_asked(past, browser) -> None:
    page = browser("head").get(f"/reports?{PERIOD}&lang=en").text
    for words in ("Waiting time", "Satisfaction", "By officer"):
        assert words in page
