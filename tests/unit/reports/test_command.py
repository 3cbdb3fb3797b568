"""`motcua report check` on the tables that offices have published."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from server.commands.report import report

PUBLISHED = {
    "district": {"received": 7761, "on_time": 7643, "early": 75, "in_progress": 43, "late": 0},
    "wards": {"received": 53220, "on_time": 50918, "early": 2163, "in_progress": 139, "late": 0},
    "catalogue_district": {"total": 224, "dvc2": 71, "dvc3": 21, "dvc4": 132},
    "catalogue_wards": {"total": 103, "dvc2": 46, "dvc3": 1, "dvc4": 57},
    "ratings": {
        "total": 2939, "very_satisfied": 2220, "satisfied": 715, "dissatisfied": 3,
        "dissatisfied_reason": "processing_time",
    },
    "level2": {"resolved": 4509, "received": 4718, "on_time_pct_approx": 98.5},
    "half_year_wards": {"resolved_approx": 41730, "received": 41770},
    "year_2018": {
        "received": 307485, "resolved": 305480, "early_or_on_time": 303768,
        "dvc3": 5825, "dvc3_at_home": 4658, "dvc4": 175, "posted": 730,
    },
}  # fmt: skip


@pytest.fixture
def published(tmp_path: Path) -> Path:
    file = tmp_path / "published.json"
    file.write_text(json.dumps({"about": "Counts printed in public reports.", "tables": PUBLISHED}))
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(report, ["check", *map(str, arguments)])


def test_the_published_tables_have_exactly_two_sums_that_do_not_hold(published: Path) -> None:
    result = run(published, "--json")
    data = json.loads(result.output)
    broken = [(table["name"], item["printed_value"], item["computed_value"], item["gap"])
              for table in data["tables"] for item in table["checks"] if not item["holds"]]  # fmt: skip
    assert broken == [("catalogue_wards", 103, 104, -1), ("ratings", 2939, 2938, 1)]
    assert [table["name"] for table in data["tables"] if table["not_checked"]] == ["level2"]
    assert result.exit_code == 1


def test_the_text_names_printed_computed_and_gap(published: Path) -> None:
    text = run(published).output
    assert "in 2939, tính ra 2938, chênh +1 – 1 lượt đánh giá không có mức" in text
    assert "in 103, tính ra 104, chênh −1" in text
    assert "on_time_pct_approx 98.5: không so" in text
    assert "✓ R4  received = on_time + early + in_progress + late" in text


def test_the_text_is_in_the_language_of_the_terminal(published: Path) -> None:
    english = CliRunner().invoke(report, ["check", str(published)], env={"LC_ALL": "en_GB.UTF-8"}).output
    assert "printed 2939, computed 2938, gap +1 – 1 rating(s) without a level" in english


def test_the_file_is_left_as_it_was(published: Path) -> None:
    before = published.read_bytes()
    run(published)
    assert published.read_bytes() == before


def test_quiet_shows_only_what_does_not_hold(published: Path) -> None:
    assert "district\n" not in run(published, "--quiet").output.replace("catalogue_district", "")


def test_a_clean_file_exits_with_0_and_one_with_nothing_to_compare_with_2(tmp_path: Path) -> None:
    clean, bare = tmp_path / "clean.json", tmp_path / "bare.json"
    clean.write_text('{"received": 5, "resolved": 5}')
    bare.write_text('{"received": 5}')
    assert run(clean).exit_code == 0
    nothing = run(bare)
    assert nothing.exit_code == 2
    assert "Chưa so được gì." in nothing.output


def test_a_file_that_is_no_report_is_refused_in_one_line(tmp_path: Path) -> None:
    book, broken = tmp_path / "book.xlsx", tmp_path / "broken.json"
    book.write_bytes(b"PK")
    broken.write_text("{")
    assert "không mở được tệp XLSX" in run(book).output
    assert "broken.json: không phải JSON" in run(broken).output
    assert "(not_json)" in run(broken).output
    assert run(broken).exit_code == 2


def test_csv_with_the_mark_that_excel_writes(tmp_path: Path) -> None:
    file = tmp_path / "return.csv"
    file.write_text("\ufeffLĩnh vực;Tiếp nhận;Đã giải quyết\nHộ tịch;1.523;1.524\n", encoding="utf-8")
    result = run(file)
    assert result.exit_code == 1
    assert "in 1.524, tính ra ≤ 1.523, chênh +1" in result.output
