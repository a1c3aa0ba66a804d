"""Takes the README's pictures from a demonstration of its own: `make screenshots`, or `python -m docs.screenshots`."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import sqlalchemy as sa
from playwright.sync_api import Browser, Page, sync_playwright

from tests.conftest import CHROMIUM_OPTIONS
from tests.suites import chromium, why_no_browser
from tracker.db import reading_only
from tracker.demonstration import PASSWORD

PICTURES = Path(__file__).parent / "pictures"
LARGEST = 700_000
"""Bytes of all pictures together: they are kept for ever by everybody who has the repository."""

_MAIN = "from blueprints.ops.main import main; main()"
_ADJOURNED = """
    SELECT c.reference FROM protection_case c JOIN history_entry e ON e.case_id = c.id
    WHERE e.action = 'adjourn' GROUP BY c.id HAVING count(*) = 3
"""
_NEWEST_QUARTER = "SELECT max(period) FROM report"


class Picture(NamedTuple):
    """One picture: who looks at which page, how large, in which language."""

    name: str
    who: str
    path: str
    width: int = 1280
    height: int = 720
    language: str = "en"


TAKEN = (
    Picture("queue", "police", "/police/queue"),
    Picture("case", "judicial", "/cases/{adjourned}", height=900),
    Picture("register-phone", "focal", "/cases/new", width=390, height=844),
    Picture("monitor-arabic", "monitor", "/reports/{quarter}/institutions/wun-riak-police", language="ar"),
    Picture("pathway", "judicial", "/figures/pathway?period={year}", height=760),
    Picture(
        "figures-arabic", "judicial", "/figures/institutions/wun-riak-police?part=police-time", language="ar"
    ),
)


def main() -> int:
    """Writes every picture; gives the status to exit with."""
    if missing := why_no_browser():
        sys.stderr.write(f"{missing}\n")
        return 1
    with (
        tempfile.TemporaryDirectory(prefix="protection-tracker-pictures-") as folder,
        _demonstration(Path(folder)) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=str(chromium()), args=CHROMIUM_OPTIONS)
        quarter = _ask(Path(folder), _NEWEST_QUARTER)
        found = {"adjourned": _ask(Path(folder), _ADJOURNED), "quarter": quarter, "year": quarter[:4]}
        for picture in TAKEN:
            _take(browser, address, picture, picture.path.format_map(found))
        browser.close()
    size = sum(file.stat().st_size for file in PICTURES.glob("*.png"))
    sys.stdout.write(f"{len(TAKEN)} pictures, {size:,} bytes, in {PICTURES}\n")
    return int(size > LARGEST)


@contextmanager
def _demonstration(folder: Path) -> Iterator[str]:
    """The address of a demonstration that is served while the block lasts."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    env["TRACKER_DATA_DIR"] = str(folder)
    command = [sys.executable, "-c", _MAIN, "demo", "--port", "0"]
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield _address(server)
        finally:
            server.terminate()


def _address(server: "subprocess.Popen[str]") -> str:
    for line in server.stdout or ():
        if found := re.search(r"http://\S+", line):
            return found[0]
    raise RuntimeError(f"The demonstration did not start: it ended with {server.wait()}.")


def _ask(folder: Path, sql: str) -> str:
    engine = sa.create_engine(f"sqlite:///{folder / 'demonstration.db'}", poolclass=sa.NullPool)
    with reading_only(), engine.connect() as connection:
        return str(connection.scalars(sa.text(sql)).first())


def _take(browser: Browser, address: str, picture: Picture, path: str) -> None:
    context = browser.new_context(
        base_url=address,
        locale=picture.language,
        viewport={"width": picture.width, "height": picture.height},
        color_scheme="light",
    )
    page = context.new_page()
    _sign_in(page, picture.who)
    answer = page.goto(path)
    if answer is None or not answer.ok:
        raise RuntimeError(f"{path} cannot be shown to {picture.who}.")
    page.screenshot(path=PICTURES / f"{picture.name}.png")
    context.close()


def _sign_in(page: Page, who: str) -> None:
    page.goto("/sign-in")
    page.fill("[name=username]", who)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    if page.locator(
        "[name=code]"
    ).count():  # the demonstration says beside the field the code that it asks for
        (code,) = re.findall(r"\b\d{6}\b", page.inner_text("main"))
        page.fill("[name=code]", code)
        with page.expect_navigation():
            page.press("[name=code]", "Enter")


if __name__ == "__main__":
    sys.exit(main())
