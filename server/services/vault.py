"""What is kept about people, encrypted at rest: AES-256-GCM, with a key derived from the installation's secret.

Each text is bound to what it is about, so that one row's ciphertext is worth nothing in another row. A copy of the
database without MOTCUA_SECRET_KEY tells none of it.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = "v1"
_INFO = b"motcua personal data v1"
_NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed with a key that this installation does not have, altered, or moved from another row."""


class Vault:
    """Seals with the newest key and opens with any that it was given.

    secret_key: MOTCUA_SECRET_KEY. earlier: the keys before it, still needed for what was sealed with them.
    """

    def __init__(self, secret_key: str, earlier: Sequence[str] = ()) -> None:
        keys = [_derive(secret) for secret in (secret_key, *earlier)]
        self._newest = _name(keys[0])
        self._keys = {_name(key): AESGCM(key) for key in keys}

    def seal(self, text: str, about: str) -> str:
        """`about`: the table, row and field, such as "staff/<id>/totp"."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        hidden = self._keys[self._newest].encrypt(nonce, text.encode(), about.encode())
        return f"{VERSION}.{self._newest}.{base64.urlsafe_b64encode(nonce + hidden).decode()}"

    def open(self, sealed: str, about: str) -> str:
        try:
            version, name, body = sealed.split(".")
            raw = base64.urlsafe_b64decode(body)
            if version != VERSION:
                raise Unreadable(version)
            return self._keys[name].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], about.encode()).decode()
        except (InvalidTag, KeyError, ValueError) as error:
            raise Unreadable(about) from error


def _derive(secret: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(secret.encode())


def _name(key: bytes) -> str:
    return hashlib.sha256(b"name of " + key).hexdigest()[:8]
