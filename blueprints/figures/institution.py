"""The page of one institution: which sheets it has, and in which order."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from blueprints import words
from blueprints.figures import stages, wide
from blueprints.i18n import _, ngettext
from blueprints.sheets import Sheet
from tracker.indicators.figures import InstitutionFigures, StageFigures


class Part(NamedTuple):
    """A part of the page under one heading."""

    heading: str
    sheets: list[Sheet]
    small: bool = False
    """Its sheets have no chart: they stand side by side."""


def parts(one: InstitutionFigures, names: Mapping[str, str]) -> list[Part]:
    """The page, data quality first. `names`: of institutions by code."""
    peers = {stage.stage: stage for stage in one.peers} if one.peer_count > 1 else {}
    return [
        Part(_("How good these figures are"), [wide.quality(one.quality)]),
        *(_stage(stage, peers.get(stage.stage)) for stage in one.stages),
        Part(
            _("Between institutions"),
            [
                wide.hand_overs("received", _("Hand-overs that came here"), one.received, names),
                wide.hand_overs("sent", _("Hand-overs that went on from here"), one.sent, names),
            ],
        ),
        Part(_("People, hearings, orders and the community"), wide.effects(one), small=True),
    ]


def _stage(own: StageFigures, peers: StageFigures | None) -> Part:
    return Part(words.stage(own.stage), stages.sheets(own, peers))


def against(one: InstitutionFigures) -> str:
    """With whom it is compared, in a sentence."""
    if one.peer_count <= 1:
        return _("There is no other institution of its kind to compare it with.")
    return ngettext(
        "Compared with all %(num)d institution of its kind together, itself included.",
        "Compared with all %(num)d institutions of its kind together, itself included.",
        one.peer_count,
    )


def codes(one: InstitutionFigures) -> set[str]:
    """The institutions that its hand-overs name."""
    links = (*one.received, *one.sent)
    return {code for link in links for code in (link.sender, link.receiver) if code}


def sheets(found: Iterable[Part]) -> list[Sheet]:
    """All sheets of a page."""
    return [sheet for part in found for sheet in part.sheets]
