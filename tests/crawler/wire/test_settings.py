"""The wire's settings, Scrapy's and our own."""

from __future__ import annotations

import ssl
from typing import Any

import pytest
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings

from archive.errors import UsageError
from crawler.guard import Target
from crawler.wire.settings import WireSettings, guard_from_settings, tls_context


def settings(**changes: Any) -> Settings:
    return Settings(changes)


def test_defaults_are_scrapys_and_ours() -> None:
    read = WireSettings.from_settings(settings())
    assert read.timeout == 180
    assert read.max_body == 1024**3
    assert read.fail_on_dataloss
    assert read.connect_timeout == 30
    assert read.answer_timeout == 60
    assert read.max_head == 256 * 1024
    assert read.idle_per_host == 8
    assert read.bind is None


@pytest.mark.parametrize(
    ("changes", "name", "value"),
    [
        ({"NEWSWARC_CONNECT_TIMEOUT": "2.5"}, "connect_timeout", 2.5),
        ({"NEWSWARC_MAX_HEAD": "1000"}, "max_head", 1000),
        ({"DOWNLOAD_BIND_ADDRESS": "127.0.0.1"}, "bind", ("127.0.0.1", 0)),
        ({"DOWNLOAD_BIND_ADDRESS": ("::1", 7)}, "bind", ("::1", 7)),
        ({"CONCURRENT_REQUESTS_PER_DOMAIN": 1}, "idle_per_host", 1),
        ({"CONCURRENT_REQUESTS": 3}, "idle_in_all", 3),
        (
            {"DOWNLOAD_SLOTS": {"a.example": {"concurrency": 20}, "b.example": {"delay": 1}}},
            "idle_per_host",
            20,
        ),
    ],
)
def test_settings(changes: dict[str, Any], name: str, value: object) -> None:
    assert getattr(WireSettings.from_settings(settings(**changes)), name) == value


def test_guard_has_table_and_allowed_hosts() -> None:
    guard = guard_from_settings(
        settings(
            NEWSWARC_CONNECT_TO=["a.example:443:127.0.0.1:8443"],
            NEWSWARC_ALLOW_HOSTS=["intranet.example"],
        )
    )
    assert guard.target("a.example", 443) == Target("127.0.0.1", 8443, named=True)
    assert guard.target("intranet.example", 80).named
    with pytest.raises(UsageError):
        guard_from_settings(settings(NEWSWARC_CONNECT_TO=["nonsense"]))


def test_tls_takes_any_certificate_unless_told() -> None:
    assert tls_context(settings()).verify_mode == ssl.CERT_NONE
    checking = tls_context(settings(DOWNLOAD_VERIFY_CERTIFICATES=True))
    assert checking.verify_mode == ssl.CERT_REQUIRED
    assert checking.check_hostname


def test_tls_versions_and_ciphers() -> None:
    context = tls_context(
        settings(
            DOWNLOAD_TLS_MIN_VERSION="TLSv1.2",
            DOWNLOAD_TLS_MAX_VERSION="TLSv1.3",
            DOWNLOADER_CLIENT_TLS_CIPHERS="ECDHE+AESGCM",
        )
    )
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    assert context.maximum_version == ssl.TLSVersion.TLSv1_3


@pytest.mark.parametrize(
    "changes", [{"DOWNLOAD_TLS_MIN_VERSION": "SSLv3"}, {"DOWNLOADER_CLIENT_TLS_CIPHERS": "none"}]
)
def test_no_such_tls(changes: dict[str, str]) -> None:
    with pytest.raises(NotConfigured, match="no such TLS"):
        tls_context(settings(**changes))
