"""Disclosures and leaves: the examples of RFC 9901, another implementation, and the one spelling of a leaf."""

import json
import secrets
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier

from tracker.log import disclosures, leaf
from tracker.log.disclosures import DIGESTS, RANDOMNESS
from tracker.log.encoding import b64url, unb64url
from tracker.log.leaf import CaseLeaf, Kind, Notice
from tracker.log.refusals import Malformed, NotProved
from tracker.log.tree import leaf_hash

# RFC 9901 section 4.2.1: the same claim, written in several ways, all of them right.
MOEBIUS = [
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNXHUwMGY2Yml1cyJd",
    "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsImZhbWlseV9uYW1lIiwiTcO2Yml1cyJd",
]
# RFC 9901 section 5.1: disclosures and their digests.
RFC_9901 = {
    "WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd": (
        "jsu9yVulwQQlhFlM_3JlzMaSFzglhQG0DpfayQwLUK4",
        ("given_name", "John"),
    ),
    "WyJlbHVWNU9nM2dTTklJOEVZbnN4QV9BIiwgImZhbWlseV9uYW1lIiwgIkRvZSJd": (
        "TGf4oLbgwd5JQaHyKVQZU9UdGE0w5rtDsrZzfUaomLo",
        ("family_name", "Doe"),
    ),
    "WyI2SWo3dE0tYTVpVlBHYm9TNXRtdlZBIiwgImVtYWlsIiwgImpvaG5kb2VAZXhhbXBsZS5jb20iXQ": (
        "JzYjH4svliH0R3PyEMfeZu6Jt69u5qehZo7F7EPYlSE",
        ("email", "johndoe@example.com"),
    ),
    "WyJQYzMzSk0yTGNoY1VfbEhnZ3ZfdWZRIiwgImJpcnRoZGF0ZSIsICIxOTQwLTAxLTAxIl0": (
        "gbOsI4Edq2x2Kw-w5wPEzakob9hV1cRD0ATN3oQL9JM",
        ("birthdate", "1940-01-01"),
    ),
    "WyJHMDJOU3JRZmpGWFE3SW8wOXN5YWpBIiwgInVwZGF0ZWRfYXQiLCAxNTcwMDAwMDAwXQ": (
        "CrQe7S5kqBAHt-nMYXgc6bdt2SH5aTY1sU_M-PgkjPI",
        ("updated_at", 1570000000),
    ),
}
VALUES: dict[str, Any] = {
    "step": {"after": "accepted", "before": "waiting", "institution": "PS-0012", "stage": "police"},
    "week": "2026-W48",
    "day": {"happened": "2026-11-20", "recorded": "2026-11-23"},
    "personal": {"actor": "Möbius", "note": None},
}
RANDOM = bytes(range(RANDOMNESS))


@pytest.mark.parametrize("disclosure", MOEBIUS)
def test_every_spelling_of_the_rfcs_example_says_the_same(disclosure: str):
    shown = disclosures.open_disclosure(disclosure)
    assert (shown.salt, shown.name, shown.value) == ("_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius")


def test_our_spelling_of_the_rfcs_example_is_its_one_without_spaces():
    assert disclosures.disclose(unb64url("_26bc4LT-ac6q2KI6cBW5es"), "family_name", "Möbius") == MOEBIUS[2]


def test_the_digest_is_over_the_characters_and_not_over_what_they_say():
    assert disclosures.digest(MOEBIUS[0]) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    assert len({disclosures.digest(one) for one in MOEBIUS}) == 3


@pytest.mark.parametrize(("disclosure", "expected"), RFC_9901.items())
def test_the_rfcs_disclosures_have_the_rfcs_digests(disclosure: str, expected: tuple[str, tuple[str, Any]]):
    digest, (name, value) = expected
    assert disclosures.digest(disclosure) == digest
    assert disclosures.opened([digest], [disclosure]) == {name: value}


