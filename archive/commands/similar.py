"""``newswarc similar``: who else carries the text of an article."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from archive.collection import Collection
from archive.commands.lookup import not_found
from archive.commands.output import console, print_json, when
from archive.model import Copy
from archive.terminal import visible


@click.command("similar")
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_obj
def command(collection: Path, url: str, as_json: bool) -> None:
    """List the articles of other outlets that share whole passages with an article.

    The first line is the outlet where the text was seen first; a share is how much of the article
    stands there, too.
    """
    with Collection(collection) as archive:
        article = archive.article(url)
        if article is None:
            raise not_found(archive, url)
        copies = archive.copies(article.article_id)
    if as_json:
        print_json(
            {
                "url": url,
                "article_id": article.article_id,
                "first_seen": next((copy.host for copy in copies if copy.first_seen), None),
                "copies": [asdict(copy) for copy in copies],
            }
        )
        return
    if not copies:
        click.echo(f"newswarc: nothing in the collection shares text with {visible(url)}", err=True)
    out = console()
    for copy in copies:
        line = Text(f"{when(copy.first_capture)}  {_share(copy, article.article_id):>4}  ")
        line.append(visible(copy.host), "bold" if copy.first_seen else "")
        line.append(f"  {visible(copy.title)}  ").append(visible(copy.url), "cyan")
        out.print(line)


def _share(copy: Copy, article_id: int) -> str:
    if copy.article_id == article_id:
        return "this"
    return "-" if copy.share is None else f"{copy.share:.0%}"
