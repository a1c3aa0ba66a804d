"""Cases that may be the same: shown before one is registered and afterwards, linked by a person, never merged."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from tests.web.case_pages import address, has
from tests.web.test_register import a_report
from tests.world import World
from tracker import clock
from tracker.actions import linking
from tracker.actions.cases import NewPerson
from tracker.db import db
from tracker.errors import BadInput, StepRefused
from tracker.models import CaseLink, ProtectionCase, SearchTerm
from tracker.queries import alikes, linked_cases
from tracker.queries.alikes import Sought, Why
from tracker.vocabulary import CaseTie, Concern, PartyRole

pytestmark = pytest.mark.only_on("sqlite")


def _survivor(name: str, phone: str = "") -> list[NewPerson]:
    return [NewPerson(role=PartyRole.SURVIVOR, name=name, phone=phone)]


def _found(world: World, **sought: object) -> list[tuple[str, set[Why]]]:
    looked_for = Sought(**sought)  # type: ignore[arg-type]
    return [(one.reference, set(one.why)) for one in alikes.of_new(looked_for, viewer=world.focal_point)]


def test_the_same_person_is_found_in_either_script_and_by_the_telephone(world: World):
    case = world.register(people=_survivor("محمد دينق", "+211 912 345 678"))
    assert _found(world, people=[("Mohammed Deng", "")]) == [(case.reference, {Why.NAME})]
    assert _found(world, people=[("", "0912 345 678")]) == [(case.reference, {Why.PHONE})]
    assert _found(world, people=[("Ahmed Deng", ""), ("Nyibol", "0912 345 679")]) == []


def test_the_same_concern_in_the_same_area_within_two_weeks_is_found(world: World):
    today = clock.now().date()
    case = world.register(people=[], concern=Concern.RAPE, occurred_on=today - timedelta(days=10))
    undated = world.register(people=[], concern=Concern.KILLING)

    def found(concern: Concern, area_id: int, on: date) -> list[str]:
        sought = Sought(concern=concern, area_id=area_id, on=on)
        return [one.reference for one in alikes.of_new(sought, viewer=world.focal_point)]

    payam = world.payam.id
    assert found(Concern.RAPE, payam, today) == [case.reference]
    assert found(Concern.RAPE, payam, today - timedelta(days=24)) == [case.reference]
    assert found(Concern.RAPE, payam, today - timedelta(days=25)) == []
    assert found(Concern.RAPE, world.county.id, today) == []
    assert found(Concern.KILLING, payam, today) == [undated.reference]


def test_nobody_is_shown_a_case_that_they_may_not_know_of(world: World):
    world.register(people=_survivor("Abuk Deng", "+211 912 345 678"))
    sought = Sought(
        people=[("Abuk Deng", "+211 912 345 678")],
        concern=Concern.PHYSICAL_ASSAULT,
        area_id=world.payam.id,
        on=clock.now().date(),
    )
    seers = {name for name, person in world.people.items() if alikes.of_new(sought, viewer=person)}
    assert seers == {"focal_point", "judicial_officer"}


def test_no_name_and_no_sound_of_one_stands_in_the_table(world: World):
    world.register(people=_survivor("Abuk Deng", "+211 912 345 678"))
    kept = b"".join(db.session.scalars(sa.select(SearchTerm.fingerprint)))
    assert not [word for word in (b"abuk", b"abk", b"dnj", b"12345678") if word in kept]


def test_before_a_case_is_registered_those_that_may_be_the_same_are_shown_and_nothing_typed_is_lost(
    world: World,
):
    first = world.register(people=_survivor("Nyibol"), concern=Concern.RAPE)
    client = world.sign_in(world.focal_point)
    report = a_report(world)
    asked = client.send("/cases/new", **report)  # type: ignore[arg-type]
    assert asked.status_code == 422
    assert has(asked.text, "Cases that may be the same", first.reference, "a similar name", "An uncle")
    assert db.session.scalars(sa.select(ProtectionCase)).all() == [first]
    form = {name: value for name, value in report.items() if value is not None}
    answer = client.send("/cases/new", looked="y", **form)  # type: ignore[arg-type]
    assert answer.status_code == 303
    assert answer.location.endswith("/alike")
    assert first.reference in client.get(answer.location).text


def test_a_registrar_says_what_two_cases_are_to_each_other_and_both_histories_tell_it(world: World):
    first, second = world.register(), world.register()
    client = world.sign_in(world.focal_point)
    assert f"{address(second)}/alike" in client.get(address(second)).text
    path = address(second, "alike", first.reference)
    assert path in client.get(address(second, "alike")).text
    assert client.send(path).status_code == 422
    assert client.send(path, tie="same_person").location == address(second)
    assert has(client.get(address(second)).text, first.reference, "Same person")
    assert second.reference in client.get(address(first)).text
    for case in (first, second):
        entry = world.entries(case)[-1]
        assert (entry.action, entry.detail) == ("link_cases", {"tie": "same_person"})
    assert "No case that you may see looks like this one" in client.get(address(first, "alike")).text
    client.send(path, tie="not_the_same")
    assert linked_cases.of_case(first.id, viewer=world.focal_point) == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CaseLink)) == 2


def test_who_does_not_work_on_a_case_links_nothing_and_no_case_is_linked_with_itself(world: World):
    case, other = world.register(), world.register()
    with pytest.raises(BadInput):
        linking.link(CaseTie.SAME_PERSON, actor=world.focal_point, case=case, other=case, seen=case.entries)
    with pytest.raises(BadInput):
        linking.link(CaseTie.REPRISAL, actor=world.focal_point, case=case, other=other, seen=case.entries)
    track = world.a_track("police:accepted")
    with pytest.raises(StepRefused):
        linking.link(
            CaseTie.SAME_PERSON,
            actor=world.police_officer,
            case=track.case,
            other=other,
            seen=track.case.entries,
        )
    assert world.sign_in(world.police_officer).get(address(track.case, "alike")).status_code == 403
