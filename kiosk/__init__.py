"""The touch kiosk: its page, and the runtime beside it that goes on issuing when the server is gone."""
