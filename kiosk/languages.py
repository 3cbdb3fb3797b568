"""The languages that the kiosk speaks: Vietnamese, English, and each further one that this room has a catalogue of."""

from __future__ import annotations

from pathlib import Path

LOCALE = Path(__file__).with_name("locale")
LANGUAGES = ("vi", "en", *sorted({file.parts[-3] for file in LOCALE.glob("*/LC_MESSAGES/messages.mo")} - {"vi", "en"}))


def N_(text: str) -> str:
    """Marks a text for the catalogue that is translated where it is said."""
    return text
