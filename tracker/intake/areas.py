"""Takes in lists of areas: what is new is added, what has changed is changed and kept known, nothing is deleted.

    drawn = areas.drawn_up(lines, connection, countries=names)      # what would happen; nothing is written
    areas.write(drawn, connection, actor=actor, source="name of the file")

Both stand in the caller's transaction. A list that was taken in already changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import sqlalchemy as sa

from tracker import bulk, clock
from tracker.errors import NotPermitted, say
from tracker.gazetteer import stored
from tracker.intake.area_plans import AreaLine, AreaPlan, Wanted, plan
from tracker.models import Acting, AdministrationEntry, Area, AreaName, NameKind
from tracker.permissions import Permission, may
from tracker.vocabulary import AdministrativeAct

_AREA, _NAME = cast(sa.Table, Area.__table__), cast(sa.Table, AreaName.__table__)
_SHOWN = 1000
"""So many changes of each kind are named in the record, and the rest counted."""


def drawn_up(
    lines: Iterable[AreaLine], connection: sa.Connection, *, countries: Mapping[str, str], whole: bool = False
) -> AreaPlan:
    """What a list of areas would change; see `area_plans.plan`."""
    return plan(lines, stored.known(connection), countries=countries, whole=whole)


def write(drawn: AreaPlan, connection: sa.Connection, *, actor: Acting | None, source: str) -> None:
    """Writes what was drawn up, and that it was done, by whom and from which file.

    `actor`: None for the operator's command. Refuses (`NotPermitted`) who does not manage areas; writes nothing where
    nothing changes.
    """
    if actor is not None and not may(actor.role, Permission.INSTITUTION_MANAGE):
        raise NotPermitted(say("Only administrators change people, institutions, areas and limits."))
    if drawn.empty:
        return
    ids = {code: number for number, code in drawn.around.items()}
    _add(drawn.added, connection, ids)
    _change(drawn.changed, connection, ids)
    _keep_names(drawn.names, connection, ids)
    connection.execute(sa.insert(AdministrationEntry).values(_entry(drawn, actor, source)))


def _add(added: Sequence[Wanted], connection: sa.Connection, ids: dict[str, int]) -> None:
    """Adds areas level by level: each names the one around it by its number, which the database draws."""
    for level in sorted({one.level for one in added}):
        rows = [_row(one, ids) for one in added if one.level == level]
        bulk.insert(connection, _AREA, rows)
        made = sa.select(Area.code, Area.id).where(Area.level == level)
        ids.update(connection.execute(made).all())


def _change(changed: Sequence[Wanted], connection: sa.Connection, ids: Mapping[str, int]) -> None:
    if not changed:
        return
    new = sa.update(_AREA).where(_AREA.c.code == sa.bindparam("of"))
    new = new.values(
        name=sa.bindparam("new_name"), parent_id=sa.bindparam("around"), active=sa.bindparam("in_use")
    )
    rows = [(one.code, _row(one, ids)) for one in changed]
    connection.execute(
        new,
        [
            {"of": code, "new_name": row["name"], "around": row["parent_id"], "in_use": row["active"]}
            for code, row in rows
        ],
    )


def _row(one: Wanted, ids: Mapping[str, int]) -> dict[str, Any]:
    parent_id = ids[one.parent] if one.parent is not None else None
    return {
        "code": one.code,
        "name": one.name,
        "level": one.level,
        "parent_id": parent_id,
        "active": one.active,
    }


def _keep_names(
    names: Mapping[tuple[str, str], bool], connection: sa.Connection, ids: Mapping[str, int]
) -> None:
    now = clock.now()
    rows = [
        {
            "area_id": ids[code],
            "name": name,
            "kind": NameKind.FORMER if former else NameKind.ALTERNATIVE,
            "recorded_at": now,
        }
        for (code, name), former in names.items()
    ]
    bulk.insert(connection, _NAME, rows)


def _entry(drawn: AreaPlan, actor: Acting | None, source: str) -> dict[str, Any]:
    """What the record of administration keeps: how many were added, and what each changed area was before."""
    before = drawn.before
    return {
        "recorded_at": clock.now(),
        "actor_id": actor.user_id if actor else None,
        "actor_institution_id": actor.institution_id if actor else None,
        "action": AdministrativeAct.AREAS_TAKEN_IN,
        "subject": source[:120],
        "detail": {
            "added": len(drawn.added),
            "renamed": [[one.code, before[one.code].name, one.name] for one in drawn.renamed[:_SHOWN]],
            "moved": [[one.code, drawn.parent_of(one.code), one.parent] for one in drawn.moved[:_SHOWN]],
            "retired": [one.code for one in drawn.retired[:_SHOWN]],
            "returned": [one.code for one in drawn.returned[:_SHOWN]],
            "changed": len(drawn.changed),
            "refused": len(drawn.refused),
        },
    }
