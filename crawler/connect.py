"""The connect-to table, in the form of curl's ``--connect-to``: connections for here go there."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from archive.errors import UsageError

_PORT = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class ConnectTo:
    """One line of the connect-to table: connections for here go there.

    Attributes:
        host: that is asked for; empty for any.
        port: that is asked for; None for any.
        to_host: where the connection goes; empty for the host asked for.
        to_port: likewise; None for the port asked for.
    """

    host: str
    port: int | None
    to_host: str
    to_port: int | None


def parse_connect_to(line: str) -> ConnectTo:
    """Read ``HOST:PORT:ADDR:PORT``; each part may be empty, IPv6 stands in brackets.

    >>> parse_connect_to("www.themoscowtimes.com:443:127.0.0.1:8443")
    ConnectTo(host='www.themoscowtimes.com', port=443, to_host='127.0.0.1', to_port=8443)

    Raises:
        UsageError: it is not of that form.
    """
    parts = re.fullmatch(
        r"(\[[^\]]*\]|[^:\[\]]*):([^:]*):(\[[^\]]*\]|[^:\[\]]*):([^:]*)", line.strip()
    )
    if parts is None:
        raise UsageError(f"not HOST:PORT:ADDR:PORT (IPv6 in brackets): {line!r}")
    host, port, to_host, to_port = parts.groups()
    return ConnectTo(
        _literal(host, line), _port(port, line), _literal(to_host, line), _port(to_port, line)
    )


def _literal(host: str, line: str) -> str:
    if host.startswith("["):
        try:
            ipaddress.IPv6Address(host[1:-1].partition("%")[0])
        except ValueError:
            raise UsageError(f"no IPv6 address in {line!r}: {host}") from None
    return plain(host)


def _port(port: str, line: str) -> int | None:
    if not port:
        return None
    if not _PORT.fullmatch(port) or not 0 < int(port) < 65536:
        raise UsageError(f"no port in {line!r}: {port!r}")
    return int(port)


def plain(host: str) -> str:
    """Return `host` in the one form in which hosts are compared."""
    return host.strip("[]").lower().rstrip(".")
