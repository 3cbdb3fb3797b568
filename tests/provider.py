"""A province's sign-on: a small OpenID Connect provider on a loopback port, true to the letter, with knobs to lie.

It does what the standards ask of it: codes that work once, PKCE (S256), client authentication, a signed ID token, keys
at their address, sign-out. `forge` changes the next ID token's claims, `key` what it is signed with.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Provider:
    """`signed_in`: who sits at the browser, as the claims that the provider knows of them."""

    client_id, client_secret = "motcua", "a secret of the province"

    def __init__(self) -> None:
        self.own_key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"}, private=True)
        self.key: Any = self.own_key
        self.algorithm = "RS256"
        self.signed_in: dict[str, Any] = {"sub": "s-1", "preferred_username": "officer1"}
        self.forge: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.algorithms = ["RS256"]
        self._codes: dict[str, dict[str, str]] = {}
        self._server = make_server("127.0.0.1", 0, self._app(), threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_about: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _app(self) -> Flask:
        app = Flask("provider")
        app.add_url_rule("/.well-known/openid-configuration", "about", self._about)
        app.add_url_rule("/keys", "keys", lambda: jsonify(KeySet([self.own_key]).as_dict(private=False)))
        app.add_url_rule("/authorize", "authorize", self._authorize)
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        return app

    def _about(self) -> Any:
        at = self.issuer
        return jsonify(
            issuer=at, authorization_endpoint=f"{at}/authorize", token_endpoint=f"{at}/token", jwks_uri=f"{at}/keys",
            end_session_endpoint=f"{at}/end", response_types_supported=["code"], subject_types_supported=["public"],
            id_token_signing_alg_values_supported=self.algorithms, code_challenge_methods_supported=["S256"],
        )  # fmt: skip

    def _authorize(self) -> Any:
        asked = request.args
        assert asked["client_id"] == self.client_id and asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        self._codes[code] = {name: asked[name] for name in ("redirect_uri", "nonce", "code_challenge")}
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    def _token(self) -> Any:
        sent = request.form
        given = self._codes.pop(sent.get("code", ""), None)
        user = request.authorization
        if user is None or (user.username, user.password) != (self.client_id, self.client_secret):
            return jsonify(error="invalid_client"), 401
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            given is None
            or given["redirect_uri"] != sent.get("redirect_uri")
            or challenge.decode().rstrip("=") != given["code_challenge"]
        ):
            return jsonify(error="invalid_grant"), 400
        claims = self.forge(self._claims() | {"nonce": given["nonce"]})
        token = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 300}
        return jsonify(token | ({"id_token": self.sign(claims)} if claims else {}))

    def _claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self.issuer, "aud": self.client_id, "iat": now, "exp": now + 300, **self.signed_in}

    def sign(self, claims: dict[str, Any]) -> str:
        if self.algorithm in ("none", "HS256"):
            return self._by_hand(claims)
        return jwt.encode({"alg": self.algorithm, "kid": "1"}, claims, self.key, algorithms=[self.algorithm])

    def claims_of(self, token: str) -> dict[str, Any]:
        """What one of our own tokens says."""
        return dict(jwt.decode(token, self.own_key).claims)

    def logout_token(self, **changes: Any) -> str:
        claims = {k: v for k, v in self._claims().items() if k in ("iss", "aud", "iat", "exp", "sub", "sid")}
        return self.sign(claims | {"jti": secrets.token_hex(8), "events": {LOGOUT_EVENT: {}}} | changes)

    def strange_key(self) -> RSAKey:
        """A key that is not the provider's, under the name of the one that is."""
        return RSAKey.generate_key(2048, {"kid": "1"}, private=True)

    def _by_hand(self, claims: dict[str, Any]) -> str:
        """What no honest library makes: unsigned; or signed with the public key as if it were a shared secret."""
        parts = [json.dumps(part).encode() for part in ({"alg": self.algorithm, "kid": "1"}, claims)]
        body = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
        public = self.own_key.as_pem(private=False)
        proof = b"" if self.algorithm == "none" else hmac.digest(public, body, "sha256")
        return (body + b"." + base64.urlsafe_b64encode(proof).rstrip(b"=")).decode()
