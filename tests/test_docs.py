"""Documentation that cannot rot: generated parts are current, links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from crawler.cli import group
from docs import api, odd_answers, reference

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = dict(reference.commands(group, "newswarc"))


def test_command_reference_is_current() -> None:
    assert reference.PATH.read_text() == reference.reference(), "run `make docs`"


def test_table_of_odd_answers_is_current() -> None:
    assert odd_answers.PATH.read_text() == odd_answers.document(), "run `make docs`"


def test_reference_of_the_api_is_current() -> None:
    assert api.PATH.read_text() == api.document(), "run `make docs`"


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_has_help_that_works(path: str) -> None:
    result = CliRunner().invoke(group, [*path.split()[1:], "--help"])
    assert result.exit_code == 0
    assert result.output.startswith("Usage: ")


def options(command: click.Command, path: str) -> list[tuple[str, str, str | None]]:
    rows = [
        (path, parameter.opts[0], parameter.help)
        for parameter in command.params
        if isinstance(parameter, click.Option)
    ]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            rows += options(child, f"{path} {name}")
    return rows


def test_every_option_says_what_it_does() -> None:
    assert [row[:2] for row in options(group, "newswarc") if not row[2]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_relative_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)\)", document.read_text()):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_named_in_documents_exist(document: Path) -> None:
    """Every ``newswarc …`` of a code block parses down to an existing command."""
    blocks = re.findall(
        r"^```(?:sh|console)\n(.*?)^```", document.read_text(), re.MULTILINE | re.DOTALL
    )
    for line in "\n".join(blocks).splitlines():
        words = line.removeprefix("$ ").split("#")[0].split()
        if words[:1] != ["newswarc"]:
            continue
        plain = [word for word in words[1:] if not word.startswith("-")]
        if plain and plain[0].startswith("/"):  # the value of --collection
            plain = plain[1:]
        assert plain, line
        assert f"newswarc {plain[0]}" in COMMANDS, line


_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
_PROOFS = sorted(set(_TEST.findall((ROOT / "docs/threat-model.md").read_text("utf-8"))))


def test_the_threat_model_names_its_proofs() -> None:
    assert len(_PROOFS) > 25


@pytest.mark.parametrize(("file", "name"), _PROOFS)
def test_every_proof_of_the_threat_model_exists(file: str, name: str) -> None:
    path = ROOT / file
    assert path.is_file()
    assert re.search(rf"^(?:async )?def {name}\(", path.read_text("utf-8"), re.MULTILINE)
