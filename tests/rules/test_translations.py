"""Every sentence is said in every language that we offer, whole: gettext itself counts empty plurals as done."""

import re
import subprocess
import sys
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parents[2]
CATALOGUES = HERE / "blueprints" / "translations"
LANGUAGES = ("fr", "ar", "es")
PLURALS = {
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
    # The standard header: Babel's own differs for Arabic.
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}


@cache
def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.fixture(scope="module")
def sentences(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the code says today, collected by the very command of `make translations`."""
    command = re.search(
        r"pybabel (--quiet extract .*?)--output-file", (HERE / "Makefile").read_text(), re.DOTALL
    )
    assert command is not None
    target = tmp_path_factory.mktemp("words") / "messages.pot"
    arguments = command[1].replace("\\\n", " ").split()
    pybabel = [sys.executable, "-m", "babel.messages.frontend"]
    subprocess.run([*pybabel, *arguments, "--output-file", str(target), "."], cwd=HERE, check=True)
    with target.open("rb") as file:
        return read_po(file)


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def _originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _names(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)", text))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_has_its_translation(language: str, sentences: Catalog) -> None:
    said = catalogue(language)
    missing = [
        (message.context, message.id)
        for message in sentences
        if message.id
        and (
            (found := said.get(message.id, message.context)) is None or found.fuzzy or not all(_forms(found))
        )
    ]
    assert not missing, (
        f"run `make translations`, then translate {len(missing)} of them in {language}: {missing[:20]}"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_translated_that_nobody_says(language: str, sentences: Catalog) -> None:
    spare = [m.id for m in catalogue(language) if m.id and sentences.get(m.id, m.context) is None]
    assert not spare, f"run `make translations`: {spare[:20]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plural_has_every_form_of_its_language(language: str) -> None:
    said = catalogue(language)
    expected = int(PLURALS[language][len("nplurals=")])
    assert dict(said.mime_headers)["Plural-Forms"] == PLURALS[language]
    wrong = [m.id for m in said if m.pluralizable and len(_forms(m)) != expected]
    assert not wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_takes_the_values_of_its_sentence_and_no_others(language: str) -> None:
    wrong = [
        (message.id, form)
        for message in catalogue(language)
        for form in _forms(message)
        if not _takes_its_values(message, form)
    ]
    assert not wrong


def _takes_its_values(message: Message, form: str) -> bool:
    allowed = set().union(*map(_names, _originals(message)))
    return (set() if message.pluralizable else allowed) <= _names(form) <= allowed


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_is_what_was_written(language: str) -> None:
    made = BytesIO()
    write_mo(made, catalogue(language))
    made.seek(0)
    with (CATALOGUES / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        shipped = read_mo(file)
    wanted = read_mo(made)
    assert [(m.id, m.context, m.string) for m in shipped if m.id] == [
        (m.id, m.context, m.string) for m in wanted if m.id
    ], "run `make translations`"
