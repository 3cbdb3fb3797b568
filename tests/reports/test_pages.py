"""The pages of reports: who sees what, and that every figure leads to what made it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from flask.testing import FlaskClient

from server.domain.words import Level, Role
from server.services.staff import put_staff
from tests.offices import PASSWORD
from tests.reports.replay import Past, working_days

PERIOD = "from=2026-09-01&to=2026-10-31"


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


def test_every_figure_leads_to_as_many_tickets(past, browser) -> None:
    head = browser("head")
    page = head.get(f"/reports?{PERIOD}").text
    links = set(re.findall(r'<td class="amount"><a href="([^"]+)">([\d.]+)</a>', page))
    counted = [(unescape(href), int(figure.replace(".", ""))) for href, figure in links if ":" not in figure]
    assert len(counted) > 50
    for href, figure in counted[::7]:
        found = head.get(href)
        assert found.status_code == 200
        assert found.text.count('<th scope="row" class="tnum">') == figure, href


def test_a_picture_says_its_figures_in_words_and_has_a_table(past, browser) -> None:
    page = browser("head").get(f"/reports?{PERIOD}").text
    assert page.count("<svg") == 4
    assert page.count("<details") == 4
    titles = [unescape(t) for t in re.findall(r"<title>([^<]+)</title>", page)]
    assert any("hài lòng trong" in t for t in titles)
    assert 'style="' not in page, "the content policy allows no inline style"


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
