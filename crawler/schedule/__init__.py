"""Who starts a crawl again and again: cron, or a systemd timer of the user.

Installing one takes the other away, so that no collection is crawled by both.
"""
