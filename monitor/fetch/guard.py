"""Which addresses may be dialled: public ones, and those that the user has listed.

The judge of the last word is :meth:`Guard.open_socket`, which sees the very address that is about to
be dialled; the checks before it only give an earlier or a stricter answer.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Sequence
from contextvars import ContextVar
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_IPV6_GLOBAL = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Python 3.11 calls some of these global: 192.0.0.0/24 but for a few, 2001:0::/23 parts, 3fff::/20.
_NOT_PUBLIC: tuple[Network, ...] = (
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv4Network("192.88.99.0/24"),
    ipaddress.IPv4Network("240.0.0.0/4"),
    ipaddress.IPv6Network("2001::/23"),
    ipaddress.IPv6Network("2001:db8::/32"),
    ipaddress.IPv6Network("3fff::/20"),
)
_NUMERIC_HOST = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)

dialling: ContextVar[tuple[str, int]] = ContextVar("dialling")
"""Host and port of the request under way: the socket hook is told an address only, the list may name a host."""


class PrivateAddress(OSError):
    """An address that is not public was about to be dialled; nothing was sent to it."""


def embedded(address: Address) -> tuple[Address, ...]:
    """The IPv4 addresses that an IPv6 address stands for (mapped, compatible, 6to4, Teredo, NAT64); none for most."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (address.ipv4_mapped,)
    if address.sixtofour is not None:
        return (address.sixtofour,)
    if address.teredo is not None:
        return address.teredo
    if address in _NAT64 or int(address) >> 32 == 0:
        return (ipaddress.IPv4Address(int(address) & 0xFFFFFFFF),)
    return ()


def is_public(address: Address) -> bool:
    """Whether an address is globally reachable by unicast, whatever form it is dressed in."""
    inner = embedded(address)
    if inner:
        return all(is_public(one) for one in inner)
    if any(address in network for network in _NOT_PUBLIC):
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in _IPV6_GLOBAL:
        return False
    return address.is_global and not address.is_multicast


def literal(host: str) -> Address | None:
    """The address that a host name *is*, also in the old forms ``0x7f000001``, ``127.1``, ``2130706433``, ``0``."""
    try:
        return ipaddress.ip_address(host.strip("[]").rstrip("."))
    except ValueError:
        pass
    if not _NUMERIC_HOST.fullmatch(host):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host.rstrip(".")))
    except OSError:
        return None


class Guard:
    """The user's list of private places that may be dialled, and the rule for all others."""

    def __init__(self, allow_private: Sequence[str] = ()) -> None:
        """Take entries of the forms ``host``, ``host:port``, ``[::1]:port``, an address, or a CIDR."""
        self._networks: list[Network] = []
        self._hosts: set[tuple[str, int | None]] = set()
        for entry in allow_private:
            self._add(entry.strip().lower())

    def _add(self, entry: str) -> None:
        try:
            self._networks.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            host, colon, port = entry.rpartition(":")
            if colon and port.isdigit():
                self._hosts.add((host.strip("[]"), int(port)))
            else:
                self._hosts.add((entry.strip("[]"), None))

    def lists(self, host: str, port: int) -> bool:
        """Whether the user has listed this host, by name or by address."""
        host = host.lower().strip("[]").rstrip(".")
        if (host, None) in self._hosts or (host, port) in self._hosts:
            return True
        address = literal(host)
        return address is not None and self._in_networks(address)

    def allows(self, host: str, port: int, address: Address) -> bool:
        """Whether ``address``, found for ``host``, may be dialled on ``port``."""
        return is_public(address) or self.lists(host, port) or self.lists(str(address), port)

    def _in_networks(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._networks)

    def check(self, host: str, port: int, address: str) -> None:
        """Raise :class:`PrivateAddress` unless the address may be dialled for this host and port."""
        parsed = literal(address.partition("%")[0])
        if parsed is None or not self.allows(host, port, parsed):
            raise PrivateAddress(f"{host} is not a public address")

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for the address that is about to be dialled (aiohttp's ``socket_factory``).

        Raises:
            PrivateAddress: the address is not public, and neither it nor the host asked for is listed.
        """
        family, kind, protocol, _, where = info
        host, port = dialling.get((str(where[0]), int(where[1])))
        self.check(host, port, str(where[0]))
        return socket.socket(family=family, type=kind, proto=protocol)


class GuardedResolver(AbstractResolver):
    """A resolver whose answer is refused whole if any address in it may not be dialled (mixed records, rebinding)."""

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            PrivateAddress: one of them may not be dialled.
            OSError: there are none.
        """
        found = await self._inner.resolve(host, port, family)
        for one in found:
            self._guard.check(host, port, one["host"])
        return found

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()
