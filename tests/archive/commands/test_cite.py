"""``newswarc cite``, as a person types it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from archive.manifest import key

URL = "https://www.example.com/2024/10/23/ferry"


def test_an_article_is_cited_and_checked(newsroom: Any, newswarc: Any, tmp_path: Path) -> None:
    newsroom.page(URL)
    newsroom.close()
    assert newswarc("index").code == 0
    path, public = tmp_path / "ferry.wacz", tmp_path / "example.pub"
    done = newswarc("cite", URL, "-o", str(path))
    assert (done.code, done.out) == (0, f"{path}\n")
    assert f"{URL}, captured 2024-10-23 08:15:01: 1 capture," in done.err
    done = newswarc("cite", "--check", str(path))
    assert done.code == 0
    assert done.out.startswith(f"{URL}, captured 2024-10-23 08:15:01, cited ")
    assert "3 records, proved by the manifest of" in done.out
    assert "the key is the bundle's own" in done.err
    public.write_text(newswarc("manifest", "--public-key").out)
    done = newswarc("cite", "--check", str(path), "--key", str(public))
    assert (done.code, done.err) == (0, "")
    path.write_bytes(path.read_bytes()[:-1])
    assert newswarc("cite", "--check", str(path)).code == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["cite"], "give a URL"),
        (["cite", URL], "give a URL"),
        (["cite", URL, "-o", "x.wacz", "--check", __file__], "not both"),
        (["cite", "no url", "-o", "x.wacz"], "no url"),
        (["cite", URL, "-o", "x.wacz"], "is not in the collection"),
        (["cite", "--check", "nowhere.wacz"], "does not exist"),
        (["cite", "--check", __file__, "--key", __file__], "no public key of minisign"),
    ],
)
def test_wrong_use(
    newswarc: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = newswarc(*arguments)
    assert (done.code, done.out, done.err.count("\n")) in {(2, "", 1), (4, "", 1)}
    assert said in done.err
    assert not (tmp_path / "x.wacz").exists()


def test_a_missing_key_is_one_line(newsroom: Any, newswarc: Any, tmp_path: Path) -> None:
    newsroom.page(URL)
    newsroom.close()
    newswarc("index")
    key.secret_path(newsroom.collection).unlink()
    done = newswarc("cite", URL, "-o", str(tmp_path / "x.wacz"))
    assert (done.code, done.err.count("\n")) == (4, 1)
    assert "put it back" in done.err
