"""De-identified histories for process mining: one auditor asks and says what for, another agrees, the first takes."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from blueprints import histories as files
from blueprints import throttle
from blueprints.exports import bp
from blueprints.fields import LineField
from blueprints.forms import ActForm, Form, done, form_page, kept, require_token_only
from blueprints.guards import requires, signed_in
from blueprints.i18n import _
from blueprints.i18n import lazy_gettext as _l
from blueprints.shapes import Column, Row, Tag
from blueprints.tabular import sending
from blueprints.times import moment
from tracker.actions import history_exports as acts
from tracker.errors import NotFound, say
from tracker.models import HistoryExport, UserAccount
from tracker.permissions import Permission
from tracker.queries import history_exports as queries
from tracker.queries import mining, noted
from tracker.queries.history_exports import State
from tracker.queries.noted import Noted
from tracker.vocabulary import AccessKind

COLUMNS = (
    Column(_l("What for")),
    Column(_l("State"), "tag"),
    Column(_l("Asked by"), "name"),
    Column(_l("When"), "name"),
)

_STATES = {
    State.ASKED: (_l("Waits for agreement"), "waiting"),
    State.OPEN: (_l("Agreed"), "good"),
    State.OVER: (_l("Over"), "stopped"),
    State.TURNED_DOWN: (_l("Turned down"), "stopped"),
}


class AskHistoriesForm(Form):
    """What somebody wants the histories for."""

    purpose = LineField(
        _l("What for"),
        most=300,
        required=_l("Say what the histories are for"),
        hint=_l("A sentence, such as a question that they answer. No names of people."),
    )
    recipient = LineField(
        _l("Who will work with them"), most=160, required=_l("Enter who will work with them")
    )


@bp.get("/histories")
@requires(Permission.HISTORY_EXPORT)
def histories() -> ResponseReturnValue:
    """What was asked for, and by whom."""
    viewer = signed_in()
    rows = [
        Row(
            url_for("exports.history", number=one.id),
            (
                one.purpose,
                _state(queries.state_of(one, viewer=viewer)),
                one.asked_by.full_name,
                moment(one.asked_at),
            ),
        )
        for one in queries.exports(viewer=viewer)
    ]
    return render_template("exports/histories.html", columns=COLUMNS, rows=rows)


@bp.route("/histories/new", methods=["GET", "POST"])
@requires(Permission.HISTORY_EXPORT, fresh=True)
def ask_for_histories() -> ResponseReturnValue:
    """Ask for them; somebody else must agree."""
    form = AskHistoriesForm()
    if form.submitted():
        with kept(form):
            made = acts.ask(actor=signed_in(), **form.values())
            return done(_("It is asked. Another auditor must agree."), _page_of(made.id))
    return form_page("exports/ask.html", form)


@bp.get("/histories/<int(max=2147483647):number>")
@requires(Permission.HISTORY_EXPORT)
def history(number: int) -> ResponseReturnValue:
    """One of them: what for, who answered for it, and the files while they can be taken."""
    viewer = signed_in()
    found = queries.export(number, viewer=viewer)
    state = queries.state_of(found, viewer=viewer)
    return render_template(
        "exports/history.html",
        export=found,
        state=_state(state),
        facts=_facts(found, queries.times_taken(found, viewer=viewer)),
        own=found.asked_by_id == viewer.user_id,
        waits=state is State.ASKED,
        open=state is State.OPEN,
        files=[
            (label, url_for("exports.take_histories", number=number, form=form))
            for form, label in (("xes", "XES"), ("json", "OCEL 2.0 (JSON)"), ("sqlite", "OCEL 2.0 (SQLite)"))
        ],
    )


@bp.post("/histories/<int(max=2147483647):number>/agree")
@requires(Permission.HISTORY_EXPORT, fresh=True)
def agree_to_histories(number: int) -> ResponseReturnValue:
    """Agree to what another auditor asked."""
    require_token_only(ActForm())
    acts.agree(queries.export(number, viewer=signed_in()), actor=signed_in())
    return done(_("You agreed. Who asked can take the files for seven days."), _page_of(number))


@bp.post("/histories/<int(max=2147483647):number>/end")
@requires(Permission.HISTORY_EXPORT, fresh=True)
def end_histories(number: int) -> ResponseReturnValue:
    """Turn it down, or end it early."""
    require_token_only(ActForm())
    acts.end(queries.export(number, viewer=signed_in()), actor=signed_in())
    return done(_("It has ended. No file can be taken any more."), _page_of(number))


@bp.get("/histories/<int(max=2147483647):number>/<string(maxlength=6):form>")
@requires(Permission.HISTORY_EXPORT, fresh=True)
@throttle.limited(throttle.EXPORT)
def take_histories(number: int, form: str) -> ResponseReturnValue:
    """The histories as a file; each time under other names, in another order."""
    viewer = signed_in()
    found = queries.export(number, viewer=viewer)
    if form not in files.FORMS:
        raise NotFound(say("There is nothing at this address that you may see."))
    acts.require_open(found, actor=viewer)
    told = mining.histories(viewer=viewer)
    with sending.being_written() as file:
        cases = files.write(told, form, file)
    about = f"{queries.taken_as(found, viewer=viewer)} {form}"
    noted.note(Noted(AccessKind.EXPORT, about=about, number=cases))
    return sending.sent(file, files.file_name(told, form), files.FORMS[form][1])


def _state(of: State) -> Tag:
    label, tone = _STATES[of]
    return Tag(str(label), tone)


def _facts(of: HistoryExport, taken: int) -> list[tuple[str, str | None]]:
    return [
        (_("What for"), of.purpose),
        (_("Who will work with them"), of.recipient),
        (_("Asked by"), _who(of.asked_by, moment(of.asked_at))),
        (_("Agreed by"), _who(of.agreed_by, moment(of.agreed_at))),
        (_("Ended by") if of.agreed_at else _("Turned down by"), _who(of.ended_by, moment(of.ended_at))),
        (_("Files taken"), str(taken)),
    ]


def _who(person: UserAccount | None, when: str) -> str | None:
    return f"{person.full_name}, {when}" if person else None


def _page_of(number: int) -> str:
    return url_for("exports.history", number=number)
