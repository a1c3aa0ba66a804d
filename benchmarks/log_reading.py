"""What it costs to check a log and to prove from it: in CPU, against Go or against reading and hashing alone."""

import random
import resource
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from tests.interop import golang
from tracker.ledger.export import Export
from tracker.ledger.signing import Signer
from tracker.ledger.store import Store
from tracker.log import proofs, tiles
from tracker.log.checkpoints import parse_text
from tracker.log.keys import SigningKey, write_key_file
from tracker.log.notes import parse
from tracker.log.readers import CHECKPOINT, Folder, Reader
from tracker.log.rebuild import Rebuild
from tracker.log.report import Report
from tracker.log.tree import node_hash
from tracker.log.verify import Trust, verify

_KEY = SigningKey("benchmark.example/log", bytes(range(32)))
_PROOFS = 200


def signed(engine: sa.Engine, folder: Path) -> None:
    """Signs the log as it is, with a key in the folder."""
    folder.mkdir()
    write_key_file(folder / "1.key", _KEY)
    with engine.begin() as connection:
        Signer(folder).sign(connection)


def exported(engine: sa.Engine, folder: Path) -> None:
    """Copies the log, without disclosures."""
    with engine.connect() as connection:
        Export(Store(connection), folder).write()


def verified(folder: Path) -> float:
    """CPU seconds of our verification of a copy: signature, tree, tiles, leaves and chains."""
    return _cpu(lambda: _must_hold(verify(Folder(folder), Trust(keys=[_KEY.verifier()]))))


def verified_by_go(folder: Path, verifier: golang.Verifier, what: str) -> float:
    """CPU seconds of Go's. `what`: "rebuild" (signature, tree and leaf tiles) or "log" (with chains and proofs)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = verifier(what, folder, _KEY.verifier())
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not answer.ok:
        raise RuntimeError(answer.err)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def rebuilt_from_files(folder: Path) -> float:
    """CPU seconds to build the tree out of the entries of a copy, with every tile held against it."""
    return _rebuilt(Folder(folder), parse_text(parse((folder / CHECKPOINT).read_bytes()).text).size)


def rebuilt(engine: sa.Engine) -> float:
    """The same out of the database."""
    with engine.connect() as connection:
        store = Store(connection)
        return _rebuilt(store, store.size())


def _rebuilt(reader: Reader, size: int) -> float:
    report = Report()

    def build() -> None:
        tree = Rebuild(reader, report)
        for bundle in tiles.bundles_of_size(size):
            tree.take(bundle)
        tree.finish()
        _must_hold(report)

    return _cpu(build)


def read_and_hashed(engine: sa.Engine) -> float:
    """CPU seconds to fetch the same columns by the driver and hash as often as the tree has nodes, and no more."""
    with engine.connect() as connection:
        connection.execute(sa.select(1))
        cursor = connection.connection.cursor()

        def go() -> None:
            cursor.execute("SELECT leaf, hash FROM log_entry ORDER BY seq")
            for leaf, own in cast(Any, cursor):
                sha256(b"\x00" + leaf).digest()
                node_hash(own, own)

        return _cpu(go)


class Proving(NamedTuple):
    """Seconds of an inclusion proof: its tiles all known, the first of a leaf tile, and the bare look-ups."""

    warm: float
    cold: float
    bare: float


def proved(engine: sa.Engine) -> Proving:
    """What a proof costs, at places all over the log."""
    chance = random.Random(1)  # noqa: S311 - the same places each time
    with engine.connect() as connection:
        store = Store(connection)
        size = store.size()
        all_over = [_proof(store, size, chance.randrange(size)) for _ in range(_PROOFS)]
    return Proving(*map(median, zip(*all_over, strict=True)))


def _proof(store: Store, size: int, place: int) -> Proving:
    node, known = store.nodes(size), dict[tuple[int, int], bytes]()

    def remembered(level: int, index: int) -> bytes:
        known[level, index] = found = node(level, index)
        return found

    proofs.inclusion((place + size // 2) % size, size, node)  # reads the tiles above
    cold = _cpu(lambda: proofs.inclusion(place, size, node))
    warm = _cpu(lambda: proofs.inclusion(place, size, node))
    proofs.inclusion(place, size, remembered)
    asked = [*known]
    return Proving(warm, cold, _cpu(lambda: [known[one] for one in asked]))


class Stored(NamedTuple):
    """Bytes of one event's share: what is kept, by kind, and all that the tables and their indexes take."""

    payload: float
    tables: float


def stored(engine: sa.Engine) -> Stored:
    """What the log takes in SQLite's file. Payload: the leaf and its sealed disclosures."""
    with engine.connect() as connection:
        leaves, payload = connection.execute(_PAYLOAD).one()
        taken = connection.scalar(_TAKEN)
    return Stored(payload / leaves, (taken or 0) / leaves)


_PAYLOAD = sa.text("""
    SELECT count(*), sum(length(leaf) + coalesce(length(sealed), 0))
    FROM log_entry LEFT JOIN log_disclosure USING (seq)
""")
_TAKEN = sa.text("""
    SELECT sum(pgsize) FROM dbstat
    WHERE aggregate = true AND name IN (SELECT name FROM sqlite_master WHERE tbl_name GLOB 'log_*')
""")


def _cpu(work: Callable[[], Any]) -> float:
    began = process_time()
    work()
    return process_time() - began


def _must_hold(report: Report) -> None:
    if report.findings:
        raise RuntimeError(str(report.findings[0]))
