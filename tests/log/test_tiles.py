"""Tiles and bundles: the paths and widths of the specification, and proofs out of tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log import maker, reference
from tracker.log import proofs, tiles
from tracker.log.refusals import Malformed
from tracker.log.tiles import ENTRIES, Tile
from tracker.log.tree import leaf_hash, root

HASHES = [leaf_hash(str(number).encode()) for number in range(70_000)]
SEVENTY_THOUSAND = maker.hash_tiles(HASHES)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 999), "tile/0/999"),
        (Tile(0, 1000), "tile/0/x001/000"),
        (Tile(4, 1234067), "tile/4/x001/x234/067"),
        (Tile(4, 1234067, 1), "tile/4/x001/x234/067.p/1"),
        (Tile(63, 5, 255), "tile/63/005.p/255"),
        (Tile(ENTRIES, 1234067, 112), "tile/entries/x001/x234/067.p/112"),
    ],
)
def test_the_paths_are_those_of_the_specification(tile: Tile, path: str):
    assert tile.path() == path
    assert tiles.parse_path(path) == tile


@given(st.builds(Tile, st.integers(0, 63) | st.just(ENTRIES), st.integers(0, 2**50), st.integers(1, 256)))
def test_every_path_is_read_back(tile: Tile):
    assert tiles.parse_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/1", "tile/0/0001", "tile/0/x000/001", "tile/0/001/001", "tile/0/x001", "tile/00/001", "tile/64/001",
        "tile/-1/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/data/000",
        "tile/8/0/000", "/tile/0/000", "tile/0/000/", "tile/0/../000", "tile/0/٠٠٠", "", "checkpoint",
    ],
)  # fmt: skip
def test_no_other_path_is_read(path: str):
    with pytest.raises(Malformed):
        tiles.parse_path(path)


def test_a_log_of_70000_has_the_tiles_that_the_specification_counts():
    found = list(tiles.of_size(70_000))
    assert [sum(tile.level == level for tile in found) for level in range(4)] == [274, 2, 1, 0]
    partial = [tile for tile in found if tile.width != 256]
    assert partial == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_log_of_256_has_one_full_tile_and_its_root_above():
    assert list(tiles.of_size(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.of_size(0)) == list(tiles.bundles_of_size(0)) == []
    assert list(tiles.bundles_of_size(257)) == [Tile(ENTRIES, 0), Tile(ENTRIES, 1, 1)]


def test_tiles_hold_what_the_specification_says():
    assert len(SEVENTY_THOUSAND["tile/0/000"]) == 8192
    assert SEVENTY_THOUSAND["tile/0/001"][:32] == HASHES[256]
    assert SEVENTY_THOUSAND["tile/1/000"][32:64] == root(HASHES[256:512])
    assert SEVENTY_THOUSAND["tile/2/000.p/1"] == root(HASHES[:65536])


@given(st.integers(1, 70_000).flatmap(lambda size: st.tuples(st.integers(0, size - 1), st.just(size))))
def test_proofs_come_out_of_the_tiles_of_any_size(place: tuple[int, int]):
    """Also of sizes that are past: a smaller log's partial tiles begin the larger log's tiles."""
    index, size = place

    def read(tile: Tile) -> bytes:
        whole = SEVENTY_THOUSAND.get(tile.full().path()) or SEVENTY_THOUSAND[_last(tile).path()]
        return whole[: tile.width * 32]

    node = tiles.nodes(read, size)
    top = root(HASHES[:size])
    proofs.check_inclusion(HASHES[index], index, size, proofs.inclusion(index, size, node), top)
    if index:
        proofs.check_consistency(
            index, size, proofs.consistency(index, size, node), root(HASHES[:index]), top
        )


def _last(tile: Tile) -> Tile:
    return next(one for one in tiles.of_size(70_000) if one[:2] == tile[:2])


def test_each_tile_is_read_once_for_a_proof():
    asked: list[str] = []

    def read(tile: Tile) -> bytes:
        asked.append(tile.path())
        return SEVENTY_THOUSAND[tile.path()]

    node = tiles.nodes(read, 70_000)
    proofs.inclusion(69_999, 70_000, node)
    proofs.inclusion(69_998, 70_000, node)
    assert sorted(asked) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"]


@given(st.lists(st.binary(max_size=300), max_size=256))
def test_a_bundle_is_read_as_it_was_written(entries: list[bytes]):
    assert tiles.unpack_bundle(tiles.pack_bundle(entries), len(entries)) == entries


def test_a_bundle_is_lengths_and_bytes():
    assert tiles.pack_bundle([b"", b"abc", b"x" * 258]) == b"\0\0" + b"\0\3abc" + b"\1\2" + b"x" * 258


@pytest.mark.parametrize(
    "data", [b"\0", b"\0\1", b"\0\1ab", b"\0\1a\0", b"\0\1a\0\1", b"", b"\0\1a\0\1b\0\1c", b"\0\1a"]
)
def test_a_bundle_that_is_cut_or_has_another_number_is_refused(data: bytes):
    with pytest.raises(Malformed):
        tiles.unpack_bundle(data, 2)


def test_an_entry_has_at_most_four_kibibytes():
    tiles.pack_bundle([bytes(4096)])
    with pytest.raises(Malformed):
        tiles.pack_bundle([bytes(4097)])


@pytest.mark.parametrize("length", [0, 31, 33, 96])
def test_a_tile_of_another_length_is_refused(length: int):
    with pytest.raises(Malformed):
        tiles.split(bytes(length), 2)


def test_the_definition_and_the_tiles_agree():
    made = maker.hash_tiles([leaf_hash(entry) for entry in reference.LEAVES])
    node = tiles.nodes(lambda tile: made[tile.path()], 300)
    for level in range(9):
        for index in range(300 >> level):
            assert node(level, index) == reference.node(level, index)
