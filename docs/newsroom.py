"""A collection to take pictures of: the bundled site as it is crawled, and three invented papers.

The papers were captured again and again over eight weeks: agency copy, corrections, edits without
a word, articles that went away, and a wall that stood in for one.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import timestamp
from archive.collection import Collection
from archive.desk import Gap, Report, Run, SourceState
from crawler.demo.server import DemoServer
from crawler.demo.site import MOSCOW_TIMES, moscow_times
from crawler.desk import LedgerDesk
from crawler.run import Options, crawl
from tests.archive.recorded import Recorder

_PAPERS = {
    "harborpost.example": "The Harbor Post",
    "lipkacourier.example": "Lipka Courier",
    "rivergazette.example": "River Gazette",
}
_AUTHORS = ("Vera Melnik", "Anton Bely", "Ilse Brandt", "Mikhail Orlov")
_SECTIONS = ("News", "Business", "Climate", "Regions")
_PLACES = ("Zarechensk", "the Lipka", "Verkhnyaya Gavan", "the Old Harbor", "Severny Perekat")
_SUBJECTS = ("Ferry", "Bridge", "Lighthouse", "Railway", "Library", "Market", "Weir", "School")
_VERBS = ("Opens Again at", "Waits for Spring at", "Costs More Than Planned in", "Divides")
_PICTURES = {
    "Ferry": "ferry",
    "Bridge": "bridge",
    "Railway": "train",
    "Library": "library",
    "Market": "market",
    "Weir": "river",
    "Lighthouse": "harbor",
    "School": "chess",
}
_WHO = ("The council", "A ferryman", "The mayor", "An engineer", "The harbor master", "A baker")
_WHERE = ("in {place}", "at the old mill", "on the quay", "behind the station", "over tea")
_DID = ("counted", "measured", "defended", "repainted", "inherited", "photographed", "mislaid")
_WHAT = ("{number} planks", "the {thing}", "a bill for {number} million", "the keys", "two plans")
_WHEN = ("before the ice came", "without a witness", "for the third time", "to much applause")
_WHY = (
    "because nobody had asked",
    "although the paint was wet",
    "and the {thing} stayed shut",
    "while {number} people looked on",
    "as the calendar demanded",
)
_PARTS = (_WHO, _DID, _WHAT, _WHERE, _WHEN, _WHY)
_LINES = 14
_WEEKS = 8
_JPEGS = (
    Path(__file__).parent.parent
    / "fixtures/sites/moscow-times/files/static.themoscowtimes.com/image/article_1360"
)


class _Press:
    """Prints pages into a collection."""

    def __init__(self, path: Path, now: datetime) -> None:
        self._recorder = Recorder(path)
        self._now = now
        self._dice = random.Random(7)

    def run(self) -> None:
        """Print everything."""
        begin = self._now - timedelta(weeks=_WEEKS)
        for host in _PAPERS:
            for name in set(_PICTURES.values()):
                picture = (_JPEGS / f"{name}.jpg").read_bytes()
                url = f"https://www.{host}/{name}.jpg"
                self._recorder.record(url, picture, "image/jpeg", at=begin)
        agency: tuple[str, list[str]] | None = None
        for hours in range(0, _WEEKS * 7 * 24, 5):
            moment = begin + timedelta(hours=hours, minutes=self._dice.randrange(60))
            busy = 7 <= moment.hour <= 19 and moment.weekday() < 5
            for host in _PAPERS:
                if self._dice.random() > (0.75 if busy else 0.2):
                    continue
                title, text = self._story()
                if agency and self._dice.random() < 0.3:
                    title, text = agency
                elif self._dice.random() < 0.1:
                    agency = title, text
                self._print(host, title, text, moment + timedelta(minutes=self._dice.randrange(90)))
        self._recorder.finished()

    def _story(self) -> tuple[str, list[str]]:
        place, thing = self._dice.choice(_PLACES), self._dice.choice(_SUBJECTS)
        title = f"{thing} {self._dice.choice(_VERBS)} {place}"
        lines = []
        for _ in range(_LINES):
            line = " ".join(self._dice.choice(part) for part in _PARTS) + "."
            number = self._dice.randrange(3, 98)
            lines.append(line.format(place=place, thing=thing.lower(), number=number))
        return title, [" ".join(lines[at : at + 2]) for at in range(0, _LINES, 2)]

    def _print(self, host: str, title: str, text: list[str], moment: datetime) -> None:
        path = title.lower().replace(" ", "-")
        url = f"https://www.{host}/{moment:%Y/%m/%d}/{path}-{self._dice.randrange(10**4)}"
        dates = moment, moment
        author = self._dice.choice(_AUTHORS)
        section = self._dice.choice(_SECTIONS)

        def page(title: str, text: list[str], dates: tuple[datetime, datetime]) -> str:
            return _page(url, host, title, text, author, section, dates)

        seen = moment + timedelta(minutes=self._dice.randrange(10, 90))
        self._recorder.record(url, page(title, text, dates), at=seen)
        luck, later = self._dice.random(), seen + timedelta(hours=self._dice.randrange(2, 40))
        if later + timedelta(days=3) > self._now:
            return
        if luck < 0.06:  # a sentence is taken back, and nobody is told
            changed = [*text[:2], text[2].replace(".", ", it was said at first.", 1), *text[4:]]
            self._recorder.record(url, page(f"{title}, for Now", changed, dates), at=later)
        elif luck < 0.12:
            note = "Correction: an earlier version of this article misstated the number of planks."
            fixed = (moment, later - timedelta(minutes=5))
            self._recorder.record(url, page(title, [*text, note], fixed), at=later)
        elif luck < 0.15:
            for hours in (0, 24, 60):
                self._recorder.record(url, "Gone", status=404, at=later + timedelta(hours=hours))
        elif luck < 0.17:
            self._recorder.record(url, _WALL, status=403, at=later)
        elif luck < 0.3:
            self._recorder.record(url, page(title, text, dates), at=later)


_WALL = """<html><head><title>Just a moment...</title></head><body>
<h1>Checking your browser</h1><div id="cf-challenge-running"></div>
<p>Please complete the CAPTCHA to go on.</p></body></html>"""


def _page(
    url: str,
    host: str,
    title: str,
    text: list[str],
    author: str,
    section: str,
    dates: tuple[datetime, datetime],
) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": dates[0].isoformat(timespec="seconds"),
        "dateModified": dates[1].isoformat(timespec="seconds"),
        "author": {"@type": "Person", "name": author},
        "articleSection": section,
        "image": f"https://www.{host}/{_PICTURES[title.split(maxsplit=1)[0]]}.jpg",
        "publisher": {"@type": "Organization", "name": _PAPERS[host]},
    }
    body = "".join(f"<p>{line}</p>" for line in text)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<link rel="canonical" href="{url}"><meta property="og:type" content="article">
<meta property="og:site_name" content="{_PAPERS[host]}">
<script type="application/ld+json">{json.dumps(facts)}</script></head>
<body><article><h1>{title}</h1>{body}</article></body></html>"""


