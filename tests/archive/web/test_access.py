"""A server with a token: who gets in, by which way, and what a memento in its frame may load."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from starlette.routing import Mount, Route

from archive.collection import Collection
from archive.errors import UsageError
from archive.web.access import is_open
from archive.web.app import ROUTES, application
from archive.web.server import ReplayServer
from tests.archive.web.paper import PAPER, STORY, Get, asking
from tests.archive.web.test_server import replay
from tests.browser import Browser

TOKEN = "kept-under-the-doormat"
FIRST = "20241023093000"
MEMENTO = f"/web/{FIRST}mp_/{STORY}"
#: A path of each route; of those with a name in them one that there is.
EXAMPLES = {
    "{id:id}": "1",
    "{address:path}": f"{FIRST}/{STORY}",
    "{name}": "not-found",
    "{host}": "paper.example",
}


def example(route: Route | Mount) -> str:
    """Return a path that a route answers."""
    path = re.sub(r"\{[^}]*\}", lambda part: EXAMPLES[part[0]], route.path)
    return path + "/newswarc.css" if isinstance(route, Mount) else path


PATHS = [example(route) for route in ROUTES if isinstance(route, Route | Mount)]
CLOSED = [path for path in PATHS if not is_open(path)]


@pytest.fixture(scope="module")
def server(collection: Collection) -> Iterator[ReplayServer]:
    with ReplayServer(collection, port=0, token=TOKEN) as running:
        yield running


@pytest.fixture(scope="module")
def get(server: ReplayServer) -> Get:
    return asking(server.url)


@pytest.fixture(scope="module")
def cookie(get: Get) -> str:
    header = get(f"/?token={TOKEN}").headers["Set-Cookie"]
    return header.partition(";")[0]


def test_every_route_is_looked_at() -> None:
    assert len(PATHS) == len(ROUTES)
    assert {path for path in PATHS if path not in CLOSED} == {
        "/favicon.ico",
        "/robots.txt",
        "/static/newswarc.css",
        "/web/~/inside.js",
    }


@pytest.mark.parametrize("path", [*CLOSED, MEMENTO, f"/web/{FIRST}id_/{STORY}", "/nothing"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer wrong-wrong-wrong-wrong"},
        {"Authorization": f"Basic {TOKEN}"},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": "Bearer \xff\xfe"},
        {"Cookie": f"newswarc-1={TOKEN}"},
        {"Cookie": "newswarc-{port}="},
        {"Cookie": "newswarc-{port}=" + TOKEN},
    ],
    ids=str,
)
def test_nothing_opens_without_the_token(
    get: Get, server: ReplayServer, path: str, headers: dict[str, str]
) -> None:
    port = str(urlsplit(server.url).port)
    answer = get(path, **{name: text.replace("{port}", port) for name, text in headers.items()})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="newswarc"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Set-Cookie"] is None
    assert answer.headers["Content-Security-Policy"]
    assert b"Bridge" not in answer.body


@pytest.mark.parametrize("path", PATHS)
def test_the_token_opens_everything(get: Get, path: str, cookie: str) -> None:
    for headers in ({"Authorization": f"Bearer {TOKEN}"}, {"Cookie": cookie}):
        answer = get(path, **headers)
        assert answer.status != 401
        assert answer.headers["Set-Cookie"] is None


def test_what_is_open_is_nobodys(get: Get) -> None:
    for path, status in [
        ("/robots.txt", 200),
        ("/static/newswarc.css", 200),
        ("/favicon.ico", 301),
    ]:
        assert get(path).status == status


@pytest.mark.parametrize(
    "path",
    [
        f"/web/~%2Finside.js@{STORY.removeprefix('https://')}",
        "/web/~%2Finside.js@www.paper.example/nothing",
        f"/web/~/inside.js/{STORY}",
        f"/favicon.ico{MEMENTO}",
        f"/robots.txt/..{MEMENTO}",
    ],
)
def test_what_only_begins_like_an_open_path_is_closed(get: Get, path: str) -> None:
    answer = get(path)
    assert answer.status == 401
    assert answer.headers["Link"] is None


def test_a_program_is_told_in_json(get: Get) -> None:
    answer = get("/api/search?q=bridge")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert json.loads(answer.body)["type"] == "/api/problems/no-token"
    found = get("/api/search?q=bridge", Authorization=f"bearer  {TOKEN}")
    assert json.loads(found.body)["total"] == 2


def test_a_browser_gets_a_cookie_for_the_token(get: Get, server: ReplayServer) -> None:
    asked = get("/", Accept="text/html")
    assert asked.status == 401
    assert '<input type="password" name="token"' in asked.text
    answer = get(f"/?token={TOKEN}")
    assert answer.status == 200
    assert '<meta http-equiv="refresh" content="0;url=/">' in answer.text
    header = answer.headers["Set-Cookie"]
    assert TOKEN not in header + answer.text
    name, *attributes = header.split("; ")
    assert name.startswith(f"newswarc-{urlsplit(server.url).port}=")
    assert sorted(attributes) == ["HttpOnly", "Path=/", "SameSite=strict"]
    assert "Secure" in get(f"/?token={TOKEN}", X_Forwarded_Proto="https").headers["Set-Cookie"]
    assert get("/?token=wrong-wrong-wrong-wrong").headers["Set-Cookie"] is None
    assert get(f"/api/search?token={TOKEN}").status == 401


def test_the_cookie_of_one_start_is_not_that_of_the_next(
    collection: Collection, cookie: str
) -> None:
    with ReplayServer(collection, port=0, token=TOKEN) as other:
        name = f"newswarc-{urlsplit(other.url).port}"
        value = cookie.partition("=")[2]
        assert asking(other.url)("/", Cookie=f"{name}={value}").status == 401


def test_a_memento_in_its_frame_loads_what_belongs_to_it_by_a_key(get: Get, cookie: str) -> None:
    """No request of a page without an origin carries the cookie."""
    frame = get(f"/web/{FIRST}/{STORY}", Cookie=cookie)
    inside = re.search(r'<iframe src="(/web/-[\w-]{20,}/)([^"]*)"', frame.text)
    assert inside
    keyed, rest = inside.groups()
    assert rest == f"{FIRST}mp_/{STORY}"
    memento = get(keyed + rest)
    assert memento.status == 200
    assert memento.headers["Set-Cookie"] is None
    assert memento.headers["Content-Security-Policy"].startswith("sandbox")
    paths = re.findall(r'(?:href|src)="(/[^"]*)"', memento.text)
    assert len(paths) > 4
    assert all(path.startswith(keyed) for path in paths)
    for path in (f"{keyed}{FIRST}mp_/{PAPER}/style.css?v=7", f"{keyed}{FIRST}mp_/{PAPER}/lead.svg"):
        assert get(path, Sec_Fetch_Dest="image").status == 200
    assert keyed in get(f"{keyed}{FIRST}mp_/{PAPER}/style.css?v=7", Sec_Fetch_Dest="style").text
    nearest = get(f"{keyed}2024mp_/{STORY}").headers["Location"]
    assert nearest == keyed + rest
    moved = get(f"{keyed}20241023093004mp_/{PAPER}/old-story").headers["Location"]
    assert moved.startswith(keyed)
    missing = get(f"{keyed}2024mp_/{STORY}-again", Accept="text/html")
    assert missing.status == 404
    assert f'href="{keyed}' in missing.text


@pytest.mark.parametrize(
    "rest",
    [
        f"{FIRST}/{STORY}",
        f"{FIRST}id_/{STORY}",
        STORY,
        f"timemap/link/{STORY}",
        f"*/{STORY}",
        "../api/status",
        "../../",
        "",
    ],
)
def test_the_key_opens_mementos_and_nothing_else(get: Get, cookie: str, rest: str) -> None:
    frame = get(f"/web/{FIRST}/{STORY}", Cookie=cookie)
    keyed = frame.text.partition('<iframe src="')[2][:30]
    keyed = keyed[: keyed.rindex("/") + 1]
    assert get(keyed + rest).status == 401
    assert get(f"{keyed}{MEMENTO.removeprefix('/web/')}").status == 200
    assert get(f"/web/-/{MEMENTO.removeprefix('/web/')}").status == 401
    assert get(f"/web/-{'x' * 22}/{MEMENTO.removeprefix('/web/')}").status == 401


def test_without_a_token_there_is_no_key(collection: Collection) -> None:
    with ReplayServer(collection, port=0) as open_server:
        get = asking(open_server.url)
        assert f'<iframe src="{MEMENTO}"' in get(f"/web/{FIRST}/{STORY}").text
        assert get(f"/web/-key/{FIRST}mp_/{STORY}").status == 400


@pytest.mark.parametrize(
    "token", ["", "short", "x" * 201, "with blanks in it all over", "ключ" * 5]
)
def test_a_token_that_is_none(collection: Collection, token: str) -> None:
    with pytest.raises(UsageError, match="a token has 16 to 200"):
        application(collection, token=token)


@pytest.mark.parametrize("origin", ["*", "null", "desk.example", "https://desk.example/", ""])
def test_an_origin_that_is_none(collection: Collection, origin: str) -> None:
    with pytest.raises(UsageError, match="not an origin"):
        application(collection, cors=origin)


def test_pages_of_one_other_origin_may_read_the_api(collection: Collection) -> None:
    desk = "https://desk.example"
    with ReplayServer(collection, port=0, token=TOKEN, cors=desk) as shared:
        get = asking(shared.url)
        preflight = get(
            "/api/search",
            "OPTIONS",
            Origin=desk,
            Access_Control_Request_Method="GET",
            Access_Control_Request_Headers="authorization",
        )
        assert preflight.status == 200
        assert preflight.headers["Access-Control-Allow-Origin"] == desk
        assert preflight.headers["Access-Control-Allow-Credentials"] is None
        answer = get("/api/search?q=bridge", Origin=desk, Authorization=f"Bearer {TOKEN}")
        assert answer.headers["Access-Control-Allow-Origin"] == desk
        assert answer.headers["Access-Control-Expose-Headers"] == "ETag, Link"
        for path, origin in [("/api/search?q=x", "https://evil.example"), ("/", desk)]:
            answer = get(path, Origin=origin, Authorization=f"Bearer {TOKEN}")
            assert answer.headers["Access-Control-Allow-Origin"] is None


def test_nobody_else_may_without_being_told(get: Get) -> None:
    answer = get("/api/status", Origin="https://desk.example", Authorization=f"Bearer {TOKEN}")
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, None)


def test_a_proxy_has_a_name(collection: Collection) -> None:
    with ReplayServer(collection, port=0, names=["archive.example"]) as named:
        get = asking(named.url)
        assert get("/robots.txt", host="archive.example").status == 200
        assert get("/robots.txt", host="other.example").status == 421
        policy = get("/", host="archive.example", X_Forwarded_Proto="https")
        assert "https://archive.example/static/" in policy.headers["Content-Security-Policy"]
    with pytest.raises(UsageError, match="not the name of a host: 'a b'"):
        ReplayServer(collection, port=0, names=["a b"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "others can reach 0.0.0.0: give a token (--token-file)"),
        (["--token", "x"], "a token has 16 to 200"),
        (["--token-file", "none.txt"], "none.txt: No such file"),
        (["--token-file", "README.md"], "README.md: "),
        (["--token-file", "x", "--token", TOKEN], "not both"),
        (["--cors", "*"], "not an origin: '*'"),
        (["--name", "a/b"], "not the name of a host: 'a/b'"),
    ],
)
def test_a_wrong_call_is_one_line(collection: Collection, options: list[str], said: str) -> None:
    with replay(collection.path, "--port", "0", *options) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.count("\n")) == (2, "", 1)
    assert said in err


@pytest.mark.parametrize(
    ("options", "said", "status"),
    [
        (["--token-file", "{file}"], "newswarc: open /?token=TOKEN in a browser, once\n", 401),
        (
            ["--host", "0.0.0.0", "--token-file", "{file}"],
            "newswarc: open /?token=TOKEN in a browser, once\n",
            401,
        ),
        (
            ["--host", "0.0.0.0", "--open-to-everybody"],
            "newswarc: WARNING: everybody who can reach 0.0.0.0 can read the collection\n",
            200,
        ),
    ],
)
def test_the_command_opens_as_it_is_told(
    collection: Collection, tmp_path: Path, options: list[str], said: str, status: int
) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    given = [option.replace("{file}", str(file)) for option in options]
    with replay(collection.path, "--port", "0", *given) as process:
        assert process.stdout
        get = asking(process.stdout.readline().strip())
        assert get("/").status == status
        assert get("/", Authorization=f"Bearer {TOKEN}").status == 200
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, said)


def test_a_browser_with_a_token_sees_the_whole_page(server: ReplayServer) -> None:
    with Browser() as browser:
        page = browser.open(f"{server.url}?token={TOKEN}")
        page.wait()  # until it has gone on by itself
        assert page.evaluate("location.href") == server.url
        assert "Bridge Over the Lipka" in page.text()
        page.go(f"{server.url}web/{FIRST}/{STORY}")
        inside = f"mp_/{STORY}"
        assert page.style("h1", "color", frame=inside) == "rgb(4, 5, 6)"
        assert list(page.images(frame=inside).values()) == [64]
        assert page.evaluate("document.cookie") == ""