def test_a_leaf_has_always_as_many_digests_sorted_and_of_new_salts():
    for values in ({}, {"week": "2026-W48"}, VALUES):
        sealed = disclosures.seal(values, RANDOM)
        assert len(sealed.digests) == DIGESTS
        assert list(sealed.digests) == sorted(set(sealed.digests))
        assert disclosures.opened(sealed.digests, sealed.disclosures.values()) == values
    again = disclosures.seal(VALUES, secrets.token_bytes(RANDOMNESS))
    assert not set(again.digests) & set(disclosures.seal(VALUES, RANDOM).digests)


def test_a_salt_has_128_bits_and_none_is_used_twice():
    sealed = disclosures.seal(VALUES, RANDOM)
    salts = {disclosures.open_disclosure(one).salt for one in sealed.disclosures.values()}
    assert len(salts) == len(VALUES)
    assert {len(unb64url(salt)) for salt in salts} == {16}
    with pytest.raises(Malformed):
        disclosures.seal(VALUES, RANDOM[1:])
    with pytest.raises(Malformed):
        disclosures.seal({str(number): number for number in range(DIGESTS + 1)}, RANDOM)


def test_a_disclosure_that_was_not_recorded_is_refused():
    sealed = disclosures.seal(VALUES, RANDOM)
    week = sealed.disclosures["week"]
    for wrong in (
        disclosures.disclose(RANDOM[16:32], "week", "2026-W47"),
        disclosures.disclose(bytes(16), "week", "2026-W48"),
        b64url(json.dumps(json.loads(unb64url(week))).encode()),
    ):
        with pytest.raises(NotProved, match="not the one"):
            disclosures.opened(sealed.digests, [wrong])
    with pytest.raises(NotProved, match="twice"):
        disclosures.opened(sealed.digests, [week, week])


@pytest.mark.parametrize(
    "disclosure",
    [
        "", "!", MOEBIUS[0] + "=", b64url(b"[]"), b64url(b'["salt","value"]'), b64url(b'["s","n",1,2]'),
        b64url(b'{"a":1}'), b64url(b'[1,"n","v"]'), b64url(b'["s",1,"v"]'), b64url(b'["s","_sd",[]]'),
        b64url(b'["s","...","v"]'), b64url(b'["s","n",\xff]'), b64url(b"[" * 100_000),
    ],
)  # fmt: skip
def test_what_is_no_disclosure_is_refused(disclosure: str):
    with pytest.raises(Malformed):
        disclosures.open_disclosure(disclosure)


def test_an_sd_jwt_library_opens_our_disclosures():
    """The reference implementation, over a token whose payload is the leaf itself."""
    sealed = disclosures.seal(VALUES, RANDOM)
    entry = CaseLeaf(Kind.OPEN, "0" * 32, 0, leaf.FIRST, sealed.digests).encode()
    key = JWK.generate(kty="OKP", crv="Ed25519")
    token = JWS(entry)
    token.add_signature(key, alg="EdDSA", protected='{"alg":"EdDSA"}')
    shown = [sealed.disclosures[name] for name in ("step", "week")]
    presentation = "~".join([token.serialize(compact=True), *shown, ""])
    payload = SDJWTVerifier(presentation, lambda _issuer, _header: key).get_verified_payload()
    assert payload == {
        "v": 1, "kind": "open", "case": "0" * 32, "n": 0, "prev": "", "step": VALUES["step"], "week": VALUES["week"],
    }  # fmt: skip


def test_lines_of_disclosures_are_read_as_they_were_written():
    entries = [["a", "b"], [], ["c"]]
    data = disclosures.pack_lines(entries)
    assert data == b"a~b\n\nc\n"
    assert disclosures.unpack_lines(data, 3) == ["a~b", "", "c"]
    for wrong, width in ((data, 2), (data, 4), (data[:-1], 3), (b"\xff\n", 1)):
        with pytest.raises(Malformed):
            disclosures.unpack_lines(wrong, width)


# --- leaves -----------------------------------------------------------------------------------------------------

