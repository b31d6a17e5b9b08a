"""The import rules of docs/architecture.md, read from the source by AST, not by convention."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

#: Every module of ``archive`` has a layer; it may import its own and lower ones.
LAYERS = {
    "archive": 2,  # the face: it names what is public of the layers below
    "archive.atom": 0,
    "archive.chart": 0,
    "archive.complete": 0,
    "archive.commonmark": 0,
    "archive.desk": 0,
    "archive.digest": 0,
    "archive.entities": 0,
    "archive.errors": 0,
    "archive.glance": 0,
    "archive.hook": 0,
    "archive.links": 0,
    "archive.lock": 0,
    "archive.model": 0,
    "archive.snapshot": 0,
    "archive.terminal": 0,
    "archive.timestamp": 0,
    "archive.urlkey": 0,
    "archive.version": 0,
    "archive.wording": 0,
    "archive.zipped": 0,
    "archive.extract": 1,
    "archive.index": 1,
    "archive.warc": 1,
    "archive.collection": 2,
    "archive.datasette": 2,
    "archive.ingest": 2,
    "archive.layout": 2,
    "archive.manifest": 2,
    "archive.originals": 2,
    "archive.reextract": 3,
    "archive.repair": 3,
    "archive.space": 2,
    "archive.verify": 2,
    "archive.merging": 2,
    "archive.redaction": 2,
    "archive.rewriting": 2,
    "archive.versions": 2,
    "archive.wacz": 2,
    "archive.watch": 2,
    "archive.cdx": 3,
    "archive.cite": 3,
    "archive.export": 3,
    "archive.intake": 3,
    "archive.render": 3,
    "archive.replay": 3,
    "archive.cli": 4,
    "archive.commands": 4,
    "archive.web": 4,
}
ADAPTERS = {"archive.extract", "archive.index", "archive.warc"}

#: Third-party packages and the only places that may import them.
THIRD_PARTY = {
    "PIL": {"archive.chart.png"},
    "brotli": {"archive.warc", "crawler.demo"},
    "click": {
        "archive.cli",
        "archive.commands",
        "crawler.cli",
        "crawler.commands",
        "crawler.demo",
        "crawler.progress",
    },
    "cryptography": {"archive.manifest.minisign", "crawler.certificate", "crawler.wire"},
    "isal": {"archive.warc"},
    "jinja2": {"archive.web", "crawler.demo"},
    "lxml": {
        "archive.export.epub",
        "archive.extract",
        "archive.replay",
        "crawler.discovery",
        "crawler.opml",
    },
    "markdown_it": {"archive.render", "crawler.demo"},
    "markupsafe": {"archive.web", "crawler.demo"},
    "protego": {"crawler.robots"},
    "rich": {"archive.cli", "archive.commands", "crawler.cli", "crawler.progress"},
    "Stemmer": {"archive.index"},
    "scrapy": {"crawler"},
    "sqlite_utils": {"archive.index", "crawler.ledger"},
    "starlette": {"archive.web"},
    "tomlkit": {"crawler.sources"},
    "trafilatura": {"archive.extract"},
    "twisted": {"crawler"},
    "uvicorn": {"archive.web"},
    "warcio": {"archive.warc"},
    "zstandard": {"archive.warc"},
}


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("archive", "crawler"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


MODULES = dict(modules())


def imported(name: str, path: Path) -> Iterator[tuple[str, ast.AST]]:
    """Yield each imported module's full name, with the node that imports it."""
    package = name if path.stem == "__init__" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                full = f"{base}.{alias.name}"
                yield (full if full in MODULES else base), node


def within(name: str, places: set[str]) -> bool:
    return any(name == place or name.startswith(place + ".") for place in places)


def area(name: str) -> str:
    """The first two parts of a module's name: what the layer table speaks of."""
    return ".".join(name.split(".")[:2])


def test_there_are_modules_to_check() -> None:
    assert len(MODULES) > 30


@pytest.mark.parametrize("name", MODULES)
def test_module_keeps_to_its_layer(name: str) -> None:
    for target, node in imported(name, MODULES[name]):
        top = target.partition(".")[0]
        place = f"{MODULES[name].relative_to(ROOT)}:{getattr(node, 'lineno', 0)} imports {target}"
        if top == "crawler":
            assert name.startswith("crawler"), f"{place}: archive must not need the crawler"
        if top == "archive" and name.startswith("archive"):
            own, other = area(name), area(target)
            if other == "archive":
                continue  # `from archive import __version__`
            assert LAYERS[other] <= LAYERS[own], f"{place}: from layer {LAYERS[own]} up"
            if own in ADAPTERS and other in ADAPTERS:
                assert own == other, f"{place}: adapters never import each other"
        if (
            top == "archive"
            and name.startswith("crawler")
            and not within(name, {"crawler.cli", "crawler.commands", "crawler.demo"})
        ):
            assert LAYERS[area(target)] <= 2, f"{place}: the crawler uses layers 0 to 2"


@pytest.mark.parametrize("name", MODULES)
def test_third_parties_stay_where_they_belong(name: str) -> None:
    for target, node in imported(name, MODULES[name]):
        top = target.partition(".")[0]
        if top in {"archive", "crawler"} or top in sys.stdlib_module_names:
            continue
        assert top in THIRD_PARTY, f"{name}: {top} is not in the table of third parties"
        assert within(name, THIRD_PARTY[top]), f"{name}:{getattr(node, 'lineno', 0)} imports {top}"


@pytest.mark.parametrize("name", MODULES)
def test_imports_stand_at_the_top(name: str) -> None:
    tree = ast.parse(MODULES[name].read_text())
    inner = [
        node.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not inner, f"{name}: imports inside functions at lines {inner}"


def test_no_import_cycles() -> None:
    graph = {
        name: {target for target, _ in imported(name, path) if target in MODULES} - {name}
        for name, path in MODULES.items()
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join([*trail[trail.index(name) :], name])
        if name not in done:
            for target in sorted(graph[name]):
                visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


def test_no_junk_drawers() -> None:
    junk = {"utils", "util", "misc", "common", "helpers", "helper"}
    assert not [name for name in MODULES if name.rpartition(".")[2] in junk]
