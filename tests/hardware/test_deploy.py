"""The files that are copied to machines: systemd takes them, and they start commands that there are."""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from hardware.agent.udev import Plugged, rules
from server.cli import main

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])
OURS = "/opt/motcua/bin/motcua"
OTHERS = ("/usr/bin/cage",)
"""Programs of other packages, which this machine need not have."""
EXAMPLES = [
    (Plugged("/dev/ttyUSB0", "tty", "pci-0000:00:14.0-usb-0:2:1.0"), "panel-3"),
    (Plugged("/dev/usb/lp0", "usbmisc", "pci-0000:00:14.0-usb-0:1:1.0"), "printer"),
    (Plugged("/dev/input/event4", "input", "pci-0000:00:14.0-usb-0:3:1.0"), "numberpad-2"),
]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path, tmp_path: Path) -> None:
    systemd = shutil.which("systemd-analyze")
    if systemd is None:
        pytest.skip("this machine has no systemd")
    text = unit.read_text(encoding="utf-8")
    for program in (OURS, *OTHERS):
        text = text.replace(program, "/bin/true")
    (tmp_path / unit.name).write_text(text, encoding="utf-8")
    if unit.suffix == ".timer":
        shutil.copy(unit.with_suffix(".service"), tmp_path)
    verify = [systemd, "verify", "--man=no", unit.name]
    said = subprocess.run(verify, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    # It ends well whatever it finds in our unit: what it says is the finding. A timer's service is looked at by itself.
    faults = [line for line in said.stderr.splitlines() if unit.name in line]
    assert faults == [] and said.returncode == 0


@pytest.mark.parametrize("unit", [unit for unit in UNITS if OURS in unit.read_text()], ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_that_there_is(unit: Path) -> None:
    joined = unit.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in re.findall(rf"^Exec\w+={OURS} (.+)$", joined, re.MULTILINE):
        command: click.Command = main
        for word in shlex.split(line):
            if word.startswith("-"):
                known = {option for each in command.params for option in each.opts}
                assert word.partition("=")[0] in known, f"{line}: {command.name} has no {word}"
            elif isinstance(command, click.Group) and (found := command.get_command(click.Context(command), word)):
                command = found
        assert command is not main, line


def test_the_example_of_udev_rules_is_what_the_command_writes() -> None:
    assert (DEPLOY / "70-motcua.rules").read_text(encoding="utf-8") == rules(EXAMPLES)


def test_each_rule_matches_one_port_and_gives_it_to_the_agent() -> None:
    match, give = (
        r'(SUBSYSTEM|ENV\{ID_PATH\})=="[^"]+"',
        r'(SYMLINK\+|GROUP|MODE|ENV\{LIBINPUT_IGNORE_DEVICE\})="[^"]+"',
    )
    lines = [line for line in rules(EXAMPLES).splitlines() if not line.startswith("#")]
    assert len(lines) == len(EXAMPLES)
    for line in lines:
        assert re.fullmatch(rf"{match}, {match}(, {give}){{3,4}}", line), line


def test_units_read_the_settings_where_the_guide_writes_them() -> None:
    guides = [DEPLOY / "README.md", *(DEPLOY.parent / "docs").glob("*.md")]
    told = "\n".join(guide.read_text(encoding="utf-8") for guide in guides)
    for unit in UNITS:
        for path in re.findall(r"^EnvironmentFile=-?(\S+)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
            assert path in told, f"{unit.name} reads {path}, which nobody writes"


def test_every_unit_of_the_server_has_the_same_settings() -> None:
    """A timer with a database of its own would back up, forget and send out of an empty one, and report success."""
    ours = [unit for unit in UNITS if "EnvironmentFile=/etc/motcua/server.env" in unit.read_text(encoding="utf-8")]
    assert len(ours) == 6
    for unit in ours:
        text = unit.read_text(encoding="utf-8")
        assert "WorkingDirectory=/var/lib/motcua\n" in text, unit.name
        assert not re.search(r"^Environment=.*(DATABASE_URL|DATA_DIR)", text, re.MULTILINE), unit.name
    told = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for line in ("MOTCUA_DATABASE_URL=sqlite:////var/lib/motcua/motcua.db", "MOTCUA_DATA_DIR=/var/lib/motcua"):
        assert line in told, line


def test_the_guide_installs_and_starts_every_timer_with_its_service() -> None:
    told = (DEPLOY / "README.md").read_text(encoding="utf-8")
    for timer in DEPLOY.glob("*.timer"):
        started = re.search(rf"^ +systemctl enable --now .*{timer.name}", told, re.MULTILINE)
        assert started and f"deploy/{timer.stem}.service" in told, timer.name


def test_what_the_pages_and_the_paper_need_travels_in_the_wheel() -> None:
    """Every file of a room that is not a program, as setuptools would pack it."""
    from setuptools import Distribution

    root = DEPLOY.parent
    with contextlib.chdir(root):
        distribution = Distribution()
        distribution.parse_config_files(["setup.cfg"])
        packed = distribution.get_command_obj("build_py")
        packed.ensure_finalized()
        there = {Path(folder) / name for _, folder, _, names in packed.data_files for name in names}
    needed = {
        path.relative_to(root)
        for room in ("kiosk", "display", "server", "hardware")
        for path in (root / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".py", ".po", ".ino")
    }
    assert needed
    assert needed - there == set()
