"""Checkpoints, receipts and what witnesses add to them."""

import pytest

from tests.log import maker, reference
from tracker.log import checkpoints, disclosures, proofs, receipts
from tracker.log.checkpoints import Checkpoint
from tracker.log.keys import COSIGNATURE, SigningKey
from tracker.log.receipts import Receipt
from tracker.log.refusals import Malformed, NotProved

ROOT = reference.mth(0, 300)
CHECKPOINT = Checkpoint(maker.ORIGIN, 300, ROOT)
SIGNED = checkpoints.sign(CHECKPOINT, maker.KEY)
LOG = [maker.KEY.verifier()]
WITNESS = maker.WITNESS.verifier(COSIGNATURE)


def test_a_checkpoint_is_read_as_it_was_signed():
    found = checkpoints.open_signed(SIGNED, LOG)
    assert found.checkpoint == CHECKPOINT
    assert found.note.text == CHECKPOINT.text()
    assert found.seen == {}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tracker.example/log\n300\n",
        f"{CHECKPOINT.text()}extension\n",
        CHECKPOINT.text().removesuffix("\n"),
        CHECKPOINT.text().replace("300", "0300"),
        CHECKPOINT.text().replace("300", "+300"),
        CHECKPOINT.text().replace("300", "-1"),
        CHECKPOINT.text().replace("300", "3e2"),
        CHECKPOINT.text().replace("300", "٣٠٠"),
        CHECKPOINT.text().replace("300", str(2**63)),
        CHECKPOINT.text().replace("tracker.example/log", ""),
        CHECKPOINT.text().replace("tracker.example", "tracker example"),
        "tracker.example/log\n300\nAAAA\n",
        "tracker.example/log\n300\n!\n",
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text: str):
    with pytest.raises(Malformed):
        checkpoints.parse_text(text)


def test_only_the_logs_own_key_signs_its_checkpoint():
    stranger = SigningKey.generate("other.example")
    with pytest.raises(Malformed):
        checkpoints.sign(CHECKPOINT, stranger)
    with pytest.raises(Malformed):
        checkpoints.sign(CHECKPOINT)
    signed_by_another = SIGNED.split(b"\n\n")[0] + b"\n\n" + stranger.sign(CHECKPOINT.text()).line().encode()
    with pytest.raises(NotProved, match="No known key of"):
        checkpoints.open_signed(signed_by_another, [*LOG, stranger.verifier()])


def test_a_witness_alone_does_not_make_a_checkpoint():
    head = SIGNED.split(b"\n\n")[0] + b"\n\n"
    alone = head + maker.WITNESS.cosign(CHECKPOINT.text(), 1).line().encode()
    with pytest.raises(NotProved, match="No known key of"):
        checkpoints.open_signed(alone, LOG, [WITNESS])


def test_a_cosignature_under_the_logs_name_does_not_make_a_checkpoint():
    head = SIGNED.split(b"\n\n")[0] + b"\n\n"
    alone = head + maker.KEY.cosign(CHECKPOINT.text(), 1).line().encode()
    with pytest.raises(NotProved, match="No known key of"):
        checkpoints.open_signed(alone, LOG, [maker.KEY.verifier(COSIGNATURE)])


def test_while_keys_change_both_sign_and_either_is_enough():
    new = SigningKey.generate(maker.ORIGIN)
    both = checkpoints.sign(CHECKPOINT, maker.KEY, new)
    for keys in (LOG, [new.verifier()], [*LOG, new.verifier()]):
        assert checkpoints.open_signed(both, keys).checkpoint == CHECKPOINT


def test_a_cosignature_is_added_with_its_time_and_the_newest_stays():
    early = checkpoints.add_cosignatures(
        SIGNED, maker.WITNESS.cosign(CHECKPOINT.text(), 1000).line(), [WITNESS]
    )
    late = checkpoints.add_cosignatures(
        early, maker.WITNESS.cosign(CHECKPOINT.text(), 2000).line(), [WITNESS]
    )
    assert checkpoints.open_signed(early, LOG, [WITNESS]).seen == {WITNESS: 1000}
    assert checkpoints.open_signed(late, LOG, [WITNESS]).seen == {WITNESS: 2000}
    assert len(early) == len(late)


