"""The procedure's file: what it promises, and what a broken one is told."""

import tomllib
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker import procedure
from tracker.errors import BrokenProcedure, StepRefused
from tracker.vocabulary import InstitutionKind, Level, Role, Urgency

DEFAULT = resources.files("tracker.procedure").joinpath("default.toml").read_text(encoding="utf-8")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)

SMALL = """
version = "1"

[clocks.answer]
hours = 72

[stages.police]
label = "Police"
starts = "case"
kinds = ["police_station"]
ends = { returned = "Returned" }

[stages.police.statuses]
accepted = { label = "Accepted", clock = "answer" }
file_ready = { label = "File ready" }

[steps.police.complete_file]
from = ["accepted"]
to = "file_ready"
by = ["police_officer"]

[steps.police.return_to_sender]
from = ["accepted", "file_ready"]
to = "returned"
by = ["police_officer"]
asks = { reason = "not_accepted_reason" }
"""


def _changed(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1, old
    return SMALL.replace(old, new)


def test_a_small_procedure_is_read():
    read = procedure.read(SMALL)
    assert [step.name for step in read.steps.values()] == ["complete_file", "return_to_sender"]
    assert read.stages["police"].first == "accepted"


# --- a broken file is refused with a sentence that names the place ----------------------------------------------

BROKEN = {
    "a status that nothing leads to": (
        _changed('to = "file_ready"', 'to = "accepted"'),
        "In the stage 'police' no step ever leads to 'file_ready'.",
    ),
    "an end that nothing leads to": (
        _changed('{ returned = "Returned" }', '{ returned = "Returned", lost = "Lost" }'),
        "In the stage 'police' no step ever leads to 'lost'.",
    ),
    "a track that can never end": (
        _changed('from = ["accepted", "file_ready"]', 'from = ["accepted"]'),
        "In the stage 'police' a track that is 'file_ready' can never end.",
    ),
    "a role that does not exist": (
        _changed('"police_officer"', '"sheriff"'),
        "The step police.complete_file is given to the role 'sheriff', which does not exist.",
    ),
    "a status to begin at that does not exist": (
        _changed('from = ["accepted"]', 'from = ["accepted", "lost"]'),
        "The step police.complete_file begins at the status 'lost', which does not exist.",
    ),
    "a status to come to that does not exist": (
        _changed('to = "file_ready"', 'to = "ready"'),
        "The step police.complete_file leads to the status 'ready', which does not exist.",
    ),
    "a side that nobody has": (
        _changed('to = "file_ready"', 'to = "file_ready"\nside = "neighbour"'),
        "The step police.complete_file has the side 'neighbour', which does not exist.",
    ),
    "a question that no form can ask": (
        _changed('asks = { reason = "not_accepted_reason" }', 'asks = { colour = "!" }'),
        "The step police.return_to_sender asks for 'colour', which does not exist.",
    ),
    "a word list that does not exist": (
        _changed("not_accepted_reason", "excuses"),
        "The step police.return_to_sender asks a reason of the word list 'excuses', which does not exist.",
    ),
    "a word list of outcomes that does not exist": (
        _changed('{ reason = "not_accepted_reason" }', '{ outcome = "verdicts" }'),
        "The step police.return_to_sender asks an outcome of the word list 'verdicts', which does not exist.",
    ),
    "an institution of a stage that does not exist": (
        _changed('{ reason = "not_accepted_reason" }', '{ target = ["army"] }'),
        "The step police.return_to_sender asks for an institution of the stage 'army', which does not exist.",
    ),
    "a track opened in a stage that does not exist": (
        _changed('to = "file_ready"', 'to = "file_ready"\nopens = [{ stage = "army", at = "owner" }]'),
        "The step police.complete_file opens a track of the stage 'army', which does not exist.",
    ),
    "a track opened at nobody's": (
        _changed('to = "file_ready"', 'to = "file_ready"\nopens = [{ stage = "police", at = "moon" }]'),
        "The step police.complete_file opens a track at 'moon', which does not exist.",
    ),
    "a clock that does not exist": (
        _changed('clock = "answer"', 'clock = "reply"'),
        "The stage 'police' starts the clock 'reply', which does not exist.",
    ),
    "a clock that never ends": (
        _changed("hours = 72", 'label = "Answer"'),
        "The clock 'answer' has neither hours nor a day until which it runs.",
    ),
    "a kind of institution that does not exist": (
        _changed('"police_station"', '"sheriffs_office"'),
        "The stage 'police' is held by the kind of institution 'sheriffs_office', which does not exist.",
    ),
    "a way to begin that does not exist": (
        _changed('starts = "case"', 'starts = "magic"'),
        "The stage 'police' starts by 'magic', which does not exist.",
    ),
    "a word that is a status and an end": (
        _changed('{ returned = "Returned" }', '{ returned = "Returned", file_ready = "Ready" }'),
        "The stage 'police' has 'file_ready' both as a status and as an end.",
    ),
    "a stage without a status": (
        SMALL + '\n[stages.court]\nlabel = "Court"\nstarts = "case"\n',
        "The stage 'court' has no status.",
    ),
    "steps of a stage that does not exist": (
        SMALL + '\n[steps.army.march]\nfrom = []\nto = "="\nby = ["police_officer"]\n',
        "There are steps for the stage 'army', which does not exist.",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_procedure_is_refused_with_a_sentence_that_names_the_place(fault: str):
    text, sentence = BROKEN[fault]
    with pytest.raises(BrokenProcedure) as refusal:
        procedure.read(text)
    assert str(refusal.value) == sentence


def test_a_file_that_is_no_toml_is_refused_with_the_place_of_the_fault():
    with pytest.raises(BrokenProcedure, match=r"^The default is not readable TOML: .*line 2"):
        procedure.read('version = "1"\nstages = [1 2]\n')


def test_a_country_pack_that_is_no_toml_is_refused():
    with pytest.raises(BrokenProcedure, match=r"^The country pack is not readable TOML"):
        procedure.read(SMALL, "country =")


@pytest.mark.parametrize("more", ['version = "2"', "[steps.police.march]", "[stages.army]", "[workers]"])
def test_a_country_pack_that_changes_more_than_clocks_and_courts_is_refused(more: str):
    with pytest.raises(
        BrokenProcedure, match=r"^A country pack changes clocks, custody and court kinds only, not '"
    ):
        procedure.read(SMALL, more)


def test_a_country_pack_that_misspells_a_clock_is_refused():
    with pytest.raises(
        BrokenProcedure, match=r"^The country pack changes the clock 'custodi', which does not exist"
    ):
        procedure.read(SMALL, "[clocks.custodi]\nhours = 24")


def test_a_country_pack_changes_of_a_clock_only_what_it_says():
    clock = procedure.read(
        SMALL.replace("hours = 72", 'hours = 72\nlabel = "Answer soon"'), "clocks.answer.hours = 5"
    )
    assert (clock.clocks["answer"].hours, clock.clocks["answer"].label) == (5, "Answer soon")


def test_an_unknown_country_is_refused_with_the_countries_there_are():
    with pytest.raises(BrokenProcedure) as refusal:
        procedure.load("atl")
    assert str(refusal.value) == "There is no country pack 'atl'. Choose one of ssd, cod, caf, mli, or none."


# Whatever else somebody mistypes, they are told in a sentence: never a KeyError, never a traceback.
OTHER_FAULTS: dict[str, tuple[str, str]] = {
    "no version": (SMALL.replace('version = "1"', ""), "version"),
    "no clocks": (SMALL.replace("[clocks.answer]\nhours = 72", ""), "clocks"),
    "workers who are no list": (SMALL + "\n[workers]\npolice = 3\n", "police"),
    "a clock that is only a number": (
        SMALL.replace("[clocks.answer]\nhours = 72", "[clocks]\nanswer = 3"),
        "answer",
    ),
    "a status without a label": (SMALL.replace('{ label = "File ready" }', "{ }"), "file_ready"),
    "a status that is only a word": (SMALL.replace('{ label = "File ready" }', '"File ready"'), "file_ready"),
    "hours that are no number": (SMALL.replace("hours = 72", 'hours = "three days"'), "answer"),
    "an opening that says not where": (
        SMALL.replace('to = "file_ready"', 'to = "file_ready"\nopens = [{ stage = "police" }]'),
        "complete_file",
    ),
    "a word that is misspelt": (
        SMALL.replace('to = "file_ready"', 'to = "file_ready"\nask = { note = "!" }'),
        "complete_file",
    ),
    "hours for an urgency that does not exist": (
        SMALL.replace("hours = 72", "hours = 72\nhours_by_urgency = { soon = 9 }"),
        "soon",
    ),
    "a step that does not say who takes it": (
        SMALL.replace('to = "file_ready"\nby = ["police_officer"]', 'to = "file_ready"'),
        "complete_file",
    ),
}


@pytest.mark.parametrize("fault", OTHER_FAULTS)
def test_whatever_is_mistyped_is_told_in_a_sentence(fault: str):
    text, named = OTHER_FAULTS[fault]
    with pytest.raises(BrokenProcedure) as refusal:
        procedure.read(text)
    assert named in str(refusal.value)
    assert str(refusal.value).endswith(".")


@given(st.data())
def test_a_slip_of_the_pen_in_any_line_is_told_in_a_sentence_or_does_no_harm(data: st.DataObject):
    lines = DEFAULT.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[at])))
    slip = data.draw(st.sampled_from(["", "x", '"', "[", "]", "=", "3", "{}", "'s'", ", "]))
    lines[at] = lines[at][:place] + slip + lines[at][place + 1 :]
    with suppress(BrokenProcedure):
        procedure.read("\n".join(lines))


