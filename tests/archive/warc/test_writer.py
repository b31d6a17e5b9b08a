"""WARC files as they are written: by the standard, whole, and never torn."""

from __future__ import annotations

import errno
import gzip
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive import digest
from archive.errors import StorageError
from archive.model import Exchange, Location
from archive.warc import compress
from archive.warc.writer import WarcWriter

URL = "https://www.themoscowtimes.com/2024/10/23/north-korea-a86785"
REQUEST = b"GET /2024/10/23/north-korea-a86785 HTTP/1.1\r\nHost: www.themoscowtimes.com\r\n\r\n"
HEAD = b"HTTP/1.1 200 \xc4\xf6\r\nX-Odd : \x00\xff\nContent-Type: text/html\r\n\r\n"
BODY = b"<html><body>Some 3,000 soldiers</body></html>"
STARTED = datetime(2024, 10, 23, 8, 15, 0, 123456, tzinfo=UTC)


def exchange(body: bytes = BODY, **changes: Any) -> Exchange:
    made = Exchange(
        url=URL,
        method="GET",
        request=REQUEST,
        head=HEAD,
        body=io.BytesIO(body),
        size=len(body),
        started=STARTED,
        status=200,
        ip="192.0.2.7",
    )
    return replace(made, **changes)


@dataclass(frozen=True)
class Stored:
    """A WARC record, read by the standard alone."""

    headers: dict[str, str]
    block: bytes

    @property
    def type(self) -> str:
        return self.headers["WARC-Type"]

    @property
    def identity(self) -> str:
        return self.headers["WARC-Record-ID"]


def records(path: Path) -> list[Stored]:
    found = []
    data = gzip.decompress(path.read_bytes())
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        version, *lines = head.decode().split("\r\n")
        assert version == "WARC/1.1"
        headers = dict(line.split(": ", 1) for line in lines)
        size = int(headers["Content-Length"])
        assert data[size : size + 4] == b"\r\n\r\n"
        found.append(Stored(headers, data[:size]))
        data = data[size + 4 :]
    return found


def written(directory: Path, *exchanges: Exchange, **options: Any) -> list[Stored]:
    writer = WarcWriter(directory, info={"operator": "A. Newsroom"}, **options)
    for one in exchanges:
        writer.write_exchange(one)
    writer.close()
    return [record for path in sorted(directory.iterdir()) for record in records(path)]


def test_file_opens_with_what_made_it(tmp_path: Path) -> None:
    info, *_ = written(tmp_path, exchange())
    (path,) = tmp_path.iterdir()
    assert info.type == "warcinfo"
    assert info.headers["Content-Type"] == "application/warc-fields"
    assert info.headers["WARC-Filename"] == path.name
    fields = dict(line.split(": ", 1) for line in info.block.decode().splitlines())
    assert fields["software"].startswith("newswarc/")
    assert fields["operator"] == "A. Newsroom"
    assert fields["format"] == "WARC File Format 1.1"
    assert fields["conformsTo"].startswith("https://iipc.github.io/")
    assert fields["hostname"]


def test_name_is_by_the_convention(tmp_path: Path) -> None:
    written(tmp_path, exchange())
    (path,) = tmp_path.iterdir()
    assert re.fullmatch(r"NEWSWARC-\d{17}-00000-[A-Za-z0-9.-]+\.warc\.gz", path.name)


def test_exchange_is_a_response_and_a_request(tmp_path: Path) -> None:
    info, response, request = written(tmp_path, exchange())
    assert response.type == "response"
    assert response.block == HEAD + BODY
    assert request.type == "request"
    assert request.block == REQUEST
    assert request.headers["WARC-Concurrent-To"] == response.identity
    for record in (response, request):
        assert record.headers["WARC-Target-URI"] == URL
        assert record.headers["WARC-Date"] == "2024-10-23T08:15:00.123456Z"
        assert record.headers["WARC-IP-Address"] == "192.0.2.7"
        assert record.headers["WARC-Warcinfo-ID"] == info.identity
        assert record.headers["WARC-Block-Digest"] == digest.sha1(record.block)
        assert re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", record.identity)
    assert response.headers["WARC-Payload-Digest"] == digest.sha1(BODY)
    assert response.headers["Content-Type"] == "application/http; msgtype=response"
    assert request.headers["Content-Type"] == "application/http; msgtype=request"


def test_note_is_a_metadata_record(tmp_path: Path) -> None:
    note = {"via": "https://www.themoscowtimes.com/", "said": "two\r\nlines, Россия"}
    _, response, _, metadata = written(tmp_path, exchange(note=note))
    assert metadata.type == "metadata"
    assert metadata.headers["WARC-Concurrent-To"] == response.identity
    assert metadata.block.decode() == (
        "via: https://www.themoscowtimes.com/\r\nsaid: two lines, Россия\r\n"
    )


