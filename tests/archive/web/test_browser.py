"""What a reader sees, and what leaves the browser: nothing.

The hostile page tries to get out by every way that needs no script, by some that need one, and by
markup that a browser reads otherwise than a simple parser. Every host but the server's own is
`LIVE`; the browser's own log of its network says what it wanted to reach.
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.web.server import ReplayServer
from tests.archive.recorded import NOON, Recorder
from tests.archive.web.paper import PAPER, STORY
from tests.browser import Browser

SITE = "https://www.hostile.example"
LIVE = "live.example"
BAIT = f"https://{LIVE}"

HOSTILE = f"""<!doctype html><html manifest="{BAIT}/appcache"><head><meta charset="utf-8">
<title>Hostile</title>
<base href="{SITE}/deep/" target="_blank">
<link rel="preconnect" href="{BAIT}/1"><link rel="dns-prefetch" href="//{LIVE}/2">
<link rel="prefetch" href="{BAIT}/3"><link rel="prerender" href="{BAIT}/4">
<link rel="preload" as="image" href="{BAIT}/5"><link rel="modulepreload" href="{BAIT}/6">
<link rel="manifest" href="{BAIT}/7"><link rel="icon" href="{BAIT}/8">
<link rel="stylesheet" href="{BAIT}/9.css">
<meta http-equiv="refresh" content="0;url={BAIT}/10">
<meta http-equiv="Content-Security-Policy" content="default-src *">
<meta http-equiv="x-dns-prefetch-control" content="on">
<meta name="referrer" content="unsafe-url">
<link rel="stylesheet" href="/style.css" integrity="sha256-wrong" crossorigin="use-credentials">
<script>
  document.title = "script ran";
  fetch("{BAIT}/11"); new Image().src = "{BAIT}/12"; location = "{BAIT}/13";
  top.location = "{BAIT}/14"; window.open("{BAIT}/15"); new WebSocket("wss://{LIVE}/16");
  navigator.sendBeacon("{BAIT}/17"); navigator.serviceWorker?.register("/web/18");
  new RTCPeerConnection({{iceServers: [{{urls: "stun:{LIVE}:19"}}]}}).createDataChannel("x");
  localStorage.setItem("stolen", "1");
</script>
<script src="{BAIT}/20.js"></script><script type="module">import "{BAIT}/21.js"</script>
<script type="speculationrules">{{"prerender": [{{"urls": ["{BAIT}/22"]}}]}}</script>
<style>
  @import "{BAIT}/23.css"; @font-face {{ font-family: far; src: url({BAIT}/24.woff) }}
  body {{ background: url({BAIT}/25.png); font-family: far }}
  #css::before {{ content: image-set("{BAIT}/26.png" 1x) }}
  #set[data-x^="a"] {{ background: u\\72l({BAIT}/27.png) }}
