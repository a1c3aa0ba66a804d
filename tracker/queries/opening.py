"""Rows of a case file that are sealed where they are kept, opened with the key of the case for who may read them."""

from collections.abc import Iterable
from typing import Any

from tracker.models.history_entry import opened_note
from tracker.models.person import NARRATIVE, sealed_as
from tracker.personal import Content
from tracker.queries.case_rows import CustodyRow, EntryRow, NarrativeRow, PersonRow

Sealed = Iterable[Any]
"""Rows as the database has them."""


def entries(content: Content, rows: Sealed) -> list[EntryRow]:
    """Entries, of which the note stands last."""
    return [EntryRow._make((*row[:-1], opened_note(content, row.n, row[-1]))) for row in rows]


def people(content: Content, rows: Sealed) -> list[PersonRow]:
    """People: number, role, what is sealed, and the rest."""
    found = []
    for number, role, sealed, *rest in rows:
        words = content.unseal(sealed_as(role), sealed)
        found.append(PersonRow(number, role, words.get("name", ""), words.get("phone", ""), *rest))
    return found


def narratives(content: Content, rows: Sealed) -> list[NarrativeRow]:
    """Accounts: what is sealed, and when it was recorded."""
    found = []
    for sealed, recorded_at in rows:
        words = content.unseal(NARRATIVE, sealed)
        found.append(NarrativeRow(words.get("text", ""), words.get("place", ""), recorded_at))
    return found


def custodies(content: Content, rows: Sealed) -> list[CustodyRow]:
    """People held: number, track, the person's role and what is sealed of them, and the rest."""
    return [
        CustodyRow(number, track, content.unseal(sealed_as(role), sealed).get("name", ""), *rest)
        for number, track, role, sealed, *rest in rows
    ]
