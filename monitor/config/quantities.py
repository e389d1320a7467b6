"""Durations, sizes, hosts and ports as people write them, to plain values and back.

The readers raise ``PydanticCustomError`` with a message that never repeats the value: it may come from
a variable.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

FOREVER = "forever"
_UNITS: dict[str, int] = {
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1),
    **dict.fromkeys(("m", "min", "minute", "minutes"), 60),
    **dict.fromkeys(("h", "hour", "hours"), 3600),
    **dict.fromkeys(("d", "day", "days"), 86400),
    **dict.fromkeys(("w", "week", "weeks"), 7 * 86400),
}
_SIZES = {"KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_NUMBER = r"(\d{1,6}(?:\.\d{1,3})?)"
_DURATION = re.compile(rf"{_NUMBER}\s*([A-Za-z]+)")
_SIZE = re.compile(rf"{_NUMBER}\s*(KB|MB|GB|TB)", re.IGNORECASE)
_LABEL = r"(?!-)[a-z0-9_-]{1,63}(?<!-)"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?", re.IGNORECASE)


def refuse(message: str, hint: str = "") -> PydanticCustomError:
    """The error that a validator raises for a value that cannot be used; the hint stands under the line itself."""
    return PydanticCustomError("unusable", "{message}", {"message": message, "hint": hint})


def read_duration(value: object) -> timedelta | None:
    """``10 min``, ``2 h``, ``90d``, ``30s``; None for ``forever``."""
    if isinstance(value, timedelta) or value is None:
        return value
    text = value.strip() if isinstance(value, str) else ""
    if text.casefold() == FOREVER:
        return None
    found = _DURATION.fullmatch(text)
    if found is None or found[2].casefold() not in _UNITS:
        raise refuse("expected a time with its unit: 30s, 10 min, 2 h, 90d")
    return timedelta(seconds=float(found[1]) * _UNITS[found[2].casefold()])


def read_span(value: object) -> timedelta:
    """As :func:`read_duration`, but ``forever`` is refused."""
    span = read_duration(value)
    if span is None:
        raise refuse("expected a time with its unit: 30s, 10 min, 2 h, 90d")
    return span


def read_size(value: object) -> int:
    """Bytes of ``4GB``, ``500 MB`` (1 GB = 1024³ bytes).

    Raises:
        PydanticCustomError: no size, or less than 1 MB, in which no database fits.
    """
    found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise refuse("expected a size with its unit: 500MB, 4GB")
    size = int(float(found[1]) * _SIZES[found[2].upper()])
    if size < _SIZES["MB"]:
        raise refuse("expected at least 1MB")
    return size


def spell_duration(span: timedelta | None) -> str:
    """A duration as it is written in the watchlist: ``90d``, ``15 min``, ``forever``."""
    if span is None:
        return FOREVER
    seconds = int(span.total_seconds())
    for unit, length in (("d", 86400), (" h", 3600), (" min", 60)):
        if seconds and seconds % length == 0:
            return f"{seconds // length}{unit}"
    return f"{seconds}s"


def spell_size(size: int) -> str:
    """A size as it is written in the settings: ``4GB``."""
    for unit in ("TB", "GB", "MB"):
        if size % _SIZES[unit] == 0:
            return f"{size // _SIZES[unit]}{unit}"
    return f"{size // 1024}KB"


def read_host(text: str) -> str | None:
    """A host name or IP address in lower case; None when it is neither."""
    try:
        return str(ipaddress.ip_address(text.strip("[]") if text.startswith("[") else text))
    except ValueError:
        # All digits and dots would be an address, and this is none.
        named = _HOST.fullmatch(text) is not None and not re.fullmatch(r"[\d.]+", text)
        return text.casefold() if named and len(text) <= 253 else None


def read_host_port(text: str) -> tuple[str, int] | None:
    """Host and port of ``host:port`` or ``[::1]:port``; None when it is not of that form."""
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdecimal() or not port.isascii() or int(port) > 65535 or (":" in host and host[0] != "["):
        return None
    known = read_host(host)
    return (known, int(port)) if known is not None else None


def is_loopback(host: str) -> bool:
    """Whether a host of :func:`read_host` is this machine itself; other names than ``localhost`` are not asked for."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host in ("localhost", "localhost.")


def read_private(value: object) -> str:
    """One entry of ``allow_private``: ``host:port``, ``host`` or a network, in lower case.

    Raises:
        PydanticCustomError: none of these, or a network wider than any private one (10.0.0.0/8, fc00::/7).
    """
    text = value.strip() if isinstance(value, str) else ""
    if "/" in text:
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            raise refuse("expected host:port, host or network: 127.0.0.1:8080, intranet.example, 10.0.0.0/8") from None
        if network.prefixlen < (8 if network.version == 4 else 7):
            raise refuse("this network is wider than any private one")
        return str(network)
    both = read_host_port(text)
    if both is not None:
        host, port = both
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    host_only = read_host(text)
    if host_only is None:
        raise refuse("expected host:port, host or network: 127.0.0.1:8080, intranet.example, 10.0.0.0/8")
    return host_only


def read_listen(value: object) -> tuple[str, int] | Literal["off"]:
    """Where the page listens: a loopback ``host:port``, or ``off``."""
    text = value.strip() if isinstance(value, str) else ""
    if text.casefold() == "off":
        return "off"
    both = read_host_port(text)
    if both is None:
        raise refuse("expected host:port or off: 127.0.0.1:8321")
    host = "127.0.0.1" if both[0] == "localhost" else both[0]
    if not is_loopback(host):
        raise refuse("only this machine's own addresses (127.0.0.1, ::1, localhost): the page has no password yet")
    return host, both[1]


_TIME = r"^\s*\d{1,6}(\.\d{1,3})?\s*[A-Za-z]+\s*$"
Span = Annotated[timedelta, BeforeValidator(read_span), WithJsonSchema({"type": "string", "pattern": _TIME})]
Keeping = Annotated[timedelta | None, BeforeValidator(read_duration), WithJsonSchema({"type": "string"})]
Size = Annotated[int, BeforeValidator(read_size), WithJsonSchema({"type": "string"})]
Private = Annotated[str, BeforeValidator(read_private), WithJsonSchema({"type": "string"})]
Listen = Annotated[tuple[str, int] | Literal["off"], BeforeValidator(read_listen), WithJsonSchema({"type": "string"})]
