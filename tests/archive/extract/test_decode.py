"""Charsets declared, undeclared, and declared wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.decode import decode

RUSSIAN = "Северная Корея отправила в Россию ещё полторы тысячи солдат, сообщила разведка."
GERMAN = "Die Bürgermeister müssen größere Straßen für Füße öffnen."
CHINESE = "朝鲜向俄罗斯增派了一千五百名士兵，这是韩国情报机构在周三的会上说的。"
TAIWANESE = "國家情報院在週三的會議上說，這個國家的軍隊已經到了，他們是不會回來的。"
JAPANESE = "北朝鮮はロシアにさらに千五百人の兵士を送ったと、韓国の情報機関が述べた。"
KOREAN = "북한이 러시아에 병력 천오백 명을 추가로 파견했다고 국가정보원이 밝혔다."


def page(text: str, meta: str = "") -> str:
    charset = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{charset}<title>{text}</title></head><body><p>{text}</p></body></html>"


@pytest.mark.parametrize(
    ("text", "encoding", "http", "meta"),
    [
        # declared rightly
        (RUSSIAN, "utf-8", "utf-8", "utf-8"),
        (RUSSIAN, "windows-1251", "windows-1251", ""),
        (RUSSIAN, "windows-1251", None, "windows-1251"),
        (RUSSIAN, "koi8-r", "KOI8-R", ""),
        (GERMAN, "iso-8859-15", None, "iso-8859-15"),
        (CHINESE, "gb18030", None, "gb2312"),
        (TAIWANESE, "big5", None, "big5"),
        (JAPANESE, "shift_jis", None, "Shift_JIS"),
        (JAPANESE, "iso-2022-jp", "iso-2022-jp", ""),
        (KOREAN, "cp949", None, "euc-kr"),
        # not declared
        (RUSSIAN, "utf-8", None, ""),
        (RUSSIAN, "windows-1251", None, ""),
        (RUSSIAN, "koi8-r", None, ""),
        (RUSSIAN, "iso-8859-5", None, ""),
        (GERMAN, "windows-1252", None, ""),
        (CHINESE, "gb18030", None, ""),
        (TAIWANESE, "big5", None, ""),
        (JAPANESE, "shift_jis", None, ""),
        (JAPANESE, "euc-jp", None, ""),
        (KOREAN, "cp949", None, ""),
        (RUSSIAN, "utf-8-sig", None, ""),
        (RUSSIAN, "utf-16", None, ""),
        # declared wrongly
        (RUSSIAN, "utf-8", "windows-1251", "windows-1251"),
        (RUSSIAN, "windows-1251", "utf-8", "windows-1251"),
        (RUSSIAN, "windows-1251", "utf-8", "utf-8"),
        (RUSSIAN, "koi8-r", None, "windows-1251"),
        (RUSSIAN, "windows-1251", "koi8-r", ""),
        (RUSSIAN, "windows-1251", "iso-8859-1", "windows-1251"),
        (CHINESE, "gb18030", "utf-8", ""),
        (GERMAN, "windows-1252", "utf-8", "no-such-charset"),
        (GERMAN, "windows-1252", "base64", "rot13"),
    ],
)
def test_charsets(text: str, encoding: str, http: str | None, meta: str) -> None:
    assert text in decode(page(text, meta).encode(encoding), http)


def test_typographic_quotes_of_windows_in_latin_1() -> None:
    assert decode(b"<p>\x93quoted\x94 \x96 it\x92s</p>", "iso-8859-1") == "<p>“quoted” – it’s</p>"


def test_one_bad_byte_does_not_change_the_charset() -> None:
    data = page(RUSSIAN * 20, "utf-8").encode().replace(b"<p>", b"<p>\xff", 1)
    assert RUSSIAN in decode(data, "utf-8")


def test_a_page_cut_within_a_character() -> None:
    assert decode(RUSSIAN.encode()[:-2], "windows-1251") == RUSSIAN[:-2]


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "windows-1251", "utf-16", "x", ""]))
def test_any_bytes(data: bytes, declared: str | None) -> None:
    assert isinstance(decode(data, declared), str)