</style></head>
<body onload="fetch('{BAIT}/28')" background="{BAIT}/29.png">
<h1>Read me</h1>
<img id="picture" src="../picture.png" alt="">
<img id="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/picture.png" alt="">
<picture><source srcset="{BAIT}/30.png">
<img src="{BAIT}/31.png" srcset="{BAIT}/32.png 1x"></picture>
<noscript><img id="unscripted" src="/picture.png"><img src="{BAIT}/33.png"></noscript>
<video src="{BAIT}/34.mp4" poster="{BAIT}/35.png" autoplay></video>
<audio src="{BAIT}/36.mp3" preload="auto"></audio>
<iframe id="inner" src="/inner.html"></iframe><iframe src="{BAIT}/37"></iframe>
<iframe srcdoc="<link rel=preconnect href={BAIT}/38><img src={BAIT}/39.png>"></iframe>
<iframe src="data:text/html,<img src={BAIT}/40.png>"></iframe>
<iframe src="javascript:fetch('{BAIT}/41')"></iframe>
<object data="{BAIT}/42"></object><embed src="{BAIT}/43">
<svg width="9" height="9"><image href="{BAIT}/44.png"/><use xlink:href="{BAIT}/45.svg#x"/>
<style><p><link rel="preconnect" href="{BAIT}/46"><iframe src="{BAIT}/47"></iframe></style></svg>
<svg><title><iframe src="{BAIT}/48"></iframe><object data="{BAIT}/49"></object></title></svg>
<select><xmp></select><iframe src="{BAIT}/50"></iframe></xmp>
<svg><desc><![CDATA[ > <!-- ]]></desc></svg><iframe src="{BAIT}/51"></iframe> -->
<div style="background: url(&quot;{BAIT}/52.png&quot;)" id="css"></div><p id="set" data-x="abc"></p>
<table background="{BAIT}/53.png"><tr><td background="{BAIT}/54.png">cell</td></tr></table>
<input type="image" src="{BAIT}/55.png">
<a id="ping" href="/next.html" ping="{BAIT}/56" attributionsrc="{BAIT}/57">next</a>
<a id="away" href="{BAIT}/58" target="_top">away</a>
<a id="scripted" href="javascript:fetch('{BAIT}/59')">scripted</a>
<form id="form" action="{BAIT}/60" method="post" target="_top">
<button id="send">send</button></form>
<iframe src="//{LIVE}/61" srcdoc=""></iframe><img src="http:\\\\{LIVE}\\62.png">
<img src="&#104;ttps://{LIVE}/63.png"><img src="ht\ttps://{LIVE}/64.png">
<marquee onstart="fetch('{BAIT}/65')">m</marquee>
<details open ontoggle="fetch('{BAIT}/66')"></details>
</body></html>"""


def png(width: int, height: int) -> bytes:
    """Return a picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    rows = b"".join(b"\0" + b"\x20\x60\xa0" * width for _ in range(height))
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReplayServer]:
    fonts = Path(__file__).parents[3] / "fixtures" / "sites" / "moscow-times" / "files"
    font = next(fonts.rglob("*.woff2")).read_bytes()
    css = (
        "@font-face { font-family: Own; src: url(/own.woff2) format('woff2') }"
        " h1 { color: rgb(1, 2, 3); font-family: Own } @media print { p { color: red } }"
    )
    recorder = Recorder(tmp_path_factory.mktemp("hostile") / "news")
    recorder.record(
        f"{SITE}/page.html",
        gzip.compress(HOSTILE.encode()),
        headers={
            "Content-Encoding": "gzip",
            "Link": f"<{BAIT}/h1>; rel=preconnect, <{BAIT}/h2.css>; rel=preload; as=style",
            "Refresh": f"0; url={BAIT}/h3",
            "Set-Cookie": "stolen=1",
            "Clear-Site-Data": '"*"',
            "Report-To": f'{{"endpoints": [{{"url": "{BAIT}/h4"}}]}}',
        },
    )
    recorder.record(f"{SITE}/inner.html", f"<p>Inside</p><img src='{BAIT}/i1.png'>")
    recorder.record(f"{SITE}/next.html", "<p>The next page</p>")
    recorder.record(f"{SITE}/style.css", css, "text/css")
    recorder.record(f"{SITE}/own.woff2", font, "font/woff2")
    recorder.record(f"{SITE}/picture.png", png(64, 48), "image/png")
    with ReplayServer(recorder.finished(), port=0) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


