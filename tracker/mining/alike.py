"""Making cases alike, so that nobody is told from at least `smallest` - 1 others (k-anonymity over whole histories).

Who knows a few steps of somebody's case, with their days, finds her in any log of events that only hides the name:
nearly every history is alone with its days. So here the whole of what is written is the same for `smallest` cases:

1. Cases of the same steps, the same concern and the same state are a group. What is in too small a group gives up the
   state, then the concern, then all but the outline of its stays; what is too rare even then is left out.
2. A group is cut, in order of beginning, into parts of `smallest` to twice as many. Each part begins on the first day
   of the quarter in which its middle case began, and the days between steps are the means of the part.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date

from tracker.mining.courses import Course, Disclosed, Group, Step

_MONTHS = 3


def disclosed(courses: Iterable[Course], *, smallest: int) -> Disclosed:
    """The groups of these cases that may leave, each of `smallest` cases or more, and how many cases may not."""
    waiting = list(courses)
    groups: list[Group] = []
    for give_up in _LADDER:
        found: dict[Hashable, list[Course]] = defaultdict(list)
        for course in map(give_up, waiting):
            found[course[0], course[2:]].append(course)
        waiting = []
        for members in found.values():
            if len(members) < smallest:
                waiting += members
            else:
                groups += _parts(members, smallest, outline=give_up is _outline)
    return Disclosed(groups, len(waiting))


def outline(course: Course) -> Course:
    """Of each stay its first step and its last, by nobody in particular."""
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for place, step in enumerate(course.steps):
        first.setdefault(step.stay, place)
        last[step.stay] = place
    kept = sorted({*first.values(), *last.values()})
    steps = tuple(course.steps[place]._replace(role="") for place in kept)
    return course._replace(steps=steps, days=tuple(course.days[place] for place in kept))


# --- giving up, one thing after the other ---------------------------------------------------------------------------


def _whole(course: Course) -> Course:
    return course


def _no_area(course: Course) -> Course:
    return course._replace(area="")


def _no_concern(course: Course) -> Course:
    return course._replace(concern="")


def _outline(course: Course) -> Course:
    return outline(course)


_LADDER: Sequence[Callable[[Course], Course]] = (_whole, _no_area, _no_concern, _outline)


# --- the days of a group --------------------------------------------------------------------------------------------


def _parts(members: list[Course], smallest: int, *, outline: bool) -> Iterator[Group]:
    """Parts of cases that began one after the other, each with days that are those of none of them."""
    members.sort(key=lambda course: course.days)
    many = len(members) // smallest
    for number in range(many):
        part = members[number * len(members) // many : (number + 1) * len(members) // many]
        steps: tuple[Step, ...] = part[0].steps
        yield Group(len(part), steps, _means(part), part[0].concern, part[0].area, outline)


def _means(part: Sequence[Course]) -> list[int]:
    begin = _quarter(part[len(part) // 2].days[0])
    gaps = zip(*([day - course.days[0] for day in course.days] for course in part), strict=True)
    return [begin + round(sum(gap) / len(part)) for gap in gaps]


def _quarter(day: int) -> int:
    """The first day of the quarter of the year."""
    found = date.fromordinal(day)
    return date(found.year, (found.month - 1) // _MONTHS * _MONTHS + 1, 1).toordinal()
