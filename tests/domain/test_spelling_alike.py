"""Names that may be one person's, whatever script and spelling; and those that are not."""

import pytest

from tracker.spelling import alike, sounds

ONE_PERSON = [
    ("محمد", "Mohammed"),
    ("محمد", "Mohamed"),
    ("محمد", "Muhammad"),
    ("Mohammed", "Mohamed"),
    ("مُحَمَّد", "محمد"),
    ("أحمد", "احمد"),
    ("أحمد", "Ahmed"),
    ("يوسف", "Yousif"),
    ("يوسف", "Yusuf"),
    ("عائشة", "Aisha"),
    ("عائشة", "Aïcha"),
    ("فاطمة", "Fatima"),
    ("Fatima", "Fatuma"),
    ("Fatima", "Fatimah"),
    ("عمر", "Omar"),
    ("خديجة", "Khadija"),
    ("مريم", "Mariam"),
    ("عبد الله", "Abdallah"),
    ("Abdullahi", "Abdallah"),
    ("إبراهيم", "Ibrahim"),
    ("حسن", "Hassan"),
    ("حسين", "Hussein"),
    ("زينب", "Zeinab"),
    ("سليمان", "Suleiman"),
    ("Abuk", "Abouk"),
    ("Abuk", "Aboук"),  # the last three letters are Cyrillic
    ("Abuk Deng", "Deng Abuk"),
    ("Abuk", "Abuk Deng Majok"),
    ("Nyandeng", "Nyandang"),
    ("Nyandeng", "Nyan Deng"),
    ("Achol", "Acol"),
    ("Machar", "Macar"),
    ("دينق", "Deng"),
    ("قرنق", "Garang"),
    ("Nyibol", "Nyiböl"),
    ("Akol", "Akuol"),
    ("Traoré", "TRAORE"),
    ("Kouassi", "Kwasi"),
    ("Jean-Pierre", "Jean Pierre"),
]
TWO_PEOPLE = [
    ("", "Abuk"),
    ("", ""),
    ("Abuk", "Akol"),
    ("Achol", "Akol"),
    ("Abuk Deng", "Abuk Majok"),
    ("Nyandeng", "Nyibol"),
    ("Deng", "Dut"),
    ("Garang", "Gatluak"),
    ("Mary", "Omar"),
    ("Omar", "Amira"),
    ("John", "Jane"),
    ("Fatima", "Fadumo"),
    ("Hassan", "Hussein"),
    ("Mohammed", "Mahmoud"),
    ("محمد", "محمود"),
    ("محمد", "أحمد"),
    ("محمد", "Ahmed"),
    ("حسن", "حسين"),
]


@pytest.mark.parametrize(("one", "other"), ONE_PERSON)
def test_these_may_be_one_person(one: str, other: str):
    assert alike(one, other)
    assert alike(other, one)
    assert sounds(one) & sounds(other), "by these the second is looked up"


@pytest.mark.parametrize(("one", "other"), TWO_PEOPLE)
def test_these_are_two_people(one: str, other: str):
    assert not alike(one, other)
    assert not alike(other, one)
