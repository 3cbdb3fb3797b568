"""Signage (màn hình tuyên truyền): what an office's screens show between calls.

The board decides by its clock what is due (`display/static/playlist.js`); here is what it is given, resolved: pictures
that are there, papers as they stand in the catalogue now.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from server.domain.calendar import local_day
from server.domain.errors import N_ as _
from server.domain.errors import Conflict, Invalid
from server.domain.happenings import Told
from server.domain.office import OfficeConfig
from server.domain.stats.summary import summarise
from server.domain.words import Role
from server.services import catalogue, ids
from server.services.access import Actor
from server.services.playlists import Playlist
from server.services.ports import Clock, Json, Transaction, UnitOfWork
from server.services.reporting import Figures, Query, ask

FIGURES_S = timedelta(seconds=60)
FEWEST = 10
"""Shares of fewer than this say nothing about an office, and too much about people."""


class SignageChanged(Conflict):
    code, text = "signage_changed", _("Danh sách phát đã được người khác sửa. Hãy tải lại rồi sửa tiếp.")


class MediaMissing(Invalid):
    code, text = "media_missing", _("Danh sách phát dùng tệp không có trên máy chủ: %(digest)s.")


def put(tx: Transaction, lists: Sequence[Json]) -> None:
    """Have exactly these playlists, in this order."""
    for row in tx.rows("playlist", office_id=tx.hall.config.id):
        tx.remove("playlist", {"id": row["id"]})
    for position, playlist in enumerate(lists):
        tx.add("playlist", {
            "id": ids.new_id(), "position": position, "name": playlist["name"], "zone": playlist.get("zone"),
            "active": playlist.get("active", True), "schedule": playlist.get("schedule", {}),
            "items": playlist.get("items", []),
        })  # fmt: skip


def replace(tx: Transaction, actor: Actor, lists: Sequence[Playlist], edition: str) -> None:
    """What somebody edited takes the place of what they had read; another's change in between is refused, and so is
    an item whose file nobody brought."""
    if edition != edition_of(_rows(tx.rows("playlist", office_id=tx.hall.config.id))):
        raise SignageChanged()
    held = {row["digest"] for row in tx.rows("media", office_id=tx.hall.config.id)}
    plain = [playlist.plain() for playlist in lists]
    for item in (item for playlist in plain for item in playlist["items"]):
        if item.get("media", "") not in held | {""}:
            raise MediaMissing(digest=item["media"][:12])
    put(tx, plain)
    tx.audit(actor.label, "signage.put", address=actor.address, detail={"lists": len(plain)})
    tx.record(tx.hall.happen(Told, "signage.changed", tx.now, data={"signage": {"edition": edition_of(plain)}}))


def described(uow: UnitOfWork, office_id: str) -> list[Json]:
    """The playlists as the office file says them."""
    return _rows(uow.rows("playlist", office_id=office_id))


def _rows(rows: Sequence[Json]) -> list[Json]:
    return [
        {"name": row["name"], **({"zone": row["zone"]} if row["zone"] else {}), "active": row["active"],
         "schedule": row["schedule"], "items": row["items"]}
        for row in sorted(rows, key=lambda row: int(row["position"]))
    ]  # fmt: skip


def edition_of(value: object) -> str:
    """Changes when the value does."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def settings_view(uow: UnitOfWork, office: str) -> Json:
    """For whoever edits: the lists as they are kept, and the files there are."""
    office_id = uow.hall(office).config.id
    lists = described(uow, office_id)
    media = sorted(uow.rows("media", office_id=office_id), key=lambda row: row["at"], reverse=True)
    used = {item["media"] for playlist in lists for item in playlist["items"] if "media" in item}
    return {
        "edition": edition_of(lists),
        "lists": lists,
        "media": [media_view(office, row) | {"used": row["digest"] in used} for row in media],
        "preview": public_view(uow, office, drafts=True),
    }


