"""Pages that need JavaScript: a headless browser visits them, everything it does is recorded.

The browser has no way out but a proxy of ours on loopback, and the proxy asks with the download
handler of `crawler.wire`. So the guard, the bounds, the connect-to table and the exact bytes in the
WARC are the same for the browser as for the rest of the crawl.
"""
