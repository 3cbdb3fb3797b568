"""The commands of this room: ``motcua agent …`` and ``motcua doctor``."""

from __future__ import annotations

import time
from pathlib import Path

import click

from hardware import texts
from hardware.agent import config as configs
from hardware.agent.agent import Agent
from hardware.agent.client import Refused, ServerClient, Unauthorized, Unreachable
from hardware.agent.running import AlreadyRunning, clock, log_to_stderr, sole_owner, wait_for_end
from hardware.texts import N_, _

ConfigPath = click.Path(dir_okay=False, path_type=Path)


@click.group(invoke_without_command=True, help=N_("Các thiết bị gắn ở máy này."))
@click.option("--config", "path", type=ConfigPath, help=N_("Tệp cấu hình agent.toml."))
@click.option("-v", "--verbose", is_flag=True, help=N_("Ghi nhật ký chi tiết hơn."))
@click.pass_context
def agent(context: click.Context, path: Path | None, verbose: bool) -> None:
    texts.use(texts.language_of())
    context.obj = {"path": path, "verbose": verbose}
    if context.invoked_subcommand is None:
        _run(path, verbose)


@agent.command(help=N_("Chạy cho đến khi dừng."))
@click.option("--config", "path", type=ConfigPath, help=N_("Tệp cấu hình agent.toml."))
@click.pass_context
def run(context: click.Context, path: Path | None) -> None:
    _run(path or context.obj["path"], context.obj["verbose"])


def _run(path: Path | None, verbose: bool) -> None:
    config = _loaded(path)
    texts.use(config.language)  # from here on the words go to the office's screens
    log_to_stderr(verbose=verbose)
    try:
        with sole_owner(config.state_dir):
            running = Agent(config, clock)
            running.start()
            wait_for_end()
            running.stop()
    except (AlreadyRunning, configs.ConfigError, OSError) as error:
        raise click.ClickException(str(error)) from error


@agent.command(help=N_("Ghép máy này với máy chủ bằng mã dùng một lần."))
@click.argument("server")
@click.argument("code")
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=configs.DEFAULT_STATE_DIR,
    show_default=True,
    help=N_("Thư mục giữ cấu hình, mã và việc đang làm dở của agent."),
)
def pair(server: str, code: str, state_dir: Path) -> None:
    try:
        url = configs.server_url(server)
        answer = ServerClient(url, "").pair(code)
    except configs.ConfigError as error:
        raise click.ClickException(str(error)) from error
    except Unreachable as error:
        raise click.ClickException(
            _("Không đến được %(server)s (%(why)s). Kiểm tra địa chỉ và dây mạng.", server=server, why=error)
        ) from error
    except (Refused, Unauthorized) as error:
        why = error.detail if isinstance(error, Refused) else ""
        raise click.ClickException(
            _("Máy chủ không nhận mã này: %(why)s Hãy xin mã mới ở trang quản trị.", why=why)
        ) from error
    path = configs.write_paired(state_dir, url, str(answer["token"]))
    click.echo(_("Đã ghép nối. Cấu hình ở %(path)s; chạy: motcua agent --config %(path)s", path=path))


@agent.command(help=N_("Thiết bị mô phỏng và trang để bấm thử."))
@click.option("--server", required=True, help=N_("Địa chỉ máy chủ."))
@click.option("--token-file", required=True, type=ConfigPath, help=N_("Tệp giữ mã của agent."))
@click.option("--page", default="127.0.0.1:8081", show_default=True,
              help=N_("Nơi mở trang thiết bị mô phỏng, dạng host:port."))  # fmt: skip
@click.option(
    "--state-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help=N_("Thư mục giữ việc đang làm dở; nếu bỏ trống thì ở cạnh --token-file."),
)
@click.pass_context
def simulate(context: click.Context, server: str, token_file: Path, page: str, state_dir: Path | None) -> None:
    from hardware.simulate.run import serve

    host, _colon, port = page.rpartition(":")
    if not port.isdigit():
        raise click.BadParameter("host:port", param_hint="--page")
    log_to_stderr(verbose=context.obj["verbose"])
    try:
        texts.use("vi")
        config = configs.AgentConfig(
            configs.server_url(server), token_file, state_dir or token_file.parent / "simulated-agent"
        )
        with sole_owner(config.state_dir):
            serve(config, host.strip("[]") or "127.0.0.1", int(port))
    except (configs.ConfigError, AlreadyRunning, OSError) as error:
        raise click.ClickException(str(error)) from error


