"""What a person reads aloud so that every call of an office can be put together from their voice: the list of phrases.

It follows from the office's templates, its letters, its counters and how it reads numbers; nobody has to think of it.
"""
from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Literal

from display.speech import words
from display.speech.announcer import Hall
from display.speech.clips import PAUSE, spoken_words
from display.speech.phrase import INVITE, RECALL
from display.speech.words import Language

Group = Literal["sentence", "letter", "number", "counter", "whole"]
HIGHEST = 10_000
"""Ticket numbers have up to four figures."""


@dataclass(frozen=True)
class Phrase:
    """One thing to say. `needed`: without it some calls fall back to the synthetic voice; the others only make a
    counter's number sound rounder than it does from its single words."""

    language: Language
    text: str
    group: Group
    needed: bool = True


def script(hall: Hall) -> list[Phrase]:
    """In the order in which a person should read them: sentences first, while the voice is fresh."""
    found = [phrase for language in hall.languages for phrase in _of(hall, language)]
    first: dict[tuple[str, str], Phrase] = {}
    for phrase in found:
        first.setdefault((phrase.language, phrase.text), phrase)
    return list(first.values())


def _of(hall: Hall, language: Language) -> Iterator[Phrase]:
    for own, ours in ((hall.wording.invite, INVITE), (hall.wording.recall, RECALL)):
        for text in _literals(own.get(language) or ours[language]):
            yield Phrase(language, text, "sentence")
    for letter in sorted({letter for prefix in hall.prefixes for letter in prefix if letter.isalpha()}):
        yield Phrase(language, _said(words.letter(letter, language)), "letter")
    digits = [words.digit(str(figure), language) for figure in range(10)]
    for word in digits if hall.wording.style == "digits" else number_words(language, HIGHEST):
        yield Phrase(language, _said(word), "number")
    yield from _counters(hall, language)


def _literals(template: str) -> Iterator[str]:
    """What a template says between the number and the counter, cut where a voice rests anyway."""
    for literal, _name, _spec, _conversion in string.Formatter().parse(template):
        run: list[str] = []
        for word in [*spoken_words(literal), PAUSE]:
            if word != PAUSE:
                run.append(word)
            elif run:
                yield " ".join(run)
                run = []


def _counters(hall: Hall, language: Language) -> Iterator[Phrase]:
    figures = frozenset(number_words(language, max(9, *hall.counters, 0) + 1))
    whole = []
    for number, names in hall.counters.items():
        said = [word for word in spoken_words(words.counter(number, names, language)) if word != PAUSE]
        # A figure in the middle of a name cuts it in two.
        for is_figure, run in groupby(said, figures.__contains__):
            text = list(run)
            if not is_figure:
                yield Phrase(language, " ".join(text), "counter")
                continue
            yield from (Phrase(language, word, "number") for word in text)
            if len(text) > 1:
                whole.append(Phrase(language, " ".join(text), "whole", needed=False))
    yield from whole


@cache
def number_words(language: Language, below: int) -> tuple[str, ...]:
    """The single words that all numbers below are made of, in the order in which they first occur."""
    found = (word for number in range(below) for word in words.whole(number, language).split())
    return tuple(dict.fromkeys(found))


def _said(text: str) -> str:
    return " ".join(spoken_words(text))
