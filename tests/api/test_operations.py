"""What whoever runs the server sees of the devices."""

from __future__ import annotations

from collections.abc import Callable

from tests.api.conftest import Person


def test_metrics_count_devices_by_state_and_an_alarm_can_end(anybody: Person, device: Callable[[str], Person]) -> None:
    agent = device("agent")
    (printer,) = [d for d in (agent.get("/agent").json or {})["devices"] if d["kind"] == "printer"]

    def printers() -> dict[str, str]:
        lines = anybody.client.get("/metrics").text.splitlines()
        found = [line.split() for line in lines if line.startswith('motcua_device_state{kind="printer",office="demo"')]
        return {name.split('state="')[1].removesuffix('"}'): value for name, value in found}

    def report(state: str) -> None:
        status = {"version": "1", "devices": [{"id": printer["id"], "state": state, "detail": {}}]}
        assert agent.post("/agent/status", status).status_code < 300

    assert printers() == {"ok": "0.0", "warning": "0.0", "error": "0.0", "offline": "1.0"}
    report("error")
    assert printers() == {"ok": "0.0", "warning": "0.0", "error": "1.0", "offline": "0.0"}
    report("ok")
    assert printers()["error"] == "0.0"
    assert 'kind="kiosk"' not in anybody.client.get("/metrics").text, "screens report no state"
