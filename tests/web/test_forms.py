"""Forms: what they take, what they refuse in which words, and that what was typed stays."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.datastructures import MultiDict

from blueprints.times import clock_of, day, day_in_full, moment
from tests.web.careful_client import CarefulClient, Page
from tests.web.gallery_app import VERSION, EveryFieldForm
from tracker import clock, references
from tracker.vocabulary import Concern

pytestmark = pytest.mark.only_on("sqlite")

SignedIn = Callable[..., CarefulClient]
GOOD: dict[str, Any] = {
    "seen": "7", "way": "sms", "happened_at": "2026-11-20", "happened_at-time": "14:30", "reported_on": "2026-11-21",
    "concern": "arbitrary_arrest", "people": "3", "story": "They took him at the market.", "consent": "y",
}  # fmt: skip


@pytest.fixture(autouse=True)
def today():
    """A day that stays."""
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False):
        yield


@pytest.fixture
def typed(app: Flask) -> Iterator[Callable[..., EveryFieldForm]]:
    """The form with these entries, not yet validated, in a request of its own."""

    def enter(**entries: Any) -> EveryFieldForm:
        values = MultiDict({name: value for name, value in (GOOD | entries).items() if value is not None})
        context = app.test_request_context("/gallery/form", method="POST", data=values)
        context.push()
        contexts.append(context)
        form = EveryFieldForm(seen=VERSION, meta={"csrf": False})
        form.submitted()
        return form

    contexts: list[Any] = []
    yield enter
    for context in reversed(contexts):
        context.pop()


def test_what_is_entered_is_read_into_what_is_meant(typed: Callable[..., EveryFieldForm]):
    reference = references.new()
    form = typed(
        phone="+211 912-345 678",
        reference=reference.lower().replace("-", " "),
        needs="shelter",
        place=" Yei ",
    )
    assert form.problems() == []
    assert form.values() == {
        "seen": 7,
        "way": "sms",
        "happened_at": datetime(2026, 11, 20, 12, 30, tzinfo=UTC),
        "reported_on": date(2026, 11, 21),
        "concern": Concern.ARBITRARY_ARREST,
        "needs": ["shelter"],
        "phone": "+211912345678",
        "reference": reference,
        "people": 3,
        "place": "Yei",
        "story": "They took him at the market.",
        "consent": True,
    }


def test_what_is_left_out_is_none(typed: Callable[..., EveryFieldForm]):
    values = typed(place="  ", phone="").values()
    assert (values["place"], values["phone"], values["reference"], values["needs"]) == (None, None, None, [])


def test_arabic_and_persian_digits_are_digits(typed: Callable[..., EveryFieldForm]):
    form = typed(people="٣", reported_on="٢١/١١/٢٠٢٦", phone="۰۹۱۲۳۴۵۶", **{"happened_at-time": "١٤:٣٠"})
    assert form.problems() == []
    assert (form.people.data, form.reported_on.data, form.phone.data) == (3, date(2026, 11, 21), "09123456")
    assert form.happened_at.data == datetime(2026, 11, 20, 12, 30, tzinfo=UTC)


def test_every_required_field_says_its_own_sentence(typed: Callable[..., EveryFieldForm]):
    form = typed(**dict.fromkeys(set(GOOD) - {"seen"}))
    assert form.problems() == [
        ("way-0", "Select how the report arrived"),
        ("happened_at", "Enter when it happened"),
        ("reported_on", "Enter the date of the report"),
        ("concern", "Choose a concern"),
        ("people", "Enter how many people"),
        ("story", "Describe what happened"),
        ("consent", "Without consent it stays here"),
    ]
    assert form.status == 422


@pytest.mark.parametrize(
    ("entries", "sentence"),
    [
        ({"way": "pigeon"}, "Choose one of the answers in the list"),
        ({"concern": "sorcery"}, "Choose one of the answers in the list"),
        ({"needs": "gold"}, "Choose one of the answers in the list"),
        ({"happened_at": "2026-11-24"}, "Enter a moment that is not in the future"),
        (
            {"happened_at": "2026-11-23", "happened_at-time": "14:01"},
            "Enter a moment that is not in the future",
        ),
        ({"happened_at": "2026-02-30"}, "Enter a date and a time that exist, such as 27/3/2026 and 14:30"),
        ({"happened_at-time": "25:00"}, "Enter a date and a time that exist, such as 27/3/2026 and 14:30"),
        ({"happened_at-time": ""}, "Enter both the date and the time"),
        ({"reported_on": "2026-11-24"}, "Enter a date that is not in the future"),
        ({"reported_on": "soon"}, "Enter a date that exists, such as 27/3/2026"),
        ({"people": "many"}, "Enter a whole number, such as 12"),
        ({"people": "0"}, "Enter a number from 1 to 500"),
        ({"phone": "12"}, "Enter a telephone number with 6 to 15 digits, such as +211 912 345 678"),
        ({"place": "x" * 41}, "This has 41 characters. Shorten it to 40."),
        ({"story": "a\x00b"}, "This text holds a character that cannot be stored. Type it again."),
        ({"role": "administrator"}, "This page sent something that was not asked for. Load it again."),
    ],
)
def test_what_cannot_be_taken_is_refused_in_a_sentence(
    typed: Callable[..., EveryFieldForm], entries: dict[str, str], sentence: str
):
    assert [said for _target, said in typed(**entries).problems()] == [sentence]


def test_a_mistyped_reference_is_told_from_an_unknown_one(typed: Callable[..., EveryFieldForm]):
    wrong = references.EXAMPLE[:-1] + ("2" if references.EXAMPLE[-1] != "2" else "3")
    assert "mistyped" in typed(reference=wrong).problems()[0][1]


def test_a_form_that_is_taken_goes_on_and_says_so(signed_in: SignedIn):
    client = signed_in()
    answer = client.send("/gallery/form", **GOOD)
    assert (answer.status_code, answer.location) == (303, "/gallery/queue")
    assert "It is registered." in client.page("/gallery/queue").words("main")


def test_a_wrong_form_keeps_what_was_typed_and_shows_the_way(signed_in: SignedIn):
    answer = signed_in().send("/gallery/form", **GOOD | {"people": "many", "way": None})
    page = Page(answer.text)
    assert answer.status_code == 422
    assert page.words("title").startswith("Error: Register a case")
    assert [link.get("href") for link in page.all("a") if link.get("href").startswith("#")][1:] == [
        "#way-0",
        "#people",
    ]
    field = next(one for one in page.all("input") if one.get("id") == "people")
    assert (field.get("value"), field.get("aria-invalid")) == ("many", "true")
    assert field.get("aria-describedby") == "people-error"
    assert "They took him at the market." in page.words("textarea")
    assert "Saturday 21 November 2026" in answer.text


@pytest.mark.parametrize(
    ("fate", "status", "sentence"),
    [
        ("stale", 409, "Somebody else has accepted this case. Read it again."),
        ("closed", 409, "A closed case cannot be accepted."),
        ("wrong", 422, "The station is not known"),
    ],
)
def test_a_refusal_of_the_domain_keeps_what_was_typed(
    signed_in: SignedIn, fate: str, status: int, sentence: str
):
    answer = signed_in().send("/gallery/form", **GOOD | {"place": fate})
    page = Page(answer.text)
    assert answer.status_code == status
    assert sentence in page.words("strong")
    assert page.words("title").startswith("Error:")
    assert "They took him at the market." in page.words("textarea")


def test_a_sentence_of_the_domain_stands_at_its_field(signed_in: SignedIn):
    page = Page(signed_in().send("/gallery/form", **GOOD | {"place": "wrong", "phone": "0912345678"}).text)
    assert (
        next(one for one in page.elements if one.get("id") == "phone-error").text
        == "Error: This number is not in service"
    )


def test_after_a_stale_form_the_present_version_is_sent(signed_in: SignedIn):
    page = Page(signed_in().send("/gallery/form", **GOOD | {"place": "stale", "seen": "3"}).text)
    assert next(one.get("value") for one in page.all("input") if one.get("name") == "seen") == str(VERSION)


def test_what_a_person_may_not_know_of_is_not_found(signed_in: SignedIn):
    answer = signed_in().send("/gallery/form", **GOOD | {"place": "gone"})
    assert answer.status_code == 404
    assert "There is no such case." in answer.text


def test_a_button_that_is_refused_says_why(signed_in: SignedIn):
    answer = signed_in().send("/gallery/case", at="/gallery/act")
    assert answer.status_code == 409
    assert "A case that is closed cannot be acknowledged." in answer.text


def test_what_was_typed_is_shown_as_text(signed_in: SignedIn):
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    answer = signed_in().send(
        "/gallery/form", **GOOD | {"place": evil[:39], "story": evil, "phone": evil, "people": evil}
    )
    assert answer.status_code == 422
    scripts = Page(answer.text).all("script")
    assert all(one.get("src").startswith("/static/") and not one.text for one in scripts)
    assert "<img" not in answer.text


def test_days_and_limits_are_said_in_words_and_latin_digits(app: Flask):
    at = datetime(2026, 11, 12, 14, 30, tzinfo=UTC)
    with app.test_request_context(headers={"Accept-Language": "ar"}):
        assert moment(at) == "12 نوفمبر 2026, 16:30"
        assert day_in_full(at) == "الخميس 12 نوفمبر 2026"
    with app.test_request_context(headers={"Accept-Language": "fr"}):
        assert day(date(2026, 7, 1)) == "1 juil. 2026"
    with app.test_request_context():
        assert (day(None), moment(None)) == ("", "")


@pytest.mark.parametrize(
    ("hours", "words", "level"),
    [(-31, "over the limit by 31 h", "late"), (-0.5, "over the limit by 30 min", "late"), (2, "due in 2 h", "soon"),
     (25, "due in 25 h", ""), (12 * 24, "due in 12 days", ""), (-49, "over the limit by 2 days", "late")],
)  # fmt: skip
def test_a_time_limit_is_said_in_words(app: Flask, hours: float, words: str, level: str):
    with app.test_request_context():
        assert clock_of(clock.now() + timedelta(hours=hours)) == (words, level)
