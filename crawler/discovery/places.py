"""Where feeds and sitemaps are when nothing names them, as paths of a site."""

from __future__ import annotations

#: The habits of content management systems.
COMMON_FEEDS = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml")
#: And those of newspapers.
FEEDS = (
    *COMMON_FEEDS,
    "/rss/news",
    "/rss/all",
    "/index.xml",
    "/feed.json",
    "/RSS/news.xml",
    "/news-archive/rss/",
)
COMMON_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
SITEMAPS = (*COMMON_SITEMAPS, "/sitemap-index.xml", "/wp-sitemap.xml")
NEWS_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml")
