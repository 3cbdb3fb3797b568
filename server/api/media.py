"""Bodies that are files: how much of one is read."""

from __future__ import annotations

from flask import request


def content(most: int) -> bytes:
    """The body of this request, at most `most` bytes; a larger one is refused before it is read."""
    request.max_content_length = most
    return request.get_data(cache=False)
