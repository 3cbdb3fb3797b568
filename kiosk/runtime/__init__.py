"""The runtime beside a kiosk: it serves the page, and goes on giving numbers when the server is gone."""
