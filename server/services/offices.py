"""Setting an office up from one plain description: the demo's, a file's, or the administration's."""

from __future__ import annotations

from collections.abc import Mapping

from server.domain.errors import N_ as _
from server.domain.errors import Conflict, OfficeNotFound
from server.domain.hall import Hall
from server.domain.happenings import Told
from server.domain.leaving import check_left_out
from server.services import catalogue, ids, signage
from server.services.access import Actor
from server.services.ports import Json, Transaction, UnitOfWork

SERVICE_SETTINGS = ("group", "first", "digits", "daily_limit", "service_s", "target_s", "papers", "calendar", "help")


FIRST_HOURS = (("07:30", "11:30"), ("13:30", "17:00"))


class ConfigChanged(Conflict):
    code, text = "config_changed", _("Cấu hình đã được người khác sửa. Hãy tải lại rồi sửa tiếp.")


def put_office(uow: UnitOfWork, office: Json, actor: Actor, expected: int | None = None) -> None:
    """Make an office, or bring it to this description. Services and counters that are not in it become inactive:
    their history stays. `expected`: the config_version that the caller had read; another one is refused."""
    if uow.first("office", code=office["code"]) is None:
        uow.create_office(
            {
                "id": ids.new_id(),
                "code": office["code"],
                "names": office["names"],
                "timezone": office.get("timezone", "Asia/Ho_Chi_Minh"),
                "settings": office.get("settings", {}),
            }
        )
    with uow.command(office["code"]) as tx:
        office_id = tx.hall.config.id
        if expected is not None and expected != tx.hall.config.config_version:
            raise ConfigChanged()
        check_nobody_left(tx.hall, office)
        values = {"names": office["names"], "settings": _with_notice(office.get("settings", {}), tx.hall.notice)}
        if "timezone" in office:
            values["timezone"] = office["timezone"]
        (before,) = tx.rows("office", id=office_id)
        changed = [name for name in ("names", "timezone") if values.get(name, before[name]) != before[name]]
        changed += _different(before["settings"], values["settings"])
        tx.change("office", {"id": office_id}, values)
        changed += _put_services(tx, office_id, office["services"])
        changed += _put_counters(tx, office_id, office["counters"])
        if "signage" in office:
            signage.put(tx, office["signage"])
        tx.audit(actor.label, "office.put", address=actor.address, detail={"changed": changed})
        tx.record(tx.hall.happen(Told, "office.changed", tx.now, data={"code": office["code"]}))
        tx.reconfigure()


def check_nobody_left(hall: Hall, office: Json) -> None:
    """Refuse a description that leaves out a service or a counter that people depend on now."""
    check_left_out(hall, {s["code"] for s in office["services"]}, {c["number"] for c in office["counters"]})


def _different(before: Json, after: Json) -> list[str]:
    """The settings that are not what they were, as the office file calls them."""
    return sorted(name for name in before | after if (before.get(name) or {}) != (after.get(name) or {}))


def _with_notice(settings: Json, notice: Mapping[str, str] | None) -> Json:
    """What hangs on the boards today is the head's; setting the office up neither shows nor removes it."""
    return settings | {"texts": settings.get("texts", {}) | {"notice": dict(notice)}} if notice else settings


def _put_services(tx: Transaction, office_id: str, services: list[Json]) -> list[str]:
    """Returns which are new, changed or gone."""
    held = {row["code"]: row for row in tx.rows("service", office_id=office_id)}
    changed = []
    for position, service in enumerate(services):
        values = {
            "position": position,
            "names": service["names"],
            "prefix": service.get("prefix", service["code"][:2]),
            "settings": {name: service[name] for name in SERVICE_SETTINGS if name in service},
            "active": service.get("active", True),
        }
        code = service["code"]
        differs = _put(tx, "service", {"office_id": office_id, "code": code}, values, held.get(code))
        if catalogue.put(tx, office_id, code, service.get("procedures", [])) or differs:
            changed.append(f"services.{code}")
    for gone in sorted(code for code in held.keys() - {s["code"] for s in services} if held[code]["active"]):
        tx.change("service", {"office_id": office_id, "code": gone}, {"active": False})
        changed.append(f"services.{gone}")
    return changed


def _put_counters(tx: Transaction, office_id: str, counters: list[Json]) -> list[str]:
    """Returns which are new, changed or gone."""
    held = {row["number"]: row for row in tx.rows("counter", office_id=office_id)}
    changed = []
    for counter in counters:
        number = counter["number"]
        values = {
            "names": counter.get("names") or {"vi": f"Quầy {number}", "en": f"Counter {number}"},
            "services": counter["services"],
            "zone": counter.get("zone"),
            "active": True,
        }
        if _put(tx, "counter", {"office_id": office_id, "number": number}, values, held.get(number)):
            changed.append(f"counters.{number}")
    for gone in sorted(number for number in held.keys() - {c["number"] for c in counters} if held[number]["active"]):
        tx.change("counter", {"office_id": office_id, "number": gone}, {"active": False})
        changed.append(f"counters.{gone}")
    return changed


def _put(tx: Transaction, table: str, key: Json, values: Json, before: Json | None) -> bool:
    """Write a row; returns whether it is another now."""
    if before is None:
        tx.add(table, key | values)
        return True
    differs = any(before[name] != value for name, value in values.items())
    if differs:
        tx.change(table, key, values)
    return differs


def first_office(code: str, name: str) -> Json:
    """A small office to begin with, as an office file: ordinary hours, one field, one counter."""
    return {
        "code": code,
        "names": {"vi": name},
        "timezone": "Asia/Ho_Chi_Minh",
        "calendar": {"weekly": {str(day): [list(window) for window in FIRST_HOURS] for day in range(5)}},
        "services": [{"code": "A", "prefix": "A", "names": {"vi": "Tiếp nhận hồ sơ", "en": "Applications"}}],
        "counters": [{"number": 1, "services": ["A"]}],
    }


def describe_office(uow: UnitOfWork, code: str) -> Json:
    """An office as `put_office` takes it: the way out of the database is the way in."""
    row = uow.first("office", code=code)
    if row is None:
        raise OfficeNotFound(office=code)
    settings = dict(row["settings"])
    settings["texts"] = {k: v for k, v in settings.get("texts", {}).items() if k != "notice"}
    services = sorted(uow.rows("service", office_id=row["id"]), key=lambda s: int(s["position"]))
    procedures = catalogue.described(uow, row["id"])
    counters = sorted(uow.rows("counter", office_id=row["id"], active=True), key=lambda c: int(c["number"]))
    return {
        "code": row["code"],
        "names": row["names"],
        "timezone": row["timezone"],
        **{name: value for name, value in settings.items() if value},
        "services": [
            {"code": s["code"], "names": s["names"], "prefix": s["prefix"], "active": s["active"], **s["settings"]}
            | ({"procedures": procedures[s["code"]]} if s["code"] in procedures else {})
            for s in services
        ],
        "counters": [
            {"number": c["number"], "names": c["names"], "services": c["services"]}
            | ({"zone": c["zone"]} if c["zone"] else {})
            for c in counters
        ],
        **({"signage": lists} if (lists := signage.described(uow, row["id"])) else {}),
    }
