"""Which layout a screen shows. Layouts are the office's data: set in administration, named by a code.

A screen that was paired shows the layout chosen for its device; any other the one that its address names.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.domain.hall import Hall
from server.domain.office import OfficeConfig
from server.services.ports import Json
from server.services.views import officer_view


def layouts_view(config: OfficeConfig) -> list[Json]:
    return [dict(layout) for layout in config.boards]


def of_device(config: OfficeConfig, device_id: str) -> Json | None:
    """The layout of a paired board, with the counter that it stands over; None for another device.

    A layout that was taken away meanwhile leaves the plain board: a screen shows something that is true.
    """
    device = config.devices.get(device_id)
    if device is None or device.kind != "board":
        return None
    chosen: Mapping[str, Any] = next((b for b in config.boards if b["code"] == device.settings.get("layout")), {})
    plain = "sign" if device.counter and not chosen else "main"
    return {"layout": plain, **chosen, "device": device.name, "counter": device.counter}


def officer_at(hall: Hall, counter: int) -> Json:
    """Who sits at a counter, as the sign over it names them."""
    hall.counter(counter)
    seen = officer_view(hall, hall.desk(counter).officer)
    return {"counter": counter, "officer": {"name": seen["name"], "photo": seen["photo"]} if seen else None}
