"""Which area a text means, held against all areas of a database: for certain, perhaps one of some, or none.

**Certain** means: the text names one area and no other, with nothing left over.

- Its name, another name that is recorded for it, or its P-code stands in the text, letter for letter. Capitals,
  accents, apostrophes, hyphens and spaces do not count, nor the small words and those that say what kind of place it is
  ("Préfecture de la Ouaka"). Doubled letters count (Ouadda is not Ouada); other scripts are not read as these.
- Where the text names several areas ("Bambari, Ouaka", in either order, with or without the comma), all lie around
  the innermost one. A name that stands there twice means two areas, one in the other, where there are two.
- No other area fits as well. A word for a level ("county") may tell equal names apart; it must be true.
- No word says that it is near the place only, or a village, of which there are many; nor a doubt ("Ouaka?").
- The area is still in use.

Everything else is offered: areas of that name of which it is not certain, then those that sound or are written alike.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from tracker.gazetteer.generic import GENERIC, Sort
from tracker.gazetteer.likeness import Like, Likeness
from tracker.gazetteer.phrases import Phrase, key_of, phrases, runs
from tracker.spelling import letters
from tracker.vocabulary import OfferedFor

_MOST_OFFERED: Final = 10
_MOST_WORDS: Final = 7
_MOST_RUNS: Final = 3
_REMEMBERED: Final = 65_536
_VILLAGE_LEVEL: Final = 3
"""From this level down an area of a village's name is the village's."""


class Known(NamedTuple):
    """An area of the gazetteer. `others`: its former and alternative names."""

    id: int
    code: str
    name: str
    level: int
    parent_id: int | None
    active: bool = True
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Candidate:
    """An area that may be meant, and why."""

    area: Known
    why: OfferedFor


@dataclass(frozen=True)
class Match:
    """What a text means: `certain`, or else the areas that may be meant, in order; neither where nothing is like it."""

    certain: Known | None = None
    candidates: tuple[Candidate, ...] = ()


NOTHING: Final = Match()


class Gazetteer:
    """All areas, ready to be matched. Made once; `match` has no side effect and remembers what it was asked."""

    def __init__(self, areas: Iterable[Known]) -> None:
        self._areas = {area.id: area for area in areas}
        self._named: defaultdict[str, list[int]] = defaultdict(list)
        for area in self._areas.values():
            for key in dict.fromkeys([*map(key_of, (area.name, *area.others)), _code(area.code)]):
                self._named[key].append(area.id)
        self._generic_names = frozenset(GENERIC & self._named.keys())
        self._likeness: Likeness | None = None
        self.match = lru_cache(_REMEMBERED)(self._match)

    def around(self, area_id: int) -> list[Known]:
        """An area and those around it, from the inside out."""
        found: list[Known] = []
        at: int | None = area_id
        while at is not None and (area := self._areas.get(at)) is not None and area not in found:
            found.append(area)
            at = area.parent_id
        return found

    def _match(self, *texts: str) -> Match:
        """What a text means; several texts are parts of one ("Bambari region", "Ouaka province")."""
        said = phrases(texts, names=self._generic_names)
        if not said:
            return NOTHING
        if len(said) == 1 and said[0].key not in self._named:
            said = self._parted(said[0])
        certain = self._certain([self._meant(phrase) for phrase in said])
        if len(certain) == 1 and self._areas[certain[0]].active:
            return Match(certain=self._areas[certain[0]])
        return Match(candidates=self._offered(said, certain))

    # --- what is certain ------------------------------------------------------------------------------------------

    def _parted(self, phrase: Phrase) -> list[Phrase]:
        """A phrase as several names that follow each other, if it can be read so in one way; else as it is."""
        if len(phrase.name) > _MOST_WORDS:
            return [phrase]
        for parts in range(2, _MOST_RUNS + 1):
            ways = [way for way in runs(phrase, parts) if all(one.key in self._named for one in way)]
            if ways:
                return list(ways[0]) if len(ways) == 1 else [phrase]
        return [phrase]

    def _meant(self, phrase: Phrase) -> frozenset[int]:
        """The areas that a phrase names without a doubt about the kind of place."""
        areas = [self._areas[number] for number in self._named.get(phrase.key, ())]
        if Sort.NEAR in phrase.sorts:
            return frozenset()
        if Sort.INSIDE in phrase.sorts:
            areas = [area for area in areas if area.level >= _VILLAGE_LEVEL]
        if phrase.levels:
            areas = [area for area in areas if area.level in phrase.levels]
        return frozenset(area.id for area in areas)

    def _certain(self, meant: Sequence[frozenset[int]]) -> list[int]:
        """The areas that all that is named agrees with; certain if it is one."""
        inside = {number: [area.id for area in self.around(number)] for each in meant for number in each}
        agree = [
            number for number, chain in inside.items() if all(each.intersection(chain) for each in meant)
        ]
        apart = [number for number in agree if _one_for_each(meant, inside[number])]
        return sorted(apart or agree)

    # --- what is offered ------------------------------------------------------------------------------------------

    def _offered(self, said: Sequence[Phrase], agreeing: Sequence[int]) -> tuple[Candidate, ...]:
        found = {number: self._why(number, said) for number in agreeing}
        for area_id, why in self._doubtful(said):
            found.setdefault(area_id, why)
        offered = [Candidate(self._areas[number], why) for number, why in found.items()]
        if agreeing:
            offered.sort(key=lambda one: (list(OfferedFor).index(one.why), one.area.level, one.area.name))
        return tuple(offered[:_MOST_OFFERED])

    def _doubtful(self, said: Sequence[Phrase]) -> Iterator[tuple[int, OfferedFor]]:
        """Areas that are named with a doubt, innermost first, then what is like the phrases that name nothing."""
        named = [(phrase, number) for phrase in said for number in self._named.get(phrase.key, ())]
        for phrase, number in sorted(named, key=lambda one: -self._areas[one[1]].level):
            yield number, OfferedFor.NAMED_IN_PART if len(said) > 1 else self._why(number, [phrase])
        for phrase in said:
            if phrase.key not in self._named:
                for like in self._like(phrase):
                    yield like.area_id, _why_like(like)

    def _why(self, number: int, said: Sequence[Phrase]) -> OfferedFor:
        area, phrase = self._areas[number], said[0]
        if not area.active:
            return OfferedFor.NO_LONGER_IN_USE
        if Sort.NEAR in phrase.sorts or (Sort.INSIDE in phrase.sorts and area.level < _VILLAGE_LEVEL):
            return OfferedFor.PERHAPS_ELSEWHERE
        if phrase.levels and area.level not in phrase.levels:
            return OfferedFor.OTHER_LEVEL
        return (
            OfferedFor.SAME_NAME if key_of(area.name) in {one.key for one in said} else OfferedFor.OTHER_NAME
        )

    def _like(self, phrase: Phrase) -> list[Like]:
        if self._likeness is None:
            areas = self._areas.values()
            words = [(word, area.id) for area in areas for word in letters(area.name).split()]
            self._likeness = Likeness(self._named, words)
        return self._likeness.of(phrase)


def _code(code: str) -> str:
    return "".join(letters(code).split())


def _one_for_each(meant: Sequence[frozenset[int]], chain: Sequence[int]) -> bool:
    """Whether each phrase has an area of its own on the way from the inside out."""
    if not meant:
        return True
    return any(
        _one_for_each(meant[1:], [other for other in chain if other != number])
        for number in chain
        if number in meant[0]
    )


def _why_like(like: Like) -> OfferedFor:
    if like.by_part:
        return OfferedFor.SHARES_A_WORD
    return OfferedFor.SOUNDS_ALIKE if like.by_sound else OfferedFor.WRITTEN_ALIKE
