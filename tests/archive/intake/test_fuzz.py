"""Whatever bytes are taken in: something is said, nothing breaks, and what came in can be read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from archive.collection import Collection
from archive.intake import take_in
from archive.intake.sources import find
from archive.warc.reader import read_records
from archive.warc.stream import RecordStream
from tests.archive.intake.foreign import FORMS, arc, plain

SEEDS = [(name, make()) for name, make, *_ in FORMS if "warcio" not in name]
EDITS = st.lists(
    st.tuples(
        st.integers(0, 4000),
        st.integers(0, 12),
        st.one_of(
            st.binary(max_size=12),
            st.sampled_from([b"\r\n\r\n", b"WARC/1.0\r\n", b"Content-Length: 9", b"\0" * 9, b"\n"]),
        ),
    ),
    max_size=4,
)


def edited(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, length, new in edits:
        at = place % (len(data) + 1)
        data = data[:at] + new + data[at + length :]
    return data


@settings(deadline=None)
@given(st.sampled_from(SEEDS), EDITS)
def test_files_that_went_wrong(
    seed: tuple[str, bytes], edits: list[tuple[int, int, bytes]]
) -> None:
    name, data = seed
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        (place / name).write_bytes(edited(data, edits))
        collection = Collection.create(place / "news")
        (taken,) = take_in(collection, find([place / name]))
        assert taken.how != "refused" or taken.problems
        files = collection.warc_files()
        assert len(files) == (taken.how != "refused")
        for path in files:
            own = taken.how == "remade"
            assert sum(1 for _ in read_records(path)) == taken.records + own
        collection.close()


@settings(deadline=None)
@given(st.sampled_from([plain(), arc(), arc(2)]), EDITS, st.integers(1, 300))
def test_a_stream_is_the_same_however_it_comes(
    data: bytes, edits: list[tuple[int, int, bytes]], size: int
) -> None:
    data = edited(data, edits)
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    found = []
    for stream in (RecordStream([data], "x"), RecordStream(pieces, "x")):
        records = []
        for raw in stream:
            with raw.block:
                records.append((raw.head, raw.block.read(), raw.at, raw.oddities))
        found.append((records, stream.problems))
    assert found[0] == found[1]
