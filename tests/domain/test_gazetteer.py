"""Typed places are matched with the areas that the database holds now."""

from tests.world import World
from tracker import clock
from tracker.db import db
from tracker.models import Area, AreaName, NameKind
from tracker.queries import gazetteer
from tracker.vocabulary import OfferedFor


def test_a_typed_place_is_matched_with_the_areas_of_the_database(world: World):
    match = gazetteer.matcher(viewer=world.focal_point).match
    assert match("Old ferry payam, Bend County").certain.id == world.payam.id
    assert [one.area.name for one in match("Stone Conty, River State").candidates][:1] == ["River State"]


def test_a_new_area_and_a_former_name_count_at_once(world: World):
    before = gazetteer.matcher(viewer=world.focal_point)
    assert gazetteer.matcher(viewer=world.focal_point) is before
    db.session.add_all(
        [
            Area(code="XA0203", name="Ford County", level=2, parent=world.other_state),
            AreaName(area=world.county, name="Fort Sibut", kind=NameKind.FORMER, recorded_at=clock.now()),
        ]
    )
    db.session.commit()
    match = gazetteer.matcher(viewer=world.focal_point).match
    assert match("Fort-Sibut").certain.id == world.county.id
    found = match("Ford county")
    assert found.certain is None
    assert [(one.area.code, one.why) for one in found.candidates] == [
        ("XA0102", OfferedFor.SAME_NAME),
        ("XA0203", OfferedFor.SAME_NAME),
    ]
