"""What a newspaper prints: its stories, sections, people and pictures, read from a directory.

::

    site.toml            name, hosts, sections, people, pictures
    articles/86785.md    a story: TOML between two ``+++`` lines, then the body (`parse_body`)
    pages/about.md       a page that is no article, in the same form
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from crawler.demo.body import Block, parse_body

#: An edit within this time of publication leaves the date in the byline as it is.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the paper with a page of its own at ``/SLUG``."""

    slug: str
    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, or an agency, that writes."""

    slug: str
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Story:
    """One article.

    Attributes:
        id: what the URL ends in after ``-a``, and all that is looked up.
        slug: the words in the URL; they may be wrong.
        kind: ``news``, ``opinion`` or ``live``.
        picture: file name of the lead image, or None.
        blocks: the body, in order.
        posts: for a live blog, what it says, newest first: published and HTML.
        legacy: the path under which the paper's former system had it, or None.
    """

    id: int
    slug: str
    title: str
    subtitle: str
    description: str
    section: Section
    kind: str
    authors: tuple[Person, ...]
    tags: tuple[str, ...]
    published: datetime
    modified: datetime
    picture: str | None
    caption: str
    credit: str
    blocks: tuple[Block, ...]
    posts: tuple[tuple[datetime, str], ...] = ()
    legacy: str | None = None

    @property
    def path(self) -> str:
        """The canonical path."""
        return f"/{self.published:%Y/%m/%d}/{self.slug}-a{self.id}"

    @property
    def updated(self) -> bool:
        """Whether the byline shows the time of the last edit instead of that of publication."""
        return self.modified - self.published > GRACE


@dataclass(frozen=True, slots=True)
class Page:
    """A page that is no article."""

    slug: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Newspaper:
    """All that a paper has printed.

    Attributes:
        name: of the paper.
        description: the paper in one sentence.
        host: of the pages.
        static_host: of images, styles, fonts and sitemaps.
        bare_host: redirects to `host`.
        sections: by slug, in the order of the menu.
        people: by slug.
        stories: newest first.
        pages: by slug.
    """

    name: str
    description: str
    host: str
    static_host: str
    bare_host: str
    sections: Mapping[str, Section]
    people: Mapping[str, Person]
    stories: Sequence[Story]
    pages: Mapping[str, Page]

    @classmethod
    def load(cls, directory: Path) -> Newspaper:
        """Read a paper from the files drawn above."""
        settings = tomllib.loads((directory / "site.toml").read_text("utf-8"))
        sections = {slug: Section(slug, **values) for slug, values in settings["sections"].items()}
        people = {slug: Person(slug, **values) for slug, values in settings["people"].items()}
        stories = [
            _story(path, sections, people) for path in sorted((directory / "articles").glob("*.md"))
        ]
        return cls(
            **settings["paper"],
            sections=sections,
            people=people,
            stories=sorted(stories, key=lambda story: (story.published, story.id), reverse=True),
            pages={path.stem: _page(path) for path in sorted((directory / "pages").glob("*.md"))},
        )

    def at(self, now: datetime) -> Newspaper:
        """Return the paper as it was at a time: without what was published or edited later."""
        return replace(
            self,
            stories=[
                story if story.modified <= now else replace(story, modified=story.published)
                for story in self.stories
                if story.published <= now
            ],
        )

    @cached_property
    def by_id(self) -> Mapping[int, Story]:
        """Every story under its number."""
        return {story.id: story for story in self.stories}

    @cached_property
    def by_slug(self) -> Mapping[str, Story]:
        """Every story under the words in its URL."""
        return {story.slug: story for story in self.stories}

    @cached_property
    def by_legacy(self) -> Mapping[str, Story]:
        """The older stories under their former path."""
        return {story.legacy: story for story in self.stories if story.legacy}

    @cached_property
    def tags(self) -> Mapping[str, str]:
        """Every tag's name under its slug."""
        return {tag_slug(tag): tag for story in self.stories for tag in story.tags}

    def listed(self, section: str) -> Sequence[Story]:
        """Return what the page of a section lists: ``news`` takes all that is not opinion."""
        if section == "news":
            return [story for story in self.stories if story.kind != "opinion"]
        return [story for story in self.stories if story.section.slug == section]

    def tagged(self, slug: str) -> Sequence[Story]:
        """Return the stories with the tag of that slug."""
        return [s for s in self.stories if slug in map(tag_slug, s.tags)]

    def written_by(self, slug: str) -> Sequence[Story]:
        """Return the stories of one author."""
        return [s for s in self.stories if slug in {person.slug for person in s.authors}]

    def before(self, story: Story) -> Story | None:
        """Return the story that is next to read after one: the newest of the older ones."""
        older = (other for other in self.stories if other.published < story.published)
        return next(older, None)

    def months(self) -> Mapping[str, Sequence[Story]]:
        """Return the stories by the month they were published in, such as ``2024-9``."""
        months: dict[str, list[Story]] = {}
        for story in reversed(self.stories):
            published = story.published
            months.setdefault(f"{published.year}-{published.month}", []).append(story)
        return months


def tag_slug(tag: str) -> str:
    """Return the form of a tag that stands in URLs.

    >>> tag_slug("North Korea")
    'north-korea'
    """
    return tag.lower().replace(" ", "-")


def _story(path: Path, sections: Mapping[str, Section], people: Mapping[str, Person]) -> Story:
    front, body = _read(path)
    published: datetime = front["published"]
    return Story(
        id=int(path.stem),
        slug=front["slug"],
        title=front["title"],
        subtitle=front.get("subtitle", ""),
        description=front["description"],
        section=sections[front["section"]],
        kind=front.get("kind", "news"),
        authors=tuple(people[slug] for slug in front["authors"]),
        tags=tuple(front["tags"]),
        published=published,
        modified=front.get("modified", published),
        picture=front.get("picture"),
        caption=front.get("caption", ""),
        credit=front.get("credit", ""),
        blocks=tuple(parse_body(body)),
        posts=tuple(_posts(front)),
        legacy=front.get("legacy"),
    )


def _posts(front: Mapping[str, Any]) -> Iterator[tuple[datetime, str]]:
    for post in front.get("posts", ()):
        (block,) = parse_body(post["text"])
        yield post["published"], block.html


def _page(path: Path) -> Page:
    front, body = _read(path)
    return Page(path.stem, front["title"], tuple(parse_body(body)))


def _read(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text("utf-8").split("+++\n", 2)
    return tomllib.loads(front), body
