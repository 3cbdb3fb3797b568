"""The simulator's controller takes whatever comes: a line that garbles bytes must not end it."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hardware.printing.virtual import VirtualPrinter

COMMANDS = st.sampled_from([
    b"\x1b", b"\x1d", b"\x1c", b"\x10\x04", b"\x1d(k", b"\x1d(L", b"\x1d(H", b"\x1b&\x03", b"\x1b*", b"\x1dv0",
    b"\x1d8L", b"\x1dV", b"\x1bt",
])  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.one_of(COMMANDS, st.binary(max_size=8)), max_size=40))
def test_any_bytes_are_taken(parts: list[bytes]) -> None:
    device = VirtualPrinter(384)
    data = b"".join(parts)
    for start in range(0, len(data), 100):
        device.receive(data[start : start + 100])
    assert device.received == len(data)
