"""Reads the options of a channel into a typed destination, or says in plain words why they cannot be used.

No answer of this module contains a value of an option: they are secrets.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import getaddresses, parseaddr
from typing import Final, Literal
from urllib.parse import urlsplit

from monitor.model import Secret

_TOKEN: Final = re.compile(r"[A-Za-z0-9]+")
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")

Security = Literal["plain", "starttls", "ssl"]


@dataclass(frozen=True, slots=True)
class SlackHook:
    """An incoming webhook of Slack, or of a server that speaks like it."""

    base: str = field(repr=False)
    """Everything before the three tokens: ``https://hooks.slack.com/services``."""
    tokens: tuple[str, str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mail server and whom it is to reach."""

    host: str = field(repr=False)
    port: int
    security: Security
    """``ssl`` from the first byte; ``starttls`` or nothing at all; ``plain`` on this machine only."""
    user: str | None = field(repr=False)
    password: str | None = field(repr=False)
    sender: tuple[str, str] = field(repr=False)
    """Name and address."""
    recipients: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why the options cannot be used, without their values."""

    reason: str


def slack_hook(options: Mapping[str, Secret]) -> SlackHook | Unusable:
    """The webhook of a ``slack`` channel.

    Its address is ``https://hooks.slack.com/services/T.../B.../...`` or that of another server whose path ends in
    three tokens; plain ``http`` only on this machine, as the address is a password.
    """
    address = _option(options, "webhook")
    if not address:
        return Unusable("the Slack address is missing: give the incoming webhook that Slack shows")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return Unusable("the Slack address is no web address")
    if parts.scheme not in ("http", "https") or not host or parts.username is not None:
        return Unusable("the Slack address must be a webhook: https://hooks.slack.com/services/T.../B.../...")
    if parts.scheme == "http" and not is_loopback(host):
        return Unusable("the Slack address must begin with https: it is a password and would be sent readable")
    if parts.path.startswith(("/workflows/", "/triggers/")):
        return Unusable("the Slack address belongs to a workflow; make an incoming webhook instead")
    segments = parts.path.rstrip("/").split("/")
    tokens = tuple(segments[-3:])
    if (
        len(segments) < 4
        or not all(map(_TOKEN.fullmatch, tokens))
        or "services" in tokens
        or parts.query
        or parts.fragment
    ):
        return Unusable("the Slack address must end in three parts, /T.../B.../..., and nothing after them")
    base = f"{parts.scheme}://{parts.netloc}{'/'.join(segments[:-3])}"
    return SlackHook(base, (tokens[0], tokens[1], tokens[2]))


def mailbox(options: Mapping[str, Secret]) -> Mailbox | Unusable:
    """The server and the recipients of an ``email`` channel.

    ``smtp`` is ``host``, ``host:port``, ``smtp://host`` or ``smtps://host``; port 465 and ``smtps`` mean TLS from the
    first byte, this machine means no TLS, everything else STARTTLS without a way back (port 587 unless given).
    """
    server = _server(_option(options, "smtp"))
    if isinstance(server, Unusable):
        return server
    host, port, security = server
    user, password = _option(options, "user") or None, _option(options, "password") or None
    if (user is None) != (password is None):
        return Unusable("e-mail needs both user and password, or neither")
    if not f"{user}{password}".isascii():
        return Unusable("user and password must be plain ASCII letters: the login to a mail server knows no others")
    sender = _sender(_option(options, "from"), user)
    if isinstance(sender, Unusable):
        return sender
    recipients = _recipients(_option(options, "to"))
    if isinstance(recipients, Unusable):
        return recipients
    return Mailbox(host, port, security, user, password, sender, recipients)


def is_loopback(host: str) -> bool:
    """Whether the name or address is this machine itself; names other than ``localhost`` are not asked for."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _option(options: Mapping[str, Secret], name: str) -> str:
    return options[name].reveal().strip() if name in options else ""


def _server(value: str) -> tuple[str, int, Security] | Unusable:
    if not value:
        return Unusable("e-mail needs the mail server: smtp: host or host:port")
    scheme, separator, rest = value.partition("://")
    scheme = scheme.lower() if separator else "smtp"
    if scheme not in ("smtp", "smtps"):
        return Unusable("the mail server must be host, host:port, smtp://host or smtps://host")
    try:
        parts = urlsplit(f"//{rest if separator else value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        return Unusable("the mail server's port must be a number from 1 to 65535")
    if not host or not _HOST.fullmatch(host) or port == 0 or parts.path.strip("/") or parts.username is not None:
        return Unusable("the mail server must be host or host:port; user and password are options of their own")
    if scheme == "smtps" or port == 465:
        return host, port or 465, "ssl"
    if is_loopback(host):
        return host, port or 25, "plain"
    return host, port or 587, "starttls"


def _sender(value: str, user: str | None) -> tuple[str, str] | Unusable:
    """Name and address: as given, else the user where it is an address, else ``monitor`` on this machine."""
    if value:
        name, address = parseaddr(value)
        if not _ADDRESS.fullmatch(address) or not _printable(name):
            return Unusable("the sender (from) is no mail address")
        return name or "Coverage monitor", address
    if user is not None and _ADDRESS.fullmatch(user):
        return "Coverage monitor", user
    address = f"monitor@{socket.gethostname()}"
    return "Coverage monitor", address if _ADDRESS.fullmatch(address) else "monitor@localhost"


def _recipients(value: str) -> tuple[str, ...] | Unusable:
    if not value:
        return Unusable("e-mail needs a recipient: to: name@example.org")
    listed = re.sub(r"[\s,;]*[,;\n][\s,;]*", ",", value).strip(",")
    # A colon names a group, or is the rest of a header that somebody pasted.
    found = [address for _, address in getaddresses([listed])] if ":" not in listed else [""]
    unusable = sum(1 for address in found if not _ADDRESS.fullmatch(address))
    if unusable:
        return Unusable(f"{unusable} of {len(found)} recipients (to) is no mail address")
    return tuple(dict.fromkeys(found))


def _printable(text: str) -> bool:
    return all(character.isprintable() for character in text)
