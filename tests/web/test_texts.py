import io
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo

from server.web import texts as web_texts
from tools import js_texts
from tools.texts import fault_of


def texts_in(source: str) -> list[Any]:
    return [text for _, _, text, _ in js_texts.extract(io.BytesIO(source.encode()), (), (), options={})]


def test_texts_are_found_inside_nested_templates_with_values() -> None:
    source = """
      html`<p>${open ? html`<b>${_("Còn %(n)s giây", { n: Math.ceil(left / 1000) })}</b>` : nothing}</p>
        ${_n("%(n)s số", count)} ${ _(
          "Tạm dừng") }`
    """
    assert texts_in(source) == ["Còn %(n)s giây", "%(n)s số", "Tạm dừng"]


def test_examples_in_comments_and_other_names_are_not_texts() -> None:
    source = """
      /** A text: `_("Ví dụ", {n: 3})`. */
      // _("Bỏ")
      lodash_("khác"); this._("riêng"); const url = "https://x"; _("Thật"); // cuối dòng
    """
    assert texts_in(source) == ["Thật"]


def test_a_text_that_is_put_together_is_refused() -> None:
    with pytest.raises(SyntaxError, match="plain string"):
        texts_in("_(`Quầy ${number}`)")


@pytest.mark.parametrize(
    ("text", "english", "fault"),
    [
        ("Quầy %(counter)s", None, "not in the catalogue"),
        ("Quầy %(counter)s", "", "no translation"),
        ("Quầy %(counter)s", "Counter", "placeholders differ"),
        ("Quầy %(counter)s", "Counter %(number)s", "placeholders differ"),
        ("Quầy %(counter)s", "Counter %(counter)s", None),
        ("đã gọi %(n)s lần", ("called once", "called %(n)s times"), None),
        ("đã gọi %(n)s lần", ("called %(n)s times", "called"), "placeholders differ"),
        ("đã gọi %(n)s lần", ("", "called %(n)s times"), "no translation"),
    ],
)
def test_what_a_reader_of_english_would_miss(text: str, english: Any, fault: str | None) -> None:
    assert fault_of(text, None if english is None else Message(text, english)) == fault


def test_rooms_that_share_a_text_keep_its_plural(tmp_path: Path) -> None:
    for room, form in {"display": ("%(n)s person", "%(n)s people"), "server": "%(n)s people"}.items():
        folder = tmp_path / room / "en" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        catalogue = Catalog(locale="en")
        catalogue.add("%(n)s người" if isinstance(form, str) else ("%(n)s người", "%(n)s người"), form)
        with (folder / "messages.mo").open("wb") as file:
            write_mo(file, catalogue)
    merged = web_texts.catalogue("en", [tmp_path / "display", tmp_path / "server"])
    assert merged == {"%(n)s người": ["%(n)s person", "%(n)s people"]}


def test_a_room_without_a_catalogue_adds_nothing(tmp_path: Path) -> None:
    assert web_texts.catalogue("en", [tmp_path]) == {}
