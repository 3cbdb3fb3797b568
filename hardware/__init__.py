"""Printers, panels, keypads, LED boards, scanners: their drivers, their simulators and the agent that owns them."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("motcua")
except PackageNotFoundError:  # run from a tree that was never installed
    __version__ = "0"
