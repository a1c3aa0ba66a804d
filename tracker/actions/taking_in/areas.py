"""A row that is an area. The area around it stands above it in the list, or is there already."""

from sqlalchemy import select

from tracker.actions import institutions
from tracker.db import db
from tracker.errors import BadInput, say
from tracker.intake.sheet_reading import Values
from tracker.models import Acting, Area


def there(values: Values, *, actor: Acting) -> bool:
    """Whether there is one of this P-code."""
    assert actor is not None  # noqa: S101
    return _find(values["p_code"]) is not None


def take(values: Values, *, actor: Acting) -> Area:
    """Adds it; refuses what the page refuses, and (`BadInput`) an area around it that there is not."""
    parent_id = None
    if around := values.get("parent"):
        parent_id = _find(around)
        if parent_id is None:
            raise BadInput(
                parent=say("There is no area with this P-code. Put it above this one in the list, or add it.")
            )
    return institutions.add_area(actor=actor, code=values["p_code"], name=values["name"], parent_id=parent_id)


def _find(code: str) -> int | None:
    return db.session.scalar(select(Area.id).where(Area.code == code.strip().upper()))
