"""Our own pages in a browser: nothing hostile comes alive, everybody can use them.

The papers are hostile in every field. axe-core looks at each page, by day and by night.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from importlib.resources import files
from urllib.parse import quote, urlsplit

import pytest

from archive.collection import Collection
from archive.web.server import ReplayServer
from tests.archive.web.hostile import LINKS, PWN, STRINGS, record_hostile
from tests.archive.web.test_pages import Told
from tests.browser import Browser, Page

PAGES = (
    "",
    "?q=ferry",
    "?q=ferry&is=edited&since=2024",
    "?q=%22%3E%3Cscript%3E",
    "?q=zzz&site=nowhere.example",
    "?q=ferry&since=never",
    "edits",
    "edits?show=all",
    "removed",
    "sources",
    "source/a.example",
    "status",
    "nothing",
)
#: Elements that nothing in a paper may make of itself, and attributes that run or lead out.
ALIVE = """[...document.querySelectorAll('*')].flatMap(element => [
  ...(/^(IFRAME|OBJECT|EMBED|BASE|STYLE|TEXTAREA|MARQUEE)$/i.test(element.tagName)
    ? [element.outerHTML.slice(0, 100)] : []),
  ...(element.tagName === 'SCRIPT' && element.getAttribute('src') !== '/static/newswarc.js'
    ? [element.outerHTML.slice(0, 100)] : []),
  ...[...element.attributes].filter(({name, value}) => /^on|^style$|^srcdoc$/i.test(name) ||
    (/^(href|src|action|formaction|xlink:href)$/i.test(name) && !/^(\\/(?!\\/)|#|\\?)/.test(value))
  ).map(({name, value}) => `${element.tagName} ${name}=${value.slice(0, 100)}`)])"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    return record_hostile(tmp_path_factory.mktemp("hostile") / "news")


@pytest.fixture(scope="module")
def server(hostile: Collection) -> Iterator[ReplayServer]:
    with ReplayServer(hostile, port=0, desk=Told()) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture(scope="module")
def night() -> Iterator[Browser]:
    with Browser(dark=True) as running:
        yield running


@pytest.fixture(scope="module")
def pages(hostile: Collection) -> list[str]:
    """All our pages, that of each article among them, and each compared with the one before."""
    found = list(PAGES)
    for number in range(len(STRINGS)):
        version = hostile.article(f"https://a.example/{number}")
        assert version, number
        found += [f"article/{version.article_id}", f"article/{version.article_id}/diff"]
    return found


def violations(page: Page) -> list[str]:
    """Return what axe-core finds that is serious or critical."""
    axe = (files("axe_core_python") / "axe.min.js").read_text()
    found: list[str] = page.evaluate(
        f"(() => {{ {axe}; return axe.run(document, {{resultTypes: ['violations']}}).then(result =>"
        " result.violations.filter(one => ['serious', 'critical'].includes(one.impact)).map(one =>"
        " one.id + ': ' + one.nodes.map(node => node.html.slice(0, 160)).join(' | ').slice(0, 600)"
        " )) })()"
    )
    return found


def test_axe_sees_what_is_wrong(server: ReplayServer, browser: Browser) -> None:
    page = browser.open(server.url)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=/favicon.ico>')")
    assert [one.partition(":")[0] for one in violations(page)] == ["image-alt"]


def test_everybody_can_use_our_pages(
    server: ReplayServer, browser: Browser, night: Browser
) -> None:
    article = ["article/1", "article/1/diff", "web/*/https://a.example/1"]
    for path in [*PAGES, *article]:
        for reader in (browser, night):
            assert violations(reader.open(server.url + path)) == [], path


def test_nothing_hostile_comes_alive(
    server: ReplayServer, browser: Browser, pages: list[str]
) -> None:
    for path in pages:
        page = browser.open(server.url + path)
        assert page.evaluate("document.documentElement.dataset.pwned ?? ''") == "", path
        assert page.evaluate(ALIVE) == [], path
        asked = {urlsplit(request.url).netloc for request in page.requests}
        assert asked == {urlsplit(server.url).netloc}, path
        beside = page.evaluate(
            "[...document.querySelectorAll('.text')].forEach(one => one.remove()),"
            " document.title + document.documentElement.outerHTML"
        )
        assert not any(turned in beside for turned in "\u202e\u2066\x1b"), path


def test_hints_are_only_text(server: ReplayServer, browser: Browser) -> None:
    page = browser.open(server.url)
    for begun in ("author:", 'author:"<', "section:", 'author:"javascript'):
        page.evaluate(
            "(field => { field.value = " + json.dumps(begun) + ";"
            " field.dispatchEvent(new Event('input')) })(document.getElementById('q'))"
        )
        page.wait()
        page.evaluate("new Promise(done => setTimeout(done, 300))")
        assert page.evaluate("document.querySelectorAll('.hints li').length") > 0, begun
        assert page.evaluate(ALIVE) == [], begun
        assert page.evaluate("document.documentElement.dataset.pwned ?? ''") == ""


@pytest.mark.parametrize("path", ["/", "/edits", "/removed", "/feed", "/hints", "/edits/feed"])
def test_whatever_is_asked_for_is_answered(server: ReplayServer, path: str) -> None:
    names = ("q", "site", "author", "section", "language", "is", "kind", "show", "page", "after")
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    for string in (*STRINGS, *LINKS, "%00", "\x02\x03", "(" * 99, '"', "-", "9" * 30, "~", "a:b:c"):
        value = string if string == "%00" else quote(string, safe="")
        asked = "&".join(f"{name}={value}" for name in names)
        for query in (asked, f"q={value}", f"since={value}&q=ferry", f"sort={value}&q=x"):
            connection.request("GET", f"{path}?{query}")
            response = connection.getresponse()
            response.read()
            assert response.status in (200, 400), query
    connection.request("GET", f"{path}?q=%ED%A0%80%FF&site=%ff")
    assert connection.getresponse().status in (200, 400)
    connection.close()


def test_paths_are_only_names(server: ReplayServer) -> None:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    for string in (*STRINGS, PWN, "..%2f..%2fetc", "%00", "a" * 3000):
        for path in ("/source/", "/article/"):
            connection.request("GET", path + quote(string, safe="%"))
            response = connection.getresponse()
            text = response.read().decode()
            assert response.status == 404
            assert "<script>" not in text
    connection.close()


def press(page: Page, key: str) -> None:
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown',"
        f" {{key: {json.dumps(key)}, bubbles: true, cancelable: true}}))"
    )


def test_the_keyboard_is_enough(server: ReplayServer, browser: Browser) -> None:
    page = browser.open(f"{server.url}?q=ferry")
    links = page.evaluate("[...document.querySelectorAll('a.go')].map(one => one.href)")
    focused = "document.activeElement.href ?? document.activeElement.name ?? ''"
    assert len(links) > 2
    press(page, "j")
    press(page, "j")
    assert page.evaluate(focused) == links[1]
    press(page, "k")
    assert page.evaluate(focused) == links[0]
    press(page, "/")
    assert page.evaluate(focused) == "q"
    press(page, "j")
    assert page.evaluate(focused) == "q"
    press(page, "Escape")
    press(page, "?")
    assert page.evaluate("document.querySelector('dialog').open") is True
    assert violations(page) == []


@pytest.fixture
def without_scripts() -> Iterator[Browser]:
    with Browser(scripts=False) as running:
        yield running


def test_nothing_needs_a_script(server: ReplayServer, without_scripts: Browser) -> None:
    page = without_scripts.open(server.url)
    page.evaluate("document.getElementById('q').value = 'ferry'")
    page.click(".find button")
    assert page.evaluate("document.querySelectorAll('.hits li .go').length") > 2
    page.evaluate(
        "document.querySelector('svg[data-brush] a:not([tabindex])')"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))"
    )
    page.wait()
    assert "Since: 2024" in page.text()
    page.click(".narrow a")
    assert page.evaluate("document.querySelectorAll('.chips li').length") == 3
    page.click(".chips a")
    assert page.evaluate("document.querySelectorAll('.chips li').length") == 2
    assert page.evaluate("document.querySelector('.hints')") is None


def test_time_can_be_dragged_over(server: ReplayServer, browser: Browser) -> None:
    page = browser.open(f"{server.url}?q=ferry")
    page.evaluate(
        "(plot => { const box = plot.getBoundingClientRect();"
        " const at = (share, kind) => plot.dispatchEvent(new PointerEvent(kind, {bubbles: true,"
        " button: 0, clientX: box.left + share * box.width, clientY: box.top + 5}));"
        " at(.1, 'pointerdown'); at(.3, 'pointermove'); at(.4, 'pointerup');"
        " })(document.querySelector('svg[data-brush]'))"
    )
    page.wait()
    chips = page.evaluate("[...document.querySelectorAll('.chips bdi')].map(one => one.innerText)")
    assert [chip.partition(":")[0] for chip in chips] == ["Since", "Until"]
    assert page.evaluate("new URL(location).searchParams.get('q')") == "ferry"
