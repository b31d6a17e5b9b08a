"""Names that newspapers spell in several ways: how many are found, and what else is."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from archive.index.query import parse
from archive.index.query.spellings import MOST, spelled, spellings
from archive.index.query.tree import Or, Word
from archive.index.stems import fold, root

#: In Russian, and as English papers and passports have it.
NAMES = [
    line.split()
    for line in """
    Зеленский Zelensky Zelenskyy Zelenskiy Zelenskyi Zelenski
    Путин Putin
    Лавров Lavrov
    Шойгу Shoigu Shoygu
    Пригожин Prigozhin Prigozjin
    Навальный Navalny Navalnyy Navalnyi
    Медведев Medvedev
    Лукашенко Lukashenko Lukashenka
    Хрущёв Khrushchev Khrushchyov Kruschev
    Горбачёв Gorbachev Gorbachov Gorbatchev
    Ельцин Yeltsin Eltsin
    Чайковский Tchaikovsky Chaikovsky Chaykovskiy
    Достоевский Dostoevsky Dostoyevsky Dostoevskii
    Кадыров Kadyrov
    Герасимов Gerasimov
    Залужный Zaluzhny Zaluzhnyi Zaluzhnyy
    Сырский Syrsky Syrskyi Syrskiy
    Ермак Yermak Ermak
    Кулеба Kuleba
    Буданов Budanov
    Порошенко Poroshenko
    Кличко Klitschko Klychko Klichko
    Тимошенко Tymoshenko Timoshenko
    Янукович Yanukovych Yanukovich
    Жириновский Zhirinovsky Zhirinovskiy
    Набиуллина Nabiullina
    Мишустин Mishustin
    Песков Peskov
    Захарова Zakharova
    Ходорковский Khodorkovsky Khodorkovskii
    Немцов Nemtsov
    Собчак Sobchak
    Яшин Yashin Iashin
    Дугин Dugin
    Суровикин Surovikin
    Харьков Kharkov Kharkiv
    Херсон Kherson
    Днепр Dnepr Dnipro
    Запорожье Zaporozhye Zaporizhzhia
    Юлия Yulia Iuliia Julia
    Ксения Ksenia Xenia Kseniya
    Алексей Alexei Aleksei Alexey Aleksey
    Сергей Sergei Sergey
    Владимир Vladimir Wladimir
    Волков Volkov Wolkow
    Ким Kim
    Байден Biden
    Трамп Trump
    Макрон Macron
    Шольц Scholz
    """.strip().splitlines()
]


def found_by(typed: str) -> set[str]:
    """The stems that a search for a name asks for."""
    return {root(fold(each)) for each in (typed, *spellings(typed))}


@pytest.mark.parametrize(
    ("pairs", "least"),
    [
        ([(latin, name[0]) for name in NAMES for latin in name[1:]], 0.90),
        ([(name[0], latin) for name in NAMES for latin in name[1:]], 0.76),
        ([pair for name in NAMES for pair in permutations(name[1:], 2)], 0.72),
    ],
    ids=["typed in Latin letters", "typed in Cyrillic letters", "both in Latin letters"],
)
def test_most_spellings_are_found(pairs: list[tuple[str, str]], least: float) -> None:
    found = [root(fold(written)) in found_by(typed) for typed, written in pairs]
    assert sum(found) / len(found) >= least


def test_no_name_is_taken_for_another() -> None:
    wrong = [
        (typed, written)
        for one, other in permutations(NAMES, 2)
        for typed in one
        for written in other
        if root(fold(written)) in found_by(typed)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    "name", ["", "x" * 5000, "Ёy'", "Shchshchshchsh", "Kim-Chen", "金", "e" * 30]
)
def test_whatever_is_typed_has_few_spellings(name: str) -> None:
    assert len(spellings(name)) <= MOST
    assert name not in spellings(name)


def test_only_words_with_a_capital_letter_are_names() -> None:
    assert spelled(parse("more =Kim Kim* title:Kim").tree) == parse("more =Kim Kim* title:Kim").tree
    assert spelled(parse("Kim").tree) == Or((Word("Kim"), Word("ким"), Word("kym")))
    assert spelled(None) is None
    many = spelled(parse(" ".join(f"Kim{'abcdefghijkl'[number]}" for number in range(12))).tree)
    assert str(many).count("Or(") == 8


def test_a_name_is_found_in_the_other_alphabet(shelf: Any) -> None:
    shelf.put("https://www.example.com/1", "In Kyiv", "Volodymyr Zelenskyy spoke.")
    shelf.put("https://www.example.com/2", "В Киеве", "Речь Зеленского длилась час.")
    shelf.put("https://www.example.com/3", "At sea", "Some more ferries.")
    for typed in ("Zelensky", "Зеленским", "Zelenskiy"):
        assert sorted(shelf.titles(typed, spellings=True)) == ["In Kyiv", "В Киеве"], typed
    assert shelf.titles("Zelensky") == []
    (_, hit) = shelf.search("Zelensky", spellings=True, sort="date")
    assert "\x02Zelenskyy\x03" in hit.snippet
