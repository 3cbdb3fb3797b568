"""An office whose certificate is its own: who is told of it reaches the server by every way, and nobody else does."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.agent.client import Refused, ServerClient, Unreachable
from hardware.agent.live import LiveTransport
from kiosk.runtime.upstream import Gone, HttpUpstream


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of 127.0.0.1, signed by itself."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "an office")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False).add_extension(x509.BasicConstraints(True, None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "office.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def server(certificate: Path) -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and the first line of each request whose caller took the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            while True:
                try:
                    caller, _ = door.accept()
                except OSError:
                    return
                with caller, suppress(OSError), context.wrap_socket(caller, server_side=True) as line:
                    heard.append(line.recv(4096).split(b"\r\n")[0])
                    line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        answering = threading.Thread(target=serve)
        answering.start()
        yield f"https://127.0.0.1:{door.getsockname()[1]}", heard
        door.shutdown(socket.SHUT_RDWR)
        answering.join(10)


def ask(url: str) -> None:
    ServerClient(url, "token").fetch("/agent")


def live(url: str) -> None:
    def nothing(*_: object) -> None: ...

    LiveTransport(url, "token", lambda: "demo", nothing, nothing, nothing, nothing).connect()


def touch(url: str) -> None:
    upstream = HttpUpstream(url, "token")
    try:
        upstream.ask("GET", "/kiosk", within_s=20)
    finally:
        upstream.close()


@pytest.mark.parametrize(("way", "line"), [(ask, b"GET /agent"), (live, b"GET /socket.io/"), (touch, b"GET /kiosk")])
def test_a_certificate_of_ones_own(
    way: Callable[[str], None], line: bytes, server: tuple[str, list[bytes]], certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url, heard = server
    for told in (False, True):
        if told:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        else:
            monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
        with suppress(Unreachable, Gone, Refused):
            way(url)
        assert [request.startswith(line) for request in heard] == [True] * told
