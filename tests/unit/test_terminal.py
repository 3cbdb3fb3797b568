"""The command line tells of itself in the language of whoever reads the terminal, click's own words included."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from click.testing import CliRunner

from server.cli import main
from server.terminal import LOCALE, language, told

VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ]", re.IGNORECASE)
SPOKEN = {
    "vi_VN.UTF-8": "vi",
    "C.UTF-8": "vi",  # says nothing of a language: the house's own
    "en_US.UTF-8": "en",
}
CLICK = Path(click.__file__).parent
OF_DEVELOPERS = {"_winconsole.py", "_termui_impl.py", "shell_completion.py", "utils.py"}
FOR_DEVELOPERS = re.compile(
    r"DeprecationWarning|defined twice|cannot use the same flag|Could not determine name|No options defined|"
    r"Arguments take exactly|Invalid start character|%\(prog\)s|Choice\(|Unknown colou?r"
)
NAMED = re.compile(r"{\w+(?:!r)?}")
METAVARS = {"file", "directory", "path"}
"""Names of kinds: in the help they stand in capitals, as programs have them, in both languages."""


def commands(system: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, click.Command]]:
    """Every command of every room, as that terminal has it."""
    monkeypatch.setenv("LC_ALL", system)

    def below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield name, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for each in command.list_commands(context):
                found = command.get_command(context, each)
                assert found is not None, f"{name} {each}"
                yield from below(f"{name} {each}", found)

    return below("motcua", told(main, language()))


def texts(system: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What each command and each option tells of itself."""
    found = {}
    for name, command in commands(system, monkeypatch):
        found[name] = command.help or ""
        found[f"{name} …"] = command.options_metavar or ""
        for option in (each for each in command.params if isinstance(each, click.Option)):
            found[f"{name} {option.opts[-1]}"] = option.help or ""
            if option.prompt:
                found[f"{name} {option.opts[-1]}?"] = str(option.prompt)
    return found


def test_every_command_and_option_says_what_it_is_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    vietnamese, english = (texts(system, monkeypatch) for system in ("vi_VN.UTF-8", "en_GB.UTF-8"))
    assert vietnamese.keys() == english.keys()
    # A command of every room is there: what has no command cannot be wrong.
    assert {"motcua serve", "motcua agent pair --state-dir", "motcua kiosk --bind", "motcua user add --password?"} <= (
        english.keys()
    )
    assert {name: text for name, text in vietnamese.items() if not VIETNAMESE.search(text)} == {}
    assert {name: text for name, text in english.items() if not text or VIETNAMESE.search(text)} == {}


@pytest.mark.parametrize("system", SPOKEN)
def test_the_whole_page_of_help_is_in_the_language_of_the_system(system: str) -> None:
    frame = {
        "vi": ("Cách dùng: ", "Tuỳ chọn:", "Các lệnh:", "Chạy máy chủ.", "Các thiết bị gắn ở máy này."),
        "en": ("Usage: ", "Options:", "Commands:", "Start the server.", "The devices of this machine."),
    }  # fmt: skip
    spoken = SPOKEN[system]
    page = CliRunner(env={"LC_ALL": system}).invoke(main, ["--help"], prog_name="motcua")
    assert page.exit_code == 0
    assert [words for words in frame[spoken] if words not in page.output] == []
    assert [words for words in frame["en" if spoken == "vi" else "vi"] if words in page.output] == []


@pytest.mark.parametrize(
    ("typed", "vietnamese", "english"),
    [
        ("serv", "Lỗi: Không có lệnh 'serv'.", "Error: No such command 'serv'."),
        (
            "agent --verbos",
            "Lỗi: Không có tuỳ chọn '--verbos'. Có phải là '--verbose'?",
            "Error: No such option '--verbos'. Did you mean '--verbose'?",
        ),
        ("office check", "Lỗi: Thiếu tham số 'FILE'.", "Error: Missing argument 'FILE'."),
        ("office new a", "Lỗi: Thiếu tuỳ chọn '--name'.", "Error: Missing option '--name'."),
        (
            "office check no",
            "Lỗi: Giá trị của 'FILE' không đúng: không tìm thấy 'no'.",
            "Error: Invalid value for 'FILE': File 'no' does not exist.",
        ),
        (
            "serve --processes 0",
            "Lỗi: Giá trị của '--processes' không đúng: 0 nằm ngoài khoảng 1<=x<=64.",
            "Error: Invalid value for '--processes': 0 is not in the range 1<=x<=64.",
        ),
    ],
)
def test_a_slip_of_the_typist_is_told_in_the_language_of_the_system(typed: str, vietnamese: str, english: str) -> None:
    for system, said, hint in (("vi_VN", vietnamese, "Xem hướng dẫn bằng "), ("en_GB", english, "Try ")):
        answer = CliRunner(env={"LC_ALL": system, "LANGUAGE": "fr"}).invoke(main, typed.split(), prog_name="motcua")
        assert answer.exit_code == 2
        assert answer.output.splitlines()[-1] == said
        assert hint in answer.output


@pytest.mark.parametrize("before", [None, "en_GB:en"])
def test_what_was_set_for_the_words_of_click_is_set_back(before: str | None) -> None:
    with CliRunner(env={"LC_ALL": "vi_VN.UTF-8", "LANGUAGE": before}).isolation():
        main(["--version"], standalone_mode=False)
        assert os.environ.get("LANGUAGE") == before
        assert gettext.textdomain() == "messages"


def test_every_word_that_click_says_to_a_reader_has_its_vietnamese() -> None:
    with (LOCALE / "vi" / "LC_MESSAGES" / "click.po").open("rb") as file:
        catalogue = read_po(file, locale="vi")
    said = {"required"}  # click translates it from a variable
    for filename, _line, text, _comments, _context in extract_from_dir(str(CLICK)):
        if filename not in OF_DEVELOPERS:
            said.add(text if isinstance(text, str) else text[0])
    said = {text for text in said if text not in METAVARS and not FOR_DEVELOPERS.search(text)}
    ours = {_forms(message.id): _forms(message.string)[0] for message in catalogue if message.id}
    assert {forms[0] for forms in ours} == said
    for forms, vietnamese in ours.items():
        assert vietnamese, forms
        assert set(NAMED.findall(vietnamese)) <= set(NAMED.findall(forms[-1])), forms


def _forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
