"""What is certain, what is offered and why, and what no text may do: be guessed."""

import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.gazetteer.sample import AREAS, gazetteer
from tracker.gazetteer.matching import NOTHING, Known, Match
from tracker.spelling import letters
from tracker.vocabulary import OfferedFor

GAZETTEER = gazetteer()

CERTAIN = {
    "Ouélo": "XA01",
    "OUELO": "XA01",
    "ouélo province": "XA01",
    "Province of Ouelo": "XA01",
    "Préfecture de l'Ouélo": "XA01",
    "Préfecture de la Ouélo": "XA01",
    "provincia de Ouélo": "XA01",
    "ولاية Ouélo": "XA01",
    "Haute Ouélo": "XA02",
    "hauteouelo": "XA02",
    "Ndelo town": "XA0102",
    "N’délo": "XA0102",
    "ville de N'Délo": "XA0102",
    "Ouadda": "XA0201",
    "xa0201": "XA0201",
    "Boma": "XA0302",
    "Boma county": "XA0302",
    "county Boma": "XA0302",
    "Bambiri county": "XA0101",
    "sous-préfecture de Bambiri": "XA0101",
    "Bambiri payam": "XA010101",
    "Malou village": "XA010102",
    "Malou, Bambiri": "XA010102",
    "Ouélo, Malou": "XA010102",
    "Malou Ouélo": "XA010102",
    "Malou, Bambiri, Ouélo, Imara": "XA010102",
    "Kayaro, Kayaro": "XA0301",
    "Bambiri payam (Bambiri county)": "XA010101",
    "Al Rahal, Kayaro": "XA0303",
    "Ar-Rahal; Haute-Ouélo": "XA0203",
    "Fort Sibour": "XA0103",
    "Bangaro, Ouélo": "XA0103",
    "Malou, Sangaré": None,
    "جُوربا": "XA0305",
    "مدينة جوربا": "XA0305",
}


def test_what_is_certain():
    for text, code in CERTAIN.items():
        certain = GAZETTEER.match(text).certain
        assert (certain.code if certain else None) == code, text


OFFERED = {
    "Kayaro": [("XA03", OfferedFor.SAME_NAME), ("XA0301", OfferedFor.SAME_NAME)],
    "Rahal": [("XA0203", OfferedFor.SAME_NAME), ("XA0303", OfferedFor.SAME_NAME)],
    "Bangaro": [("XA0103", OfferedFor.OTHER_NAME), ("XA0304", OfferedFor.OTHER_NAME)],
    "Lomiri": [("XA0104", OfferedFor.NO_LONGER_IN_USE)],
    "Ouadda state": [("XA0201", OfferedFor.OTHER_LEVEL)],
    "near Ouadda": [("XA0201", OfferedFor.PERHAPS_ELSEWHERE)],
    "Ouadda?": [("XA0201", OfferedFor.PERHAPS_ELSEWHERE)],
    "peut-être Ouadda": [("XA0201", OfferedFor.PERHAPS_ELSEWHERE)],
    "not Ouadda": [("XA0201", OfferedFor.WRITTEN_ALIKE)],
    "Ouadda village": [("XA0201", OfferedFor.PERHAPS_ELSEWHERE)],
    "entre Ouadda et Boma": [],
    "Ouadda, Ouélo": [("XA0201", OfferedFor.NAMED_IN_PART), ("XA01", OfferedFor.NAMED_IN_PART)],
    "Ouadda, Nowhere": [("XA0201", OfferedFor.NAMED_IN_PART)],
    "Ouada": [("XA0202", OfferedFor.SHARES_A_WORD), ("XA0201", OfferedFor.SOUNDS_ALIKE)],
    "Уэло": [("XA01", OfferedFor.SOUNDS_ALIKE)],
    "Yebo": [("XA0105", OfferedFor.SHARES_A_WORD), ("XA0106", OfferedFor.SHARES_A_WORD)],
    "أوادا": [("XA0201", OfferedFor.SOUNDS_ALIKE)],
    "the old bridge": [],
    "province": [],
    "": [],
    "???": [],
}


def test_what_is_offered_and_why():
    for text, first in OFFERED.items():
        found = GAZETTEER.match(text)
        assert found.certain is None, text
        assert [(one.area.code, one.why) for one in found.candidates][: len(first)] == first, text


def test_nothing_is_offered_for_what_is_like_nothing():
    for text in ("", "???", "province", "zzzz", "1234567"):
        assert GAZETTEER.match(text) == NOTHING, text


def test_parts_of_a_place_may_come_apart():
    assert GAZETTEER.match("Malou", "", "Ouélo province").certain == AREAS[13]


# --- what always holds ---------------------------------------------------------------------------------------------

TEXTS = st.sampled_from([*CERTAIN, *OFFERED])
NAMES = st.sampled_from([area.name for area in AREAS])
WORDS = st.sampled_from(["province", "région", "town", "district", "de la", "of", "zona", "منطقة"])


@st.composite
def written_otherwise(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and the same with other capitals and accents."""
    text = draw(TEXTS)
    letters = unicodedata.normalize("NFD", text)
    other = "".join(
        draw(st.sampled_from([letter, letter.upper(), letter.lower()]))
        for letter in letters
        if not unicodedata.combining(letter) or draw(st.booleans())
    )
    return text, unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD", "NFKC"])), other)


@given(written_otherwise())
def test_capitals_and_accents_change_nothing(two: tuple[str, str]):
    text, other = two
    assert GAZETTEER.match(other) == GAZETTEER.match(text)


@given(NAMES, st.lists(WORDS, max_size=4), st.randoms())
def test_the_order_of_generic_words_changes_nothing(name, words, random):
    before = [*words[: len(words) // 2], name, *words[len(words) // 2 :]]
    shuffled = random.sample(words, len(words))
    at = random.randint(0, len(words))
    after = [*shuffled[:at], name, *shuffled[at:]]
    assert GAZETTEER.match(" ".join(after)) == GAZETTEER.match(" ".join(before))


@given(st.sampled_from(AREAS))
def test_a_second_area_of_the_same_name_makes_it_uncertain(area):
    twin = Known(99, "XA99", area.name.upper(), area.level, area.parent_id)
    found = gazetteer(twin).match(area.name)
    assert found.certain is None
    assert {area.id, 99} <= {one.area.id for one in found.candidates}


@given(st.sampled_from(AREAS), NAMES)
def test_so_does_another_area_that_was_called_so(area, name):
    assume(name != area.name)
    twin = Known(99, "XA99", "Quite Another", area.level, area.parent_id, others=(area.name,))
    assert gazetteer(twin).match(area.name).certain is None


@settings(max_examples=60)
@given(st.lists(NAMES | WORDS | st.text(max_size=6), max_size=6).map(" ".join) | st.text(max_size=300))
def test_what_is_certain_stands_in_the_text(text):
    """Every name of the answer, with nothing but generic words, other areas around it, and the like."""
    found = GAZETTEER.match(text)
    assert isinstance(found, Match)
    assert not (found.certain and found.candidates)
    if found.certain is not None:
        plain = letters(text).replace(" ", "")
        names = (found.certain.name, found.certain.code, *found.certain.others)
        longest = [max(letters(name).split(), key=len) for name in names]
        assert any(word in plain for word in longest)
        assert found.certain.active


def test_a_question_that_was_asked_before_costs_nothing():
    """Counted, not timed."""
    fresh = gazetteer()
    assert [fresh.match("Malou village") for _ in range(3)] == [Match(certain=AREAS[13])] * 3
    assert fresh.match.cache_info().hits == 2
