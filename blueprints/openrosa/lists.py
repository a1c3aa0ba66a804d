"""The lists that come with a form: areas, and institutions, as this person may choose them, in their language."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence

from blueprints import choices
from blueprints.openrosa.questions import AREAS, INSTITUTIONS
from tracker import mission
from tracker.models import Acting
from tracker.queries import areas as area_queries
from tracker.queries import institutions as institution_queries


def areas(viewer: Acting) -> bytes:
    """Every area by its P-code, those nearby first: "Old Ferry Payam, Bend County"."""
    atlas, codes = area_queries.atlas(viewer=viewer), area_queries.codes(viewer=viewer)
    near = atlas.surroundings(viewer.institution.area_id)
    return _csv(("name", "label"), ((codes[area.id], choices.area_name(atlas, area.id)) for area in near))


def institutions(viewer: Acting) -> bytes:
    """Every institution but the viewer's own, the nearest first; `refer`: whether a case can be sent there."""
    stages = [code for code, stage in mission.current().procedure.stages.items() if stage.by_referral]
    takes = {one.id for one in institution_queries.for_stages(stages, viewer=viewer)}
    others = institution_queries.others(viewer=viewer)
    nearest = choices.by_distance(others, viewer=viewer, near=viewer.institution.area_id)
    rows = ((one.code, choices.institution_name(one), str(int(one.id in takes))) for one in nearest)
    return _csv(("name", "label", "refer"), rows)


MAKERS: Mapping[str, Callable[[Acting], bytes]] = {AREAS: areas, INSTITUTIONS: institutions}
"""What makes each list, by the name of its file."""


def _csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows(rows)
    return out.getvalue().encode()
