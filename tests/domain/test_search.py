"""Looking people up: by fingerprints, in one's own cases, however the name is spelt."""

import pytest
import sqlalchemy as sa

from tests.world import World
from tracker import spelling
from tracker.actions import cases
from tracker.db import db
from tracker.errors import BadInput, NotPermitted
from tracker.models import ProtectionCase, SearchTerm
from tracker.models.search_term import terms_of
from tracker.queries import search
from tracker.vocabulary import PartyRole


def _case(world: World, *names: str, phone: str = "", **facts: object) -> ProtectionCase:
    people = [cases.NewPerson(role=PartyRole.SURVIVOR, name=name, phone=phone) for name in names]
    return world.register(people=people, **facts)


def _found(world: World, typed: str, who: str = "focal_point") -> list[str]:
    return [row.reference for row in search.by_person(typed, viewer=world.people[who])]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Nyandeng Deng", "NYANDENG  deng"),
        ("Élise Müller", "elise muller"),
        ("Abdullah", "Abdulah"),
        ("Aɣɔk Ŋor", "aghok ngor"),
        ("أحمد إبراهيم", "احمد ابراهيم"),
        ("فاطمة", "فاطمه"),
        ("مُحَمَّد", "محمد"),
        ("موسى", "موسي"),
        ("N'Djamena-Kouassi", "ndjamena kouassi"),
        ("کریم", "كريم"),
    ],
)
def test_different_spellings_of_one_name_are_one(one: str, other: str):
    assert spelling.words(one) == spelling.words(other)


@pytest.mark.parametrize(
    "typed",
    [
        "+211 912 345 678",
        "0912345678",
        "912-345-678",
        "00211912345678",
        "٠٩١٢٣٤٥٦٧٨",
        "0955 000 111 / 0912 345 678",
    ],
)
def test_every_way_of_dialling_a_number_is_one(typed: str):
    assert "12345678" in spelling.numbers(typed)


def test_too_little_is_neither_a_name_nor_a_number():
    assert spelling.words("A. 7 -") == frozenset()
    assert spelling.numbers("12 34 56") == frozenset()


def test_a_person_is_found_by_any_words_of_the_name_and_by_telephone(world: World):
    case = _case(world, "Nyandeng Mabior Deng", phone="+211 912 345 678")
    _case(world, "Mabior Gatluak", phone="+211 912 345 679")
    for typed in ("nyandeng", "Deng Nyandeng", "mabior  DENG", "0912 345 678", "call 912345678"):
        assert _found(world, typed) == [case.reference], typed
    assert len(_found(world, "Mabior")) == 2
    assert _found(world, "Nyandeng Gatluak") == []
    assert _found(world, "Nyan") == [], "half a word is another word"


def test_two_people_of_one_case_are_not_mixed_into_one(world: World):
    _case(world, "Achol Wieu", "Deng Mading")
    assert _found(world, "Achol Deng") == []


def test_each_institution_finds_its_own_cases_alone(world: World):
    case = _case(world, "Nyandeng Mabior")
    assert _found(world, "Nyandeng", "judicial_officer") == [case.reference]
    assert _found(world, "Nyandeng", "other_focal_point") == []
    assert _found(world, "Nyandeng", "other_judicial_officer") == []
    mine, theirs = (terms_of("Nyandeng Mabior", "", [place]) for place in (case.registrar_id, case.owner_id))
    assert mine.isdisjoint(theirs), "what one institution looks for says nothing about what another does"
    assert set(db.session.scalars(sa.select(SearchTerm.fingerprint))) == mine | theirs


@pytest.mark.parametrize(
    "who", ["police_officer", "prosecutor", "court_clerk", "cso_monitor", "auditor", "administrator"]
)
def test_nobody_else_looks_people_up(world: World, who: str):
    with pytest.raises(NotPermitted):
        _found(world, "Nyandeng", who)


def test_nothing_to_look_for_is_refused(world: World):
    with pytest.raises(BadInput, match="whole word of the name"):
        _found(world, " . ")


def test_a_person_who_is_added_later_is_found_and_one_without_a_name_is_no_trouble(world: World):
    case = _case(world, "")
    world.take("add_person", case, role=PartyRole.WITNESS, name="Deng the witness")
    assert _found(world, "witness deng") == [case.reference]


def test_a_name_that_many_share_asks_for_another_word(world: World):
    for _ in range(search.MOST + 2):
        _case(world, "Deng")
    assert len(_found(world, "Deng")) == search.MOST + 1


@pytest.mark.only_on("sqlite")
def test_the_page_posts_what_is_looked_for_and_answers_what_is_hidden_like_what_is_not_there(world: World):
    case = _case(world, "Nyandeng Mabior")
    found = world.sign_in(world.focal_point).send("/cases/search", who="nyandeng")
    assert case.reference in found.text
    assert "Mabior" not in found.text
    stranger = world.sign_in(world.other_focal_point)
    hidden, nobody = (stranger.send("/cases/search", who=name) for name in ("Nyandeng", "Gatluaki"))
    for answer in (hidden, nobody):
        assert answer.status_code == 200
        assert "No case of your institution is found by this." in answer.text
    assert world.sign_in(world.police_officer).get("/cases/search").status_code == 403
