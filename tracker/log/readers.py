"""Where the files of a log come from when it is verified, and what they are called."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, TypeVar

from tracker.log.tiles import WIDTH, Tile

CHECKPOINT: Final = "checkpoint"
"""The newest signed checkpoint (c2sp.org/tlog-tiles, Checkpoints)."""

WITNESSED: Final = "witnessed"
"""Every checkpoint that witnesses cosigned, oldest first: on each line the base64 of one signed note."""


T = TypeVar("T")


class Reader(Protocol):
    """The files of one log: a folder, or an address."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none. Paths have no part that comes from what was read."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A log that was copied into a folder."""

    root: Path

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, None where there is none."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None


def read_items(reader: Reader, tile: Tile, unpack: Callable[[bytes, int], list[T]]) -> list[T] | None:
    """What a tile or bundle holds, also out of the full one that took its stead; None where neither is there.

    tlog-tiles, Partial Tiles. Refuses what `unpack` refuses.
    """
    if (data := reader.read(tile.path())) is not None:
        return unpack(data, tile.width)
    if tile.width != WIDTH and (data := reader.read(tile.full().path())) is not None:
        return unpack(data, WIDTH)[: tile.width]
    return None
