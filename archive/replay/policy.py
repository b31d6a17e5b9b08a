"""The headers that keep an archived page inside the archive.

The boundary is Content-Security-Policy, not rewriting: whatever a page holds, the browser may load
only from the archive's own path, runs no script unless the reader has asked for that, and treats
the page as one of no origin at all, so that it can touch neither the search page nor another
capture.
"""

from __future__ import annotations

from archive.replay.address import PREFIX

Headers = list[tuple[str, str]]

_COMMON: Headers = [
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-DNS-Prefetch-Control", "off"),
]


def sandbox(*, scripts: bool = False) -> str:
    """Return what an archived page may do: never more than this, whatever frame it is in."""
    return "allow-forms allow-scripts" if scripts else "allow-forms"


def archived(origin: str, *, scripts: bool = False) -> Headers:
    """Return the headers of everything that comes out of the archive, its error pages included.

    Fonts, and whatever else a browser fetches with CORS, are asked for by a page of no origin:
    they need ``Access-Control-Allow-Origin: *``.

    Args:
        origin: scheme and host as the client knows them, ``http://127.0.0.1:8080``.
        scripts: those of the archived page may run; what they ask for is the archive's as well.
    """
    here = origin + PREFIX
    policy = [
        f"sandbox {sandbox(scripts=scripts)}",
        "default-src 'none'",
        f"img-src {here} data:",
        f"style-src {here} 'unsafe-inline'",
        f"font-src {here} data:",
        f"media-src {here} data:",
        f"frame-src {here}",
        f"object-src {here}",
        f"form-action {here}",
        "base-uri 'none'",
    ]
    if scripts:
        policy += [f"script-src {here} 'unsafe-inline' 'unsafe-eval'", f"connect-src {here}"]
    return [
        ("Content-Security-Policy", "; ".join(policy)),
        ("Access-Control-Allow-Origin", "*"),
        ("Cross-Origin-Resource-Policy", "cross-origin"),
        *_COMMON,
    ]


def application(origin: str, *, frames: bool = False) -> Headers:
    """Return the headers of our own pages.

    Args:
        origin: as for `archived`.
        frames: the page is one that shows a memento in a frame.
    """
    policy = [
        "default-src 'none'",
        f"img-src {origin}{PREFIX} {origin}/static/",
        f"style-src {origin}/static/",
        f"script-src {origin}/static/",
        f"connect-src {origin}/hints",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
    watched: Headers = []
    if frames:
        policy.append(f"frame-src {origin}{PREFIX}")
        # Forbids nothing: so the page hears where a link inside the frame leads, which it may not
        # see otherwise, and its banner can follow (static/frame.js).
        watched.append(("Content-Security-Policy-Report-Only", "frame-src 'none'"))
    return [
        ("Content-Security-Policy", "; ".join(policy)),
        *watched,
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        *_COMMON,
    ]