def test_certificates_stand_once_in_a_file(tmp_path: Path) -> None:
    chain = (b"leaf", b"root")
    _, *found = written(
        tmp_path,
        exchange(certificates=chain),
        exchange(certificates=chain),
        exchange(certificates=(b"other",)),
        exchange(),
    )
    assert [record.type for record in found] == [
        "response", "request", "metadata", "response", "request", "response", "request",
        "metadata", "response", "request",
    ]  # fmt: skip
    pem = found[2]
    assert pem.headers["Content-Type"] == "application/pem-certificate-chain"
    assert pem.headers["WARC-Concurrent-To"] == found[0].identity
    assert pem.block.count(b"-----BEGIN CERTIFICATE-----\n") == 2


def test_certificates_stand_in_every_file(tmp_path: Path) -> None:
    two = (exchange(certificates=(b"leaf",)) for _ in range(2))
    found = written(tmp_path, *two, max_size=1)
    assert [record.type for record in found].count("metadata") == 2


def test_no_answer_is_a_request_and_a_note(tmp_path: Path) -> None:
    _, request, metadata = written(tmp_path, exchange(b"", head=b"", status=None))
    assert request.type == "request"
    assert metadata.block == b"failure: no answer\r\n"
    assert metadata.headers["WARC-Concurrent-To"] == request.identity


def test_what_is_no_http_is_not_called_so(tmp_path: Path) -> None:
    _, response, _ = written(tmp_path, exchange(b"SSH-2.0\r\n", head=b"", status=None))
    assert response.block == b"SSH-2.0\r\n"
    assert response.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, True),
        ({"truncated": "disconnect"}, True),
        ({"chunked": True}, False),
        ({"head": HEAD[:-2] + b" \r\n\r\n"}, False),
        ({"head": HEAD.replace(b"\r", b"")}, False),
        ({"head": HEAD[:-4]}, False),
        ({"head": b""}, False),
    ],
)
def test_payload_digest_stands_where_all_readers_agree(
    tmp_path: Path, changes: dict[str, Any], stands: bool
) -> None:
    _, response, *_ = written(tmp_path, exchange(**changes))
    assert ("WARC-Payload-Digest" in response.headers) is stands
    assert "WARC-Block-Digest" in response.headers
    assert response.headers.get("WARC-Truncated") == changes.get("truncated")


def test_no_field_breaks_its_line(tmp_path: Path) -> None:
    _, response, *_ = written(tmp_path, exchange(url=URL + "\r\nWARC-Type: warcinfo"))
    assert response.headers["WARC-Target-URI"] == URL + " WARC-Type: warcinfo"


@pytest.mark.parametrize("size", [0, 1, 100_000, 3_000_000])
def test_bodies_of_all_sizes(tmp_path: Path, size: int) -> None:
    body = os.urandom(size)
    _, response, _ = written(tmp_path, exchange(body))
    assert response.block == HEAD + body


def test_location_is_where_the_record_can_be_read(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    bodies = [b"one", os.urandom(2_000_000), b"three"]
    locations = [writer.write_exchange(exchange(body)) for body in bodies]
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".warc.gz.open")
    data = path.read_bytes()
    for body, place in zip(bodies, locations, strict=True):
        record = gzip.decompress(data[place.offset : place.offset + place.length])
        assert record.startswith(b"WARC/1.1\r\nWARC-Type: response\r\n")
        assert record.endswith(HEAD + body + b"\r\n\r\n")
        assert place.file == path.name.removesuffix(".open")
    writer.close()
    assert (tmp_path / locations[0].file).exists()


