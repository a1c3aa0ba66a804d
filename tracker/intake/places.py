"""Which institution a source means: one that the mapping describes, one of its kind that is made, or nobody named."""

import hashlib
import re
import unicodedata

from tracker.intake.mapping import Mapping, Place, fold

_LONGEST_CODE = 60
_LONGEST_NAME = 160


class Places:
    """Finds the institution for a name in a stage; the same few names come again and again, so each is found once."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._found: dict[tuple[str, str], Place | None] = {}
        self._by_code = {place.code: place for place in mapping.makes}

    def at(self, stage: str, name: str) -> Place | None:
        """The institution called `name` that holds `stage`; None where one of that name cannot hold it."""
        key = stage, name
        if key not in self._found:
            self._found[key] = self._find(stage, name)
        return self._found[key]

    def _find(self, stage: str, name: str) -> Place | None:
        row = self._mapping.stages[stage]
        known = self._mapping.places.get(fold(name))
        if known is not None:
            return known if known.kind in row.kinds else None
        if row.kind is None or fold(name) in self._mapping.source.not_named:
            return row.placeholder
        shown = " ".join(name.split())[:_LONGEST_NAME]
        made = Place(code_of(self._mapping.source.code, name), shown, row.kind, row.placeholder.area)
        first = self._by_code.setdefault(
            made.code, made
        )  # another stage, or another spelling, named it before
        return first if first.kind in row.kinds else None


def code_of(source: str, name: str) -> str:
    """The code of an institution that a source names: the same for every spelling of the name, in every run."""
    folded = fold(name)
    plain = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    code = f"{source}-{words}"
    lossless = len(code) <= _LONGEST_CODE and words and _letters(plain) == _letters(_unaccented(folded))
    if lossless:
        return code
    digest = hashlib.sha256(folded.encode()).hexdigest()[:10]
    return f"{code[: _LONGEST_CODE - 11].rstrip('-')}-{digest}"


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _letters(text: str) -> int:
    """How many letters and digits: a code that lost some would be the same for two names."""
    return sum(character.isalnum() for character in text)
