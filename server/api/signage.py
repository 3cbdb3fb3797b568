"""Signage: playlists, the files they show, and what screens are given of both."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request, send_file

from server.api.media import received
from server.api.routing import nothing, route
from server.api.schemas import SignagePut
from server.caller import actor, system, uow
from server.services import media, signage
from server.services.media import VIDEO_MAX, MediaNotFound

_YEAR = 365 * 24 * 3600


@route("GET", "/offices/<office>/signage", "office.read", summary="What screens show between calls")
def read_signage(office: str) -> Any:
    """Active playlists with their schedules; files by address. No personal data. `ETag` is the edition."""
    view = signage.public_view(uow(), office)
    tag = f'"{view["edition"]}"'
    if request.headers.get("If-None-Match") == tag:
        return Response(status=304, headers={"ETag": tag})
    return Response(json.dumps(view, ensure_ascii=False), mimetype="application/json", headers={"ETag": tag})


@route("GET", "/offices/<office>/signage/figures", "office.read", summary="This month's shares, for the screens")
def read_figures(office: str) -> Any:
    """Percentages, null where fewer than ten people are behind one; at most a minute old."""
    return system().screen_figures.view(office)


@route("GET", "/offices/<office>/signage/settings", "signage.manage", summary="Playlists and files, to be edited")
def read_settings(office: str) -> Any:
    return signage.settings_view(uow(), office)


@route("PUT", "/offices/<office>/signage", "signage.manage", body=SignagePut, summary="Set the playlists as a whole")
def write_signage(office: str, body: SignagePut) -> Any:
    """`edition` must be the one that was read with the settings."""
    with uow().command(office) as tx:
        signage.replace(tx, actor(), body.lists, body.edition)
    return signage.settings_view(uow(), office)


@route("POST", "/offices/<office>/media", "signage.manage", status=201, summary="Bring a picture or a video")
def bring(office: str) -> Any:
    """The body is the file; `name` what it is called. Its type is what its content says: PNG, JPEG, WebP (made anew,
    without metadata), MP4, WebM."""
    office_id = uow().hall(office).config.id
    with received(system().data_dir, VIDEO_MAX) as incoming:
        made = media.taken(uow(), system().media, system().intake, office_id, incoming)
    with uow().command(office) as tx:
        row = media.keep(tx, actor(), request.args.get("name", ""), made)
    media.sweep(uow(), system().media)
    return signage.media_view(office, row), 201


@route("DELETE", "/offices/<office>/media/<digest>", "signage.manage", status=204, summary="Take a file away")
def take_away(office: str, digest: str) -> Response:
    with uow().command(office) as tx:
        media.remove(tx, actor(), digest)
    return nothing()


@route("GET", "/offices/<office>/media/<digest>", "office.read", summary="A picture or a video")
def show(office: str, digest: str) -> Any:
    """With ranges, for video. The address stands for the content, so it may be kept for ever."""
    row = uow().first("media", office_id=uow().hall(office).config.id, digest=digest)
    path = system().media.path(digest) if row else None
    if row is None or path is None or not path.exists():
        raise MediaNotFound()
    answer = send_file(path, mimetype=row["type"], conditional=True, etag=digest, max_age=_YEAR)
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    # Whatever is in the file, a browser that opens it by itself may run nothing of it.
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Disposition"] = "inline"
    return answer
