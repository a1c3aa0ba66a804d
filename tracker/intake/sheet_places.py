"""Areas and institutions as lists write them. What is not certain is never guessed: the sentence offers what it may be.

Areas are matched as everywhere (`tracker.gazetteer`); an institution by its code, or by a name that no other has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import select

from tracker.db import db
from tracker.errors import Sentence, say
from tracker.gazetteer.matching import Gazetteer, Known
from tracker.models import Area, Institution
from tracker.spelling import letters

_OFFERED = 6


class Unclear(Exception):  # noqa: N818 - an answer, not a fault
    """A name that nothing has, or that several may mean; the sentence offers them."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Named(NamedTuple):
    """One institution: its number, its code, its name, and what it is called to tell it from others."""

    id: int
    code: str
    name: str
    told: str


class Institutions:
    """The institutions that are in use, by code and by name."""

    def __init__(self, rows: Iterable[Named]) -> None:
        self._by_code: dict[str, Named] = {}
        self._by_name: dict[str, list[Named]] = defaultdict(list)
        for row in rows:
            self._by_code[letters(row.code)] = row
            self._by_name[letters(row.name)].append(row)

    def number_of(self, text: str) -> int:
        """The one that is meant. Refuses (`Unclear`) a name of none, and one of several."""
        wanted = letters(text)
        if (coded := self._by_code.get(wanted)) is not None:
            return coded.id
        found = self._by_name.get(wanted, [])
        if len(found) == 1:
            return found[0].id
        if found:
            raise _offer(text, [f"{one.told} = {one.code}" for one in found])
        raise Unclear(
            say("No institution has this name or code. Write it as it stands in the list of institutions.")
        )


def institutions() -> Institutions:
    """Every institution that is in use."""
    asked = select(Institution.id, Institution.code, Institution.name, Area.name.label("area"))
    rows = db.session.execute(asked.outerjoin(Institution.area).where(Institution.active))
    return Institutions(
        Named(row.id, row.code, row.name, ", ".join(filter(None, (row.name, row.area)))) for row in rows
    )


def area_of(text: str, gazetteer: Gazetteer) -> int:
    """The area that a text certainly means. Refuses (`Unclear`) every other text, with those that it may mean."""
    match = gazetteer.match(text)
    if match.certain is not None:
        return match.certain.id
    if match.candidates:
        raise _offer(text, [_told(one.area, gazetteer) for one in match.candidates])
    raise Unclear(say("No area has this name or P-code. Write it as it stands in the list of areas."))


def _told(area: Known, gazetteer: Gazetteer) -> str:
    around = ", ".join(one.name for one in gazetteer.around(area.id)[:2])
    return f"{around} = {area.code}"


def _offer(text: str, offered: Sequence[str]) -> Unclear:
    return Unclear(
        say(
            "It is not certain what “%(name)s” means. Write the code: %(offered)s.",
            name=text[:80],
            offered="; ".join(offered[:_OFFERED]),
        )
    )