def test_a_replayed_page_is_whole_and_reaches_out_for_nothing(hostile: ReplayServer) -> None:
    with Browser() as own:
        page = own.open(f"{hostile.url}web/{NOON}/{SITE}/page.html")
        inside = f"mp_/{SITE}/page.html"
        assert "Read me" in page.text(frame=inside)
        assert page.evaluate("document.title", frame=inside) == "Hostile"
        assert page.style("h1", "color", frame=inside) == "rgb(1, 2, 3)"
        assert page.evaluate("document.fonts.check('20px Own', 'R')", frame=inside)
        for name in ("picture", "lazy", "unscripted"):
            width = page.evaluate(f"document.getElementById('{name}').naturalWidth", frame=inside)
            assert width == 64, name
        assert page.text(frame="inner.html") == "Inside"
        for name in ("away", "scripted", "send"):
            page.click(f"#{name}", frame=inside)
            if name != "scripted":
                page.go(f"{hostile.url}web/{NOON}/{SITE}/page.html")
        page.click("#ping", frame=inside)
        assert page.text(frame=f"mp_/{SITE}/next.html") == "The next page"
        assert page.evaluate("location.href").startswith(hostile.url)
        assert page.evaluate("document.cookie + Object.keys(localStorage)") == ""
        # Opened by itself, a memento is put into its frame and stored bytes are text.
        for view, shown in (("mp_", f"web/{NOON}/{SITE}/page.html"), ("id_", "id_/")):
            page.go(f"{hostile.url}web/{NOON}{view}/{SITE}/page.html")
            assert shown in page.frames()[0]
            assert page.evaluate("document.title") != "script ran"
        traffic = own.traffic()
    assert traffic.beyond(hostile.url) == set()
    assert any(url.endswith("own.woff2") for url in traffic.requests)


def test_a_page_read_in_a_browser(browser: Browser, server: ReplayServer) -> None:
    page = browser.open(f"{server.url}web/2024/{STORY}")
    inside = f"mp_/{STORY}"
    assert "Bridge Over the Lipka Reopens" in page.text(frame=inside)
    assert page.style("body", "color", frame=inside) == "rgb(1, 2, 3)"
    assert page.style("h1", "color", frame=inside) == "rgb(4, 5, 6)"
    assert list(page.images(frame=inside).values()) == [64]
    assert "October 23, 2024, 09:30 UTC" in page.text()
    page.click("nav.when a[rel=next]")
    assert "closed again, for the paint" in page.text(frame=inside)
    page.click("header .title")
    assert page.evaluate("document.querySelector('.text h1').innerText").endswith("Briefly")
    assert list(page.images().values()) == [64]
    assert {request.error for request in page.requests} == {None}


def test_the_banner_follows_the_page_in_the_frame(browser: Browser, server: ReplayServer) -> None:
    front = f"{server.url}web/20241023090001/{PAPER}/"
    page = browser.open(f"{server.url}web/2024/{STORY}")
    page.click("header a", frame=f"mp_/{STORY}")
    assert page.frames() == [front, front.replace("/https", "mp_/https")]
    page.click("a", frame=f"mp_/{PAPER}/")
    assert page.frames() == [f"{server.url}web/20241023093004/{PAPER}/old"]
    assert "The page had moved" in page.text()


def test_a_link_to_what_is_not_here_leads_to_a_page_that_says_so(
    browser: Browser, server: ReplayServer
) -> None:
    page = browser.open(f"{server.url}web/2024/{STORY}")
    page.click("#more", frame=f"mp_/{STORY}")
    assert "Not in the archive" in page.text()
    assert f"{PAPER}/2024/10/22/ferry" in page.text()


def test_search_in_a_browser(browser: Browser, server: ReplayServer) -> None:
    page = browser.open(server.url, width=390, height=844)
    assert page.evaluate("document.activeElement.name") == "q"
    page.evaluate("document.querySelector('[name=q]').value = 'alert'")
    page.click(".find button")
    assert "1 article for alert" in page.text()
    assert "<script>alert(2)</script> sank." in page.text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.screenshot().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "?q=bridge",
        "article/1",
        f"web/2024/{STORY}",
        f"web/*/{STORY}",
        f"web/2024/{PAPER}/never",
    ],
)
def test_every_page_fits_a_telephone(browser: Browser, server: ReplayServer, path: str) -> None:
    page = browser.open(server.url + path, width=360, height=740)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
