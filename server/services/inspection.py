"""One day of an office as an archive for an inspector, and the check that nobody has touched it since.

The archive holds every ticket with its states, counters with their pauses, ratings and the audit log, as JSON lines
(exact) and CSV (for people), and a manifest with the SHA-256 of each file and the seals at both ends of the day. Making
one is itself written in the audit log, with the manifest's hash: an archive and its database vouch for each other.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from server.domain.calendar import local_day
from server.domain.errors import N_, Why
from server.services import audit
from server.services.access import Actor, require
from server.services.audit import SEALED, SEALED_RATING
from server.services.integrity import Fault, check_log, check_ratings
from server.services.ports import Json, UnitOfWork
from server.services.reports_out.csv_file import harmless

FORMAT = "motcua-inspection/1"
MANIFEST = "manifest.json"
SIZE_MAX = 512 * 1024 * 1024
FILES_MAX = 20

COLUMNS = {
    "tickets": ("id", "number", "service", "state", "priority", "language", "channel", "issued_at", "arrived_at",
                "called_at", "call_count", "counter", "officer"),
    "states": ("id", "ticket_id", "state", "from_at", "to_at", "service", "counter", "officer", "rule", "reason"),
    "counters": ("id", "counter", "state", "from_at", "to_at", "officer", "reason"),
    "services": ("id", "ticket_id", "number", "service", "counter", "officer", "started_at", "ended_at"),
    "ratings": (*SEALED_RATING, "seal"),
    "audit": ("id", *SEALED, "seal"),
}  # fmt: skip
"""What an inspector gets. No track tokens, no notes, no comments: they are about people and prove nothing."""
TABLES = {
    "tickets": "ticket",
    "states": "ticket_interval",
    "counters": "counter_interval",
    "services": "service_session",
    "ratings": "rating",
}


@dataclass(frozen=True, slots=True)
class Archive:
    name: str
    content: bytes
    manifest_hash: str


def export(uow: UnitOfWork, actor: Actor, office: str, day: date) -> Archive:
    """A day's archive; the export is written down with the manifest's hash."""
    require(actor, "audit.read", office)
    hall = uow.hall(office)
    rows, chains = _rows(uow, hall.config.id, day, hall.config.zone)
    files: dict[str, bytes] = {}
    for name, columns in COLUMNS.items():
        plain = [{column: row[column] for column in columns} for row in rows[name]]
        files[f"{name}.jsonl"] = "".join(_line(row) for row in plain).encode()
        files[f"{name}.csv"] = _csv(columns, plain, hall.config.zone)
    manifest = {
        "format": FORMAT,
        "office": {"code": office, "name": hall.config.names["vi"], "timezone": hall.config.timezone},
        "day": day.isoformat(),
        "made_at": uow.now().isoformat(timespec="seconds"),
        "made_by": actor.label,
        "files": {
            name: {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
            for name, content in files.items()
        },
        "before": chains,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    digest = hashlib.sha256(text).hexdigest()
    audit.note(uow, office, actor, "inspection.export", day.isoformat(), {"manifest": digest})
    return Archive(f"{office}-{day.isoformat()}.zip", _zip(files | {MANIFEST: text}, uow.now()), digest)


def _rows(uow: UnitOfWork, office_id: str, day: date, zone: ZoneInfo) -> tuple[dict[str, list[Json]], Json]:
    rows = {name: uow.rows(table, office_id=office_id, day=day) for name, table in TABLES.items()}
    log = sorted(uow.rows("audit", office_id=office_id), key=lambda row: int(row["id"]))
    of_day = [i for i, row in enumerate(log) if local_day(row["at"], zone) == day]
    rows["audit"] = log[of_day[0] : of_day[-1] + 1] if of_day else []
    seals = sorted(uow.rows("rating_seal", office_id=office_id), key=lambda row: int(row["id"]))
    ratings = {row["session_id"]: row for row in rows["ratings"]}
    places = [i for i, mark in enumerate(seals) if mark["session_id"] in ratings]
    first = places[0] if places else 0
    rows["ratings"] = [ratings[seals[i]["session_id"]] | {"seal": seals[i]["seal"]} for i in places]
    before = {
        "audit": log[of_day[0] - 1]["seal"] if of_day and of_day[0] else None,
        "ratings": seals[first - 1]["seal"] if first else None,
    }
    return rows, before


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=_exact) + "\n"


def _exact(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _csv(columns: Iterable[str], rows: list[Json], zone: ZoneInfo) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row[column], zone) for column in columns])
    return b"\xef\xbb\xbf" + buffer.getvalue().encode()


def _cell(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else harmless(str(value))


def _zip(files: Mapping[str, bytes], at: datetime) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


class NotAnArchive(Why, Exception):
    """A file that is no archive of ours, or one made to break its reader; the text says why."""


def check_archive(content: bytes) -> tuple[Json, str, list[Fault]]:
    """(manifest, its hash, faults): every file against its hash, and both chains through the day."""
    files = _unpack(content)
    try:
        manifest = json.loads(files.get(MANIFEST, b""))
        listed = {str(name): str(about["sha256"]) for name, about in manifest["files"].items()}
        before = manifest["before"]
        known = manifest["format"] == FORMAT
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotAnArchive(N_("không đọc được %(name)s"), name=MANIFEST) from None
    if not known:
        raise NotAnArchive(N_("không biết dạng %(name)s"), name=str(manifest["format"])[:40])
    gone, more = sorted(listed.keys() - files.keys()), sorted(files.keys() - listed.keys() - {MANIFEST})
    faults = [Fault(name, "", Why(N_("không có trong tệp lưu"))) for name in gone]
    faults += [Fault(name, "", Why(N_("không có trong bản kê"))) for name in more]
    for name in sorted(listed.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != listed[name]:
            faults.append(Fault(name, "", Why(N_("đã bị sửa"))))
    faults += _chains(files, before)
    return manifest, hashlib.sha256(files[MANIFEST]).hexdigest(), faults


def _unpack(content: bytes) -> dict[str, bytes]:
    """Read with a limit: a small archive can unfold into gigabytes."""
    left = SIZE_MAX
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if len(archive.infolist()) > FILES_MAX:
                raise NotAnArchive(N_("nhiều hơn %(n)s tệp"), n=FILES_MAX)
            for entry in archive.infolist():
                with archive.open(entry) as file:
                    files[entry.filename] = file.read(left + 1)
                left -= len(files[entry.filename])
                if left < 0:
                    raise NotAnArchive(N_("lớn hơn %(n)s MB"), n=SIZE_MAX // 1024**2)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError):
        raise NotAnArchive(N_("không đọc được theo ZIP")) from None
    return files


def _chains(files: Mapping[str, bytes], before: Json) -> list[Fault]:
    try:
        log = [_read(line) for line in files.get("audit.jsonl", b"").splitlines()]
        ratings = [_read(line) for line in files.get("ratings.jsonl", b"").splitlines()]
        by_session = {rating["session_id"]: rating for rating in ratings}
        faults = [*check_log(log, before["audit"]), *check_ratings(ratings, by_session, before["ratings"])]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [Fault("audit.jsonl, ratings.jsonl", "", Why(N_("không đọc được")))]
    return faults


def _read(line: bytes) -> Json:
    row: Json = json.loads(line)
    for name in ("at", "pressed_at", "received_at"):
        if name in row:
            row[name] = datetime.fromisoformat(row[name]).astimezone(UTC)
    return row
