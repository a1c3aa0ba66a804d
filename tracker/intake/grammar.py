"""What a message says, as far as `phrases.toml` knows the words. It only helps whoever reads the message.

Nothing is guessed: a word that is nearly a known one is offered as a question (`near`), and a name of a place is kept
as it was written. Any text is read, whatever it is; the text itself is kept whole by whoever asks.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from tracker.intake import phrases as table
from tracker.intake.phrases import Meaning, Phrases, Words
from tracker.vocabulary import Concern, Urgency, Wish

LONGEST = 2_000
"""So many characters are read; what follows them is kept, and read by people."""

_TOKEN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f\u064b-\u065f\u0670]|['’ʼ](?=[^\W_]))*")
"""A word, with its accents and vowel marks, and apostrophes inside it."""
_BREAK = re.compile(r"[,;:.!?/#\n\r،؛؟|]")
_LONGEST_PLACE = 4
_MOST_PEOPLE = 9_999
_SHORTEST_NEAR, _MEDIUM, _LONG = 4, 5, 8
_ARABIC = re.compile("[\u0600-\u06ff]")


class People(NamedTuple):
    """So many, and of whom, in the word that was written."""

    number: int
    of: str


class Near(NamedTuple):
    """A word that is nearly a known one, and what that would mean."""

    written: str
    meaning: Meaning


class Understood(NamedTuple):
    """What a message says. `language`: None where no word of any is known."""

    concerns: tuple[Concern, ...] = ()
    urgency: Urgency | None = None
    people: tuple[People, ...] = ()
    places: tuple[str, ...] = ()
    """As they were written."""
    wishes: tuple[Wish, ...] = ()
    near: tuple[Near, ...] = ()
    language: str | None = None

    @property
    def stops(self) -> bool:
        """Whether the sender wants no more answers."""
        return Wish.STOP in self.wishes


class _Token(NamedTuple):
    """One word: as it was written, as it is compared, and whether something divides it from the word before."""

    written: str
    word: str
    divided: bool


def read(text: str) -> Understood:
    """What the message says. Gives an `Understood` for any text, and raises nothing."""
    return _Reading(_tokens(text[:LONGEST]), table.phrases()).understood()


def answer(language: str) -> str:
    """What a sender is told in a language: nothing that gives anybody away."""
    return table.phrases().answers[language]


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        divided = bool(_BREAK.search(text, end, match.start()))
        found.append(_Token(match.group(), table.word(match.group()), divided))
        end = match.end()
    return found


class _Reading:
    """One message being read: each word belongs to at most one thing."""

    def __init__(self, tokens: Sequence[_Token], known: Phrases) -> None:
        self._tokens, self._known = tokens, known
        self._taken: dict[int, Meaning | None] = {}
        """By the place of a word: what it means; None where it is part of something else."""
        self._votes: Counter[str] = Counter()

    def understood(self) -> Understood:
        meanings = self._meanings()
        people = self._people()
        language = self._language()
        places = self._places(language)
        urgencies = [one for one in meanings if isinstance(one, Urgency)]
        return Understood(
            concerns=tuple(dict.fromkeys(one for one in meanings if isinstance(one, Concern))),
            urgency=min(urgencies, key=list(Urgency).index, default=None),
            people=people,
            places=places,
            wishes=tuple(dict.fromkeys(one for one in meanings if isinstance(one, Wish))),
            near=self._near(),
            language=language,
        )

    def _words(self, start: int, length: int) -> Words:
        return tuple(token.word for token in self._tokens[start : start + length])

    def _meanings(self) -> list[Meaning]:
        """The known phrases, the longest first at each word; a wish to stop only where it is the whole message."""
        found: list[Meaning] = []
        at = 0
        while at < len(self._tokens):
            length = self._phrase_at(at)
            if length:
                meaning = self._known.meanings[self._words(at, length)]
                found.append(meaning)
                self._taken |= dict.fromkeys(range(at, at + length), meaning)
                self._vote(self._words(at, length), 2)
            at += length or 1
        return found

    def _phrase_at(self, at: int) -> int:
        for length in range(min(self._known.longest, len(self._tokens) - at), 0, -1):
            meaning = self._known.meanings.get(self._words(at, length))
            if meaning is not None and (meaning is not Wish.STOP or length == len(self._tokens)):
                return length
        return 0

    def _vote(self, words: Words, votes: int) -> None:
        for language in self._known.languages.get(words, ()):
            self._votes[language] += votes

    def _people(self) -> tuple[People, ...]:
        """Numbers beside a word for people; a number alone may be anything."""
        found = []
        for at, token in enumerate(self._tokens):
            if token.word in self._known.pairs:
                found.append(People(2, token.written))
                self._taken.setdefault(at, None)
            elif token.word in self._known.people:
                self._taken.setdefault(at, None)
                if (beside := self._number_beside(at)) is not None:
                    self._taken[beside] = None
                    found.append(People(_number(self._tokens[beside].word, self._known) or 0, token.written))
        return tuple(found)

    def _number_beside(self, at: int) -> int | None:
        """Where the number is that belongs to the word for people: before it, else after it."""
        for beside in (at - 1, at + 1):
            if 0 <= beside < len(self._tokens) and beside not in self._taken:
                number = _number(self._tokens[beside].word, self._known)
                if number is not None and 0 < number <= _MOST_PEOPLE:
                    return beside
        return None

    def _language(self) -> str | None:
        """The language that most of the known words are of; Arabic by its letters."""
        for at, token in enumerate(self._tokens):
            if at not in self._taken or self._taken[at] is None:
                self._vote((token.word,), 1)
            if _ARABIC.search(token.written):
                self._votes["ar"] += 1
        best = self._votes.most_common(2)
        if not best or (len(best) > 1 and best[0][1] == best[1][1]):
            return None
        return best[0][0]

    def _places(self, language: str | None) -> tuple[str, ...]:
        """What follows "in" and the like, and what stands alone between commas; as it was written."""
        marks = self._known.before_a_place
        before = marks[language] if language else frozenset(one for each in marks.values() for one in each)
        found = []
        at = 0
        while at < len(self._tokens):
            skip = self._mark_at(at, before)
            length = self._place_at(at + skip, before) if skip or self._begins(at) else 0
            if length and (skip or self._ends(at + length)):
                end = at + skip + length
                named = self._tokens[at if self._is_near(at, skip) else at + skip : end]
                found.append(" ".join(token.written for token in named))
                self._taken |= dict.fromkeys(range(at, end))
                at = end
            else:
                at += 1
        return tuple(dict.fromkeys(found))

    def _mark_at(self, at: int, before: frozenset[Words]) -> int:
        """How many words stand before the name of a place here: "in", "near to the"; 0 for none."""
        length = next(
            (
                n
                for n in (2, 1)
                if self._words(at, n) in before and not self._taken.keys() & range(at, at + n)
            ),
            0,
        )
        while length and self._words(at + length, 1) and self._words(at + length, 1)[0] in self._known.small:
            length += 1
        return length

    def _is_near(self, at: int, length: int) -> bool:
        """Whether these words say that it is near the place, and not in it."""
        return any(self._words(at, n) in self._known.near_a_place for n in range(1, length + 1))

    def _begins(self, at: int) -> bool:
        return at == 0 or self._tokens[at].divided

    def _ends(self, at: int) -> bool:
        return at >= len(self._tokens) or self._tokens[at].divided

    def _place_at(self, start: int, before: frozenset[Words]) -> int:
        """How many words a place may have that begins here: up to what divides it, or to what is known."""
        length = 0
        for at in range(start, min(start + _LONGEST_PLACE, len(self._tokens))):
            ends = length and (self._tokens[at].divided or self._mark_at(at, before))
            if ends or not self._may_be_of_a_place(at):
                break
            length += 1
        return length

    def _may_be_of_a_place(self, at: int) -> bool:
        word = self._tokens[at].word
        return not (at in self._taken or word in self._known.small or _number(word, self._known) is not None)

    def _near(self) -> tuple[Near, ...]:
        """Words that nearly are known ones. It is a question for people, never an answer."""
        found = []
        for at, token in enumerate(self._tokens):
            if at not in self._taken or self._taken[at] is None:
                meaning = _nearly(token.word)
                if meaning is not None:
                    found.append(Near(token.written, meaning))
        return tuple(dict.fromkeys(found))


@cache
def _single() -> dict[str, list[tuple[str, Meaning]]]:
    """The known single words that are long enough to be told from others when misspelt, by their first letter."""
    found: dict[str, list[tuple[str, Meaning]]] = {}
    for phrase, meaning in table.phrases().meanings.items():
        if len(phrase) == 1 and len(phrase[0]) >= _SHORTEST_NEAR:
            found.setdefault(phrase[0][0], []).append((phrase[0], meaning))
    return found


def _nearly(word: str) -> Meaning | None:
    if not _SHORTEST_NEAR <= len(word) <= 2 * _LONG or word in table.phrases().small:
        return None
    near = [
        (distance, known, meaning)
        for known, meaning in _single().get(word[0], ())
        if (distance := _apart(word, known)) <= (2 if len(known) >= _LONG else 1)
    ]
    return min(near, key=lambda one: one[:2])[2] if near else None


def _apart(word: str, known: str) -> int:
    """How many slips of a finger lie between two words; of a short one only two letters that changed places count."""
    if len(known) < _MEDIUM:
        return 1 if word != known and sorted(word) == sorted(known) else _LONG
    if abs(len(known) - len(word)) > 2:
        return _LONG
    from jellyfish import damerau_levenshtein_distance

    return damerau_levenshtein_distance(word, known) or _LONG


def _number(word: str, known: Phrases) -> int | None:
    """The number that a word is: in digits of any script, or written out."""
    if word.isdecimal():
        digits = "".join(str(unicodedata.digit(digit)) for digit in word[:6])
        return int(digits)
    return known.numbers.get(word)
