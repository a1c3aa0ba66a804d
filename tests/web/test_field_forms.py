"""The forms for phones: in the words of the pages, converted as ODK converts, and read by what takes their answers."""

import re

import pytest
from defusedxml import ElementTree
from flask import Flask

from blueprints import i18n, words
from blueprints.alerts.forms import LogAlertForm
from blueprints.cases.register_form import RegisterForm
from blueprints.openrosa import questions, xlsform
from blueprints.openrosa.questions import FORMS
from docs import xlsforms
from tests import phone
from tests.world import World
from tracker.intake import field_forms as intake
from tracker.intake.field_forms import FORM_IDS
from tracker.vocabulary import FormKind

pytestmark = pytest.mark.only_on("sqlite")

XF = "{http://www.w3.org/2002/xforms}"
MADE_ANEW = "run `make xlsforms`: a question, a word or a translation changed"


def _asked(kind: FormKind) -> set[str]:
    return {one.name for one in FORMS[kind].questions if one.name and one.type != "begin_group"}


@pytest.mark.parametrize("kind", FormKind)
def test_the_forms_are_those_that_the_present_words_make_and_odk_takes_them(app: Flask, kind: FormKind):
    with app.app_context():
        sheet = xlsform.text(kind)
    assert (xlsforms.FORMS / f"{kind}.md").read_text(encoding="utf-8") == sheet, MADE_ANEW
    assert (xlsforms.FORMS / f"{kind}.xml").read_text(encoding="utf-8") == xlsforms.converted(sheet), (
        MADE_ANEW
    )


def test_every_question_is_read_and_none_is_expected_that_was_never_asked():
    for kind in FormKind:
        assert _asked(kind) <= intake.QUESTIONS[kind]
    assert {name for names in phone.GROUPS.values() for name in names} == _asked(FormKind.REFERRAL)


def test_every_language_has_every_word_and_every_list_its_codes():
    for kind in FormKind:
        root = ElementTree.parse(xlsforms.FORMS / f"{kind}.xml").getroot()
        spoken = {
            one.get("lang"): {text.get("id"): text.findtext(f"{XF}value") for text in one}
            for one in root.iter(f"{XF}translation")
        }
        assert len(spoken) == len(i18n.KNOWN)
        everything = spoken["English (en)"].keys()
        for language, texts in spoken.items():
            assert texts.keys() == everything, language
            assert all(text and text != "-" for text in texts.values()), language
        (form_id,) = [name for name, one in FORM_IDS.items() if one is kind]
        assert re.search(f'<data id="{form_id}" version="{FORMS[kind].version}">', _xml(kind))


def test_a_question_is_put_in_the_words_of_the_page_that_asks_the_same(world: World):
    with world.app.test_request_context():
        pages = [LogAlertForm(), RegisterForm(seen=0)]
        labels = {str(field.label.text) for form in pages for field in form}
    own = {"refer_to", "note", "mitigation", "photo", "recording", "document", "file_class"}
    with world.app.app_context():
        for kind in FormKind:
            for one in FORMS[kind].questions:
                if one.type not in {"begin_group", "end_group"} and one.name not in own:
                    assert str(one.label) in labels, one.name


def test_every_word_of_a_list_has_the_label_of_the_pages(world: World):
    with world.app.app_context():
        for form in FORMS.values():
            for listed in form.lists.values():
                assert all(words.label(word) for word in listed)
    assert questions.AREAS in FORMS[FormKind.ALERT].media


def _xml(kind: FormKind) -> str:
    return (xlsforms.FORMS / f"{kind}.xml").read_text(encoding="utf-8")
