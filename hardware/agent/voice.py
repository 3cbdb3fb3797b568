"""The hall's loudspeakers: each says the calls of its zone, one at a time, in a thread of its own."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hardware.agent.calls import GONE, Call, Known, Waiting, addresses, call_of, is_quiet
from hardware.agent.client import Refused, Unauthorized, Unreachable
from hardware.drivers.base import Device, Speaker, State
from hardware.drivers.speaker import PlayFailed
from hardware.texts import _

log = logging.getLogger(__name__)

MAX_AGE_S = 180.0
RETRY_S = 1.0


class HallVoice:
    """Feeds the loudspeakers from the server's events. `fetch`: the bytes at an address of the server. `spoken`: tells
    the office that a call was said to its end."""

    def __init__(
        self,
        fetch: Callable[[str], bytes],
        office: Callable[[], str | None],
        now: Callable[[], float],
        report: Callable[[Device, State, str], None],
        spoken: Callable[[Call], None],
    ) -> None:
        self._fetch, self._office, self._now, self._report = fetch, office, now, report
        self._spoken = spoken
        self._lock = threading.Lock()
        self._known = Known()
        self._mouths: dict[str, _Mouth] = {}

    def install(self, speakers: Sequence[tuple[Device, Speaker]]) -> None:
        """Have exactly these loudspeakers speaking; those that stay keep what they still have to say."""
        with self._lock:
            before, self._mouths = self._mouths, {}
            for device, speaker in speakers:
                kept = before.pop(device.id, None)
                if kept is not None and kept.speaker is speaker:
                    self._mouths[device.id] = kept
                    continue
                if kept is not None:
                    kept.close()
                self._mouths[device.id] = _Mouth(device, speaker, self)
            for gone in before.values():
                gone.close()

    def snapshot(self, snapshot: Mapping[str, Any]) -> None:
        with self._lock:
            self._known, fresh = self._known.after_snapshot(snapshot)
            for call in fresh:
                self._hand_out(call)

    def event(self, event: Mapping[str, Any]) -> None:
        family, _dot, what = str(event.get("type", "")).partition(".")
        data = event.get("data") or {}
        if family != "ticket":
            return
        with self._lock:
            if data.get("call"):
                call = call_of(data["call"])
                if call.key in (self._known.heard or ()):
                    return
                self._known = self._known.after_call(call)
                self._hand_out(call)
            elif what in GONE:
                for mouth in self._mouths.values():
                    mouth.drop(str(data["ticket"]["id"]))

    def close(self) -> None:
        self.install([])

    def _hand_out(self, call: Call) -> None:
        for mouth in self._mouths.values():
            zone = mouth.device.settings.get("zone") or None
            if self._known.concerns(call, str(zone) if zone else None, mouth.device.counter):
                mouth.add(call)

    # Asked by the mouths

    def now(self) -> float:
        return self._now()

    def settings(self) -> Mapping[str, Any]:
        """The office's voice as it is now: asked before each call, so that nothing has to be told twice."""
        found = json.loads(self._fetch(f"/display/{self._office()}/voice.json"))
        return found if isinstance(found, dict) else {}

    def sounds(self, call: Call, voice: Mapping[str, Any]) -> list[bytes]:
        return [self._fetch(address) for address in addresses(str(self._office()), call, voice)]

    def spoken(self, call: Call) -> None:
        """Whoever pressed the key sees the tick; a line that is cut just now costs the tick and nothing else."""
        try:
            self._spoken(call)
        except (Unreachable, Unauthorized, Refused) as error:
            log.info("call %s was said and could not be told: %r", call.number, error)

    def tell(self, device: Device, state: State, message: str) -> None:
        self._report(device, state, message)


class _Mouth:
    """One loudspeaker with what it still has to say."""

    def __init__(self, device: Device, speaker: Speaker, voice: HallVoice) -> None:
        self.device, self.speaker, self._voice = device, speaker, voice
        self._waiting = Waiting()
        self._come = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"voice {device.name}", daemon=True)
        self._thread.start()

    def add(self, call: Call) -> None:
        with self._come:
            self._waiting = self._waiting.add(call, self._voice.now())
            self._come.notify()

    def drop(self, ticket_id: str) -> None:
        with self._come:
            self._waiting = self._waiting.drop(ticket_id)

    def close(self) -> None:
        with self._come:
            self._closed = True
            self._come.notify()
        self.speaker.close()
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while True:
            with self._come:
                while not self._closed and not self._waiting.calls:
                    self._come.wait()
                if self._closed:
                    return
            self._say_next()

    def _say_next(self) -> None:
        try:
            voice = self._voice.settings()
        except (Unreachable, Unauthorized, Refused, ValueError) as error:
            self._silent(error)
            self._take(MAX_AGE_S, only_old=True)
            with self._come:
                self._come.wait(RETRY_S)
            return
        call = self._take(float(voice.get("max_age_s") or MAX_AGE_S))
        if call is not None and not is_quiet(call, voice.get("quiet") or ()):
            self._say(call, voice)

    def _take(self, max_age_s: float, *, only_old: bool = False) -> Call | None:
        """The next call; what is too old is dropped on the way. `only_old`: drop, and leave the next where it is."""
        with self._come:
            call, rest = self._waiting.take(self._voice.now(), max_age_s)
            if not only_old or call is None:
                self._waiting = rest
            return call

    def _say(self, call: Call, voice: Mapping[str, Any]) -> None:
        try:
            for sound in self._voice.sounds(call, voice):
                self.speaker.play(sound)
        except PlayFailed as error:
            self._voice.tell(self.device, "error", str(error))
        except (Unreachable, Unauthorized, Refused) as error:
            self._silent(error)
        except Exception as error:  # a third party's driver may raise anything; this loudspeaker must go on
            log.exception("speaker %s", self.device.id)
            self._voice.tell(self.device, "error", _("Trình điều khiển lỗi: %(why)s", why=error))
        else:
            self._voice.tell(self.device, "ok", "")
            self._voice.spoken(call)

    def _silent(self, error: Exception) -> None:
        """Without the server's sound a call cannot be said; it is on the boards, and the next one may be."""
        self._voice.tell(self.device, "warning", _("Không lấy được lời gọi từ máy chủ (%(why)s).", why=error))
