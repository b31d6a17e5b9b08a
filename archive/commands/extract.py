"""``newswarc extract``: what a page says, and where on it every field stands."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import click

from archive import timestamp
from archive.collection import Collection
from archive.commands import moment
from archive.commands.lookup import not_found
from archive.commands.output import print_json
from archive.errors import NewswarcError, UsageError
from archive.extract import MAX_SIZE, RuleBook, extract
from archive.extract.rulebook import of_directory, shipped
from archive.ingest.examine import HTML
from archive.model import Article, Refusal
from archive.render import as_dict, markdown
from archive.terminal import visible
from archive.urlkey import is_url
from archive.warc.reader import Record

_CANONICAL = re.compile(
    rb"<link[^>]{0,200}rel=[\"']?canonical[\"']?[^>]{0,200}href=[\"']?(https?://[^\"'\s>]{1,2000})",
    re.IGNORECASE,
)
#: The address of a page that names none.
_NOWHERE = "http://localhost/"
#: Of a field no more is shown than this, in characters.
_MAX_VALUE = 200


@click.command("extract")
@click.argument("page", metavar="FILE|URL")
@click.option("--url", metavar="URL", help="Where FILE was captured.  [default: its canonical URL]")
@click.option("--at", type=moment.until, metavar="TIME", help="As it was captured at that time.")
@click.option("--explain", is_flag=True, help="Show where on the page every field stands.")
@click.option("--json", "as_json", is_flag=True, help="Show every field as JSON.")
@click.pass_obj
def command(
    collection: Path, page: str, url: str | None, at: datetime | None, explain: bool, as_json: bool
) -> None:
    """Extract the article of a page: a file of HTML, or a URL of the collection.

    Site rules of the collection go before those that come with newswarc; to try a rule out, put it
    into the collection's rules/ directory.
    """
    if is_url(page):
        found = _of_collection(collection, page, at)
    else:
        found = _of_file(Path(page), url, at.astimezone(UTC).date() if at else None, collection)
    if isinstance(found, Refusal):
        raise NewswarcError(f"{page}: no article: {found.reason}: {found.detail}".rstrip(": "))
    if as_json:
        print_json(as_dict(found))
    elif explain:
        _explain(found)
    else:
        click.echo(markdown(found), nl=False)


def _rules(collection: Path) -> RuleBook:
    rules = collection / "rules"
    return of_directory(rules) if rules.is_dir() else shipped()


def _of_file(path: Path, url: str | None, day: date | None, collection: Path) -> Article | Refusal:
    try:
        with path.open("rb") as file:
            html = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}") from error
    if url is None:
        named = _CANONICAL.search(html[:200_000])
        url = named[1].decode("utf-8", "replace") if named else _NOWHERE
    elif not is_url(url):
        raise UsageError(f"not a URL: {url}")
    return extract(html, url, captured=day, rules=_rules(collection))


def _of_collection(collection: Path, url: str, at: datetime | None) -> Article | Refusal:
    with Collection(collection) as archive:
        until = timestamp.from_datetime(at) if at else "9"
        pages = [
            capture
            for capture in archive.captures(url, until=until)
            if capture.status in (200, 304, None) and capture.mime in ("", *HTML)
        ]
        if not pages:
            raise not_found(archive, url)
        return _of_record(archive.record(pages[-1]), _rules(collection))


def _of_record(record: Record, rules: RuleBook) -> Article | Refusal:
    day = record.date.astimezone(UTC).date()
    return extract(record.body(), record.url, charset=record.charset, captured=day, rules=rules)


def _explain(article: Article) -> None:
    fields = as_dict(article)
    sources = fields.pop("sources")
    fields["body"] = fields.pop("text")
    for name in ("markdown", "extractor", "rules"):
        fields.pop(name)
    width = max(map(len, fields))
    for name, value in fields.items():
        if value in (None, [], ""):
            continue
        click.echo(f"{name:{width}}  {_shown(value)}")
        if name in sources:
            click.echo(f"{'':{width}}    from {visible(sources[name])}")
    rule = f", rule {article.rules}" if article.rules else ""
    click.echo(f"{'extractor':{width}}  {article.extractor}{rule}")


def _shown(value: object) -> str:
    """Return a value as one line for the terminal."""
    if isinstance(value, dict):
        text = ", ".join(str(part) for part in value.values() if part)
    elif isinstance(value, list):
        text = "; ".join(_shown(part) for part in value)
    else:
        text = str(value)
    line = visible(" ".join(text.split()))
    return line if len(line) <= _MAX_VALUE else f"{line[:_MAX_VALUE]} …"
