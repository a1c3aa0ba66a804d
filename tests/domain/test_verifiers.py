"""Who may read the log's entries: two people together say so, one alone ends it, and the log itself is told."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.world import World
from tracker import clock
from tracker.actions import verifiers
from tracker.db import db
from tracker.errors import BadInput, NotPermitted, Refusal, StepRefused
from tracker.log import leaf
from tracker.log.leaf import Kind, Notice
from tracker.models import AdministrationEntry, LogEntry, LogNotice, Membership, Verifier
from tracker.queries import verifiers as queries
from tracker.queries.verifiers import State
from tracker.vocabulary import Role


def proposed(world: World, by: Membership | None = None, **facts: object) -> Verifier:
    usual = {
        "organisation": "Imara Legal Watch",
        "agreement": "DA-2026-04",
        "expires_on": (clock.now() + timedelta(days=90)).date(),
    }
    made = verifiers.propose(actor=by or world.auditor, **usual | facts)
    db.session.commit()
    return made


def notices() -> list[Notice]:
    read = (leaf.parse(row) for row in db.session.scalars(sa.select(LogEntry.leaf).order_by(LogEntry.seq)))
    return [one for one in read if isinstance(one, Notice) and one.kind is Kind.CONFIG]


def test_one_proposes_another_confirms_and_the_token_is_kept_nowhere(world: World):
    made = proposed(world)
    assert queries.state_of(made, viewer=world.auditor) is State.PROPOSED
    assert notices() == []
    token = verifiers.confirm(made, actor=world.second_auditor)
    db.session.commit()
    assert token.startswith("trv_")
    assert len(token) >= 47
    assert made.token_hash == verifiers.hash_of(token)
    assert queries.state_of(made, viewer=world.auditor) is State.ACCREDITED
    rows = db.session.execute(sa.select(Verifier.__table__)).all(), acts()
    assert token not in repr(rows)
    assert [one.of for one in notices()] == [f"verifier {made.id} accredited"]


def acts() -> list[tuple[str, str]]:
    kept = db.session.scalars(sa.select(AdministrationEntry).order_by(AdministrationEntry.id))
    return [(one.action.value, repr((one.subject, one.detail))) for one in kept]


def test_nobody_confirms_what_they_proposed_also_in_another_place_or_by_going_round_the_page(world: World):
    made = proposed(world)
    elsewhere = Membership(user=world.auditor.user, institution=world.cso, role=Role.AUDITOR)
    db.session.add(elsewhere)
    db.session.commit()
    for actor in (world.auditor, elsewhere):
        with pytest.raises(StepRefused, match="Somebody else"):
            verifiers.confirm(made, actor=actor)
    made.confirmed_by_id, made.token_hash = world.auditor.user_id, "0" * 64
    with pytest.raises(IntegrityError, match="two_people"):
        db.session.commit()


def test_of_two_who_confirm_at_once_one_gets_a_token_and_the_proposer_never(world: World):
    made = proposed(world)
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    people = [world.second_auditor.id, world.auditor.id, world.second_auditor.id]
    start = threading.Barrier(len(people))
    results: list[object] = [None] * len(people)

    def run(at: int) -> None:
        with app.app_context():
            start.wait(30)
            try:
                one = db.session.get_one(Verifier, number)
                results[at] = verifiers.confirm(one, actor=db.session.get_one(Membership, people[at]))
                db.session.commit()
            except Refusal as refusal:
                db.session.rollback()
                results[at] = refusal

    number = made.id
    db.session.commit()
    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    given = [one for one in (results[0], results[2]) if isinstance(one, str)]
    assert len(given) == 1
    assert isinstance(results[1], StepRefused)
    assert made.token_hash == verifiers.hash_of(given[0])
    assert len(notices()) == 1


def test_one_person_revokes_and_the_log_is_told_what_and_when_but_not_by_whom(world: World):
    made = proposed(world)
    verifiers.confirm(made, actor=world.second_auditor)
    verifiers.revoke(made, actor=world.auditor)
    db.session.commit()
    assert queries.state_of(made, viewer=world.auditor) is State.REVOKED
    assert [one.of for one in notices()] == [f"verifier {made.id} accredited", f"verifier {made.id} revoked"]
    said = db.session.scalars(sa.select(LogNotice.content).where(LogNotice.kind == Kind.CONFIG)).all()
    assert b"DA-2026-04" in said[0]
    assert not any(world.auditor.user.full_name.encode() in one for one in said)
    for act in (verifiers.confirm, verifiers.revoke):
        with pytest.raises(StepRefused):
            act(made, actor=world.second_auditor)
    assert [name for name, _ in acts()] == ["verifier_proposed", "verifier_confirmed", "verifier_revoked"]


def test_a_proposal_is_turned_down_without_a_word_in_the_log_and_an_old_one_is_proposed_again(world: World):
    made, old = proposed(world), proposed(world, expires_on=clock.now().date() + timedelta(days=1))
    verifiers.revoke(made, actor=world.auditor)
    assert queries.state_of(made, viewer=world.auditor) is State.TURNED_DOWN
    assert notices() == []
    with world.travel(days=3), pytest.raises(StepRefused, match="last day"):
        verifiers.confirm(old, actor=world.second_auditor)


@pytest.mark.only_on("sqlite")
def test_an_accreditation_has_an_organisation_an_agreement_and_at_most_a_year(world: World):
    today = clock.now().date()
    for wrong in (
        {"organisation": " "},
        {"agreement": "x" * 161},
        {"expires_on": today - timedelta(days=2)},
        {"expires_on": today + timedelta(days=400)},
        {"expires_on": date(9999, 12, 31)},
    ):
        with pytest.raises(BadInput) as refused:
            proposed(world, **wrong)
        assert refused.value.sentences.keys() == wrong.keys()


@pytest.mark.only_on("sqlite")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_an_auditor_accredits(world: World, role: Role):
    made = proposed(world)
    actor = next(one for one in world.people.values() if one.role is role)
    for act in (
        lambda: proposed(world, by=actor),
        lambda: verifiers.confirm(made, actor=actor),
        lambda: verifiers.revoke(made, actor=actor),
        lambda: queries.verifiers(viewer=actor),
        lambda: queries.verifier(made.id, viewer=actor),
        lambda: queries.downloads(made, viewer=actor),
    ):
        with pytest.raises(NotPermitted):
            act()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM verifier",
        "DELETE FROM verifier_download",
        "UPDATE verifier_download SET path = 'x'",
    ],
)
def test_what_was_given_and_taken_stays_written(world: World, statement: str):
    made = proposed(world)
    row = "INSERT INTO verifier_download (verifier_id, path, downloaded_at) VALUES (:id, 'p', :at)"
    db.session.execute(sa.text(row), {"id": made.id, "at": "2026-01-01 00:00:00+00"})
    db.session.commit()
    with pytest.raises(DBAPIError, match=r"append-only|keeps every row"):
        db.session.execute(sa.text(statement))
    db.session.rollback()
