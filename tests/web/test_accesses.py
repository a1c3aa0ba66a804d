"""Who read what: every read of something personal is written down before it leaves, or it does not leave."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from tests.web.case_pages import PERSONAL, address, has, silent_about
from tests.web.crawl import everything
from tests.world import World
from tracker import clock, references
from tracker.actions import emergencies
from tracker.db import db
from tracker.models import Access
from tracker.vocabulary import AccessKind, EmergencyReason, Relation


def written() -> Sequence[Access]:
    """What was written down, the oldest first."""
    return db.session.scalars(sa.select(Access).order_by(Access.id)).all()


@contextmanager
def nothing_can_be_written_down() -> Iterator[None]:
    """The table is away, on both engines."""
    db.session.execute(sa.text("ALTER TABLE access RENAME TO taken_away"))
    db.session.commit()
    try:
        yield
    finally:
        db.session.execute(sa.text("ALTER TABLE taken_away RENAME TO access"))
        db.session.commit()


def test_reading_a_case_file_is_written_down_with_the_digest_of_what_was_sent(world: World):
    track = world.a_track("police:accepted")
    answer = world.sign_in(world.police_officer).get(address(track.case))
    (row,) = written()
    assert (row.kind, row.relation, row.case_id) == (AccessKind.CASE_FILE, Relation.HOLDER, track.case_id)
    assert (row.user_id, row.membership_id) == (world.police_officer.user_id, world.police_officer.id)
    assert (row.institution_id, row.page) == (world.station.id, "cases.show")
    assert row.digest == hashlib.sha256(answer.data).hexdigest()
    assert (clock.now() - row.read_at).total_seconds() < 60


@pytest.mark.only_on("sqlite")
def test_a_preview_is_not_written_down_for_it_names_nobody(world: World):
    track = world.sent_to_police()
    world.sign_in(world.police_officer).get(address(track.case))
    assert written() == []


def test_what_cannot_be_written_down_does_not_leave(world: World):
    track, alert = world.a_track("police:accepted"), world.an_alert(name="Nyandeng who called")
    police, focal = world.sign_in(world.police_officer), world.sign_in(world.focal_point)
    with nothing_can_be_written_down():
        for client, path in (
            (police, address(track.case)),
            (police, address(track.case, "tracks", track.id, "record_arrest")),
            (police, f"/figures/institutions/{world.station.code}/csv"),
            (focal, f"/alerts/{alert.reference}"),
        ):
            answer = client.get(path)
            assert answer.status_code == 503, path
            assert silent_about(answer.text, *PERSONAL, "Nyandeng"), path
            assert "Content-Disposition" not in answer.headers
        assert police.get("/police/queue").status_code == 200
    assert police.get(address(track.case)).status_code == 200


def test_what_was_written_down_stays(world: World):
    track = world.a_track("police:accepted")
    world.sign_in(world.police_officer).get(address(track.case))
    attempts = ["UPDATE access SET user_id = 1", "DELETE FROM access"]
    if db.engine.dialect.name == "sqlite":
        attempts.append("INSERT OR REPLACE INTO access SELECT * FROM access")
    else:
        attempts.append("TRUNCATE access")
    for attempt in attempts:
        with pytest.raises(sa.exc.IntegrityError, match="append-only"):
            db.session.execute(sa.text(attempt))
        db.session.rollback()
    assert len(written()) == 1


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("who", ["focal_point", "police_officer"])
def test_no_page_shows_anything_personal_that_is_not_written_down(world: World, who: str):
    """Every page of cases and alerts that links lead to."""
    track = world.a_track("police:accepted")
    world.an_alert("verified", name="Abuk who called", message="Abuk said so.")
    client = world.sign_in(world.people[who])
    read = everything(client, "/", address(track.case), inside=("/", "/cases/", "/alerts/", "/police/"))
    told = [text for text in read.values() if any(secret in text for secret in PERSONAL)]
    assert told
    digests = {row.digest for row in written()}
    assert {hashlib.sha256(text.encode()).hexdigest() for text in told} <= digests


@pytest.mark.only_on("sqlite")
def test_a_file_that_is_taken_is_written_down(world: World):
    world.sign_in(world.judicial_officer).get(f"/figures/institutions/{world.station.code}/csv")
    (row,) = written()
    assert (row.kind, row.relation, row.case_id) == (AccessKind.EXPORT, Relation.NONE, None)


@pytest.mark.only_on("sqlite")
def test_asking_for_a_reference_that_leads_nowhere_is_counted_without_what_was_typed(world: World):
    hidden = world.register(by=world.other_focal_point, area_id=world.hill_county.id)
    client = world.sign_in(world.police_officer)
    for reference in (references.new(), hidden.reference):
        assert client.get(f"/cases/{reference}").status_code == 404
        assert client.get("/cases/find", query_string={"reference": reference}).status_code == 404
    rows = written()
    assert {(row.kind, row.case_id, row.alert_id) for row in rows} == {
        (AccessKind.UNKNOWN_REFERENCE, None, None)
    }
    assert len(rows) == 4


@pytest.mark.only_on("sqlite")
def test_whoever_answers_for_a_case_sees_who_has_read_it_and_nobody_else_does(world: World):
    track = world.a_track("police:accepted")
    for _ in range(3):
        world.sign_in(world.police_officer).get(address(track.case))
    owner = world.sign_in(world.judicial_officer)
    assert "Who has read this case" in owner.get(address(track.case)).text
    said = owner.page(address(track.case, "readers")).words("main")
    assert has(said, "Samuel Lado", "Police officer · Bend police station", "Holder", "Case file3")
    assert world.sign_in(world.focal_point).get(address(track.case, "readers")).status_code == 200
    assert world.sign_in(world.police_officer).get(address(track.case, "readers")).status_code == 403
    other = world.sign_in(world.other_focal_point)
    assert other.get(address(track.case, "readers")).status_code == 404


def test_an_auditor_finds_reads_by_person_institution_case_and_day(world: World):
    track, other = world.a_track("police:accepted"), world.a_track("court:accepted")
    world.sign_in(world.police_officer).get(address(track.case))
    world.sign_in(world.court_clerk).get(address(other.case))
    auditor = world.sign_in(world.auditor)
    today = clock.now().date().isoformat()
    for query, found in (
        ({}, [other, track]),
        ({"person": "samuel"}, [track]),
        ({"institution": "bend police"}, [track]),
        ({"reference": other.case.reference}, [other]),
        ({"day": "2020-01-01"}, []),
        ({"person": "nobody"}, []),
    ):
        page = auditor.page("/audit/access?" + "&".join(f"{name}={value}" for name, value in query.items()))
        listed = page.words("tbody") if found else ""
        assert [one in found for one in (track, other)] == [
            one.case.reference in listed for one in (track, other)
        ], query
        assert silent_about(page.words("main"), *PERSONAL)
    assert auditor.get(f"/audit/access?day={today}").status_code == 200
    assert auditor.get("/audit/access?reference=2222-2222-2223").status_code == 422
    assert auditor.get("/audit/access?day=x").status_code == 422
    assert auditor.get(f"/audit/access?reference={references.new()}").status_code == 404
    assert world.sign_in(world.cso_monitor).get("/audit/access").status_code == 403


def test_unusual_reading_is_listed_with_its_reason_until_somebody_looked_into_it(world: World):
    hidden = world.register()
    emergencies.break_glass(
        hidden.reference,
        actor=world.prosecutor,
        reason=EmergencyReason.OTHER,
        note="Somebody is in danger now.",
    )
    world.sign_in(world.prosecutor).get(address(hidden))
    police = world.sign_in(world.police_officer)
    for _ in range(5):
        police.get(f"/cases/{references.new()}")
    auditor = world.sign_in(world.auditor)
    said = auditor.page("/audit/unusual").words("tbody")
    assert has(said, "1 case opened in an emergency", "5 references that led nowhere", "Samuel Lado")
    assert hidden.reference not in said
    link = auditor.page("/audit/unusual").all("a")
    href = next(one.get("href") for one in link if one.get("href").endswith("/emergency"))
    assert auditor.send(href, note="").status_code == 422
    assert auditor.send(href, note="It was so: the station confirms it.").status_code == 303
    assert "Isabel Ramos" in auditor.page("/audit/unusual").words("tbody")
    assert auditor.get(href).status_code == 302
    assert auditor.get("/audit/unusual?day=x").status_code == 404
    assert "Nothing was unusual" in auditor.page("/audit/unusual?day=2020-01-01").words("main")
    assert world.sign_in(world.administrator).get("/audit/unusual").status_code == 403
