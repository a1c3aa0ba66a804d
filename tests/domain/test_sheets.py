"""Lists that people bring: good rows once, bad rows said, and every safeguard as on the pages."""

from typing import Any

import pytest
import sqlalchemy as sa

from blueprints.lexicon import lexicon
from tests.sheet_files import CASE_HEADINGS, case_row, in_csv, xlsx
from tests.world import World
from tracker import clock, mission
from tracker.actions import sheet_work, sheets, walls
from tracker.db import db
from tracker.errors import BadInput, NotFound, NotPermitted, StepRefused
from tracker.intake import sheet_reading, sheet_remarks
from tracker.models import (
    AdministrationEntry,
    Area,
    Consent,
    Custody,
    HistoryEntry,
    Institution,
    LogEntry,
    Membership,
    Person,
    ProtectionCase,
    SheetImport,
    SheetRow,
    SheetTaken,
    Track,
    UserAccount,
)
from tracker.queries import sheets as queries
from tracker.vocabulary import (
    AdministrativeAct,
    AgeGroup,
    Channel,
    Level,
    Role,
    RowState,
    SheetKind,
    SheetState,
)


def work(world: World) -> None:
    """What a worker does, in the tests' own session."""
    with world.app.app_context():
        words = lexicon()
    while (sheet := sheet_work.next_file()) is not None:
        sheet_work.go_on(sheet, sheet_reading.setting(words))
        db.session.commit()
    db.session.rollback()


def look(world: World, by: Membership, kind: SheetKind, data: bytes, **other: Any) -> SheetImport:
    """Brings a file, takes the guessed mapping, and has it looked through."""
    actor_id = by.id
    sheet = sheets.bring(kind, data, actor=by)
    sheets.choose(sheet, actor=by, heading=sheet.heading, columns=sheet.columns | other)
    code = sheet.code
    db.session.commit()
    work(world)
    return queries.find(code, viewer=db.session.get_one(Membership, actor_id))


def take(world: World, by: Membership, kind: SheetKind, data: bytes, **other: Any) -> SheetImport:
    """The same, and takes in what is new."""
    code = look(world, by, kind, data, **other).code
    sheet = queries.find(code, viewer=by)
    if sheet.new:
        sheets.confirm(sheet, actor=by)
        db.session.commit()
        work(world)
    return queries.find(code, viewer=by)


def remarks(sheet: SheetImport) -> list[tuple[int, str, str]]:
    """Line, field and sentence of all that is wrong."""
    rows = queries.wrong_rows(sheet, viewer=sheet.membership)
    return [(row.line, field, str(said)) for row in rows for field, said in sheet_remarks.opened(row)]


def counts(sheet: SheetImport) -> tuple[int, int, int, int]:
    return sheet.new, sheet.there, sheet.wrong, sheet.taken


def how_many(model: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def cases_of(*rows: Any) -> bytes:
    return xlsx(CASE_HEADINGS, *rows)


# --- good rows once -------------------------------------------------------------------------------------------------


def test_good_rows_are_taken_in_once_whatever_file_brings_them(world: World):
    focal = world.focal_point
    good = [case_row(number) for number in range(5)]
    bad = [case_row(7, urgency="as fast as a leopard"), case_row(8, consent=None)]
    first = look(world, focal, SheetKind.CASES, cases_of(*good, *bad))
    assert (first.state, counts(first)) == (SheetState.CHECKED, (5, 0, 2, 0))
    assert how_many(ProtectionCase) == 0, "nothing is written by looking through"
    assert how_many(HistoryEntry) == 0
    sheets.confirm(first, actor=world.focal_point)
    db.session.commit()
    work(world)
    first = db.session.get_one(SheetImport, first.id)
    assert (first.state, counts(first)) == (SheetState.DONE, (0, 0, 2, 5))
    assert how_many(ProtectionCase) == 5
    leaves = db.session.scalars(sa.select(LogEntry.entry_id).where(LogEntry.entry_id.is_not(None))).all()
    assert len(leaves) == how_many(HistoryEntry) == 10, "every act has its leaf"
    assert {line for line, _, _ in remarks(first)} == {7, 8}
    mended = [case_row(7), case_row(8)]
    second = take(world, world.focal_point, SheetKind.CASES, in_csv(CASE_HEADINGS, *mended, delimiter=";"))
    assert counts(second) == (0, 0, 0, 2)
    third = take(world, world.focal_point, SheetKind.CASES, cases_of(*good, *mended))
    assert (third.state, counts(third)) == (SheetState.CHECKED, (0, 7, 0, 0))
    assert how_many(ProtectionCase) == 7


@pytest.mark.only_on("sqlite")
def test_a_case_says_what_its_row_says(world: World):
    row = case_row(1, consent="given", sharedwith="Bend police station; county-court")
    take(world, world.focal_point, SheetKind.CASES, cases_of(row))
    case = db.session.scalars(sa.select(ProtectionCase)).one()
    assert (case.registrar_id, case.owner_id) == (world.network.id, world.section.id)
    assert (case.channel, case.risk, case.reprisal_risk) == (Channel.IMPORTED, Level.MEDIUM, Level.LOW)
    assert (case.area_id, case.occurred_on.isoformat()) == (world.payam.id, "2026-03-01")
    person = db.session.scalars(sa.select(Person)).one()
    assert (person.name, person.phone, person.age_group) == ("Abuk number 1", "211900000001", AgeGroup.CHILD)
    agreed = set(db.session.scalars(sa.select(Consent.institution_id)))
    assert agreed == {world.station.id, world.county_court.id}
    entry = world.entries(case)[0]
    assert (entry.actor_id, entry.institution_id) == (world.focal_point.user_id, world.network.id)


@pytest.mark.only_on("sqlite")
def test_the_same_row_twice_in_a_file_is_one_case_also_without_a_number_of_its_own(world: World):
    rows = [case_row(1, no=None), case_row(1, no=None), case_row(2, no=None)]
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(*rows))
    assert counts(sheet) == (2, 1, 0, 0)


