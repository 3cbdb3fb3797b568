"""The country in small: many offices and their boards on one process; every board hears every call of its own office,
once and in order, and nothing else."""

from __future__ import annotations

import pytest

from bench import country
from bench.report import document
from bench.results import Measure, save


@pytest.mark.slow
@pytest.mark.usefixtures("cold_starts")
def test_a_dozen_offices_lose_and_repeat_nothing() -> None:
    # A machine that is busy with other things may fall behind the rate; what arrives must be right all the same.
    rows = {row.name: row for row in country.run(offices=12, clients=48, rate=8, seconds=5, late_s=120)}
    assert rows["country faults"].value == 0
    assert rows["country call_to_board"].n >= 30


def test_the_document_shows_what_was_reached_and_what_was_missed(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import json

    results = tmp_path / "results.json"
    good = Measure("issue_http/floor_http", 0.61, "×", given={"database": "sqlite"}, target=("at least", 0.5))
    bad = Measure("call_to_board p99", 180.0, "ms", given={"boards": 1000}, target=("at most", 150))
    save([good], results)
    save([bad], results)
    rows = json.loads(results.read_text())
    text = document(rows)
    assert {row["name"] for row in rows} == {good.name, bad.name}, "a part measured again leaves the others"
    assert "| issue_http/floor_http | database sqlite | 0.61 × |" in text and "reached" in text
    assert "180 ms" in text and "**missed**" in text and rows[0]["machine"]["cores"]
