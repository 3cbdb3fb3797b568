"""Sub-commands of `motcua` that concern the server."""