def test_two_files_that_run_at_once_do_not_double_a_row(world: World):
    data = cases_of(case_row(1))
    first, second = (look(world, world.focal_point, SheetKind.CASES, data) for _ in range(2))
    for sheet in (first, second):
        sheets.confirm(db.session.get_one(SheetImport, sheet.id), actor=world.focal_point)
    db.session.commit()
    work(world)
    found = [counts(db.session.get_one(SheetImport, sheet.id)) for sheet in (first, second)]
    assert found == [(0, 0, 0, 1), (0, 1, 0, 0)]
    assert how_many(ProtectionCase) == 1


# --- the safeguards of the pages ------------------------------------------------------------------------------------


def test_a_row_is_held_to_consent_wall_and_reprisals_as_the_pages_are(world: World):
    officer = world.judicial_officer
    to_police = {"referto": "Bend police station"}
    agreed = {"consent": "given", "sharedwith": "Bend police station"}
    rows = [
        case_row(1, **to_police),
        case_row(2, **to_police, **agreed),
        case_row(3, **to_police, **agreed, riskofreprisals="high"),
    ]
    accused = [*case_row(4, **to_police, **agreed), "Bend police station"]
    own = [*case_row(5), world.section.name]
    data = xlsx((*CASE_HEADINGS, "Perpetrator institution"), *rows, accused, own)
    sheet = take(world, officer, SheetKind.CASES, data)
    assert counts(sheet) == (0, 0, 4, 1)
    said = {line: sentence for line, _, sentence in remarks(sheet)}
    assert "There is no consent to share this case with Bend police station" in said[2]
    assert "The risk of reprisals is too high" in said[4]
    assert "somebody there" in said[5]
    assert "hide the case from your own institution" in said[6]
    track = db.session.scalars(sa.select(Track).where(Track.stage == "police")).one()
    assert track.institution_id == world.station.id
    assert how_many(ProtectionCase) == 1, "a refused row leaves nothing behind"


@pytest.mark.only_on("sqlite")
def test_a_network_refers_nothing_that_a_section_is_responsible_for(world: World):
    row = case_row(1, consent="given", sharedwith="station", referto="station")
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(row))
    ((_, field, sentence),) = remarks(sheet)
    assert (field, world.section.name in sentence) == ("refer_to", True)


@pytest.mark.only_on("sqlite")
def test_each_kind_is_for_those_who_may_do_it_by_hand(world: World):
    may = {
        SheetKind.CASES: {Role.FOCAL_POINT, Role.JUDICIAL_OFFICER},
        SheetKind.CUSTODY: {Role.POLICE_OFFICER},
        SheetKind.PEOPLE: {Role.ADMINISTRATOR},
        SheetKind.INSTITUTIONS: {Role.ADMINISTRATOR},
        SheetKind.AREAS: {Role.ADMINISTRATOR},
    }
    for person in world.people.values():
        for kind, roles in may.items():
            if person.role not in roles:
                with pytest.raises(NotPermitted):
                    sheets.bring(kind, in_csv(["a", "b"]), actor=person)


@pytest.mark.only_on("sqlite")
def test_a_list_is_there_for_nobody_but_its_owner(world: World):
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(case_row(1), case_row(2, risk="?")))
    for person in (world.judicial_officer, world.other_focal_point, world.administrator):
        with pytest.raises(NotFound):
            queries.find(sheet.code, viewer=person)
        assert not queries.wrong_rows(sheet, viewer=person)
        with pytest.raises((StepRefused, NotPermitted)):
            sheets.confirm(sheet, actor=person)
        with pytest.raises(StepRefused):
            sheets.cancel(sheet, actor=person)


