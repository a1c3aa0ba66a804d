"""Spreadsheets that people take in: what their rows are, and how far each file and each row has come."""

from enum import StrEnum


class SheetKind(StrEnum):
    """What the rows of a spreadsheet are."""

    CASES = "cases"
    CUSTODY = "custody"
    PEOPLE = "people"
    INSTITUTIONS = "institutions"
    AREAS = "areas"


class SheetState(StrEnum):
    """How far a file has come. `stopped`: who brought it may not take in such rows any more."""

    READ = "read"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    STOPPED = "stopped"


class RowState(StrEnum):
    """What became, or would become, of one row. `heading`: it stands above the rows, or names the columns."""

    HEADING = "heading"
    WAITING = "waiting"
    NEW = "new"
    THERE = "there"
    WRONG = "wrong"
    TAKEN = "taken"
