"""Loudness of mono sound after ITU-R BS.1770 and EBU R 128, without numpy: phrases are a few seconds long.

Samples are floats, full scale ±1.0; loudness is in LUFS.
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

SILENCE = -math.inf
_BLOCK_S, _STEP_S = 0.4, 0.1  # gating blocks of 400 ms that overlap by 75 %
_ABSOLUTE_GATE, _RELATIVE_GATE = -70.0, -10.0
_OFFSET = -0.691  # makes a 997 Hz sine at full scale read -3.01 LUFS

Biquad = tuple[float, float, float, float, float]


@lru_cache
def k_weighting(rate: int) -> tuple[Biquad, Biquad]:
    """The two filters of BS.1770 (head shelf, then high-pass) for any sample rate, as (b0, b1, b2, a1, a2).

    BS.1770 lists coefficients for 48 kHz only; these come from the analogue filters behind that list by the
    bilinear transform, and a test compares them with the list.
    """
    k, q = math.tan(math.pi * 1681.974450955533 / rate), 0.7071752369554196
    high = 10 ** (3.999843853973347 / 20)
    middle = high**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = (
        (high + middle * k / q + k * k) / norm,
        2 * (k * k - high) / norm,
        (high - middle * k / q + k * k) / norm,
        2 * (k * k - 1) / norm,
        (1 - k / q + k * k) / norm,
    )
    k, q = math.tan(math.pi * 38.13547087602444 / rate), 0.5003270373238773
    norm = 1 + k / q + k * k
    high_pass = (1.0, -2.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)
    return shelf, high_pass


def _step_energies(samples: Iterable[float], rate: int) -> list[float]:
    """Sum of squares of the K-weighted sound, for each whole step of 100 ms and the rest."""
    (b0, b1, b2, a1, a2), (c0, c1, c2, d1, d2) = k_weighting(rate)
    step = round(rate * _STEP_S)
    s1 = s2 = t1 = t2 = 0.0  # transposed direct form II: two states a filter
    energies, energy, left = [], 0.0, step
    for x in samples:
        y = b0 * x + s1
        s1 = b1 * x - a1 * y + s2
        s2 = b2 * x - a2 * y
        z = c0 * y + t1
        t1 = c1 * y - d1 * z + t2
        t2 = c2 * y - d2 * z
        energy += z * z
        left -= 1
        if not left:
            energies.append(energy)
            energy, left = 0.0, step
    if left < step:
        energies.append(energy)
    return energies


def _lufs(mean_square: float) -> float:
    return _OFFSET + 10 * math.log10(mean_square) if mean_square > 0 else SILENCE


def integrated(samples: Sequence[float], rate: int) -> float:
    """Gated loudness of the whole; a sound shorter than one block is measured ungated."""
    energies = _step_energies(samples, rate)
    step, span = round(rate * _STEP_S), round(_BLOCK_S / _STEP_S)
    if len(samples) < step * span:
        return _lufs(sum(energies) / len(samples)) if samples else SILENCE
    whole = len(samples) // step
    blocks = [sum(energies[at : at + span]) / (step * span) for at in range(whole - span + 1)]
    heard = [block for block in blocks if _lufs(block) > _ABSOLUTE_GATE]
    if not heard:
        return SILENCE
    gate = _lufs(sum(heard) / len(heard)) + _RELATIVE_GATE
    heard = [block for block in heard if _lufs(block) > gate]
    return _lufs(sum(heard) / len(heard))
