"""References: unguessable, readable aloud, and a mistyped one is told."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker import references
from tracker.errors import Mistyped

ALPHABET = references.ALPHABET
A_REFERENCE = st.text(ALPHABET, min_size=11, max_size=11).map(lambda body: body + references._check(body))


def _shown(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in (0, 4, 8))


def test_a_new_reference_reads_as_three_groups_of_four_and_is_taken_back():
    for _ in range(200):
        reference = references.new()
        assert [len(part) for part in reference.split("-")] == [4, 4, 4]
        assert set(reference) <= {*ALPHABET, "-"}
        assert references.parse(reference) == reference


def test_no_two_new_references_are_the_same():
    assert len({references.new() for _ in range(5000)}) == 5000


def test_the_alphabet_has_one_of_each_look_alikes_no_vowels_and_a_prime_length():
    assert not set("01OQILZSBGUAE") & set(ALPHABET)
    assert not [n for n in range(2, len(ALPHABET)) if len(ALPHABET) % n == 0]
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_a_new_reference_has_as_many_bits_as_nobody_can_guess():
    assert len(ALPHABET) ** 11 > 2**49


@settings(max_examples=30)
@given(A_REFERENCE)
def test_every_single_wrong_character_is_told(letters: str):
    for at, wrong in itertools.product(range(12), ALPHABET):
        if letters[at] != wrong:
            with pytest.raises(Mistyped):
                references.parse(letters[:at] + wrong + letters[at + 1 :])


@settings(max_examples=30)
@given(A_REFERENCE)
def test_every_swap_of_two_characters_is_told(letters: str):
    for first, second in itertools.combinations(range(12), 2):
        if letters[first] != letters[second]:
            swapped = list(letters)
            swapped[first], swapped[second] = letters[second], letters[first]
            with pytest.raises(Mistyped):
                references.parse("".join(swapped))


@given(A_REFERENCE, st.integers(0, 11))
def test_a_character_too_few_or_too_many_is_told(letters: str, at: int):
    for typed in (letters[:at] + letters[at + 1 :], letters[:at] + letters[at] + letters[at:]):
        with pytest.raises(Mistyped):
            references.parse(typed)


@given(st.text())
def test_whatever_is_typed_it_is_a_reference_or_mistyped(typed: str):
    try:
        reference = references.parse(typed)
    except Mistyped:
        return
    assert references.parse(reference) == reference


BETWEEN = ["", " ", "-", "\u2013", "\u2212", "\u00a0", "_", "/", "\u200e", "\u200f", "\u2066", "\u00ad"]


@given(A_REFERENCE, st.lists(st.sampled_from(BETWEEN), min_size=12, max_size=12), st.booleans())
def test_it_may_be_typed_in_any_case_with_spaces_hyphens_and_marks_of_direction(
    letters: str, between: list[str], small: bool
):
    typed = "".join(letter + other for letter, other in zip(letters, between, strict=True))
    assert references.parse(typed.lower() if small else typed) == _shown(letters)


@pytest.mark.parametrize(
    ("digits", "script"),
    [
        ("٠١٢٣٤٥٦٧٨٩", "Arabic"),
        ("۰۱۲۳۴۵۶۷۸۹", "Persian"),
        ("०१२३४५६७८९", "Devanagari"),
        ("０１２３４５６７８９", "full width"),
    ],
)
def test_it_may_be_typed_with_the_digits_of_another_script(digits: str, script: str):
    reference = references.EXAMPLE
    typed = reference.translate({ord(str(value)): digit for value, digit in enumerate(digits)})
    assert typed != reference, script
    assert references.parse(typed) == reference


def test_a_mistyped_reference_is_told_with_an_example_that_is_in_order():
    with pytest.raises(Mistyped) as refusal:
        references.parse("ABC")
    assert references.EXAMPLE in str(refusal.value)
    assert references.parse(references.EXAMPLE) == references.EXAMPLE


@pytest.mark.parametrize(
    "typed", ["", " ", "-", "0000-0000-0000", "AAAA-AAAA-AAAA", "２", "x" * 10_000, "\x00" * 12]
)
def test_what_is_no_reference_is_told(typed: str):
    with pytest.raises(Mistyped):
        references.parse(typed)
