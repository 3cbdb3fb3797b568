"""Printers, button panels, keypads, LED boards, scanners: their drivers, their simulators and the agent that owns them."""
