"""The human voice of an office: which phrases it has recorded, and how a recording comes in.

What there is to say, and what makes a recording fit to be joined, the room `display` knows; it is handed in as `Voice`.
"""

from __future__ import annotations

from typing import Any, Protocol

from server.domain.errors import N_ as _
from server.domain.errors import Invalid, NotFound, Unavailable
from server.domain.happenings import Told
from server.services.access import Actor
from server.services.ports import Json, MediaFiles, Transaction, UnitOfWork

WAV_MAX = 6_000_000


class Voice(Protocol):
    """`display.page.VoiceRoom`."""

    def script(self, office: Json) -> list[Json]: ...
    def polish(self, wav: bytes) -> Json: ...
    def prepare(self, office: Json, number: str, counter: int, language: str) -> bool: ...
    def close(self) -> None: ...


class RecordingRefused(Invalid):
    code, text = "recording_refused", _("Bản thu chưa dùng được.")


class RecordingEmpty(RecordingRefused):
    code, text = "recording_empty", _("Bản thu không có dữ liệu. Hãy thu lại.")


class RecordingNotWav(RecordingRefused):
    code, text = "recording_not_wav", _("Tệp này không phải âm thanh WAV 16 bit, hoặc bị đứt giữa chừng.")


class RecordingTooLong(RecordingRefused):
    code, text = "recording_too_long", _("Bản thu dài quá. Mỗi câu nhiều nhất 15 giây.")


class RecordingTooShort(RecordingRefused):
    code, text = "recording_too_short", _("Bản thu ngắn quá. Hãy thu lại và đọc trọn câu.")


class RecordingSilent(RecordingRefused):
    code, text = "recording_silent", _("Không nghe thấy tiếng nói. Hãy xem lại micrô và đọc gần hơn.")


class RecordingClipped(RecordingRefused):
    code, text = "recording_clipped", _("Tiếng bị vỡ vì quá to. Hãy đọc xa micrô hơn một chút.")


class PhraseUnknown(NotFound):
    code, text = "phrase_unknown", _("Đơn vị không dùng câu này trong lời gọi.")


REFUSALS: dict[str, type[RecordingRefused]] = {
    kind.code: kind
    for kind in (
        RecordingEmpty, RecordingNotWav, RecordingTooLong, RecordingTooShort, RecordingSilent, RecordingClipped,
    )
}  # fmt: skip


def hall_of(uow: UnitOfWork, files: MediaFiles, office: str) -> Json:
    """What the display must know of an office to speak its calls: `display.speech.announcer.hall` reads it."""
    config = uow.hall(office).config
    clips: dict[str, Any] = {}
    for row in uow.rows("recording", office_id=config.id):
        clips.setdefault(row["language"], {})[row["phrase"]] = files.path(row["digest"])
    return {
        "code": config.code,
        "name": config.names["vi"],
        "counters": [{"number": c.number, "names": dict(c.names)} for c in config.counters.values()],
        "prefixes": sorted({s.prefix for s in config.services.values() if s.active}),
        "voice": dict(config.texts.get("voice") or {}),
        "clips": clips,
    }


def script_view(uow: UnitOfWork, voice: Voice, office: Json, office_id: str) -> Json:
    """The list to read from: each phrase with its recording; and recordings that no call needs any more."""
    held = {(row["language"], row["phrase"]): row for row in uow.rows("recording", office_id=office_id)}
    phrases = [
        phrase | {"recorded": _recorded(held.pop((phrase["language"], phrase["text"]), None))}
        for phrase in voice.script(office)
    ]
    left = [
        {"language": language, "text": text, "group": "unused", "needed": False, "recorded": _recorded(row)}
        for (language, text), row in sorted(held.items())
    ]
    needed = [phrase for phrase in phrases if phrase["needed"]]
    done = sum(phrase["recorded"] is not None for phrase in needed)
    return {"phrases": phrases + left, "needed": len(needed), "done": done}


def _recorded(row: Json | None) -> Json | None:
    if row is None:
        return None
    at = row["at"].isoformat(timespec="seconds")
    return {"digest": row["digest"], "seconds": row["seconds"], "lufs": row["lufs"], "at": at, "by": row["actor"]}


def polished(voice: Voice, wav: bytes) -> Json:
    """A recording ready to be kept. Outside the transaction: it takes a second."""
    if len(wav) > WAV_MAX:
        raise RecordingTooLong()
    done = voice.polish(wav)
    refused = done.get("refused")
    if refused is None:
        return done
    raise REFUSALS.get(refused, Unavailable)()


def keep(tx: Transaction, actor: Actor, language: str, phrase: str, digest: str, made: Json) -> None:
    """Take a phrase's recording; an earlier one gives way."""
    key = {"office_id": tx.hall.config.id, "language": language, "phrase": phrase}
    values = {"digest": digest, "seconds": made["seconds"], "lufs": made["lufs"], "at": tx.now, "actor": actor.label}
    if tx.rows("recording", **key):
        tx.change("recording", key, values)
    else:
        tx.add("recording", key | values)
    _tell(tx, actor, "voice.record", language, phrase)


def remove(tx: Transaction, actor: Actor, language: str, phrase: str) -> None:
    key = {"office_id": tx.hall.config.id, "language": language, "phrase": phrase}
    if not tx.rows("recording", **key):
        raise PhraseUnknown()
    tx.remove("recording", key)
    _tell(tx, actor, "voice.remove", language, phrase)


def _tell(tx: Transaction, actor: Actor, action: str, language: str, phrase: str) -> None:
    tx.audit(actor.label, action, subject=phrase[:80], address=actor.address, detail={"language": language})
    tx.record(tx.hall.happen(Told, "voice.changed", tx.now, data={"language": language, "phrase": phrase}))
    # Calls sound different from now on: whoever holds the office's settings reads them anew.
    tx.reconfigure()
