"""The witness: every status of the protocol, and never two checkpoints of which one does not begin with the other."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.log import maker, reference
from tracker.log import checkpoints, proofs, witness
from tracker.log.checkpoints import Checkpoint
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.refusals import Malformed
from tracker.log.tree import EMPTY_ROOT
from tracker.log.witness import Answer, Request

LOGS = {maker.ORIGIN: [maker.KEY.verifier()]}
WITNESS = maker.WITNESS.verifier(COSIGNATURE)
NOW = 1_795_000_000


def _at(size: int, root: bytes | None = None, origin: str = maker.ORIGIN) -> Checkpoint:
    return Checkpoint(origin, size, reference.mth(0, size) if root is None else root)


def _ask(
    old: int,
    new: Checkpoint,
    last: Checkpoint | None,
    proof: Sequence[bytes] | None = None,
    key: SigningKey = maker.KEY,
) -> Answer:
    if proof is None:
        proof = proofs.consistency(old, new.size, reference.node) if 0 < old <= new.size else []
    note = checkpoints.sign(new, SigningKey(new.origin, key.seed))
    return _answer(Request(old, tuple(proof), note).encode(), last)


def _answer(body: bytes, last: Checkpoint | None) -> Answer:
    return witness.decide(body, logs=LOGS, latest=lambda _origin: last, key=maker.WITNESS, time=NOW)


def test_the_first_checkpoint_is_cosigned_and_stored():
    answer = _ask(0, _at(20), None)
    assert answer.status == 200
    assert answer.store == _at(20)
    note = checkpoints.add_cosignatures(checkpoints.sign(_at(20), maker.KEY), answer.body, [WITNESS])
    assert checkpoints.open_signed(note, LOGS[maker.ORIGIN], [WITNESS]).seen == {WITNESS: NOW}


@given(st.integers(1, 300).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_every_growth_is_cosigned(sizes: tuple[int, int]):
    old, new = sizes
    answer = _ask(old, _at(new), _at(old))
    assert (answer.status, answer.store) == (200, _at(new))


def test_the_same_checkpoint_again_gets_a_fresh_cosignature():
    assert _ask(20, _at(20), _at(20)).status == 200


def test_an_unknown_log_is_404():
    answer = _ask(0, _at(20, origin="stranger.example/log"), None)
    assert (answer.status, answer.store) == (404, None)


def test_another_key_and_a_false_signature_are_403():
    assert _ask(0, _at(20), None, key=SigningKey.generate(maker.ORIGIN)).status == 403
    note = checkpoints.sign(_at(20), maker.KEY).replace(b"\n20\n", b"\n21\n")
    assert _answer(Request(0, (), note).encode(), None).status == 403


def test_an_old_size_above_the_new_one_is_400_whatever_was_seen():
    assert _ask(30, _at(20), _at(30)).status == 400
    assert _ask(21, _at(20), None).status == 400


@pytest.mark.parametrize("old", [0, 9, 11])
def test_an_old_size_that_is_not_the_last_one_is_409_with_that_size(old: int):
    answer = _ask(old, _at(20), _at(10))
    assert (answer.status, answer.body, answer.content_type) == (409, "10\n", "text/x.tlog.size")
    assert answer.store is None
    first = _ask(5, _at(20), None)
    assert (first.status, first.body) == (409, "0\n")


def test_a_rollback_is_never_cosigned():
    """Back to 10 after 20: with old = 20 it is 400, with old = 10 it is 409."""
    assert _ask(20, _at(10), _at(20), []).status == 400
    assert _ask(10, _at(10), _at(20)).status == 409


def test_a_rewritten_log_is_422():
    forged = reference.mth(1, 21)
    for proof in ([], reference.proof(10, 20), [forged]):
        answer = _ask(10, _at(20, forged), _at(10), proof)
        assert (answer.status, answer.store) == (422, None)
    assert _ask(10, _at(10, forged), _at(10), []).status == 422


@given(st.integers(2, 300).flatmap(lambda new: st.tuples(st.integers(1, new - 1), st.just(new))))
def test_every_spoiled_proof_is_422(sizes: tuple[int, int]):
    old, new = sizes
    for wrong in reference.wrong_proofs(reference.proof(old, new), EMPTY_ROOT).values():
        assert _ask(old, _at(new), _at(old), wrong).status == 422


def test_from_nothing_the_proof_is_empty_and_nothing_has_one_root():
    assert _ask(0, _at(20), None, [EMPTY_ROOT]).status == 422
    assert _ask(0, _at(0), None).status == 200
    assert _ask(0, _at(0, reference.mth(0, 1)), None).status == 422
    assert _ask(0, _at(20), _at(0)).status == 200


BODY = Request(10, tuple(reference.proof(10, 20)), checkpoints.sign(_at(20), maker.KEY)).encode()


def test_a_request_has_the_form_of_the_specification():
    lines = BODY.decode().split("\n")
    assert lines[0] == "old 10"
    assert lines[lines.index("") + 1 :] == checkpoints.sign(_at(20), maker.KEY).decode().split("\n")
    assert witness.parse_request(BODY).encode() == BODY


@pytest.mark.parametrize(
    "body",
    [
        b"",
        BODY.replace(b"old 10", b"old 010"),
        BODY.replace(b"old 10", b"old -1"),
        BODY.replace(b"old 10", b"old  10"),
        BODY.replace(b"old 10", b"new 10"),
        BODY.replace(b"old 10\n", b""),
        BODY.replace(b"\n\n", b"\n"),
        BODY.replace(b"old 10\n", b"old 10\nAAAA\n"),
        BODY.replace(b"old 10\n", b"old 10\n" + (b"A" * 43 + b"=\n") * 64),
        BODY[:-1],
        b"\xff" + BODY,
    ],
)
def test_any_other_body_is_400(body: bytes):
    answer = _answer(body, None)
    assert (answer.status, answer.store) == (400, None)


def test_a_request_of_63_hashes_is_read_and_of_64_refused():
    assert len(witness.parse_request(Request(1, (EMPTY_ROOT,) * 63, b"note").encode()).proof) == 63
    with pytest.raises(Malformed):
        witness.parse_request(Request(1, (EMPTY_ROOT,) * 64, b"note").encode())


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.booleans()), max_size=30))
def test_whatever_is_asked_the_cosigned_checkpoints_are_one_line(asked: list[tuple[int, int, bool]]):
    """A log that tries rollbacks and rewritings in any order gets only checkpoints that continue one another."""
    last: Checkpoint | None = None
    for old, new, honest in asked:
        root = reference.mth(0, new) if honest else reference.mth(1, new + 1)
        answer = _ask(old, _at(new, root), last)
        if answer.store:
            if last and last.size:
                proof = proofs.consistency(last.size, new, reference.node)
                proofs.check_consistency(last.size, new, proof, last.root, answer.store.root)
            last = answer.store