# --- the procedure as shipped -----------------------------------------------------------------------------------


@pytest.mark.parametrize("pack", [None, *procedure.PACKS])
def test_the_procedure_and_every_country_pack_can_be_read(pack: str | None):
    read = procedure.load(pack)
    assert read.version == "-".join(filter(None, ["2026.11", pack]))
    assert read.country == (pack.upper() if pack else None)


@pytest.mark.parametrize("pack", procedure.PACKS)
def test_a_country_changes_clocks_custody_and_court_kinds_and_nothing_else(pack: str):
    default, country = procedure.load(), procedure.load(pack)
    assert country.steps == default.steps
    assert country.acts == default.acts
    assert {code for code in country.clocks.keys() - default.clocks.keys() if "custody_" not in code} == set()
    for code, stage in default.stages.items():
        assert _without_kinds(country.stages[code]) == _without_kinds(stage)
    changed = {code for code, clock in default.clocks.items() if country.clocks[code] != clock}
    assert changed == {"custody"}


def _without_kinds(stage: procedure.Stage) -> dict[str, Any]:
    return {name: value for name, value in vars(stage).items() if name != "kinds"}


@pytest.mark.parametrize("pack", procedure.PACKS)
def test_only_the_courts_of_a_country_hold_its_court_stages(pack: str):
    default, country = procedure.load(), procedure.load(pack)
    courts = set(tomllib.loads(_pack(pack))["court_kinds"])
    assert country.stages["court"].kinds == courts
    assert country.stages["enforcement"].kinds == courts | {"prison"}
    for code in default.stages.keys() - {"court", "enforcement"}:
        assert country.stages[code].kinds == default.stages[code].kinds


