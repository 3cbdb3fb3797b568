"""An agent whose devices are simulated, with a page to press and to break them."""

from __future__ import annotations

import logging
import threading

from werkzeug.serving import make_server

from hardware.agent.agent import Agent
from hardware.agent.config import AgentConfig
from hardware.agent.running import clock, wait_for_end
from hardware.simulate.page import make_app
from hardware.simulate.printers import Printers
from hardware.simulate.world import World

log = logging.getLogger(__name__)


class Simulation:
    """The agent is the real one: only the far ends of its wires are made up."""

    def __init__(self, config: AgentConfig) -> None:
        self.world, self.printers = World(config.state_dir / "sounds"), Printers(clock)
        self.agent = Agent(
            config,
            clock,
            open_port=self.world.open_port,
            prepare=lambda devices: self.printers.prepare(self.world.prepare(devices)),
        )


def serve(config: AgentConfig, host: str, port: int) -> None:
    simulation = Simulation(config)
    page = make_server(host, port, make_app(simulation), threaded=True)
    thread = threading.Thread(target=page.serve_forever, name="simulator page", daemon=True)
    simulation.agent.start()
    thread.start()
    log.info("simulated devices on http://%s:%s/", host, page.server_port)
    wait_for_end()
    page.shutdown()
    page.server_close()
    simulation.agent.stop()
