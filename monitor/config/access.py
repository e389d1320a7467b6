"""The grammar of what a source needs to be let in: ``auth``, ``headers`` and ``proxy``.

All values here are secrets: no message repeats one.
"""

from __future__ import annotations

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from monitor.config.form import ABSENT, Grammar
from monitor.config.quantities import read_host, refuse

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header's name (RFC 9110, 5.6.2)."""
_OURS = frozenset(
    "host content-length content-type transfer-encoding connection keep-alive proxy-connection te trailer upgrade "
    "expect accept-encoding if-none-match if-modified-since if-match if-unmodified-since if-range range".split()
)
"""Headers that the fetcher sets itself, or that would change what an answer means."""
_ELSEWHERE = {
    "user-agent": "set for all sources, in settings.yaml: fetch: {user_agent: ...}",
    "proxy-authorization": "made from the proxy's address: proxy: http://user:password@host:port",
    "cookie": "never sent: the monitor keeps out of sessions. Many sites give a token instead (auth: {token: ...})",
}
_PROXY = "expected http://host:port or https://host:port, or with a login: http://user:password@host:port"


def _header_name(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise refuse("this is no name of a header: letters, digits and hyphens only")
    lower = value.casefold()
    if lower in _ELSEWHERE:
        raise refuse(_ELSEWHERE[lower])
    if lower in _OURS:
        raise refuse("set by the monitor itself")
    return value


def _header_value(value: str) -> str:
    value = value.strip()
    if not re.fullmatch(r"[\x20-\x7e\t]+", value):
        raise refuse("expected a value of plain Latin characters (ASCII), in one line")
    return value


def _headers(value: dict[str, str]) -> dict[str, str]:
    seen: set[str] = set()
    for name in value:
        if name.casefold() in seen:
            raise refuse(f"{name} stands twice; upper and lower case make no difference")
        seen.add(name.casefold())
    return value


def _proxy(value: str) -> str:
    value = value.strip()
    if re.match(r"socks\w*:", value, re.IGNORECASE):
        raise refuse("socks proxies are not supported; one that speaks http is")
    try:
        parts = urlsplit(value)
        host, port = read_host(parts.hostname or ""), parts.port
    except ValueError:
        # A port out of range, a broken IPv6 address, or a sign in the password that should be written as %XX.
        raise refuse(f"{_PROXY}; other signs than letters and digits in these are written as %XX") from None
    bare = parts.path in ("", "/") and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or host is None or port == 0 or not bare or re.search(r"[^!-~]", value):
        raise refuse(_PROXY)
    return value


def _credential(value: str) -> str:
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise refuse("a line end or another control character stands in it")
    return value


def _bearer(value: str) -> str:
    value = value.strip()
    if not re.fullmatch(r"[!-~]+", value):
        raise refuse('expected the token alone: without "Bearer", without spaces')
    return value


Credential = Annotated[str, AfterValidator(_credential)]
HeaderName = Annotated[str, AfterValidator(_header_name)]
Headers = Annotated[dict[HeaderName, Annotated[str, AfterValidator(_header_value)]], AfterValidator(_headers)]
Proxy = Annotated[str, AfterValidator(_proxy)]


class AuthForm(Grammar):
    """How to log in at a source: with `user` and `password` (HTTP Basic), or with a `token` (Bearer). It may also be
    written as `"user:password"`. It is sent to the source's own address only, never along with a redirect to another
    site. Write secrets as `"${NAME}"`, in quotes, and set them outside the file."""

    expected = '"user:password", {user: ..., password: ...} or {token: ...}'

    user: Credential = Field(default=ABSENT, description="The name to log in with.", examples=['"${FEED_USER}"'])
    password: Credential = Field(
        default=ABSENT, description="The password to log in with.", examples=['"${FEED_PASSWORD}"']
    )
    token: Annotated[str, AfterValidator(_bearer)] = Field(
        default=ABSENT,
        description='A token or key, sent as `Authorization: Bearer ...`. Write it without the word "Bearer".',
        examples=['"${FEED_TOKEN}"'],
    )

    @model_validator(mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        user, colon, password = value.partition(":")
        if not colon:
            raise refuse(f"expected {cls.expected}")
        return {"user": _credential(user), "password": _credential(password)}

    @model_validator(mode="after")
    def _whole(self) -> AuthForm:
        given = self.model_fields_set
        if not given:
            raise refuse(f"expected {self.expected}")
        if "token" in given:
            if len(given) > 1:
                raise refuse('"token" and "user" with "password" cannot go together')
            return self
        if len(given) == 1:
            missing, there = ("password", "user") if "user" in given else ("user", "password")
            raise refuse(f'"{missing}" is missing, but "{there}" is given')
        if not (self.user or self.password):
            raise refuse("user and password are empty")
        if ":" in self.user:
            # RFC 7617: the first colon ends the name.
            raise refuse('"user" can hold no colon')
        return self
