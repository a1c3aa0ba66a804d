"""A row that is an institution."""

from sqlalchemy import select

from tracker.actions import institutions
from tracker.db import db
from tracker.intake.sheet_reading import Values
from tracker.models import Acting, Institution
from tracker.spelling import letters


def there(values: Values, *, actor: Acting) -> bool:
    """Whether there is one of this code, or without a code one of this name and kind in this area."""
    assert actor is not None  # noqa: S101
    if code := values.get("code", "").strip().lower():
        return db.session.scalar(select(Institution.id).where(Institution.code == code)) is not None
    alike = select(Institution.name).where(
        Institution.kind == values["kind"], Institution.area_id == values.get("area")
    )
    return any(letters(name) == letters(values["name"]) for name in db.session.scalars(alike))


def take(values: Values, *, actor: Acting) -> Institution:
    """Adds it; refuses what the page refuses."""
    return institutions.add(
        actor=actor,
        name=values["name"],
        kind=values["kind"],
        area_id=values.get("area"),
        code=values.get("code", ""),
    )
