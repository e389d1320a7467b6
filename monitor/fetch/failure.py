"""What went wrong, as a word for programs and a sentence for people."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import aiohttp

from monitor.fetch.guard import BadPort, PrivateAddress
from monitor.fetch.target import BadAddress
from monitor.fetch.unpack import BadPacking
from monitor.limits import BODY_CAP, CONNECT_TIMEOUT, REDIRECT_CAP, WEB_PORTS

_NO_PROXY = "No connection to the proxy of this source could be made."
_LISTED = "unless settings.yaml, beside the watchlist, lists it: fetch: {allow_private: [HOST:PORT]}."


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
        (aiohttp.ClientProxyConnectionError,),
        "proxy",
        _NO_PROXY,
    ),
    (
        (aiohttp.ClientHttpProxyError,),
        "proxy",
        "The proxy of this source does not let the request through.",
    ),
    (
        (aiohttp.ConnectionTimeoutError,),
        "timeout",
        f"{{host}} could not be reached within {CONNECT_TIMEOUT:.0f} seconds.",
    ),
    ((TimeoutError,), "timeout", "{host} took too long to answer."),
    ((aiohttp.ClientConnectorError,), "connect", "{host} does not accept connections."),
    (
        (aiohttp.ClientPayloadError, BadPacking),
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


def from_error(error: BaseException, host: str, *, proxy: str | None = None) -> Trouble:
    """The trouble behind one of the :data:`EXPECTED` exceptions.

    Args:
        error: what was raised.
        host: the host that was to be asked.
        proxy: the host that was dialled for it, if the source has a proxy; it is not named in the sentence.
    """
    if isinstance(error, BadAddress):
        return Trouble(error.reason, error.sentence, "refused")
    cause = getattr(error, "os_error", error)
    if isinstance(cause, PrivateAddress):
        return Trouble(
            "private_address",
            f"{host} is on this machine or in a private network. It is not asked {_LISTED}",
            "refused",
        )
    if isinstance(cause, BadPort):
        return Trouble(
            "bad_port",
            f"{host} would be asked on port {cause.port}. An address that nobody wrote into the watchlist is read on "
            f"ports {_web_ports()} only, {_LISTED}",
            "refused",
        )
    if isinstance(error, aiohttp.ClientHttpProxyError) and error.status == 407:
        return proxy_login()
    if isinstance(error, aiohttp.ClientConnectorError) and proxy is not None and error.host == proxy != host:
        return Trouble("proxy", _NO_PROXY)
    reason, sentence = next((word, text) for kinds, word, text in _ERRORS if isinstance(error, kinds))
    return Trouble(reason, sentence.format(host=host), "refused" if reason == "bad_url" else "error")


def _web_ports() -> str:
    spans = [str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}" for ports in WEB_PORTS]
    return f"{', '.join(spans[:-1])} and {spans[-1]}"


def from_status(status: int, host: str, *, retry_after: timedelta | None = None) -> Trouble:
    """The trouble behind an answer that is neither a document nor a redirect nor "not modified"."""
    meaning = _STATUS.get(status, "which is not the answer that was hoped for")
    outcome: Literal["error", "gone"] = "gone" if status == 410 else "error"
    return Trouble(f"http_{status}", f"{host} answers {status}: {meaning}.", outcome, status, retry_after)


def challenged(status: int, service: str, *, page: bool, retry_after: timedelta | None = None) -> Trouble:
    """A bot check stands before the document; ``service`` is who runs it, empty if that is not known."""
    by = f"{status}, {service}" if service else str(status)
    hoped = "the page" if page else "a feed"
    sentence = f"The site answers with a challenge page ({by}), not with {hoped}."
    return Trouble("challenge", sentence, status=status, retry_after=retry_after)


def proxy_login() -> Trouble:
    """The proxy does not know us."""
    return Trouble("proxy", "The proxy of this source asks for a user name and password (407).", status=407)


def too_large(host: str, status: int) -> Trouble:
    """The body passed the cap."""
    return Trouble("too_large", f"The answer of {host} is larger than {BODY_CAP // 2**20} MB.", status=status)


def too_many_redirects(host: str) -> Trouble:
    """The last hop allowed was a redirect again."""
    return Trouble("redirects", f"{host} redirects more than {REDIRECT_CAP} times.")
