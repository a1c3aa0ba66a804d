"""What a message says: a table in four languages, and any text at all."""

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import BadInput
from tracker.intake import gateways, grammar, phrases
from tracker.intake.grammar import People, Understood
from tracker.vocabulary import Concern, GatewayKind, MessageKind, Urgency, Wish

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
DOCUMENT = (Path(__file__).parents[2] / "docs" / "gateways.md").read_text("utf-8")

MESSAGES: dict[str, dict[str, Any]] = {
    # --- English
    "Woman raped in Bentiu, 3 people, call me": {
        "concerns": (Concern.RAPE,),
        "people": (People(3, "people"),),
        "places": ("Bentiu",),
        "wishes": (Wish.CALL_ME,),
    },
    "RAPE#JUBA#3 PEOPLE": {
        "concerns": (Concern.RAPE,),
        "people": (People(3, "PEOPLE"),),
        "places": ("JUBA",),
    },
    "Cattle raid right now at Old Ferry Payam. 20 raiders, four men killed": {
        "concerns": (Concern.CATTLE_RAIDING, Concern.KILLING),
        "urgency": Urgency.EMERGENCY,
        "people": (People(4, "men"),),
        "places": ("Old Ferry Payam",),
    },
    "please do not call me, they beat us": {
        "wishes": (Wish.DO_NOT_CALL,),
        "concerns": (Concern.PHYSICAL_ASSAULT,),
    },
    "they do not stop": {"wishes": ()},
    " Stop! ": {"wishes": (Wish.STOP,)},
    "HELP": {"wishes": (Wish.HELP,)},
    # --- French
    "VIOL à Bria. deux femmes. Urgent! Appelez-moi": {
        "concerns": (Concern.RAPE,),
        "urgency": Urgency.URGENT,
        "people": (People(2, "femmes"),),
        "places": ("Bria",),
        "wishes": (Wish.CALL_ME,),
    },
    "Enlèvement de 2 filles près de Bambari, au secours": {
        "concerns": (Concern.ABDUCTION,),
        "people": (People(2, "filles"),),
        "places": ("près de Bambari",),
        "wishes": (Wish.HELP,),
    },
    "Ne m’appelez pas. Menaces": {
        "concerns": (Concern.THREAT_OR_INTIMIDATION,),
        "wishes": (Wish.DO_NOT_CALL,),
    },
    # --- Arabic: with vowel marks, its own digits, the article tied to other letters, the dual
    "اِغتِصاب في ملكال ٣ أشخاص، اتصلوا بي، عاجل": {
        "concerns": (Concern.RAPE,),
        "urgency": Urgency.URGENT,
        "people": (People(3, "أشخاص"),),
        "places": ("ملكال",),
        "wishes": (Wish.CALL_ME,),
    },
    "سمعنا بالاغتصاب والسرقة": {"concerns": (Concern.RAPE, Concern.LAND_OR_PROPERTY)},
    "خطف طفلين الآن": {
        "concerns": (Concern.ABDUCTION,),
        "people": (People(2, "طفلين"),),
        "urgency": Urgency.EMERGENCY,
    },
    "لا تتصلوا بي": {"wishes": (Wish.DO_NOT_CALL,)},
    # --- Spanish
    "Violación en Quibdó, tres mujeres, llámenme": {
        "concerns": (Concern.RAPE,),
        "people": (People(3, "mujeres"),),
        "places": ("Quibdó",),
        "wishes": (Wish.CALL_ME,),
    },
    "SOCORRO!! mataron a 4 hombres ahora mismo": {
        "concerns": (Concern.KILLING,),
        "people": (People(4, "hombres"),),
        "urgency": Urgency.EMERGENCY,
        "wishes": (Wish.HELP,),
    },
    "amenazas, no me llamen": {"concerns": (Concern.THREAT_OR_INTIMIDATION,), "wishes": (Wish.DO_NOT_CALL,)},
}
LANGUAGE = ["en"] * 7 + ["fr"] * 3 + ["ar"] * 4 + ["es"] * 3


@pytest.mark.parametrize(("text", "language"), list(zip(MESSAGES, LANGUAGE, strict=True)))
def test_what_people_write_in_four_languages_is_understood(text: str, language: str):
    understood = grammar.read(text)
    assert {name: getattr(understood, name) for name in MESSAGES[text]} == MESSAGES[text]
    assert understood.language == language


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("abducton of a girl", Concern.ABDUCTION),
        ("enlevemnt", Concern.ABDUCTION),
        ("rpae in Juba", Concern.RAPE),
        ("secuestrro", None),  # a doubled letter is no slip: it is known
        ("tortrua", Concern.ILL_TREATMENT_OR_TORTURE),
    ],
)
def test_a_word_that_nearly_is_a_known_one_is_a_question_and_never_an_answer(
    text: str, meaning: Concern | None
):
    understood = grammar.read(text)
    assert bool(understood.concerns) is (meaning is None)
    assert [near.meaning for near in understood.near] == ([meaning] if meaning else [])


def test_a_number_alone_is_nobody():
    assert grammar.read("at 3 in the morning, 0912345678").people == ()


