"""Setting an office up from one plain description: the demo's, a file's, or the administration's."""

from __future__ import annotations

from server.services import ids
from server.services.access import Actor
from server.services.ports import Json, Transaction, UnitOfWork

SERVICE_SETTINGS = ("group", "first", "digits", "daily_limit", "service_s", "target_s", "papers", "calendar")


def put_office(uow: UnitOfWork, office: Json, actor: Actor) -> None:
    """Make an office, or bring it to this description. Services and counters that are not in it become inactive:
    their history stays."""
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
        values = {"names": office["names"], "settings": office.get("settings", {})}
        tx.change("office", {"id": office_id}, values)
        _put_services(tx, office_id, office["services"])
        _put_counters(tx, office_id, office["counters"])
        tx.audit(actor.label, "office.put", address=actor.address)
        tx.reconfigure()


def _put_services(tx: Transaction, office_id: str, services: list[Json]) -> None:
    held = {row["code"] for row in tx.rows("service", office_id=office_id)}
    for position, service in enumerate(services):
        values = {
            "position": position,
            "names": service["names"],
            "prefix": service.get("prefix", service["code"][:2]),
            "settings": {name: service[name] for name in SERVICE_SETTINGS if name in service},
            "active": service.get("active", True),
        }
        _put(tx, "service", {"office_id": office_id, "code": service["code"]}, values, service["code"] in held)
    for gone in held - {s["code"] for s in services}:
        tx.change("service", {"office_id": office_id, "code": gone}, {"active": False})


def _put_counters(tx: Transaction, office_id: str, counters: list[Json]) -> None:
    held = {row["number"] for row in tx.rows("counter", office_id=office_id)}
    for counter in counters:
        number = counter["number"]
        values = {
            "names": counter.get("names") or {"vi": f"Quầy {number}", "en": f"Counter {number}"},
            "services": counter["services"],
            "zone": counter.get("zone"),
            "active": True,
        }
        _put(tx, "counter", {"office_id": office_id, "number": number}, values, number in held)
    for gone in held - {c["number"] for c in counters}:
        tx.change("counter", {"office_id": office_id, "number": gone}, {"active": False})


def _put(tx: Transaction, table: str, key: Json, values: Json, exists: bool) -> None:
    if exists:
        tx.change(table, key, values)
    else:
        tx.add(table, key | values)
