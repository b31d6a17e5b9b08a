"""Where requests may go: not into the machine and the network we run in.

A crawler follows links that strangers write. Whatever a URL, a redirect or a name server says, the
address is judged when it is dialled, so that no spelling of ``127.0.0.1`` and no name that resolves
to it comes through. What one's own machine must answer is named: in the connect-to table (curl's
``--connect-to``) or in the list of allowed hosts.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass

from scrapy.exceptions import DownloadCancelledError

from crawler.connect import ConnectTo, plain

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: All that has been given out of IPv6; the rest is local, reserved or a detour into IPv4.
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
#: Networks that `ipaddress` may call global though nobody's public server is in them. In a detour
#: an IPv4 address travels, or a relay decides where it leads.
_DENIED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # protocol assignments, RFC 6890
        "192.88.99.0/24",  # 6to4 relays, RFC 3068
        "2001::/32",  # Teredo, RFC 4380
        "2001:db8::/32",  # documentation, RFC 3849
        "2002::/16",  # 6to4, RFC 3056
        "3fff::/20",  # documentation, RFC 9637
    )
)


class Refused(DownloadCancelledError):
    """The address is inside; nothing was sent. Scrapy does not try again."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to dial.

    Attributes:
        host: name or address literal, without brackets.
        port: TCP port.
        named: somebody named it for this very purpose: no address is refused.
    """

    host: str
    port: int
    named: bool


class Guard:
    """Says where a connection for a URL goes, and whether its address may be dialled.

    Args:
        connect_to: lines of the connect-to table; the first that fits decides.
        allow: host names, addresses and networks that may be dialled whatever they are.
    """

    def __init__(self, connect_to: Iterable[ConnectTo] = (), allow: Iterable[str] = ()) -> None:
        self._table = tuple(connect_to)
        self._hosts: set[str] = set()
        self._networks: list[Network] = []
        for name in allow:
            try:
                self._networks.append(ipaddress.ip_network(name.strip("[]")))
            except ValueError:
                self._hosts.add(plain(name))

    def target(self, host: str, port: int) -> Target:
        """Return where to dial for `host` and `port`."""
        host = plain(host)
        for line in self._table:
            if line.host in ("", host) and line.port in (None, port):
                to_port = port if line.to_port is None else line.to_port
                return Target(line.to_host or host, to_port, named=True)
        return Target(host, port, named=host in self._hosts)

    def check(self, target: Target, address: str) -> None:
        """Let `address`, to which `target` resolved, pass.

        Raises:
            Refused: it is private, loopback, link-local, multicast, reserved or a detour.
        """
        if target.named:
            return
        found = ipaddress.ip_address(address.partition("%")[0])
        if not is_public(found) and not any(found in network for network in self._networks):
            shown = target.host if target.host == address else f"{target.host} ({address})"
            raise Refused(
                f"{shown} is not a public address; to archive it all the same, allow the host"
                " or name it in --connect-to"
            )

    def check_literal(self, target: Target) -> None:
        """Judge a host that a proxy will resolve: of names nothing is known but ``localhost``.

        Raises:
            Refused: `target` is an address, in any spelling, and not a public one.
        """
        name = target.host
        if name == "localhost" or name.endswith(".localhost"):
            self.check(target, "127.0.0.1")
        elif ":" in name:
            self.check(target, name)
        else:
            try:
                packed = socket.inet_aton(name)  # takes 127.1, 0x7f000001, 017700000001 as well
            except OSError:
                return
            self.check(target, str(ipaddress.IPv4Address(packed)))


def is_public(address: Address) -> bool:
    """Tell whether `address` is one that everybody reaches at the same place.

    Not so: IPv4 inside IPv6 (mapped, compatible, NAT64 ``64:ff9b::/96``, 6to4, Teredo), whatever
    it stands for. No public server needs it, and translators differ in what they make of it.
    """
    if isinstance(address, ipaddress.IPv6Address) and address not in _GLOBAL_UNICAST:
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not any(address in network for network in _DENIED)
    )
