"""Languages: the person's own choice, else the browser's cookie, else what the browser asks for.

Every sentence a person reads goes through the functions of this file: `_` at once, `lazy_gettext` where a module is
being imported (forms, tables of labels), `lazy_pgettext("status", "Received")` where one English word is two words.
Digits are always Latin ones, in every language.
"""

from typing import Any, NamedTuple

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel import get_translations as _translations
from flask_babel import gettext as _babel_gettext
from flask_babel import lazy_gettext as _babel_lazy_gettext
from flask_babel import lazy_pgettext as _babel_lazy_pgettext
from flask_babel import ngettext as _babel_ngettext
from flask_babel import pgettext as _babel_pgettext

from tracker.errors import Sentence

LANGUAGE_COOKIE = "language"


class Language(NamedTuple):
    """A language that pages can be read in: code, its own name, direction of writing."""

    code: str
    name: str
    direction: str


KNOWN = {
    "en": Language("en", "English", "ltr"),
    "fr": Language("fr", "Français", "ltr"),
    "ar": Language("ar", "العربية", "rtl"),
    "es": Language("es", "Español", "ltr"),
}


def gettext(sentence: str, **values: Any) -> str:
    """`sentence` in the language of this request; `%(name)s` in it takes `name=` from `values`."""
    return str(_babel_gettext(sentence, **values))


_ = gettext


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """The form that `number` takes in the language of this request; `%(num)s` is the number."""
    return str(_babel_ngettext(one, many, number, **values))


def pgettext(context: str, word: str, **values: Any) -> str:
    """`word` as it is said in this `context` ("status", "role", ...)."""
    return str(_babel_pgettext(context, word, **values))


def said(sentence: str) -> str:
    """A sentence of the domain in the language of this request; one made with `say` keeps its values."""
    if isinstance(sentence, Sentence):
        return gettext(sentence.template, **sentence.values)
    return gettext(sentence) if sentence else ""


def lazy_gettext(sentence: str, **values: Any) -> str:
    """`sentence`, translated when it is shown: for what is written when a module is imported."""
    lazy: str = _babel_lazy_gettext(sentence, **values)
    return lazy


def lazy_pgettext(context: str, word: str, **values: Any) -> str:
    """`word` as it is said in this `context`, translated when it is shown."""
    lazy: str = _babel_lazy_pgettext(context, word, **values)
    return lazy


def language() -> str:
    """The code of this request's language; "en" outside of a request."""
    found = get_locale()
    return str(found) if found else "en"


def direction() -> str:
    """ "rtl" or "ltr", as this request's language is written."""
    return KNOWN[language()].direction


def offered() -> tuple[Language, ...]:
    """The languages that this installation offers, in its order."""
    languages: tuple[Language, ...] = current_app.extensions["tracker_languages"]
    return languages


def choose() -> str:
    """The language of this request: the person's, the cookie's, the browser's, else the installation's first."""
    codes = [one.code for one in offered()]
    if not has_request_context():
        return codes[0]
    for wish in (g.get("own_language"), request.cookies.get(LANGUAGE_COOKIE)):
        if wish in codes:
            return str(wish)
    return request.accept_languages.best_match(codes) or codes[0]


def init_app(app: Flask, languages: tuple[str, ...]) -> None:
    """Give `app` its languages; refuses (`KeyError`) a code that has no entry in `KNOWN`."""
    app.extensions["tracker_languages"] = tuple(KNOWN[code] for code in languages)
    Babel(app, locale_selector=choose, default_locale=languages[0])
    # Flask-Babel's own callables ask for the translations at each sentence; a page has many, a request has one set.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # an extension's method
        gettext=lambda sentence: _request_translations().ugettext(sentence),
        ngettext=lambda one, many, number: _request_translations().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, word: _request_translations().upgettext(context, word),
        npgettext=lambda context, one, many, number: _request_translations().unpgettext(
            context, one, many, number
        ),
    )


def _request_translations() -> Any:
    found = g.get("translations")
    if found is None:
        found = g.translations = _translations()
    return found
