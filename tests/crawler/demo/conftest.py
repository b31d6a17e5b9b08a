from collections.abc import Callable

import pytest

from crawler.demo.answer import Answer
from crawler.demo.site import Site, moscow_times


@pytest.fixture(scope="session")
def site() -> Site:
    return moscow_times()


@pytest.fixture(scope="session")
def get(site: Site) -> Callable[..., Answer]:
    def get(target: str, host: str = "www.themoscowtimes.com") -> Answer:
        return site.respond(host, target, {})

    return get
