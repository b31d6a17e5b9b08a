"""Papers whose every word wants to be more than a word: markup, scripts, turned writing."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from archive.collection import Collection
from tests.archive.recorded import Recorder

PWN = "document.documentElement.dataset.pwned=1"
STRINGS = (
    f"<script>{PWN}</script>",
    f'"><img src=/web/x onerror="{PWN}">',
    f"'><svg/onload={PWN}>",
    f"</title></textarea></select><script>{PWN}</script>",
    f"<iframe srcdoc='<script>parent.{PWN}</script>'></iframe>",
    f"javascript:{PWN}",
    '<base href="https://live.example/"><meta http-equiv=refresh content="0;https://live.example">',
    '<link rel=stylesheet href="https://live.example/x.css"><style>*{display:none}</style>',
    "{{ 7 * 7 }} {% include 'base.html' %} ${7*7} #{7*7}",
    "\u202eevil\u202c \u2066isolate \u200fmark",
    "]]> <!-- --!> <![CDATA[ &lt;b&gt; &#60;b&#62; %3Cscript%3E",
    "x" * 300,
)
#: URLs that a page may name, and that must lead nowhere but into the archive.
LINKS = (
    f"javascript:{PWN}",
    f" java\tscript:{PWN}",
    f"data:text/html,<script>{PWN}</script>",
    "vbscript:x",
    f'https://live.example/"onmouseover="{PWN}',
    "https://live.example/<script>",
    "//live.example/",
)
WALL = """<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1>
<div id="cf-challenge-running"></div><p>Please complete the CAPTCHA to go on.</p></body></html>"""


def filling(number: int) -> str:
    """Return a text that is a copy of no other number's."""
    lines = (
        f"Line {number} had ferry number {ferry} in week {ferry + number}." for ferry in range(40)
    )
    return " ".join(lines)


def page(host: str, number: int, text: str, title: str) -> str:
    """Return the page of an article that is called, filed and signed by a hostile string."""
    string = STRINGS[number]
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "alternativeHeadline": string,
        "datePublished": f"2024-10-{number + 1:02}T09:30:00+03:00",
        "dateModified": f"2024-10-{number + 1:02}T09:30:00+03:00",
        "author": {"@type": "Person", "name": string, "url": LINKS[number % len(LINKS)]},
        "articleSection": string,
        "keywords": [string, "\ud800"],
        "image": LINKS[number % len(LINKS)],
        "publisher": {"@type": "Organization", "name": string},
    }
    data = json.dumps(facts).replace("<", "\\u003c")
    links = "".join(f'<p>See <a href="{escape(link)}">{escape(string)}</a>.</p>' for link in LINKS)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>{escape(title)}</title><link rel="canonical" href="https://{host}/{number}">
<meta property="og:type" content="article"><meta property="og:site_name" content="{escape(string)}">
<script type="application/ld+json">{data}</script></head><body><article><h1>{escape(title)}</h1>
<p>{escape(text)}</p><p>{escape(string)} ferry</p>{links}
<aside class="related"><a href="{escape(LINKS[number % len(LINKS)])}">{escape(string)}</a></aside>
</article></body></html>"""


def record_hostile(path: Path) -> Collection:
    """Return a new collection: edits, copies, removals and walls, all of them hostile."""
    recorder = Recorder(path)
    for number, string in enumerate(STRINGS):
        at = f"202410{number + 1:02}"
        for host in ("a.example", "b.example"):
            url = f"https://{host}/{number}"
            recorder.record(
                url, page(host, number, filling(number), f"Ferry {string}"), at=f"{at}100000"
            )
        url = f"https://a.example/{number}"
        changed = filling(number).replace("number 7", f"number {string}")
        title = f"Ferry changed {string}"
        recorder.record(url, page("a.example", number, changed, title), at=f"{at}120000")
        recorder.record(url, WALL, status=403, at=f"{at}130000")
        recorder.record(f"https://b.example/{number}", "Gone", status=404, at=f"{at}140000")
    return recorder.finished()
