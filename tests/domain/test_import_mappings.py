"""A mapping is held against the vocabulary and the procedure, and refused with the place of what is wrong."""

import re
from pathlib import Path

import pytest

from tests.outside import MAPPING
from tracker import procedure
from tracker.errors import Refusal
from tracker.intake import mapping_reader
from tracker.intake.places import code_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", mapping_reader.shipped())
@pytest.mark.parametrize("pack", [None, *procedure.PACKS])
def test_the_shipped_mappings_fit_every_procedure(name: str, pack: str | None):
    assert mapping_reader.open_mapping(name, procedure.load(pack)).source.code == name


def test_both_mappings_are_shipped():
    assert mapping_reader.shipped() == ("cook-felony", "traffic-fines")


def test_no_word_of_a_source_is_in_the_code():
    words = re.compile(r"cook|felony|traffic|fines|referred|arraigned|disposed|prefecture", re.IGNORECASE)
    for path in [*(ROOT / "tracker/intake").glob("*.py"), ROOT / "blueprints/ops/importing.py"]:
        assert not words.search(path.read_text(encoding="utf-8")), path


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        ("[source]", "[source", "not readable TOML"),
        ('code = "kivu"', 'code = "Kivu!"', "line 2, `source.code` must be at most"),
        ('title = "Registre du parquet"', "", "`source.title` must be a text"),
        ("as_of = 2024-12-31", 'as_of = "2024"', "`source.as_of` must be a day"),
        ('delimiter = ";"', 'delimiter = ";;"', "must be one character"),
        ('delimiter = ";"', 'colour = "red"', "`source.colour` is no key of a mapping; here stand"),
        ('kind = "judicial_affairs"', 'kind = "club"', "`institutions[1].kind` is 'club', which is none of"),
        ('parent = "kivu-parquet"', 'parent = "kivu-x"', "no institution described above"),
        (
            'known_as = ["Parquet",',
            'known_as = ["Section judiciaire",',
            "by which another institution is known",
        ),
        ("level = 1", 'level = "one"', "must be a whole number"),
        ("[stages.police]", "[stages.alert]", "`stages.alert` is 'alert', which is no stage"),
        ('kind = "police_station"', 'kind = "prison"', "cannot hold the stage 'police'"),
        ('begins = "under_review"', 'begins = "charged"', "no status of 'prosecution'"),
        ('after = ["police"]', 'after = ["polis"]', "`stages.prosecution.after` is 'polis'"),
        ('registrar = "kivu-section"', 'registrar = "kivu-tripaix"', "cannot hold the stage 'feedback'"),
        ('owner = "kivu-section"', 'owner = "nobody"', "no institution of this mapping"),
        ('"Viol" = "rape"', '"Viol" = "theft"', "is 'theft', which is none of"),
        ('default = "low"', 'default = "lowish"', "`cases.risk.default` is 'lowish'"),
        ('area = { always = "CD61" }', 'area = "CD61"', "`cases.area` must be a table"),
        ('{ always = "CD61" }', '{ column = "lieu", words = { X = "" } }', "must be a text"),
        ('seq = "no"', "", "`events.seq` must be a text"),
        (
            'to = "accepted"',
            'to = "acepted"',
            "(Plainte).to` is 'acepted', which is no status or end of 'police'",
        ),
        ('stage = "police"\nto', 'stage = "cavalry"\nto', "which is no stage described under"),
        ('outcome = "convicted"', 'outcome = "guilty"', "(Jugement).outcome` is 'guilty'"),
        ('outcome = "convicted"', 'outcome = "withdrawn"', "is no decision but an end of its own"),
        ('reason = "insufficient_evidence"', 'reason = "because"', "(Classement).reason` is 'because'"),
        ('to = "listed"', 'to = "listed"\nreason = "other"', "where the procedure asks for none"),
        ('to = "listed"', 'to = "listed"\nat = "kivu-parquet"', "cannot hold the stage 'court'"),
        ('to = "listed"', 'to = "listed"\naction = "dance"', "no step of 'court'"),
        ('to = "listed"', 'to = "listed"\norder = "sentence"', "of the stage 'enforcement' begins"),
        ('to = "listed"', 'to = "listed"\nelsewhere = true', "in `first` and `then` only"),
        ('to = "listed"', 'to = "listed"\nif_over = "nothing"', "every event leaves an entry"),
        ('to = "listed"', 'to = "listed"\nif_over = "perhaps"', "is 'perhaps', which is none of"),
        ('to = "listed"', 'to = "listed"\nthen = "police"', "must be a list of tables"),
        ('order = "sentence"', 'order = "sentence"\noutcome = "convicted"', "in the stage 'court' only"),
        ('to = "closed", reason = "outcome_delivered"', 'to = "closed"', "must say why the case is closed"),
        (
            'event = "Note"',
            'event = "Plainte"',
            "every other outcome of 'Plainte', for which there is a rule",
        ),
        ("leave_out = true", 'leave_out = "yes"', "must be true or false"),
        ('outcomes = ["condamné"]', 'outcomes = "condamné"', "must be a list of texts"),
    ],
)
def test_a_broken_mapping_is_refused_with_its_place(right: str, wrong: str, sentence: str):
    assert right in MAPPING
    with pytest.raises(Refusal, match=re.escape(sentence)):
        mapping_reader.read(MAPPING.replace(right, wrong, 1), procedure.load())


def test_a_mapping_needs_rules():
    with pytest.raises(Refusal, match="nothing says what an event does"):
        mapping_reader.read(MAPPING[: MAPPING.index("[[rules]]")], procedure.load())


def test_a_mapping_that_is_no_text_is_refused(tmp_path: Path):
    place = tmp_path / "mapping.toml"
    place.write_bytes(b"\xff\xfe")
    with pytest.raises(Refusal, match="not UTF-8 text"):
        mapping_reader.open_mapping(str(place), procedure.load())


def test_the_line_of_a_rule_is_named():
    text = MAPPING.replace('to = "listed"', 'to = "lost"')
    line = text[: text.index('event = "Audience"')].count("\n")
    with pytest.raises(Refusal, match=rf"In line {line}, `rules\[5\] \(Audience\).to` is 'lost'"):
        mapping_reader.read(text, procedure.load())


@pytest.mark.parametrize("name", ["nowhere.toml", "."])
def test_a_mapping_that_cannot_be_read_is_refused(name: str):
    with pytest.raises(Refusal, match="cannot be read"):
        mapping_reader.open_mapping(name, procedure.load())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Poste Ndosho", " POSTE  ndosho", True),
        ("Poste de Goma", "Poste de Goma 2", False),
        ("Poste été", "Poste etc", False),
        ("شرطة جوبا", "شرطة ملكال", False),
        ("Poste شرطة جوبا", "Poste شرطة ملكال", False),
        ("P" * 100, "P" * 101, False),
        ("…", "?", False),
    ],
)
def test_an_institution_has_one_code_for_every_spelling(one: str, other: str, same: bool):
    assert (code_of("kivu", one) == code_of("kivu", other)) is same
    assert max(len(code_of("kivu", name)) for name in (one, other)) <= 60
