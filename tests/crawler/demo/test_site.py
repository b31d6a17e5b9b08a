"""The traits of the bundled site, each of which has deceived a crawler or an extractor."""

import json
import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from lxml import etree, html

from crawler.demo.answer import Answer
from crawler.demo.site import FOUNDING, MORNING_AFTER, MOSCOW_TIMES, moscow_times

STATIC = "static.themoscowtimes.com"
FOUNDING_PATH = urlsplit(FOUNDING).path
RELATED = "/2024/10/21/north-koreans-fighting-for-russia-put-warm-words-into-practice-a86742"


def text(answer):
    return answer.body.decode()


def urls(answer):
    return re.findall(r"<loc>(.+?)</loc>", text(answer))


def articles(get):
    return [
        urlsplit(url).path
        for month in ("2024-9", "2024-10")
        for url in urls(get(f"/sitemap/{month}.xml", STATIC))
    ]


TRAITS = [
    ("relative links resolve against a base", '<base href="https://www.themoscowtimes.com/">'),
    ("no archive, says the page to one robot", '<meta name="googlebot" content="noarchive">'),
    ("canonical", f'<link rel="canonical" href="{FOUNDING}">'),
    ("one comma-joined tag", '<meta property="article:tag" content="North Korea, Ukraine war">'),
    ("a zone that is not UTC", 'article:published_time" content="2024-10-23T13:05:00+03:00"'),
    ("nested articles", '<article>\n<article class="article article--news"'),
    ("a subtitle printed though empty", "<h2></h2>"),
    (
        "byline",
        'By <a class="byline__author__name" href="https://www.themoscowtimes.com/author/afp"',
    ),
    ("an abbreviated month", '<time class="byline__datetime timeago" datetime="2024-10-23T13'),
    (
        "an image with nothing but src",
        f'<img src="https://{STATIC}/image/article_1360/soldiers.jpg">',
    ),
    ("credit", 'featured-image__credits">Uwe Brodrecht (CC BY-SA 2.0)</span>'),
    ("blocks", 'class="article__block article__block--html article__block--column"'),
    ("ads after the second block", '<div class="article__ads">'),
    ("today's date, no number", "/2024/10/24/north-koreans-fighting-for-russia-put-warm-words-"),
    ("tags", "Read more about:"),
    ("a donation banner inside the article", "we have a small favor to ask."),
    ("a sidebar", "Most read"),
    ("the next article", 'data-url="/all/86768"'),
]


@pytest.mark.parametrize(("trait", "markup"), TRAITS, ids=[trait for trait, _ in TRAITS])
def test_founding_article_has(get, trait, markup):
    assert markup in text(get(FOUNDING_PATH))


@pytest.mark.parametrize("absent", ["og:type", "amphtml", 'hreflang="x', "application/rss+xml"])
def test_founding_article_lacks(get, absent):
    assert absent not in text(get(FOUNDING_PATH))


def test_founding_article_says_what_it_said(get):
    page = html.fromstring(get(FOUNDING_PATH).body)
    paragraphs = [p.text_content() for p in page.cssselect(".article__content .article__block p")]
    assert page.cssselect("h1")[0].text_content().startswith("North Korea Sent 1,500 More Troops")
    assert len(paragraphs) == 11
    assert 'is expected by December," he said.' in paragraphs[3]
    assert paragraphs[-1].endswith("in exchange for sending soldiers to help Russia.")
    assert page.cssselect("aside.article__related-article > a > h3")[0].text == (
        "North Koreans Fighting for Russia Put Warm Words into Practice"
    )


