"""The agent's settings: a short TOML file, or what pairing stored."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hardware.texts import LANGUAGES, _

DEFAULT_PATH = Path("agent.toml")
DEFAULT_STATE_DIR = Path("var/agent")


class ConfigError(ValueError):
    """The file cannot be used; the text says which entry and what is allowed."""


@dataclass(frozen=True)
class DoorConfig:
    """The local door for buttons that speak HTTP."""

    host: str = "127.0.0.1"
    port: int = 8787


@dataclass(frozen=True)
class AgentConfig:
    server: str
    token_file: Path
    state_dir: Path = DEFAULT_STATE_DIR
    language: str = "vi"
    door: DoorConfig | None = None
    devices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Sections of the file by device id; they complete or override what the server says."""

    def token(self) -> str:
        try:
            token = self.token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(
                _("Không đọc được mã của máy này (%(path)s). Hãy ghép nối: motcua agent pair", path=self.token_file)
            ) from error
        if not token:
            raise ConfigError(_("Tệp %(path)s trống. Hãy ghép nối: motcua agent pair", path=self.token_file))
        return token


def load(path: Path | None) -> AgentConfig:
    """The configuration in a file; without one, what ``agent pair`` left in the state directory."""
    if path is None:
        path = DEFAULT_PATH if DEFAULT_PATH.exists() else DEFAULT_STATE_DIR / "agent.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(_("Không có tệp cấu hình %(path)s. Hãy ghép nối: motcua agent pair", path=path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(_("Tệp %(path)s sai cú pháp: %(why)s", path=path, why=error)) from error
    return parse(data, path.parent)


def parse(data: Mapping[str, Any], base: Path) -> AgentConfig:
    state_dir = base / str(data.get("state_dir", "." if "paired" in data else DEFAULT_STATE_DIR))
    language = str(data.get("language", "vi"))
    if language not in LANGUAGES:
        raise ConfigError(_("language phải là: %(choices)s", choices=", ".join(LANGUAGES)))
    return AgentConfig(
        server=server_url(str(data.get("server", ""))),
        token_file=base / str(data["token_file"]) if "token_file" in data else state_dir / "token",
        state_dir=state_dir,
        language=language,
        door=_door(data.get("door")),
        devices=_sections(data.get("device", [])),
    )


def server_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ConfigError(_("server phải là địa chỉ như https://motcua.example.vn, không phải “%(given)s”", given=text))
    return text.rstrip("/")


def write_paired(state_dir: Path, server: str, token: str) -> Path:
    """Keep what pairing gave; the token is readable by its owner only, from its first byte on."""
    state_dir.mkdir(parents=True, exist_ok=True)
    token_path = state_dir / "token"
    write_secret(token_path, token)
    path = state_dir / "agent.toml"
    path.write_text(f'# {_("Do “motcua agent pair” ghi")}\npaired = true\nserver = "{server}"\n', encoding="utf-8")
    return path


def write_secret(path: Path, secret: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _door(section: object) -> DoorConfig | None:
    if section is None:
        return None
    if not isinstance(section, dict) or not isinstance(section.get("port", 8787), int):
        raise ConfigError(_("[door] cần host và port (số)"))
    return DoorConfig(str(section.get("host", "127.0.0.1")), section.get("port", 8787))


def _sections(sections: object) -> dict[str, Mapping[str, Any]]:
    """Device sections by id. One without an id cannot be reported to anybody, so it stops the start."""
    if not isinstance(sections, list) or not all(isinstance(each, dict) and each.get("id") for each in sections):
        raise ConfigError(_("mỗi [[device]] cần một id"))
    ids = [str(each["id"]) for each in sections]
    if len(set(ids)) < len(ids):
        raise ConfigError(_("hai [[device]] cùng một id"))
    return dict(zip(ids, sections, strict=True))