def test_a_witnesss_false_foreign_or_empty_answer_is_not_added():
    elsewhere = Checkpoint(maker.ORIGIN, 301, ROOT).text()
    with pytest.raises(NotProved):
        checkpoints.add_cosignatures(SIGNED, maker.WITNESS.cosign(elsewhere, 1).line(), [WITNESS])
    stranger = SigningKey.generate("stranger.example").cosign(CHECKPOINT.text(), 1).line()
    with pytest.raises(NotProved):
        checkpoints.add_cosignatures(SIGNED, stranger, [WITNESS])
    with pytest.raises(Malformed):
        checkpoints.add_cosignatures(SIGNED, "", [WITNESS])
    only_ours = checkpoints.add_cosignatures(
        SIGNED, stranger + maker.WITNESS.cosign(CHECKPOINT.text(), 1).line(), [WITNESS]
    )
    assert b"stranger" not in only_ours


# --- receipts ---------------------------------------------------------------------------------------------------


def _receipt(index: int, extra: bytes | None = None) -> Receipt:
    return Receipt(index, tuple(proofs.inclusion(index, 300, reference.node)), SIGNED, extra)


@pytest.mark.parametrize("extra", [None, b"", b"more"])
@pytest.mark.parametrize("index", [0, 17, 255, 256, 299])
def test_a_receipt_is_read_as_it_was_written_and_holds(index: int, extra: bytes | None):
    receipt = _receipt(index, extra)
    assert receipts.parse(receipt.encode()) == receipt
    assert receipts.check(receipt, reference.LEAVES[index], LOG).checkpoint == CHECKPOINT


def test_a_receipt_has_the_form_of_the_specification():
    lines = _receipt(299, b"age").encode().decode().split("\n")
    assert lines[:3] == ["c2sp.org/tlog-proof@v1", "extra YWdl", "index 299"]
    blank = lines.index("")
    assert all(len(line) == 44 for line in lines[3:blank])
    assert "\n".join(lines[blank + 1 :]).encode() == SIGNED


def test_the_receipt_of_the_first_entry_of_one_has_no_proof_lines():
    note = checkpoints.sign(Checkpoint(maker.ORIGIN, 1, reference.mth(0, 1)), maker.KEY)
    receipt = Receipt(0, (), note)
    assert receipt.encode() == b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + note
    receipts.check(receipts.parse(receipt.encode()), reference.LEAVES[0], LOG)


def test_a_receipt_shows_nothing_of_another_entry_place_or_log():
    receipt = _receipt(17)
    for wrong, entry, keys in (
        (receipt, reference.LEAVES[18], LOG),
        (Receipt(18, receipt.proof, SIGNED), reference.LEAVES[17], LOG),
        (receipt, reference.LEAVES[17], [SigningKey.generate(maker.ORIGIN).verifier()]),
        (Receipt(17, receipt.proof[1:], SIGNED), reference.LEAVES[17], LOG),
    ):
        with pytest.raises(NotProved):
            receipts.check(wrong, entry, keys)


def test_every_changed_character_of_a_receipt_is_refused():
    good = _receipt(17).encode()
    for at in range(len(good)):
        spoiled = good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]
        with pytest.raises((Malformed, NotProved)):
            receipts.check(receipts.parse(spoiled), reference.LEAVES[17], LOG)


@pytest.mark.parametrize(
    "wrong",
    [
        "wrong-header\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex -5\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra YWdl\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + 64 * ("A" * 43 + "=\n") + "\nnote\n",
    ],
)
def test_a_receipt_in_any_other_form_is_refused(wrong: str):
    with pytest.raises(Malformed):
        receipts.parse(wrong.encode())


def test_a_receipt_at_a_million_entries_prints_as_one_qr_code():
    note = checkpoints.sign(Checkpoint(maker.ORIGIN, 10**6, ROOT), maker.KEY)
    note = checkpoints.add_cosignatures(
        note, maker.WITNESS.cosign(note.decode().split("\n\n")[0] + "\n", 1).line(), [WITNESS]
    )
    receipt = Receipt(10**6 - 1, (ROOT,) * 20, note)
    assert len(receipt.encode()) < 1400  # a QR code of version 40 holds 2,331 bytes at error correction M


def test_leaf_and_disclosures_travel_in_a_receipts_extra_data():
    made = maker.a_log(1, 2)
    extra = receipts.pack_extra(made.entries[1], made.shown[1])
    leaf, shown = receipts.unpack_extra(extra)
    assert (leaf, shown) == (made.entries[1], list(made.shown[1]))
    assert disclosures.open_disclosure(shown[0]).value["after"] == "waiting"
    with pytest.raises(Malformed):
        receipts.unpack_extra(b"leaf~\xff")
