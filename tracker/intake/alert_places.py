"""Where an alert of the past was, no nearer than its source knows and this country's areas of today allow."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from tracker.gazetteer.matching import Gazetteer, Known, Match
from tracker.intake.alert_mapping import PlaceColumns
from tracker.intake.errors import NotReady
from tracker.intake.mapping import fold
from tracker.vocabulary import OfferedFor

_NAMED = (
    OfferedFor.SAME_NAME,
    OfferedFor.OTHER_NAME,
    OfferedFor.OTHER_LEVEL,
    OfferedFor.PERHAPS_ELSEWHERE,
)


class Matched(StrEnum):
    """How the words of a source came to an area."""

    CERTAIN = "certain"
    """To the area that they name."""
    COUNTRY = "country_only"
    """To the country: the source knows no more."""
    OFFERED = "offered"
    """To none: areas are offered to whoever reads the alert."""
    NONE = "none"
    """To none, and nothing is like the words."""


class Where(NamedTuple):
    """The area, or none; the words that are kept; and how they were matched."""

    area_id: int | None
    words: str
    how: Matched


class AlertPlaces:
    """Places the alerts of one source."""

    def __init__(self, columns: PlaceColumns, areas: Sequence[Known]) -> None:
        """`areas`: all of the database. Refuses (`NotReady`) where those that the mapping names are not there."""
        by_code = {area.code: area for area in areas}
        for code in (columns.country, *columns.known_as):
            if code not in by_code:
                raise NotReady(f"There is no area {code!r}. Take the areas in first: tracker import areas")
        self._columns, self._country = columns, by_code[columns.country]
        known = columns.known_as
        self._today = Gazetteer(areas)
        self._then = Gazetteer(
            area._replace(others=(*area.others, *known.get(area.code, ()))) for area in areas
        )
        """As today, and with the names that the source knows: one that stands for several areas names each."""
        self.tally: Counter[Matched] = Counter()

    def of(self, fields: Mapping[str, str]) -> Where:
        """Where the alert in these columns was."""
        columns = self._columns
        word = fold(fields[columns.precision]) if columns.precision else ""
        all_areas = [fields[name] for name in columns.areas]
        believed = all_areas[len(all_areas) - columns.believed.get(word, len(all_areas)) :]
        area_id, how = self._area(fields[columns.words], believed, point=word in columns.points)
        self.tally[how] += 1
        words = ", ".join(dict.fromkeys(filter(None, map(str.strip, (fields[columns.words], *all_areas)))))
        return Where(area_id, words[:200], how)

    def _area(self, words: str, believed: Sequence[str], *, point: bool) -> tuple[int | None, Matched]:
        if not any(text.strip() for text in believed):
            return self._country.id, Matched.COUNTRY
        match = self._then.match(*believed)
        area = match.certain or (self._town(words, match) if point else None)
        if area is not None and self._of_country(area) and not self._contradicts(words, area):
            return area.id, Matched.CERTAIN
        return None, Matched.OFFERED if area is not None or match.candidates else Matched.NONE

    def _town(self, words: str, match: Match) -> Known | None:
        """The one of the areas that may be meant of which the place is the town."""
        certain = self._today.match(words).certain
        return certain if certain in [self._today_of(one.area) for one in match.candidates] else None

    def _today_of(self, area: Known) -> Known:
        return self._today.around(area.id)[0]

    def _of_country(self, area: Known) -> bool:
        return any(one.id == self._country.id for one in self._today.around(area.id))

    def _contradicts(self, words: str, area: Known) -> bool:
        """Whether the place bears the name of an area of the country that is neither in nor around this one."""
        match = self._today.match(words)
        named = (
            [match.certain] if match.certain else [one.area for one in match.candidates if one.why in _NAMED]
        )
        here = [one for one in named if self._of_country(one)]
        return bool(here) and not any(self._lies_in(one, area) or self._lies_in(area, one) for one in here)

    def _lies_in(self, one: Known, other: Known) -> bool:
        return any(around.id == other.id for around in self._today.around(one.id))
