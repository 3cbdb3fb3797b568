"""Sending files by mail, through the one server that the settings name."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

TIMEOUT_S = 30
PORTS = {"smtp": 587, "smtps": 465}


class MailError(Exception):
    """The mail server could not be reached, or refused."""


class MailNotSet(MailError):
    """The settings name no mail server or no sender."""

    def __init__(self) -> None:
        super().__init__("mail_not_set")


class Attachment(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def mimetype(self) -> str: ...
    @property
    def content(self) -> bytes: ...


def message(sender: str, addresses: Sequence[str], files: Sequence[Attachment]) -> EmailMessage:
    """One message with all files; its subject names them."""
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, ", ".join(addresses)
    mail["Subject"] = "Motcua: " + ", ".join(file.name for file in files)
    mail.set_content("\n".join(file.name for file in files) + "\n")
    for file in files:
        main, _, sub = file.mimetype.partition("/")
        mail.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return mail


def send(url: str, sender: str, addresses: Sequence[str], files: Sequence[Attachment]) -> None:
    """Send by `smtps://user:password@host:465` or `smtp://…:587`, which goes over to TLS where the server can, and
    must before a password is sent. Raises MailError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise MailError("MOTCUA_SMTP_URL: smtp://host:587, smtps://host:465")
    host, port = parts.hostname, parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
            if parts.scheme == "smtps"
            else smtplib.SMTP(host, port, timeout=TIMEOUT_S)
        ) as server:
            server.ehlo()
            if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message(sender, addresses, files))
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(f"{host}:{port}: {error}") from error


Mailer = Callable[[Sequence[str], Sequence[Attachment]], None]
"""Sends files to addresses. Raises MailError."""


def mailer(url: str | None, sender: str | None) -> Mailer:
    """Sends by the server that the settings name; when they name none, sending is what fails."""

    def by_settings(addresses: Sequence[str], files: Sequence[Attachment]) -> None:
        if not url or not sender:
            raise MailNotSet()
        send(url, sender, addresses, files)

    return by_settings
