"""One settings object, typed and checked at start. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from server.domain.errors import N_, WrongValue

SETTINGS_FILE = "motcua.toml"
PUSH_HOSTS = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", ".notify.windows.com", "web.push.apple.com",
)  # fmt: skip
ADDRESSES = {
    "public_url": (("https://", "http://"), "https://host"),
    "redis_url": (("redis://", "rediss://", "unix://"), "redis://host:6379/0"),
    "smtp_url": (("smtp://", "smtps://"), "smtp://user:password@host:587"),
}
"""Settings that must begin in one of these ways, each with an example."""
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
    trusted_proxies: Annotated[int, Field(ge=0)] = 0
    max_clients: Annotated[int, Field(ge=1)] = 12_000
    heartbeat_s: Annotated[float, Field(gt=0, le=8)] = 4.0
    """Screens take a server for lost that was silent for nine seconds."""
    async_mode: Literal["gevent", "threading"] = "gevent"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"
    push_hosts: tuple[str, ...] = PUSH_HOSTS
    """Push services that phones may name; one that begins with a dot stands for everything below it."""
    smtp_url: str | None = None
    """Mail server for reports: `smtp://user:password@host:587` or `smtps://…:465`."""
    mail_from: str | None = None

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_any_case(cls, level: Any) -> Any:
        return level.upper() if isinstance(level, str) else level

    @field_validator(*ADDRESSES)
    @classmethod
    def _is_an_address(cls, url: str | None, info: ValidationInfo) -> str | None:
        begins, example = ADDRESSES[info.field_name or ""]
        if url is not None and not url.startswith(begins):
            raise WrongValue(N_("phải viết như %(example)s"), example=example)
        return url.rstrip("/") if url else None

    @field_validator("bind")
    @classmethod
    def _can_be_listened_on(cls, bind: str) -> str:
        port = bind.rpartition(":")[2]
        if not bind.startswith("unix:") and not (":" in bind and port.isdecimal() and int(port) < 65_536):
            raise WrongValue(N_("phải viết như %(example)s"), example="0.0.0.0:8080")
        return bind

    @field_validator("database_url")
    @classmethod
    def _use_psycopg(cls, url: str) -> str:
        return database_address(url)

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


def database_address(url: str) -> str:
    """As the engine takes it; WrongValue where no database of ours can be meant."""
    url = url.replace("postgres://", "postgresql://", 1)
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")) or url == "sqlite:///":
        raise WrongValue(N_("phải viết như %(example)s"), example="sqlite:///var/motcua.db, postgresql://user:password@host/name")
    return url


def misspelt(names: Iterable[str]) -> dict[str, str]:
    """Variables that nobody reads and that look like one of ours, with its name: who mistypes where the database is
    would begin with an empty one. Other programs of ours have variables of their own."""
    ours = [f"MOTCUA_{name.upper()}" for name in Settings.model_fields]
    strange = (name for name in names if name.startswith("MOTCUA_") and name not in ours)
    close = {name: get_close_matches(name, ours, 1, cutoff=0.9) for name in strange}
    return {name: found[0] for name, found in close.items() if found}


def settings_file() -> Path:
    return Path(os.environ.get("MOTCUA_SETTINGS", SETTINGS_FILE))


class DemoSettings(Settings):
    """What is not given the demo makes for itself, a secret too."""

    secret_key: str = ""


def load(**values: Any) -> Settings:
    """The settings of this process; raises pydantic's error with one line a fault."""
    return Settings(**values)
