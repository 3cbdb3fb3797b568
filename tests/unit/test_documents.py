"""What the documents tell a reader to type is there: each command, and each of its options."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from server.cli import main

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("README.md", "deploy/README.md", *(f"docs/{file.name}" for file in sorted((ROOT / "docs").glob("*.md"))))
TYPED = re.compile(r"^(?:\S*/)?motcua((?: +(?:--)?[a-z][a-z-]*)+)", re.MULTILINE)
CODE = re.compile(r"^```\w*\n(.*?)^```|`([^`\n]+)`|^ {4}(\S.*)$", re.MULTILINE | re.DOTALL)


def typed(text: str) -> list[str]:
    """Every `motcua …` of a document's code, up to its first value."""
    code = "\n".join(next(filter(None, found)) for found in CODE.findall(text) if any(found))
    return [words for line in code.splitlines() for words in TYPED.findall(line.partition("#")[0])]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_is_named_exists(document: str) -> None:
    for words in typed((ROOT / document).read_text(encoding="utf-8")):
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
    named = {words.split()[0] for document in DOCUMENTS for words in typed((ROOT / document).read_text("utf-8"))}
    assert named >= {"office", "user", "serve", "agent", "inspect", "privacy"}
