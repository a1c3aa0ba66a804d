"""Keeping a log, on both databases: keys, copies, receipts, and witnesses by network and by stick."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from jwcrypto.jwk import JWK
from jwcrypto.jws import JWS
from sd_jwt.verifier import SDJWTVerifier

from blueprints.ops import witness_memory
from tests.office import NAME, Office, a_witness, answering
from tests.world import World
from tracker import files
from tracker.db import db, reading_only
from tracker.ledger import guards, papers
from tracker.ledger.export import Export
from tracker.ledger.store import Store
from tracker.log.tree import Frontier


@contextmanager
def _store() -> Iterator[Store]:
    """The log as a transaction of its own sees it."""
    db.session.commit()
    with reading_only(), db.engine.connect() as connection:
        yield Store(connection)


@pytest.fixture
def office(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An installation with some work in it, and a log without a key."""
    world.a_case("police:under_investigation")
    world.a_case("court:decided")
    world.an_alert("verified")
    return Office(tmp_path, world.database_url, monkeypatch)


def test_a_log_is_begun_copied_verified_and_goes_on(office: Office, world: World, tmp_path: Path):
    copy, remember = tmp_path / "copy", tmp_path / "remembered"
    assert "tracker log keygen" in office.log("export", copy, code=2)
    vkey = office.keygen()
    assert office.log("keygen", "another.example", code=2).startswith("This log is called")
    key_file = next((tmp_path / "data/log").glob("*.key"))
    assert key_file.stat().st_mode & 0o777 == 0o400
    office.log("export", copy, "--disclosures")
    said = office.log("verify", copy, "--vkey", vkey, "--remember", remember)
    assert "All that was checked holds." in said
    assert "Keys: 1" in said
    assert "0 files written" in office.log("export", copy, "--disclosures")
    world.a_case("prosecution:charged")
    office.log("export", copy, "--disclosures")
    assert not list(copy.glob("tile/0/*.p/*"))[1:], "the partial tiles of the first copy are gone"
    office.log("verify", copy, "--vkey", vkey, "--remember", remember)
    office.log("export", tmp_path / "public", "--hashes-only")
    assert not (tmp_path / "public/tile/entries").exists()
    office.log("verify", tmp_path / "public", "--vkey", vkey, "--hashes-only", "--remember", remember)


