"""Charts, by geometry: nothing lies on anything else, nothing leaves the sheet, and a sheet stays small."""

import re
from itertools import combinations, pairwise

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blueprints import charts
from blueprints.charts import letters, scales
from blueprints.charts.curve import MOST_STEPS, thinned
from blueprints.charts.marks import WIDTH, Box, Path, Rect, Text
from tracker.paths import resource_dir

NAMES = st.sampled_from(
    [
        "this institution",
        "all police stations together",
        "Wun Riak Police Station",
        "Commissariat de police de l'arrondissement de Bangassou-Centre",
        "مركز شرطة وون رياك",
        "ممممممممممممممممممممم",
        "WWWWWWWWWWWWWWWWWWWWWW",
        "x",
    ]
)
SHARES = st.floats(0, 1, allow_nan=False)
COUNTS = st.none() | st.integers(0, 2_000_000)


def steps(last: int, shares: list[float]) -> list[tuple[int, float]]:
    """A falling curve on as many days."""
    days = [last * n // (len(shares) + 1) for n in range(1, len(shares) + 1)]
    return list(zip(days, sorted(shares, reverse=True), strict=True))


@st.composite
def curves(draw: st.DrawFn) -> charts.Chart:
    shown = []
    for _n in range(draw(st.integers(0, 3))):
        last = draw(st.integers(0, 4000))
        line = steps(last, draw(st.lists(SHARES, max_size=40)))
        band = (line, line) if draw(st.booleans()) else None
        shown.append(charts.Curve(draw(NAMES), line, last, band, draw(st.none() | st.just(last // 2))))
    return charts.curves("Time", "How long", shown, axis="days since the case came")


@st.composite
def columns(draw: st.DrawFn) -> charts.Chart:
    periods = [
        charts.Period(f"Q{n % 4 + 1}", str(2018 + n // 4), draw(COUNTS), draw(COUNTS), draw(COUNTS), "112%")
        for n in range(draw(st.integers(0, 8)))
    ]
    names = (draw(NAMES), draw(NAMES), draw(NAMES))
    return charts.columns("Caseload", "What came and went", periods, names=names, under="clearance rate")


@st.composite
def bars(draw: st.DrawFn) -> charts.Chart:
    rows = [
        charts.Bar(draw(NAMES), n, f"{n:,} (80%)" if n is not None else "\u2066<5\u2069")
        for n in draw(st.lists(COUNTS, max_size=8))
    ]
    return charts.bars("Attrition", "How far cases come", rows)


@st.composite
def pairs(draw: st.DrawFn) -> charts.Chart:
    rows = [
        charts.Pair(draw(NAMES), (a, f"{a} days"), (b, f"{b} days"))
        for a, b in draw(st.lists(st.tuples(COUNTS, COUNTS), max_size=6))
    ]
    return charts.pairs("Hand-overs", "How long nobody has a case", rows, names=(draw(NAMES), draw(NAMES)))


@st.composite
def stacks(draw: st.DrawFn) -> charts.Chart:
    rows = [
        charts.Stack(draw(NAMES), (a, (1 - a) * b, None, (1 - a) * (1 - b)), "n = 20")
        for a, b in draw(st.lists(st.tuples(SHARES, SHARES), max_size=4))
    ]
    return charts.stacks("Ends", "How cases end", rows, names=[draw(NAMES) for _ in range(4)])


@st.composite
def funnels(draw: st.DrawFn) -> charts.Chart:
    points = [
        charts.Point(draw(NAMES), n, share, outside=bool(n % 2), own=number == 0)
        for number, (n, share) in enumerate(
            draw(st.lists(st.tuples(st.integers(10, 40_000), SHARES), max_size=25))
        )
    ]
    sizes = sorted({point.n for point in points})
    limits = [charts.Limits(n, (0.6, 0.9), (0.5, 1)) for n in sizes]
    return charts.funnel(
        "Funnel", "Who differs", points, limits, 0.8, axis="cases", target_name="all together"
    )


SHEETS = st.one_of(curves(), columns(), bars(), pairs(), stacks(), funnels())


@settings(max_examples=70)
@given(sheet=SHEETS)
def test_words_never_lie_on_words_and_never_leave_the_sheet(sheet: charts.Chart):
    words = [text for text in sheet.words() if text.words]
    for one, other in combinations(words, 2):
        assert not one.box.meets(other.box), (one, other)
    for text in words:
        assert text.box.within(Box(-0.5, -0.5, WIDTH + 0.5, sheet.height + 5)), text


@settings(max_examples=25)
@given(sheet=funnels())
def test_the_name_of_a_point_lies_on_no_other_point(sheet: charts.Chart):
    named = [text for text in sheet.words() if "word2" in text.kind]
    dots = [mark for mark in sheet.marks if mark.tag == "dot"]
    for text in named:
        assert not [
            dot for dot in dots if Box(dot.x - 3.9, dot.y - 3.9, dot.x + 3.9, dot.y + 3.9).meets(text.box)
        ]


@settings(max_examples=25)
@given(sheet=SHEETS)
def test_a_sheet_in_a_mirror_has_the_same_marks_in_the_same_places(sheet: charts.Chart):
    mirrored = sheet.toward("rtl")
    again = mirrored.toward("rtl")
    assert sheet.toward("ltr") is sheet
    for before, between, after in zip(sheet.marks, mirrored.marks, again.marks, strict=True):
        assert type(before) is type(between)
        if isinstance(before, Path):
            continue
        assert before.x == pytest.approx(after.x)
        if isinstance(before, Rect):
            assert before.x + before.width == pytest.approx(WIDTH - between.x)


@pytest.fixture(scope="module")
def draw() -> jinja2.Template:
    env = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(resource_dir("templates"))), autoescape=True, trim_blocks=True
    )
    return env.from_string('{% from "components/chart.html" import chart %}{{ chart(sheet, "x") }}')


@settings(max_examples=25)
@given(sheet=SHEETS)
def test_a_drawn_sheet_is_small_has_a_name_and_a_description_and_no_script(
    draw: jinja2.Template, sheet: charts.Chart
):
    drawn = draw.render(sheet=sheet)
    assert len(drawn.encode()) <= 40_000
    assert all(part in drawn for part in ('<title id="x-t">', '<desc id="x-d">', "viewBox"))
    assert not re.search(r"script|href|style=|fill=|on\w+=", drawn)


def test_a_long_curve_keeps_at_most_220_steps_and_its_end():
    line = steps(3000, [n / 3000 for n in range(3000)])
    kept = thinned(line, MOST_STEPS, 3000)
    assert len(kept) <= MOST_STEPS
    assert kept[-1] == line[-1]
    assert all(one in line for one in kept)
    sheet = charts.curves("t", "d", [charts.Curve("x", line, 3000, (line, line))], axis="days")
    band, curve = (mark for mark in sheet.marks if isinstance(mark, Path) and mark.kind in ("line1", "band1"))
    assert not set(curve.d) & set("LZ")
    assert band.d.endswith("Z")


@pytest.mark.parametrize(
    "name", ["All of its kind", "كل المؤسسات من نوعها", "Toutes les institutions du même type"]
)
def test_the_name_of_a_curve_is_said_whole_on_more_lines_if_need_be(name: str):
    shown = [charts.Curve("Here", [(3, 0.4)], 9), charts.Curve(name, [(3, 0.4)], 9)]
    said = [
        text.words
        for text in charts.curves("Time", "Days", shown, axis="days").words()
        if "word2" in text.kind
    ]
    assert " ".join(said) == name
    assert 1 <= len(said) <= 3


def test_what_is_not_said_is_not_drawn():
    rows = [charts.Bar("few", None, "\u2066<5\u2069"), charts.Bar("many", 10, "10")]
    sheet = charts.bars("t", "d", rows)
    assert [mark.width for mark in sheet.marks if isinstance(mark, Rect) and mark.kind == "fill1"] == [WIDTH]
    periods = [charts.Period("Q1", "2019", None, 5, None), charts.Period("Q2", "2019", 5, 5, 10)]
    sheet = charts.columns("t", "d", periods, names=("in", "out", "open"))
    assert len([mark for mark in sheet.marks if mark.kind == "fill3"]) == 2, "the key and one column"
    assert not [mark for mark in sheet.marks if mark.kind == "line2 plain" and mark.points[0][1] > 20]


@given(high=st.integers(0, 10_000_000))
def test_ticks_are_few_round_and_reach_the_highest(high: int):
    found = scales.ticks(high)
    assert found[0] == 0
    assert found[-1] >= high
    assert len(found) <= 6
    assert len({b - a for a, b in pairwise(found)}) == 1


@given(places=st.lists(st.floats(0, 200), max_size=8))
def test_labels_are_pushed_apart_no_further_than_they_must(places: list[float]):
    moved = scales.apart(places, 15, 10, 190)
    assert all(b - a >= 15 - 1e-6 for a, b in pairwise(sorted(moved)))
    assert all(10 <= at <= 190 for at in moved)


@given(words=st.text("abcdefgh WMil", max_size=80), room=st.floats(30, 400))
def test_lines_fit_their_room(words: str, room: float):
    said = letters.lines(words, room)
    assert 1 <= len(said) <= 3
    assert all(letters.width(line) <= room for line in said)


def test_words_are_anchored_where_they_are_said_to_be():
    assert Text(10, 20, "abc").box.left == 10
    assert Text(10, 20, "abc", anchor="end").box.right == pytest.approx(10)
    middle = Text(10, 20, "abc", anchor="middle").box
    assert middle.left + middle.right == pytest.approx(20)
