from __future__ import annotations

import pytest

from archive.extract.language import language_of

TEXTS = {
    "en": "The mayor said on Monday that the bridge was closed and that it will be open by May.",
    "de": "Der Bürgermeister sagte, dass die Brücke für den Verkehr nicht offen ist.",
    "fr": "Le maire a dit lundi que le pont est fermé et que les travaux ne sont pas finis.",
    "es": "El alcalde dijo el lunes que el puente no se abre y que las obras son para los vecinos.",
    "pt": "O prefeito disse que a ponte não abre mais e que as obras são para os moradores.",
    "ru": "Мэр сказал, что мост закрыт и что это не из-за реки, а по плану, как и в прошлом году.",
    "uk": "Мер сказав, що міст закрито і що це не через річку, а за планом, як і в минулому році.",
    "ar": "قال رئيس البلدية في بيان إن الجسر مغلق منذ يوم الاثنين على أن يفتح بعد هذا الشهر من",
    "fa": "شهردار گفت که این پل از روز دوشنبه بسته است و برای آن برنامه را به شورا داده است",
    "he": "ראש העיר אמר ביום שני כי הגשר סגור",
    "zh": "市长星期一说这座桥已经关闭",
    "ja": "市長は月曜日に橋が閉鎖されたと述べた",
    "ko": "시장은 월요일에 다리가 폐쇄되었다고 말했다",
    "pl": "Burmistrz powiedział, że most jest zamknięty i że to nie z powodu rzeki, a do maja.",
    "tr": "Belediye başkanı bir açıklama ile köprünün kapalı olduğunu ve bu yolun da daha sonra",
}


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_the_text_tells(language: str) -> None:
    assert language_of(None, TEXTS[language] * 3) == language


def test_a_declaration_holds_where_the_text_is_like_it() -> None:
    text = (
        "Ordføreren sa at broen er stengt og at det ikke er på grunn av elven som har steget. " * 3
    )
    assert language_of("nb", text) == "nb"
    assert language_of("sr", TEXTS["pl"] * 3) == "pl"


def test_a_template_of_another_language_does_not_count() -> None:
    assert language_of("en", TEXTS["de"] * 3) == "de"
    assert language_of("en", TEXTS["he"]) == "he"


def test_a_few_words_change_nothing() -> None:
    assert language_of("en", "Der Bürgermeister sagt nichts.") == "en"
    assert language_of(None, "Hm.") is None
    assert language_of("de", "") == "de"


def test_a_language_that_is_not_known_is_believed() -> None:
    assert language_of("mi", TEXTS["en"] * 3) == "mi"
