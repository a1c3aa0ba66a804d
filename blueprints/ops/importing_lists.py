"""`tracker import list`: a spreadsheet, brought from the command line in the name of somebody who may bring it."""

import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import click
from sqlalchemy import select
from tqdm import tqdm

from blueprints import create_app
from blueprints.i18n import speaking
from blueprints.imports import errors_file, pages
from blueprints.lexicon import lexicon
from blueprints.ops import lists
from tracker.actions import sheet_work, sheets
from tracker.config import from_environment
from tracker.db import db
from tracker.intake import sheet_files, sheet_reading
from tracker.intake.errors import NotReady, UnreadableFile
from tracker.intake.sheet_fields import FIELDS
from tracker.models import Institution, Membership, SheetImport, UserAccount
from tracker.queries import sheets as queries
from tracker.spelling import letters
from tracker.vocabulary import SheetKind, SheetState

_SHOWN = 20
_WITH_ERRORS = 1


@click.command("list")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, type=click.Choice([kind.value for kind in SheetKind]))
@click.option("--as", "username", required=True, help="The account in whose name the rows are taken in.")
@click.option("--at", "code", default="", help="The code of the institution, where it works at several.")
@click.option(
    "--encoding", default="", type=click.Choice(["", *sheet_files.ENCODINGS]), help="Of a csv file."
)
@click.option("--column", "said", multiple=True, metavar="FIELD=HEADING", help="Where a field stands.")
@click.option("--errors", type=click.Path(path_type=Path), help="Write the rows with errors to this file.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and take nothing in.")
@click.pass_context
def import_list(  # noqa: PLR0917 - the options of a command
    context: click.Context,
    file: Path,
    kind: str,
    username: str,
    code: str,
    encoding: str,
    said: Sequence[str],
    errors: Path | None,
    dry_run: bool,
) -> None:
    """Take in a list (xlsx, ods or csv) of cases, custody, people, institutions or areas.

    A row that was taken in before is left as it is, so an interrupted run is simply started again.
    """
    data = _read(file)
    with create_app(from_environment()).app_context(), speaking(None):
        actor = _somebody(username, code)
        number = _bring(SheetKind(kind), data, actor, encoding, said)
        _go_on(number, SheetState.CHECKING)
        if not dry_run:
            _confirm(number)
            _go_on(number, SheetState.RUNNING)
        left = _tell(number, errors)
        _forget(number)
    if left:
        context.exit(_WITH_ERRORS)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(sheet_files.LARGEST + 1)
    except OSError as wrong:
        raise UnreadableFile(f"{file} cannot be read: {wrong.strerror or wrong}.") from wrong


def _somebody(username: str, code: str) -> Membership:
    """The one membership that is meant. Refuses (`NotReady`) none, and several."""
    asked = select(Membership).join(Membership.user).join(Membership.institution)
    asked = asked.where(
        UserAccount.username == username.lower(), UserAccount.active, Membership.ended_at.is_(None)
    )
    found = db.session.scalars(asked.where(Institution.code == code) if code else asked).all()
    if len(found) != 1:
        known = ", ".join(one.institution.code for one in found)
        raise NotReady(
            f"{username!r} works at several institutions. Say --at one of: {known}."
            if found
            else f"There is no account {username!r} that works here."
        )
    return found[0]


def _bring(kind: SheetKind, data: bytes, actor: Membership, encoding: str, said: Sequence[str]) -> int:
    sheet = sheets.bring(kind, data, actor=actor, encoding=encoding)
    sheet.layout = {**sheet.layout, sheets.BY: "command"}
    headings = {
        letters(str(cell)): place for place, cell in enumerate(sheets.heading_of(sheet, actor=actor)) if cell
    }
    columns = dict(sheet.columns)
    for one in said:
        field, _, heading = one.partition("=")
        if field not in {known.name for known in FIELDS[kind]}:
            raise UnreadableFile(f"There is no field {field!r}.")
        if letters(heading) not in headings:
            raise UnreadableFile(f"No column is called {heading!r}.")
        columns[field] = headings[letters(heading)]
    sheets.choose(sheet, actor=actor, heading=sheet.heading, columns=columns)
    number = sheet.id
    db.session.commit()
    return number


def _go_on(number: int, state: SheetState) -> None:
    """Does what a worker does, with this list alone."""
    known = sheet_reading.setting(lexicon())
    with tqdm(unit=" rows", disable=not sys.stderr.isatty(), file=sys.stderr) as bar:
        while (sheet := sheet_work.this_file(number)) is not None and sheet.state is state:
            bar.update(sheet_work.go_on(sheet, known))
            db.session.commit()
            db.session.remove()
            lists.breathe(threading.Event())
    db.session.rollback()


def _confirm(number: int) -> None:
    sheet = db.session.get_one(SheetImport, number)
    if sheet.new:
        sheets.confirm(sheet, actor=sheet.membership)
        db.session.commit()


def _tell(number: int, place: Path | None) -> int:
    """Says what became of the rows; gives how many have errors."""
    sheet = db.session.get_one(SheetImport, number)
    for label, value in pages.facts(sheet):
        click.echo(f"{label:<40}{value:>20}")
    rows = queries.wrong_rows(sheet, viewer=sheet.membership)
    for row in rows[:_SHOWN]:
        click.echo(f"  line {row.line}: {pages.remark(sheet, row)}")
    if len(rows) > _SHOWN:
        click.echo(f"  and {len(rows) - _SHOWN:,} more")
    if rows and place is not None:
        try:
            place.write_bytes(errors_file.content(sheet, sheet.membership).data)
        except OSError as wrong:
            raise UnreadableFile(
                f"The rows with errors cannot be written to {place}: {wrong.strerror}."
            ) from wrong
    return len(rows)


def _forget(number: int) -> None:
    sheet = db.session.get_one(SheetImport, number)
    act = sheets.forget if sheet.state is SheetState.DONE else sheets.cancel
    if sheet.state in (SheetState.DONE, *sheets.OPEN):
        act(sheet, actor=sheet.membership)
    db.session.commit()
