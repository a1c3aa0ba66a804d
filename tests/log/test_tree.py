"""Hashes and proofs: RFC 6962 at every size to 300, and what is refused."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log import reference
from tracker.log import proofs
from tracker.log.refusals import Malformed, NotProved
from tracker.log.tree import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root

SIZES = range(1, 301)
HASHES = [leaf_hash(entry) for entry in reference.LEAVES]
OTHER = leaf_hash(b"something else")

# The inputs, roots and proofs that Certificate Transparency's implementations are tested with
# (certificate-transparency's merkle_tree_test, now transparency-dev/merkle).
CT_LEAVES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
CT_ROOTS = [
    bytes.fromhex(one)
    for one in (
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
CT_INCLUSION = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    ),
    (2, 3): "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    (1, 5): (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    ),
}
CT_CONSISTENCY = {
    (1, 1): "",
    (1, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
    ),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    ),
    (6, 7): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
    ),
}


def _hashes(joined: str) -> list[bytes]:
    return [bytes.fromhex(joined[at : at + 64]) for at in range(0, len(joined), 64)]


def _ct_node(level: int, index: int) -> bytes:
    return root([leaf_hash(one) for one in CT_LEAVES[index << level : (index + 1) << level]])


def test_the_published_roots_are_ours():
    leaves = [leaf_hash(one) for one in CT_LEAVES]
    assert [root(leaves[:size]) for size in range(9)] == CT_ROOTS


@pytest.mark.parametrize(("place", "joined"), CT_INCLUSION.items())
def test_the_published_inclusion_proofs_are_ours(place: tuple[int, int], joined: str):
    index, size = place
    assert proofs.inclusion(index, size, _ct_node) == _hashes(joined)
    proofs.check_inclusion(leaf_hash(CT_LEAVES[index]), index, size, _hashes(joined), CT_ROOTS[size])


@pytest.mark.parametrize(("sizes", "joined"), CT_CONSISTENCY.items())
def test_the_published_consistency_proofs_are_ours(sizes: tuple[int, int], joined: str):
    old, new = sizes
    assert proofs.consistency(old, new, _ct_node) == _hashes(joined)
    proofs.check_consistency(old, new, _hashes(joined), CT_ROOTS[old], CT_ROOTS[new])


def test_every_root_to_300_is_the_one_that_the_definition_gives():
    grown = Frontier()
    assert grown.root() == root([]) == EMPTY_ROOT == reference.mth(0, 0)
    for size in SIZES:
        grown = grown.append(HASHES[size - 1])
        assert grown.root() == root(HASHES[:size]) == reference.mth(0, size)
        assert len(grown.hashes) == size.bit_count()


def test_every_inclusion_proof_to_300_is_the_one_that_the_definition_gives():
    for size in SIZES:
        for index in range(size):
            proof = proofs.inclusion(index, size, reference.node)
            assert proof == reference.path(index, 0, size)
            proofs.check_inclusion(HASHES[index], index, size, proof, reference.mth(0, size))


def test_every_consistency_proof_to_300_is_the_one_that_the_definition_gives():
    for new in SIZES:
        for old in range(1, new + 1):
            proof = proofs.consistency(old, new, reference.node)
            assert proof == reference.proof(old, new)
            proofs.check_consistency(old, new, proof, reference.mth(0, old), reference.mth(0, new))


@given(st.integers(1, 300).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_a_spoiled_inclusion_proof_is_refused(place: tuple[int, int]):
    size, index = place
    right, top = reference.path(index, 0, size), reference.mth(0, size)
    for name, wrong in reference.wrong_proofs(right, OTHER).items():
        assert _refuses_inclusion(HASHES[index], index, size, wrong, top), name
    assert _refuses_inclusion(OTHER, index, size, right, top)
    assert _refuses_inclusion(HASHES[index], index, size, right, OTHER)
    assert _refuses_inclusion(HASHES[index], size, size, right, top)
    assert _refuses_inclusion(HASHES[index], -1, size, right, top)
    assert _refuses_inclusion(HASHES[index], index, size * 2, right, top)
    assert _refuses_inclusion(HASHES[index], index, size // 2, right, top)
    for elsewhere in {index ^ 1, index ^ 2, index + 1, index - 1} - {index}:
        assert _refuses_inclusion(HASHES[index], elsewhere, size, right, top)


def _refuses_inclusion(leaf: bytes, index: int, size: int, proof: list[bytes], top: bytes) -> bool:
    with pytest.raises(NotProved):
        proofs.check_inclusion(leaf, index, size, proof, top)
    return True


@given(st.integers(2, 300).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))))
def test_a_spoiled_consistency_proof_is_refused(sizes: tuple[int, int]):
    old, new = sizes
    right, before, after = reference.proof(old, new), reference.mth(0, old), reference.mth(0, new)
    for name, wrong in reference.wrong_proofs(right, OTHER).items():
        assert _refuses_consistency(old, new, wrong, before, after), name
    assert _refuses_consistency(old, new, right, after, before)
    assert _refuses_consistency(old, new, right, OTHER, after)
    assert _refuses_consistency(old, new, right, before, OTHER)
    assert _refuses_consistency(old, new, [], before, after)
    assert _refuses_consistency(new, old, right, before, after)
    for other in {old - 1, old + 1} - {new}:
        assert _refuses_consistency(other, new, right, before, after)


def _refuses_consistency(old: int, new: int, proof: list[bytes], before: bytes, after: bytes) -> bool:
    with pytest.raises(NotProved):
        proofs.check_consistency(old, new, proof, before, after)
    return True


def test_a_proof_that_is_longer_than_its_tree_is_refused_even_where_it_leads_to_the_root():
    """A log might sign a size that its root does not have."""
    above = node_hash(OTHER, HASHES[0])
    assert _refuses_inclusion(HASHES[0], 0, 1, [OTHER], above)
    assert _refuses_inclusion(HASHES[0], 1, 2, [OTHER, OTHER], node_hash(OTHER, above))


def test_from_nothing_no_consistency_can_be_shown():
    with pytest.raises(NotProved):
        proofs.consistency(0, 5, reference.node)
    assert _refuses_consistency(0, 5, [], EMPTY_ROOT, reference.mth(0, 5))
    assert _refuses_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)


def test_two_trees_of_one_size_are_consistent_only_when_they_are_one():
    proofs.check_consistency(7, 7, [], HASHES[0], HASHES[0])
    assert _refuses_consistency(7, 7, [], HASHES[0], HASHES[1])
    assert _refuses_consistency(7, 7, [OTHER], HASHES[0], HASHES[0])


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_only_hashes_of_32_bytes_are_taken(size: int):
    wrong = bytes(size)
    with pytest.raises(Malformed):
        proofs.check_inclusion(HASHES[0], 0, 2, [wrong], HASHES[1])
    with pytest.raises(Malformed):
        proofs.check_inclusion(wrong, 0, 1, [], wrong)
    with pytest.raises(Malformed):
        proofs.check_consistency(1, 2, [wrong], HASHES[0], HASHES[1])
    with pytest.raises(Malformed):
        Frontier().append(wrong)


def test_there_is_no_proof_of_an_entry_that_is_not_there():
    for index in (-1, 5, 6):
        with pytest.raises(NotProved):
            proofs.inclusion(index, 5, reference.node)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=8).map(sorted))
def test_batches_grow_the_same_tree_as_single_entries(cuts: list[int]):
    grown = Frontier()
    for start, end in pairwise([0, *cuts]):
        grown = grown.extend(HASHES[start:end])
    assert grown.root() == reference.mth(0, cuts[-1])
    assert Frontier.unpack(grown.size, grown.pack()) == grown


@given(st.integers(0, 280), st.integers(1, 20))
def test_every_completed_node_is_kept_once(size: int, more: int):
    kept: dict[tuple[int, int], bytes] = {}

    def keep(level: int, index: int, hashes: Sequence[bytes]) -> None:
        kept.update({(level, index + at): one for at, one in enumerate(hashes)})

    Frontier().extend(HASHES[:size]).extend(HASHES[size : size + more], keep)
    full = {
        (level, index): reference.node(level, index)
        for level in range(1, 9)
        for index in range(size >> level, (size + more) >> level)
    }
    assert kept == full


def test_a_frontier_that_no_tree_has_is_refused():
    with pytest.raises(Malformed):
        Frontier.unpack(5, bytes(32))