def test_location_without_an_answer_is_the_request(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    place = writer.write_exchange(exchange(b"", head=b""))
    writer.close()
    data = (tmp_path / place.file).read_bytes()
    record = gzip.decompress(data[place.offset : place.offset + place.length])
    assert record.startswith(b"WARC/1.1\r\nWARC-Type: request\r\n")


def test_nothing_written_is_no_file(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path / "archive", info={})
    writer.sync()
    writer.close()
    assert not (tmp_path / "archive").exists()


def test_acknowledged_is_with_the_system(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    writer.write_exchange(exchange())
    (path,) = tmp_path.iterdir()
    assert len(records(path)) == 3
    writer.sync()
    writer.close()


def test_large_files_are_followed_by_others(tmp_path: Path) -> None:
    found = written(tmp_path, *(exchange(os.urandom(2000)) for _ in range(4)), max_size=4000)
    assert [path.name.split("-")[2] for path in sorted(tmp_path.iterdir())] == ["00000", "00001"]
    assert [record.type for record in found].count("warcinfo") == 2
    assert [record.type for record in found].count("response") == 4
    first, second = (record.identity for record in found if record.type == "warcinfo")
    named = [record.headers.get("WARC-Warcinfo-ID") for record in found]
    assert (named.count(first), named.count(second)) == (4, 4)


def test_old_files_are_followed_by_others(tmp_path: Path) -> None:
    written(tmp_path, exchange(), exchange(), max_age=0.0)
    assert len(list(tmp_path.iterdir())) == 2


def test_names_never_clash(tmp_path: Path) -> None:
    writers = [WarcWriter(tmp_path, info={}) for _ in range(20)]
    places = {writer.write_exchange(exchange()).file for writer in writers}
    for writer in writers:
        writer.close()
    assert len(places) == len(list(tmp_path.iterdir())) == 20


@pytest.mark.parametrize("level", [0, 1, 2, 6, 9])
def test_level_is_a_matter_of_size_alone(tmp_path: Path, level: int) -> None:
    _, response, _ = written(tmp_path, exchange(BODY * 100), level=level)
    assert response.block == HEAD + BODY * 100


def test_zlib_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compress, "LIBRARY", compress.zlib)
    _, response, _ = written(tmp_path, exchange())
    assert response.block == HEAD + BODY


def test_warcio_accepts_it(tmp_path: Path) -> None:
    chunked = exchange(b"3\r\nabc\r\n0\r\n\r\n", chunked=True, note={"a": "b"})
    written(
        tmp_path,
        exchange(),
        chunked,
        exchange(b"", head=b""),
        exchange(b"\x00", head=b""),
        exchange(b"", head=b"HTTP/1.1 20", truncated="disconnect"),
    )
    warcio = Path(sys.executable).with_name("warcio")
    done = subprocess.run(
        [warcio, "check", "-v", *tmp_path.iterdir()], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("digest pass") == 12


# When the disk does not take it


class FailingDisk:
    """`os.write` that runs out of space: after so many bytes, a part of the rest is written."""

    def __init__(self, room: int, number: int = errno.ENOSPC) -> None:
        self.room = room
        self._number = number
        self._write = os.write

    def __call__(self, descriptor: int, data: memoryview) -> int:
        if not self.room:
            raise OSError(self._number, os.strerror(self._number))
        done = self._write(descriptor, data[: self.room])
        self.room -= done
        return done


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FailingDisk]:
    def fail_after(room: int, number: int = errno.ENOSPC) -> FailingDisk:
        failing = FailingDisk(room, number)
        monkeypatch.setattr(os, "write", failing)
        return failing

    return fail_after


def test_full_disk_leaves_whole_records(tmp_path: Path, disk: Callable[..., FailingDisk]) -> None:
    writer = WarcWriter(tmp_path, info={})
    place = writer.write_exchange(exchange())
    (path,) = tmp_path.iterdir()
    before = path.read_bytes()
    failing = disk(room=200)
    with pytest.raises(StorageError, match=r"cannot write .*\.open: No space left on device"):
        writer.write_exchange(exchange(os.urandom(3_000_000)))
    assert path.read_bytes() == before
    failing.room = 10**9  # somebody made room
    again = writer.write_exchange(exchange())
    assert again.file == place.file
    assert again.offset == len(before)
    writer.close()
    assert [record.type for record in records(tmp_path / place.file)] == [
        "warcinfo", "response", "request", "response", "request"
    ]  # fmt: skip


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG])
def test_first_exchange_that_does_not_fit_leaves_no_file(
    tmp_path: Path, disk: Callable[..., FailingDisk], number: int
) -> None:
    writer = WarcWriter(tmp_path, info={})
    disk(100, number)
    with pytest.raises(StorageError):
        writer.write_exchange(exchange())
    writer.close()
    assert list(tmp_path.iterdir()) == []


def test_limit_of_the_system(tmp_path: Path) -> None:
    """A real limit on the size of files, in a process of its own."""
    code = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_writer import WarcWriter, exchange
from archive.errors import StorageError
import os
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
writer = WarcWriter(Path(sys.argv[1]), info={})
try:
    for count in range(1000):
        writer.write_exchange(exchange(os.urandom(3000)))
except StorageError as error:
    writer.close()
    print(count, error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "out", Path(__file__).parent],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert "File too large" in done.stdout, done.stderr
    (path,) = (tmp_path / "out").iterdir()
    stored = int(done.stdout.split()[0])
    assert stored > 5
    assert [record.type for record in records(path)].count("response") == stored


def test_what_cannot_be_cut_is_not_written_to(
    tmp_path: Path, disk: Callable[..., FailingDisk], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_cut(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    writer = WarcWriter(tmp_path, info={})
    writer.write_exchange(exchange())
    failing = disk(room=50)
    monkeypatch.setattr(os, "ftruncate", no_cut)
    with pytest.raises(StorageError):
        writer.write_exchange(exchange())
    failing.room = 10**9
    with pytest.raises(StorageError, match="its end is damaged"):
        writer.write_exchange(exchange())
    writer.close()
    (path,) = tmp_path.iterdir()
    assert path.name.endswith(".open"), "left for recovery"


def test_body_that_was_read_already_is_no_record(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    one = exchange()
    writer.write_exchange(one)
    with pytest.raises(ValueError, match="45 bytes of body, but 0 to read"):
        writer.write_exchange(one)
    writer.close()
    (path,) = tmp_path.iterdir()
    assert len(records(path)) == 3


def test_reserve_is_kept(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={}, min_free=10**18)
    with pytest.raises(StorageError, match="nearly full"):
        writer.write_exchange(exchange())
    writer.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["file", "file/archive"])
def test_directory_that_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError, match="not a directory"):
        WarcWriter(tmp_path / name, info={}).write_exchange(exchange())


def test_location_is_plain(tmp_path: Path) -> None:
    writer = WarcWriter(tmp_path, info={})
    assert isinstance(writer.write_exchange(exchange()), Location)
    writer.close()
