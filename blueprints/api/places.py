"""Areas and institutions by their codes, as other systems name them."""

from collections.abc import Iterable, Sequence

from blueprints.guards import signed_in
from tracker import mission
from tracker.errors import BadInput, NotFound, say
from tracker.models import Institution
from tracker.queries import gazetteer, institutions


def area_id(code: str, name: str = "area") -> int:
    """The area with a P-code; `name`: the field that gave it. Refuses (`BadInput`) an unknown one."""
    try:
        return gazetteer.area(code, viewer=signed_in()).id
    except NotFound:
        raise BadInput(**{name: say("There is no area with this code.")}) from None


def institution_id(code: str, name: str = "institution") -> int:
    """Any institution's; `name`: the field that gave it. Refuses (`BadInput`) an unknown one."""
    try:
        return institutions.find(code, viewer=signed_in()).id
    except NotFound:
        raise BadInput(**{name: say("There is no institution with this code.")}) from None


def receiver_ids(codes: Iterable[str], name: str = "institutions") -> list[int]:
    """Of institutions to which a case can be referred at all; `name`: the field. Refuses (`BadInput`) any other."""
    known = {one.code: one.id for one in receivers()}
    wanted = list(dict.fromkeys(codes))
    if not set(wanted) <= known.keys():
        raise BadInput(**{name: say("Choose institutions to which a case can be referred.")})
    return [known[code] for code in wanted]


def receivers() -> Sequence[Institution]:
    """The institutions to which a case can be referred, other than the own one."""
    stages = [code for code, stage in mission.current().procedure.stages.items() if stage.by_referral]
    return institutions.for_stages(stages, viewer=signed_in())
