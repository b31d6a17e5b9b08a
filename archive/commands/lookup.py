"""What to say when an article is not there."""

from __future__ import annotations

from archive.collection import Collection
from archive.commands.output import counted, when
from archive.errors import UsageError
from archive.terminal import visible
from archive.urlkey import check_url


def not_found(archive: Collection, wanted: str | int) -> UsageError:
    """Return the error that says why there is no such article, and what there is.

    Raises:
        UsageError: `wanted` is neither a URL nor an id.
    """
    if isinstance(wanted, int):
        return UsageError(f"no article has the id {wanted}")
    url = check_url(wanted)
    if (redaction := archive.redaction(url)) and redaction.whole:
        return UsageError(
            f"{visible(url)} was redacted on {when(redaction.redacted)[:10]}:"
            f" {visible(redaction.reason)}"
        )
    captures = archive.captures(url)
    if captures:
        last = captures[-1]
        reason = last.refusal or f"it is {last.mime or 'of unknown type'}, status {last.status}"
        return UsageError(
            f"{visible(url)} has {counted(len(captures), 'capture')}, but shows no article:"
            f" {visible(reason)} on {when(last.timestamp)}"
        )
    near = archive.similar_url(url)
    hint = f"; do you mean {visible(near)} ?" if near else ""
    return UsageError(f"{visible(url)} is not in the collection{hint}")
