"""OCEL 2.0 as JSON: types first, then events as they are made, then the objects, which wait on disk meanwhile."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from tracker.mining.instances import Instance
from tracker.mining.objects import (
    EVENT_ATTRIBUTES,
    OBJECT_TYPES,
    Happening,
    Thing,
    happenings,
    institutions,
    things,
)

TYPE = "application/json"
_IN_MEMORY = 512 * 1024
_PIECE = 64 * 1024


def write(
    instances: Iterable[Instance], file: IO[bytes], *, activities: Sequence[str], kinds: Sequence[str]
) -> int:
    """Writes the log of events of these activities at institutions of these kinds. Gives the number of cases."""
    number = 0
    file.write(b'{"eventTypes":' + _encoded(_types(dict.fromkeys(sorted(activities), EVENT_ATTRIBUTES))))
    file.write(b',\n"objectTypes":' + _encoded(_types(OBJECT_TYPES)))
    file.write(b',\n"events":[')
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as waiting:
        later, now = _Listed(waiting), _Listed(file)
        later.put(map(_object, institutions(kinds)))
        for instance in instances:
            now.put(map(_event, happenings(instance)))
            later.put(map(_object, things(instance)))
            number += 1
        file.write(b'],\n"objects":[')
        waiting.seek(0)
        while piece := waiting.read(_PIECE):
            file.write(piece)
    file.write(b"]}\n")
    return number


class _Listed:
    """The members of a list of JSON, a line each."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._between = file, b"\n"

    def put(self, members: Iterator[Any]) -> None:
        """Adds these."""
        for member in members:
            self._file.write(self._between + _encoded(member))
            self._between = b",\n"


def _encoded(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _types(types: Mapping[str, Sequence[str]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "attributes": [{"name": one, "type": "string"} for one in attributes]}
        for name, attributes in types.items()
    ]


def _event(event: Happening) -> dict[str, Any]:
    return {
        "id": event.name,
        "type": event.type,
        "time": _time(event.at),
        "attributes": [{"name": name, "value": value} for name, value in event.attributes],
        "relationships": [{"objectId": name, "qualifier": qualifier} for name, qualifier in event.links],
    }


def _object(one: Thing) -> dict[str, Any]:
    return {
        "id": one.name,
        "type": one.type,
        "attributes": [
            {"name": name, "time": _time(since), "value": value} for name, value, since in one.attributes
        ],
        "relationships": [{"objectId": name, "qualifier": qualifier} for name, qualifier in one.links],
    }


def _time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
