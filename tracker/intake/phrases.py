"""The table of `phrases.toml`: what people write in a message, in four languages, and what it means here."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tracker import spelling
from tracker.vocabulary import Concern, Urgency, Wish

LANGUAGES = ("en", "fr", "ar", "es")
FILE = Path(__file__).with_name("phrases.toml")

_DOUBLED = re.compile(r"([^\W\d])\1+")


Meaning = Concern | Urgency | Wish

Words = tuple[str, ...]


class Phrases(NamedTuple):
    """The table, with each phrase as the words that `word` makes of it."""

    meanings: Mapping[Words, Meaning]
    languages: Mapping[Words, frozenset[str]]
    """By each phrase and small word, the languages that have it."""
    people: frozenset[str]
    numbers: Mapping[str, int]
    pairs: frozenset[str]
    before_a_place: Mapping[str, frozenset[Words]]
    near_a_place: frozenset[Words]
    """Those of `before_a_place` that stay with the name."""
    small: frozenset[str]
    answers: Mapping[str, str]
    longest: int
    """How many words the longest phrase has."""


@cache
def phrases() -> Phrases:
    """The table, read once."""
    return table(tomllib.loads(FILE.read_text("utf-8")))


def table(said: Mapping[str, Any]) -> Phrases:
    """The table of what the file says. Refuses (`ValueError`) a phrase with two meanings, and an empty one."""
    meanings: dict[Words, Meaning] = {}
    for phrase, meaning, language in _said(said):
        if meanings.setdefault(phrase, meaning) is not meaning or not phrase:
            raise ValueError(f"{' '.join(phrase)!r} ({language}) means {meanings[phrase]} and {meaning}")
    before = {
        language: frozenset(
            words(one) for section in ("before_a_place", "near_a_place") for one in said[section][language]
        )
        for language in LANGUAGES
    }
    return Phrases(
        meanings=meanings,
        languages=_languages(said),
        people=frozenset(one for each in said["people"].values() for one in map(word, each)),
        numbers={word(one): n for each in said["numbers"].values() for n, one in enumerate(each, start=1)},
        pairs=frozenset(map(word, said["pairs"]["ar"])),
        before_a_place=before,
        near_a_place=frozenset(words(one) for each in said["near_a_place"].values() for one in each),
        small=frozenset(one for each in said["small"].values() for one in map(word, each)),
        answers=said["answer"],
        longest=max(map(len, [*meanings, *(one for each in before.values() for one in each)])),
    )


def _said(said: Mapping[str, Any]) -> Iterator[tuple[Words, Meaning, str]]:
    for section, kind in (("concern", Concern), ("urgency", Urgency), ("wish", Wish)):
        for code, by_language in said[section].items():
            for language, each in by_language.items():
                for phrase in each:
                    yield words(phrase), kind(code), language


def _languages(said: Mapping[str, Any]) -> Mapping[Words, frozenset[str]]:
    found: dict[Words, set[str]] = {}
    for phrase, _, language in _said(said):
        found.setdefault(phrase, set()).add(language)
    for section in ("people", "numbers", "small", "before_a_place", "near_a_place"):
        for language, each in said[section].items():
            for phrase in each:
                found.setdefault(words(phrase), set()).add(language)
    return {phrase: frozenset(languages) for phrase, languages in found.items()}


def words(text: str) -> Words:
    """The words of a phrase, as they are compared."""
    return tuple(map(word, spelling.letters(text).split()))


def word(text: str) -> str:
    """A word as it is compared: accents, capitals and doubled letters do not count, nor what Arabic puts before it."""
    single = _DOUBLED.sub(r"\1", spelling.letters(text).replace(" ", ""))
    return _ARTICLE.sub("", single)


_ARTICLE = re.compile(r"^[وفبك]?(?:ال|لل)(?=\w{2})")
"""The article, alone or with the letter that Arabic ties to it: "by the", "and the", "for the"."""
