"""The settings of the wire: one table, read once."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any

from scrapy.exceptions import NotConfigured
from scrapy.settings import BaseSettings

from crawler.connect import parse_connect_to
from crawler.guard import Guard

_TLS_VERSIONS = {
    "TLSv1.0": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}

DEFAULTS: dict[str, Any] = {
    "NEWSWARC_CONNECT_TO": [],
    "NEWSWARC_ALLOW_HOSTS": [],
    "NEWSWARC_CONNECT_TIMEOUT": 30.0,
    "NEWSWARC_ANSWER_TIMEOUT": 60.0,
    "NEWSWARC_IDLE_TIMEOUT": 30.0,
    "NEWSWARC_MAX_HEAD": 256 * 1024,
    "NEWSWARC_RECORDER": "crawler.capture.Capture",
}


@dataclass(frozen=True, slots=True)
class WireSettings:
    """What the wire is told, by Scrapy's settings and our own.

    Attributes:
        connect_timeout: ``NEWSWARC_CONNECT_TIMEOUT``: seconds for name, TCP and TLS.
        answer_timeout: ``NEWSWARC_ANSWER_TIMEOUT``: seconds from the request to the end of the
            answer's head.
        timeout: ``DOWNLOAD_TIMEOUT``, or ``download_timeout`` of a request: seconds for it all.
        idle_timeout: ``NEWSWARC_IDLE_TIMEOUT``: an idle connection older than these seconds is not
            used again.
        max_head: ``NEWSWARC_MAX_HEAD``: bytes of a head.
        max_body: ``DOWNLOAD_MAXSIZE``, or ``download_maxsize`` of a request: bytes of a body.
        warn_body: ``DOWNLOAD_WARNSIZE``, or ``download_warnsize`` of a request.
        fail_on_dataloss: ``DOWNLOAD_FAIL_ON_DATALOSS``, or ``download_fail_on_dataloss`` of a
            request: whether a cut answer is an error, or a response flagged ``dataloss``.
        idle_per_host: idle connections kept for one server: as many as requests can be under way
            by ``CONCURRENT_REQUESTS_PER_DOMAIN`` and ``DOWNLOAD_SLOTS``.
        idle_in_all: ``CONCURRENT_REQUESTS``: idle connections kept in all.
        bind: ``DOWNLOAD_BIND_ADDRESS``: our own end, host and port.
    """

    connect_timeout: float
    answer_timeout: float
    timeout: float
    idle_timeout: float
    max_head: int
    max_body: int
    warn_body: int
    fail_on_dataloss: bool
    idle_per_host: int
    idle_in_all: int
    bind: tuple[str, int] | None

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> WireSettings:
        """Read them."""
        bind = settings.get("DOWNLOAD_BIND_ADDRESS")
        slots = settings.getdict("DOWNLOAD_SLOTS").values()
        concurrency = [settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")]
        concurrency += [slot["concurrency"] for slot in slots if "concurrency" in slot]
        return cls(
            connect_timeout=_number(settings, "NEWSWARC_CONNECT_TIMEOUT"),
            answer_timeout=_number(settings, "NEWSWARC_ANSWER_TIMEOUT"),
            timeout=settings.getfloat("DOWNLOAD_TIMEOUT"),
            idle_timeout=_number(settings, "NEWSWARC_IDLE_TIMEOUT"),
            max_head=int(_number(settings, "NEWSWARC_MAX_HEAD")),
            max_body=settings.getint("DOWNLOAD_MAXSIZE"),
            warn_body=settings.getint("DOWNLOAD_WARNSIZE"),
            fail_on_dataloss=settings.getbool("DOWNLOAD_FAIL_ON_DATALOSS"),
            idle_per_host=max(concurrency),
            idle_in_all=settings.getint("CONCURRENT_REQUESTS"),
            bind=(bind, 0) if isinstance(bind, str) else bind,
        )


def _number(settings: BaseSettings, name: str) -> float:
    return settings.getfloat(name, DEFAULTS[name])


def guard_from_settings(settings: BaseSettings) -> Guard:
    """Return the guard of ``NEWSWARC_CONNECT_TO`` and ``NEWSWARC_ALLOW_HOSTS``.

    Raises:
        UsageError: a line of the connect-to table is none.
    """
    table = [parse_connect_to(line) for line in settings.getlist("NEWSWARC_CONNECT_TO")]
    return Guard(table, settings.getlist("NEWSWARC_ALLOW_HOSTS"))


def tls_context(settings: BaseSettings) -> ssl.SSLContext:
    """Return how TLS is spoken: HTTP/1.1 only, because HTTP/2 frames cannot be stored as they are.

    Certificates are checked only if ``DOWNLOAD_VERIFY_CERTIFICATES`` asks for it: an archive
    records what a site shows its readers.

    Raises:
        NotConfigured: a TLS setting has a value that is none.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["http/1.1"])
    if settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
        context.load_default_certs()
    else:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        if minimum := settings.get("DOWNLOAD_TLS_MIN_VERSION"):
            context.minimum_version = _TLS_VERSIONS[minimum]
        if maximum := settings.get("DOWNLOAD_TLS_MAX_VERSION"):
            context.maximum_version = _TLS_VERSIONS[maximum]
        if ciphers := settings.get("DOWNLOADER_CLIENT_TLS_CIPHERS"):
            context.set_ciphers(ciphers)
    except (KeyError, ssl.SSLError) as error:
        raise NotConfigured(f"no such TLS version or cipher: {error}") from error
    return context
