"""The agent: owns the devices of a kiosk, a counter or a cabinet, and dials out to the office's server."""
