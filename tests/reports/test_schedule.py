"""Reports that are sent by themselves: into a folder, by a real mail server, again after a failure, and shown."""

from __future__ import annotations

import email
import io
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import openpyxl
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from server.domain.stats.period import Unit
from server.domain.stats.schedule import last_whole, next_try
from server.services.faults import FileRefused
from server.services.mail import MailError, send
from server.services.officefile import check
from server.services.report_schedule import deliver
from server.services.reports_out.files import File
from tests.offices import PASSWORD
from tests.reports.replay import Past, working_days

SCHEDULES = [
    {"name": "thang", "period": "month", "formats": ["xlsx", "pdf"], "mail": ["lanh.dao@phuong.example"]},
    {"name": "tuan", "period": "week", "by": "day", "formats": ["csv"], "folder": "tuan"},
]


class Mailbox:
    """A mail server in a thread: it keeps what it gets, or refuses it."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], EmailMessage]] = []
        self.refuse: str | None = None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refuse:
            return self.refuse
        content = envelope.content
        assert isinstance(content, bytes)
        self.got.append((envelope.rcpt_tos, email.message_from_bytes(content, policy=default)))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, str]]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


@pytest.fixture
def scheduled(uow) -> None:
    Past(uow).live(working_days(date(2026, 10, 1), date(2026, 10, 31)), 60, {"satisfied": 40}, absent=3)
    with uow.command("demo") as tx:
        [row] = tx.rows("office", code="demo")
        tx.change("office", {"code": "demo"}, {"settings": row["settings"] | {"reports": SCHEDULES}})
        tx.reconfigure()


def run(uow, figures, tmp_path, url: str) -> dict[str, tuple[str | None, int]]:
    mailer = lambda addresses, files: send(url, "motcua@phuong.example", addresses, files)  # noqa: E731
    return {d.schedule.name: (d.state, d.tries) for d in deliver(uow, figures, "demo", tmp_path, mailer)}


def test_a_report_goes_out_once_after_its_period(uow, figures, scheduled, mailbox, tmp_path, people) -> None:
    box, url = mailbox
    assert run(uow, figures, tmp_path, url) == {"thang": ("sent", 1), "tuan": ("sent", 1)}
    assert run(uow, figures, tmp_path, url) == {}, "once"
    [(to, mail)] = box.got
    assert to == ["lanh.dao@phuong.example"]
    parts = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert set(parts) == {f"demo-2026-10-01-2026-10-31-service.{form}" for form in ("xlsx", "pdf")}
    page = openpyxl.load_workbook(io.BytesIO(parts["demo-2026-10-01-2026-10-31-service.xlsx"])).active
    asked = {"from": "2026-10-01", "to": "2026-10-31"}
    told = people.as_staff("head").get("/offices/demo/stats", query_string=asked).json["total"]["served"]
    assert told == 60 and told in [cell.value for row in page.iter_rows() for cell in row]
    assert [path.name for path in (tmp_path / "tuan").iterdir()] == ["demo-2026-11-09-2026-11-15-day.csv"]


def test_what_failed_is_said_and_sent_again_later(uow, figures, scheduled, mailbox, tmp_path, clock, server) -> None:
    box, url = mailbox
    box.refuse = "452 4.2.2 hộp thư đầy".encode("ascii", "ignore").decode()
    assert run(uow, figures, tmp_path, url)["thang"] == ("failed", 1)
    assert run(uow, figures, tmp_path, url) == {}, "not before a quarter of an hour is over"
    head = server.app.test_client()
    head.post("/api/v1/session", json={"username": "head", "password": PASSWORD})
    page = head.get("/reports/deliveries").text
    assert "chưa gửi được" in page and "452" in page and "gửi lại từ 09:15 20/11" in page
    clock.pass_time(minutes=15)
    box.refuse = None
    assert run(uow, figures, tmp_path, url) == {"thang": ("sent", 2)}
    assert len(box.got) == 1
    assert "chưa gửi được" not in head.get("/reports/deliveries").text


def test_a_mail_server_that_is_away_is_a_failure_and_stops_nothing_else(uow, figures, scheduled, tmp_path) -> None:
    assert run(uow, figures, tmp_path, "smtp://127.0.0.1:1") == {"thang": ("failed", 1), "tuan": ("sent", 1)}


def test_a_folder_that_cannot_be_written_is_a_failure(uow, figures, scheduled, mailbox, tmp_path) -> None:
    (tmp_path / "tuan").write_text("a file is in the way")
    assert run(uow, figures, tmp_path, mailbox[1])["tuan"] == ("failed", 1)


def test_an_administrator_sends_one_now_and_is_told_what_became_of_it(scheduled, people, tmp_path) -> None:
    admin = people.as_staff("admin")
    week = admin.post("/offices/demo/reports/tuan/send").json
    assert (week["state"], week["first"], week["last"], week["tries"]) == ("sent", "2026-11-09", "2026-11-15", 1)
    assert [path.name for path in (tmp_path / "reports" / "tuan").iterdir()] == ["demo-2026-11-09-2026-11-15-day.csv"]
    month = admin.post("/offices/demo/reports/thang/send").json
    assert (month["state"], month["target"]) == ("failed", "lanh.dao@phuong.example")
    assert month["detail"] == "Máy chủ chưa được đặt để gửi thư (MOTCUA_SMTP_URL, MOTCUA_MAIL_FROM)."
    assert month["detail"] in admin.client.get("/reports/deliveries").text
    assert admin.post("/offices/demo/reports/tuan/send").json["tries"] == 2, "again, for whoever changed the folder"
    assert admin.post("/offices/demo/reports/nam/send").json["code"] == "report_schedule_not_found"
    assert people.as_staff("head").post("/offices/demo/reports/tuan/send").status_code == 403


def test_no_password_goes_over_a_line_that_others_can_read(mailbox) -> None:
    _, url = mailbox
    with pytest.raises(MailError):
        send(url.replace("://", "://user:secret@"), "a@b.example", ["c@d.example"], [File("x", "text/csv", b"x")])


@pytest.mark.parametrize(
    ("unit", "today", "expected"),
    [
        (Unit.DAY, date(2026, 11, 20), (date(2026, 11, 19), date(2026, 11, 19))),
        (Unit.WEEK, date(2026, 11, 22), (date(2026, 11, 9), date(2026, 11, 15))),
        (Unit.WEEK, date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 22))),
        (Unit.QUARTER, date(2026, 11, 20), (date(2026, 7, 1), date(2026, 9, 30))),
        (Unit.HALF_YEAR, date(2026, 7, 1), (date(2026, 1, 1), date(2026, 6, 30))),
        (Unit.YEAR, date(2026, 1, 1), (date(2025, 1, 1), date(2025, 12, 31))),
    ],
)
def test_the_newest_period_that_is_over(unit: Unit, today: date, expected: tuple[date, date]) -> None:
    assert last_whole(unit, today) == expected


def test_tries_come_less_and_less_often_but_at_least_daily() -> None:
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    pauses = [next_try(tries, at) - at for tries in (1, 2, 3, 8, 50)]
    assert pauses == [timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), *[timedelta(days=1)] * 2]


@pytest.mark.parametrize(
    "wrong",
    [{"folder": "../etc"}, {"mail": ["nobody"]}, {"mail": ["a@b.example\nBcc: x@y.example"]}, {}, {"period": "hour",
     "folder": "x"}],
)  # fmt: skip
def test_a_schedule_that_leads_nowhere_or_elsewhere_is_refused(wrong) -> None:
    office = {"code": "x", "names": {"vi": "X"}, "services": [{"code": "A", "names": {"vi": "A"}}],
              "counters": [{"number": 1, "services": ["A"]}]}  # fmt: skip
    good = {"name": "a", "period": "month"}
    check(office | {"reports": [good | {"folder": "thang"}]})
    with pytest.raises(FileRefused):
        check(office | {"reports": [good | wrong]})


def test_faults_of_schedules_have_names_that_the_form_has_words_for() -> None:
    office = {"code": "x", "names": {"vi": "X"}, "services": [{"code": "A", "names": {"vi": "A"}}],
              "counters": [{"number": 1, "services": ["A"]}]}  # fmt: skip
    nowhere, kept = {"name": "a", "period": "month"}, {"name": "b", "period": "month", "folder": "thang"}
    cases = (([nowhere], ("reports.0", "goes_nowhere")), ([kept, kept], ("reports.1.name", "twice")))
    for schedules, expected in cases:
        with pytest.raises(FileRefused) as refused:
            check(office | {"reports": schedules})
        assert [(fault.path, fault.kind) for fault in refused.value.faults] == [expected]
