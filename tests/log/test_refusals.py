"""Whatever arrives from outside is read or refused: nothing else ever comes out of a reader."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log import maker
from tracker.log import (
    checkpoints,
    disclosures,
    encoding,
    histories,
    leaf,
    notes,
    policy,
    receipts,
    tiles,
    witness,
)
from tracker.log.keys import SigningKey, VerifierKey
from tracker.log.refusals import Malformed, NotProved
from tracker.log.witness import Request

NOTE = maker.signed(maker.a_log(1, 3).entries, time=1_795_000_000)
RECEIPT = receipts.Receipt(0, (bytes(32),), NOTE, b"extra").encode()
VKEY = maker.KEY.verifier()


def _text(read: Callable[[str], object]) -> Callable[[bytes], object]:
    return lambda data: read(data.decode("utf-8", "replace"))


READERS: dict[str, tuple[Callable[[bytes], object], bytes]] = {
    "note": (notes.parse, NOTE),
    "checkpoint": (lambda data: checkpoints.open_signed(data, [VKEY]), NOTE),
    "receipt": (receipts.parse, RECEIPT),
    "history": (
        histories.parse,
        histories.History([histories.Piece(0, b"{}", ["ab"], [bytes(32)])], NOTE).encode(),
    ),
    "request": (witness.parse_request, Request(1, (bytes(32),), NOTE).encode()),
    "bundle": (lambda data: tiles.unpack_bundle(data, 2), b"\0\1a\0\1b"),
    "leaf": (leaf.parse, maker.a_log(1, 3).entries[2]),
    "lines": (lambda data: disclosures.unpack_lines(data, 2), b"a~b\n\n"),
    "policy": (_text(policy.parse), b"witness a k\ngroup g 1 a\nquorum g\n"),
    "path": (_text(tiles.parse_path), b"tile/0/x001/234.p/5"),
    "verifier key": (_text(VerifierKey.parse), str(VKEY).encode()),
    "private key": (_text(SigningKey.parse), maker.KEY.encode().encode()),
    "disclosure": (_text(disclosures.open_disclosure), maker.a_log(1, 1).shown[1][0].encode()),
    "number": (_text(encoding.number), b"123"),
    "base64": (_text(encoding.unb64), b"YWI="),
    "base64url": (_text(encoding.unb64url), b"YWI"),
}


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_a_reader_reads_or_refuses(name: str, data: st.DataObject):
    """Any bytes, and good ones with a piece cut out and other bytes put in."""
    read, good = READERS[name]
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, len(good)))
    given_bytes = data.draw(
        st.binary() | st.binary(max_size=3).map(lambda new: good[:start] + new + good[end:])
    )
    with suppress(Malformed, NotProved):
        read(given_bytes)
