"""Simulated devices that ship with the product: ordinary devices at the far end of a simulated wire."""
