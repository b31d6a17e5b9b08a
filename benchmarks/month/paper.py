"""A paper: a news site as a reader and a crawler meet it."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

from benchmarks.month.story import Absence, Story, Text, newest
from crawler.demo.answer import Answer

_HTML = "text/html; charset=utf-8"
_CSS = "body { font: 1.1rem/1.5 serif; max-width: 40rem; margin: auto }\n"
_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9">'
    '<rect width="16" height="9" fill="#{color}"/></svg>\n'
)
_PICTURES = 5
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass
class Paper:
    """One invented news site.

    Attributes:
        name: of the paper; its source in ``newswarc.toml`` is called by the host.
        host: where it is.
        stories: all it ever publishes, in the order of time.
        feed: path of its feed, or an empty string.
        items: how many the feed holds.
        atom: the feed is Atom, not RSS.
        validators: ``ETag`` and ``Last-Modified`` on its pages and feed, as far as named.
        seeds: keys of its ``[[source]]``.
    """

    name: str
    host: str
    stories: Sequence[Story]
    feed: str = "/rss"
    items: int = 20
    atom: bool = False
    validators: frozenset[str] = frozenset()
    seeds: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_path = {one.path: one for one in self.stories}
        self._fetches = itertools.count()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names it answers to."""
        return (self.host,)

    @property
    def home(self) -> str:
        """The URL of its home page."""
        return f"http://{self.host}/"

    def url(self, story: Story) -> str:
        """Return the URL of a story."""
        return f"http://{self.host}{story.path}"

    def listings(self, now: datetime) -> list[str]:
        """Return the URLs of the lists that show a story that comes out now."""
        return [f"http://{self.host}{self.feed}"]

    def answer(self, host: str, target: str, now: datetime) -> Answer:
        """Answer a request."""
        story = self._by_path.get(target)
        if story is not None:
            state = story.state(now)
            if isinstance(state, Text):
                return self._page(story, state, now)
            if state is not None:
                return self._absent(state)
        if target == "/robots.txt":
            return Answer.text(self.robots(now), "text/plain")
        if target == "/style.css":
            return Answer.text(_CSS, "text/css")
        if target.startswith("/pictures/"):
            color = hashlib.sha256(target.encode()).hexdigest()[:6]
            return Answer.text(_PICTURE.replace("{color}", color), "image/svg+xml")
        if target == self.feed:
            return self._feed(now)
        if target == "/":
            return self._home(now)
        return self._absent(Absence.NOT_FOUND)

    def robots(self, now: datetime) -> str:
        """Return its robots.txt."""
        return "User-agent: *\nDisallow: /search/\n"

    def front(self, now: datetime) -> list[Story]:
        """Return what the home page shows."""
        return newest(self.stories, now, self.items)

    # What it looks like ----------------------------------------------------------------------

    def _page(self, story: Story, text: Text, now: datetime) -> Answer:
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": text.title,
            "datePublished": story.published.isoformat(),
            "author": [{"@type": "Person", "name": story.author}],
        }
        note = f'<p class="article__note"><em>{text.note}</em></p>' if text.note else ""
        body = "".join(f"<p>{one}</p>\n" for one in text.paragraphs)
        html = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>{text.title} | {self.name}</title>
