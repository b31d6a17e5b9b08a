"""Where requests may not go, in every spelling."""

from __future__ import annotations

import ipaddress

import pytest

from archive.errors import UsageError
from crawler.connect import ConnectTo, parse_connect_to
from crawler.guard import Guard, Refused, Target, is_public

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254",
    "127.0.0.1", "127.255.255.254", "169.254.0.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1",
    "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::7f00:1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:7f00:1",
    "::ffff:8.8.8.8", "::ffff:0:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::8.8.8.8",
    "64:ff9b:1::7f00:1", "100::1", "2001::1", "2001:0:7f00:1::", "2001:db8::1", "2002:7f00:1::",
    "2002:808:808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1",
    "ff02::1", "ff0e::1", "4000::1", "8000::1", "200::1",
]  # fmt: skip

OUTSIDE = [
    "8.8.8.8", "1.1.1.1", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.255.255.255",
    "128.0.0.1", "169.253.0.1", "172.15.0.1", "172.32.0.1", "191.255.0.1", "192.167.0.1",
    "193.0.0.1", "198.17.0.1", "223.255.255.254", "2606:4700::1111", "2001:4860:4860::8888",
    "2a00:1450:4001::1", "2003::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(Refused, match="not a public address"):
        Guard().check(Target("news.example", 443, named=False), address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_outside(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    Guard().check(Target("news.example", 443, named=False), address)


def test_zone_of_an_address_makes_no_difference() -> None:
    with pytest.raises(Refused):
        Guard().check(Target("fe80::1%eth0", 80, named=False), "fe80::1%eth0")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "0177.1", "0x7f.1", "0x7f000001", "2130706433", "017700000001", "0",
     "127.0.0.1.", "10.1", "192.168.257", "localhost", "LOCALHOST", "a.localhost", "localhost.",
     "::1", "[::1]", "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1", "::ffff:7f00:1"],
)  # fmt: skip
def test_host_that_a_proxy_would_resolve(host: str) -> None:
    guard = Guard()
    with pytest.raises(Refused):
        guard.check_literal(guard.target(host, 80))


@pytest.mark.parametrize("host", ["news.example", "8.8.8.8", "2606:4700::1111", "0x08.8.8.8"])
def test_host_that_a_proxy_may_resolve(host: str) -> None:
    guard = Guard()
    guard.check_literal(guard.target(host, 80))


@pytest.mark.parametrize(
    ("allow", "host", "address", "passes"),
    [
        ("intranet.example", "intranet.example", "10.0.0.1", True),
        ("Intranet.Example.", "INTRANET.example", "10.0.0.1", True),
        ("intranet.example", "www.intranet.example", "10.0.0.1", False),
        ("10.0.0.0/8", "news.example", "10.1.2.3", True),
        ("10.0.0.0/8", "news.example", "192.168.0.1", False),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", "127.0.0.2", False),
        ("[::1]", "::1", "::1", True),
        ("::1", "localhost", "::1", True),
        ("localhost", "127.0.0.1", "127.0.0.1", False),
    ],
)
def test_allowed(allow: str, host: str, address: str, passes: bool) -> None:
    guard = Guard(allow=[allow])
    target = guard.target(host, 80)
    if passes:
        guard.check(target, address)
    else:
        with pytest.raises(Refused):
            guard.check(target, address)


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("a.example:443:127.0.0.1:8443", ConnectTo("a.example", 443, "127.0.0.1", 8443)),
        ("A.Example.:443:localhost:8443", ConnectTo("a.example", 443, "localhost", 8443)),
        ("::127.0.0.1:8443", ConnectTo("", None, "127.0.0.1", 8443)),
        (":443::8443", ConnectTo("", 443, "", 8443)),
        ("a.example::b.example:", ConnectTo("a.example", None, "b.example", None)),
        ("[2001:db8::1]:80:[::1]:8080", ConnectTo("2001:db8::1", 80, "::1", 8080)),
        (":::", ConnectTo("", None, "", None)),
    ],
)
def test_connect_to_line(line: str, parsed: ConnectTo) -> None:
    assert parse_connect_to(line) == parsed


@pytest.mark.parametrize(
    "line",
    ["", "a.example", "a.example:443", "a.example:443:127.0.0.1", "a:b:c:d", "a:1:b:65536",
     "a:0:b:1", "a:1:::1:80", "a:1:[::1:80", "a:1:[nonsense]:80", "a:1:b:2:c",
     "a:-1:b:1", "a:¹:b:1"],
)  # fmt: skip
def test_no_connect_to_line(line: str) -> None:
    with pytest.raises(UsageError, match=r"PORT|port|IPv6"):
        parse_connect_to(line)


@pytest.mark.parametrize(
    ("host", "port", "target"),
    [
        ("a.example", 443, Target("127.0.0.1", 8443, named=True)),
        ("A.example.", 443, Target("127.0.0.1", 8443, named=True)),
        ("a.example", 80, Target("a.example", 8080, named=True)),
        ("b.example", 443, Target("b.example", 443, named=False)),
        ("b.example", 80, Target("b.example", 8080, named=True)),
    ],
)
def test_table_decides_where_to_dial(host: str, port: int, target: Target) -> None:
    table = [parse_connect_to("a.example:443:127.0.0.1:8443"), parse_connect_to(":80::8080")]
    assert Guard(table).target(host, port) == target


def test_named_addresses_are_not_judged() -> None:
    guard = Guard([parse_connect_to("a.example:443:127.0.0.1:8443")])
    guard.check(guard.target("a.example", 443), "127.0.0.1")
    with pytest.raises(Refused):
        guard.check(guard.target("a.example", 80), "127.0.0.1")
