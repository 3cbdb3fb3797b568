"""`motcua kiosk`: the runtime beside a kiosk."""

from __future__ import annotations

import os
from pathlib import Path

import click

from kiosk.languages import N_


@click.command(help=N_("Mở trang kiosk trên máy này, và vẫn cấp số khi mất máy chủ."))
@click.option("--server", required=True, envvar="MOTCUA_SERVER", help=N_("Địa chỉ máy chủ, như http://10.0.0.5."))
@click.option("--data", type=click.Path(path_type=Path), default=Path("var/kiosk"), envvar="MOTCUA_KIOSK_DATA",
              show_default=True, help=N_("Nơi giữ số, lượt bấm và mã của kiosk."))  # fmt: skip
@click.option("--token-file", type=click.Path(path_type=Path), envvar="MOTCUA_KIOSK_TOKEN_FILE",
              help=N_("Tệp giữ mã của kiosk này; nếu bỏ trống thì là `token` trong --data."))  # fmt: skip
@click.option("--pair", "code", metavar="CODE", help=N_("Đổi mã dùng một lần ở trang quản trị lấy mã của kiosk."))
@click.option("--bind", default="127.0.0.1:8090", envvar="MOTCUA_KIOSK_BIND", show_default=True,
              help=N_("Địa chỉ và cổng của trang kiosk trên máy này."))  # fmt: skip
@click.option("--door", envvar="MOTCUA_KIOSK_DOOR", help=N_("Cửa của agent trên máy này, như http://127.0.0.1:8787."))
@click.option("--door-token-file", type=click.Path(path_type=Path), envvar="MOTCUA_KIOSK_DOOR_TOKEN_FILE",
              help=N_("Tệp giữ mã để vào cửa của agent."))  # fmt: skip
@click.option("--scanner", envvar="MOTCUA_KIOSK_SCANNER", help=N_("Mã của máy quét ở cửa của agent."))
def kiosk(
    server: str, data: Path, token_file: Path | None, code: str | None, bind: str, door: str | None,
    door_token_file: Path | None, scanner: str | None,
) -> None:  # fmt: skip
    # Before anything else opens a socket or takes a lock: the runtime waits on many at once.
    from gevent import monkey

    monkey.patch_all()
    from kiosk.runtime.running import NeverPaired, Settings, configure_logging, run

    configure_logging()
    token_file = token_file or data / "token"
    if code:
        _pair(server, code, token_file)
    if not token_file.exists():
        raise click.ClickException(
            f"{token_file}: chưa ghép; chạy một lần với --pair MÃ · no token; use --pair CODE once"
        )
    host, _, port = bind.rpartition(":")
    settings = Settings(
        server=server.rstrip("/"),
        token=token_file.read_text().strip(),
        data=data,
        host=host or "127.0.0.1",
        port=int(port),
        door=door,
        door_token=door_token_file.read_text().strip() if door_token_file else "",
        scanner=scanner,
    )
    try:
        run(settings)
    except NeverPaired as why:
        raise click.ClickException(f"{why} – lần chạy đầu cần máy chủ · the first start needs the server") from why


def _pair(server: str, code: str, token_file: Path) -> None:
    import requests

    try:
        answer = requests.post(f"{server.rstrip('/')}/api/v1/devices/pair", json={"code": code}, timeout=15)
    except requests.RequestException as error:
        raise click.ClickException(f"{server}: không đến được máy chủ · the server cannot be reached") from error
    said = answer.json() if "json" in answer.headers.get("Content-Type", "") else {}
    if not answer.ok:
        raise click.ClickException(str(said.get("detail", answer.status_code)))
    if said["device"]["kind"] != "kiosk":
        raise click.ClickException(f"{said['device']['name']}: {said['device']['kind']}")
    token_file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(said["token"])
    click.echo(f"{said['office']} · {said['device']['name']}")
