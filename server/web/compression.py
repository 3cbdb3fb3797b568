"""Scripts, styles and texts leave the house compressed: a citizen's phone on 3G waits for every kilobyte.

Only what is the same for everybody. A page or an answer that carries a secret beside something a stranger chose would
tell the secret by its compressed length, so those go as they are.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

TEXT = frozenset({"text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"})
LEAST = 512
"""Bytes below which the headers outweigh what is saved."""


def init_app(app: Flask) -> None:
    """Compress static text for whoever takes it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if not _is_shared_text(response):
        return response
    response.vary.add("Accept-Encoding")
    etag = response.get_etag()[0]
    if response.status_code != 200 or request.method != "GET" or not etag or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < LEAST:
        return response
    response.set_data(_packed(etag, body))
    response.set_etag(etag, weak=True)
    response.headers["Content-Encoding"] = "gzip"
    return response


def _is_shared_text(response: Response) -> bool:
    shared = request.endpoint is not None and request.endpoint.rpartition(".")[2] in ("static", "texts")
    return shared and response.mimetype in TEXT


@lru_cache(maxsize=512)
def _packed(_etag: str, body: bytes) -> bytes:
    return gzip.compress(body, 9, mtime=0)
