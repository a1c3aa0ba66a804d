"""RFC 8785: the same bytes as another implementation, and nothing that could be read in two ways."""

from enum import IntEnum, StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from tracker.log import canonical
from tracker.log.refusals import Malformed

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
    max_leaves=25,
)


class Word(StrEnum):
    DONE = "done"


class Number(IntEnum):
    ONE = 1


@given(VALUES)
def test_the_bytes_are_those_of_rfc8785(value: Any):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(st.text(st.characters(max_codepoint=0x9F)))
def test_control_characters_are_written_as_rfc8785_writes_them(text: str):
    assert canonical.encode(text) == rfc8785.dumps(text)


def test_words_of_the_vocabulary_are_their_text():
    assert canonical.encode({"b": (Word.DONE, Number.ONE), "a": None}) == b'{"a":null,"b":["done",1]}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        2**53,
        -(2**53),
        {"é": 1},
        {1: 2},
        b"bytes",
        {1},
        object(),
        "\ud800",
        {"a": {"b": 1.5}},
    ],
)
def test_what_has_no_single_spelling_is_refused(value: Any):
    with pytest.raises(Malformed):
        canonical.encode(value)
