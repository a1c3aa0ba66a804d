"""When each thing of each story happens: reckoned backwards from now, so that what waits has waited for so long."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tracker.demonstration.places import HOMES, MAIN
from tracker.demonstration.stories import Story
from tracker.demonstration.words import DETAINED, WEIGHTS
from tracker.vocabulary import Concern

LONGEST = timedelta(days=410)
"""The oldest thing told happened about fourteen months ago, nights and weekends between the steps included."""

_AT_DESK = timedelta(days=1.5)
"""What is older than this was done in office hours; what is newer, whenever the demonstration is started."""

_FROM_ALERT = 0.65
_AT_MAIN = 0.66
_SLOW = 0.14
_WRITTEN_DOWN_LATER = 0.12
_HOURS_BEFORE: dict[str, tuple[float, float]] = {
    "call_back": (0.2, 2.6),
    "verify": (0.2, 1.5),
    "close_without_response": (20, 50),
    "register": (0.3, 4),
    "triage": (0.3, 2.8),
    "consent": (1, 10),
    "add_person": (0.5, 2),
    "refer": (2, 40),
    "acknowledge": (3, 50),
    "accept": (4, 60),
    "request_information": (3, 30),
    "give_information": (8, 50),
    "expire": (33.5 * 24, 36 * 24),
    "identify_suspect": (48, 300),
    "arrest": (6, 60),
    "release": (5, 40),
    "extend": (10, 22),
    "produce": (20, 90),
    "move": (5, 30),
    "review": (20, 60),
    "complete_file": (72, 400),
    "forward": (5, 60),
    "hear": (100, 380),
    "adjourn": (100, 380),
    "adjourn_sine_die": (100, 380),
    "reserve_judgment": (0.5, 2),
    "decide": (1, 60),
    "record_partly_implemented": (200, 500),
    "record_implemented": (200, 700),
    "record_not_implemented": (500, 900),
    "record_visit": (5, 40),
    "escalate": (100, 400),
    "resolve": (100, 500),
    "close": (1, 60),
    "withdraw_entry": (0.5, 2),
    "correct": (1, 40),
}
"""How many hours lie between a step and the one before it; else from one to five days."""

_SITTINGS = frozenset({"hear", "adjourn", "adjourn_sine_die"})


class Move(NamedTuple):
    """One act: recorded `at`, having `happened` a little earlier. Sorts by time, then by story."""

    at: datetime
    story: int
    n: int
    name: str
    argument: str
    happened: datetime
    sitting: date | None
    """The day of the next hearing in this story."""


class Telling(NamedTuple):
    """One case of the demonstration: where, about what, and all its moves in order."""

    home: str
    concern: Concern
    moves: tuple[Move, ...]
    rng: Random
    """Each case has its own, so that a change of one story changes no other."""


def tellings(stories: Iterable[Story], *, now: datetime, zone: ZoneInfo, seed: int) -> Iterator[Telling]:
    """Each story as often as it is told; the same ones for the same seed."""
    number = 0
    for story in stories:
        for _ in range(story.times):
            number += 1
            # A story wants to be the same again, not to be unguessable.
            rng = Random(f"{seed}, case {number}")  # noqa: S311
            words = _words(story.script, rng)
            gaps = [timedelta(hours=_wait(name, rng)) for name, _ in words]
            ended = now - timedelta(days=_rest(story.rest, sum(gaps, timedelta()), rng))
            moves = _moves(words, gaps, number, ended, now, zone, rng)
            home = MAIN if story.at_main else _home(words, rng)
            yield Telling(home, story.concern or _concern(words, rng), tuple(moves), rng)


def _words(script: str, rng: Random) -> list[tuple[str, str]]:
    """The script as (name, argument), with the intake told in full and consent before each referral.

    With the first referral the survivor is asked about those as well to whom the case will be handed on.
    """
    beginning = "alert call_back:reached verify register" if rng.random() < _FROM_ALERT else "register"
    told_in_full = {"intake": f"{beginning} triage"}
    words = [_split(w) for word in script.split() for w in told_in_full.get(word, word).split()]
    agreed = {argument for name, argument in words if name.startswith("consent")}
    onward = {
        post for name, posts in words if name.rpartition(".")[2] in _HANDS_ON for post in posts.split(",")
    }
    told: list[tuple[str, str]] = []
    for name, argument in words:
        if name in ("refer", "refer_again") and not agreed.issuperset(argument.split(",")):
            asked = dict.fromkeys([*argument.split(","), *(() if agreed else sorted(onward))])
            _agree(told, ",".join(asked), first=not agreed)
            agreed.update(asked)
        told.append((name, argument))
    return told


def _agree(told: list[tuple[str, str]], argument: str, *, first: bool) -> None:
    """Consent for the first referral is asked when the case is registered, else just before the referral."""
    if first:
        told[[name for name, _ in told].index("register")] = ("register", argument)
    else:
        told.append(("consent", argument))


def _split(word: str) -> tuple[str, str]:
    name, _, argument = word.partition(":")
    return name, argument


def _home(words: list[tuple[str, str]], rng: Random) -> str:
    asked = {post for name, argument in words for post in argument.split(",") if name in _TO_POSTS}
    named = {name.partition(".")[0] for name, _ in words if "." in name}
    able = [home for home, what in HOMES.items() if what.posts.keys() >= asked | named]
    return MAIN if MAIN in able and rng.random() < _AT_MAIN else rng.choice(able)


_HANDS_ON = frozenset({"forward", "charge", "transfer", "return_for_investigation"})
_TO_POSTS = frozenset({"refer", "refer_again", "consent", "wall_off"}) | _HANDS_ON


def _concern(words: list[tuple[str, str]], rng: Random) -> Concern:
    accuses = any(name in ("arrest", "identify_suspect", "charge", "forward") for name, _ in words)
    fitting = {
        concern: weight for concern, weight in WEIGHTS.items() if not (accuses and concern in DETAINED)
    }
    return rng.choices(list(fitting), list(fitting.values()))[0]


def _rest(rest: tuple[float, float], lasted: timedelta, rng: Random) -> float:
    longest = (LONGEST - lasted).days
    return rng.uniform(rest[0], max(rest[0], min(rest[1], longest)))


def _moves(  # noqa: PLR0917 - all that the times depend on
    words: list[tuple[str, str]],
    gaps: list[timedelta],
    story: int,
    ended: datetime,
    now: datetime,
    zone: ZoneInfo,
    rng: Random,
) -> list[Move]:
    """From the last word to the first: each at its time before the one that follows it."""
    at, sitting = ended, None
    moves: list[Move] = []
    for n in range(len(words) - 1, -1, -1):
        name, argument = words[n]
        if name != "alert" and now - at > _AT_DESK:
            at = _at_desk(at, zone, rng)
        at = at.replace(microsecond=0)
        happened = (at - _lag(name, gaps[n], rng)).replace(microsecond=0)
        moves.append(Move(at, story, n, name, argument, happened, sitting))
        if name in _SITTINGS:
            sitting = happened.astimezone(zone).date()
        at -= gaps[n]
    return moves[::-1]


def _between(name: str) -> tuple[float, float]:
    plain = name.rpartition(".")[2]
    if plain.startswith("consent"):
        plain = "consent"
    if plain.startswith("deliver"):
        return 24, 310
    return _HOURS_BEFORE.get(plain, (20, 110))


def _wait(name: str, rng: Random) -> float:
    least, most = _between(name)
    slow = rng.uniform(1.5, 3) if rng.random() < _SLOW and name != "expire" else 1
    return rng.uniform(least, most) * slow


def _lag(name: str, gap: timedelta, rng: Random) -> timedelta:
    """Most is written down within the hour; what comes from a post on paper, a day later."""
    if name in ("alert", "register", "expire"):
        return timedelta(minutes=rng.randint(1, 8))
    late = rng.random() < _WRITTEN_DOWN_LATER and name not in _SITTINGS
    return min(
        gap / 2, timedelta(hours=rng.uniform(6, 30)) if late else timedelta(minutes=rng.randint(1, 45))
    )


def _at_desk(at: datetime, zone: ZoneInfo, rng: Random) -> datetime:
    """The same time, or the nearest one before it between eight and five on a working day."""
    local = at.astimezone(zone)
    day = local.date()
    if local.hour < 8:
        day -= timedelta(days=1)
    while day.weekday() >= 5:
        day -= timedelta(days=1)
    if day == local.date() and local.hour < 17:
        return at
    closing = datetime.combine(day, time(16, rng.randint(0, 59), rng.randint(0, 59)), zone)
    return closing.astimezone(at.tzinfo)