def _loaded(path: Path | None) -> configs.AgentConfig:
    try:
        return configs.load(path)
    except configs.ConfigError as error:
        raise click.ClickException(str(error)) from error


@click.command(help=N_("Kiểm tra cổng, quyền, thiết bị, máy chủ."))
@click.option("--config", "path", type=ConfigPath, help=N_("Tệp cấu hình agent.toml."))
@click.option("--probe/--no-probe", default=True, help=N_("Hỏi từng thiết bị, hay chỉ xem cổng và quyền."))
def doctor(path: Path | None, probe: bool) -> None:
    from hardware.agent.doctor import examine

    texts.use(texts.language_of())
    worst = 0
    for finding in examine(path, probe=probe, now=clock, monotonic=time.monotonic):
        click.echo(f"{finding.mark} {finding.subject}: {finding.text}")
        if finding.advice:
            click.echo(f"    → {finding.advice}")
        worst = max(worst, finding.severity)
    raise SystemExit(1 if worst > 1 else 0)


@agent.command("udev", help=N_("Đặt tên cố định theo cổng USB: /dev/ttyUSB0=panel-3 …"))
@click.argument("names", nargs=-1)
@click.option("--group", default="motcua", show_default=True, help=N_("Nhóm được mở các thiết bị này."))
def udev_rules(names: tuple[str, ...], group: str) -> None:
    from hardware.agent.udev import plugged, rules

    found = {device.node: device for device in plugged()}
    if not names:
        for node, device in found.items():
            click.echo(f"{node}  {device.subsystem}  {device.id_path}")
        click.echo(_("Đặt tên: motcua agent udev /dev/ttyUSB0=panel-3 > /etc/udev/rules.d/70-motcua.rules"), err=True)
        return
    wanted = []
    for entry in names:
        node, _equals, name = entry.partition("=")
        if node not in found:
            raise click.ClickException(_("Không thấy %(node)s đang cắm.", node=node))
        wanted.append((found[node], name))
    try:
        click.echo(rules(wanted, group), nl=False)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@agent.command("test-page", help=N_("In trang thử để người xem xác nhận."))
@click.argument("printer", required=False)
@click.option("--config", "path", type=ConfigPath, help=N_("Tệp cấu hình agent.toml."))
@click.option("--transport", help=N_("Đường nối tới máy in: tcp://192.168.1.50:9100, lp:///dev/usb/lp0 …"))
@click.option("--profile", help=N_("Kiểu máy in: generic-80, generic-58 …"))
@click.pass_context
def test_page(
    context: click.Context, printer: str | None, path: Path | None, transport: str | None, profile: str | None
) -> None:
    from hardware.agent.testpage import print_test_page

    settings: dict[str, object] = {}
    if transport is None:
        settings = dict(_printer_settings(_loaded(path or context.obj["path"]), printer))
    settings |= {key: value for key, value in (("transport", transport), ("profile", profile)) if value}
    try:
        state, detail = print_test_page(settings)
    except (OSError, ValueError, RuntimeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{state} {detail}".strip())
    raise SystemExit(0 if state == "printed" else 1)


def _printer_settings(config: configs.AgentConfig, name: str | None) -> dict[str, object]:
    from hardware.agent.rack import merge

    try:
        setup = ServerClient(config.server, config.token(), config.language).setup()
    except (Unreachable, Unauthorized, Refused, configs.ConfigError) as error:
        raise click.ClickException(_("Không hỏi được máy chủ; dùng --transport. (%(why)s)", why=error)) from error
    printers = [device for device in merge(setup["devices"], config.devices) if device.kind == "printer"]
    chosen = [device for device in printers if name in (None, device.id, device.name)]
    if len(chosen) != 1:
        raise click.ClickException(
            _("Chọn một máy in: %(names)s", names=", ".join(device.name for device in printers) or "—")
        )
    return dict(chosen[0].settings)
