"""A printer made of software: it takes ESC/POS as a real one does, and shows the paper that would come out."""

from .device import VirtualPrinter
from .paper import Strip

__all__ = ["Strip", "VirtualPrinter"]
