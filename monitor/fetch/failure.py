"""What went wrong, as a word for programs and a sentence for people."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp

from monitor.fetch.guard import PrivateAddress
from monitor.fetch.target import BadAddress
from monitor.limits import BODY_CAP, CONNECT_TIMEOUT, REDIRECT_CAP

_LONGEST = timedelta(days=3650)
_LONGEST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a request gave no document."""

    reason: str
    sentence: str
    outcome: Literal["error", "refused", "gone"] = "error"
    status: int | None = None
    retry_after: timedelta | None = None


_STATUS = {
    400: "it did not understand the request",
    401: "it asks for a user name and password",
    402: "it asks for payment",
    403: "it refuses to let this program read the page",
    404: "there is no such page",
    406: "it does not offer the page in a form that feeds come in",
    410: "the page is gone for good",
    429: "it was asked too often",
    451: "the page is withheld for legal reasons",
    500: "something is broken on its side",
    502: "something is broken on its side",
    503: "it is overloaded or down for a while",
    504: "something is broken on its side",
}

# Looked through in order: a class stands before those it is derived from.
_ERRORS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((aiohttp.ClientConnectorDNSError,), "dns", "The name {host} could not be found (DNS)."),
    (
        (aiohttp.ClientConnectorCertificateError,),
        "tls",
        "The certificate of {host} is not valid, so the connection is not trusted.",
    ),
    (
        (aiohttp.ClientConnectorSSLError, aiohttp.ClientSSLError, ssl.SSLError),
        "tls",
        "No secure connection to {host} could be made.",
    ),
    (
        (aiohttp.ConnectionTimeoutError,),
        "timeout",
        f"{{host}} could not be reached within {CONNECT_TIMEOUT:.0f} seconds.",
    ),
    ((TimeoutError,), "timeout", "{host} took too long to answer."),
    ((aiohttp.ClientConnectorError,), "connect", "{host} does not accept connections."),
    (
        (aiohttp.ClientPayloadError,),
        "incomplete",
        "The answer of {host} broke off or could not be unpacked.",
    ),
    (
        (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError),
        "disconnected",
        "{host} closed the connection before it had answered.",
    ),
    (
        (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError),
        "bad_url",
        "This is not a well-formed address.",
    ),
    (
        (aiohttp.ClientError, ValueError),
        "protocol",
        "{host} answered in a way that is not valid HTTP.",
    ),
    ((OSError,), "connect", "No connection to {host} could be made."),
)

EXPECTED = tuple({kind for kinds, _, _ in _ERRORS for kind in kinds})
"""The exceptions that the network and servers cause; anything else is a bug."""


def from_error(error: BaseException, host: str) -> Trouble:
    """The trouble behind one of the :data:`EXPECTED` exceptions."""
    if isinstance(error, BadAddress):
        return Trouble(error.reason, error.sentence, "refused")
    if isinstance(error, PrivateAddress) or isinstance(getattr(error, "os_error", None), PrivateAddress):
        return Trouble(
            "private_address",
            f"{host} is on this machine or in a private network. It is not asked "
            "unless settings.yaml, beside the watchlist, lists it: fetch: {allow_private: [HOST:PORT]}.",
            "refused",
        )
    reason, sentence = next((word, text) for kinds, word, text in _ERRORS if isinstance(error, kinds))
    return Trouble(reason, sentence.format(host=host), "refused" if reason == "bad_url" else "error")


def from_status(status: int, host: str, *, retry_after: timedelta | None = None) -> Trouble:
    """The trouble behind an answer that is neither a document nor a redirect nor "not modified"."""
    meaning = _STATUS.get(status, "which is not the answer that was hoped for")
    outcome: Literal["error", "gone"] = "gone" if status == 410 else "error"
    return Trouble(f"http_{status}", f"{host} answers {status}: {meaning}.", outcome, status, retry_after)


def too_large(host: str, status: int) -> Trouble:
    """The body passed the cap."""
    return Trouble("too_large", f"The answer of {host} is larger than {BODY_CAP // 2**20} MB.", status=status)


def too_many_redirects(host: str) -> Trouble:
    """The last hop allowed was a redirect again."""
    return Trouble("redirects", f"{host} redirects more than {REDIRECT_CAP} times.")


def retry_after(value: str | None, date: str | None, now: datetime | None) -> timedelta | None:
    """What a ``Retry-After`` header asks for; None if there is none or it makes no sense.

    Args:
        value: the header: seconds, or an HTTP date.
        date: the ``Date`` header of the same answer, against which a date is read, so that clocks need not agree.
        now: our time, used where the server gives none.
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return _LONGEST if len(text) > _LONGEST_DIGITS else min(timedelta(seconds=int(text)), _LONGEST)
    until = http_date(text)
    since = http_date(date) or now
    if until is None or since is None or until <= since:
        return None
    return min(until - since, _LONGEST)


def http_date(text: str | None) -> datetime | None:
    """The time of an HTTP date in UTC; None if it is no date."""
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None
