"""Frame pages, mementos, TimeGates and TimeMaps over HTTP."""

from __future__ import annotations

import html
import re

import pytest

from archive.web.server import ReplayServer
from tests.archive.web.paper import PAPER, STORY, Get

FIRST, LAST = "20241023093000", "20241024080000"


@pytest.mark.parametrize(
    ("path", "destination", "target"),
    [
        (f"/web/2024/{STORY}", "document", f"/web/{FIRST}/{STORY}"),
        (f"/web/2030/{STORY}", "document", f"/web/{LAST}/{STORY}"),
        (f"/web/2024mp_/{STORY}", "iframe", f"/web/{FIRST}mp_/{STORY}"),
        (f"/web/2024id_/{STORY}", "", f"/web/{FIRST}id_/{STORY}"),
        (f"/web/{FIRST}mp_/{STORY}", "document", f"/web/{FIRST}/{STORY}"),
        ("/web/2024/paper.example", "document", f"/web/20241023090001/{PAPER}/"),
        (f"/web/2024/{PAPER}/old-story", "document", f"/web/20241023093004/{PAPER}/old-story"),
        (f"/web/20241023093004/{PAPER}/old-story", "document", f"/web/20241023093004/{STORY}"),
    ],
)
def test_redirects_to_the_exact_memento(get: Get, path: str, destination: str, target: str) -> None:
    headers = {"Sec_Fetch_Dest": destination} if destination else {}
    answer = get(path, **headers)
    assert (answer.status, answer.headers["Location"]) == (302, target)


def test_the_frame_page_says_what_is_in_the_frame(get: Get) -> None:
    answer = get(f"/web/{FIRST}/{STORY}")
    assert answer.status == 200
    assert f'<iframe src="/web/{FIRST}mp_/{STORY}" sandbox="allow-forms"' in answer.text
    assert "October 23, 2024, 09:30 UTC" in answer.words
    assert "2 captures" in answer.words
    assert f"newswarc Bridge Over the Lipka Reopens {STORY}" in answer.words
    assert f'href="/article/1?at={FIRST}"' in answer.text
    assert f'rel="next" href="/web/{LAST}/{STORY}"' in answer.text
    assert 'rel="prev"' not in answer.text
    for fact in ("How do we know?", "sha1:", "<urn:uuid:", ".warc.gz, bytes", "newswarc/"):
        assert fact in html.unescape(answer.words)
    assert answer.headers["Content-Security-Policy-Report-Only"] == "frame-src 'none'"
    assert answer.headers["Memento-Datetime"] == "Wed, 23 Oct 2024 09:30:00 GMT"
    assert 'rel="first memento"' in answer.headers["Link"]
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "frame-ancestors 'none'" in policy
    assert next(part for part in policy if part.startswith("frame-src")).endswith("/web/")


def test_a_memento_is_rewritten_and_cannot_reach_out(get: Get, server: ReplayServer) -> None:
    answer = get(f"/web/{FIRST}mp_/{STORY}", Sec_Fetch_Dest="iframe")
    assert answer.status == 200
    assert f'href="/web/{FIRST}mp_/{PAPER}/style.css?v=7"' in answer.text
    assert answer.headers["X-Archive-Orig-Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["Memento-Datetime"] == "Wed, 23 Oct 2024 09:30:00 GMT"
    here = f"{server.url}web/"
    assert answer.headers["Content-Security-Policy"] == (
        f"sandbox allow-forms; default-src 'none'; img-src {here} data:;"
        f" style-src {here} 'unsafe-inline'; font-src {here} data:; media-src {here} data:;"
        f" frame-src {here}; object-src {here}; form-action {here}; base-uri 'none'"
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/web/{FIRST}mp_/{STORY}",
        f"/web/{FIRST}id_/{STORY}",
        f"/web/20241023093003mp_/{PAPER}/lead.svg",
        f"/web/20241023093005mp_/{PAPER}/gone",
        f"/web/20241023093004mp_/{PAPER}/old",
        f"/web/2024mp_/{PAPER}/never",
        "/web/2024mp_/not a url",
        "/web/99999999999999mp_/https://www.paper.example/",
        f"/web/timemap/link/{STORY}",
        f"/web/{STORY}",
        "/web/",
    ],
)
def test_everything_of_the_archive_has_the_policy(get: Get, path: str) -> None:
    answer = get(path.replace(" ", "%20"), Sec_Fetch_Dest="iframe")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-forms; default-src")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-DNS-Prefetch-Control"] == "off"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Set-Cookie"] is None


