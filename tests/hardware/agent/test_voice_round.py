"""A call at a real server, said by the agent's loudspeaker: the ordinary driver door, a simulated far end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from display.speech.announcement import RATE
from display.speech.sound import TARGET_LUFS, read_wav
from hardware.agent.config import AgentConfig
from hardware.simulate.run import Simulation
from server.db.engine import make_engine
from server.db.migrate import upgrade
from server.db.unit_of_work import SqlUnitOfWork
from server.services.devices import put_device
from server.services.views import describe
from tests.hardware.fakes import eventually
from tests.offices import PASSWORD, TOKENS, FixedClock, Silent, bearer, furnish
from tests.servers import Motcua


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Motcua]:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    engine = make_engine(url)
    upgrade(engine)
    uow = SqlUnitOfWork(engine, FixedClock(), describe, Silent())
    furnish(uow)
    with uow.command("demo") as tx:
        [agent] = tx.rows("device", name="demo-agent")
        put_device(tx, "speaker", "loa-1", agent=agent["id"])
    engine.dispose()
    with Motcua(url) as running:
        yield running


def test_a_call_comes_out_of_the_halls_loudspeaker(server: Motcua, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(TOKENS["agent"])
    simulation = Simulation(AgentConfig(server.url, token, tmp_path / "agent"))
    simulation.agent.start()
    try:
        eventually(lambda: simulation.agent.connection.state.value == "online" and simulation.world.speakers, 20)
        [speaker] = simulation.world.speakers
        session = requests.Session()
        signed = session.post(
            f"{server.url}/api/v1/session", json={"username": "officer1", "password": PASSWORD}, timeout=10
        )
        session.headers["X-CSRFToken"] = signed.json()["csrf_token"]
        office = f"{server.url}/api/v1/offices/demo"
        taken = requests.post(
            f"{office}/tickets", json={"service": "A"}, headers=bearer("kiosk") | {"Idempotency-Key": "one"}, timeout=10
        )
        assert taken.status_code == 201
        assert session.post(f"{office}/counters/1/open", json={}, timeout=10).status_code == 200
        called = session.post(f"{office}/counters/1/next", json={}, timeout=10).json()
        eventually(lambda: simulation.world.sounds(speaker), 20)
        said = simulation.world.sounds(speaker)[0].read_bytes()
        board = requests.get(f"{server.url}/display/demo/speech/{called['number']}/1.vi.wav", timeout=10).content
        assert said == board, "the hall hears what a board would say"
        assert read_wav(said, RATE, 30).lufs() == pytest.approx(TARGET_LUFS, abs=1)
        eventually(lambda: any(d["kind"] == "speaker" and d["sounds"] for d in simulation.world.view()))


        def ticked() -> bool:
            """The console's tick: this call was heard in the hall."""
            told = session.get(f"{office}/floor", timeout=10).json()
            return any(ticket["heard"] for ticket in told.get("in_hand", []))

        eventually(ticked)
        session.close()
    finally:
        simulation.agent.stop()
