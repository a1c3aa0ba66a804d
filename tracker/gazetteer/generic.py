"""Words that say what kind of place a name is, in the languages of the field. They are not part of the name."""

from enum import Enum
from typing import Final

from tracker.spelling import letters


class Sort(Enum):
    """What a generic word says about the place that it stands beside."""

    AREA = "area"
    """An administrative area or a town of that name: nothing more."""
    INSIDE = "inside"
    """A small place: of the name of an area, it may lie elsewhere."""
    NEAR = "near"
    """Not one place for sure: near it, on the way to it, one of two, or said with a doubt."""


_LEVELS: Final = {
    1: "state province prefecture governorate etat estado provincia prefectura ولاية محافظة",
    2: "county subprefecture territory locality cercle territoire comte condado مقاطعة محلية",
    3: "payam commune بيام بايام",
    4: "boma بوما",
}
"""What these words say about the level. Only equal names are told apart by it, so another country's use of a word
makes a match less certain, and not wrong."""

_SAYING: Final = {
    Sort.AREA: "region area zone zona district division sector secteur chefferie departement department departamento "
    "municipality municipalite municipio distrito comarca town city ville ciudad pueblo capital cheflieu "
    "منطقة إقليم مدينة عاصمة",
    Sort.INSIDE: "village hamlet settlement camp quarter neighbourhood quartier aldea barrio campamento market "
    "marche mercado قرية حي معسكر مخيم سوق",
    Sort.NEAR: "near nearby around outside towards toward between close road route axis axe pres proche environs "
    "autour vers entre cerca alrededores junto hacia carretera and or to from et ou y "
    "maybe perhaps probably peut etre quizas ربما "
    "قرب بالقرب قريب حول بين طريق جوار",
}
_PARTICLES: Final = (
    "of the in at de del du des d la le les l los las el al ar as ash ad adh aj an az er es ed en a"
)
"""Small words, and the Arabic article as it is spelt before different letters."""

_TWO_WORDS: Final = {("sous", "prefecture"), ("sub", "prefecture"), ("chef", "lieu")}

LEVELS: Final = {letters(word): level for level, words in _LEVELS.items() for word in words.split()}
SORTS: Final = {letters(word): sort for sort, words in _SAYING.items() for word in words.split()}
PARTICLES: Final = frozenset(letters(word) for word in _PARTICLES.split())
GENERIC: Final = frozenset({*LEVELS, *SORTS, *PARTICLES})

_ARTICLE: Final = letters("ال")
_SHORTEST_WITH_ARTICLE: Final = 5


def joined(words: list[str]) -> list[str]:
    """The words with those that are one word in two ("sous-préfecture") put together, Arabic ones without article."""
    found: list[str] = []
    for word in words:
        if found and (found[-1], word) in _TWO_WORDS:
            found.append(found.pop().replace("sous", "sub") + word)
        else:
            found.append(_without_article(word))
    return found


def _without_article(word: str) -> str:
    with_article = word.startswith(_ARTICLE) and len(word) >= _SHORTEST_WITH_ARTICLE
    return word[len(_ARTICLE) :] if with_article else word
