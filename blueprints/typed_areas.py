"""Areas that are typed: taken where it is certain which one is meant, else offered with the reason."""

from blueprints import choices, words
from blueprints.choices import Choice
from blueprints.fields import SelectOneField
from blueprints.i18n import _
from tracker.gazetteer.matching import Known
from tracker.models import Acting
from tracker.queries import gazetteer


def offer(chosen: SelectOneField, typed: str | None, *, viewer: Acting, take: bool = True) -> None:
    """Offers the areas around the viewer, and before them those that `typed` may mean.

    `take`: chooses the one that it means for certain, if nothing was chosen. What somebody chose always stays.
    """
    here = choices.areas(viewer=viewer)
    if not typed:
        chosen.offer(here)
        return
    book = gazetteer.matcher(viewer=viewer)
    match = book.match(typed)
    meant = [(one.area, words.label(one.why)) for one in match.candidates if one.area.active]
    if match.certain is not None:
        meant = [(match.certain, "")]
        if take:
            chosen.data = chosen.data or str(match.certain.id)
    first = [_choice(book.around(area.id), why) for area, why in meant]
    named = {number for number, _label in first}
    chosen.offer(first + [one for one in here if one[0] not in named])


def _choice(around: list[Known], why: str) -> Choice:
    name = choices.in_area(*(area.name for area in around[:2]))
    return str(around[0].id), _("%(area)s (%(why)s)", area=name, why=why) if why else name