def test_a_copy_that_was_killed_goes_on_where_it_stopped(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    vkey = office.keygen()
    whole, left = files.write_whole, 3

    def dies(path: Path, data: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            path.with_name(f".{path.name}.half").write_bytes(data[:10])
            raise KeyboardInterrupt
        whole(path, data)

    with monkeypatch.context() as killing, _store() as store:
        killing.setattr(files, "write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            Export(store, tmp_path / "copy", disclosures=True).write()
    assert not (tmp_path / "copy/checkpoint").exists()
    office.log("export", tmp_path / "copy", "--disclosures")
    office.log("verify", tmp_path / "copy", "--vkey", vkey)


def test_two_keys_sign_until_the_older_one_is_retired(office: Office, world: World, tmp_path: Path):
    old, new, copy = office.keygen(), office.keygen(), tmp_path / "copy"
    office.log("export", copy)
    for vkey in (old, new):
        office.log("verify", copy, "--vkey", vkey)
    assert f"Retired: {old}" in office.log("retire")
    office.log("export", copy)
    assert "Keys: 3" in office.log("verify", copy, "--vkey", old), "its own end is what it signed last"
    world.a_case()
    office.log("export", copy)
    office.log("verify", copy, "--vkey", new)
    assert "log: signature:" in office.log("verify", copy, "--vkey", old, code=1)
    assert "The last key stays" in office.log("retire", code=2)
    office.keygen()
    assert [path.name[:3] for path in sorted((tmp_path / "data/log").glob("*.key"))] == ["002", "003"]


def test_witnesses_by_network_and_by_stick_make_up_the_quorum(office: Office, world: World, tmp_path: Path):
    vkey = office.keygen()
    near, far = tmp_path / "near", tmp_path / "far"
    near_key, far_key = a_witness(near, vkey), a_witness(far, vkey)
    assert "TRACKER_LOG_POLICY" in office.log("push", code=2)
    with answering(near) as address:
        rules = office.trust((near_key, address), (far_key, ""))
        said = office.log("push", code=1)
        assert "w0: cosigned" in said
        assert "Not seen by: w1" in said
        office.log("request", "--witness", "w1", "--out", tmp_path / "request")
        line = witness_memory.open_witness(far).answer((tmp_path / "request").read_bytes()).body
        (tmp_path / "line").write_text(line)
        for _ in range(2):
            assert "is cosigned" in office.log("cosign", tmp_path / "line")
        assert "The policy is met." in office.log("push")
        office.log("export", tmp_path / "copy", "--disclosures")
        said = office.log("verify", tmp_path / "copy", "--vkey", vkey, "--policy", rules)
        assert "Witnesses who cosigned this checkpoint: 2 of 2" in said
        assert "Back-dating is bounded by witnesses: at most 0 days" in said
        world.a_case()
        assert "w0: cosigned" in office.log("push", code=1)
    request = office.log("request", "--witness", "w1")
    assert witness_memory.open_witness(far).answer(request.encode()).status == 200
    assert "w0: no answer (Connection refused)" in office.log("push", "--times", "1", code=1)
    (tmp_path / "line").write_text("nonsense")
    assert "not a signature line" in office.log("cosign", tmp_path / "line", code=2)
    assert "no witness 'w7'" in office.log("request", "--witness", "w7", code=2)


def test_a_witness_that_saw_more_is_followed_or_stops_the_signing(
    office: Office, world: World, tmp_path: Path
):
    """It saw a checkpoint of ours that we forgot: we begin there. It saw more than there is: nothing is signed."""
    vkey = office.keygen()
    key = a_witness(tmp_path / "cso", vkey)
    request = office.log("request")
    seen = witness_memory.open_witness(tmp_path / "cso").answer(request.encode()).store
    assert seen is not None
    with answering(tmp_path / "cso") as address:
        office.trust((key, address))
        world.a_case()
        assert "w0: cosigned" in office.log("push")
        forged = seen.__class__(seen.origin, seen.size + 1000, bytes(32))
        witness_memory._write_memory(tmp_path / "cso", {NAME: forged})
        world.a_case()
        assert "restored from an older copy" in office.log("push", code=1)
    assert "restored from an older copy" in office.log("export", tmp_path / "copy")
    assert world.a_case().reference


def test_a_receipt_is_written_for_who_has_the_reference(office: Office, world: World, tmp_path: Path):
    vkey = office.keygen()
    case, alert = world.a_case("police:accepted"), world.an_alert("verified")
    paper = tmp_path / "receipt"
    for reference, words, says in (
        (case.reference, (), "police: sent -> accepted"),
        (case.reference, ("--entry", "1", "--show", "week"), "step not disclosed"),
        (alert.reference, (), "alert: received -> verified"),
    ):
        office.log("receipt", reference, *words, "--out", paper)
        assert says in office.log("verify", paper, "--vkey", vkey)
    assert office.log("receipt", case.reference).startswith("c2sp.org/tlog-proof@v1\n")
    assert "has" in office.log("receipt", case.reference, "--entry", "99", code=2)
    assert "There is no case" in office.log("receipt", "2222-2222-2222", code=2)


def test_a_history_is_handed_out_and_an_sd_jwt_library_opens_it(office: Office, world: World, tmp_path: Path):
    vkey = office.keygen()
    case = world.a_case("police:accepted")
    office.log("push", code=2)  # signs nothing: there is no policy
    office.log("export", tmp_path / "copy")
    number = case.id
    with _store() as store:
        seqs = papers.seqs_of(store.connection, case_id=number)
        file = papers.history(store, seqs, seqs[2:])
    (tmp_path / "history.json").write_bytes(file.encode())
    said = office.log("verify", tmp_path / "history.json", "--vkey", vkey)
    assert said.count("step not disclosed") == 2
    last = json.loads(file.encode())["entries"][-1]
    key = JWK.generate(kty="OKP", crv="Ed25519")
    token = JWS(last["leaf"])
    token.add_signature(key, alg="EdDSA", protected='{"alg":"EdDSA"}')
    presentation = "~".join([token.serialize(compact=True), *last["disclosures"], ""])
    opened = SDJWTVerifier(presentation, lambda _issuer, _header: key).get_verified_payload()
    assert opened["step"]["after"] == "accepted"


def test_what_the_owner_of_the_tables_changes_is_named(office: Office, tmp_path: Path):
    """Plain SQL, the triggers lifted: a changed leaf, another entry's dates, a leaf removed from the end."""
    vkey, remember = office.keygen(), tmp_path / "remembered"
    office.log("export", tmp_path / "good", "--disclosures")
    office.log("verify", tmp_path / "good", "--vkey", vkey, "--remember", remember)
    leaf = _row("SELECT leaf FROM log_entry WHERE seq = 4")
    _change("UPDATE log_entry SET leaf = :value WHERE seq = 4", value=leaf.replace(b'"n":', b'"n":1'))
    office.log("export", tmp_path / "leaf", "--disclosures")
    said = office.log("verify", tmp_path / "leaf", "--vkey", vkey, code=1)
    assert "entry 4: entry: The entry does not have the hash that its tile says." in said
    _change("UPDATE log_entry SET leaf = :value WHERE seq = 4", value=leaf)
    sealed = _row("SELECT sealed FROM log_disclosure WHERE seq = 4")
    _change(
        "UPDATE log_disclosure SET sealed = (SELECT sealed FROM log_disclosure WHERE seq = 5) WHERE seq = 4"
    )
    assert "is not what was put there" in office.log("export", tmp_path / "day", "--disclosures", code=2)
    _change("UPDATE log_disclosure SET sealed = :value WHERE seq = 4", value=sealed)
    _change("DELETE FROM log_checkpoint")
    _change("DELETE FROM log_notice WHERE seq = (SELECT max(seq) FROM log_entry)")
    _change("DELETE FROM log_entry WHERE seq = (SELECT max(seq) FROM log_entry)")
    with reading_only(), db.engine.connect() as connection:
        left = Frontier().extend(connection.scalars(sa.text("SELECT hash FROM log_entry ORDER BY seq")).all())
    _change("UPDATE log_head SET size = size - 1, frontier = :value", value=left.pack())
    assert "restored from an older copy" in office.log("export", tmp_path / "end", code=2)


_TABLES = ("log_entry", "log_disclosure", "log_checkpoint", "log_notice")


def _row(statement: str) -> bytes:
    with reading_only(), db.engine.connect() as connection:
        return bytes(connection.scalar(sa.text(statement)))


def _change(statement: str, **values: bytes) -> None:
    db.session.commit()
    with db.engine.begin() as connection, guards.lifted(connection, *_TABLES):
        connection.execute(sa.text(statement), values)
