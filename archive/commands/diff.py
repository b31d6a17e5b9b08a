"""``newswarc diff``: two versions of an article, word by word."""

from __future__ import annotations

from pathlib import Path

import click

from archive.collection import Collection
from archive.commands import compared, moment
from archive.commands.lookup import not_found
from archive.commands.output import console, counted, print_json, when
from archive.errors import UsageError
from archive.model import Version
from archive.terminal import visible
from archive.timestamp import from_datetime
from archive.versions import compare

#: A longer number is a year, or a timestamp.
_MAX_NUMBER = 3


@click.command("diff")
@click.argument("url")
@click.option(
    "--from",
    "first",
    metavar="N|TIME",
    help="The older version, by its number or by a time. Default: the one before.",
)
@click.option("--to", "last", metavar="N|TIME", help="The newer version. Default: the current one.")
@click.option("--html", "as_html", is_flag=True, help="A page of HTML on stdout.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.option("--unified", is_flag=True, help="Line by line, as `diff -u` prints it.")
@click.pass_obj
def command(
    collection: Path,
    url: str,
    first: str | None,
    last: str | None,
    as_html: bool,
    as_json: bool,
    unified: bool,
) -> None:
    """Show what was changed in an article: words removed and words added."""
    if as_html + as_json + unified > 1:
        raise UsageError("take one of --html, --json and --unified")
    with Collection(collection) as archive:
        article = archive.article(url)
        if article is None:
            raise not_found(archive, url)
        versions = archive.versions(article.article_id)
    after = _chosen(versions, last) if last else versions[-1]
    before = _chosen(versions, first) if first else _previous(versions, after)
    if before is None:
        if len(versions) > 1:
            raise UsageError(f"version {after.number} is the first; name another with --from")
        click.echo(f"newswarc: {visible(url)} has one version, nothing to compare", err=True)
        return
    found = compare(url, before, after)
    if as_json:
        print_json(found.as_json())
    elif as_html:
        click.echo(found.as_html(), nl=False)
    elif unified:
        for line in found.as_unified():
            click.echo(visible(line))
    else:
        out = console()
        for version in (before, after):
            out.print(
                f"version {version.number}  {when(version.first_capture)} to"
                f" {when(version.last_capture)}  {counted(version.captures, 'capture')}",
                style="dim",
            )
        out.print()
        compared.show(found, out)


def _chosen(versions: list[Version], wanted: str) -> Version:
    """Return the version of a number, or the one in force at a time.

    Raises:
        UsageError: there is none, or it is neither.
    """
    if wanted.isascii() and wanted.isdecimal() and len(wanted) <= _MAX_NUMBER:
        for version in versions:
            if version.number == int(wanted):
                return version
        raise UsageError(
            f"there is no version {wanted}; the article has {counted(len(versions), 'version')}"
        )
    stamp = from_datetime(moment.until(wanted))
    seen = [version for version in versions if version.first_capture <= stamp]
    return seen[-1] if seen else versions[0]


def _previous(versions: list[Version], after: Version) -> Version | None:
    place = versions.index(after)
    return versions[place - 1] if place else None
