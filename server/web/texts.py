"""The texts of all rooms, merged into the one catalogue a language that pages fetch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages.mofile import read_mo

Form = str | list[str]


def catalogue(language: str, directories: Iterable[Path]) -> Mapping[str, Form]:
    """Translations by Vietnamese text: one form, or a list of plural forms. Empty for Vietnamese itself."""
    merged: dict[str, Form] = {}
    for directory in directories:
        compiled = directory / language / "LC_MESSAGES" / "messages.mo"
        if not compiled.exists():
            continue
        with compiled.open("rb") as file:
            messages = read_mo(file)
        for message in messages:
            if not message.id or not message.string:
                continue
            text = message.id if isinstance(message.id, str) else message.id[0]
            form = message.string if isinstance(message.string, str) else list(message.string)
            # Rooms may share a text; the one that counts knows more.
            if isinstance(form, list) or not isinstance(merged.get(text), list):
                merged[text] = form
    return merged


def texts_of(files: Iterable[Path], messages: Mapping[str, Form]) -> Mapping[str, Form]:
    """The part of a catalogue that these scripts say: a text is a plain string in their source."""
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return {text: form for text, form in messages.items() if f'"{text}"' in sources}
