"""Catalogues of texts: `tools/texts.py extract|update|compile|check`.

The msgid is the Vietnamese text itself, so only other languages have a catalogue, one a room. `check` fails when
a text in the sources has no English, or when its English lost a placeholder.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kiosk", "display", "server", "hardware")
LANGUAGES = ("en",)
# In JavaScript `_n(text, count)` needs one text only: Vietnamese nouns have no plural.
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "_n": (1, 1)}
# Without dates and names: what changes in a catalogue is its texts.
HEADER = """msgid ""
msgstr ""
"Project-Id-Version: Motcua\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def catalogue_path(room: str, language: str) -> Path:
    return ROOT / room / "locale" / language / "LC_MESSAGES" / "messages.po"


def extract(room: str) -> Catalog:
    """The texts in a room's sources, with the files that say them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as config:
        methods, options = parse_mapping_cfg(config)  # type: ignore[no-untyped-call]
    template = Catalog(project="Motcua", fuzzy=False)
    found = extract_from_dir(
        ROOT / room, methods, options, keywords=KEYWORDS, comment_tags=("NOTE:",), strip_comment_tags=True
    )
    for filename, _line, text, comments, context in sorted(found, key=lambda item: (item[0], item[1])):
        # Files without line numbers: a moved line is not a change of the catalogue.
        template.add(text, locations=[(f"{room}/{filename}", 0)], auto_comments=comments, context=context)
    return template


def load(room: str, language: str) -> Catalog:
    path = catalogue_path(room, language)
    if not path.exists():
        return Catalog(locale=language, project="Motcua", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def save(room: str, language: str, catalogue: Catalog) -> None:
    path = catalogue_path(room, language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(HEADER.format(language=language).encode())
        write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=True)


def update(room: str, language: str) -> None:
    """Bring a catalogue up to the sources: new texts come in empty, unused ones go."""
    template = extract(room)
    if not len(template) and not catalogue_path(room, language).exists():
        return
    catalogue = load(room, language)
    catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    save(room, language, catalogue)


def compile_all() -> None:
    """Every catalogue that lies there, click's own words among them."""
    for room in ROOMS:
        for path in (ROOT / room / "locale").glob("*/LC_MESSAGES/*.po"):
            with path.open("rb") as source, path.with_suffix(".mo").open("wb") as file:
                write_mo(file, read_po(source, locale=path.parts[-3]))


def problems(room: str, language: str) -> list[str]:
    """What a reader of that language would miss."""
    catalogue = load(room, language)
    found = []
    for message in extract(room):
        if not message.id:
            continue
        translated = catalogue.get(message.id if isinstance(message.id, str) else message.id[0])
        where = ", ".join(sorted({file for file, _ in message.locations}))
        text = message.id if isinstance(message.id, str) else message.id[0]
        fault = fault_of(text, translated)
        if fault:
            found.append(f"{room}/{language}: {fault}: {text!r} ({where})")
    return found


def fault_of(text: str, translated: Message | None) -> str | None:
    if translated is None:
        return "not in the catalogue"
    forms = [translated.string] if isinstance(translated.string, str) else list(translated.string or [""])
    if not all(forms):
        return "no translation"
    if translated.fuzzy:
        return "marked fuzzy"
    wanted = set(PLACEHOLDER.findall(text))
    # A singular may say "one person" without its number; no form may name what is not given.
    if set(PLACEHOLDER.findall(forms[-1])) != wanted or any(set(PLACEHOLDER.findall(f)) - wanted for f in forms):
        return "placeholders differ"
    return None


def check() -> None:
    found = [line for room in ROOMS for language in LANGUAGES for line in problems(room, language)]
    if found:
        sys.exit("\n".join(found))


def print_texts() -> None:
    for room in ROOMS:
        for message in extract(room):
            if message.id:
                print(f"{room}: {message.id if isinstance(message.id, str) else message.id[0]}")


def main(verb: str) -> None:
    if verb == "check":
        return check()
    if verb == "extract":
        return print_texts()
    if verb == "compile":
        return compile_all()
    for room in ROOMS:
        for language in LANGUAGES:
            update(room, language)
    return None


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in {"extract", "update", "compile", "check"}:
        sys.exit("usage: tools/texts.py extract|update|compile|check")
    main(sys.argv[1])