def _pack(name: str) -> str:
    return resources.files("tracker.procedure").joinpath(f"{name}.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("pack", "hours"), [(None, 48), ("ssd", 24), ("cod", 48), ("caf", 72), ("mli", 48)])
def test_police_custody_has_the_limit_of_the_country_and_is_not_confirmed(pack: str | None, hours: int):
    custody = procedure.load(pack).clocks["custody"]
    assert (custody.hours, custody.confirmed) == (hours, False)
    assert custody.basis
    assert custody.source
    assert custody.label == "Police custody"


def test_every_step_has_a_label_and_says_what_was_done():
    table = tomllib.loads(DEFAULT)
    rows = [row for steps in table["steps"].values() for row in steps.values()]
    for row in [*rows, *table["referral_steps"].values()]:
        assert row["label"][0].isupper(), row
        assert row["done"][0].islower(), row


def test_no_two_steps_of_a_stage_have_the_same_label():
    for stage in procedure.load().stages:
        labels = [step.label for step in procedure.load().steps.values() if step.stage == stage]
        assert len(set(labels)) == len(labels)


def test_every_status_and_end_has_a_word():
    for stage in procedure.load().stages.values():
        assert all((*stage.statuses.values(), *stage.ends.values())), stage.code


def test_every_clock_says_its_label_basis_and_source():
    for clock in procedure.load().clocks.values():
        assert all((clock.label, clock.basis, clock.source)), clock.code


def test_a_stage_that_starts_by_referral_has_the_steps_and_ends_of_a_referral():
    read = procedure.load()
    referral = {
        "acknowledge",
        "accept",
        "not_accept",
        "request_information",
        "give_information",
        "revoke",
        "expire",
    }
    for stage in read.stages.values():
        names = {step.name for step in read.steps.values() if step.stage == stage.code}
        assert (referral <= names) is stage.by_referral
        assert ({"not_accepted", "revoked", "expired"} <= stage.ends.keys()) is stage.by_referral
    assert [code for code, stage in read.stages.items() if stage.by_referral] == [
        "police",
        "prosecution",
        "court",
    ]


@pytest.mark.parametrize(
    ("kind", "stage"),
    [
        (InstitutionKind.POLICE_STATION, "police"),
        (InstitutionKind.GENDARMERIE, "police"),
        (InstitutionKind.SPECIAL_PROTECTION_UNIT, "police"),
        (InstitutionKind.PROSECUTION, "prosecution"),
        (InstitutionKind.MOBILE_COURT, "court"),
        (InstitutionKind.CUSTOMARY_COURT_C, "court"),
        (InstitutionKind.PRISON, None),
        (InstitutionKind.CSO, None),
        (InstitutionKind.JUDICIAL_AFFAIRS, None),
    ],
)
def test_a_case_is_referred_to_an_institution_in_the_stage_that_it_holds(
    kind: InstitutionKind, stage: str | None
):
    assert procedure.load().stage_by_referral(kind) == stage


# --- time limits ------------------------------------------------------------------------------------------------


def _due(
    stage: str, status: str, urgency: str = "normal", risk: str = "low", until: datetime | None = None
) -> Any:
    return procedure.load().due(stage, status, NOON, urgency=urgency, risk=risk, until=until)


def test_a_referral_is_to_be_answered_within_three_days():
    assert _due("police", "sent") == ("acknowledge", NOON + timedelta(hours=72))


@pytest.mark.parametrize(("urgency", "hours"), [("emergency", 24), ("urgent", 72), ("normal", 336)])
def test_the_more_urgent_a_case_the_sooner_it_is_to_be_referred(urgency: str, hours: int):
    assert _due("referral", "triaged", urgency=urgency) == ("refer", NOON + timedelta(hours=hours))


@pytest.mark.parametrize(("risk", "hours"), [("low", 3), ("medium", 3), ("high", 1), ("critical", 1)])
def test_a_case_at_high_risk_is_triaged_within_the_hour(risk: str, hours: int):
    assert _due("referral", "registered", risk=risk) == ("assign", NOON + timedelta(hours=hours))


def test_a_court_s_clock_runs_until_the_day_of_the_hearing():
    hearing = NOON + timedelta(days=12)
    assert _due("court", "listed", until=hearing) == ("next_hearing", hearing)
    assert _due("court", "listed") == ("next_hearing", None)


def test_an_order_without_a_day_is_to_be_carried_out_in_thirty_days():
    assert _due("enforcement", "pending") == ("order", NOON + timedelta(days=30))
    assert _due("enforcement", "pending", until=NOON) == ("order", NOON)


def test_no_limit_is_set_for_an_investigation():
    assert _due("police", "under_investigation") == (None, None)


def test_where_urgency_and_risk_both_set_a_limit_the_shorter_one_holds():
    text = SMALL.replace(
        "hours = 72", "hours = 72\nhours_by_urgency = { urgent = 9 }\nhours_by_risk = { high = 5 }"
    )
    clock = procedure.read(text).clocks["answer"]
    assert clock.due(NOON, urgency="urgent", risk="high") == NOON + timedelta(hours=5)
    assert clock.due(NOON, urgency="urgent", risk="low") == NOON + timedelta(hours=9)
    assert clock.due(NOON, urgency="normal", risk="low") == NOON + timedelta(hours=72)


@pytest.mark.parametrize("words", [Urgency, Level])
def test_the_limits_by_urgency_and_risk_name_real_words(words: type[Urgency | Level]):
    for clock in procedure.load().clocks.values():
        named = clock.by_urgency if words is Urgency else clock.by_risk
        assert set(named) <= set(words), clock.code


# --- questions to the table -------------------------------------------------------------------------------------


def test_a_step_that_the_procedure_does_not_know_is_refused():
    with pytest.raises(StepRefused, match="The procedure has no step 'march' in the stage 'police'"):
        procedure.load().step("police", "march")


def test_a_refused_step_is_called_by_its_label_and_the_status_by_its_word():
    with pytest.raises(StepRefused, match=r"“Accept” is not open: the status is now “File ready”\."):
        procedure.load().require("accept", Role.POLICE_OFFICER, ["holder"], "police", "file_ready")


def test_everybody_who_works_on_cases_has_steps_and_nobody_else():
    assert procedure.load().roles() == {
        Role.FOCAL_POINT,
        Role.POLICE_OFFICER,
        Role.PROSECUTOR,
        Role.COURT_CLERK,
        Role.JUDICIAL_OFFICER,
    }


def test_the_steps_of_a_role_are_those_that_name_it():
    for role in Role:
        for step in procedure.load().steps_of(role):
            assert role in step.by


CALLS: dict[str, Callable[[procedure.Procedure], object]] = {
    "File ready": lambda read: read.status_label("police", "file_ready"),
    "Forwarded": lambda read: read.status_label("police", "forwarded"),
    "unheard_of": lambda read: read.status_label("police", "unheard_of"),
}


@pytest.mark.parametrize("label", CALLS)
def test_a_status_or_end_is_said_by_its_word(label: str):
    assert CALLS[label](procedure.load()) == label
