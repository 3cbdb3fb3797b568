"""`motcua report …` beside the check of printed tables: files of our own reports, older records, roll-ups."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from server.commands.report import report
from server.commands.words import refused, say
from server.domain.errors import N_
from server.terminal import language

if TYPE_CHECKING:
    from server.db.reporting import SqlFigures
    from server.db.unit_of_work import SqlUnitOfWork
    from server.services.access import Actor
    from server.services.mail import Mailer
    from server.services.report_schedule import Delivery
    from server.services.reporting import Query
    from server.services.reports_out.files import File

PERIODS = ("day", "week", "month", "quarter", "half_year", "year")
UNUSED = N_("Cột không dùng: %(names)s")
Day = click.DateTime(["%Y-%m-%d"])


@report.command(help=N_("Ghi báo cáo của một đơn vị thành tệp, vào thư mục hoặc gửi qua thư. Có thể chạy theo lịch."))
@click.option("--office", required=True, help=N_("Mã đơn vị."))
@click.option("--period", type=click.Choice(PERIODS), help=N_("Kỳ gần nhất đã kết thúc."))
@click.option("--from", "first", type=Day, help=N_("Ngày đầu; dùng thay cho --period."))
@click.option("--to", "last", type=Day, help=N_("Ngày cuối, tính cả ngày này."))
@click.option("--by", default="day", show_default=True, help=N_("Số liệu được chia theo gì."))
@click.option("--scope", type=click.Choice(["office", "tree"]), default="office", show_default=True,
              help=N_("Chỉ đơn vị này, hay cả các đơn vị cấp dưới."))  # fmt: skip
@click.option("--tree-on", type=Day,
              help=N_("Với --scope tree: các đơn vị cấp dưới theo cơ cấu của ngày này, tính trọn kỳ."))  # fmt: skip
@click.option("--format", "forms", type=click.Choice(["csv", "xlsx", "pdf"]), multiple=True, default=["xlsx"],
              show_default=True, help=N_("Định dạng tệp; có thể ghi nhiều lần."))  # fmt: skip
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True,
              help=N_("Ngôn ngữ của báo cáo."))  # fmt: skip
@click.option("--to-folder", "folder", type=click.Path(file_okay=False, path_type=Path), help=N_("Thư mục ghi tệp."))
@click.option("--mail", multiple=True, help=N_("Địa chỉ thư nhận tệp (cần MOTCUA_SMTP_URL)."))
def export(
    office: str, period: str | None, first: datetime | None, last: datetime | None, by: str, scope: str,
    tree_on: datetime | None, forms: tuple[str, ...], language: str, folder: Path | None, mail: tuple[str, ...],
) -> None:  # fmt: skip
    from server.domain.errors import MotcuaError
    from server.services.report_schedule import write

    if not folder and not mail:
        raise click.UsageError(say(N_("cần --to-folder hoặc --mail")))
    if (period is None) == (first is None):
        raise click.UsageError(say(N_("cần --period hoặc --from, không phải cả hai")))
    try:
        query = _query(office, period, first, last, {"by": by, "scope": scope} | _tree_on(tree_on))
        files = _files(query, forms, language)
    except MotcuaError as error:
        raise refused(error) from error
    if folder:
        for path in write(folder, files):
            click.echo(str(path))
    if mail:
        _send(mail, files)


def _tree_on(day: datetime | None) -> dict[str, str]:
    return {"tree_on": str(day.date())} if day else {}


def _query(
    office: str, period: str | None, first: datetime | None, last: datetime | None, words: dict[str, str]
) -> Query:
    from server.commands.local import local_unit_of_work
    from server.domain.calendar import local_day
    from server.domain.stats.period import Unit
    from server.domain.stats.schedule import last_whole
    from server.services.reporting import read_query

    uow = local_unit_of_work()
    today = local_day(uow.now(), uow.hall(office).config.zone)
    if period:
        start, end = last_whole(Unit(period), today)
    else:
        assert first is not None
        start, end = first.date(), (last or first).date()
    return read_query(office, words | {"from": str(start), "to": str(end)}, today)


def _files(query: Query, forms: Sequence[str], language: str) -> list[File]:
    from server.commands.local import local_unit_of_work
    from server.db.reporting import SqlFigures
    from server.services import audit
    from server.services.report_names import names_of
    from server.services.reporting import ask
    from server.services.reports_out.files import file_of

    uow, actor = local_unit_of_work(), command_line(query.office)
    found = ask(uow, SqlFigures(uow), actor, query)
    names = names_of(uow, found, language)
    files = [file_of(found, names, form) for form in forms]
    for file in files:
        audit.note(uow, query.office, actor, "stats.export", file.name)
    return files


def command_line(office: str) -> Actor:
    """Whoever runs commands on the server's own machine may read and set everything."""
    from server.domain.words import Role
    from server.services.access import Actor

    return Actor("command line", name="report", roles={office: frozenset({Role.ADMIN})})


def _send(addresses: Sequence[str], files: Sequence[File]) -> None:
    from server.services.mail import MailError
    from server.services.report_schedule import said

    try:
        _mailer()(addresses, files)
    except MailError as error:
        raise click.ClickException(said(str(error), language())) from error
    click.echo(", ".join(addresses))


def _mailer() -> Mailer:
    """Sends by the server that the settings name."""
    from server.commands.serve import checked_settings
    from server.services.mail import mailer

    settings = checked_settings()
    return mailer(settings.smtp_url, settings.mail_from)


