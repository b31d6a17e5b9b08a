"""A bundle may come from anybody: whatever its bytes are, it is checked, or refused by name."""

from __future__ import annotations

import random
import re
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from archive import manifest
from archive.cite import check, cite
from archive.errors import DamagedArchive
from archive.manifest.document import Manifest

URL = "https://www.example.com/2024/10/23/ferry"


@pytest.fixture
def bundle(newsroom: Any, tmp_path: Path) -> Path:
    newsroom.page(URL)
    newsroom.close()
    newsroom.index()
    manifest.write(newsroom.collection)
    path = tmp_path / "bundle.wacz"
    cite(newsroom.collection, URL, path)
    return path


def mutants(data: bytes, count: int) -> list[bytes]:
    """Return `data` with bits flipped, bytes replaced, taken out and put in; always the same."""
    chance = random.Random(1)
    made = []
    for _ in range(count):
        mutant = bytearray(data)
        for _ in range(chance.choice([1, 1, 3])):
            at = chance.randrange(len(mutant))
            match chance.randrange(4):
                case 0:
                    mutant[at] ^= 1 << chance.randrange(8)
                case 1:
                    mutant[at] = chance.randrange(256)
                case 2:
                    del mutant[at : at + chance.randrange(1, 50)]
                case 3:
                    mutant[at:at] = chance.randbytes(chance.randrange(1, 9))
        made.append(bytes(mutant))
    return made


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as unpacked:
        return {name: unpacked.read(name) for name in unpacked.namelist()}


def test_no_mutant_passes_for_another_bundle(bundle: Path) -> None:
    whole = content(bundle)
    path = bundle.with_name("mutant.wacz")
    refused = 0
    for number, mutant in enumerate(mutants(bundle.read_bytes(), 200)):
        path.write_bytes(mutant)
        if check(path).problems:
            refused += 1
        else:  # a time or an attribute in the ZIP file's directory
            assert content(path) == whole, f"mutant {number}"
    assert refused > 150


def test_no_mutant_passes_for_another_manifest(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as unpacked:
        names = unpacked.namelist()
        (name,) = (name for name in names if re.fullmatch(r"proof/\d{4}-\d\d-\d\d\.txt", name))
        data = unpacked.read(name)
    for mutant in mutants(data, 500):
        with suppress(DamagedArchive):
            assert bytes(Manifest.parse(mutant)) == mutant
