"""What can I do, what do I see, what do the words mean, and how does a case go?"""

from flask import render_template
from flask.typing import ResponseReturnValue

from blueprints import guards, limits, words
from blueprints.guards import public, requires
from blueprints.help import bp, pages, proofs, sentences
from blueprints.i18n import _, said
from tracker import mission
from tracker.errors import NotFound
from tracker.indicators.definitions import DEFINITIONS
from tracker.models import Acting
from tracker.permissions import Permission
from tracker.queries import limits as limit_queries
from tracker.vocabulary import Role


@bp.get("/")
@requires(Permission.ACCOUNT_OWN)
def index() -> ResponseReturnValue:
    """The page of the person's own role; the procedure, for those who have not said yet as what they work."""
    acting = _acting()
    return _role_page(acting.role) if acting else procedure()


@bp.get("/procedure")
@requires(Permission.ACCOUNT_OWN)
def procedure() -> ResponseReturnValue:
    """The whole procedure, stage by stage, with its limits and the country pack in force."""
    in_force = mission.current().procedure
    return render_template(
        "help/procedure.html",
        version=in_force.version,
        country=sentences.country(in_force.country),
        stages=pages.stages(in_force),
        columns=pages.STAGE_COLUMNS,
    )


@bp.get("/limits")
@requires(Permission.ACCOUNT_OWN)
def time_limits() -> ResponseReturnValue:
    """Every time limit, on what it rests, and whether it is confirmed."""
    acting = _acting()
    if acting is None:
        return procedure()
    rows = [limits.row(limit) for limit in limit_queries.limits(viewer=acting)]
    return render_template("help/limits.html", rows=rows, custody=sentences.CUSTODY)


@bp.get("/figures")
@requires(Permission.ACCOUNT_OWN)
def figures() -> ResponseReturnValue:
    """How to read the figures: what each means, how it is reckoned, after whom, and how it misleads."""
    return render_template("help/figures.html", definitions=list(DEFINITIONS.values()), translated=said)


@bp.get("/words")
@requires(Permission.ACCOUNT_OWN)
def glossary() -> ResponseReturnValue:
    """The words of this system and what they mean."""
    return render_template("help/words.html", words=sentences.WORDS)


@bp.get("/proof")
@public
def proof() -> ResponseReturnValue:
    """What the verifiable log proves and what it cannot: for anybody, as the log itself is."""
    return render_template("help/proof.html", parts=proofs.PARTS)


@bp.get("/<string(maxlength=40):role>")
@requires(Permission.ACCOUNT_OWN)
def of_role(role: str) -> ResponseReturnValue:
    """What people of one role do and see; any role's, because nobody's work is a secret here."""
    code = role.replace("-", "_")
    if "_" in role or code not in list(Role):
        raise NotFound(_("There is no such page of help."))
    return _role_page(Role(code))


def _acting() -> Acting | None:
    """What the person acts as; None before they have chosen among several memberships."""
    visitor = guards.visitor()
    return visitor.membership if visitor else None


def _role_page(role: Role) -> ResponseReturnValue:
    in_force = mission.current().procedure
    return render_template(
        "help/role.html",
        name=words.label(role),
        who=sentences.WHO[role],
        may=pages.may(role),
        sees=sentences.SEES[role],
        stages=pages.steps_by_stage(role, in_force),
        columns=pages.ROLE_COLUMNS,
        roles=pages.role_links(role),
    )
