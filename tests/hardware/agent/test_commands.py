"""The commands a technician types."""

from __future__ import annotations

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask, jsonify, request
from werkzeug.serving import make_server

from hardware.agent.udev import Plugged, plugged, rules
from hardware.cli import agent, doctor
from hardware.printing.transport import virtual
from tests.hardware.fakes import FakeOffice

VIETNAMESE = {"LANG": "vi_VN.UTF-8", "LC_ALL": ""}


@pytest.fixture
def office() -> Iterator[FakeOffice]:
    made = FakeOffice([{"id": "p3", "kind": "panel", "name": "panel-3", "counter": 3, "settings": {}}])
    yield made
    made.close()


@pytest.fixture
def pairing() -> Iterator[str]:
    app = Flask("pairing")

    @app.post("/api/v1/devices/pair")
    def pair():
        if request.get_json() != {"code": "12345678"}:
            return jsonify(code="pairing_refused", detail="Mã ghép không đúng hoặc đã hết hạn."), 409
        return jsonify(token="fresh", office="demo", device={}), 201

    server = make_server("127.0.0.1", 0, app)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pairing_keeps_the_token_for_its_owner_only(pairing: str, tmp_path: Path):
    done = CliRunner(env=VIETNAMESE).invoke(agent, ["pair", pairing, "12345678", "--state-dir", str(tmp_path / "a")])
    assert done.exit_code == 0, done.output
    token = tmp_path / "a" / "token"
    assert token.read_text().strip() == "fresh"
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert "Đã ghép nối" in done.output
    assert "fresh" not in done.output


def test_a_wrong_code_says_what_to_do(pairing: str, tmp_path: Path):
    done = CliRunner(env=VIETNAMESE).invoke(agent, ["pair", pairing, "87654321", "--state-dir", str(tmp_path / "a")])
    assert done.exit_code == 1
    assert "xin mã mới" in done.output
    assert not (tmp_path / "a").exists()


def test_an_unreachable_server_says_what_to_check(tmp_path: Path):
    done = CliRunner(env=VIETNAMESE).invoke(agent, ["pair", "http://127.0.0.1:9", "12345678"])
    assert done.exit_code == 1
    assert "dây mạng" in done.output


def configured(tmp_path: Path, office: FakeOffice, section: str) -> str:
    path = tmp_path / "agent.toml"
    path.write_text(f'server = "{office.url}"\ntoken_file = "token"\nstate_dir = "state"\n{section}')
    (tmp_path / "token").write_text("t")
    return str(path)


def test_the_doctor_names_the_device_that_does_not_answer(office: FakeOffice, tmp_path: Path, monkeypatch):
    monkeypatch.setattr("hardware.agent.doctor.PROBE_S", 0.5)
    section = '[[device]]\nid = "panel-3"\nport = "/dev/motcua-is-not-there"\n[[device]]\nid = "old-panel"\n'
    done = CliRunner(env=VIETNAMESE).invoke(doctor, ["--config", configured(tmp_path, office, section)])
    assert done.exit_code == 1
    assert f"✓ {office.url}: Văn phòng demo, 1 thiết bị" in done.output
    assert "✗ panel-3 (panel): mất tín hiệu · không thấy thiết bị ở cổng đã khai" in done.output
    assert "motcua agent udev" in done.output, "and what to do"
    assert "/dev/motcua-is-not-there" in done.output
    assert "! old-panel: Có trong tệp cấu hình" in done.output


def test_the_doctor_finds_a_device_that_answers(office: FakeOffice, tmp_path: Path):
    section = '[[device]]\nid = "panel-3"\ndriver = "http"\ntoken = "x"\n'
    done = CliRunner(env=VIETNAMESE).invoke(doctor, ["--config", configured(tmp_path, office, section)])
    assert "✓ panel-3 (panel): trả lời tốt" in done.output


def test_the_doctor_without_a_configuration_still_looks_at_the_ports(tmp_path: Path):
    done = CliRunner(env=VIETNAMESE).invoke(doctor, ["--config", str(tmp_path / "none.toml")])
    assert done.exit_code == 1
    assert "pair" in done.output


def test_the_doctor_on_a_server_that_is_away(office: FakeOffice, tmp_path: Path):
    path = configured(tmp_path, office, "")
    office.close()
    done = CliRunner(env=VIETNAMESE).invoke(doctor, ["--config", path])
    assert f"✗ {office.url}: Không trả lời" in done.output
    office.__init__([])  # type: ignore[misc]  # the fixture closes it once more


def test_the_test_page_comes_out_and_is_proven():
    command = ["test-page", "--transport", "virtual:test-page", "--profile", "virtual-80"]
    done = CliRunner(env=VIETNAMESE).invoke(agent, command)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("printed")
    [strip] = virtual.printer("test-page").strips
    assert strip.image.width == 576
    assert strip.image.height > 700


def test_the_test_page_without_paper_is_not_sent():
    virtual.printer("empty").turn(paper="out")
    done = CliRunner(env=VIETNAMESE).invoke(
        agent, ["test-page", "--transport", "virtual:empty", "--profile", "virtual-80"]
    )
    assert done.exit_code == 1
    assert done.output.startswith("not_sent")
    assert "paper=out" in done.output


# Names by USB port


def test_rules_by_the_port_a_device_is_plugged_into():
    text = rules([(Plugged("/dev/ttyUSB0", "tty", "pci-0000:00:14.0-usb-0:2:1.0"), "panel-3")])
    assert 'ENV{ID_PATH}=="pci-0000:00:14.0-usb-0:2:1.0", SYMLINK+="motcua/panel-3"' in text


@pytest.mark.parametrize("name", ["", "../x", 'a", RUN+="rm', "Quầy"])
def test_a_name_cannot_say_more_than_a_name(name: str):
    with pytest.raises(ValueError, match="chữ thường không dấu"):
        rules([(Plugged("/dev/ttyUSB0", "tty", "pci-0"), name)])


def test_what_is_plugged_in_is_read_from_udevs_own_links(tmp_path: Path):
    serial, inputs, usb = (tmp_path / name for name in ("serial", "inputs", "usb"))
    for folder in (serial, inputs, usb):
        folder.mkdir()
    for node in ("ttyUSB0", "event3"):
        (tmp_path / node).touch()
    (serial / "pci-0000:00:14.0-usb-0:2:1.0-port0").symlink_to(tmp_path / "ttyUSB0")
    (inputs / "pci-0000:00:14.0-usb-0:3:1.0-event-kbd").symlink_to(tmp_path / "event3")
    (inputs / "pci-0000:00:14.0-usb-0:4:1.0-event-mouse").symlink_to(tmp_path / "event3")
    assert plugged(serial, usb, inputs) == [
        Plugged(str(tmp_path / "ttyUSB0"), "tty", "pci-0000:00:14.0-usb-0:2:1.0"),
        Plugged(str(tmp_path / "event3"), "input", "pci-0000:00:14.0-usb-0:3:1.0"),
    ]