def newsroom(path: Path, now: datetime | None = None) -> Collection:
    """Return a new collection with the bundled site and the papers in it."""
    collection = Collection.create(path)
    with DemoServer(moscow_times()) as site:
        crawl(collection, [MOSCOW_TIMES], Options(delay=0, connect_to=tuple(site.connect_to)))
    _Press(path, now or datetime.now(UTC).replace(microsecond=0)).run()
    return collection


class InventedDesk(LedgerDesk):
    """Tells of the bundled site what its ledger says, and of the papers what might be said."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection)
        self._now = datetime.now(UTC)

    def report(self) -> Report:
        """See `archive.desk.Desk`."""
        told = super().report()
        papers = [
            SourceState(
                name=host.partition(".")[0],
                hosts=(host,),
                configured=True,
                urls={"captured": 60, "due": 3, "failed": number},
                articles_day=3 - number,
                articles_week=19 + number,
                removed=4 - number,
                next_poll=self._ago(minutes=-7 * (number + 1)),
                gap=number == 1,
            )
            for number, host in enumerate(_PAPERS)
        ]
        runs = [
            Run(self._ago(minutes=15 * number), "finished", 9 + number % 3, number % 4, 0, 940_000)
            for number in range(1, 6)
        ]
        return replace(
            told,
            runs=runs,
            sources=[*papers, *told.sources],
            failures=[("500 Internal Server Error", 2), ("timeout", 1)],
            gaps=[gap for paper in papers for gap in self.gaps(paper.name)][:1],
        )

    def gaps(self, source: str) -> Sequence[Gap]:
        """See `archive.desk.Desk`."""
        if source != "lipkacourier":
            return []
        return [
            Gap(source, self._ago(hours=30), None, "nothing new for 30 h, 14 were expected"),
            Gap(source, self._ago(days=33), self._ago(days=31), "a feed rolled over"),
        ]

    def _ago(self, **time: float) -> str:
        return timestamp.from_datetime(self._now - timedelta(**time))
