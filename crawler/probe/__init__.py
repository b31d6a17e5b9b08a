"""Look at a site for where it lists its articles, before a source is made of it.

`look` searches a site, `check` asks the seeds of sources that are there. Both go through the wire,
the guard, robots.txt and the pace of a crawl, and keep nothing of what they see: what an archive
holds, a crawl has fetched.
"""

from crawler.probe.finding import Finding
from crawler.probe.run import check, look
from crawler.probe.site import Site

__all__ = ["Finding", "Site", "check", "look"]
