"""One settings object, typed and checked at start. Nothing else reads the environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from server.domain.errors import N_, WrongValue

SETTINGS_FILE = "motcua.toml"
PUSH_HOSTS = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", ".notify.windows.com", "web.push.apple.com",
)  # fmt: skip
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SignOn(BaseModel):
    """A province's own sign-on (OpenID Connect); docs/sign-on.md tells what to ask of the province."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    title: Annotated[str, Field(min_length=1, max_length=80)]
    issuer: str
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[str, Field(min_length=1)]
    office: Annotated[str, Field(min_length=1)]
    """Top of the part of the tree whose people it may sign in."""
    claim: str = "preferred_username"
    trusted_second_factor: bool = False

    @field_validator("issuer")
    @classmethod
    def _cannot_be_listened_to(cls, issuer: str) -> str:
        url = urlsplit(issuer)
        if url.scheme != "https" and not (url.scheme == "http" and url.hostname in LOOPBACK):
            raise WrongValue(N_("phải bắt đầu bằng https://"))
        return issuer


class Settings(BaseSettings):
    """`MOTCUA_…` variables first, then the file named by `MOTCUA_SETTINGS` (default `motcua.toml`, TOML)."""

    model_config = SettingsConfigDict(env_prefix="MOTCUA_", env_ignore_empty=True, extra="forbid")

    database_url: str = "sqlite:///var/motcua.db"
    redis_url: str | None = None
    bind: str = "127.0.0.1:8080"
    secret_key: str = Field(min_length=16)
    earlier_secret_keys: list[str] = []
    """Keys before `secret_key`: what was encrypted with them can still be read."""
    second_factor: Literal["optional", "administrators", "everybody"] = "optional"
    """Who must have a second factor in every office; an office may ask for more, never for less."""
    sign_on: list[SignOn] = []
    public_url: str | None = None
    """How citizens' phones reach the server, without a final slash; else the address of the request."""
    data_dir: Path = Path("var")
    demo: bool = False
    """Opens the screens' device sign-ins to whoever opens them. Set by `motcua demo` alone."""
    demo_password: str | None = None
    """Of all sign-ins of the demo; else the demo makes one and prints it."""
    simulator_url: str | None = None
    trusted_proxies: int = 0
    max_clients: int = 12_000
    heartbeat_s: float = 4.0
    async_mode: str = "gevent"
    log_level: str = "INFO"
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    """Push services that phones may name; one that begins with a dot stands for everything below it."""
    smtp_url: str | None = None
    """Mail server for reports: `smtp://user:password@host:587` or `smtps://…:465`."""
    mail_from: str | None = None

    @field_validator("bind")
    @classmethod
    def _can_be_listened_on(cls, bind: str) -> str:
        port = bind.rpartition(":")[2]
        if not bind.startswith("unix:") and not (":" in bind and port.isdecimal() and int(port) < 65_536):
            raise WrongValue(N_("phải viết như 0.0.0.0:8080"))
        return bind

    @field_validator("database_url")
    @classmethod
    def _use_psycopg(cls, url: str) -> str:
        url = url.replace("postgres://", "postgresql://", 1)
        if not url.startswith(("sqlite://", "postgresql://", "postgresql+psycopg://")):
            raise WrongValue(N_("phải viết như sqlite:///var/motcua.db hoặc postgresql://user:password@host/name"))
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        path, given = settings_file(), (init_settings, env_settings)
        if not path.exists() and "MOTCUA_SETTINGS" not in os.environ:
            return given
        path.open("rb").close()  # a file that was named must be there: without it we would begin with an empty office
        return (*given, TomlConfigSettingsSource(settings_cls, path))


def settings_file() -> Path:
    return Path(os.environ.get("MOTCUA_SETTINGS", SETTINGS_FILE))


class DemoSettings(Settings):
    """What is not given the demo makes for itself, a secret too."""

    secret_key: str = ""


def load(**values: Any) -> Settings:
    """The settings of this process; raises pydantic's error with one line a fault."""
    return Settings(**values)
