"""An Atom feed of alerts."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from archive import timestamp
from archive.atom import Entry, feed, urn
from archive.watch.watches import Alert, Watch

#: Makes ids of names; whoever polls the feed sees each alert once.
_SPACE = uuid.UUID("5be0e6a5-2f0a-5d3f-8d1c-0e5c8a6f7d42")


def atom(watch: Watch, alerts: Sequence[Alert]) -> bytes:
    """Return a feed as XML in UTF-8.

    Args:
        watch: that found them.
        alerts: the newest first.
    """
    return feed(
        [_entry(watch, alert) for alert in alerts],
        feed_id=urn(_SPACE, watch.name),
        title=f"newswarc: {watch.query}",
        updated=_found(alerts[0]) if alerts else watch.looked,
    )


def _entry(watch: Watch, alert: Alert) -> Entry:
    content = alert.content
    label = "[edited] " if content["edited"] else ""
    return Entry(
        id=urn(_SPACE, f"{watch.name} {alert.name}"),
        title=label + content["title"],
        updated=_found(alert),
        published=timestamp.to_datetime(content["timestamp"]),
        link=content["url"],
        author=content["site"],
        summary=content["snippet"],
    )


def _found(alert: Alert) -> datetime:
    return datetime.fromisoformat(alert.content["found"])
