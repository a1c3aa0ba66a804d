"""Reads a text into phrases: what is named, apart from the words that say what kind of place it is."""

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from tracker.gazetteer.generic import GENERIC, LEVELS, PARTICLES, SORTS, Sort, joined
from tracker.spelling import letters

_BETWEEN: Final = re.compile(r"[,;/|()\[\]\n،؛]+")
_DOUBT: Final = re.compile("[?؟]")
_ELIDED: Final = re.compile(r"\b([dl])['’ʼ`](?=\w)", re.IGNORECASE)
"""French "d'Ituri": the letter is a small word of its own, where in "N'Délé" it is part of the name."""

LONGEST: Final = 200
"""Longer texts are narratives, not places: only so much of one is read."""


@dataclass(frozen=True)
class Phrase:
    """One name in a text. `name`: its words without generic ones; `levels` and `sorts`: what those say."""

    name: tuple[str, ...]
    levels: frozenset[int] = frozenset()
    sorts: frozenset[Sort] = frozenset()

    @property
    def key(self) -> str:
        """The name as it is compared: spaces and hyphens do not count."""
        return "".join(self.name)


def phrases(texts: Iterable[str], *, names: Container[str] = ()) -> list[Phrase]:
    """The phrases of texts, which commas, slashes and brackets part; none for what holds no letter.

    `names`: generic words that are names of areas too. A text of nothing else means them: "Boma" is a town.
    """
    parts = (part for text in texts for part in _BETWEEN.split(text[:LONGEST]))
    return [_phrase(words, names) for words in map(_words, parts) if words]


def key_of(name: str) -> str:
    """A name of the gazetteer as texts are compared with it."""
    return _phrase(_words(name), ()).key


def runs(phrase: Phrase, parts: int) -> Iterator[tuple[Phrase, ...]]:
    """Every way to read a phrase as so many names one after the other ("Bambari Ouaka")."""
    if parts == 1:
        yield (phrase,)
        return
    for cut in range(1, len(phrase.name)):
        first, rest = phrase.name[:cut], phrase.name[cut:]
        for others in runs(Phrase(rest, sorts=phrase.sorts), parts - 1):
            yield (Phrase(first, sorts=phrase.sorts), *others)


def _words(text: str) -> list[str]:
    return joined(letters(_ELIDED.sub(r"\1 ", _DOUBT.sub(" perhaps ", text))).split())


def _phrase(words: list[str], names: Container[str]) -> Phrase:
    generic = [word for word in words if word in GENERIC]
    name = [word for word in words if word not in GENERIC] or _names_among(generic, names)
    said = [word for word in generic if word not in name]
    levels = frozenset(LEVELS[word] for word in said if word in LEVELS)
    return Phrase(tuple(name), levels, frozenset(SORTS[word] for word in said if word in SORTS))


def _names_among(generic: list[str], names: Container[str]) -> list[str]:
    """What may be the name in words that are all generic: one that is a name too, else all but the small ones."""
    large = [word for word in generic if word not in PARTICLES] or generic
    return sorted(word for word in large if word in names)[:1] or large
