"""One mail per reader by SMTP: nobody sees the others' addresses."""

from __future__ import annotations

import mimetypes
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import PublishError, UsageError
from pipeline.publish.delivery.letters import Body, Letter

_TIMEOUT_SECONDS = 60.0
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        is_encrypted: TLS from the first byte (`smtps`).
        must_encrypt: refuse to go on where the server offers no TLS (`smtp` with a user, or another host).
    """

    host: str
    port: int
    user: str = ""
    password: str = ""
    is_encrypted: bool = False
    must_encrypt: bool = True

    @classmethod
    def from_url(cls, url: str, password: str = "") -> MailServer:
        """Read `smtp://user@host:587` or `smtps://...`; a password in the URL counts, else the one given.

        Raises:
            UsageError: another form.
        """
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise UsageError(
                "The mail server's address can't be read.",
                "It is written smtp://user@host:587 or smtps://user@host.",
            )
        user = unquote(parts.username or "")
        is_local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=user,
            password=unquote(parts.password or "") or password,
            is_encrypted=parts.scheme == "smtps",
            must_encrypt=not is_local,
        )


def compose(letter: Letter, body: Body, sender: str, attach: bool) -> EmailMessage:
    """The message: plain text, HTML, and the report's files where they are wanted."""
    message = EmailMessage()
    message["Subject"] = body.subject
    message["From"] = sender
    message["To"] = letter.recipient.to
    message["Date"] = formatdate(localtime=True)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{letter.key}.{letter.record.report}@{domain}>"  # a repeat is known as one
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body.text)
    message.add_alternative(body.html, subtype="html")
    for path in letter.files if attach else []:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        main, _, sub = kind.partition("/")
        message.add_attachment(path.read_bytes(), maintype=main, subtype=sub, filename=_name(letter, path))
    return message


def send(message: EmailMessage, server: MailServer) -> None:
    """Hand a message in.

    Raises:
        PublishError: the server can't be reached, refuses, or does not encrypt.
    """
    context = ssl.create_default_context()
    try:
        with _connect(server, context) as connection:
            if not server.is_encrypted and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
            elif not server.is_encrypted and server.must_encrypt:
                raise PublishError(
                    f"{server.host} offers no encryption.", "Use a server with STARTTLS or smtps."
                )
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise PublishError(f"{server.host}:{server.port}: {type(error).__name__}: {error}") from error


def _connect(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.is_encrypted:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_SECONDS, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_SECONDS)
    connection.ehlo()
    return connection


def _name(letter: Letter, path: Path) -> str:
    return f"{letter.record.period} {letter.record.scope} {path.name}".replace("=", " ")
