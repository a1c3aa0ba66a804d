"""The list of places is whole: no page of the application is left out of what the browser tests look at."""

from collections.abc import Callable
from pathlib import Path

from blueprints import create_app
from blueprints.marks import Scoped, mark_of
from tests.browser.office import Office
from tests.browser.places import PLACES
from tracker.config import from_environment

NO_PAGES = {
    "static_file",
    "ops.healthz",
    "ops.readyz",
    "admin.index",
    "figures.institution_file",
    "figures.compare_file",
    "figures.pathway_file",
    "api.openapi",
    "exports.take",
    "exports.take_histories",
    "cases.download",
    "imports.errors",
    "imports.template",
    "reports.table",
    "reports.json",
    *(f"log.{file}" for file in ("checkpoint", "witnessed", "notice", "tile", "entries", "disclosures")),
    "account.accept_by_provider",
    "account.link_provider",
    "log.witness_request_text",
    *(f"audit.{about}_proof_text" for about in ("case", "alert")),
    *(f"cases.{file}" for file in ("proof_text", "receipt_text", "receipt_details")),
    "monitor.history",
    "calendars.feed",
}
"""Files, words for machines, and an address that only leads on."""


def test_every_page_of_the_application_is_visited(office: Office, tmp_path: Path):
    app = create_app(
        from_environment({"TRACKER_DATA_DIR": str(tmp_path), "TRACKER_SECRET_KEY": "for this test alone" * 2})
    )
    read = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    pages = {name for name in read - NO_PAGES if not _for_programs(app.view_functions[name])}
    address = app.url_map.bind("")
    paths = (office.path(place.path).partition("?")[0] for place in PLACES if place.status != 500)
    assert pages - {address.match(path)[0] for path in paths} == set()
    assert read >= NO_PAGES


def _for_programs(view: Callable[..., object]) -> bool:
    """Whether only a token opens it, and no session: no browser comes there."""
    mark = mark_of(view)
    return isinstance(mark, Scoped) and not mark.pages