<link rel="canonical" href="{self.url(story)}">
<link rel="stylesheet" href="/style.css">
<meta property="og:type" content="article">
<meta property="og:title" content="{text.title}">
<meta property="og:site_name" content="{self.name}">
<meta property="article:published_time" content="{story.published.isoformat()}">
<script type="application/ld+json">{json.dumps(data)}</script></head>
<body><header><p><a href="/">{self.name}</a></p></header>
<main><article class="article"><header><h1>{text.title}</h1>
<p class="byline">By <span rel="author">{story.author}</span>
<time datetime="{story.published.isoformat()}">{story.published:%B %d, %Y}</time></p></header>
<figure><img src="/pictures/{story.number % _PICTURES}.svg" alt=""></figure>
<div class="article__body">
{body}{note}</div></article></main>
{self._sidebar(now)}</body></html>
"""
        tag = hashlib.sha256(repr(text).encode()).hexdigest()[:16]
        return self._validated(html, _HTML, tag, story.touched(now))

    def _sidebar(self, now: datetime) -> str:
        """Return what is another on every fetch, though no article has changed."""
        fetch = next(self._fetches)
        out = newest(self.stories, now, 30)
        read = random.Random(fetch).sample(out, min(5, len(out)))
        links = "".join(f'<li><a href="{one.path}">{one.text.title}</a></li>' for one in read)
        return (
            f'<aside class="sidebar"><h2>Most read</h2><ol>{links}</ol>'
            f'<p class="counter" data-token="{fetch:08x}">{1000 + fetch} readers now</p></aside>\n'
        )

    def _home(self, now: datetime) -> Answer:
        cards = "".join(
            f'<article class="card"><h2><a href="{one.path}">{one.text.title}</a></h2></article>\n'
            for one in self.front(now)
        )
        kind = "atom" if self.atom else "rss"
        feed = (
            f'<link rel="alternate" type="application/{kind}+xml" href="{self.feed}">'
            if self.feed
            else ""
        )
        html = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{self.name}'
            f'</title>{feed}<link rel="stylesheet" href="/style.css"></head><body>'
            f"<h1>{self.name}</h1>\n{cards}{self._sidebar(now)}</body></html>\n"
        )
        return Answer(headers={"Content-Type": _HTML}, body=html.encode())

    def _feed(self, now: datetime) -> Answer:
        shown = newest(self.stories, now, self.items)
        touched = shown[0].published if shown else now
        tag = hashlib.sha256(repr([one.path for one in shown]).encode()).hexdigest()[:16]
        if self.atom:
            entries = "".join(
                f"<entry><title>{one.text.title}</title><id>{self.url(one)}</id>"
                f'<link href="{self.url(one)}"/><published>{one.published.isoformat()}</published>'
                f"<updated>{one.published.isoformat()}</updated></entry>\n"
                for one in shown
            )
            xml = (
                '<?xml version="1.0" encoding="utf-8"?>\n'
                f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{self.name}</title>'
                f"<id>{self.home}</id><updated>{touched.isoformat()}</updated>\n{entries}</feed>\n"
            )
            return self._validated(xml, "application/atom+xml; charset=utf-8", tag, touched)
        entries = "".join(
            f"<item>\n  <title>{one.text.title}</title>\n  <link>{self.url(one)}</link>\n"
            f"  <description>  {escape(one.text.paragraphs[0][:120])}\n  </description>\n"
            f"  <pubDate>{format_datetime(one.published)}</pubDate>"
            f'<guid isPermaLink="false">{one.number}</guid>\n</item>\n'
            for one in shown
        )
        xml = (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
            f"<title>{self.name}</title><link>{self.home}</link>"
            f"<lastBuildDate>{format_datetime(now)}</lastBuildDate>\n{entries}</channel></rss>\n"
        )
        return self._validated(xml, "application/rss+xml; charset=utf-8", tag, touched)

    def _absent(self, how: Absence) -> Answer:
        if how is Absence.HOME:
            return Answer.redirect(self.home, 302)
        status = {Absence.NOT_FOUND: 404, Absence.GONE: 410}.get(how, 200)
        html = (
            f'<!DOCTYPE html><html lang="en"><head><title>Page not found | {self.name}</title>'
            '</head><body><h1>Page not found</h1><p>We couldn\'t find your page. <a href="/">'
            "Back to the front page</a></p></body></html>\n"
        )
        return Answer(status, {"Content-Type": _HTML}, html.encode())

    def _validated(self, text: str, media_type: str, tag: str, touched: datetime) -> Answer:
        headers = {"Content-Type": media_type}
        if "ETag" in self.validators:
            headers["ETag"] = f'"{tag}"'
        if "Last-Modified" in self.validators:
            headers["Last-Modified"] = format_datetime(touched.replace(microsecond=0), usegmt=True)
        return Answer(headers=headers, body=text.encode())


@dataclass
class MappedPaper(Paper):
    """A paper that names its articles in sitemaps, on a host of their own, and moves these.

    Attributes:
        moved: when the sitemaps move; redirects show the way …
        dropped: … until then.
    """

    moved: datetime = _NEVER
    dropped: datetime = _NEVER

    OLD = "/sitemap/sitemap.xml"
    NEW = "/maps/v2/index.xml"

    @property
    def hosts(self) -> tuple[str, ...]:
        """See `Paper`."""
        return (self.host, self.static)

    @property
    def static(self) -> str:
        """The host of the sitemaps."""
        return f"static.{self.host}"

    def listings(self, now: datetime) -> list[str]:
        """See `Paper`."""
        base = f"http://{self.static}"
        child = f"{now:%Y}-{now.month}.xml"
        if now < self.moved:
            return [f"{base}{self.OLD}", f"{base}/sitemap/{child}"]
        old = [f"{base}{self.OLD}"] if now < self.dropped else []
        return [*old, f"{base}{self.NEW}", f"{base}/maps/v2/{child}"]

    def front(self, now: datetime) -> list[Story]:
        """Return what the home page shows: a few old stories, which never change."""
        return list(self.stories[:4])

    def robots(self, now: datetime) -> str:
        """See `Paper`."""
        place = self.OLD if now < self.moved else self.NEW
        return f"User-agent: *\nDisallow: /preview/\nSitemap: http://{self.static}{place}\n"

    def answer(self, host: str, target: str, now: datetime) -> Answer:
        """See `Paper`."""
        if host != self.static:
            return super().answer(host, target, now)
        if target == "/robots.txt":
            return self._absent(Absence.NOT_FOUND)
        old, new = self.OLD.rpartition("/")[0], self.NEW.rpartition("/")[0]
        folder, _, name = target.rpartition("/")
        if folder == old and now >= self.moved:
            if now >= self.dropped:
                return self._absent(Absence.NOT_FOUND)
            return Answer.redirect(self.NEW if target == self.OLD else f"{new}/{name}")
        if folder not in (old, new) or (folder == new and now < self.moved):
            return self._absent(Absence.NOT_FOUND)
        if target in (self.OLD, self.NEW):
            return self._index(folder, now)
        return self._month(name, now)

    def _index(self, folder: str, now: datetime) -> Answer:
        months: dict[str, datetime] = {}
        for one in self.stories:
            if one.published <= now:
                months[f"{one.published:%Y}-{one.published.month}.xml"] = one.published
        entries = "".join(
            f"<sitemap><loc>http://{self.static}{folder}/{name}</loc>"
            f"<lastmod>{touched.isoformat()}</lastmod></sitemap>\n"
            for name, touched in months.items()
        )
        return self._map("sitemapindex", entries, max(months.values(), default=now))

    def _month(self, name: str, now: datetime) -> Answer:
        shown = [
            one
            for one in self.stories
            if one.published <= now and f"{one.published:%Y}-{one.published.month}.xml" == name
        ]
        if not shown:
            return self._absent(Absence.NOT_FOUND)
        entries = "".join(f"<url><loc>{self.url(one)}</loc></url>\n" for one in shown)
        return self._map("urlset", entries, shown[-1].published)

    def _map(self, root: str, entries: str, touched: datetime) -> Answer:
        xml = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</{root}>\n'
        )
        tag = hashlib.sha256(xml.encode()).hexdigest()[:16]
        return self._validated(xml, "application/xml", tag, touched)
