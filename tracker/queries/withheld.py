"""What of a case is kept from an institution because the survivor does not share that class with it.

A case file passes everything personal through here before it leaves the query. What nobody agreed to is an empty word,
as if it had never been written down: no page has to remember to leave it out.
"""

from collections.abc import Collection, Iterable, Sequence

from tracker.models import Acting
from tracker.queries.case_rows import CustodyRow, NarrativeRow, PersonRow
from tracker.vocabulary import AgeGroup, DataClass, Sex


def people(rows: Iterable[PersonRow], classes: Collection[DataClass]) -> Sequence[PersonRow]:
    """The people as an institution with these classes may see them; what each is to the case stays."""
    return [_person(row, classes) for row in rows]


def _person(row: PersonRow, classes: Collection[DataClass]) -> PersonRow:
    if DataClass.CONTACT not in classes:
        row = row._replace(phone="")
    if DataClass.IDENTITY not in classes:
        row = row._replace(name="", sex=Sex.NOT_RECORDED, age_group=AgeGroup.NOT_RECORDED)
    return row


def narratives(rows: Iterable[NarrativeRow], classes: Collection[DataClass]) -> Sequence[NarrativeRow]:
    """The accounts: the words are one class, the exact place is another."""
    text, place = DataClass.NARRATIVE in classes, DataClass.LOCATION in classes
    left = (row._replace(text=row.text if text else "", place=row.place if place else "") for row in rows)
    return [row for row in left if row.text or row.place]


def custodies(
    rows: Iterable[CustodyRow], classes: Collection[DataClass], *, viewer: Acting
) -> Sequence[CustodyRow]:
    """Who is held; an institution knows whom it holds itself."""
    if DataClass.IDENTITY in classes:
        return list(rows)
    own = viewer.institution.name
    return [row if row.institution == own else row._replace(name="") for row in rows]
