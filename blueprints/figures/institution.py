"""The pages of one institution: which sheets they have, and in which order."""

from collections.abc import Iterable, Mapping

from blueprints import words
from blueprints.figures import stages, wide
from blueprints.i18n import _, ngettext
from blueprints.parts import Part
from blueprints.sheets import Sheet
from tracker.indicators.figures import InstitutionFigures, StageFigures


def parts(one: InstitutionFigures, names: Mapping[str, str]) -> list[Part]:
    """The page, data quality first. `names`: of institutions by code."""
    peers = {stage.stage: stage for stage in one.peers} if one.peer_count > 1 else {}
    found = [part for stage in one.stages for part in _stage(stage, peers.get(stage.stage))]
    between, effects = _("Between institutions"), _("People, hearings, orders and the community")
    quality = _("How good these figures are")
    return [
        Part(*(found[0][:2] if found else ("quality", quality)), quality, [wide.quality(one.quality)]),
        *found,
        Part(
            "between",
            between,
            between,
            [
                wide.hand_overs("received", _("Hand-overs that came here"), one.received, names),
                wide.hand_overs("sent", _("Hand-overs that went on from here"), one.sent, names),
            ],
        ),
        Part("effects", effects, effects, wide.effects(one), small=True),
    ]


def _stage(own: StageFigures, peers: StageFigures | None) -> list[Part]:
    name = words.stage(own.stage)
    caseload, time, decision, *rest = stages.sheets(own, peers)
    return [
        Part(f"{own.stage}-{code}", _("%(stage)s: %(table)s", stage=name, table=of), name, its)
        for code, of, its in (
            ("caseload", _("Caseload"), [caseload]),
            ("time", _("Time"), [time, decision]),
            ("ends", _("Ends, limits and age"), rest),
        )
    ]


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
    """All sheets of these parts."""
    return [sheet for part in found for sheet in part.sheets]
