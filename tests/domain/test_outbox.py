"""Who is told that there is something to read, and that nobody else is: written with the act, or not at all."""

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import clock
from tracker.actions.outbox import notify
from tracker.db import db
from tracker.models import Membership, Notice, NoticeKind
from tracker.vocabulary import Role


def reached_by_mail(*people: Membership) -> None:
    """These have an address that they have confirmed. (What it is, nothing here reads.)"""
    for one in people:
        one.user.email, one.user.email_confirmed_at = b"sealed", clock.now()
    db.session.commit()


def told(kind: NoticeKind | None = None) -> set[int]:
    """The accounts that have a notice."""
    asked = sa.select(Notice.user_id).where(Notice.kind == kind if kind else sa.true())
    return set(db.session.scalars(asked))


def test_who_works_where_a_case_is_sent_is_told_and_nobody_else(world: World):
    everybody = list(world.people.values())
    reached_by_mail(*everybody)
    world.sent_to_police()
    assert told(NoticeKind.REFERRAL) == {world.police_officer.user_id, world.second_police_officer.user_id}


@pytest.mark.only_on("sqlite")
def test_who_has_confirmed_no_address_is_told_nothing(world: World):
    reached_by_mail(world.police_officer)
    world.police_officer.user.email_confirmed_at = None
    world.sent_to_police()
    assert told() == set()


@pytest.mark.only_on("sqlite")
def test_who_left_the_institution_or_was_deactivated_is_told_nothing(world: World):
    reached_by_mail(world.police_officer, world.second_police_officer)
    world.police_officer.ended_at = clock.now()
    world.second_police_officer.user.active = False
    world.sent_to_police()
    assert told() == set()


@pytest.mark.only_on("sqlite")
def test_the_sender_is_told_of_the_answer_and_of_the_end_but_not_of_what_lies_between(world: World):
    reached_by_mail(world.focal_point, world.judicial_officer)
    track = world.sent_to_police()
    seen = []
    for step in ("acknowledge", "accept", "start_investigation", "take_no_action"):
        world.take(step, track)
        seen.append(db.session.scalar(sa.select(sa.func.count()).where(Notice.kind == NoticeKind.ANSWER)))
    assert seen == [0, 1, 1, 2]


@pytest.mark.only_on("sqlite")
def test_who_acted_is_not_told_of_the_own_act(world: World):
    reached_by_mail(world.auditor, world.second_auditor)
    notify(NoticeKind.VERIFIER, actor=world.auditor, roles=[Role.AUDITOR])
    assert told() == {world.second_auditor.user_id}


def test_a_notice_goes_with_the_act_that_was_not_committed(world: World):
    reached_by_mail(world.police_officer)
    notify(NoticeKind.CUSTODY, actor=None, user_ids=[world.police_officer.user_id])
    db.session.rollback()
    assert told() == set()
