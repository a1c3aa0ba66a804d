"""The log's files at their addresses (c2sp.org/tlog-tiles): hashes for anybody, entries for accredited verifiers.

Only what a signed checkpoint covers is given. That is what nothing can take back, so it may be kept for ever.
"""

from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from blueprints import bearers, signing
from blueprints.assets import FOR_EVER
from blueprints.guards import accredited, public
from blueprints.log import bp
from blueprints.security import NEVER_KEPT
from tracker.ledger.store import NOTICES, VERIFIERS, Store, tile_of
from tracker.log.readers import CHECKPOINT, WITNESSED
from tracker.log.tiles import DISCLOSURES, ENTRIES, Tile

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_SECONDS = "public, max-age=2"


@bp.get("/checkpoint")
@public
def checkpoint() -> ResponseReturnValue:
    """The newest checkpoint, signed now if anything is new; the last one while signing is refused."""
    signing.sign()
    return _given(signing.store().read(CHECKPOINT), TEXT, FOR_SECONDS)


@bp.get("/witnessed")
@public
def witnessed() -> ResponseReturnValue:
    """Every checkpoint that a witness cosigned."""
    return _given(signing.store().read(WITNESSED), TEXT, FOR_SECONDS)


@bp.get("/notices/<string(length=43):digest>")
@public
def notice(digest: str) -> ResponseReturnValue:
    """What the digest of a procedure or a key is of."""
    return _given(signing.store().read(f"{NOTICES}/{digest}"), TEXT, FOR_EVER)


@bp.get("/tile/<path:place>")
@public
def tile(place: str) -> ResponseReturnValue:
    """A tile of hashes, of any width that a checkpoint covers."""
    return _given(_covered(signing.store(), tile_of(f"tile/{place}")), BYTES, FOR_EVER)


@bp.get(f"/tile/{ENTRIES}/<path:place>")
@accredited
def entries(place: str) -> ResponseReturnValue:
    """An entry bundle."""
    return _guarded(f"tile/{ENTRIES}/{place}")


@bp.get(f"/{DISCLOSURES}/<path:place>")
@accredited
def disclosures(place: str) -> ResponseReturnValue:
    """Step and day of the entries of a bundle."""
    return _guarded(f"{DISCLOSURES}/{place}")


def _guarded(path: str) -> Response:
    """Written down before it is looked for; what can be no file is not worth a line."""
    tile = tile_of(path)
    if tile is None:
        return _given(None, BYTES, NEVER_KEPT)
    bearers.write_down(path)
    return _given(_covered(signing.store(*VERIFIERS), tile), BYTES, NEVER_KEPT)


def _covered(store: Store, tile: Tile | None) -> bytes | None:
    if tile is None or store.first_checkpoint_from(tile.end()) is None:
        return None
    return store.tile(tile)


def _given(data: bytes | None, media_type: str, kept: str) -> Response:
    if data is None:
        return Response("There is no such file.\n", 404, content_type=TEXT)
    return Response(data, content_type=media_type, headers={"Cache-Control": kept})