def test_json_ld_has_four_blocks_and_one_is_not_json(get):
    page = html.fromstring(get(FOUNDING_PATH).body)
    blocks = [block.text for block in page.xpath("//script[@type='application/ld+json']")]
    kinds = [re.search(r'"@type": "(\w+)"', block)[1] for block in blocks]
    assert kinds == ["NewsMediaOrganization", "WebSite", "NewsArticle", "BreadcrumbList"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(blocks[1])
    valid = [json.loads(blocks[number]) for number in (0, 2, 3)]
    assert valid[1]["keywords"] == "North Korea, Ukraine war"
    assert "articleBody" not in valid[1]


def test_every_article_answers_and_is_itself(get):
    paths = articles(get)
    assert len(paths) == len(set(paths)) >= 64
    for path in paths:
        answer = get(path)
        assert answer.status == 200
        page = html.fromstring(answer.body)
        assert urlsplit(page.xpath("string(//link[@rel='canonical']/@href)")).path == path
        body = page.cssselect("div.article__content")[0].text_content().split()
        assert len(body) > 200 or "Live" in page.cssselect("h1")[0].text_content()


@pytest.mark.parametrize(
    ("path", "markup"),
    [
        (r"three-reporters", "By .*Petr Samoylin</a>, .*Vera Lindqvist</a> and .*Tamsin Okafor"),
        (r"coach-works", "By .*Oleg Marchenkov</a> and .*Vera Lindqvist</a></div>"),
        (r"first-snow", 'Updated: <time [^>]*datetime="2024-10-08T16:20:00\\+03:00">Oct. 8, 2024'),
        (r"auction-of", 'byline__date"><time [^>]*datetime="2024-10-18T18:45:00'),
        (r"how-deep", f'<iframe src="https://{STATIC}/embed/lake-depths.html"'),
        (r"in-pictures", "(?s)(<img [^>]*data-src=[^>]*srcset=.*){6}"),
        (r"eleven-time", "(?s)article__block--header.*<blockquote class.*<ol>.*<table>"),
        (r"against-the-audio", 'class="article article--opinion"'),
        (r"live-the-last", '<div class="live" data-live="86790" data-url="/live/86790/0"'),
    ],
)
def test_an_article_has(get, path, markup):
    (found,) = [article for article in articles(get) if path in article]
    assert re.search(markup, text(get(found)))


@pytest.mark.parametrize(
    ("host", "path", "location"),
    [
        ("themoscowtimes.com", "/news?a=1", MOSCOW_TIMES + "news?a=1"),
        ("www.themoscowtimes.com", "/2024/10/23/another-slug-a86785", FOUNDING),
        ("www.themoscowtimes.com", "/1999/01/01/-a86785", FOUNDING),
        ("www.themoscowtimes.com", RELATED.replace("-a86742", ""), MOSCOW_TIMES + RELATED[1:]),
        (
            "www.themoscowtimes.com",
            "/news/article/the-6-14-to-gornaya-lipka-stops-for-one/490533.html",
            MOSCOW_TIMES + "2024/09/02/the-6-14-to-gornaya-lipka-stops-for-one-passenger-"
            "and-she-is-retiring-a86219",
        ),
    ],
)
def test_redirects(get, host, path, location):
    answer = get(path, host)
    assert answer.status == 301
    assert answer.headers["Location"] == location


@pytest.mark.parametrize("path", ["/nowhere", "/tag/nothing", "/author/nobody", "/a/b/c.html"])
def test_what_does_not_exist_answers_200(get, path):
    answer = get(path)
    assert answer.status == 200
    assert "We couldn't find your page" in text(answer)


def test_static_host_knows_404(get):
    assert get("/image/none.jpg", STATIC).status == 404


def test_a_section_ends(get):
    def cards(path):
        return text(get(path)).count("article-excerpt__headline")

    assert 'data-url="/news/{{offset}}" data-start="19" data-step="18"' in text(get("/news"))
    assert [cards(f"/news{rest}") for rest in ("", "/19", "/37", "/55")] == [19, 18, 18, 7]
    assert "<html" not in text(get("/news/19"))
    assert get("/news/73") == Answer.text("", "text/html", Cache_Control="max-age=300, 300, public")


@pytest.mark.parametrize("twin", [FOUNDING_PATH + "/pdf", "/all/86785"])
def test_an_article_has_twins(get, twin):
    assert "lack sufficient understanding of modern warfare" in text(get(twin))


def test_feed(get):
    root = etree.fromstring(get("/rss/news").body)
    items = root.findall("channel/item")
    assert len(items) == 50
    assert {child.tag for child in items[0]} == {"title", "link", "description", "pubDate", "guid"}
    assert items[0].findtext("description").startswith("\n\t\t")


def test_sitemaps(get):
    assert f"Sitemap: https://{STATIC}/sitemap/sitemap.xml" in text(get("/robots.txt"))
    assert urls(get("/sitemap/sitemap.xml", STATIC)) == [
        f"https://{STATIC}/sitemap/2024-9.xml",
        f"https://{STATIC}/sitemap/2024-10.xml",
    ]
    assert "lastmod" not in text(get("/sitemap/2024-10.xml", STATIC))
    news = urls(get("/sitemap/newsmap.xml", STATIC))
    broken = []
    for url in news:
        try:
            etree.fromstring(get(urlsplit(url).path, STATIC).body)
        except etree.XMLSyntaxError:
            broken.append(url)
    assert broken == [f"https://{STATIC}/sitemap/opinion.xml"]


def test_live_blog_gives_only_newer_posts(get):
    posts = json.loads(get("/live/86790/0").body)["posts"]
    assert [post["id"] for post in posts] == [4, 3, 2, 1]
    assert [post["id"] for post in json.loads(get("/live/86790/3").body)["posts"]] == [4]


def test_pages_need_what_is_there(get):
    page = text(get(FOUNDING_PATH))
    needed = re.findall(rf'(?:src|href)="https://{STATIC}(/[^"]+)"', page)
    needed += [f"/image/{name}" for name in ("rule.svg", "quote.svg", "paper.svg")]
    kinds = {urlsplit(path).path: get(path, STATIC) for path in needed}
    assert {answer.status for answer in kinds.values()} == {200}
    assert kinds["/fonts/moscow-capitals.woff2"].headers["Content-Type"] == "font/woff2"
    assert kinds["/fonts/moscow-capitals.woff2"].body.startswith(b"wOF2")
    assert kinds["/image/article_1360/soldiers.jpg"].headers["Content-Type"] == "image/jpeg"
    assert b'@import url("fonts.css' in kinds["/css/main.css"].body
    assert get("/favicon.ico").status == get("/css/print.css").status == 200


def at(moment: datetime):
    return lambda path: moscow_times(lambda: moment).respond("www.themoscowtimes.com", path, {})


def test_the_sidebar_moves_and_the_article_does_not():
    first, second = (
        html.fromstring(at(MORNING_AFTER + timedelta(minutes=minutes))(FOUNDING_PATH).body)
        for minutes in (0, 2)
    )

    def content(page, selector):
        return page.cssselect(selector)[0].text_content()

    assert content(first, "aside.sidebar") != content(second, "aside.sidebar")
    assert content(first, ".article__content") == content(second, ".article__content")


def test_nothing_is_there_before_its_time():
    before = at(datetime.fromisoformat("2024-10-23T13:00:00+03:00"))
    assert "We couldn't find your page" in text(before(FOUNDING_PATH))
    assert FOUNDING not in text(before("/rss/news"))


def test_override_breaks_one_path():
    site = moscow_times()
    gone = Answer(410)
    site.override("/news", gone)
    site.override(f"https://{STATIC}/css/main.css?v=84", gone)
    assert site.respond("www.themoscowtimes.com", "/news", {}) == gone
    assert site.respond(STATIC, "/css/main.css?v=84", {}) == gone
    assert site.respond("www.themoscowtimes.com", "/opinion", {}).status == 200
    site.override("/news", None)
    assert site.respond("www.themoscowtimes.com", "/news", {}).status == 200