@given(st.text(st.characters(codec=None), max_size=400))
@settings(max_examples=40, deadline=None)
def test_any_text_is_read(text: str):
    assert isinstance(grammar.read(text), Understood)


_words = st.sampled_from(
    sorted({" ".join(one) for one in phrases.phrases().meanings} | {"in", "3", "people", "،", "."})
)


@given(st.lists(_words, max_size=12).map(" ".join))
@settings(max_examples=30, deadline=None)
def test_known_words_in_any_order_are_read_and_the_longer_phrase_wins(text: str):
    understood = grammar.read(text)
    assert isinstance(understood, Understood)
    assert len(understood.places) <= len(text.split())


@given(
    st.sampled_from(GatewayKind),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "from", "text", "at", "contact", "urn", "input", "phone"]), inner
            )
        ),
        max_leaves=8,
    ),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_posted_is_a_message_or_refused_in_a_sentence(kind: GatewayKind, posted: Any):
    try:
        message = gateways.read(kind, posted if isinstance(posted, dict) else {"text": posted}, {}, now=NOW)
    except BadInput:
        return
    assert message is None or (message.sender or message.text)
    if message is not None:
        (message.text + message.sender + message.message_id).encode()
        assert message.at <= NOW
        assert 0 < len(message.message_id) <= 200


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-27T08:15:00Z", datetime(2026, 11, 27, 8, 15, tzinfo=UTC)),
        ("2026-11-27 08:15:00", datetime(2026, 11, 27, 8, 15, tzinfo=UTC)),
        ("1795767300", datetime(2026, 11, 27, 8, 15, tzinfo=UTC)),
        ("1795767300000", datetime(2026, 11, 27, 8, 15, tzinfo=UTC)),
        ("2031-01-01T00:00:00Z", NOW),
        ("1970-01-01T00:00:00Z", NOW),
        ("yesterday", NOW),
    ],
)
def test_a_message_counts_from_when_it_was_sent_unless_a_clock_is_wrong(said: str, at: datetime):
    message = gateways.read(GatewayKind.FIELDS, {"from": "1", "at": said}, {}, now=NOW)
    assert message is not None
    assert message.at == at


# --- the table that a translator reads --------------------------------------------------------------------------


def test_every_meaning_is_said_in_all_four_languages_and_each_phrase_means_one_thing():
    table = tomllib.loads(phrases.FILE.read_text("utf-8"))
    for section in ("concern", "urgency", "wish"):
        for code, said in table[section].items():
            assert list(said) == list(phrases.LANGUAGES), f"{section} {code}"
    twice = table | {"concern": {"rape": {"en": ["call me"]}}}
    with pytest.raises(ValueError, match="rape and call_me"):
        phrases.table(twice)


def test_the_answer_says_nothing_of_what_it_is_about():
    known = phrases.phrases()
    telling = {
        word for phrase, meaning in known.meanings.items() if isinstance(meaning, Concern) for word in phrase
    }
    for language in phrases.LANGUAGES:
        answer = grammar.answer(language)
        assert not set(phrases.words(answer)) & telling
        assert not re.search(r"(?i)case|protection|police|alert|tracker|alerte|policía|حماية|شرطة", answer)


# --- the document says what the code does -----------------------------------------------------------------------


def _example(name: str) -> str:
    found = re.search(rf"<!-- {re.escape(name)} -->\n```\w*\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found, name
    return found[1]


def test_the_flow_of_the_document_posts_what_the_code_reads():
    posted = json.loads(_example("flow: what arrives"))
    assert set(re.findall(r'^  "(\w+)",', _example("flow: the body"), re.MULTILINE)) == posted.keys()
    message = gateways.read(GatewayKind.FLOW, posted, {}, now=NOW)
    assert message == gateways.Message(
        posted["message_id"],
        "+211912345678",
        posted["text"],
        datetime(2026, 11, 27, 8, 15, tzinfo=UTC),
        MessageKind.SMS,
    )


def test_the_other_formats_of_the_document_are_those_of_the_code():
    message = gateways.read(GatewayKind.FIELDS, json.loads(_example("fields: what arrives")), {}, now=NOW)
    assert message is not None
    assert (message.message_id, message.sender, message.text) == ("82-1", "+211912345678", "help")
    for names in gateways.FIELD_NAMES.values():
        assert "| " + ", ".join(f"`{name}`" for name in names) + " |" in DOCUMENT
    assert json.loads(_example("answer"))["answer"] == grammar.answer("en")


def test_the_messages_of_the_document_are_understood_so():
    rows = re.findall(r"^\| `(.+?)` \| (.+) \|$", DOCUMENT.partition("<!-- messages -->")[2], re.MULTILINE)
    assert len(rows) >= 5
    for text, said in rows:
        one = grammar.read(text)
        told = [*one.concerns, *(f"{people.number} people" for people in one.people)]
        told += [f'place "{place}"' for place in one.places] + ([one.urgency] if one.urgency else [])
        asks = {Wish.CALL_ME: "asks for a call", Wish.DO_NOT_CALL: "asks not to be called"}
        told += [asks[wish] for wish in one.wishes]
        told += [f"perhaps {near.meaning}, as a question" for near in one.near]
        assert "; ".join(told) == said, text
