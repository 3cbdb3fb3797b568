"""Names for new things: sortable ids, and tokens that nobody can guess."""

from __future__ import annotations

import hashlib
import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
PAIRS = tuple(a + b for a in ALPHABET for b in ALPHABET)


def new_id() -> str:
    """26 characters, later ids sort later: 48 bits of milliseconds, then 80 random ones."""
    value = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    return "".join([PAIRS[value >> shift & 1023] for shift in range(120, -1, -10)])


def new_track_token() -> str:
    """96 random bits for the citizen's page; short enough for a small QR."""
    return secrets.token_urlsafe(12)


def new_token() -> str:
    """A device's or program's secret, shown once and kept only as a hash."""
    return secrets.token_urlsafe(32)


def new_pairing_code() -> str:
    """Eight digits that a technician types within minutes."""
    return f"{secrets.randbelow(10**8):08d}"


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
