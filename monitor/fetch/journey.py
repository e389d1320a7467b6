"""One request on its way through its redirects: where it is, and what may be sent there."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from yarl import URL

from monitor.fetch.guard import Dial, Guard
from monitor.fetch.target import SCHEMES, BadAddress, bare, origin, target
from monitor.model import Access, Request

_ACCEPT = {
    "feed": (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
    ),
    "page": "text/html, application/xhtml+xml;q=0.9, application/xml;q=0.7, text/plain;q=0.6, */*;q=0.5",
}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_RESERVED = frozenset(
    "host connection content-length transfer-encoding te trailer upgrade keep-alive proxy-authorization "
    "accept-encoding if-none-match if-modified-since if-match if-unmodified-since if-range range expect".split()
)
"""Headers that the connection, the guard or the conditional request depend on: not the user's to set."""

_OURS = {"accept": "Accept", "authorization": "Authorization"}
"""Headers that we send too, as we write them: the user's take their place."""


@dataclass(slots=True)
class Journey:
    """A request, the hop it has reached, and the seconds it has cost."""

    request: Request
    now: datetime | None
    first: URL
    """The address asked for, bare."""
    own: dict[str, str] = field(default_factory=dict, repr=False)
    """Headers that belong to the origin of ``first``: credentials, and what the user has added."""
    login: bool = False
    """User and password stood in the address itself."""
    proxy: URL | None = field(default=None, repr=False)
    spent: float = 0.0
    """Seconds of requests; waiting for a host's turn is not counted."""
    permanent: bool = True
    hops: int = 0

    @classmethod
    def begin(cls, request: Request, now: datetime | None, guard: Guard) -> Journey:
        """Set out.

        Raises:
            BadAddress: the address, the proxy or a header cannot be used.
            PrivateAddress: the host is written as an address that is not public and not listed.
        """
        url = target(request.url, guard)
        own = dict(_own_headers(url, request.access))
        login = url.user is not None or url.password is not None
        return cls(request, now, url.with_user(None), own, login, _proxy(request.access))

    def headers(self, at: URL) -> dict[str, str]:
        """What the hop at ``at`` is sent beside the program's own name."""
        headers = {"Accept": _ACCEPT[self.request.wants]}
        if self._at_home(at):
            headers |= self.own
        if self.conditional(at):
            asked = (("If-None-Match", self.request.etag), ("If-Modified-Since", self.request.last_modified))
            headers |= {name: value for name, value in asked if value}
        return headers

    def conditional(self, at: URL) -> bool:
        """Whether validators are sent to this hop: it alone gave them."""
        gave = self.request.validated
        return bool(self.request.etag or self.request.last_modified) and str(at) == (
            str(self.first) if gave is None else gave
        )

    def dial(self, at: URL, guard: Guard) -> Dial:
        """What is dialled for this hop.

        Raises:
            PrivateAddress, BadPort: a proxy is to look the name up, and by its form it may not be asked.
        """
        host, port = at.raw_host or "", at.port or 0
        any_port = self.request.named and self._at_home(at)
        if self.proxy is None:
            return Dial(host, port, any_port=any_port)
        guard.check_name(host, port, any_port=any_port)
        return Dial(self.proxy.raw_host or "", self.proxy.port or 0, proxy=True)

    def turn(self, at: URL, to: URL, *, permanent: bool) -> None:
        """Note a redirect; a move from https to http is never for good."""
        self.hops += 1
        self.permanent = self.permanent and permanent and not (at.scheme == "https" and to.scheme == "http")

    def moved_to(self, at: URL) -> str | None:
        """Where the first address has moved to, if all hops said so.

        What is sent with credentials moves within its origin only: a stored move would hand them to
        another. An address with a password never moves, for the new one would have none.
        """
        if not self.hops or not self.permanent or self.login or (self.own and not self._at_home(at)):
            return None
        return bare(at)

    def _at_home(self, at: URL) -> bool:
        return origin(at) == origin(self.first)


def _own_headers(url: URL, access: Access) -> Iterator[tuple[str, str]]:
    """What goes to the origin of the address only; an ``Authorization`` that is given wins over user and password."""
    if url.user is not None or url.password is not None:
        pair = f"{url.user or ''}:{url.password or ''}".encode()
        yield "Authorization", f"Basic {base64.b64encode(pair).decode('ascii')}"
    for name, secret in access.headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _RESERVED:
            raise BadAddress("bad_header", "One of the headers of this source has a name that cannot be sent.")
        yield _OURS.get(name.lower(), name), _sendable(secret.reveal(), name)
    if access.authorization is not None:
        yield "Authorization", _sendable(access.authorization.reveal(), "Authorization")


def _sendable(value: str, name: str) -> str:
    """A header's value without the line end that files and variables leave behind it."""
    value = value.strip()
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        value = ""
    if not value or any(letter < " " or letter == "\x7f" for letter in value):
        raise BadAddress("bad_header", f"The header {name} of this source is empty or holds what no header may hold.")
    return value


def _proxy(access: Access) -> URL | None:
    """The proxy to ask, with its user and password; it is the user's own choice, so it may be anywhere."""
    if access.proxy is None:
        return None
    try:
        url = URL(access.proxy.reveal().strip())
        host, port = url.raw_host, url.port
    except ValueError:
        host, port = None, None
    if not host or not port or url.scheme not in SCHEMES:
        raise BadAddress("bad_proxy", "The proxy of this source is not a well-formed http or https address.")
    return url.with_path("/").with_query(None).with_fragment(None)