def media_view(office: str, row: Json) -> Json:
    view = {name: row[name] for name in ("digest", "type", "size", "width", "height", "seconds", "name")}
    return view | {"at": row["at"].isoformat(timespec="seconds"), "url": media_url(office, row["digest"])}


def media_url(office: str, digest: str) -> str:
    return f"/api/v1/offices/{office}/media/{digest}"


def public_view(uow: UnitOfWork, office: str, *, drafts: bool = False) -> Json:
    """What screens are given: active lists, each item with all that is needed to show it. An item whose file or whose
    papers are gone is left out. `drafts`: lists that are not active too, for whoever looks them over."""
    config = uow.hall(office).config
    media = {row["digest"]: row for row in uow.rows("media", office_id=config.id)}
    procedures = catalogue.described(uow, config.id)
    lists = []
    for position, playlist in enumerate(described(uow, config.id)):
        items = [_resolved(item, config, media, procedures) for item in playlist["items"]]
        shown = [item for item in items if item is not None]
        if (playlist["active"] or drafts) and shown:
            lists.append({"position": position, "zone": playlist.get("zone"), "schedule": playlist["schedule"],
                          "items": shown})  # fmt: skip
    view = {"lists": lists}
    return {"edition": edition_of(view), **view}


def _resolved(
    item: Json, config: OfficeConfig, media: Mapping[str, Json], procedures: Mapping[str, Sequence[Json]]
) -> Json | None:
    if "media" in item:
        row = media.get(item["media"])
        if row is None or not row["type"].startswith("image/" if item["kind"] == "picture" else "video/"):
            return None
        seconds = item.get("seconds") or row["seconds"]
        return {"kind": item["kind"], "seconds": seconds, "digest": row["digest"], "type": row["type"],
                "url": media_url(config.code, row["digest"]), "width": row["width"],
                "height": row["height"]}  # fmt: skip
    if item["kind"] == "papers":
        return _papers(item, config, procedures)
    return dict(item)


def _papers(item: Json, config: OfficeConfig, procedures: Mapping[str, Sequence[Json]]) -> Json | None:
    service = config.services.get(item["service"])
    if service is None or not service.active:
        return None
    shown: Json = {"kind": "papers", "seconds": item["seconds"], "service": dict(service.names)}
    if not item.get("procedure"):
        return shown | {"papers": [dict(paper) for paper in service.papers], "names": None}
    found = next((p for p in procedures.get(service.code, ()) if p["code"] == item["procedure"]), None)
    if found is None:
        return None
    return shown | {"names": found["names"], "papers": found.get("papers", []), "fee": found.get("fee"),
                    "time_limit": found.get("time_limit")}  # fmt: skip


class OfficeFigures:
    """An office's figures of this month for its own screens: shares alone, reckoned once a minute however many ask."""

    def __init__(self, uow: UnitOfWork, figures: Figures, clock: Clock) -> None:
        self._uow, self._figures, self._clock = uow, figures, clock
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[datetime, Json]] = {}

    def view(self, office: str) -> Json:
        config = self._uow.hall(office).config
        now = self._clock()
        with self._guard:
            kept = self._kept.get(office)
            if kept is None or now - kept[0] > FIGURES_S:
                kept = self._kept[office] = now, self._reckoned(config, now)
        return kept[1]

    def _reckoned(self, config: OfficeConfig, now: datetime) -> Json:
        today = local_day(now, config.zone)
        screen = Actor("screen", roles={config.code: frozenset({Role.HEAD})})
        query = Query(config.code, today.replace(day=1), today)
        found: dict[str, Any] = summarise(ask(self._uow, self._figures, screen, query).total)
        rated, waited, served = found["ratings"], found["wait_s"], found["service_s"]
        return {
            "from": today.replace(day=1).isoformat(),
            "to": today.isoformat(),
            "satisfied_pct": rated["satisfied_pct"] if rated["count"] >= FEWEST else None,
            "wait_in_time_pct": waited["within_target_pct"] if waited["count"] >= FEWEST else None,
            "service_in_time_pct": served["within_target_pct"] if served["count"] >= FEWEST else None,
        }
