"""Nonsense at every door: whatever is typed, sent or put into an address, the answer is a page and never a fault."""

from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.web.careful_client import CarefulClient, Page
from tests.web.test_routes import Door, Knocker, address, doors, somebody, values
from tests.world import World
from tracker.vocabulary import Role

__all__ = ["values"]  # the fixture

NONSENSE = st.one_of(
    st.sampled_from(
        (
            "",
            " ",
            "\x00",
            "a\x00b",
            "-1",
            "0",
            "2147483648",
            "36028797018963968",
            "9" * 40,
            "1e999",
            "NaN",
            "true",
            "null",
            "2024-02-30",
            "0001-01-01",
            "9999-12-31T23:59",
            "25:61",
            "' OR 1=1 --",
            '"><img src=x onerror=alert(1)>',
            "<script>alert(1)</script>",
            "%s%d{0}",
            "=cmd|' /C calc'!A0",
            "../../../etc/passwd",
            "//elsewhere.example/",
            "http://elsewhere.example",
            "\u202eevil\u2066",
            "محمد\u200f",
            "\U0001f600" * 30,
            "\r\nSet-Cookie: a=b",
            "a" * 5000,
        )
    ),
    st.text(max_size=60).filter(lambda text: not any(mark in text for mark in ("{{", "{%", "%("))),
)
"""Numbers too great, days that are none, NUL, markup, quotes, formulas, paths, other hosts, directions, long words."""

USUAL = (
    "after",
    "before",
    "show",
    "status",
    "stage",
    "reference",
    "next",
    "period",
    "as_of",
    "page",
    "lang",
    "seen",
)
"""What addresses of several pages ask for."""

PAGES, SENDINGS = 60, 90


def _enter(knocker: Knocker, path: str) -> tuple[CarefulClient, list[str]]:
    """A browser that has opened a page, and the names of all that it could send from there."""
    client = knocker.client()
    answer = client.get(path)
    page = Page(answer.get_data(as_text=True)) if answer.mimetype == "text/html" else Page("")
    fields = page.all("input", "select", "textarea", "button")
    return client, sorted({field.get("name") for field in fields if field.get("name")} - {"csrf_token"})


def _open_to(world: World) -> list[tuple[Door, Role]]:
    return [
        (door, role)
        for door in doors(world)
        for role in Role
        if door.opens_to(role) and not door.rule.endpoint.startswith("gallery")
    ]


def test_no_page_answers_nonsense_in_its_address_with_a_fault(world: World, values: dict[str, Any]):
    reading = [(door, role) for door, role in _open_to(world) if door.method == "GET"]
    knockers = {role: Knocker(world, somebody(world, role)) for role in Role}

    @settings(
        max_examples=PAGES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.sampled_from(range(len(reading))),
        st.dictionaries(st.sampled_from(USUAL), NONSENSE, min_size=1, max_size=4),
        st.booleans(),
        NONSENSE,
    )
    def ask(number: int, query: dict[str, str], crooked: bool, word: str) -> None:
        door, role = reading[number]
        path = address(world, door, values)
        if crooked and word.strip(". "):
            part = quote(word, safe="", errors="replace")
            path = path.replace(str(values["reference"]), part).replace(str(values["code"]), part)
        answer = knockers[role]._reader.get(path, query_string=query)
        assert answer.status_code < 500, f"{path} {query}: {answer.status}"

    ask()


def test_no_form_answers_nonsense_with_a_fault(world: World, values: dict[str, Any]):
    sending = [(door, role) for door, role in _open_to(world) if door.method == "POST"]
    knockers = {role: Knocker(world, somebody(world, role)) for role in Role}

    @settings(
        max_examples=SENDINGS,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.sampled_from(range(len(sending))), st.data())
    def send(number: int, data: st.DataObject) -> None:
        door, role = sending[number]
        path = address(world, door, values)
        client, names = _enter(knockers[role], path)
        typed = data.draw(
            st.dictionaries(st.sampled_from((*names, *USUAL)), NONSENSE, max_size=len(names) + 1),
            label="typed",
        )
        answer = client.post(path, data={**typed, "csrf_token": knockers[role].token})
        assert answer.status_code < 500, f"{path} {typed}: {answer.status}"

    send()


def test_a_nul_in_an_address_is_no_such_page(world: World):
    client = world.sign_in(world.judicial_officer)
    for path in ("/cases/%00", "/figures/institutions/a%00b", "/judicial/stuck/%00"):
        assert client.get(path).status_code == 404
