"""What counts as the printer's word that a ticket is on paper."""

from __future__ import annotations

import pytest

from hardware.printing import session as sessions
from hardware.printing.profiles import load
from hardware.printing.session import Session

NOISE_OF_A_BREAK = b"\x00"
"""A line that is cut, or a printer that is switched off, is read as this; it is also the whole answer to `GS r 1`."""
THERE = b"\x12"


class Line:
    """A printer that says one thing after another, and answers `DLE EOT` only while it is there."""

    can_read = True

    def __init__(self, *said: bytes, there: bool) -> None:
        self._said, self._there = list(said), there

    def write(self, data: bytes, timeout_s: float) -> None:
        if data.startswith(b"\x10\x04") and self._there:
            self._said.append(THERE)

    def read(self, timeout_s: float) -> bytes:
        return self._said.pop(0) if self._said else b""

    def close(self) -> None: ...


@pytest.mark.parametrize(
    ("said", "there", "proven"),
    [
        (b"\x00", True, True),
        (NOISE_OF_A_BREAK, False, False),
        (b"", True, False),
    ],
    ids=["it answers in its turn", "only the noise of a cut line", "nothing"],
)
def test_one_byte_is_a_proof_only_of_a_printer_that_is_still_there(
    said: bytes, there: bool, proven: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "ANSWER_S", 0.05)
    session = Session(Line(said, there=there), load("generic-80"), 1.0, lambda _status: None)
    assert session.prove(b"!!!!", 0.05) is proven
