"""The Scrapy add-on: one line in ``ADDONS`` and a project archives what it downloads."""

from __future__ import annotations

from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.wire.settings import DEFAULTS

HANDLER = "crawler.wire.handler.WireDownloadHandler"


class Addon:
    """Records every exchange of a Scrapy project into WARC files.

    ::

        ADDONS = {"crawler.wire.Addon": 0}
        NEWSWARC_WARC_DIRECTORY = "archive"

    It sets the download handlers of http and https, and the extension that writes. Settings of the
    project itself go before those of the add-on. See `WireDownloadHandler` and
    `crawler.capture.Capture` for the settings there are.
    """

    def update_settings(self, settings: BaseSettings) -> None:
        """See Scrapy's documentation on add-ons."""
        for name, value in DEFAULTS.items():
            if name not in settings:
                settings.set(name, value, "addon")
        handlers = settings["DOWNLOAD_HANDLERS"]
        for scheme in ("http", "https"):
            if scheme not in handlers:
                # Not with an add-on's priority: without Twisted's reactor, Scrapy gives its own
                # default handlers a project's.
                handlers.set(scheme, HANDLER, "project")
        recorder = settings["NEWSWARC_RECORDER"]
        if isinstance(recorder, str):
            settings.setdefault_in_component_priority_dict("EXTENSIONS", load_object(recorder), 0)
