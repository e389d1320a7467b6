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
from dataclasses import dataclass, field
from typing import TypeAlias

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.connector import AddrInfoType

from monitor.limits import WEB_PORTS

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

# RFC 6761 and 6762 (appendix G), RFC 8375, and what home and office networks use.
_PRIVATE_NAMES = (
    *("localhost", "local", "localdomain", "localdomain6", "internal", "intranet", "private", "corp", "home", "lan"),
    *("home.arpa", "in-addr.arpa", "ip6.arpa"),
)


@dataclass(frozen=True, slots=True)
class Dial:
    """What the request under way dials."""

    host: str
    """The host asked, or the proxy that is asked for it."""
    port: int
    any_port: bool = True
    """A person named the port; else public hosts are asked on web ports only."""
    proxy: bool = False
    """``host`` is the user's own proxy: it may be private, and nothing but it is dialled."""
    found: set[str] = field(default_factory=set)
    """Addresses that the look-up of this request has given."""


dialling: ContextVar[Dial] = ContextVar("dialling")
"""The request under way: the socket hook is told an address only, the list may name a host."""


class PrivateAddress(OSError):
    """An address that is not public was about to be dialled; nothing was sent to it."""


class BadPort(OSError):
    """A public host was about to be asked on a port that is none of the web's, by an address that nobody named."""

    def __init__(self, port: int) -> None:
        super().__init__(f"port {port} is not asked")
        self.port = port


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


def private_name(host: str) -> bool:
    """Whether a name is one of this machine or of a private network by its form alone: no dot, ``.local`` ..."""
    name = host.lower().rstrip(".")
    return "." not in name or any(name.endswith(f".{ending}") for ending in _PRIVATE_NAMES)


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

    def check(self, host: str, port: int, address: str, *, any_port: bool = True) -> None:
        """Whether the address may be dialled for this host and port.

        Raises:
            PrivateAddress: it is not public, and neither it nor the host is listed.
            BadPort: it is public, but the port is none of the web's, not listed, and not ``any_port``.
        """
        parsed = literal(address.partition("%")[0])
        if parsed is None or not self.allows(host, port, parsed):
            raise PrivateAddress(f"{host} is not a public address")
        if not any_port and is_public(parsed) and not self.lists(str(parsed), port):
            self._check_port(host, port)

    def check_name(self, host: str, port: int, *, any_port: bool) -> None:
        """The rules for a host that a proxy looks up and dials for us: by its name alone; raises as :meth:`check`."""
        address = literal(host)
        if address is not None:
            self.check(host, port, str(address), any_port=any_port)
        elif private_name(host) and not self.lists(host, port):
            raise PrivateAddress(f"{host} is not a public name")
        elif not any_port:
            self._check_port(host, port)

    def _check_port(self, host: str, port: int) -> None:
        if not any(port in ports for ports in WEB_PORTS) and not self.lists(host, port):
            raise BadPort(port)

    def open_socket(self, info: AddrInfoType) -> socket.socket:
        """A socket for the address that is about to be dialled (aiohttp's ``socket_factory``).

        Raises:
            PrivateAddress: the address is not public, and neither it nor the host asked for is listed;
                or a proxy is to be asked and this is not its address.
            BadPort: as of :meth:`check`.
        """
        family, kind, protocol, _, where = info
        address, port = str(where[0]), int(where[1])
        dial = dialling.get(None) or Dial(address, port)
        if port != dial.port:
            raise PrivateAddress(f"port {port} was not asked for")
        if not dial.proxy:
            self.check(dial.host, port, address, any_port=dial.any_port)
        elif address not in dial.found and literal(address.partition("%")[0]) != literal(dial.host):
            raise PrivateAddress("this is not the proxy of the source")
        return socket.socket(family=family, type=kind, proto=protocol)


class GuardedResolver(AbstractResolver):
    """A resolver whose answer is refused whole if any address in it may not be dialled (mixed records, rebinding).

    A name's answer holds for the one request that asked: aiohttp's cache, shared by all, has to be off.
    """

    def __init__(self, inner: AbstractResolver, guard: Guard) -> None:
        self._inner = inner
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            PrivateAddress, BadPort: one of them may not be dialled.
            OSError: there are none.
        """
        found = await self._inner.resolve(host, port, family)
        dial = dialling.get(None) or Dial(host, port)
        if dial.proxy and (host, port) == (dial.host, dial.port):
            dial.found.update(one["host"] for one in found)
            return found
        for one in found:
            self._guard.check(host, port, one["host"], any_port=dial.any_port)
        return found

    async def close(self) -> None:
        """Close the resolver inside."""
        await self._inner.close()
