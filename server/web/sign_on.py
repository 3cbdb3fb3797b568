"""Signing in at a province's own sign-on: OpenID Connect, authorization code with PKCE, state and nonce (Authlib).

The browser goes to the provider and comes back with a code; this server trades it for an ID token and checks it. State,
nonce and code verifier wait in the browser's signed cookie and are used once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, Response, redirect, request, session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from werkzeug.wrappers import Response as AnyResponse

from server.caller import base_url, changed, keep, system, uow
from server.domain.errors import NotFound, SecondFactorRequired, Unauthenticated
from server.services import sign_on, signing_in, signins
from server.services.sign_on import Provider, SignOnRefused
from server.web.pages import local_path

log = structlog.get_logger(__name__)

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Signed with the provider's private key: never "none", nor a key that we share."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY_S = 60
ANSWER_S = 5.0
PENDING_S = 300
TOKEN_IN_COOKIE = 2400
FAILURES = (AuthlibBaseError, JoseError, requests.RequestException, KeyError, ValueError, RuntimeError)
"""What a provider that is down, wrong or hostile makes these libraries raise."""


class SignOns:
    """The providers of this installation."""

    def __init__(self, app: Flask, providers: Sequence[Provider]) -> None:
        self._oauth = OAuth(app)
        self._providers = {provider.name: provider for provider in providers}
        for p in providers:
            self._oauth.register(
                p.name, client_id=p.client_id, client_secret=p.client_secret,
                server_metadata_url=f"{p.issuer.rstrip('/')}/.well-known/openid-configuration",
                client_kwargs={"scope": _scope(p), "code_challenge_method": "S256", "default_timeout": ANSWER_S},
            )  # fmt: skip

    @property
    def choices(self) -> list[dict[str, str]]:
        return [{"name": p.name, "title": p.title} for p in self._providers.values()]

    def provider(self, name: str) -> Provider:
        if name not in self._providers:
            raise NotFound()
        return self._providers[name]

    def client(self, provider: Provider) -> Any:
        """Authlib's client, once the provider has said that it is who the settings say, and how it signs."""
        client = self._oauth.create_client(provider.name)
        metadata = client.load_server_metadata()
        if metadata.get("issuer") != provider.issuer:
            raise ValueError(f"issuer {metadata.get('issuer')} ≠ {provider.issuer}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [a for a in offered if a in ALGORITHMS]
        return client

    def sign_out_url(self, name: str | None, id_token: str | None) -> str | None:
        """Where a browser goes to sign out at its provider as well (OpenID Connect RP-Initiated Logout 1.0); None when
        there is no such place. With the token that it gave us, the provider need not ask who is meant."""
        provider = self._providers.get(name or "")
        if provider is None:
            return None
        try:
            made = self.client(provider).create_logout_url(
                post_logout_redirect_uri=f"{base_url()}/login", client_id=provider.client_id, id_token_hint=id_token
            )
        except FAILURES as error:
            log.warning("sign_on.no_sign_out", provider=provider.name, error=type(error).__name__)
            return None
        return str(made["url"])


def _scope(provider: Provider) -> str:
    return "openid email" if provider.claim == "email" else "openid profile"


def register(app: Flask, providers: Sequence[Provider]) -> None:
    room = SignOns(app, providers)
    app.extensions["motcua_sign_on"] = room
    pages = Blueprint("sign_on", __name__, url_prefix="/sign-on")
    pages.add_url_rule("/<name>", "begin", lambda name: _begin(room, room.provider(name)))
    pages.add_url_rule("/<name>/callback", "callback", lambda name: _callback(room, room.provider(name)))
    pages.add_url_rule("/<name>/left", "left", lambda name: _left(room, room.provider(name)), methods=["POST"])
    app.register_blueprint(pages)


def _begin(room: SignOns, provider: Provider) -> AnyResponse:
    session["sign_on_next"] = local_path(request.args.get("next"))
    try:
        client = room.client(provider)
        went: AnyResponse = client.authorize_redirect(f"{base_url()}/sign-on/{provider.name}/callback")
    except FAILURES as error:
        log.warning("sign_on.unavailable", provider=provider.name, error=type(error).__name__)
        return _back("sign_on_unavailable")
    return went


def _callback(room: SignOns, provider: Provider) -> AnyResponse:
    address, goes_to = request.remote_addr, session.get("sign_on_next") or "/console"
    try:
        claims, token = _claims(room, provider)
        person = sign_on.person_of(uow(), provider, claims)
    except FAILURES as error:
        # The kind alone: a library's message may quote what it was given.
        log.warning("sign_on.failed", provider=provider.name, error=type(error).__name__)
        signing_in.note_refused(uow(), "", SignOnRefused(), address)
        return _back("sign_on_failed")
    except SignOnRefused as refusal:
        named = claims.get(provider.claim)
        signing_in.note_refused(uow(), named if isinstance(named, str) else "", refusal, address)
        return _back(refusal.code)
    done = sign_on.has_second_factor(provider, claims)
    subject, provider_session = _text(claims.get("sub")), _text(claims.get("sid"))
    way = signins.Way("sign_on", provider.name, subject, provider_session, done, token)
    try:
        user = keep(signing_in.begin(uow(), system().vault, person, None, way, address))["user"]
    except SecondFactorRequired:
        _wait_for_code(person["id"], way)
        return _back("second_factor_required", goes_to)
    except Unauthenticated as refusal:
        return _back(refusal.code)
    return redirect("/account" if user["must_secure"] else goes_to)


def _claims(room: SignOns, provider: Provider) -> tuple[Mapping[str, Any], str | None]:
    """The checked claims of the ID token (signature, issuer, audience, times and this browser's nonce), and itself."""
    wanted = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "nonce": {"essential": True},
    }
    token = room.client(provider).authorize_access_token(claims_options=wanted, leeway=LEEWAY_S)
    claims: Mapping[str, Any] = token["userinfo"]
    return claims, _text(token.get("id_token"))


