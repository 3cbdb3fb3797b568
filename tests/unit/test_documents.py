"""What the documents tell a reader to type is there: each command with its options, each target, each file to copy."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest

from bench import report
from bench.results import RESULTS
from server.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "deploy/README.md", *(f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md"))))
TYPED = re.compile(r"(?:^(?:\S*/)?|\s\S*/bin/)motcua((?: +(?:--)?[a-z][a-z-]*)+)", re.MULTILINE)
CODE = re.compile(r"^ *```\w*\n(.*?)^ *```|`([^`\n]+)`|^ {4}(\S[^\n]*)$", re.MULTILINE | re.DOTALL)


def code_of(document: str) -> list[str]:
    """The lines of a document that are to be typed, without their comments."""
    found = CODE.findall((ROOT / document).read_text(encoding="utf-8"))
    code = "\n".join(next(filter(None, parts)) for parts in found if any(parts))
    return [line.partition("#")[0].strip() for line in code.splitlines()]


def typed(document: str) -> list[str]:
    """Every `motcua …` of a document's code, up to its first value."""
    return [words for line in code_of(document) for words in TYPED.findall(line)]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_named_exists(document: str) -> None:
    for words in typed(document):
        command: click.Command = main
        for word in words.split():
            if word.startswith("--"):
                options = {name for parameter in command.params for name in parameter.opts + parameter.secondary_opts}
                assert word in options | {"--help"}, f"{document}: motcua{words}"
            elif isinstance(command, click.Group):
                found = command.get_command(click.Context(command), word)
                assert found is not None, f"{document}: motcua{words}"
                command = found


def test_the_documents_do_name_commands() -> None:
    named = {words.split()[0] for document in DOCUMENTS for words in typed(document)}
    assert named >= {"office", "user", "serve", "agent", "inspect", "privacy"}


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_and_every_file_to_copy_is_in_a_clone(document: str) -> None:
    """All is typed at the top of a clone: a guide that changes the folder half-way names files that are not there."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in code_of(document):
        for words in re.findall(r"^make((?: [a-z]+)+)", line):
            assert set(words.split()) <= targets, f"{document}: {line}"
        copied = re.match(r"(?:sudo )?(?:cp|install -D) (.+) \S+$", line.partition("&&")[0].strip())
        for path in copied[1].split() if copied else ():
            assert list(ROOT.glob(path)), f"{document}: {path}"


def test_every_figure_that_is_kept_stands_in_its_document() -> None:
    rows = json.loads(RESULTS.read_text(encoding="utf-8"))
    text = report.DOCUMENT.read_text(encoding="utf-8")
    assert text == report.document(rows), "python -m bench.report"
    for name, drawing in report.pictures(rows).items():
        assert (report.PICTURES / name).read_text(encoding="utf-8") == drawing, "python -m bench.report"
    told = {line.split(" | ")[0].removeprefix("| ") for line in text.splitlines()}
    assert {row["name"] for row in rows} <= told