@report.command(
    help=N_(
        "Gửi các báo cáo mà đơn vị đã đặt lịch gửi (`reports` trong tệp đơn vị) và đã hết kỳ.\n\n"
        "Chạy mười lăm phút một lần, trên nhiều máy cũng được: chỉ một máy gửi. Lần gửi hỏng được gửi lại, lần "
        "đầu sau mười lăm phút, rồi thưa dần. Mã thoát 1 khi có báo cáo chưa gửi được; /reports/deliveries cho "
        "biết là báo cáo nào."
    ),
)
@click.option("--office", help=N_("Mã một đơn vị; nếu bỏ trống thì mọi đơn vị."))
@click.pass_context
def deliver(ctx: click.Context, office: str | None) -> None:
    from server.commands.local import beside_the_server
    from server.db.alone import once
    from server.services.report_schedule import FAILED, said

    failed = False
    with beside_the_server() as (uow, settings), once(uow.engine, "report-deliver", settings.data_dir) as mine:
        if not mine:
            click.echo(say(N_("một máy khác đang làm việc này")))
            return
        for code, one in _delivered(uow, office, settings.data_dir):
            failed = failed or one.state == FAILED
            told = say(N_("chưa gửi được") if one.state == FAILED else N_("đã gửi"))
            why = f": {said(one.detail, language())}" if one.detail else ""
            click.echo(f"{code} {one.schedule.name} {one.first} – {one.last} → {one.schedule.target}: {told}{why}")
    if failed:
        ctx.exit(1)


def _delivered(uow: SqlUnitOfWork, office: str | None, data_dir: Path) -> Iterator[tuple[str, Delivery]]:
    from server.db.reporting import SqlFigures
    from server.services.report_schedule import FOLDER, deliver

    for code in [office] if office else sorted(str(row["code"]) for row in uow.rows("office")):
        for one in deliver(uow, SqlFigures(uow), code, data_dir / FOLDER, _mailer()):
            yield code, one


@report.command(
    "import",
    help=N_(
        "Nhập đánh giá và số liệu từng ngày đã có từ trước, từ FILE (CSV hoặc XLSX): nhập hết, hoặc không nhập "
        "gì.\n\n"
        "Các cột: Ngày; Lĩnh vực, Quầy, Cán bộ nếu biết; số lượng (Đã phát, Đã phục vụ, Vắng mặt, Đã huỷ, Hết "
        "hiệu lực, Lượt đánh giá, Rất hài lòng, Hài lòng, Không hài lòng, Không đánh giá) hoặc mỗi dòng một đánh "
        "giá (Mức, Lý do)."
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help=N_("Mã đơn vị."))
@click.option("--dry-run", is_flag=True, help=N_("Chỉ cho biết sẽ nhập những gì, không ghi."))
def import_(file: Path, office: str, dry_run: bool) -> None:
    from server.commands.local import local_unit_of_work
    from server.domain.errors import MotcuaError
    from server.domain.stats.past import sums
    from server.services.past_records import NOTHING_TAKEN, PastFile, look, take_in

    uow, given = local_unit_of_work(), PastFile(file.name, file.read_bytes())
    try:
        taken = look(uow, office, given)
        for wrong in taken.wrong:
            column = taken.headings.get(wrong.column, wrong.column)
            click.echo(f"{file.name}:{wrong.line}: {column + ': ' if column else ''}{wrong.fault.said(say)}", err=True)
        if taken.wrong:
            raise click.ClickException(say(NOTHING_TAKEN, n=len(taken.wrong)))
        if taken.unused:
            click.echo(say(UNUSED, names=", ".join(taken.unused)), err=True)
        whole = sums(taken.lines)
        click.echo(f"{len(taken.lines)}: " + ", ".join(f"{name} {count}" for name, count in sorted(whole.items())))
        if not dry_run:
            take_in(uow, command_line(office), office, given)
    except MotcuaError as error:
        raise refused(error) from error


@report.command(
    help=N_(
        "Tính sẵn số liệu của mọi ngày đã qua để người xem không phải chờ. Có thể dừng giữa chừng và chạy lại.\n\n"
        "Nếu không có --office thì cộng sẵn cả số liệu mà lãnh đạo của nhiều đơn vị hay xem."
    ),
)
@click.option("--office", help=N_("Mã một đơn vị; nếu bỏ trống thì mọi đơn vị."))
@click.option("--since", type=Day, help=N_("Ngày đầu; nếu bỏ trống thì ngày đầu tiên có số liệu."))
def rollup(office: str | None, since: datetime | None) -> None:
    from server.commands.local import local_unit_of_work
    from server.db.reporting import SqlFigures
    from server.domain.calendar import local_day
    from server.domain.stats.period import cover
    from server.services.report_offices import office_of

    uow = local_unit_of_work()
    figures = SqlFigures(uow)
    for code in [office] if office else sorted(str(row["code"]) for row in uow.rows("office")):
        began = time.monotonic()
        one = office_of(uow, code)
        today = local_day(uow.now(), one.basis.zone)
        known = figures.first_day([one.id])
        if known is None:
            continue
        first = max(known, since.date()) if since else known
        blocks = list(cover(first, today - timedelta(days=1), today))
        figures.figures([one], blocks, "whole", patience_s=float("inf"))
        click.echo(f"{code}: {first} – {today - timedelta(days=1)}, {time.monotonic() - began:.1f} s")
    if not office:
        _add_up_trees(uow, figures)


def _add_up_trees(uow: SqlUnitOfWork, figures: SqlFigures) -> None:
    from server.services.report_ahead import ahead, tops

    for code in tops(uow):
        began = time.monotonic()
        ahead(uow, figures, command_line(code), code)
        click.echo(f"{code} …: {time.monotonic() - began:.1f} s")
