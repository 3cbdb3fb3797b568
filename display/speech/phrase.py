"""The sentence of an announcement, from an office's template."""
from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass, field

from display.speech import words
from display.speech.words import Language, Style

# Set per office and language; an office that prefers "công dân" or "ông/bà" writes it here.
INVITE: dict[Language, str] = {
    "vi": "Xin mời số thứ tự {number}, đến {counter}.",
    "en": "Number {number}, please go to {counter}.",
}
RECALL: dict[Language, str] = {
    "vi": "Xin mời lại số thứ tự {number}, đến {counter}.",
    "en": "Calling again: number {number}, please go to {counter}.",
}
LONGEST_TEMPLATE = 160


class TemplateError(ValueError):
    """A template that cannot be spoken; the text says why."""


def check(template: str) -> str:
    """The template itself, if an announcement can be made of it; else TemplateError."""
    if len(template) > LONGEST_TEMPLATE:
        raise TemplateError(f"longer than {LONGEST_TEMPLATE} characters")
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise TemplateError(str(error)) from error
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise TemplateError("placeholders take no format")
    names = sorted(name for _, name, _, _ in parts if name is not None)
    if names != ["counter", "number"]:
        raise TemplateError("needs {number} and {counter}, once each, and nothing else")
    return template


@dataclass(frozen=True)
class Wording:
    """How one office words its calls. A language that has no template of its own uses ours."""

    invite: Mapping[str, str] = field(default_factory=dict)
    recall: Mapping[str, str] = field(default_factory=dict)
    style: Style = "digits"

    def __post_init__(self) -> None:
        for template in (*self.invite.values(), *self.recall.values()):
            check(template)
        if self.style not in ("digits", "number"):
            raise TemplateError("numbers are read as “digits” or as a “number”")

    def sentence(
        self, number: str, counter: int, names: Mapping[str, str], language: Language, *, recall: bool = False
    ) -> str:
        """What is said, once, in words only: no figure is left for a voice to read in its own way."""
        own, ours = (self.recall, RECALL) if recall else (self.invite, INVITE)
        return (own.get(language) or ours[language]).format(
            number=words.ticket(number, language, self.style),
            counter=words.counter(counter, names, language),
        )
