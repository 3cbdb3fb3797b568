"""Socket.IO: snapshots, numbered events and heartbeats for everything that watches an office."""
