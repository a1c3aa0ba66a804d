"""A test client that reads every page as a careful person would: each test checks the markup of what it visits.

A page passes when it has one h1, unique ids, a language and a direction, a label for every field, a token in every
form that posts, no inline script or style, nothing from elsewhere, no broken nesting and no residue of a template.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from itertools import pairwise
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_VOID = frozenset(
    {"br", "hr", "img", "input", "link", "meta", "rect", "path", "line", "circle", "use", "col"}
)
_LABELLED = frozenset({"input", "select", "textarea"})
_ELSEWHERE = ("http:", "https:", "//", "javascript:", "data:")
_RESIDUE = ("{{", "{%", "&amp;lt;", "&amp;amp;", "&lt;bdi", "&lt;span", "Undefined", ">None<", "%(")


class Element:
    """One element of a page: its tag, its attributes, its whole text, and the form that it lies in."""

    def __init__(self, tag: str, attributes: dict[str, str], form: "Element | None") -> None:
        self.tag, self.attributes, self.form = tag, attributes, form
        self.text = ""
        self.drawn = False
        """It lies in a drawing, where a title is the drawing's own."""

    def get(self, name: str) -> str:
        """The attribute, or "" """
        return self.attributes.get(name, "")


_TOKEN = re.compile(
    r"""[^<]+ | <!--.*?--> | <!doctype[^>]*>
    | </(?P<end>[a-z][\w-]*)\s*>
    | <(?P<tag>[a-z][\w-]*)(?P<attributes>(?:\s+[\w:-]+(?:="[^"]*")?)*)\s*(?P<closed>/?)>""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""Stricter than a browser, and several times as fast as `html.parser`: every value stands in double quotes."""
_ATTRIBUTE = re.compile(r'([\w:-]+)(?:="([^"]*)")?')


class Page:
    """What a careful person sees in the markup."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.elements: list[Element] = []
        self.faults: list[str] = []
        self._open: list[Element] = []
        self._forms: list[Element] = []
        self._drawings = 0
        self._read()
        self.faults += [f"<{left.tag}> is never closed" for left in self._open]

    def _read(self) -> None:
        at = 0
        while at < len(self.markup):
            found = _TOKEN.match(self.markup, at)
            if found is None:
                self.faults.append(f"no markup: {self.markup[at : at + 60]!r}")
                return
            at = found.end()
            if tag := found["tag"]:
                self._enter(tag, found["attributes"], closed=bool(found["closed"]))
            elif tag := found["end"]:
                self._leave(tag)
            elif not found[0].startswith("<"):
                text = unescape(found[0])
                for element in self._open:
                    element.text += text

    def _enter(self, tag: str, written: str, *, closed: bool) -> None:
        pairs = _ATTRIBUTE.findall(written)
        attributes = {name: unescape(value) for name, value in pairs}
        if len(attributes) != len(pairs):
            self.faults.append(f"<{tag}> has an attribute twice")
        if self._forms and tag == "form":
            self.faults.append("a form lies in a form")
        element = Element(tag, attributes, self._forms[-1] if self._forms else None)
        element.drawn = self._drawings > 0
        self.elements.append(element)
        if tag in _VOID or closed:
            return
        self._open.append(element)
        self._drawings += tag == "svg"
        if tag == "form":
            self._forms.append(element)

    def _leave(self, tag: str) -> None:
        """Elements are left in the order in which they were entered."""
        if not self._open or self._open[-1].tag != tag:
            self.faults.append(f"</{tag}> closes nothing that is open")
            return
        left = self._open.pop()
        self._drawings -= tag == "svg"
        if self._forms and self._forms[-1] is left:
            self._forms.pop()

    def all(self, *tags: str) -> list[Element]:
        """The elements of these tags, in order."""
        return [element for element in self.elements if element.tag in tags]

    def ids(self) -> list[str]:
        """Every id, in order."""
        return [element.get("id") for element in self.elements if "id" in element.attributes]

    def words(self, tag: str) -> str:
        """The text of the first element of this tag, in one line."""
        return " ".join(self.all(tag)[0].text.split()) if self.all(tag) else ""


def problems_of(page: Page, status: int = 200) -> list[str]:
    """Everything that a careful person would remark on."""
    checks = (_frame, _ids, _fields, _forms, _addresses, _words, _tables)
    found = [*page.faults, *(problem for check in checks for problem in check(page))]
    return found + list(_errors(page)) if status == 422 else found


def _frame(page: Page) -> Iterator[str]:
    html = page.all("html")[0] if page.all("html") else Element("html", {}, None)
    if html.get("dir") not in {"ltr", "rtl"} or not html.get("lang"):
        yield "the page says neither its language nor its direction"
    for tag in ("h1", "title", "main"):
        found = [element for element in page.all(tag) if not element.drawn]
        if len(found) != 1 or not page.words(tag):
            yield f"{len(found)} <{tag}>, or an empty one"
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4")]
    if any(after > before + 1 for before, after in pairwise(levels)):
        yield f"headings leave out a level: {levels}"


def _ids(page: Page) -> Iterator[str]:
    counted = Counter(page.ids())
    yield from (f"the id {name!r} is there {times} times" for name, times in counted.items() if times > 1)
    for element in page.elements:
        wanted = element.get("aria-describedby").split() + element.get("aria-labelledby").split()
        wanted += [element.get("for")] if element.get("for") else []
        wanted += (
            [element.get("href")[1:]]
            if len(element.get("href")) > 1 and element.get("href")[0] == "#"
            else []
        )
        yield from (
            f"<{element.tag}> points to the missing id {name!r}" for name in wanted if name not in counted
        )


def _fields(page: Page) -> Iterator[str]:
    labelled = {label.get("for") for label in page.all("label") if label.text.strip()}
    for field in page.all(*_LABELLED):
        if field.get("type") in {"hidden", "submit"} or field.get("aria-label"):
            continue
        if field.get("id") not in labelled:
            yield f"the field {field.get('name')!r} has no label"
    for button in page.all("button", "a", "legend", "summary", "th", "caption"):
        if not button.text.strip() and not button.get("aria-label"):
            yield f"a <{button.tag}> without words"


def _forms(page: Page) -> Iterator[str]:
    for form in page.all("form"):
        inside = [element for element in page.all("input", "textarea") if element.form is form]
        lacking = {"csrf_token", "form_key"} - {one.get("name") for one in inside}
        if form.get("method").lower() == "post" and lacking:
            yield f"a form posts without {' and '.join(sorted(lacking))}"
        if any(one.tag == "textarea" for one in inside) and form.get("autocomplete") != "off":
            yield "a form with a narrative lets the browser keep what is typed"


def _addresses(page: Page) -> Iterator[str]:
    for element in page.elements:
        if element.tag in {"script", "style"} and not element.get("src"):
            yield f"an inline <{element.tag}>"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"<{element.tag}> has the attribute {name!r}"
            if name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith(
                _ELSEWHERE
            ):
                yield f"<{element.tag}> leads elsewhere: {value}"


def _words(page: Page) -> Iterator[str]:
    yield from (f"residue of a template: {mark}" for mark in _RESIDUE if mark in page.markup)
    yield from (
        f"a picture without words: {img.get('src')}" for img in page.all("img") if "alt" not in img.attributes
    )


def _tables(page: Page) -> Iterator[str]:
    if len(page.all("table")) != len(page.all("caption")):
        yield "a table without a caption"


def _errors(page: Page) -> Iterator[str]:
    if not [field for field in page.all(*_LABELLED) if field.get("type") != "hidden"]:
        return  # no form was refused but an address
    if ":" not in page.words("title").split("–")[0]:
        yield "the title of a refused form does not begin with 'Error:'"
    if not [one for one in page.elements if one.get("role") == "alert" and "autofocus" in one.attributes]:
        yield "a refused form has no summary that takes the focus"


class CarefulClient(FlaskClient):
    """Fails the test when a page that it is given is not in order."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """As any client, then read what came."""
        answer = super().open(*args, **kwargs)
        if answer.mimetype == "text/html" and answer.data and not 300 <= answer.status_code < 400:
            wrong = problems_of(Page(_text(answer)), answer.status_code)
            assert not wrong, f"{answer.request.method} {answer.request.path}: {'; '.join(wrong)}"
        return answer

    def page(self, path: str) -> Page:
        """The page at `path`, which must open."""
        answer = self.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"
        return Page(_text(answer))

    def send(self, path: str, /, button: str = "", at: str = "", **entries: Any) -> TestResponse:
        """Open `path`, fill `entries` into a form of it and send that, with what the form already held.

        The form is the one that posts to `at`, or holds the button with the words `button`, else the first in the
        main part. `None` leaves a field out, as an unticked box is.
        """
        page = self.page(path)
        form = chosen_form(page, button, at)
        kept = {name: value for name, value in held_by(page, form).items() if name not in entries}
        filled = kept | {name: value for name, value in entries.items() if value is not None}
        return self.post(form.get("action") or path, data=filled)


def careful(app: Flask) -> CarefulClient:
    """A careful client that nobody is signed in with."""
    return CarefulClient(app, app.response_class)


def _text(answer: TestResponse) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.data) if packed else answer.data).decode()


def chosen_form(page: Page, button: str = "", at: str = "") -> Element:
    """The form that posts to `at`, or holds the button with these words, else the first of the page."""
    posting = [form for form in page.all("form") if form.get("method").lower() == "post"]
    if at:
        return next(form for form in posting if form.get("action") == at)
    if button:
        return next(form for form in posting if button in form.text)
    return posting[0]


def held_by(page: Page, form: Element) -> dict[str, str]:
    """What the browser would send of this form if nobody touched it."""
    held: dict[str, str] = {}
    for field in page.all("input", "textarea", "select"):
        silent = field.get("type") in {"radio", "checkbox"} and "checked" not in field.attributes
        if field.form is form and field.get("name") and not silent and field.tag != "select":
            held[field.get("name")] = (
                field.text.removeprefix("\r\n") if field.tag == "textarea" else field.get("value")
            )
    return held | _chosen_options(page, form)


def _chosen_options(page: Page, form: Element) -> dict[str, str]:
    chosen: dict[str, str] = {}
    name = ""
    for element in page.all("select", "option"):
        if element.tag == "select":
            name = element.get("name") if element.form is form else ""
        elif name and ("selected" in element.attributes or name not in chosen):
            chosen[name] = element.get("value")
    return chosen