def _wait_for_code(staff_id: str, way: signins.Way) -> None:
    """Who somebody is, is known; `POST /session/code` ends it with their second factor."""
    session.clear()
    session["pending"] = {
        "staff": staff_id, "until": int(system().clock().timestamp()) + PENDING_S,
        "issuer": way.issuer, "subject": way.subject, "provider_session": way.provider_session,
        # A cookie holds 4 kB; without it the provider asks whom to sign out.
        "id_token": way.id_token if len(way.id_token or "") <= TOKEN_IN_COOKIE else None,
    }  # fmt: skip


def _left(room: SignOns, provider: Provider) -> Response:
    """Somebody has signed out at the provider (OpenID Connect Back-Channel Logout 1.0): their sign-ins here end too."""
    try:
        claims = _logout_claims(room, provider, request.form.get("logout_token", ""))
    except FAILURES as error:
        log.warning("sign_on.logout_refused", provider=provider.name, error=type(error).__name__)
        return Response(status=400)
    for row in signins.of_provider(uow(), provider.name, _text(claims.get("sub")), _text(claims.get("sid"))):
        signins.end_by_provider(uow(), row)
        changed(row["staff_id"])
    return Response(status=200, headers={"Cache-Control": "no-store"})


def _logout_claims(room: SignOns, provider: Provider, token: str) -> Mapping[str, Any]:
    client = room.client(provider)
    algorithms = client.server_metadata["id_token_signing_alg_values_supported"]
    keys = KeySet.import_key_set(client.fetch_jwk_set())
    claims = jwt.decode(token, keys, registry=JWSRegistry(algorithms=algorithms, strict_check_header=False)).claims
    jwt.JWTClaimsRegistry(
        leeway=LEEWAY_S,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": provider.client_id},
        exp={"essential": True}, iat={"essential": True},
    ).validate(claims)  # fmt: skip
    if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims:
        raise ValueError("no logout token")
    return claims


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _back(code: str, goes_to: str | None = None) -> AnyResponse:
    return redirect("/login?" + urlencode({"refused": code} | ({"next": goes_to} if goes_to else {})))
