from __future__ import annotations

from crawler.recent import Recent


def test_it_remembers_as_many_as_it_should_and_no_more_than_twice_as_many() -> None:
    recent = Recent(10)
    for number in range(1000):
        recent.add(str(number))
        assert all(str(earlier) in recent for earlier in range(max(0, number - 9), number + 1))
    assert sum(str(number) in recent for number in range(1000)) <= 20
    assert "never seen" not in recent
