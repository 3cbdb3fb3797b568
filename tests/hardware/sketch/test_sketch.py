"""The sketch that we ask people to flash, compiled for this machine and put on a real pair of terminals."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.drivers.line import LinePanel
from hardware.protocol.line import Frame, Framer
from tests.hardware.fakes import FakeHost, eventually, panel

HERE = Path(__file__).parent
SKETCH = Path(__file__).parents[3] / "hardware" / "sketch" / "panel" / "panel.ino"

pytestmark = pytest.mark.skipif(not shutil.which("g++") or not shutil.which("socat"), reason="needs g++ and socat")


@pytest.fixture(scope="module")
def firmware(tmp_path_factory: pytest.TempPathFactory) -> Path:
    binary = tmp_path_factory.mktemp("sketch") / "panel"
    command = ["g++", "-std=c++17", "-Wall", "-Wextra", "-Werror", "-I", str(HERE), f'-DSKETCH="{SKETCH}"']
    # Arduino's own build knows .ino; here it is C++ by inclusion.
    subprocess.run([*command, str(HERE / "main.cpp"), "-o", str(binary)], check=True)
    return binary


class Bench:
    """A panel with power and a cable."""

    def __init__(self, firmware: Path, folder: Path) -> None:
        self.host_end, self._device_end = str(folder / "host"), str(folder / "device")
        self._firmware, self._folder = firmware, folder
        ends = [f"pty,raw,echo=0,link={end}" for end in (self.host_end, self._device_end)]
        self._cable = subprocess.Popen(["socat", *ends])
        eventually(lambda: Path(self._device_end).exists() and Path(self.host_end).exists())
        self.switch_on()

    def switch_on(self) -> None:
        environment = os.environ | {"EEPROM_FILE": str(self._folder / "eeprom")}
        self._power = subprocess.Popen([self._firmware, self._device_end], env=environment)

    def switch_off(self) -> None:
        self._power.kill()
        self._power.wait()

    def press(self, which: signal.Signals) -> None:
        self._power.send_signal(which)

    def close(self) -> None:
        self.switch_off()
        self._cable.terminate()
        self._cable.wait()


@pytest.fixture
def bench(firmware: Path, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(firmware, tmp_path)
    yield made
    made.close()


def test_its_hello_and_its_presses_are_taken_once_each(bench: Bench):
    host = FakeHost()
    LinePanel(panel(port=bench.host_end), host)
    host.start()
    eventually(lambda: ("panel-3", "ok", "") in host.reports)
    bench.press(signal.SIGUSR1)
    eventually(lambda: len(host.presses) == 1)
    bench.press(signal.SIGUSR2)
    eventually(lambda: len(host.presses) == 2)
    host.close()
    assert [press.value for press in host.presses] == ["very_satisfied", "dissatisfied"]
    first, second = (press.origin for press in host.presses)
    assert first.boot == second.boot
    assert second.sequence == first.sequence + 1


def test_a_press_nobody_acknowledged_is_said_again_with_its_age(bench: Bench):
    host = FakeHost()
    host.disk_full = True
    LinePanel(panel(port=bench.host_end), host)
    host.start()
    eventually(lambda: ("panel-3", "ok", "") in host.reports)
    bench.press(signal.SIGUSR1)
    ages: list[float] = []
    host.take = lambda press: ages.append((host.clock() - press.at).total_seconds()) or len(ages) > 2  # type: ignore[method-assign]
    eventually(lambda: len(ages) == 3)
    host.close()
    assert ages == sorted(ages)
    assert 0.7 <= ages[2] - ages[0] <= 3


def test_every_power_on_has_a_boot_id_of_its_own(bench: Bench):
    descriptor = os.open(bench.host_end, os.O_RDWR | os.O_NOCTTY)
    framer, hellos = Framer(), []

    def hear_hello() -> Frame:
        while True:
            for frame in framer.feed(os.read(descriptor, 256)):
                if frame.command == "HELLO" and frame.args[0] not in hellos:
                    hellos.append(frame.args[0])
                    return frame

    first = hear_hello()
    bench.switch_off()
    bench.switch_on()
    second = hear_hello()
    os.close(descriptor)
    assert first.args[0] != second.args[0]
