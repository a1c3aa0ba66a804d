"""Languages: the person's own choice, else the browser's cookie, else what the browser asks for.

Every sentence a person reads goes through the functions of this file: `_` at once, `lazy_gettext` where a module is
being imported (forms, tables of labels), `lazy_pgettext("status", "Received")` where one English word is two words.
Digits are always Latin ones, in every language.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from babel.support import Translations
from flask import Flask, appcontext_pushed, current_app, g, has_app_context, has_request_context, request
from flask_babel import Babel
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from tracker.errors import BadSetting, Sentence

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


class _Speech:
    """What a request speaks: the code of the language, its catalogue, and what was looked up in it before."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.catalogue: Any = Translations.load(_CATALOGUES, [code])
        self.said = lru_cache(maxsize=_KEPT)(self._said)
        self.marked = lru_cache(maxsize=_KEPT)(self._marked)

    def _said(self, sentence: str) -> str:
        return str(self.catalogue.gettext(sentence))

    def _marked(self, sentence: str) -> Markup:
        return Markup(self.catalogue.gettext(sentence))  # noqa: S704 - a template's own words, like the rest of it


_KEPT = 10_000
"""So many sentences of a language are kept at hand: all that the code has."""

_CATALOGUES = Path(__file__).parent / "translations"
_speech_of = cache(_Speech)

_spoken: ContextVar[_Speech | None] = ContextVar("spoken", default=None)
"""Not in `g`: a page holds hundreds of words, and asking `g` for each costs more than the words."""


def _listen() -> _Speech:
    """Looked up once a request: `_spoken.get()` knows afterwards."""
    if not has_app_context():
        return _speech_of("en")
    found = _speech_of(choose())
    _spoken.set(found)
    return found


def _forget(*_asked: object, **_more: object) -> None:
    _spoken.set(None)


def gettext(sentence: str, **values: Any) -> str:
    """`sentence` in the language of this request; `%(name)s` in it takes `name=` from `values`."""
    translated = (_spoken.get() or _listen()).said(sentence)
    return translated % values if values else translated


_ = gettext


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    """The form that `number` takes in the language of this request; `%(num)s` is the number."""
    return _plural(one, many, number) % {"num": number, **values}


def pgettext(context: str, word: str, **values: Any) -> str:
    """`word` as it is said in this `context` ("status", "role", ...)."""
    translated: str = (_spoken.get() or _listen()).catalogue.pgettext(context, word)
    return translated % values if values else translated


def said(sentence: str) -> str:
    """A sentence of the domain in the language of this request; one made with `say` keeps its values."""
    if isinstance(sentence, Sentence):
        return gettext(sentence.template, **sentence.values)
    return gettext(sentence) if sentence else ""


def lazy_gettext(sentence: str, **values: Any) -> str:
    """`sentence`, translated when it is shown: for what is written when a module is imported."""
    return cast(str, LazyString(gettext, sentence, **values))


def lazy_pgettext(context: str, word: str, **values: Any) -> str:
    """`word` as it is said in this `context`, translated when it is shown."""
    return cast(str, LazyString(pgettext, context, word, **values))


def language() -> str:
    """The code of this request's language; "en" outside of a request."""
    return (_spoken.get() or _listen()).code


@contextmanager
def speaking(code: str | None) -> Iterator[None]:
    """Inside, that language is spoken: for what is written to somebody who is not there. None: the installation's."""
    codes = [one.code for one in offered()]
    token = _spoken.set(_speech_of(code if code in codes else codes[0]))
    try:
        yield
    finally:
        _spoken.reset(token)


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
    """Give `app` its languages; refuses (`BadSetting`) one that these pages do not speak."""
    if unknown := set(languages) - set(KNOWN):
        raise BadSetting(
            f"TRACKER_LANGUAGES names {', '.join(sorted(unknown))}. Give some of {', '.join(KNOWN)}."
        )
    app.extensions["tracker_languages"] = tuple(KNOWN[code] for code in languages)
    appcontext_pushed.connect(_forget, app)
    app.teardown_appcontext(_forget)
    Babel(app, locale_selector=choose, default_locale=languages[0])
    # Flask-Babel's own callables look for the catalogue at each sentence. Jinja fills in the values.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # an extension's method
        gettext, _plural, newstyle=True, pgettext=pgettext, npgettext=_plural_of
    )
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _in_a_page


def _in_a_page(sentence: str, **values: Any) -> Markup:
    """As Jinja's own: markup, in which values are escaped, and "%%" stands for "%". Without its four calls for each."""
    translated = (_spoken.get() or _listen()).marked(sentence)
    return translated % values if values or "%" in translated else translated


def _plural(one: str, many: str, number: int) -> str:
    translated: str = (_spoken.get() or _listen()).catalogue.ngettext(one, many, number)
    return translated


def _plural_of(context: str, one: str, many: str, number: int) -> str:
    translated: str = (_spoken.get() or _listen()).catalogue.npgettext(context, one, many, number)
    return translated
