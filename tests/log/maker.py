"""Makes whole logs for the tests: cases with histories, their disclosures, and the files that an outsider gets."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

from tracker.log import canonical, checkpoints, disclosures, leaf, tiles
from tracker.log.checkpoints import Checkpoint
from tracker.log.encoding import b64url
from tracker.log.keys import SigningKey
from tracker.log.leaf import FIRST, CaseLeaf, Kind, Notice
from tracker.log.readers import CHECKPOINT
from tracker.log.shown import iso_week
from tracker.log.tree import Frontier, leaf_hash

ORIGIN = "tracker.example/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))
WITNESS = SigningKey("witness.example/cso", bytes(range(32, 64)))
PROCEDURE = "2026-11"
RANDOM = bytes(range(disclosures.RANDOMNESS))
STATUSES = ("waiting", "accepted", "investigating", "handed_on")
TABLE = canonical.encode(
    {
        "version": PROCEDURE,
        "stages": {"police": {"first": STATUSES[0], "statuses": list(STATUSES), "ends": ["closed"]}},
        "steps": [
            {"stage": "police", "name": after, "from": [before], "to": after}
            for before, after in zip(STATUSES, (*STATUSES[1:], STATUSES[0]), strict=True)
        ],
    }
)
DIGEST = b64url(sha256(TABLE).digest())


@dataclass
class Made:
    """The entries of a log and what was disclosed of each, in order."""

    entries: list[bytes] = field(default_factory=list)
    shown: list[Sequence[str]] = field(default_factory=list)

    def add(self, entry: bytes, shown: Sequence[str] = ()) -> None:
        self.entries.append(entry)
        self.shown.append(shown)


def a_log(cases: int, each: int, seed: int = 1, *, show: bool = True) -> Made:
    """A log of `cases` histories of `each` entries, mixed as in life, after the leaf of the procedure in force."""
    chance = random.Random(seed)  # noqa: S311 - the same log every time
    made = Made()
    made.add(Notice(Kind.PROCEDURE, PROCEDURE, DIGEST).encode())
    codes = [chance.randbytes(16).hex() for _ in range(cases)]
    turns = [code for code in codes for _ in range(each)]
    chance.shuffle(turns)
    last: dict[str, tuple[int, bytes]] = {}
    for turn, code in enumerate(turns):
        n, before = last.get(code, (-1, b""))
        day = date(2026, 1, 1) + timedelta(days=turn * 300 // len(turns))
        if show:
            entry, shown = an_entry(code, n + 1, before, day, chance.randbytes(disclosures.RANDOMNESS))
        else:
            entry, shown = _silent(code, n + 1, before), []
        made.add(entry, shown)
        last[code] = (n + 1, leaf_hash(entry))
    return made


def _silent(code: str, n: int, before: bytes) -> bytes:
    """An entry that will never be disclosed, made fast: so the digests may be any."""
    digests = tuple(f"{number}{'A' * 42}" for number in range(disclosures.DIGESTS))
    return CaseLeaf(Kind.STATUS, code, n, leaf.link(before) if n else FIRST, digests).encode()


def an_entry(
    code: str, n: int, before: bytes, day: date, randomness: bytes, /, **more: object
) -> tuple[bytes, list[str]]:
    """One entry of a case that goes through `STATUSES`, and what an accredited verifier is shown of it."""
    step = {"before": STATUSES[(n - 1) % 4] if n else None, "after": STATUSES[n % 4], "procedure": PROCEDURE}
    values = {
        "step": {"stage": "police", "institution": "PS-0012", **step},
        "day": {"recorded": str(day), "happened": str(day)},
        "week": iso_week(day),
        "personal": {"actor": "somebody"},
    } | more
    sealed = disclosures.seal(values, randomness)
    kind = Kind.STATUS if n else Kind.OPEN
    entry = CaseLeaf(kind, code, n, leaf.link(before) if n else FIRST, sealed.digests).encode()
    return entry, [sealed.disclosures[name] for name in ("step", "day", "week")]


def signed(entries: Iterable[bytes], key: SigningKey = KEY, time: int | None = None) -> bytes:
    """The checkpoint over all of these entries, cosigned by `WITNESS` where a time is given."""
    frontier = Frontier().extend([leaf_hash(entry) for entry in entries])
    checkpoint = Checkpoint(key.name, frontier.size, frontier.root())
    note = checkpoints.sign(checkpoint, key)
    return note if time is None else note + WITNESS.cosign(checkpoint.text(), time).line().encode()


def files(made: Made, key: SigningKey = KEY, time: int | None = None) -> Iterator[tuple[str, bytes]]:
    """Every file of the log (tlog-tiles), by its path."""
    yield CHECKPOINT, signed(made.entries, key, time)
    yield f"notices/{DIGEST}", TABLE
    yield from hash_tiles([leaf_hash(entry) for entry in made.entries]).items()
    for bundle in tiles.bundles_of_size(len(made.entries)):
        here = slice(bundle.number * tiles.WIDTH, bundle.number * tiles.WIDTH + bundle.width)
        yield bundle.path(), tiles.pack_bundle(made.entries[here])
        if any(made.shown[here]):
            shown = bundle._replace(level=tiles.DISCLOSURES)
            yield shown.path(), disclosures.pack_lines(made.shown[here])


def hash_tiles(hashes: Sequence[bytes]) -> Mapping[str, bytes]:
    """The tiles of hashes over these leaf hashes, by path."""
    rows = {0: list(hashes)}

    def keep(level: int, _index: int, nodes: Sequence[bytes]) -> None:
        if level % tiles.HEIGHT == 0:
            rows.setdefault(level // tiles.HEIGHT, []).extend(nodes)

    Frontier().extend(hashes, keep)
    return {
        tile.path(): b"".join(rows[int(tile.level)][tile.number * 256 : tile.number * 256 + tile.width])
        for tile in tiles.of_size(len(hashes))
    }


def write(folder: Path, made: Made, key: SigningKey = KEY, time: int | None = None) -> Path:
    """The log as a folder that could be handed over on a stick."""
    for path, data in files(made, key, time):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def edit(file: Path, at: int, data: bytes) -> None:
    """What a hex editor does: other bytes at a place of a file."""
    whole = bytearray(file.read_bytes())
    whole[at : at + len(data)] = data
    file.write_bytes(bytes(whole))
