"""What a chart is made of: areas, lines, bars, dots and words on a sheet of a fixed width."""

from collections.abc import Sequence
from typing import NamedTuple

from blueprints.charts import letters

WIDTH = 420
"""A sheet is as wide as a phone, and at most a third wider on a desk: letters stay readable on both."""


class Box(NamedTuple):
    """Where something lies on the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Whether the two lie on each other."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: "Box") -> bool:
        """Whether it lies on the other one with no edge beyond."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.top <= self.top
            and self.bottom <= other.bottom
        )


class Path(NamedTuple):
    """A line through `points`, or with `closed` an area."""

    points: Sequence[tuple[float, float]]
    kind: str
    closed: bool = False

    @property
    def tag(self) -> str:
        """Which kind of mark it is, for the template."""
        return "path"

    @property
    def d(self) -> str:
        """The drawing commands, to whole units: H and V where the line is level or upright, L elsewhere."""
        (x, y), *rest = [(round(x), round(y)) for x, y in self.points]
        said = [f"M{x} {y}"]
        for next_x, next_y in rest:
            if next_y == y and next_x != x:
                said.append(f"H{next_x}")
            elif next_x == x and next_y != y:
                said.append(f"V{next_y}")
            elif (next_x, next_y) != (x, y):
                said.append(f"L{next_x} {next_y}")
            x, y = next_x, next_y
        return "".join([*said, "Z"] if self.closed else said)

    def mirrored(self) -> "Path":
        """The same from the other side."""
        return self._replace(points=[(WIDTH - x, y) for x, y in self.points])


class Rect(NamedTuple):
    """A bar."""

    x: float
    y: float
    width: float
    height: float
    kind: str

    @property
    def tag(self) -> str:
        """Which kind of mark it is, for the template."""
        return "rect"

    def mirrored(self) -> "Rect":
        """The same from the other side."""
        return self._replace(x=WIDTH - self.x - self.width)


class Dot(NamedTuple):
    """A point of its own."""

    x: float
    y: float
    r: float
    kind: str

    @property
    def tag(self) -> str:
        """Which kind of mark it is, for the template."""
        return "dot"

    def mirrored(self) -> "Dot":
        """The same from the other side."""
        return self._replace(x=WIDTH - self.x)


class Text(NamedTuple):
    """Words; `anchor` says which of their ends stands at `x`: "start", "middle" or "end" of the reading direction."""

    x: float
    y: float
    words: str
    kind: str = ""
    anchor: str = "start"

    @property
    def tag(self) -> str:
        """Which kind of mark it is, for the template."""
        return "text"

    @property
    def box(self) -> Box:
        """The room that the words take, on a sheet that is not mirrored."""
        reach = letters.width(self.words, bold="strong" in self.kind)
        left = self.x - reach * {"start": 0, "middle": 0.5, "end": 1}[self.anchor]
        return Box(left, self.y - letters.ASCENT, left + reach, self.y + letters.DESCENT)

    def mirrored(self) -> "Text":
        """The same from the other side; the anchor turns by itself, with the direction of writing."""
        return self._replace(x=WIDTH - self.x)


Mark = Path | Rect | Dot | Text


class Chart(NamedTuple):
    """One sheet. `title` names it, `description` says in a sentence what is to be seen; both are read aloud."""

    title: str
    description: str
    height: float
    marks: Sequence[Mark]

    @property
    def width(self) -> int:
        """The width of every sheet."""
        return WIDTH

    def toward(self, direction: str) -> "Chart":
        """The sheet as people read it who write in `direction`, "ltr" or "rtl"."""
        if direction != "rtl":
            return self
        return self._replace(marks=[mark.mirrored() for mark in self.marks])

    def words(self) -> list[Text]:
        """The words on the sheet."""
        return [mark for mark in self.marks if isinstance(mark, Text)]
