"""Twenty thousand damaged messages for everything that reads bytes from outside: none of it breaks, and nothing is
taken for what was not said. The line protocol's own 20,000 are beside it, in `protocol/test_line.py`."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from hardware.drivers.base import Device
from hardware.drivers.bus import LineBus
from hardware.drivers.codes import IdentityCard, parse_scan
from hardware.drivers.line import KEY_NAMES
from hardware.drivers.messages import BadMessage, read_press
from hardware.printing.answers import Automatic, Finished, RealTime, Sensor, Sorter
from hardware.protocol.ff68 import Ff68Frame, Ff68Framer
from hardware.protocol.ff68 import encode as encode_key
from hardware.protocol.led import ascii_call, four_bytes, read_ascii_call, read_four_bytes
from hardware.protocol.line import Frame, encode
from tests.hardware.fakes import FakeHost, keypad, panel

DAMAGED = 20_000
TOKEN = b"!!!%"


def flip_one(chance: random.Random, line: bytes) -> bytes:
    bit = chance.randrange(len(line) * 8)
    return line[: bit // 8] + bytes([line[bit // 8] ^ 1 << bit % 8]) + line[bit // 8 + 1 :]


def flip_some(chance: random.Random, line: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        line = flip_one(chance, line)
    return line


def burst(chance: random.Random, line: bytes) -> bytes:
    start, length = chance.randrange(len(line)), chance.randint(1, 8)
    return line[:start] + chance.randbytes(min(length, len(line) - start)) + line[start + length :]


def lose(chance: random.Random, line: bytes) -> bytes:
    start = chance.randrange(len(line))
    return line[:start] + line[start + chance.randint(1, 4) :]


def add(chance: random.Random, line: bytes) -> bytes:
    at = chance.randrange(len(line) + 1)
    return line[:at] + chance.randbytes(chance.randint(1, 4)) + line[at:]


ALL = (flip_one, flip_some, burst, lose, add)


def damaged(line: bytes, *ways: Callable[[random.Random, bytes], bytes], count: int = DAMAGED) -> Iterator[bytes]:
    """So many versions of a message, none of them the message itself."""
    chance, made = random.Random(20261120), 0
    while made < count:
        altered = chance.choice(ways or ALL)(chance, line)
        if altered != line:
            made += 1
            yield altered


PRINTER_SAYS = {
    "automatic status": b"\x10\x00\x00\x0f",
    "DLE EOT": b"\x12",
    "GS r": b"\x00",
    "GS ( H": b"\x37\x22" + TOKEN + b"\x00",
}
KINDS = {"automatic status": Automatic, "DLE EOT": RealTime, "GS r": Sensor, "GS ( H": Finished}


@pytest.mark.parametrize("kind", PRINTER_SAYS)
def test_a_damaged_answer_of_a_printer_is_no_proof_and_the_next_one_is_heard(kind: str) -> None:
    said = PRINTER_SAYS[kind]
    for altered in damaged(said):
        sorter = Sorter()
        found = sorter.feed(altered)
        for answer in found:
            # A ticket's proof is its own token within seven right bytes: damage beside it may leave them whole.
            assert not (isinstance(answer, Finished) and answer.token == TOKEN) or said in altered
        assert not any(isinstance(answer, Finished) for answer in found) or b"\x37\x22" in altered
        # Eight bytes that nobody says end whatever was begun.
        assert sorter.feed(b"\xff" * 8 + said)[-1] == Sorter().feed(said)[0]


def test_one_wrong_bit_makes_no_proof_out_of_another_answer() -> None:
    """Kinds are told apart by fixed bits; what is inside a kind has no check, and is asked again every two seconds."""
    seen: Counter[tuple[str, str]] = Counter()
    for kind, said in PRINTER_SAYS.items():
        for altered in damaged(said, flip_one, count=DAMAGED // 4):
            for answer in Sorter().feed(altered):
                seen[kind, type(answer).__name__] += 1
    assert ("DLE EOT", "Finished") not in seen and ("automatic status", "Finished") not in seen
    assert ("GS r", "Finished") not in seen and ("GS r", "Automatic") not in seen


class Station:
    """A device on a shared line, as a driver sees it."""

    def __init__(self) -> None:
        self.events: list[Frame] = []

    def event(self, frame: Frame) -> bool:
        self.events.append(frame)
        return True

    def presence(self, online: bool, why: str) -> None: ...


@pytest.mark.parametrize(
    "said", [Frame(3, 7, "BTN", ("7f3c", "1", "120")), Frame(4, 9, "KEY", ("00a1", "TRANSFER", "0", "2"))]
)
def test_on_a_shared_line_no_altered_press_is_taken_or_acknowledged(said: Frame) -> None:
    bus, stations = LineBus(polled=True), {address: Station() for address in (3, 4)}
    for address, station in stations.items():
        assert bus.join(address, station)
    acknowledged = encode(Frame(said.address, said.sequence, "ACK", (said.args[0],)))
    for now, altered in enumerate(damaged(encode(said), count=DAMAGED // 2)):
        # What is left of one message is swept away by the next one's start, as on a line.
        answer = bus.received(altered, float(now))
        assert answer in (b"", acknowledged)
    taken = [frame for station in stations.values() for frame in station.events]
    assert all(frame == said for frame in taken), "bytes added before or after leave the message whole"


def test_of_the_callers_keys_none_is_taken_whose_sum_is_wrong() -> None:
    said = Ff68Frame(2, 1, b"\x0a")
    for altered in damaged(encode_key(said)):
        for frame in Ff68Framer().feed(altered):
            assert encode_key(frame) in altered
    assert not any(Ff68Framer().feed(altered) for altered in damaged(encode_key(said), flip_one, lose))


def test_boards_that_only_listen_show_no_number_with_a_wrong_sum() -> None:
    said = four_bytes(5, 999)
    assert all(read_four_bytes(altered) is None for altered in damaged(said, flip_one))
    for altered in damaged(said):
        read = read_four_bytes(altered)
        assert read is None or four_bytes(*read) == altered
    for altered in damaged(ascii_call(12, 3)):  # this maker's format has no sum: shape is all there is
        read = read_ascii_call(altered)
        assert read is None or ascii_call(*read) in (altered, altered.replace(b"$0", b"$", 1))


@pytest.mark.parametrize("device", [panel(), keypad()], ids=["panel", "keypad"])
def test_a_networks_message_is_a_whole_press_or_refused(device: Device) -> None:
    """HTTP and MQTT bring their own check sums; what a program garbles must still be a press of this device."""
    meant = {"button": 2} if device.kind == "panel" else {"key": "TRANSFER", "number": "2"}
    host, taken = FakeHost(), 0
    for altered in damaged(json.dumps({"boot": "3f2a", "seq": 17, "age_ms": 120, **meant}).encode()):
        try:
            message = json.loads(altered)
            press = read_press(message if isinstance(message, dict) else {}, device, host)
        except (BadMessage, ValueError, RecursionError):
            continue
        taken += 1
        assert press.origin is not None and press.device is device and press.at <= host.clock()
        assert press.action == "rate" if device.kind == "panel" else press.action in KEY_NAMES.values()
    assert taken < DAMAGED / 2


def test_a_damaged_scan_is_a_code_of_the_right_shape_or_unreadable() -> None:
    card = "001099012345|012345678|Nguyễn Thị Minh|01021990|Nữ|Số 5 Hạ Đình, Hà Nội|15082021"
    for altered in damaged(card.encode()):
        scan = parse_scan(altered.decode("utf-8", "replace"), identity_cards=True)
        if isinstance(scan, IdentityCard):
            assert len(scan.number) in (9, 12) and scan.number.isascii() and scan.number.isdigit()
        assert "0010" not in repr(scan) and "Minh" not in repr(scan)