def test_who_may_no_more_takes_nothing_more_in(world: World):
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(*map(case_row, range(6))))
    sheets.confirm(sheet, actor=world.focal_point)
    known = _known(world)
    sheet_work.go_on(sheet, known, most=4)
    world.focal_point.ended_at = clock.now()
    db.session.commit()
    work(world)
    sheet = db.session.get_one(SheetImport, sheet.id)
    assert (sheet.state, sheet.taken) == (SheetState.STOPPED, 4)
    assert how_many(ProtectionCase) == 4
    assert how_many(SheetRow) == 0


def _known(world: World) -> sheet_reading.Setting:
    with world.app.app_context():
        words = lexicon()
    return sheet_reading.setting(words)


# --- custody, people, institutions, areas ---------------------------------------------------------------------------

HELD = (
    "Reference",
    "Name of detainee",
    "Age",
    "Date of arrest",
    "Time of arrest",
    "Day of release",
    "Reason for the release",
)


@pytest.mark.only_on("sqlite")
def test_a_station_s_list_of_held_people_becomes_custody_in_its_own_cases(world: World):
    track = world.a_track("police:accepted")
    other = world.a_track("police:accepted", institution=world.other_station)
    hidden = world.a_track("police:accepted")
    walls.wall_off(
        actor=world.judicial_officer,
        case=hidden.case,
        seen=hidden.case.entries,
        institution_id=world.station.id,
        note="Because.",
    )
    db.session.commit()
    day = clock.day_of(clock.now(), mission.current().zone)
    own = track.case.reference
    rows = [
        (own, "Deng the accused", 16, day, "00:01", None, None),
        (own, "Deng the accused", 16, day, "00:01", None, None),
        (own, "Without a time", None, day, None, None, None),
        (other.case.reference, "Elsewhere", None, day, "00:01", None, None),
        (hidden.case.reference, "Behind a wall", None, day, "00:01", None, None),
        ("CDFH-JKMN-PRTV", "Mistyped", None, day, "00:01", None, None),
        (own, "Released", None, day, "00:01", day, None),
    ]
    sheet = take(world, world.police_officer, SheetKind.CUSTODY, xlsx(HELD, *rows))
    assert counts(sheet) == (0, 1, 5, 1)
    said = {line: (field, sentence) for line, field, sentence in remarks(sheet)}
    assert said[4][0] == "arrested_time"
    assert said[5] == said[6], "what is elsewhere and what is hidden are told alike"
    assert said[5][0] == "reference"
    assert said[8][0] == "released_time"
    held = db.session.scalars(sa.select(Custody)).one()
    assert (held.person.name, held.person.age_group) == ("Deng the accused", AgeGroup.CHILD)
    assert held.track_id == track.id


def test_an_administrator_brings_areas_then_institutions_then_people(world: World):
    administrator = world.administrator
    areas = [
        ("XA0109", "Lake County", "XA01"),
        ("XA010901", "Lake Payam", "XA0109"),
        ("XA99", "Nowhere", "XA98"),
    ]
    sheet = look(world, administrator, SheetKind.AREAS, in_csv(("P-code", "Name", "Parent"), *areas))
    assert counts(sheet) == (2, 0, 1, 0), "an area may stand above another one in the same list"
    sheet = take(world, world.administrator, SheetKind.AREAS, in_csv(("P-code", "Name", "Parent"), *areas))
    assert counts(sheet) == (0, 0, 1, 2)
    lake = db.session.scalars(sa.select(Area).where(Area.code == "XA010901")).one()
    assert (lake.level, lake.parent.name) == (3, "Lake County")
    posts = [
        ("Lake police post", "Police station", "Lake payam"),
        ("Bend police station", "police_station", "Bend County"),
    ]
    sheet = take(world, world.administrator, SheetKind.INSTITUTIONS, in_csv(("Name", "Kind", "Area"), *posts))
    assert counts(sheet) == (0, 1, 0, 1)
    people = [
        ("l.officer", "Lado Officer", "Lake police post", "Police officer", "lado@example.org"),
        ("police_officer", "Samuel Lado", "lake-police-post", "Police officer", ""),
        ("l.admin", "Lado Admin", "Lake police post", "Administrator", ""),
        ("l.clerk", "Lado Clerk", "Lake police post", "Court clerk", ""),
        ("police_officer", "Another Name", "Lake police post", "Police officer", ""),
    ]
    headings = ("Username", "Name", "Institution", "Role", "E-mail")
    sheet = take(world, world.administrator, SheetKind.PEOPLE, in_csv(headings, *people))
    assert counts(sheet) == (0, 0, 3, 2)
    added = db.session.scalars(sa.select(UserAccount).where(UserAccount.username == "l.officer")).one()
    assert [one.role for one in added.memberships] == [Role.POLICE_OFFICER]
    assert len(world.police_officer.user.memberships) == 2
    again = look(world, world.administrator, SheetKind.PEOPLE, in_csv(headings, *people[:2]))
    assert counts(again) == (0, 2, 0, 0)


