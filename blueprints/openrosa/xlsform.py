"""Writes the forms of the field as XLSForms (xlsform.org), in every language, in the words of the app's own catalogues.

As text, in pyxform's table form: what changed is seen in a review. `docs/xlsforms.py` converts them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from blueprints import i18n, words
from blueprints.openrosa.questions import FORMS, FieldForm, Question
from tracker.intake.field_forms import FORM_IDS
from tracker.vocabulary import FormKind

_SAID = {"label": "label", "hint": "hint", "required": "required_message", "message": "constraint_message"}
"""The words of a question, and what XLSForm calls each."""
_PLAIN = ("constraint", "appearance", "relevant", "default", "choice_filter", "parameters")

Rows = list[list[str]]


def text(kind: FormKind) -> str:
    """The XLSForm of a form. Needs the application, for its catalogues."""
    form = FORMS[kind]
    sheets = {"survey": _survey(form), "choices": _choices(form), "settings": _settings(kind, form)}
    return "\n".join(_table(name, rows) for name, rows in sheets.items())


def language_of(code: str) -> str:
    """A language as XLSForms name it: "Français (fr)"."""
    return f"{i18n.KNOWN[code].name} ({code})"


def _survey(form: FieldForm) -> Rows:
    said = [(column, code) for column in _SAID for code in i18n.KNOWN]
    heads = [f"{_SAID[column]}::{language_of(code)}" for column, code in said]
    rows = [["type", "name", "required", *_PLAIN, *heads]]
    for one in form.questions:
        plain = [str(getattr(one, column)) for column in _PLAIN]
        needed = "yes" if one.required else ""
        rows.append([one.type, one.name, needed, *plain, *_words(one, said)])
    return rows


def _words(one: Question, said: Sequence[tuple[str, str]]) -> Iterator[str]:
    for column, code in said:
        sentence = getattr(one, column)
        yield _in(code, lambda: str(sentence)) if sentence else ""  # noqa: B023 - called before the next round


def _choices(form: FieldForm) -> Rows:
    rows = [["list_name", "name", *(f"label::{language_of(code)}" for code in i18n.KNOWN)]]
    for name, codes in form.lists.items():
        for word in codes:
            labels = [_in(code, lambda: words.label(word)) for code in i18n.KNOWN]  # noqa: B023 - as above
            rows.append([name, word.value, *labels])
    return rows


def _settings(kind: FormKind, form: FieldForm) -> Rows:
    (form_id,) = [name for name, one in FORM_IDS.items() if one is kind]
    title = _in("en", lambda: str(form.title))
    return [
        ["form_title", "form_id", "version", "default_language"],
        [title, form_id, form.version, language_of("en")],
    ]


def _in(code: str, say: Callable[[], str]) -> str:
    with i18n.speaking(code):
        return say()


def _table(sheet: str, rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {sheet} |", *(f"| | {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + "\n"
