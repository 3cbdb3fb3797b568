"""Measurements of the whole product: `python -m bench` (or `make bench`) writes bench/results.json.

Figures of a shared or slow machine mean little by themselves, so each that matters stands beside a floor: the least
work that any server would have to do for it, measured in the same run on the same database, in turns with it.
"""
