"""The agent's file, and what pairing writes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hardware.agent.config import ConfigError, load, parse, write_paired
from hardware.agent.rack import merge


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_short_file(tmp_path: Path):
    path = write(
        tmp_path / "agent.toml",
        """
        server = "https://motcua.example.vn/"
        token_file = "token"
        [door]
        port = 9000
        [[device]]
        id = "panel-3"
        port = "/dev/motcua-panel"
        address = 3
    """,
    )
    write(tmp_path / "token", "abc\n")
    config = load(path)
    assert (config.server, config.token(), config.door.port) == ("https://motcua.example.vn", "abc", 9000)
    [device] = merge(
        [{"id": "x1", "kind": "panel", "name": "panel-3", "counter": 3, "settings": {"buttons": 5}}], config.devices
    )
    assert device.settings["port"] == "/dev/motcua-panel"
    assert device.settings["buttons"] == 5
    assert (device.id, device.counter) == ("x1", 3)


@pytest.mark.parametrize(
    "text",
    [
        "server = ",
        'server = "motcua"',
        'server = "ftp://x"',
        "",
        'server = "http://x"\nlanguage = "fr"',
        'server = "http://x"\n[[device]]\nport = 1',
        'server = "http://x"\n[[device]]\nid = "a"\n[[device]]\nid = "a"',
        'server = "http://x"\n[door]\nport = "x"',
        'server = "http://x"\ndevice = 3',
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path: Path, text: str):
    with pytest.raises(ConfigError):
        load(write(tmp_path / "agent.toml", text))


def test_pairing_leaves_a_token_only_its_owner_can_read(tmp_path: Path):
    path = write_paired(tmp_path / "agent", "https://motcua.example.vn", "s3cret")
    config = load(path)
    assert config.token() == "s3cret"
    assert config.state_dir == tmp_path / "agent"
    assert stat.S_IMODE(config.token_file.stat().st_mode) == 0o600
    assert "s3cret" not in path.read_text(encoding="utf-8")


def test_a_missing_or_empty_token_tells_to_pair(tmp_path: Path):
    config = parse({"server": "http://x", "token_file": "t"}, tmp_path)
    with pytest.raises(ConfigError, match="pair"):
        config.token()
    write(tmp_path / "t", " \n")
    with pytest.raises(ConfigError, match="pair"):
        config.token()