DIGEST = b64url(bytes(32))
HASHES = st.binary(min_size=32, max_size=32).map(b64url)
CASE_LEAVES = st.builds(
    lambda kind, case, n, prev, digests: CaseLeaf(kind, case.hex(), n, prev if n else leaf.FIRST, digests),
    st.sampled_from(sorted(set(Kind) - leaf.NOTICES)),
    st.binary(min_size=16, max_size=16),
    st.integers(0, 10**9),
    HASHES,
    st.lists(HASHES, min_size=DIGESTS, max_size=DIGESTS, unique=True).map(sorted).map(tuple),
)
NOTICES = st.builds(
    Notice,
    st.sampled_from(sorted(leaf.NOTICES)),
    st.text(
        st.sampled_from("".join(map(chr, range(32, 126))).replace('"', "").replace("\\", "")),
        min_size=1,
        max_size=200,
    ),
    HASHES,
)


@given(CASE_LEAVES | NOTICES)
def test_a_leaf_is_canonical_and_read_as_it_was_written(made: CaseLeaf | Notice):
    entry = made.encode()
    assert leaf.parse(entry) == made
    assert rfc8785.dumps(json.loads(entry)) == entry


def test_a_leaf_says_nothing_of_the_step():
    sealed = disclosures.seal(VALUES, RANDOM)
    entry = CaseLeaf(Kind.STATUS, "a" * 32, 7, leaf.link(leaf_hash(b"")), sealed.digests).encode()
    assert set(json.loads(entry)) == {"v", "kind", "case", "n", "prev", "_sd"}
    for word in ("accepted", "waiting", "PS-0012", "police", "2026", "W48"):
        assert word.encode() not in entry


SEALED = disclosures.seal(VALUES, RANDOM).digests
GOOD = CaseLeaf(Kind.STATUS, "a" * 32, 7, DIGEST, SEALED)


@pytest.mark.parametrize(
    "wrong",
    [
        GOOD._replace(case="A" * 32),
        GOOD._replace(case="a" * 31),
        GOOD._replace(n=-1),
        GOOD._replace(n=0),
        GOOD._replace(n=10**15),
        GOOD._replace(prev=leaf.FIRST),
        GOOD._replace(prev="x"),
        GOOD._replace(kind=Kind.REPORT),
        GOOD._replace(digests=SEALED[1:]),
        GOOD._replace(digests=(*SEALED, DIGEST)),
        GOOD._replace(digests=SEALED[::-1]),
        GOOD._replace(digests=('","'.join(SEALED[:2]), *SEALED[2:])),
        GOOD._replace(digests=(SEALED[0],) * DIGESTS),
        Notice(Kind.STATUS, "of", DIGEST),
        Notice(Kind.KEY, "", DIGEST),
        Notice(Kind.KEY, 'a"b', DIGEST),
        Notice(Kind.KEY, "a~b", DIGEST),
        Notice(Kind.KEY, "é", DIGEST),
        Notice(Kind.KEY, "of", DIGEST[1:]),
    ],
)
def test_what_is_no_leaf_is_not_written(wrong: CaseLeaf | Notice):
    with pytest.raises(Malformed):
        wrong.encode()


ENTRY = GOOD.encode()


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        ENTRY + b"\n",
        ENTRY.replace(b":", b": ", 1),
        ENTRY.replace(b'"n":7', b'"n":07'),
        ENTRY.replace(b'"n":7', b'"n":7.0'),
        ENTRY.replace(b'"n":7', b'"n":7,"n":8'),
        ENTRY.replace(b'"v":1', b'"v":2'),
        ENTRY.replace(b"status", b"stat\\u0075s"),
        ENTRY.replace(b"status", b"unknown"),
        ENTRY.replace(b'"v":1', b'"v":1,"w":1'),
        ENTRY.replace(b"aaaa", "ａａａａ".encode(), 1),
        json.dumps(json.loads(ENTRY)).encode(),
    ],
)
def test_no_other_spelling_of_a_leaf_is_read(entry: bytes):
    with pytest.raises(Malformed):
        leaf.parse(entry)
