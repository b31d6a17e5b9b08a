"""``newswarc history``: the captures of a URL and the versions of its article."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from archive.collection import Collection
from archive.commands.lookup import not_found
from archive.commands.output import console, counted, print_json, when
from archive.model import Capture, Version
from archive.terminal import visible


@click.command("history")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def command(collection: Path, url: str, as_json: bool) -> None:
    """List when a URL was captured, and the versions of the article it shows."""
    with Collection(collection) as archive:
        captures = archive.captures(url)
        article = archive.article(url)
        versions = archive.versions(article.article_id) if article else []
        if not captures and not versions:
            raise not_found(archive, url)
    if as_json:
        print_json(
            {
                "url": url,
                "article_id": article.article_id if article else None,
                "versions": [_version(version) for version in versions],
                "captures": [asdict(capture) for capture in captures],
            }
        )
        return
    out = console()
    for version in versions:
        out.print(
            Text(f"version {version.number}", style="bold"),
            f"{when(version.first_capture)} to {when(version.last_capture)}",
            counted(version.captures, "capture"),
            *_change(version),
            visible(version.article.title),
            sep="  ",
        )
    for capture in captures:
        out.print(
            when(capture.timestamp),
            f"{capture.status or '-':>3}",
            visible(capture.mime or "-"),
            _meaning(capture),
            f"{visible(capture.location.file)}:{capture.location.offset}",
            sep="  ",
        )


def _meaning(capture: Capture) -> str:
    if capture.version is not None:
        return f"version {capture.version}"
    if capture.redirect is not None:
        return f"redirects to {visible(capture.redirect)}"
    return f"no article: {visible(capture.refusal)}" if capture.refusal else "no page"


def _change(version: Version) -> list[Text | str]:
    """Return what to say of the change that made a version; nothing of the first one."""
    if version.kind is None:
        return []
    told: list[Text | str] = [Text(version.kind, style="yellow")]
    if version.stealth:
        told.append(Text("stealth", style="bold red"))
    told.append(f"+{version.words_added} -{version.words_removed} words")
    if version.reverts_to is not None:
        told.append(f"as version {version.reverts_to}")
    return told


def _version(version: Version) -> dict[str, object]:
    return {
        "number": version.number,
        "title": version.article.title,
        "digest": version.digest,
        "first_capture": version.first_capture,
        "last_capture": version.last_capture,
        "captures": version.captures,
        "kind": version.kind,
        "stealth": version.stealth,
        "words_added": version.words_added,
        "words_removed": version.words_removed,
        "similarity": version.similarity,
        "reverts_to": version.reverts_to,
        "words": len(version.article.text.split()),
    }
