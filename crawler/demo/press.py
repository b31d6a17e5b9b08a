"""Print a newspaper: the answer to every URL of its hosts.

The traits follow www.themoscowtimes.com as it was in October 2024; ``fixtures/sites`` has the
templates and the files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import jinja2

from crawler.demo.answer import Answer
from crawler.demo.newspaper import Newspaper, Story, tag_slug

#: As many cards stand on a section's page; then the button asks for `STEP` more at a time.
CARDS = 19
STEP = 18
FEED_ITEMS = 50
#: The sidebar changes as often, though the article beside it does not.
SIDEBAR_EVERY = timedelta(minutes=2)
#: Sent like this by the real site: not what RFC 9111, clause 5.2 allows.
CACHE_CONTROL = "max-age=300, 300, public"

_STORY = r"/\d{4}/\d\d/\d\d/(?P<slug>[^/]*?)(?:-a(?P<number>\d+))?(?P<form>/pdf)?/?"
_MONTHS = ["Jan.", "Feb.", "March", "April", "May", "June", "July"]
_MONTHS += ["Aug.", "Sept.", "Oct.", "Nov.", "Dec."]
_MEDIA_TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=UTF-8",
    ".ico": "image/vnd.microsoft.icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}

Page = Callable[..., "Answer | None"]


class Press:
    """Answers for the hosts of one paper.

    Args:
        directory: of the site: the newspaper's data, ``templates`` and ``files/HOST``.
        clock: says what time it is for the site: what is published, what the sidebar shows.
    """

    def __init__(self, directory: Path, clock: Callable[[], datetime]) -> None:
        self.paper = Newspaper.load(directory)
        files = directory / "files"
        self._files = {
            f"/{file.relative_to(files).as_posix()}": file
            for file in files.rglob("*")
            if file.is_file()
        }
        self._clock = clock
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(directory / "templates"),
            autoescape=jinja2.select_autoescape(["html", "xml"]),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "date": _date,
            "iso": datetime.isoformat,
            "rfc822": format_datetime,
            "tag_slug": tag_slug,
            "json": json.dumps,
        }
        self._routes: list[tuple[re.Pattern[str], Page]] = [
            (re.compile(pattern), page)
            for pattern, page in (
                (r"/", self._home),
                (_STORY, self._story),
                (r"/all/(?P<number>\d+)", self._fragment),
                (r"/live/(?P<number>\d+)/(?P<since>\d+)", self._live),
                (r"/rss/(?P<slug>[\w-]+)", self._feed),
                (r"/tag/(?P<slug>[\w-]+)", self._tag),
                (r"/author/(?P<slug>[\w-]+)", self._author),
                (r"/page/(?P<slug>[\w-]+)", self._page),
                (r"/preview/(?P<number>\d+)", self._preview),
                (r"/search/", self._search),
                (r"/(?P<slug>[\w-]+)(?:/(?P<offset>\d+))?", self._section),
            )
        ]

    def answer(self, host: str, target: str) -> Answer:
        """Answer a GET of `target` (path and query) at `host`."""
        if host == self.paper.bare_host:
            return Answer.redirect(f"https://{self.paper.host}{target}")
        path = target.partition("?")[0]
        found = self._file(host, path)
        if found is not None:
            return found
        if host == self.paper.static_host:
            return self._sitemap(path) or Answer(404, {"Content-Type": "text/html"}, b"Not found\n")
        return self._route(path) or self._html("notfound.html")

    def _route(self, path: str) -> Answer | None:
        paper = self._edition()
        if path in paper.by_legacy:
            return self._redirect_to(paper.by_legacy[path])
        for pattern, page in self._routes:
            match = pattern.fullmatch(path)
            if match:
                return page(paper, **match.groupdict())
        return None

    # Pages -----------------------------------------------------------------------------------

    def _home(self, paper: Newspaper) -> Answer:
        return self._html("home.html", clusters=[s for s in paper.sections if s != "news"])

    def _section(self, paper: Newspaper, slug: str, offset: str | None) -> Answer | None:
        section = paper.sections.get(slug)
        if section is None:
            return None
        stories = paper.listed(slug)
        if offset is not None:
            return self._html("cards.html", stories=stories[int(offset) : int(offset) + STEP])
        more = {"start": CARDS, "step": STEP} if len(stories) > CARDS else None
        return self._html(
            "listing.html",
            path=f"/{slug}",
            title=section.name,
            about=section.description,
            stories=stories[:CARDS],
            more=more,
        )

    def _tag(self, paper: Newspaper, slug: str) -> Answer | None:
        if slug not in paper.tags:
            return None
        return self._html(
            "listing.html",
            path=f"/tag/{slug}",
            title=paper.tags[slug],
            about="",
            stories=paper.tagged(slug),
            more=None,
        )

    def _author(self, paper: Newspaper, slug: str) -> Answer | None:
        person = paper.people.get(slug)
        if person is None:
            return None
        return self._html(
            "listing.html",
            path=f"/author/{slug}",
            title=person.name,
            about=person.about,
            stories=paper.written_by(slug),
            more=None,
        )

    def _story(
        self, paper: Newspaper, slug: str, number: str | None, form: str | None
    ) -> Answer | None:
        # Only the number is looked up; the related-article boxes link without it, by the words.
        story = paper.by_slug.get(slug) if number is None else paper.by_id.get(int(number))
        if story is None:
            return None
        if number is None or slug != story.slug:
            return self._redirect_to(story)
        if form == "/pdf":
            return self._html("print.html", story=story)
        return self._html("article.html", story=story, path=story.path)

    def _fragment(self, paper: Newspaper, number: str) -> Answer | None:
        story = paper.by_id.get(int(number))
        return self._html("fragment.html", story=story) if story else None

    def _preview(self, paper: Newspaper, number: str) -> Answer | None:
        """Show a draft: robots.txt forbids it, so nobody should ask."""
        return self._fragment(paper, number)

    def _page(self, paper: Newspaper, slug: str) -> Answer | None:
        page = paper.pages.get(slug)
        return self._html("page.html", page=page, path=f"/page/{slug}") if page else None

    def _search(self, paper: Newspaper) -> Answer:
        return self._html(
            "listing.html",
            path="/search/",
            title="Search",
            about="",
            stories=paper.stories[:CARDS],
            more=None,
        )

    # What programs read ----------------------------------------------------------------------

    def _live(self, paper: Newspaper, number: str, since: str) -> Answer | None:
        story = paper.by_id.get(int(number))
        if story is None or story.kind != "live":
            return None
        posts = [
            {"id": count, "time": published.isoformat(), "html": html}
            for count, (published, html) in enumerate(reversed(story.posts), start=1)
            if count > int(since) and published <= self._clock()
        ]
        return Answer.text(json.dumps({"posts": posts[::-1]}), "application/json")

    def _feed(self, paper: Newspaper, slug: str) -> Answer | None:
        section = paper.sections.get(slug)
        if section is None:
            return None
        stories = paper.listed(slug)[:FEED_ITEMS]
        built = max((story.published for story in stories), default=self._clock())
        return self._xml(
            "rss.xml", "application/rss+xml", section=section, stories=stories, built=built
        )

    def _sitemap(self, path: str) -> Answer | None:
        paper = self._edition()
        name = path.removeprefix("/sitemap/").removesuffix(".xml")
        months = paper.months()
        if path != f"/sitemap/{name}.xml":
            return None
        if name == "sitemap":
            return self._xml("sitemap-index.xml", names=list(months))
        if name == "newsmap":
            return self._xml("sitemap-index.xml", names=list(paper.sections))
        if name in months:
            return self._xml("sitemap.xml", stories=months[name])
        if name in paper.sections:
            return self._xml("sitemap-news.xml", stories=paper.listed(name)[:CARDS])
        return None

    def _file(self, host: str, path: str) -> Answer | None:
        file = self._files.get(f"/{host}{path}")
        if file is None:
            return None
        kind = _MEDIA_TYPES[file.suffix]
        headers = {"Content-Type": kind, "Cache-Control": "max-age=31536000, public"}
        if host == self.paper.static_host:
            headers["Access-Control-Allow-Origin"] = "*"  # a font is always fetched with CORS
        return Answer(headers=headers, body=file.read_bytes())

    # Help for the above ----------------------------------------------------------------------

    def _edition(self) -> Newspaper:
        return self.paper.at(self._clock())

    def _html(self, template: str, **context: object) -> Answer:
        html = self._render(template, context)
        # An empty body, not an empty line, tells the "load more" button that there is no more.
        return Answer.text(html if html.strip() else "", "text/html", Cache_Control=CACHE_CONTROL)

    def _xml(self, template: str, media_type: str = "text/xml", **context: object) -> Answer:
        return Answer.text(self._render(template, context), media_type, Cache_Control=CACHE_CONTROL)

    def _render(self, template: str, context: Mapping[str, object]) -> str:
        now = self._clock()
        turn = int(now.timestamp() / SIDEBAR_EVERY.total_seconds())
        fixed = {"paper": self._edition(), "now": now, "turn": turn}
        return self._templates.get_template(template).render(fixed | dict(context))

    def _redirect_to(self, story: Story) -> Answer:
        return Answer.redirect(f"https://{self.paper.host}{story.path}")


def _date(moment: datetime) -> str:
    """Write a date as the byline does: ``Oct. 23, 2024``."""
    return f"{_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"
