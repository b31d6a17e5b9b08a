"""What a call and its reply are to the archive."""

from __future__ import annotations

from collections.abc import Mapping

from archive import digest
from archive.model import Exchange
from crawler.wire.client import Call, Reply
from crawler.wire.optout import signals


def make_exchange(url: str, call: Call, reply: Reply, note: Mapping[str, str]) -> Exchange:
    """Return the exchange: the bytes as they were, and what else is known.

    The note tells, beside what the request brought along: ``fetchTimeMs`` and ``answerTimeMs``
    (until the end, and until the head of the answer), ``failure``, ``interim-responses``,
    ``excess-bytes``, ``tls-version``, ``tls-cipher``, ``tls-certificate`` (SHA-256 of the server's
    own), ``proxy``, and what `crawler.wire.optout.signals` finds.

    Credentials for a proxy that is asked to fetch an http URL were part of the request; they are
    no part of the exchange with the server, and are not kept.

    Args:
        url: that was asked for.
        call: what was asked.
        reply: what came of it.
        note: of the request, for the metadata record.
    """
    answer, route, tls = reply.answer, call.route, reply.tls
    facts = dict(note)
    if answer.parsed is not None:
        facts |= signals(answer.parsed, answer.entity)
    facts["fetchTimeMs"] = str(round(reply.duration * 1000))
    if reply.latency:
        facts["answerTimeMs"] = str(round(reply.latency * 1000))
    if answer.problem is not None:
        facts["failure"] = answer.problem
    if answer.interim:
        facts["interim-responses"] = str(answer.interim)
    if answer.excess:
        facts["excess-bytes"] = str(answer.excess)
    request = call.data
    if route.proxy is not None:
        facts["proxy"] = route.proxy.url
        for name, value in route.proxy.authorization:
            if route.forwarded:
                facts["request-without"] = name.decode("ascii")
                request = request.replace(name + b": " + value + b"\r\n", b"", 1)
    certificates: tuple[bytes, ...] = ()
    if tls is not None:
        certificates = tls.certificates
        facts["tls-version"] = tls.version
        facts["tls-cipher"] = tls.cipher
        if certificates:
            facts["tls-certificate"] = digest.sha256(certificates[0])
    return Exchange(
        url=url.partition("#")[0],
        method=call.method,
        request=request,
        head=answer.head,
        body=answer.body.open(),
        size=answer.body.size,
        started=reply.started,
        status=answer.status,
        chunked=answer.chunked,
        ip=reply.ip,
        truncated=answer.truncated,
        note=facts,
        certificates=certificates,
        entity_digest=answer.entity_digest,
    )