# --- what is kept -------------------------------------------------------------------------------------------------


@pytest.mark.only_on("sqlite")
def test_rows_are_sealed_while_they_wait_and_gone_when_they_are_done(world: World):
    sheet = look(
        world, world.focal_point, SheetKind.CASES, cases_of(case_row(1), case_row(2, risk="Abuk knows"))
    )
    for table in ("sheet_row", "sheet_import", "sheet_mapping"):
        rows = db.session.execute(sa.text(f"SELECT * FROM {table}")).all()
        assert rows
        assert "Abuk" not in repr(rows)
        assert "urvivor name" not in repr(rows)
    sheets.confirm(sheet, actor=world.focal_point)
    db.session.commit()
    work(world)
    states = set(db.session.scalars(sa.select(SheetRow.state)))
    assert states == {RowState.HEADING, RowState.WRONG}, "only what is to be mended"
    with world.travel(hours=25):
        sheets.clear()
    assert how_many(SheetRow) == 0
    assert how_many(SheetImport) == how_many(SheetTaken) == 1, "that it was done is known for good"
    entry = db.session.scalars(
        sa.select(AdministrationEntry).where(AdministrationEntry.action == AdministrativeAct.SHEET_TAKEN_IN)
    ).one()
    assert entry.detail == {"taken": 1, "there": 0, "wrong": 1}
    assert (entry.actor_id, entry.subject) == (world.focal_point.user_id, "cases")


@pytest.mark.only_on("sqlite")
def test_what_nobody_goes_on_with_is_cancelled_and_forgotten_after_a_day(world: World):
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(case_row(1)))
    with world.travel(hours=23):
        sheets.clear()
        assert how_many(SheetRow) == 2
    with world.travel(hours=25):
        assert sheets.clear() == 1
    assert (sheet.state, how_many(SheetRow)) == (SheetState.CANCELLED, 0)
    with pytest.raises(StepRefused):
        sheets.confirm(sheet, actor=world.focal_point)


@pytest.mark.only_on("sqlite")
def test_the_columns_of_the_last_file_are_remembered_for_the_next_and_for_colleagues(world: World):
    headings = ["Ref", "What", "Where", "U", "R", "RR", "C"]
    row = ["1", "rape", "Bend County", "urgent", "low", "low", "declined"]
    sheet = sheets.bring(SheetKind.CASES, in_csv(headings, row), actor=world.focal_point)
    assert sheet.columns == {}
    chosen = {
        "key": 0,
        "concern": 1,
        "area": 2,
        "urgency": 3,
        "risk": 4,
        "reprisal_risk": "=high",
        "consent": 6,
    }
    with pytest.raises(BadInput) as missing:
        sheets.choose(sheet, actor=world.focal_point, heading=1, columns={"key": 0})
    assert set(missing.value.sentences) == chosen.keys() - {"key"}
    sheets.choose(sheet, actor=world.focal_point, heading=1, columns=chosen)
    again = sheets.bring(SheetKind.CASES, in_csv(headings[::-1], row[::-1]), actor=world.focal_point)
    assert again.columns == {
        name: place if isinstance(place, str) else 6 - place for name, place in chosen.items()
    }


@pytest.mark.only_on("sqlite")
def test_nobody_keeps_more_than_a_few_lists_open(world: World):
    sheet = sheets.bring(SheetKind.CASES, cases_of(case_row(1)), actor=world.focal_point)
    for _ in range(sheets.MOST_AT_ONCE - 1):
        sheets.bring(SheetKind.CASES, cases_of(case_row(1)), actor=world.focal_point)
    with pytest.raises(StepRefused):
        sheets.bring(SheetKind.CASES, cases_of(case_row(1)), actor=world.focal_point)
    sheets.cancel(sheet, actor=world.focal_point)
    sheets.bring(SheetKind.CASES, cases_of(case_row(1)), actor=world.focal_point)


@pytest.mark.only_on("sqlite")
def test_an_institution_may_be_spelt_as_people_do_and_is_never_guessed(world: World):
    db.session.add(Institution(code="other-bend", name="BEND  Police-Station", kind=world.station.kind))
    db.session.commit()
    row = case_row(1, consent="given", sharedwith="bend police station")
    sheet = look(world, world.focal_point, SheetKind.CASES, cases_of(row))
    ((_, field, sentence),) = remarks(sheet)
    assert field == "consent_institutions"
    assert "= station" in sentence
    assert "= other-bend" in sentence
