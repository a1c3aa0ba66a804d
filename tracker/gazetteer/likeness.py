"""Finds areas whose names are written or sound like a text. What it finds is offered to people, never taken."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from tracker.gazetteer.phrases import Phrase
from tracker.spelling import latin, sounds

_NEAR: Final = 0.88
"""How near two names in Latin letters must be (Jaro-Winkler) to be offered as another spelling."""

_NEAR_BY_SOUND: Final = 0.65
"""How near they must be where they sound alike."""

_SHORTEST_PART: Final = 3
_MOST: Final = 10


class Like(NamedTuple):
    """An area that may be meant: by number, whether it sounds so, and how near it is written (0 to 1)."""

    area_id: int
    by_sound: bool
    by_part: bool
    nearness: float


class Likeness:
    """The names of a gazetteer by sound, by spelling and by word."""

    def __init__(self, names: Mapping[str, Sequence[int]], words: Iterable[tuple[str, int]]) -> None:
        """`names`: areas by the key of their names; `words`: each word of a name with its area."""
        self._names = names
        self._written = {key: latin(key) for key in names}
        self._sounding: defaultdict[str, set[str]] = defaultdict(set)
        for key in names:
            for sound in sounds(key):
                self._sounding[sound].add(key)
        self._words: defaultdict[str, set[int]] = defaultdict(set)
        for word, area_id in words:
            self._words[word].add(area_id)

    def of(self, phrase: Phrase) -> list[Like]:
        """The areas that are like a phrase, the likest first, each once."""
        found: dict[int, Like] = {}
        for like in sorted(self._found(phrase), key=lambda like: (-like.nearness, like.area_id)):
            found.setdefault(like.area_id, like)
        return list(found.values())[:_MOST]

    def _found(self, phrase: Phrase) -> Iterator[Like]:
        from jellyfish import jaro_winkler_similarity

        text = latin(phrase.key)
        sounding = {key for sound in sounds(phrase.key) for key in self._sounding.get(sound, ())}
        for key, written in self._written.items():
            nearness = jaro_winkler_similarity(text, written) if text and written else 0.0
            if nearness >= (_NEAR_BY_SOUND if key in sounding else _NEAR):
                for area_id in self._names[key]:
                    yield Like(area_id, key in sounding, False, nearness)
        yield from self._sharing_words(phrase)

    def _sharing_words(self, phrase: Phrase) -> Iterator[Like]:
        """Areas with a word of the phrase in their names; with all of its words, before most that sound alike."""
        shared: Counter[int] = Counter()
        for word in set(phrase.name):
            if len(word) >= _SHORTEST_PART:
                shared.update(dict.fromkeys(self._words.get(word, ()), len(word)))
        for area_id, length in shared.items():
            share = length / len(phrase.key)
            yield Like(area_id, False, True, share if share == 1 else share / 2)
