"""The `/live` namespace: joining, and nothing else. Commands go by HTTP, where they have answers and keys."""

from __future__ import annotations

from typing import Any

import structlog
from flask import request
from flask_babel import gettext
from flask_socketio import ConnectionRefusedError, Namespace, join_room, leave_room

from server.caller import Callers, Proof, error_text, proof
from server.domain.errors import N_, Invalid, MotcuaError
from server.live.hub import PUBLIC, STAFF, Hub
from server.services import agents, kiosks
from server.services.access import ANONYMOUS, Actor, require
from server.services.boards import PUBLIC_TOPICS, STAFF_TOPICS, Snapshots
from server.services.ports import Json
from server.services.system import System

log = structlog.get_logger(__name__)

MISSED_MAX = 500
TOPIC_RULES = dict.fromkeys(PUBLIC_TOPICS, "office.read") | dict.fromkeys(STAFF_TOPICS, "floor.watch")
AGENT_TOPIC = "devices"


class Live(Namespace):  # type: ignore[misc]
    """Topics state who may join them in `TOPIC_RULES`; an agent's `devices` topic brings its jobs."""

    def __init__(self, namespace: str, system: System, hub: Hub, callers: Callers, max_clients: int) -> None:
        super().__init__(namespace)
        self._system = system
        self._hub = hub
        self._max_clients = max_clients
        self._callers = callers
        self._actors: dict[str, Actor] = {}
        self._proofs: dict[str, Proof] = {}
        self._joined: dict[str, tuple[str, str]] = {}
        self._serving: dict[str, str] = {}
        self._snapshots = Snapshots(system.uow, system.clock)

    def on_connect(self, auth: Any = None) -> None:
        if len(self._actors) >= self._max_clients:
            # Refused politely, so that boards can never starve the kiosk.
            raise ConnectionRefusedError({"code": "too_many_clients"})
        token = auth.get("token") if isinstance(auth, dict) else None
        shown = Proof(bearer=token) if isinstance(token, str) and token else proof()
        self._actors[self._sid()] = self._callers.actor(shown) or ANONYMOUS
        if self._actors[self._sid()] is not ANONYMOUS:
            self._proofs[self._sid()] = shown

    def on_disconnect(self, reason: Any = None) -> None:
        self._actors.pop(self._sid(), None)
        self._proofs.pop(self._sid(), None)
        self._serving.pop(self._sid(), None)
        joined = self._joined.pop(self._sid(), None)
        if joined is not None:
            self._hub.unwatch(*joined)

    def on_join(self, data: Any = None) -> Json:
        """{office, topics[], since?} → {version, snapshot, missed?} or {error: {code, detail}}."""
        try:
            return self._join(*_asked(data))
        except MotcuaError as error:
            return {"error": {"code": error.code, "detail": error_text(error)}}
        except Exception:
            log.exception("live.join_failed")
            return {"error": {"code": "internal_error", "detail": gettext(N_("Có lỗi trong hệ thống."))}}

    def _join(self, office: str, topics: frozenset[str], since: int | None) -> Json:
        sid, actor = self._sid(), self._actors.get(self._sid(), ANONYMOUS)
        agent = actor.device == "agent" and actor.office == office
        known = topics & TOPIC_RULES.keys()
        for topic in known:
            require(actor, "device.serve" if agent and topic == AGENT_TOPIC else TOPIC_RULES[topic], office)
        staff = bool(known & STAFF_TOPICS) and not agent
        self._system.uow.hall(office, at_least=self._hub.newest(office))
        # First the room, then the snapshot: what happens in between arrives twice rather than never.
        audience = STAFF if staff else PUBLIC
        join_room(f"{audience}:{office}")
        self._note(sid, office, audience)
        if agent:
            agents.arrive(self._system.uow, actor)
            join_room(f"agent:{actor.id}")
            self._serving[sid] = actor.id
        if "kiosk" in known:
            join_room(f"kiosk:{office}")
        topics = known - {AGENT_TOPIC} if agent else known
        view = self._snapshots.take(office, topics, at_least=self._hub.newest(office))
        self._hub.begin(office, view["version"])
        answer: Json = {"version": view["version"], "snapshot": view, "topics": sorted(known or {"board"})}
        if since is not None and 0 <= view["version"] - since <= MISSED_MAX:
            events = self._system.uow.events(office, since, MISSED_MAX)
            answer["missed"] = [e.full() if staff else e.public() for e in events if e.version <= view["version"]]
        return answer

    def call_roll(self) -> None:
        """The agents that have a socket here are there; of the others, and of kiosks, the silent ones are told."""
        agents.call_roll(self._system.uow, list(self._serving.values()))
        kiosks.call_roll(self._system.uow)

    def recheck(self, actor_id: str | None) -> None:
        """Cut off whoever is no longer who they were: they come back as what they are now. None: look at everybody."""
        self._callers.forget()
        for sid, shown in list(self._proofs.items()):
            before = self._actors.get(sid, ANONYMOUS)
            if actor_id in (None, before.id) and self._callers.actor(shown) != before:
                log.info("live.ended", actor=before.id)
                self._proofs.pop(sid, None)
                self.disconnect(sid)

    def _note(self, sid: str, office: str, audience: str) -> None:
        before = self._joined.get(sid)
        if before == (office, audience):
            return
        if before is not None:
            self._hub.unwatch(*before)
            leave_room(f"{before[1]}:{before[0]}")
        self._hub.watch(office, audience)
        self._joined[sid] = (office, audience)

    @staticmethod
    def _sid() -> str:
        return str(request.sid)  # type: ignore[attr-defined]


def _asked(data: Any) -> tuple[str, frozenset[str], int | None]:
    """Check what a client sent: a fault is its own, and gets a code."""
    if not isinstance(data, dict) or not isinstance(data.get("office"), str):
        raise Invalid(detail="office")
    topics, since = data.get("topics", []), data.get("since")
    if not isinstance(topics, list) or not all(isinstance(t, str) for t in topics) or len(topics) > 20:
        raise Invalid(detail="topics")
    if since is not None and (not isinstance(since, int) or isinstance(since, bool)):
        raise Invalid(detail="since")
    return data["office"][:40], frozenset(topics), since


def register(socketio: Any, system: System, hub: Hub, callers: Callers, max_clients: int) -> None:
    live = Live("/live", system, hub, callers, max_clients)
    socketio.on_namespace(live)
    hub.on_recheck, hub.call_roll = live.recheck, live.call_roll
