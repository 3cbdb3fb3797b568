"""What programs beside the devices need: their devices, print jobs, results and states; and pairing."""

from __future__ import annotations

from typing import Any

from flask import jsonify, request

from server.api.routing import route
from server.api.schemas import AgentStatus, Body, JobResult, Pair
from server.caller import BOARD_COOKIE, DEVICE_COOKIE, actor, changed, uow
from server.domain.words import PrintState
from server.services import agents, devices, printing

COOKIE_S = 400 * 24 * 3600
"""As long as browsers keep a cookie at most; a screen that is used renews nothing, so it is paired again after that."""


@route("GET", "/agent", "device.serve", summary="This agent and its devices")
def agent() -> Any:
    return agents.view(uow(), actor())


@route("GET", "/agent/jobs", "device.serve", summary="Print jobs that await an answer")
def jobs() -> Any:
    agents.arrive(uow(), actor())
    return {"jobs": printing.outstanding(uow(), actor())}


@route("POST", "/agent/jobs/<job_id>/result", "device.serve", body=JobResult, summary="What became of a job")
def job_result(job_id: str, body: JobResult) -> Any:
    return printing.result(uow(), actor(), job_id, PrintState(body.state), body.detail)


@route("POST", "/agent/status", "device.serve", body=AgentStatus, summary="States of the devices")
def status(body: AgentStatus) -> Any:
    agents.report(uow(), actor(), body.version, [d.model_dump() for d in body.devices])
    return {}


@route("POST", "/devices/pair", "public", body=Pair, status=201, summary="Trade a one-time code for a token")
def pair(body: Pair) -> Any:
    """With `keep` the browser itself becomes the screen: the token goes into a cookie that no script can read."""
    paired = devices.pair(uow(), body.code)
    changed(paired["device"]["id"])
    if not body.keep:
        return paired, 201
    response = jsonify({name: paired[name] for name in ("office", "device")})
    name = BOARD_COOKIE if paired["device"]["kind"] == "board" else DEVICE_COOKIE
    response.set_cookie(
        name, paired["token"], max_age=COOKIE_S, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return response, 201


@route("POST", "/offices/<office>/devices/<device_id>/pairing", "device.manage", body=Body, status=201,
       summary="A one-time pairing code for a device")  # fmt: skip
def offer_pairing(office: str, device_id: str, body: Body) -> Any:
    with uow().command(office) as tx:
        return devices.offer_pairing(tx, actor(), device_id), 201


@route("POST", "/offices/<office>/devices/<device_id>/revoke", "device.manage", body=Body, status=200,
       summary="End a device's token")  # fmt: skip
def revoke(office: str, device_id: str, body: Body) -> Any:
    with uow().command(office) as tx:
        devices.revoke(tx, actor(), device_id)
    changed(device_id)
    return {}
