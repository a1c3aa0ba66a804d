"""Lists of areas are taken in: whole, once, with every bad line named, and nothing that was known is lost."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker.db import db
from tracker.errors import NotPermitted
from tracker.intake import area_files, areas
from tracker.intake.area_plans import AreaLine, AreaPlan, WrongLine
from tracker.intake.errors import UnreadableFile
from tracker.models import AdministrationEntry, Area, AreaName, NameKind
from tracker.queries import gazetteer
from tracker.queries.areas import atlas

COLUMNS = "Location,Admin Level,P-Code,Name,Parent P-Code,Valid from date,Version,Other names,Replaced by"
REAL = Path(__file__).parents[3] / "shared" / "data" / "pcodes" / "pcodes.csv"
NAMES = {"XB": "Otherland"}


def read(tmp_path: Path, *rows: str) -> list[AreaLine]:
    file = tmp_path / "areas.csv"
    file.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return area_files.read(file)


def take(world: World, lines: list[AreaLine], **more: bool) -> AreaPlan:
    """As the administrator takes a list in."""
    connection = db.session.connection()
    drawn = areas.drawn_up(lines, connection, countries=NAMES, **more)
    areas.write(drawn, connection, actor=world.administrator, source="areas.csv")
    db.session.commit()
    return drawn


def area(code: str) -> Area:
    return db.session.scalars(sa.select(Area).where(Area.code == code)).one()


def test_a_list_of_a_new_country_is_taken_in_and_a_second_time_changes_nothing(world: World, tmp_path: Path):
    lines = read(
        tmp_path,
        "XBC,2,XB0101,Mambéré,XB01,,,Mambere-le-Vieux; مامبيري,",
        "XBC,1,XB01,Haut-Mambéré,XBC,,,,",
    )
    drawn = take(world, lines)
    assert (len(drawn.added), drawn.refused) == (3, [])
    assert area("XB0101").parent.parent.name == "Otherland"
    match = gazetteer.matcher(viewer=world.focal_point).match
    assert match("مامبيري").certain.code == match("mambere (haut mambere)").certain.code == "XB0101"
    again = take(world, lines)
    assert (again.empty, again.unchanged) == (True, 2)
    said = db.session.scalars(sa.select(AdministrationEntry)).one()
    assert (said.actor, said.subject, said.detail["added"]) == (
        world.administrator.user,
        "areas.csv",
        3,
    )


def test_what_is_renamed_moved_or_no_longer_an_area_stays_known(world: World, tmp_path: Path):
    case = world.register()
    drawn = take(
        world,
        read(
            tmp_path,
            "XAA,2,XA0101,Bridge County,XA01,,,,",
            "XAA,3,XA010101,Old Ferry Payam,XA0102,,,,",
            "XAA,2,XA0102,Ford County,XA01,,,,",
            "XAA,2,XA0201,Stone County,XA02,,,,XA0102",
        ),
    )
    assert [len(one) for one in (drawn.renamed, drawn.moved, drawn.retired)] == [1, 1, 1]
    db.session.expire_all()
    assert (world.county.name, world.payam.parent, case.area) == (
        "Bridge County",
        world.other_county,
        world.payam,
    )
    kept = db.session.execute(sa.select(AreaName.area_id, AreaName.name, AreaName.kind)).all()
    assert set(kept) == {
        (world.county.id, "Bend County", NameKind.FORMER),
        (world.other_county.id, "Stone County", NameKind.FORMER),
    }
    assert not world.hill_county.active
    assert gazetteer.matcher(viewer=world.focal_point).match("Bend").certain.code == "XA0101"
    offered = atlas(viewer=world.focal_point).surroundings(None)
    assert world.hill_county.id not in [one.id for one in offered]


def test_a_whole_list_takes_what_it_leaves_out_out_of_use_and_no_more(world: World, tmp_path: Path):
    lines = read(tmp_path, "XAA,2,XA0101,Bend County,XA01,,,,", "XAA,2,XA0102,,XA01,,,,")
    assert take(world, lines).retired == []
    drawn = take(world, lines, whole=True)
    assert [one.code for one in drawn.retired] == ["XA0201"]  # XA0102 is in the list, if badly
    back = take(world, read(tmp_path, "XAA,2,XA0201,Stone County,XA02,,,,"))
    assert [one.code for one in back.returned] == ["XA0201"]


def test_bad_lines_are_named_and_the_others_taken_in(world: World, tmp_path: Path):
    drawn = take(
        world,
        read(
            tmp_path,
            "XAA,2,XA0103,Good,XA01,,,,",
            "XAA,2,x,Bad code,XA01,,,,",
            "XAA,2,XA0104, ,XA01,,,,",
            "XAA,two,XA0105,Bad level,XA01,,,,",
            "XAA,2,XA0103,Twice,XA01,,,,",
            "XAA,2,XA0106,No parent,XA77,,,,",
            "XAA,3,XA0107,Wrong level,XA01,,,,",
            "XAA,3,XA0101,There at another,XA0102,,,,",
            "XAA,2,XA0108,Gone,XA01,,,,XA99",
            "XAA,3,XA010999,Its parent is refused,XA0104,,,,",
        ),
    )
    assert [(one.line, one.why) for one in drawn.refused] == [
        (3, WrongLine.CODE),
        (4, WrongLine.NAME),
        (5, WrongLine.LEVEL),
        (6, WrongLine.TWICE),
        (7, WrongLine.PARENT),
        (8, WrongLine.PARENT_LEVEL),
        (9, WrongLine.OTHER_LEVEL),
        (10, WrongLine.SUCCESSOR),
        (11, WrongLine.PARENT),
    ]
    assert [one.code for one in drawn.added] == ["XA0103"]


@pytest.mark.only_on("sqlite")
def test_nobody_but_an_administrator_takes_areas_in(world: World, tmp_path: Path):
    lines = read(tmp_path, "XAA,2,XA0103,Good,XA01,,,,")
    drawn = areas.drawn_up(lines, db.session.connection(), countries=NAMES)
    with pytest.raises(NotPermitted):
        areas.write(drawn, db.session.connection(), actor=world.judicial_officer, source="areas.csv")


def test_a_list_without_a_column_that_is_needed_is_refused(tmp_path: Path):
    file = tmp_path / "areas.csv"
    file.write_text("Name,Level\nJuba,2\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="no column 'p-code'"):
        area_files.read(file)


def test_a_large_list_is_taken_in_with_few_questions(world: World, statements):
    counties = [AreaLine(n, f"XB{n:02}", f"County {n}", "1", "XBC", "XBC") for n in range(10, 90)]
    payams = [
        AreaLine(n, f"XB{n % 80 + 10}{n:03}", f"Payam {n}", "2", f"XB{n % 80 + 10}") for n in range(400)
    ]
    with statements() as asked:
        assert len(take(world, counties + payams).added) == 481
    assert len(asked) < 15


@pytest.mark.only_on("sqlite")
def test_the_published_lists_of_five_countries_are_taken_in_whole(world: World):
    if not REAL.exists():
        pytest.skip(f"there is no {REAL}")
    lines = area_files.read(REAL)
    drawn = areas.drawn_up(lines, db.session.connection(), countries=area_files.country_names())
    assert (len(drawn.added), drawn.refused) == (801, [])
    areas.write(drawn, db.session.connection(), actor=world.administrator, source=REAL.name)
    match = gazetteer.matcher(viewer=world.focal_point).match
    for line in lines:
        found = match(line.name, line.parent if line.parent != line.location else "")
        assert found.certain is None or found.certain.code == line.code, line
        assert line.code in {
            one.code for one in (found.certain, *(one.area for one in found.candidates)) if one is not None
        }, line
