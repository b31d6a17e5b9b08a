"""Two sites that are empty without JavaScript, for crawls that render.

``polden.example`` sends a head, a frame and hashed class names from the server and has the text
from a JSON API, as meduza.io does; ``severnaya.example`` is a single-page app that sends the same
document for every path, as novayagazeta.eu does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from markupsafe import escape

from crawler.demo.answer import Answer
from crawler.demo.site import Site, sites

POLDEN = "https://polden.example/"
SEVERNAYA = "https://severnaya.example/"

_TYPES = {".css": "text/css", ".js": "text/javascript", ".jpg": "image/jpeg"}
_ROBOTS = "User-agent: *\nDisallow: /api/\n"
#: For readers without JavaScript, as if they could see the rest.
_NOSCRIPT = '<noscript><img class="Image-module_noscript__77dHc" src="{}" alt=""></noscript>'
Record = Mapping[str, Any]


def polden() -> Site:
    """Return the site whose server sends the frame of a page, and its API the text."""
    home = sites() / "render" / "polden"
    shell = (home / "shell.html").read_text("utf-8")
    records = {f"/{record['root']['url']}": record for record in _records(home)}
    documents = [record["root"] for record in records.values()]

    def page(path: str, about: Record, kind: str) -> Answer:
        fields = {"path": path, "type": kind, **about}
        html = shell
        for name in ("title", "description", "path", "type"):
            html = html.replace("{{" + name + "}}", str(escape(fields[name])))
        blocks = about.get("content", {}).get("blocks", ())
        pictures = [block["url"] for block in blocks if block["type"] == "image"]
        html = html.replace("{{picture}}", "".join(map(_NOSCRIPT.format, pictures)))
        return Answer.text(html, "text/html")

    def answer(host: str, target: str) -> Answer:
        path = target.partition("?")[0]
        if path == "/":
            return page(path, {"title": "Полдень", "description": "Новости залива"}, "website")
        if path in records:
            return page(path, records[path]["root"], "article")
        if path == "/api/w5/screens/news":
            listed = [{"url": one["url"], "title": one["title"]} for one in documents]
            return _json({"documents": listed})
        if path.startswith("/api/w5/") and path.removeprefix("/api/w5") in records:
            return _json(records[path.removeprefix("/api/w5")])
        if path == "/image/attachments/mayak.jpg":
            return _picture("river.jpg")
        return _others(home, path)

    return Site(("polden.example",), answer)


def severnaya() -> Site:
    """Return the site that is a single-page app."""
    home = sites() / "render" / "severnaya"
    index = (home / "index.html").read_text("utf-8")
    records = {record["slug"]: record for record in _records(home)}

    def answer(host: str, target: str) -> Answer:
        path, _, query = target.partition("?")
        if path == "/api/v1/get/main":
            listed = [{"slug": slug, "title": one["title"]} for slug, one in records.items()]
            return _json({"records": listed})
        if path == "/api/v1/get/record":
            found = records.get(parse_qs(query).get("slug", [""])[0])
            return _json(found) if found else Answer(404)
        if path == "/assets/sound.jpg":
            return _picture("ferry.jpg")
        if path.startswith(("/articles/", "/authors/")) or path == "/":
            return Answer.text(index, "text/html")
        return _others(home, path)

    return Site(("severnaya.example",), answer)


def _records(home: Path) -> list[Record]:
    return [json.loads(path.read_text("utf-8")) for path in sorted((home / "records").iterdir())]


def _others(home: Path, path: str) -> Answer:
    if path == "/robots.txt":
        return Answer.text(_ROBOTS, "text/plain")
    file = home / "files" / path.lstrip("/")
    if ".." in path or not file.is_file():
        return Answer(404)
    headers = {"Content-Type": _TYPES[file.suffix], "Cache-Control": "max-age=86400"}
    return Answer(headers=headers, body=file.read_bytes())


def _json(value: object) -> Answer:
    return Answer.text(json.dumps(value, ensure_ascii=False), "application/json")


def _picture(name: str) -> Answer:
    """Return a picture of the other bundled site."""
    pictures = sites() / "moscow-times/files/static.themoscowtimes.com/image/article_1360"
    headers = {"Content-Type": "image/jpeg", "Cache-Control": "max-age=86400"}
    return Answer(headers=headers, body=(pictures / name).read_bytes())