def test_a_part_of_a_page_is_served_where_it_was_asked_for(get: Get) -> None:
    answer = get(f"/web/{FIRST}mp_/{PAPER}/style.css?v=7", Sec_Fetch_Dest="style")
    assert answer.status == 200
    assert answer.text.startswith(f"@import url(/web/20241023093001mp_/{PAPER}/more.css)")
    assert answer.headers["Memento-Datetime"] == "Wed, 23 Oct 2024 09:30:01 GMT"


def test_a_feed_is_shown_as_a_list_with_links_into_the_archive(get: Get) -> None:
    path = f"/web/20241023093008mp_/{PAPER}/feed.xml"
    shown = get(path, Sec_Fetch_Dest="iframe")
    assert (shown.status, shown.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert (
        f'<a href="/web/20241023093008mp_/{STORY}">Bridge Over the Lipka Reopens</a>' in shown.text
    )
    assert "3 entries" in shown.words
    assert "javascript:" not in shown.text
    assert "<script" not in shown.text
    assert shown.headers["Content-Security-Policy"].startswith("sandbox")
    fetched = get(path)
    assert fetched.headers["Content-Type"] == "application/rss+xml"
    assert fetched.text.startswith("<?xml")


def test_raw_bytes(get: Get) -> None:
    answer = get(f"/web/{FIRST}id_/{STORY}")
    assert f'<link rel="canonical" href="{STORY}">' in answer.text
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    shown = get(f"/web/{FIRST}id_/{STORY}", Sec_Fetch_Dest="document")
    assert (shown.body, shown.headers["Content-Type"]) == (
        answer.body,
        "text/plain; charset=utf-8",
    )


def test_media_are_served_in_parts(get: Get) -> None:
    answer = get(f"/web/20241023093006mp_/{PAPER}/film.mp4", Range="bytes=2-4")
    assert (answer.status, answer.body) == (206, b"234")
    assert answer.headers["Content-Range"] == "bytes 2-4/10"


def test_an_error_that_was_captured_is_shown_as_one(get: Get) -> None:
    assert get(f"/web/20241023093005mp_/{PAPER}/gone").status == 404
    assert (
        "The site answered with an error at this time: 404."
        in get(f"/web/20241023093005/{PAPER}/gone").words
    )


def test_a_redirect_to_what_is_not_here_says_so(get: Get) -> None:
    answer = get(f"/web/20241023093004/{PAPER}/old")
    assert "The page had moved" in answer.words
    assert f"{PAPER}/new" in answer.words


def test_the_timegate_finds_the_memento_of_a_date(get: Get) -> None:
    for date, moment in [
        ("Wed, 23 Oct 2024 12:00:00 GMT", FIRST),
        ("Fri, 25 Oct 2024 00:00:00 GMT", LAST),
        (None, LAST),
    ]:
        answer = get(f"/web/{STORY}", **({"Accept_Datetime": date} if date else {}))
        assert answer.status == 302
        assert answer.headers["Location"] == f"/web/{moment}/{STORY}"
        assert answer.headers["Vary"] == "accept-datetime"
        assert 'rel="original"' in answer.headers["Link"]
    assert get(f"/web/{STORY}", Accept_Datetime="soon").status == 400


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("link", "application/link-format"),
        ("json", "application/json"),
        ("cdxj", "text/x-cdxj; charset=utf-8"),
    ],
)
def test_timemaps(get: Get, form: str, media_type: str) -> None:
    answer = get(f"/web/timemap/{form}/{STORY}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, media_type)
    assert FIRST in answer.text
    assert get(f"/web/timemap/{form}/{PAPER}/never").status == 404


def test_the_list_of_captures(get: Get) -> None:
    answer = get(f"/web/*/{STORY}")
    assert "2 captures" in answer.words
    assert "2024 October 24, 2024 08:00 October 23, 2024 09:30" in answer.words
    assert f'<a href="/web/20241023*/{STORY}" title="1 capture">23</a>' in answer.text
    assert "October 24, 2024 08:00" not in get(f"/web/20241023*/{STORY}").words
    assert "no year, month, day or hour" in get(f"/web/20241*/{STORY}").words
    assert get(f"/web/20241399*/{STORY}").status == 400


def test_a_missing_page_names_what_is_near(get: Get) -> None:
    answer = get(f"/web/2024/{STORY}-again?x=<1>")
    assert answer.status == 404
    assert "Not in the archive" in answer.words
    assert f"{STORY}-again?x=%3C1%3E" in answer.text
    assert f'href="{STORY}' not in answer.text
    assert f'href="/web/{LAST}/{STORY}"' in answer.text
    assert (
        get(f"/web/2024mp_/{PAPER}/no.png", Sec_Fetch_Dest="image").body == b"not in the archive\n"
    )


TRICKS = [
    "%2e%2e/%2e%2e/etc/passwd",
    "../../../etc/passwd",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "%00",
    "%0d%0aLocation:%20https://evil.example/",
    "%0d%0a%0d%0a<script>alert(1)</script>",
    "%E2%80%AE%F0%9F%98%80%ff%fe",
    "/evil.example/",
    "//evil.example",
    "\\\\evil.example\\",
    "%5c%5cevil.example",
    "https:evil.example",
    "https:///evil.example",
    "https://evil.example@127.0.0.1/",
    "https://user:secret@evil.example:99999/",
    "https://[::1/",
    "http://xn--/",
    "https://evil.example/%",
    "https://evil.example/%zz%0d%0a",
    "https://evil.example/?" + "&" * 2000,
    "https://" + "a." * 200 + "example/",
    "https://evil.example/" + "%2e%2e/" * 300,
    "a" * 60_000,
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    *("*", "-", "~", "-/", "~/", "~/../inside.js", "timemap/", "0", "99999999999999", "2024mp_"),
]  # fmt: skip
ROOMS = [
    *("", "2024/", "20241023093000/", "20241023093000mp_/", "20241023093000id_/", "*/", "2024*/"),
    *("timemap/link/", "timemap/json/", "timemap/cdxj/", "99999999999999/", "0000/", "-key/"),
]


@pytest.mark.parametrize("room", ROOMS)
def test_tricks_with_paths_lead_nowhere(get: Get, room: str) -> None:
    for trick in TRICKS:
        for destination in ("document", "iframe", ""):
            path = f"/web/{room}{trick}"
            answer = get(path, **({"Sec_Fetch_Dest": destination} if destination else {}))
            assert answer.status in (200, 302, 400, 404), path
            assert answer.headers["Location"] is None or re.match(
                r"/web/\d", answer.headers["Location"]
            ), path
            assert answer.headers["Set-Cookie"] is None
            assert answer.headers["Content-Security-Policy"], path
            assert b"<script>alert" not in answer.body
            assert b"root:" not in answer.body


@pytest.mark.parametrize(
    "path",
    [
        "/web/2024/javascript:alert(1)",
        "/web/2024/file:///etc/passwd",
        "/web/2024/http://",
        "/web/20249999/https://www.paper.example/",
        "/web/20241023093/https://www.paper.example/",
        "/web/2024/https://www.paper.example/" + "a" * 5000,
        "/web/%00",
        "/web/2024/%0d%0aSet-Cookie:a=b",
    ],
)
def test_what_is_no_address_is_refused(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status in (400, 404)
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")
