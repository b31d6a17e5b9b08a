"""Keys and signatures, judged by the real minisign."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest

from archive.errors import ConfigError
from archive.manifest.minisign import BadSignature, PublicKey, SecretKey, key_name

KEY = SecretKey.new()


def minisign(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run minisign; without it, this fails."""
    return subprocess.run(
        ["minisign", *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_minisign_takes_what_we_signed(tmp_path: Path) -> None:
    (tmp_path / "key.pub").write_text(str(KEY.public))
    (tmp_path / "a.txt").write_bytes(b"the ferry\n")
    (tmp_path / "a.txt.minisig").write_text(KEY.sign(b"the ferry\n", "file:a.txt\ttime"))
    done = minisign("-Vm", tmp_path / "a.txt", "-p", tmp_path / "key.pub")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Trusted comment: file:a.txt\ttime" in done.stdout
    (tmp_path / "a.txt").write_bytes(b"the fairy\n")
    assert minisign("-Vm", tmp_path / "a.txt", "-p", tmp_path / "key.pub").returncode != 0


def test_we_take_what_minisign_signed(tmp_path: Path) -> None:
    files = ("-p", tmp_path / "key.pub", "-s", tmp_path / "key")
    assert minisign("-GW", *files).returncode == 0
    (tmp_path / "a.txt").write_bytes(b"the ferry\n")
    done = minisign("-Sm", tmp_path / "a.txt", "-t", "noon", "-s", tmp_path / "key")
    assert done.returncode == 0, done.stderr
    public = PublicKey.parse((tmp_path / "key.pub").read_text())
    assert SecretKey.parse((tmp_path / "key").read_text()).public == public
    assert public.check(b"the ferry\n", (tmp_path / "a.txt.minisig").read_text()) == "noon"


def test_minisign_signs_with_our_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY.text())
    (tmp_path / "a.txt").write_bytes(b"the ferry\n")
    done = minisign("-Sm", tmp_path / "a.txt", "-t", "noon", "-s", tmp_path / "key")
    assert done.returncode == 0, done.stderr
    signature = (tmp_path / "a.txt.minisig").read_text()
    assert KEY.public.check(b"the ferry\n", signature) == "noon"


def test_keys_survive_being_written() -> None:
    assert SecretKey.parse(KEY.text()) == KEY
    assert PublicKey.parse(str(KEY.public)) == KEY.public


def test_a_secret_key_is_not_printed() -> None:
    secret = base64.b64decode(KEY.text().splitlines()[1])[-96:-64]
    assert SecretKey.parse(KEY.text())._seed == secret
    assert repr(secret)[2:-1] not in repr(KEY)


def test_every_changed_byte_of_a_signature_is_noticed() -> None:
    signature = KEY.sign(b"ferry", "noon")
    untrusted = signature.index("\n")
    for place in range(untrusted, len(signature) - 1):
        other = "A" if signature[place] != "A" else "B"
        forged = signature[:place] + other + signature[place + 1 :]
        with pytest.raises(BadSignature):
            KEY.public.check(b"ferry", forged)


@pytest.mark.parametrize(
    "signature", ["", "\n\n\n\n", "untrusted comment: x\nRUQ=\ntrusted comment: y\nAA==\n", "é\0"]
)
def test_what_is_no_signature(signature: str) -> None:
    assert key_name(signature) == ""
    with pytest.raises(BadSignature):
        KEY.public.check(b"", signature)


def test_a_signature_of_another_key() -> None:
    with pytest.raises(BadSignature, match="another key"):
        KEY.public.check(b"ferry", SecretKey.new().sign(b"ferry", ""))


def flipped(text: str, place: int) -> str:
    head, line, _ = text.split("\n")
    data = bytearray(base64.b64decode(line))
    data[place] ^= 1
    return f"{head}\n{base64.b64encode(data).decode()}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no secret key"),
        (str(KEY.public), "no secret key"),
        (flipped(KEY.text(), 0), "no secret key"),
        (flipped(KEY.text(), 2), "has a password"),
        (flipped(KEY.text(), 60), "damaged"),
        (flipped(KEY.text(), 157), "damaged"),
    ],
)
def test_what_is_no_secret_key(text: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        SecretKey.parse(text)


def test_a_comment_is_one_line() -> None:
    with pytest.raises(ValueError, match="one line"):
        KEY.sign(b"", "two\nlines")
